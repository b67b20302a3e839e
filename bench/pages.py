"""The table of pages that the readers look at, with addresses that lead to something."""

import csv
import re
from pathlib import Path
from urllib.parse import quote

from children import Failure
from installation import DISTRICT, OTHER, Site

# Name, path, and what is special: another status than 200, or that the rest of the answer streams.
# The first one is the static answer that the others are compared with.
TABLE = [
    ("a static file", "{asset}", {}),
    ("alive", "/healthz", {}),
    ("ready", "/readyz", {}),
    ("metrics", "/metrics", {}),
    ("sign-in", "/sign-in", {}),
    ("invitation", "{invitation}", {}),
    ("districts", "/", {}),
    ("account", "/account", {}),
    ("installation", "/installation", {}),
    ("audit of the installation", "/installation/audit", {}),
    ("home", "{d}", {}),
    ("deliveries", "{d}/deliveries", {}),
    ("flow of a delivery", "{d}/deliveries/{delivery}", {}),
    ("flow of the first delivery, enrollments", "{d}/deliveries/{first}?kind=enrollments", {}),
    ("records, unchanged", "{d}/deliveries/{delivery}/records?kind=enrollments&outcome=unchanged", {}),
    ("records, page 500", "{d}/deliveries/{delivery}/records?kind=users&page=500", {}),
    ("records, held", "{d}/deliveries/{delivery}/records?kind=enrollments&outcome=held", {}),
    ("a record", "{d}/deliveries/{delivery}/records/enrollments/2", {}),
    ("findings", "{d}/deliveries/{delivery}/findings", {}),
    ("findings as a file", "{d}/deliveries/{delivery}/findings.csv", {"streams": True}),
    ("places of a finding", "{finding}", {}),
    ("people, searched", "{d}/people?q={name}", {}),
    ("people, misspelt", "{d}/people?q={misspelt}", {}),
    ("people, students of all schools", "{d}/people?role=student&page=9", {}),
    ("a person", "{person}", {}),
    ("classes, searched", "{d}/classes?q={title}", {}),
    ("a class", "{class}", {}),
    ("why", "{d}/why?person={user_id}&class={class_id}", {}),
    ("operations", "{d}/operations", {}),
    ("an operation", "{d}/operations/{operation}", {}),
    ("undo of an operation", "{d}/operations/{operation}/undo", {}),
    ("changes of an operation", "{d}/operations/{operation}/changes", {}),
    ("changes, classes ended", "{d}/operations/{operation}/changes?kind=classes&action=end", {}),
    ("difference of two neighbours", "{d}/diff?from={before}&to={operation}", {}),
    ("difference of the first and the next", "{d}/diff?from=1&to={operation}&kind=enrollments", {}),
    ("roster", "{d}/roster", {}),
    ("roster as of the first operation", "{d}/roster?as_of=1&kind=enrollments", {}),
    ("roster as a zip", "{d}/roster/export", {"streams": True}),
    ("plans", "{d}/plans", {}),
    ("a plan", "{d}/plans/{plan}", {}),
    ("lines of a plan", "{d}/plans/{plan}/lines", {}),
    ("lines of a plan, enrollments, page 500", "{d}/plans/{plan}/lines?kind=enrollments&page=500", {}),
    ("a job", "{o}/jobs/{job}", {}),
    ("news of a job", "{o}/jobs/{job}/events", {"streams": True}),
    ("settings", "{d}/settings", {}),
    ("versions of the settings", "{d}/settings/versions", {}),
    ("access", "{d}/access", {}),
    ("audit", "{d}/audit", {}),
]


def walk(facts: dict) -> list[dict]:
    """The table with addresses of this installation."""
    facts = facts | {"d": f"/districts/{DISTRICT}", "o": f"/districts/{OTHER}"}
    usual = {"status": 200, "streams": False}
    return [
        {"name": name, "path": path.format(**facts), **usual, **special} for name, path, special in TABLE
    ]


def missing(root: Path, walk: list[dict]) -> list[str]:
    """The routes of the console that no page of the walk is of."""
    routes = re.findall(r'^    get "([^"]+)"', (root / "crates/web/src/router.rs").read_text(), re.M)
    if not routes:
        raise Failure("the console's table of routes was not found")
    paths = [page["path"].split("?")[0] for page in walk]

    def met(route: str) -> bool:
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(route))
        return any(re.fullmatch(pattern, path) for path in paths)

    return [route for route in routes if not met(route)]


def somebody(folder: Path) -> dict:
    """A student in a class of a delivery, the name right and misspelt."""
    seat = first(folder / "enrollments.csv", lambda row: row["role"] == "student")
    user = first(folder / "users.csv", lambda row: row["sourcedId"] == seat["userSourcedId"])
    taught = first(folder / "classes.csv", lambda row: row["sourcedId"] == seat["classSourcedId"])
    given, family = user["givenName"], user["familyName"]
    return {
        "user_id": quote(seat["userSourcedId"]),
        "class_id": quote(seat["classSourcedId"]),
        "title": quote(taught["title"]),
        "name": quote(f"{given} {family}"),
        "misspelt": quote(f"{given} {family[0]}{family[2:3]}{family[1:2]}{family[3:]}"),
    }


def first(path: Path, wanted) -> dict:
    with path.open(newline="") as file:
        found = next((row for row in csv.DictReader(file) if wanted(row)), None)
    if found is None:
        raise Failure(f"`{path.name}` has nothing like what is looked for")
    return found


def addresses(site: Site, facts: dict) -> dict:
    """Addresses that other pages lead to."""
    district = f"/districts/{DISTRICT}"
    findings = f"{district}/deliveries/{facts['delivery']}/findings"
    return {
        "asset": site.find("/sign-in", r'(/assets/[^"]+\.css)'),
        "finding": site.find(findings, rf'"({findings}/\d+)"'),
        "person": site.find(f"{district}/people?q={facts['name']}", rf'"({district}/people/\d+)"'),
        "class": site.find(f"{district}/classes?q={facts['title']}", rf'"({district}/classes/\d+)"'),
        "before": facts["operation"] - 1,
    }


def known_database(name: str) -> str:
    if name not in ("sqlite", "postgres"):
        raise ValueError(name)
    return name
