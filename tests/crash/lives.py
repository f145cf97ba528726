"""Processes that end by SIGKILL exactly before or after one of their commits.

``python -m tests.crash.lives`` loads Pledge once and makes a process of its own for each life that is asked for on
standard input: it is ``pledge worker`` itself, or one request to the whole application. Only here does anything look at
commits; Pledge has no hook for it. ``tests.crash.killing`` asks.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import timedelta
from importlib import import_module
from typing import Any

from tests.support import days
from tests.support.server import children

import pledge  # noqa: F401  # before any other library takes hold of Python's own SQLite

SECONDS = 60  # a life that lasts longer hangs
IDLE = "(nothing to do)"

_ours = ContextVar("ours", default=False)  # set in what the life is about: jobs or the request, but not chores
_unit: ContextVar[str | None] = ContextVar("unit", default=None)


class Commits:
    """Writes the name of every commit of a life into its log, and ends the life at one of them."""

    def __init__(self, log: int, kill: list[Any] | None, hold: bool) -> None:
        self.log, self.kill, self.hold = log, kill, hold
        self.count = 0

    def say(self, *words: object) -> None:
        os.write(self.log, (" ".join(map(str, words)) + "\n").encode())

    def before(self, name: str) -> None:
        self.count += 1
        self.say("commit", name)
        self._end(name, "before")

    def after(self, name: str) -> None:
        self._end(name, "after")

    def _end(self, name: str, moment: str) -> None:
        if self.kill not in ([self.count, moment], [name, moment]):
            return
        self.say("children", *children(os.getpid()))
        if self.hold:
            self.say("held")
            threading.Event().wait()
        os.kill(os.getpid(), signal.SIGKILL)


def name_of(unit: Any) -> str:
    """The function that a unit of work is."""
    function = getattr(unit, "func", unit)
    return f"{function.__module__}.{function.__qualname__}".removeprefix("pledge.").replace(".<locals>", "")


def watch_sqlite(commits: Commits) -> None:
    from pledge.database import sqlite

    connect, together = sqlite.sqlite3.connect, sqlite.SQLiteDatabase._commit_together
    name: list[str] = []

    class Connection(sqlite.sqlite3.Connection):
        def execute(self, text: str, *args: Any) -> Any:
            if text != "COMMIT" or not name:
                return super().execute(text, *args)
            commits.before(name[0])
            found = super().execute(text)
            commits.after(name[0])
            return found

    def watched(self: Any, jobs: Any, connection: Any) -> None:
        name[:] = [name_of(job.fn) for job in jobs if job.context.get(_ours)]
        together(self, jobs, connection)
        name.clear()

    sqlite.sqlite3.connect = lambda *args, **kwargs: connect(*args, **kwargs, factory=Connection)
    sqlite.SQLiteDatabase._commit_together = watched


def watch_postgres(commits: Commits) -> None:
    from pledge.database import postgres

    transact, execute = postgres.PostgresDatabase._transact, postgres._Connection.execute

    async def watched(self: Any, pool: Any, fn: Any, *, readonly: bool) -> Any:
        token = _unit.set(None if readonly or not _ours.get() else name_of(fn))
        try:
            return await transact(self, pool, fn, readonly=readonly)
        finally:
            _unit.reset(token)

    async def committing(self: Any, query: str, *args: Any, **kwargs: Any) -> Any:
        name = _unit.get()
        if query != "COMMIT" or name is None:
            return await execute(self, query, *args, **kwargs)
        commits.before(name)
        found = await execute(self, query, *args, **kwargs)
        commits.after(name)
        return found

    postgres.PostgresDatabase._transact = watched
    postgres._Connection.execute = committing


def work(commits: Commits, stay: bool) -> None:
    """Be ``pledge worker``, until there is nothing to do (or for good)."""
    from pledge.cli import main
    from pledge.worker.loop import Worker

    jobs, run_one = Worker._jobs, Worker.run_one

    async def watched(self: Any, stop: Any) -> None:
        _ours.set(True)
        await jobs(self, stop)

    async def until_idle(self: Any) -> bool:
        worked = await run_one(self)
        if not worked and not stay:
            commits.say(IDLE)
            os.kill(os.getpid(), signal.SIGTERM)
        return worked

    Worker._jobs, Worker.run_one = watched, until_idle
    main(["worker"], standalone_mode=False)


async def request(commits: Commits, app: Any, path: str, cookie: str, data: Any, file: list[str] | None) -> None:
    """Send one form to the application, and say what it answered."""
    import httpx
    from tests.support.site import BASE

    from pledge.database.unit import database

    await database().start()
    files = {"file": (file[0], bytes.fromhex(file[1]), "application/octet-stream")} if file else None
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=BASE, cookies={"pledge": cookie},
        headers={"Sec-Fetch-Site": "same-origin"},
    ) as http:  # fmt: skip
        _ours.set(True)
        answer = await http.post(path, data=data, files=files)
    commits.say("answer", answer.status_code, answer.headers.get("location", ""))
    await database().stop()


def live(app: Any, life: dict[str, Any]) -> None:
    """Live a life; see ``killing.Lives.start`` for what it says."""
    from pledge.database.unit import database

    os.environ["PLEDGE_DATABASE_URL"] = life["url"]
    engine: Any = database()
    if life["url"].startswith("sqlite"):
        engine.path = life["url"].removeprefix("sqlite:///")
    else:
        engine.config = {"dsn": life["url"]}
    for name, size in life["sizes"].items():
        module, _, constant = name.rpartition(".")
        now = getattr(import_module(f"pledge.{module}"), constant)
        setattr(
            import_module(f"pledge.{module}"), constant, timedelta(seconds=size) if type(now) is timedelta else size
        )
    commits = Commits(os.open(life["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND), life["kill"], life["hold"])
    (watch_sqlite if engine.engine_type == "sqlite" else watch_postgres)(commits)
    signal.alarm(SECONDS)
    if life["request"]:
        asyncio.run(request(commits, app, **life["request"]))
    else:
        work(commits, life["stay"])


def main() -> None:
    """Make a process for each line of standard input, and say its number; for a number, say how that one ended."""
    from pledge.app import create, worker
    from pledge.settings import load

    days.take_part()
    app = create(load())
    worker(load())
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            _, status = os.waitpid(asked, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                live(app, asked)
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
