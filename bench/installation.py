"""An installation with its console, as a process; and what a browser would do there."""

import http.client
import json
import re
import shutil
import subprocess
import time
import urllib.parse
from html import unescape
from pathlib import Path

from children import Failure, run

DISTRICT, OTHER = "bench", "small"
PASSWORD = "an invented password for readers"
FORM = "application/x-www-form-urlencoded"


class Site:
    """Made anew in a home folder; the console is stopped when it is left."""

    def __init__(self, binary: Path, home: Path, database: str | None = None):
        shutil.rmtree(home, ignore_errors=True)
        self.command = [binary, "--home", home]
        if database:
            self.command += ["--database", database]
        self.home, self.process, self.cookie = home, None, ""

    def __enter__(self) -> "Site":
        run([*self.command, "init"], json_expected=False)
        return self

    def __exit__(self, *_) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()

    def add_districts(self) -> None:
        run([*self.command, "district", "add", DISTRICT, "--name", "Bench USD"], json_expected=False)
        run([*self.command, "district", "add", OTHER, "--name", "Small USD"], json_expected=False)

    def sync(self, delivery, codes: tuple[int, ...] = (0,)) -> dict:
        """Syncs a delivery as a process of its own; gives its report."""
        command = [*self.command, "sync", DISTRICT, "--feed", delivery.folder, "--json"]
        return run(command, codes=codes).report

    def serve(self) -> None:
        """Starts the console on a free port."""
        command = [str(part) for part in [*self.command, "serve", "--listen", "127.0.0.1:0"]]
        log = (self.home / "serve.log").open("w")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        told = ""
        while "/invitation/" not in told:
            line = self.process.stdout.readline()
            if not line:
                raise Failure("the console did not start")
            told += line
        self.address = re.search(r"http://(\S+)", told)[1]
        self.link = re.search(r"http://\S+(/invitation/\S+)", told)[1]

    def sign_in(self) -> None:
        """Takes the first operator's link."""
        form = {"password": PASSWORD, "again": PASSWORD}
        _, headers, _ = self.ask("POST", self.link, urllib.parse.urlencode(form), FORM)
        self.cookie = headers.get("set-cookie", "").split(";")[0]
        if not self.cookie:
            raise Failure("nobody was signed in by the first operator's link")

    def wait_for_names(self, name: str) -> None:
        """Searches for a name until the names are read."""
        for _ in range(600):
            if f"/districts/{DISTRICT}/people/" in self.text(f"/districts/{DISTRICT}/people?q={name}"):
                return
            time.sleep(0.5)
        raise Failure("the names were not read within five minutes")

    def upload(self, delivery) -> int:
        """Sends a delivery for the other district; gives the number of the job."""
        path = f"/districts/{OTHER}/deliveries"
        parts = [("form_token", "", self.form_token(path)), ("then", "", "apply")]
        parts += [("files", file.name, file.read_text()) for file in sorted(delivery.folder.iterdir())]
        boundary = "a-part-of-a-form-begins-here"
        body = "".join(part(boundary, *one) for one in parts) + f"--{boundary}--\r\n"
        _, headers, _ = self.ask("POST", path, body.encode(), f"multipart/form-data; boundary={boundary}")
        job = re.search(r"/jobs/(\d+)", headers.get("location", ""))
        if not job:
            raise Failure("the upload began no job")
        for _ in range(120):
            if "data-events" not in self.text(f"/districts/{OTHER}/jobs/{job[1]}?again=yes"):
                return int(job[1])
        raise Failure("the job of the upload did not end")

    def invite(self) -> str:
        """Invites a further operator; gives the path of the link."""
        token = self.form_token("/installation")
        form = urllib.parse.urlencode({"form_token": token, "login": "second", "name": "Second"})
        _, _, page = self.ask("POST", "/installation/invite", form, FORM)
        link = re.search(r"/invitation/[\w-]+", page)
        if not link:
            raise Failure("the further operator has no link")
        return link[0]

    def form_token(self, path: str) -> str:
        token = re.search(r'name="form_token" value="([^"]+)"', self.text(path))
        if not token:
            raise Failure(f"{path} has no form")
        return token[1]

    def find(self, path: str, pattern: str) -> str:
        """The first part of a page that a pattern means."""
        found = re.search(pattern, self.text(path))
        if not found:
            raise Failure(f"{path} leads to nothing like {pattern}")
        return unescape(found[1])

    def text(self, path: str) -> str:
        status, _, text = self.ask("GET", path)
        if status != 200:
            raise Failure(f"{path} answered {status}")
        return text

    def try_page(self, page: dict) -> str | None:
        """Asks for a page of the walk once; says what is wrong with it."""
        status, _, _ = self.ask("GET", page["path"], ends=not page["streams"])
        return None if status == page["status"] else f"{page['name']} answered {status}"

    def ask(self, method: str, path: str, body=None, kind: str = "", ends: bool = True):
        connection = http.client.HTTPConnection(self.address, timeout=600)
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        if kind:
            headers["Content-Type"] = kind
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace") if ends else ""
        connection.close()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, text

    def peak_memory(self) -> float:
        """What the console's process took at its peak, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def part(boundary: str, name: str, file: str, text: str) -> str:
    file = f'; filename="{file}"' if file else ""
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{text}\r\n'
