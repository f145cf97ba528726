"""What a question page and a saved answer cost, against bare Litestar plaintext and the same page elsewhere.

    python tests/benchmarks/serving.py [sqlite|postgres] [--tiny]

Every figure is the processor time of the serving process for one request, measured in one run and interleaved, so that
other work on the machine changes the figures but hardly the ratios. ``ratio`` is plaintext ÷ page: what share of the
plaintext's requests per second the page reaches.
"""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from goals import TINY, at_least, at_most, database_kind, verdict

ROUNDS = 2 if TINY else 5
REQUESTS = 32 if TINY else 608  # an even number for each connection: each save changes an answer, in every round
CONNECTIONS = 8
PAGE = "/assessments/procurement/leadership"
TICK = os.sysconf("SC_CLK_TCK")
GOALS = {"sqlite": {"page": 0.30, "save": 0.15}, "postgres": {"page": 0.15, "save": None}}


class Served:
    """A server in processes of its own. Its processor time is that of all of them."""

    def __init__(self, name: str, command: list[str], port: int) -> None:
        self.name = name
        self.port = port
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.started = self._wait()

    def _wait(self) -> float:
        began = time.monotonic()
        while time.monotonic() - began < 60:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return time.monotonic() - began
            time.sleep(0.01)
        raise SystemExit(f"{self.name} did not start")

    def processes(self) -> list[int]:
        """Return the server's process and its children."""
        found = [self.process.pid]
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError):
                fields = path.read_text().rpartition(")")[2].split()
                if int(fields[1]) in found:
                    found.append(int(path.parent.name))
        return found

    def cpu(self) -> float:
        """Return the seconds of processor time used so far."""
        total = 0.0
        for pid in self.processes():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += (int(fields[11]) + int(fields[12])) / TICK
        return total

    def memory(self) -> int:
        """Return the largest resident size of its processes, in bytes."""
        sizes = []
        for pid in self.processes():
            with contextlib.suppress(OSError):
                sizes.append(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
        return max(sizes)

    def stop(self) -> None:
        """End it with all its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


async def _many(port: int, requests: list[bytes], wanted: bytes) -> None:
    """Send requests over connections that are kept open, in turns, and check every answer's status."""

    async def one(share: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in share:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.split(b" ", 2)[1] in wanted.split(), head[:300]
            assert b"location: " + PAGE.encode() not in head.lower(), "it was not saved, and the page is shown again"
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            if length:
                await reader.readexactly(int(length[1]))
            if b"connection: close" in head.lower():
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    await asyncio.gather(*[one(requests[number::CONNECTIONS]) for number in range(CONNECTIONS)])


def cost(server: Served, requests: list[bytes], wanted: bytes = b"200") -> float:
    """Return the processor time of one request in microseconds."""
    before = server.cpu()
    asyncio.run(_many(server.port, requests, wanted))
    return (server.cpu() - before) / len(requests) * 1e6


def get(path: str, token: str) -> bytes:
    """Return a GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: pledge={token}\r\n\r\n".encode()


def post(path: str, token: str, fields: dict[str, str]) -> bytes:
    """Return a form post from our own page."""
    body = urlencode(fields)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: pledge={token}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def fields(port: int, token: str) -> dict[str, str]:
    """Return the hidden fields of the question page's form."""
    asked = Request(f"http://127.0.0.1:{port}{PAGE}", headers={"Cookie": f"pledge={token}"})
    with urlopen(asked, timeout=30) as answer:
        html = answer.read().decode()
    form = re.search(rf'<form[^>]*action="{PAGE}.*?</form>', html, re.DOTALL)
    assert form, html
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))


def saves(port: int, tokens: list[str], options: list[str]) -> list[bytes]:
    """Return requests that each change one answer: every connection has a firm of its own, and knows its revision."""
    forms = [fields(port, token) for token in tokens]
    found = []
    for number in range(REQUESTS):
        turn, firm = divmod(number, CONNECTIONS)
        own = {"revision": str(int(forms[firm]["revision"]) + turn), "_key": token_urlsafe(32)}
        found.append(post(PAGE, tokens[firm], {**forms[firm], **own, "q-p-a1": options[turn % 2]}))
    return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def litestar(name: str, target: str, *, factory: bool) -> Served:
    """Serve a Litestar application as ``pledge serve`` does."""
    port = free_port()
    code = (
        "from granian import Granian; from granian.constants import Interfaces, Loops; "
        "from granian.log import LogLevels; "
        f"Granian({target!r}, factory={factory}, address='127.0.0.1', port={port}, interface=Interfaces.ASGI, "
        "workers=1, loop=Loops.uvloop, websockets=False, log_level=LogLevels.error).serve()"
    )
    return Served(name, [sys.executable, "-c", code], port)


