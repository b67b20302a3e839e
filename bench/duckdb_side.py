"""DuckDB's answer to the same question, checked against the truth."""

import sys
from pathlib import Path

from bundles import Bundle, Delivery, expect
from children import Measured, run

SCRIPT = Path(__file__).with_name("difference.py")
KINDS = ["users", "classes", "enrollments"]
OUTCOMES = ["created", "updated", "ended", "unchanged"]


def measure(yesterday: Delivery, today: Delivery) -> Measured:
    """Runs the query in a child process and checks its counts."""
    measured = run([sys.executable, SCRIPT, yesterday.folder, today.folder])
    check(today, measured.report)
    return measured


def check(today: Delivery, report: dict) -> None:
    """Compares every count with the truth."""
    for kind in KINDS:
        truth, found = today.truth["kinds"][kind], report["counts"][kind]
        for outcome in OUTCOMES:
            expect(f"DuckDB, {kind} {outcome}", found[outcome], truth[outcome])
    planted = today.truth["kinds"]["enrollments"]["dangling"]
    for reference, named in [("enrollments to classes", "classes"), ("enrollments to users", "users")]:
        expect(f"DuckDB, {reference}", report["dangling"][reference], planted.get(named, 0))
    expect("DuckDB, classes to schools", report["dangling"]["classes to schools"], 0)


def check_planted(bundle: Bundle) -> None:
    """Finds the planted references."""
    measure(bundle.day1, bundle.dangling)
