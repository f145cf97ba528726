"""What a page of the public register costs with thousands in it, beside the one page of fifty.

    python tests/benchmarks/register.py [sqlite|postgres] [ORGANISATIONS] [--tiny]

Two processes serve, each with a database of its own: one with fifty organisations, one with all. They answer by turns,
so that whatever else the machine does slows both. Times are processor time for one request, with PostgreSQL’s own
processes; no client is in them. Every organisation has signed.
"""

import asyncio
import contextlib
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from goals import TINY, at_most, database_kind, size, verdict

RATIO = 1.2  # the goal: of a page of all of them to the one with fifty
FEW = 50
GETS, BEST_OF = (1, 1) if TINY else (200, 12)  # PostgreSQL’s time is told in hundredths of a second
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TICKS = os.sysconf("SC_CLK_TCK")


def processor_time(server: str) -> float:
    """Return the seconds of processor time that this process has taken so far, and PostgreSQL’s own ones."""
    spent = time.process_time()
    if not server:
        return spent
    master = Path(server, "postmaster.pid").read_text().split()[0]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(") ")[2].split()
            if fields[1] == master:
                spent += (int(fields[11]) + int(fields[12])) / TICKS
    return spent


async def get(application, address: str) -> bytes:
    """Return the body with which the application answers."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8000")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await application(scope, receive, send)
    assert sent[0]["status"] == 200, address
    return b"".join(message.get("body", b"") for message in sent)


async def serve(count: int, owner: str, server: str) -> None:
    """Make so many organisations that have signed; then print what one request for each address read takes, in ms."""
    from tests.insights import population
    from tests.support.site import make_application

    from pledge.database import migrating
    from pledge.database.unit import database

    engine, rng = database(), random.Random(20261129)
    if server:
        ours, engine.config = engine.config, {"dsn": owner}
    await engine.start()
    await migrating.migrate()
    if server:
        await engine.stop()
        engine.config = ours
        await engine.start()
    firms = population.firms(rng, count)
    for firm in firms:
        firm.name = f"{''.join(rng.choices(LETTERS, k=8)).capitalize()} & Co"
    await population.add(firms)
    await population.sign(firms)
    if server:
        await analyse(owner)
    application = make_application()[0]
    logging.disable(logging.INFO)
    ordered = [f"{firm.name}~{firm.id}".replace(" & ", "+%26+") for firm in sorted(firms, key=lambda firm: firm.name)]
    print(ordered[count // 2], ordered[-min(51, count)], ordered[-1], flush=True)
    for line in sys.stdin:
        address = line.strip()
        assert (await get(application, address)).count(b"<tr") > 1, address
        begun = processor_time(server)
        for _ in range(GETS):
            await get(application, address)
        print(1000 * (processor_time(server) - begun) / GETS, flush=True)
    await engine.stop()


async def analyse(owner: str) -> None:
    """Let PostgreSQL see how many there are, as its own maintenance does before long."""
    import asyncpg

    connection = await asyncpg.connect(owner, ssl=False)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


class Serving:
    """A process that serves so many."""

    def __init__(self, count: int, url: str, owner: str, server: str) -> None:
        command = [sys.executable, __file__, "serve", str(count), owner, server, *sys.argv[1:]]
        environment = {**os.environ, "PLEDGE_DATABASE_URL": url}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
        self.places = self._said().split()

    def cost(self, address: str) -> float:
        """Return the milliseconds of one request."""
        self.process.stdin.write(f"{address}\n")
        self.process.stdin.flush()
        return float(self._said())

    def _said(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            sys.exit("A process that serves has ended.")
        return line

    def stop(self) -> None:
        """End it."""
        self.process.communicate()


def compare(few: Serving, many: Serving, count: int) -> None:
    """Print what each page costs."""
    middle, before_last, last = many.places
    pages = {
        "first page": "/signatories",
        "a page in the middle": f"/signatories?after={middle}",
        "last page": f"/signatories?after={before_last}",
        "the page before that": f"/signatories?before={last}",
    }
    one: list[float] = []
    found: dict[str, list[float]] = {which: [] for which in pages}
    for _ in range(BEST_OF):
        one.append(few.cost("/signatories"))
        for which, address in pages.items():
            found[which].append(many.cost(address))
    print(f"/signatories with {FEW}: {min(one):.2f} ms of processor time")
    for which, spent in found.items():
        ratio = min(spent) / min(one)
        print(
            f"/signatories with {count}, {which}: {min(spent):.2f} ms, {ratio:.2f} × as much ({at_most(ratio, RATIO)})"
        )


def main(kind: str, count: int) -> int:
    """Compare, on one kind of database."""
    from tests.support.databases import PostgresServer, owned

    folder = Path(tempfile.mkdtemp(prefix="pledge-bench-"))
    folder.chmod(0o755)
    server = PostgresServer(folder) if kind == "postgres" else None
    both: list[Serving] = []
    try:
        for number in (FEW, count):
            if server is None:
                both.append(Serving(number, f"sqlite:///{folder}/{number}.sqlite", "", ""))
            else:
                owner = asyncio.run(server.empty_url() if both else server.start_for_owner())
                both.append(Serving(number, owned(owner, "pledge_app"), owner, str(server.data)))
        compare(*both, count)
    finally:
        for serving in both:
            serving.stop()
        if server is not None:
            server.close()
        shutil.rmtree(folder, ignore_errors=True)
    return verdict()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2]), *sys.argv[3:5]))
    else:
        sys.exit(main(database_kind(), size(5000, 120)))
