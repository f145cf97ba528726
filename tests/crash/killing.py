"""kill -9 at any commit of a piece of work, on a copy of one database each time, and what is different afterwards.

A ``Case`` is a database, what a member sends next, and the batch sizes. ``expected`` lets it go undisturbed; ``killed``
ends one process at one commit, lets the next go on, and both give everything that is in the database then, and the
page that the member sees.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from tests.support.cast import Person
from tests.support.command import environment
from tests.support.server import alive
from tests.support.site import Page
from tests.support.waiting import eventually

from pledge.archive import schema
from pledge.database import sql
from pledge.database.unit import database, read

_ROOT = Path(__file__).parents[2]
KILLED = -9
MOMENTS = ("before", "after")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# What depends on when and by which process something was done, not on what was done.
_VARYING = {"job": {"attempts"}, "audit_entry": {"position", "hash"}, "installation": {"value"}}


class Ended(NamedTuple):
    """How a life ended (as ``subprocess`` says it), the names of its commits, its children then, and the answer."""

    status: int
    commits: list[str]
    children: list[int]
    answer: str


class Lives:
    """Makes lives; see ``lives``. Use it as a context manager."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder, self._count = folder, 0
        self._log = (folder / "lives.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.lives"], env=environment(PLEDGE_DATABASE_URL=url), cwd=_ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip

    def __enter__(self) -> "Lives":
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            self._process.stdin.close()
        self._log.close()

    def _ask(self, question: Any) -> int:
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, (self.folder / "lives.log").read_text()
        return int(answer)

    def start(
        self, url: str, *, request: dict[str, Any] | None = None, kill: tuple[int | str, str] | None = None,
        hold: bool = False, stay: bool = False, sizes: Mapping[str, float] | None = None,
    ) -> "Life":  # fmt: skip
        """Start a worker on a database, or a request to it.

        ``kill``: at which commit of its work it ends (its number or name), and whether before or after it; with
        ``hold`` it does not end there but waits. ``stay``: the worker goes on when there is nothing to do. ``sizes`` of
        batches, by the name of the constant, in rows or seconds.
        """
        self._count += 1
        log = self.folder / f"life{self._count}"
        told = {"url": url, "request": request, "kill": kill, "hold": hold, "stay": stay, "sizes": dict(sizes or {})}
        return Life(self, self._ask({**told, "log": str(log)}), log)

    async def live(self, url: str, **how: Any) -> Ended:
        """Start a life and return how it ended; none of its children outlives it."""
        ended = await self.start(url, **how).ended()
        await eventually(lambda: not any(map(alive, ended.children)), seconds=5)
        return ended


