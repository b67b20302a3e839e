"""Runs difference.sql in DuckDB and prints its counts as JSON: difference.py YESTERDAY TODAY."""

import json
import resource
import sys
from pathlib import Path

import duckdb

THREADS = 2


def main(yesterday: str, today: str) -> None:
    startup = cpu_seconds()
    connection = duckdb.connect(config={"threads": THREADS})
    for name, folder in [("yesterday", yesterday), ("today", today)]:
        quoted = folder.replace("'", "''")
        connection.execute(f"SET VARIABLE {name} = '{quoted}'")
    counts, dangling = {}, {}
    sql = Path(__file__).with_name("difference.sql").read_text()
    for statement in connection.extract_statements(sql):
        result = connection.execute(statement)
        columns = [column[0] for column in result.description]
        for row in result.fetchall():
            named = dict(zip(columns, row))
            if "kind" in named:
                counts[named.pop("kind")] = named
            elif "reference" in named:
                dangling[named["reference"]] = named["dangling"]
    report = {"counts": counts, "dangling": dangling, "startup_cpu_seconds": startup}
    json.dump(report | {"version": duckdb.__version__}, sys.stdout)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
