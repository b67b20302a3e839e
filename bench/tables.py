"""The measured figures as Markdown."""

import os
import platform
from collections import defaultdict
from statistics import median

from children import Measured

TITLES = {
    "plan": "Firstbell: `plan`, same order",
    "plan, shuffled": "Firstbell: `plan`, shuffled rows",
    "duckdb": "DuckDB: the same question, same order",
    "nightly apply": "Firstbell: `sync` of the night",
    "first load": "Firstbell: first load",
    "first load, PostgreSQL": "Firstbell: first load into PostgreSQL",
    "rollover plan": "Firstbell: `plan` of a rollover",
    "rollover apply": "Firstbell: rollover applied",
}


class Result:
    """All runs of one size, by step."""

    def __init__(self, students: int):
        self.students = students
        self.runs: dict[str, list[Measured]] = defaultdict(list)

    def add(self, step: str, measured: Measured) -> None:
        self.runs[step].append(measured)

    def cpu(self, step: str) -> float | None:
        runs = self.runs.get(step)
        return median(run.cpu for run in runs) if runs else None


def render(results: list[Result], arguments, tools) -> str:
    parts = [preface(arguments, tools)]
    for result in results:
        parts += [f"## {result.students:,} students", steps(result), *ratios(result), *stages(result)]
    parts += growth(results)
    return "\n\n".join(part for part in parts if part) + "\n"


def preface(arguments, tools) -> str:
    return (
        "# Measured\n\n"
        f"Medians of {arguments.rounds} interleaved rounds, each step a child process; CPU is user "
        "and system time together, memory the peak. Files are in the page cache. "
        f"{os.cpu_count()} processors ({platform.machine()}), seed {arguments.seed}, "
        f"generator {tools.version}."
    )


def steps(result: Result) -> str:
    rows = [
        [
            title,
            f"{median(run.cpu for run in runs):.2f}",
            f"{median(run.wall for run in runs):.2f}",
            f"{median(run.memory for run in runs):,.0f}",
            str(len(runs)),
        ]
        for step, title in TITLES.items()
        if (runs := result.runs.get(step))
    ]
    return table(["step", "CPU s", "wall s", "memory MiB", "runs"], rows) if rows else "Nothing ran."


def ratios(result: Result) -> list[str]:
    theirs = result.cpu("duckdb")
    found = [
        f"DuckDB's CPU time is {theirs / ours:.1f} times that of {TITLES[step]}."
        for step in ["plan", "plan, shuffled"]
        if theirs and (ours := result.cpu(step))
    ]
    startup = [run.report["startup_cpu_seconds"] for run in result.runs.get("duckdb", [])]
    if startup:
        found.append(f"Of DuckDB's CPU time, starting Python and loading DuckDB is {median(startup):.2f} s.")
    return found


def stages(result: Result) -> list[str]:
    """Sums each stage over a run and takes the median over the runs."""
    times: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for run in result.runs.get("plan", []):
        totals: dict[str, list[float]] = {}
        for stage in run.stages:
            total = totals.setdefault(stage["stage"], [0.0, 0.0])
            total[0] += stage.get("cpu_seconds") or 0.0
            total[1] += stage.get("wall_seconds") or 0.0
        for name, total in totals.items():
            times[name].append((total[0], total[1]))
    rows = [
        [name, f"{median(cpu for cpu, _ in runs):.2f}", f"{median(wall for _, wall in runs):.2f}"]
        for name, runs in times.items()
    ]
    return ["Stages of `plan`, same order:", table(["stage", "CPU s", "wall s"], rows)] if rows else []


def growth(results: list[Result]) -> list[str]:
    """Compares the largest size with the smallest."""
    if len(results) < 2:
        return []
    least, most = min(results, key=lambda r: r.students), max(results, key=lambda r: r.students)
    rows = [
        [title, f"{many / few:.1f}"]
        for step, title in TITLES.items()
        if (few := least.cpu(step)) and (many := most.cpu(step))
    ]
    heading = f"## From {least.students:,} to {most.students:,} students"
    return [heading, table(["step", "CPU time grows by"], rows)] if rows else []


def table(header: list[str], rows: list[list[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *rows])