def gunicorn(name: str, target: str) -> Served:
    """Serve a WSGI application with gunicorn's threads."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "4"]
    return Served(name, [*command, "--keep-alive", "30", "--log-level", "error", target], port)


async def prepare() -> tuple[list[str], list[str]]:
    """Make a firm with a full draft for each connection; return their sessions' secrets and one question's options."""
    from tests.support.cast import Person
    from tests.support.firms import answer_all, fill_profile, start

    from pledge.accounts import people, sessions
    from pledge.assessments import definitions
    from pledge.commands.preparing import publish
    from pledge.database import migrating
    from pledge.database.unit import database, write
    from pledge.organisations import joining

    await database().start()
    await migrating.migrate()
    await publish()
    tokens = []
    for number in range(CONNECTIONS):
        email = f"alice{number}@example.org"
        person = await write(partial(people.add, email, "Alice", ""))
        assert person is not None
        organisation = await write(partial(joining.found, "Pendle Joinery", person))
        tokens.append(await write(partial(sessions.start, person, "benchmark", organisation)))
        alice = Person("Alice", email, person, None, organisation, "owner")  # type: ignore[arg-type]
        await fill_profile(alice)
        await start(alice)
        await answer_all(alice)
    await database().stop()
    definition = definitions.current("procurement")
    assert definition is not None
    best, *_, worst = [option.value for option in definition.question("p-a1").options]
    return tokens, [best, worst]


def measure(kind: str) -> int:
    """Print the figures for a database."""
    tokens, options = asyncio.run(prepare())
    token = tokens[0]
    plain = litestar("bare Litestar plaintext", "tests.benchmarks.peers.plain:app", factory=False)
    ours = litestar("Pledge", "pledge.app:from_environment", factory=True)
    servers = [plain, ours]
    if kind == "sqlite":
        servers += [
            gunicorn("Flask", "tests.benchmarks.peers.flask_page:app"),
            gunicorn("Django", "tests.benchmarks.peers.django_page:app"),
        ]
    best: dict[str, float] = {}

    def keep(name: str, figure: float) -> None:
        best[name] = min(best.get(name, float("inf")), figure)

    try:
        for _ in range(ROUNDS):
            keep("plain", cost(plain, [get("/", token)] * REQUESTS * 4))
            keep("page", cost(ours, [get(PAGE, token)] * REQUESTS))
            keep("save", cost(ours, saves(ours.port, tokens, options), b"303"))
            for peer in servers[2:]:
                keep(peer.name, cost(peer, [get(PAGE, token)] * (REQUESTS // 3)))
        print(f"{kind}: processor time of one request, the lowest of {ROUNDS} rounds of {REQUESTS}")
        print(f"  bare Litestar plaintext      {best['plain']:7.0f} µs")
        for name, words in (("page", "question page"), ("save", "saved answer, durable")):
            ratio, goal = best["plain"] / best[name], GOALS[kind][name]
            aim = at_least(ratio, goal) if goal else "no goal set"
            print(f"  {words:28} {best[name]:7.0f} µs   ratio {ratio:.2f}   {aim}")
        for peer, goal in zip(servers[2:], (4, 10), strict=False):
            ratio = best[peer.name] / best["page"]
            aim = at_least(ratio, goal)
            print(f"  the same page in {peer.name:11} {best[peer.name]:7.0f} µs   {ratio:.1f} × ours   {aim}")
        memory = ours.memory() / 2**20
        print(f"  web worker's memory          {memory:7.0f} MB   {at_most(memory, 120)}")
        return verdict()
    finally:
        for server in servers:
            server.stop()


def main() -> int:
    """Measure on the database that is asked for."""
    kind = database_kind()
    folder = Path(tempfile.mkdtemp(prefix="pledge-bench-"))
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])
    sys.path.insert(0, str(Path.cwd()))
    if kind == "sqlite":
        os.environ["PLEDGE_DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite"
        return measure(kind)
    from tests.support.databases import PostgresServer

    server = PostgresServer(folder)
    try:
        os.environ["PLEDGE_DATABASE_URL"] = asyncio.run(server.start_for_owner())
        return measure(kind)
    finally:
        server.close()


if __name__ == "__main__":
    raise SystemExit(main())
