"""Firstbell's commands, measured and checked against the truth."""

import shutil
from pathlib import Path

from bundles import Delivery, expect
from children import Failure, Measured, run

KINDS = ["users", "classes", "enrollments"]
DONE, HELD = 0, 3


class Firstbell:
    """A hub with one district, in a home folder that is made anew."""

    def __init__(self, binary: Path, home: Path, database: str | None = None):
        shutil.rmtree(home, ignore_errors=True)
        self.command = [binary, "--home", home]
        if database:
            self.command += ["--database", database]

    def first_load(self, day1: Delivery) -> Measured:
        """Makes the hub and the district, and applies the first day."""
        run([*self.command, "init"], json_expected=False)
        run([*self.command, "district", "add", "bench", "--name", "Bench USD"], json_expected=False)
        measured = self.run("sync", day1)
        check_outcomes("first load", measured.report, day1, planted=0)
        return measured

    def plan(self, today: Delivery) -> Measured:
        """Plans a delivery; a rollover is allowed to be on hold."""
        codes = (DONE, HELD) if today.truth["rollover"] else (DONE,)
        measured = self.run("plan", today, "--timings", codes=codes)
        if measured.code == DONE:
            check_outcomes("plan", measured.report, today, planted=0)
            check_departures("plan", measured.report, today)
        return measured

    def check_planted(self, today: Delivery) -> None:
        """Finds the planted references, held or rejected; the rest of the plan is the same."""
        report = self.run("plan", today).report
        planted = sum(today.truth["kinds"]["enrollments"]["dangling"].values())
        outcomes = counts(report, "outcomes", "enrollments")
        found = outcomes.get("held", 0) + outcomes.get("rejected", 0)
        expect("Firstbell, enrollments held or rejected", found, planted)
        check_outcomes("plan with planted references", report, today, planted)
        check_departures("plan with planted references", report, today)

    def apply(self, today: Delivery) -> Measured:
        """Applies a normal night."""
        measured = self.run("sync", today)
        check_outcomes("sync", measured.report, today, planted=0)
        check_departures("sync", measured.report, today)
        return measured

    def roll_over(self, today: Delivery) -> Measured:
        """Applies a rollover: the sync, and where it is held the approval, together."""
        measured = self.run("sync", today, codes=(DONE, HELD))
        if measured.code == HELD:
            approval = run([*self.command, "approve", "bench", "--yes", "--by", "bench", "--reason", "rollover", "--json"])
            measured.cpu += approval.cpu
            measured.wall += approval.wall
            measured.memory = max(measured.memory, approval.memory)
        return measured

    def run(self, verb: str, today: Delivery, *options: str, codes=(DONE,)) -> Measured:
        command = [*self.command, verb, "bench", "--feed", today.folder, "--json", *options]
        return run(command, codes=codes)


def check_outcomes(step: str, report: dict, today: Delivery, planted: int) -> None:
    """Compares the outcomes of records; planted enrollments are new rows that are not created."""
    for kind in KINDS:
        truth, outcomes = today.truth["kinds"][kind], counts(report, "outcomes", kind)
        left_out = planted if kind == "enrollments" else 0
        expected = {
            "create": truth["created"] - left_out,
            "update": truth["updated"],
            "unchanged": truth["unchanged"],
        }
        for outcome, number in expected.items():
            expect(f"Firstbell, {step}, {kind} {outcome}", outcomes.get(outcome, 0), number)


def check_departures(step: str, report: dict, today: Delivery) -> None:
    """Compares the rows of the roster that end."""
    for kind in KINDS:
        ended = counts(report, "departures", kind).get("ended", 0)
        expect(f"Firstbell, {step}, {kind} ended", ended, today.truth["kinds"][kind]["ended"])


def counts(report: dict, group: str, kind: str) -> dict:
    """Finds the counts of a kind in a report; a kind without departures may be left out."""
    if group not in report:
        raise Failure(f"Firstbell's JSON has no `{group}`: does this build print it?")
    return report[group].get(kind, {})
