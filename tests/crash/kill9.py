"""kill -9 under load, again and again: what was acknowledged is there afterwards, and nothing is half-done.

Clients register firms through HTTP as fast as they can while the worker turns the registrations into e-mails; all
processes are killed at a moment of chance; the server is started again on the same file.

    python -m tests.crash.kill9 60
"""

import asyncio
import random
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pysqlite3 as sqlite3
from tests.support.server import Server
from tests.support.waiting import eventually

CLIENTS = 8


@dataclass
class Tally:
    """What the clients know: which registrations were acknowledged, and which they never heard about."""

    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)  # answers that are neither an acknowledgement nor silence


async def client(server: Server, tally: Tally, name: str) -> None:
    """Register one firm after the other until the server is gone."""
    headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": name}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=10) as http:
        for number in range(10_000):
            email = f"{name}-{number}@example.org"
            form = {"organisation_name": f"Firm {name} {number}", "name": "Alice", "email": email,
                    "password": "three brown oak tables", "_key": f"key-{email}"}  # fmt: skip
            if number % 15 == 14:  # another network address, so that the limit on registrations does not end the load
                http.headers["X-Forwarded-For"] = f"{name}-{number}"
            tally.sent.append(email)
            try:
                reply = await http.post("/register", data=form)
            except httpx.HTTPError:
                return
            if reply.status_code == 303:
                tally.acknowledged.append(email)
            else:
                tally.odd.append(f"{reply.status_code} {email}")


async def load(server: Server, tally: Tally, cycle: int, chance: random.Random) -> None:
    """Put the server under load until some registrations have been acknowledged, then kill it."""
    enough = len(tally.acknowledged) + chance.randint(2, 40)
    clients = [asyncio.create_task(client(server, tally, f"c{cycle}x{number}")) for number in range(CLIENTS)]
    await eventually(lambda: len(tally.acknowledged) >= enough, seconds=60)
    await asyncio.sleep(chance.uniform(0, 0.05))
    await asyncio.to_thread(server.kill_all)
    await asyncio.gather(*clients)


def waiting(path: Path) -> int:
    """Return how many registrations nobody works on yet."""
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        return connection.execute("SELECT count(*) FROM job WHERE state = 'waiting'").fetchone()[0]


def faults(path: Path, tally: Tally) -> list[str]:
    """Return everything that is lost, doubled or half-done in the database, in words."""
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        connection.execute("BEGIN")  # one snapshot: the server may be at work
        return list(_faults(connection, tally))


def _faults(connection: sqlite3.Connection, tally: Tally):
    def column(query: str) -> list[str]:
        return [row[0] for row in connection.execute(query)]

    yield from (f"integrity: {found}" for found in column("PRAGMA integrity_check") if found != "ok")
    yield from (f"a foreign key leads nowhere: {row}" for row in connection.execute("PRAGMA foreign_key_check"))

    waiting = column("SELECT json_extract(payload, '$.email') FROM job WHERE state IN ('waiting', 'running')")
    linked = column("SELECT json_extract(payload, '$.email') FROM link")
    mailed = column("SELECT recipient FROM outbox")
    for email in set(tally.acknowledged) - set(waiting) - set(linked):
        yield f"acknowledged and lost: {email}"
    for name, found in (("job", waiting), ("link", linked), ("e-mail", mailed)):
        yield from (f"{name} twice: {email}" for email in {email for email in found if found.count(email) > 1})
        yield from (f"{name} from nowhere: {email}" for email in set(found) - set(tally.sent))
    for email in set(linked) ^ set(mailed):
        yield f"a link without its e-mail, or the other way round: {email}"
    jobs, asked = column("SELECT count(*) FROM job")[0], "SELECT count(*) FROM {}"
    for what, count in (
        ("forms kept", asked.format("submission WHERE location = '/register/check-your-email'")),
        ("entries in the log", asked.format("audit_entry WHERE action = 'registration.asked'")),
    ):
        if column(count)[0] != jobs:
            yield f"{jobs} registrations, but {column(count)[0]} {what}"
    if column("SELECT count(*) FROM submission WHERE location = ''")[0]:
        yield "a form that was begun and not done"
    done = column("SELECT count(*) FROM job WHERE state = 'done'")[0]
    if done > len(mailed):
        yield f"{done} registrations are done, but there are {len(mailed)} e-mails"
    yield from (f"a failed job: {error}" for error in column("SELECT error FROM job WHERE error <> ''"))


async def run(cycles: int, folder: Path, *, chance: random.Random) -> tuple[Tally, list[str]]:
    """Run so many cycles on one file; return what the clients know and every fault found."""
    path, tally, found = folder / "pledge.sqlite", Tally(), []
    server = Server(f"sqlite:///{path}", folder / "log", PLEDGE_TRUSTED_PROXIES="1")
    try:
        for cycle in range(cycles):
            await asyncio.to_thread(server.start)
            found += faults(path, tally)  # after the crash before
            await load(server, tally, cycle, chance)
        await asyncio.to_thread(server.start)
        await eventually(lambda: not waiting(path), seconds=60)  # the work goes on where it was
        found += faults(path, tally)
    finally:
        server.__exit__()
    return tally, found + tally.odd


def main() -> None:
    """Run the cycles given on the command line, and say what happened."""
    cycles, seed = int(sys.argv[1]), random.randrange(10**6)
    with tempfile.TemporaryDirectory() as folder:
        tally, found = asyncio.run(run(cycles, Path(folder), chance=random.Random(seed)))
    print(
        f"{cycles} kills (seed {seed}): {len(tally.sent)} sent, {len(tally.acknowledged)} acknowledged, faults:", found
    )
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
