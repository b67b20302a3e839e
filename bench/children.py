"""Runs a command as a child process and measures what it used."""

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path


class Failure(Exception):
    """Something that a person should read as a sentence."""


@dataclass
class Measured:
    """What one run used; `report` is the JSON that it printed."""

    cpu: float
    wall: float
    memory: float
    code: int
    report: dict = field(default_factory=dict)

    @property
    def stages(self) -> list[dict]:
        return self.report.get("timings", [])


def run(command: list, json_expected: bool = True, codes: tuple[int, ...] = (0,)) -> Measured:
    """Runs the command; CPU and wall time in seconds, memory as the peak in MiB."""
    command = [str(part) for part in command]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        try:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        except OSError as error:
            raise Failure(f"`{Path(command[0]).name}` cannot be started: {error.strerror}") from error
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        printed, said = read(out), read(err)
    measured = Measured(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, child.returncode)
    if child.returncode not in codes:
        raise Failure(f"{name(command)} ended with exit code {child.returncode}: {last_line(said)}")
    if json_expected:
        measured.report = parse(command, printed)
    return measured


def parse(command: list[str], printed: str) -> dict:
    try:
        report = json.loads(printed)
    except ValueError as error:
        raise Failure(f"{name(command)} printed no JSON: does this build have the command?") from error
    if not isinstance(report, dict):
        raise Failure(f"{name(command)} printed JSON that is no object")
    return report


def name(command: list[str]) -> str:
    """Shortens a command for a sentence; an address may hold a password and is left out."""
    words = ["URL" if "://" in word else Path(word).name for word in command]
    return "`" + " ".join(words) + "`"


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def read(file) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