@dataclass
class Life:
    """A process that was started."""

    lives: Lives
    pid: int
    log: Path

    def said(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    async def held(self) -> list[int]:
        """Wait until it holds, and return its children then."""
        await eventually(lambda: "held" in self.said(), seconds=30)
        return [int(pid) for line in self.said() if line.startswith("children") for pid in line.split()[1:]]

    def end(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    async def ended(self) -> Ended:
        """Wait for its end."""
        status = await asyncio.to_thread(self.lives._ask, self.pid)
        words = [line.partition(" ") for line in self.said()]
        found: dict[str, list[str]] = {"commit": [], "children": [], "answer": []}
        for kind, _, rest in words:
            found.setdefault(kind, []).append(rest)
        children = [int(pid) for pid in " ".join(found["children"]).split()]
        return Ended(status, found["commit"], children, "".join(found["answer"]))


def sending(page: Page, person: Person, action: str, file: tuple[str, bytes] | None = None, **changes: str) -> Any:
    """What a browser would send with a form of a page, as a life sends it."""
    data = page.fields(action) | {name: [value] for name, value in changes.items()}
    sent = [file[0], file[1].hex()] if file else None
    return {"path": action, "cookie": person.browser.session, "data": data, "file": sent}


@dataclass
class Case:
    """What is killed: the engine points to its database, which nothing has open. ``page`` is what the member sees."""

    databases: Any
    lives: Lives
    person: Person
    request: dict[str, Any] | None
    sizes: Mapping[str, float]
    page: str = ""
    source: str = field(default="")

    async def __aenter__(self) -> "Case":
        await database().stop()
        self.source = self.databases.url(database())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.databases.point(database(), self.source)

    @asynccontextmanager
    async def copy(self):
        """The URL of a copy of the database, which is dropped afterwards."""
        self.databases.point(database(), self.source)
        url = await self.databases.copy(database())
        self.databases.point(database(), url)
        try:
            yield url
        finally:
            await self.databases.drop(database())

    async def expected(self) -> tuple[list[str], list[str], Any]:
        """Return the commits of the request and of the worker when nothing disturbs them, and what comes of it."""
        async with self.copy() as url:
            asked = await self._request(url) if self.request else []
            worked = await self._work(url)
            return asked, worked, await self.outcome()

    async def _request(self, url: str) -> list[str]:
        ended = await self.lives.live(url, request=self.request, sizes=self.sizes)
        assert ended.status == 0 and ended.answer.startswith("303 "), ended
        return ended.commits

    async def _work(self, url: str) -> list[str]:
        ended = await self.lives.live(url, sizes=self.sizes)
        assert ended.status == 0, ended
        return ended.commits

    async def killed(self, *kills: tuple[int, str], asking: bool = False) -> Any:
        """Return what comes of it when processes die at such commits, one after another, and the next goes on.

        ``asking``: the one that answers the request dies; then the member sends the form again.
        """
        async with self.copy() as url:
            if self.request and not asking:
                await self._request(url)
            for kill in kills:
                request = self.request if asking else None
                ended = await self.lives.live(url, request=request, kill=kill, sizes=self.sizes)
                if ended.status == 0:  # there were fewer commits to do
                    break
                assert ended.status == KILLED, ended
            if asking:
                await self._request(url)
            await self._work(url)
            return await self.outcome()

    async def outcome(self) -> Any:
        """Everything in the database that the engine points to, and the page that the member sees."""
        await database().start()
        try:
            everything = await read(contents)
            assert [job for job in everything["job"] if "'state': 'done'" not in job] == []
            if not self.page:
                return everything, ""
            page = await self.person.get(self.page)
            assert page.status == 200 and "refresh" not in page.response.headers, page.text
            return everything, _ID.sub("(id)", page.text)
        finally:
            await database().stop()


async def contents() -> dict[str, list[str]]:
    """Every row of every table, in the current unit: ids and times are left out, but whom an id means is said."""
    rows = {table.name: await sql.rows(f"SELECT * FROM {table.name}") for table in await schema.tables()}
    means: dict[str, str] = {}
    for row in rows["supplier"]:
        means[str(row["id"])] = f"supplier {row['name']} {row['company_number']} {row['country_of_supply']}"
    for row in rows["upload"]:
        means[str(row["id"])] = f"file {row['name']}"

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return "(time)"
        if isinstance(value, UUID):
            return means.get(str(value), "(id)")
        if isinstance(value, str):
            return _ID.sub(lambda found: means.get(found[0], "(id)"), value)
        return value.isoformat() if isinstance(value, date) else value

    def line(name: str, row: Mapping[str, Any]) -> str:
        kept = {key: plain(value) for key, value in row.items() if key not in _VARYING.get(name, ())}
        if name == "match_question":  # which of the two comes first is a matter of their ids
            kept["supplier"], kept["other"] = sorted((kept["supplier"], kept["other"]))
        return repr(kept)

    found = {name: sorted(line(name, row) for row in listed) for name, listed in rows.items()}
    found["job"] = sorted(set(found["job"]))  # long work is done in as many jobs as it takes
    return found


def differences(one: Any, other: Any) -> list[str]:
    """What is different between two outcomes, in lines that say where."""
    found = [f"page: {one[1]} / {other[1]}"] if one[1] != other[1] else []
    for table in one[0]:
        ours, theirs = list(one[0][table]), list(other[0][table])
        for line in one[0][table]:
            if line in theirs:
                theirs.remove(line)
                ours.remove(line)
        found += [f"{table} lacks {line}" for line in ours] + [f"{table} has also {line}" for line in theirs]
    return found
