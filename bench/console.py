"""How soon the console's pages answer many readers at once; started by `bench/console`."""

import argparse
import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import bundles
import pages
from children import Failure, name
from installation import Site
from tables import table

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 200.0
HELD = 3


def main() -> int:
    arguments = parse()
    tools = bundles.build(ROOT, firstbell=True)
    readers = bundles.build_readers(ROOT, tools)
    problems, parts = list(tools.problems), []
    deliveries = bundles.generate_nights(tools, arguments, arguments.students, say)
    for database in arguments.database if not problems else []:
        say(f"{arguments.students:,} students, {database}")
        try:
            part, found = measure(arguments, tools, readers, deliveries, database)
        except Failure as failure:
            problems.append(f"{database}: {failure}")
            continue
        parts.append(part)
        problems += [f"{database}: {problem}" for problem in found]
    report = "\n\n".join(parts)
    print(report)
    for problem in problems:
        say(f"problem: {problem}")
    if arguments.write and parts:
        arguments.write.write_text(report + "\n")
    return 1 if problems else 0


def measure(arguments, tools, readers, deliveries, database) -> tuple[str, list[str]]:
    """Prepares an installation and measures it on one database."""
    with server(database) as url, Site(tools.firstbell, deliveries.folder / f"console-{database}", url) as site:
        facts = prepare(site, deliveries)
        walk = pages.walk(facts)
        missing = pages.missing(ROOT, walk)
        if missing:
            raise Failure(f"the table of pages lacks {', '.join(missing)}")
        say("  each page once")
        problems = [problem for page in walk if (problem := site.try_page(page))]
        if problems:
            return "", problems
        say(f"  {arguments.readers} readers for {arguments.seconds} seconds, beside syncs")
        with nights(site, deliveries) as synced:
            found = read(readers, site, walk, arguments)
        memory = site.peak_memory()
    problems = synced.problems + judge(found, arguments)
    return render(found, synced.count, memory, arguments, database), problems


@contextmanager
def server(database: str):
    """Starts a PostgreSQL server of its own where one is needed; gives its URL."""
    if database == "sqlite":
        yield None
        return
    command = [ROOT / "scripts/with-postgres", "sh", "-c", 'echo "$FIRSTBELL_TEST_POSTGRES"; exec cat']
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise Failure("no PostgreSQL server was started")
        yield url
    finally:
        process.stdin.close()
        process.wait()


def prepare(site: Site, deliveries) -> dict:
    """A roster of two operations, findings, a plan that a limit holds, a job, and who looks at them."""
    site.add_districts()
    say("  first load")
    first = site.sync(deliveries.day1)
    say("  a night with findings, and one that a limit holds")
    second = site.sync(deliveries.dangling)
    held = site.sync(deliveries.rollover, codes=(HELD,))
    site.serve()
    site.sign_in()
    facts = pages.somebody(deliveries.day1.folder)
    # The names are read once; before that a search says that it reads.
    site.wait_for_names(facts["name"])
    facts |= {
        "first": first["delivery"],
        "delivery": second["delivery"],
        "operation": second["operation"],
        "plan": held["plan"],
        "job": site.upload(deliveries.small),
        "invitation": site.invite(),
    }
    return facts | pages.addresses(site, facts)


class nights:
    """Syncs one night after the other, each as a process of its own, until it is left."""

    def __init__(self, site: Site, deliveries):
        self.site, self.deliveries = site, cycle(deliveries.nights)
        self.count, self.problems, self.over = 0, [], threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self) -> None:
        while not self.over.is_set() and not self.problems:
            try:
                report = self.site.sync(next(self.deliveries))
                if report["status"] != "applied":
                    self.problems.append(f"a sync beside the readers ended as {report['status']}")
                self.count += 1
            except Failure as failure:
                self.problems.append(str(failure))

    def __enter__(self) -> "nights":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.over.set()
        self.thread.join()


def read(readers: Path, site: Site, walk: list[dict], arguments) -> dict:
    """Lets the readers go over all pages."""
    asked = {
        "address": site.address,
        "cookie": site.cookie,
        "readers": arguments.readers,
        "seconds": arguments.seconds,
        "pages": walk,
    }
    done = subprocess.run([readers], input=json.dumps(asked), capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"{name([str(readers)])} ended with exit code {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def judge(found: dict, arguments) -> list[str]:
    """What was not as it is to be."""
    problems = [f"{found['lost']} readers stopped before the end"] if found["lost"] else []
    for page in found["pages"]:
        wrong = ", ".join(f"{count} times {what}" for what, count in page["wrong"].items())
        if wrong:
            problems.append(f"{page['name']} answered {wrong}")
        if page["count"] == 0:
            problems.append(f"{page['name']} was never read")
        if arguments.check and page["p95"] >= LIMIT:
            problems.append(f"{page['name']} has its 95th percentile at {page['p95']:.0f} ms")
    return problems


def render(found: dict, synced: int, memory: float, arguments, database: str) -> str:
    static = found["pages"][0]
    rows = [
        [
            page["name"],
            f"{page['count']:,}",
            *(f"{page[part]:,.1f}" for part in ["median", "p95", "p99"]),
            f"{page['p95'] / static['p95']:,.1f}" if static["p95"] else "",
        ]
        for page in found["pages"]
    ]
    answers = sum(page["count"] for page in found["pages"])
    return (
        f"{arguments.students:,} students on {'SQLite' if database == 'sqlite' else 'PostgreSQL'}; "
        f"{arguments.readers} readers at once for {found['seconds']:.0f} s ({answers:,} answers), beside "
        f"{synced} syncs; the server's memory at its peak {memory:,.0f} MiB. Milliseconds to the first byte; "
        "the last column is the 95th percentile as a multiple of the static answer's.\n\n"
        + table(["page", "count", "median", "p95", "p99", "ratio"], rows)
    )


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/console", description=__doc__)
    names = lambda text: [pages.known_database(part) for part in text.split(",")]
    parser.add_argument("--students", type=lambda text: int(text.replace("_", "")), default=1_000_000, metavar="N")
    parser.add_argument("--readers", type=int, default=20, metavar="N", help="how many read at once")
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="for how long they read")
    parser.add_argument("--database", type=names, default=["sqlite", "postgres"], metavar="NAME,NAME")
    parser.add_argument("--check", action="store_true", help=f"fail where a p95 is at or above {LIMIT:.0f} ms")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dangling", type=int, default=1_000, help="references planted as findings")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables as Markdown")
    parser.add_argument("--cache", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
