"""Builds the binaries and generates the deliveries, once for each seed and generator."""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from children import Failure, run


@dataclass
class Tools:
    """The binaries, the generator's version, and what could not be built."""

    sandbox: Path
    firstbell: Path
    version: str
    problems: list[str] = field(default_factory=list)


@dataclass
class Delivery:
    """A folder with the truth about it."""

    folder: Path
    truth: dict


@dataclass
class Bundle:
    """The deliveries of one size."""

    students: int
    folder: Path
    day1: Delivery
    day2: Delivery
    shuffled: Delivery
    dangling: Delivery
    rollover: Delivery | None


@dataclass
class Nights:
    """The deliveries between which the console is looked at."""

    folder: Path
    day1: Delivery
    dangling: Delivery
    rollover: Delivery
    small: Delivery
    nights: list[Delivery]


def build(root: Path, firstbell: bool) -> Tools:
    """Builds release binaries as a district would get them: for any processor of its kind."""
    if "target-cpu" in os.environ.get("RUSTFLAGS", ""):
        raise SystemExit("RUSTFLAGS names a target-cpu: unset it, the benchmark is for any processor")
    metadata = ["cargo", "metadata", "--format-version=1", "--no-deps"]
    target = run([*metadata, "--manifest-path", root / "Cargo.toml"]).report["target_directory"]
    release = Path(target) / "release"
    tools = Tools(release / "firstbell-sandbox", release / "firstbell", version(root))
    if cargo(root, "firstbell-sandbox") != 0:
        raise SystemExit("the generator does not build: see cargo's words above")
    if firstbell and cargo(root, "firstbell") != 0:
        tools.problems.append("`firstbell` does not build: see cargo's words above")
    return tools


def build_readers(root: Path, tools: Tools) -> Path:
    """Builds the load generator; gives where it is."""
    if cargo(root, "firstbell-readers") != 0:
        tools.problems.append("`firstbell-readers` does not build: see cargo's words above")
    return tools.firstbell.with_name("firstbell-readers")


def cargo(root: Path, package: str) -> int:
    return subprocess.run(["cargo", "build", "--release", "--quiet", "-p", package], cwd=root).returncode


def version(root: Path) -> str:
    """Names the generator by its source, so that a changed one makes new deliveries."""
    digest = hashlib.sha256()
    source = root / "crates" / "sandbox" / "src"
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(source)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def generate(tools: Tools, arguments, students: int, say) -> Bundle:
    """Generates what is not there yet; deliveries of other versions of the generator go."""
    folder, delivery = deliverer(tools, arguments, students, say)
    planted = arguments.dangling
    return Bundle(
        students,
        folder,
        day1=delivery("day1", 1),
        day2=delivery("day2", 2),
        shuffled=delivery("day2-shuffled", 2, "--shuffle"),
        dangling=delivery(f"day2-dangling-{planted}", 2, "--dangling", str(planted)),
        rollover=delivery("day3-rollover", 3, "--rollover") if arguments.rollover else None,
    )


def generate_nights(tools: Tools, arguments, students: int, say) -> Nights:
    """Generates a first day, nights that follow each other in a ring, and two that are not clean."""
    folder, delivery = deliverer(tools, arguments, students, say)
    planted = arguments.dangling
    days = {day: delivery(f"day{day}", day) for day in [1, 2, 3, 4]}
    _, small = deliverer(tools, arguments, 1_000, say)
    return Nights(
        folder,
        day1=days[1],
        dangling=delivery(f"day2-dangling-{planted}", 2, "--dangling", str(planted)),
        rollover=delivery("day3-rollover", 3, "--rollover"),
        small=small("day1", 1),
        nights=[days[3], days[4], days[3], days[2]],
    )


def deliverer(tools: Tools, arguments, students: int, say):
    """The folder of a size, and what generates a delivery in it."""
    bundles = arguments.cache / "bench"
    for old in bundles.glob("*"):
        if old.name != tools.version:
            shutil.rmtree(old)
    folder = bundles / tools.version / f"seed-{arguments.seed}" / str(students)
    folder.mkdir(parents=True, exist_ok=True)

    def delivery(name: str, day: int, *options: str) -> Delivery:
        path, truth = folder / name, folder / f"{name}.truth.json"
        if not truth.exists():
            say(f"  generating {name}")
            command = [tools.sandbox, "generate", "--students", students, "--seed", arguments.seed]
            run([*command, "--day", day, "--out", path, *options])
        return Delivery(path, json.loads(truth.read_text()))

    return folder, delivery


def warm(bundle: Bundle) -> None:
    """Reads every file once, so that no round is the first to read from the disk."""
    for delivery in [bundle.day1, bundle.day2, bundle.shuffled, bundle.dangling]:
        for path in delivery.folder.iterdir():
            with path.open("rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass


def expect(what: str, found, expected) -> None:
    """Compares a count with the truth."""
    if found != expected:
        raise Failure(f"{what}: {found} instead of {expected}")
