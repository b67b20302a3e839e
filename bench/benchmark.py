"""The benchmark, step by step; started by `bench/run`."""

import argparse
import sys
from pathlib import Path

import bundles
import duckdb_side
import tables
from children import Failure
from firstbell_side import Firstbell

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    arguments = parse()
    tools = bundles.build(ROOT, firstbell="firstbell" in arguments.sides)
    problems, results = list(tools.problems), []
    for students in arguments.students:
        say(f"{students:,} students")
        bundle = bundles.generate(tools, arguments, students, say)
        result, found = measure(arguments, tools, bundle)
        results.append(result)
        problems += [f"{students:,} students: {problem}" for problem in found]
    report = tables.render(results, arguments, tools)
    print(report)
    for problem in problems:
        say(f"problem: {problem}")
    if arguments.write and not problems:
        arguments.write.write_text(report)
    elif arguments.write:
        say(f"problem: `{arguments.write}` is not written, because something is wrong above")
    return 1 if problems else 0


def measure(arguments, tools, bundle) -> tuple[tables.Result, list[str]]:
    """Runs all rounds for one size; what goes wrong on one side leaves the other's figures."""
    result, problems = tables.Result(bundle.students), []
    ours = None
    if "firstbell" in arguments.sides:
        ours = Firstbell(tools.firstbell, bundle.folder / "home")
        problems += attempt(lambda: result.add("first load", ours.first_load(bundle.day1)))
        if problems:
            ours = None
    bundles.warm(bundle)
    for number in range(1, arguments.rounds + 1):
        say(f"  round {number} of {arguments.rounds}")
        if ours:
            problems += attempt(lambda: result.add("plan", ours.plan(bundle.day2)))
            problems += attempt(lambda: result.add("plan, shuffled", ours.plan(bundle.shuffled)))
        if "duckdb" in arguments.sides:
            problems += attempt(lambda: result.add("duckdb", duckdb_side.measure(bundle.day1, bundle.day2)))
    if "duckdb" in arguments.sides:
        problems += attempt(lambda: duckdb_side.check_planted(bundle))
    if ours:
        say("  planted references, then the nightly apply")
        problems += attempt(lambda: ours.check_planted(bundle.dangling))
        problems += attempt(lambda: result.add("nightly apply", ours.apply(bundle.day2)))
        if arguments.rollover:
            problems += attempt(lambda: result.add("rollover plan", ours.plan(bundle.rollover)))
            problems += attempt(lambda: result.add("rollover apply", ours.roll_over(bundle.rollover)))
        if arguments.postgres:
            postgres = Firstbell(tools.firstbell, bundle.folder / "home-postgres", arguments.postgres)
            problems += attempt(lambda: result.add("first load, PostgreSQL", postgres.first_load(bundle.day1)))
    return result, problems


def attempt(step) -> list[str]:
    try:
        step()
    except Failure as failure:
        return [str(failure)]
    return []


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    numbers = lambda text: [int(part.replace("_", "")) for part in text.split(",")]
    parser.add_argument("--students", type=numbers, default=[100_000, 1_000_000], metavar="N,N")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dangling", type=int, default=1_000, help="references planted for the check")
    parser.add_argument("--rollover", action="store_true", help="measure a rollover night as well")
    parser.add_argument("--postgres", metavar="URL", help="measure a first load into this database as well")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables as Markdown")
    parser.add_argument("--only", choices=["firstbell", "duckdb"], help="measure one side")
    parser.add_argument("--cache", type=Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.sides = [arguments.only] if arguments.only else ["firstbell", "duckdb"]
    return arguments


if __name__ == "__main__":
    sys.exit(main())
