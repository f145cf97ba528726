"""Connections that are held with half a request, half a head or nothing: everybody else is served as before.

Whoever attacks comes from 127.0.0.66, everybody else from 127.0.0.1. The server takes requests from both alike.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import httpx
import pytest

from tests.commands.test_serving import url_of
from tests.suppliers.sending import ACME, csv
from tests.support.holding_on import KINDS
from tests.support.server import Server

ATTACKER = "127.0.0.66"
NOT_READ = {"a body of a GET": "200", "to nowhere": "404", "from elsewhere": "403"}
NO_BODY = {"half a head", "half a word", "nothing", "a second request", "many requests"}
FORMS = {"a form", "a multipart form", "chunks", "a byte a second"}
OURS = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "same-origin"}  # as a script: the answer itself


@contextmanager
def holding(port: int, kinds: list[str], how_many: int, cookie: str = ""):
    """Hold on meanwhile; afterwards the counter has what became of the connections."""
    command = [sys.executable, "-m", "tests.support.holding_on", str(port), ",".join(kinds), str(how_many), ATTACKER]
    process = subprocess.Popen([*command, cookie], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    became: Counter[str] = Counter()
    try:
        assert process.stdout.readline() == "open\n"
        yield became
        said, _ = process.communicate(timeout=20)
        became.update(json.loads(said))
    finally:
        process.kill()
        process.wait()


def asked(url: str, number: int) -> float:
    """Ask on a new connection for a page, or send a form. Return how many seconds it took."""
    method, path, status = (("GET", "/health/live", 200), ("GET", "/sign-in", 200), ("POST", "/sign-in", 422))[
        number % 3
    ]
    data = {"email": "alice@example.org"} if method == "POST" else None
    began = time.monotonic()
    with httpx.Client(base_url=url, timeout=5, trust_env=False, verify=False) as client:
        assert client.request(method, path, headers=OURS, data=data).status_code == status
    return time.monotonic() - began


def send_file(url: str, person) -> int:
    """Send a supplier list, as the form on the page does. Return the status of the answer."""
    with httpx.Client(base_url=url, timeout=5, cookies={"pledge": person.browser.session}) as client:
        file = {"file": ("list.csv", csv(ACME), "text/csv")}
        data = {"organisation": str(person.organisation)}
        return client.post("/suppliers/uploads", headers=OURS, data=data, files=file).status_code


async def test_held_connections_keep_nobody_waiting_and_files_come_in(db, site, alice, charlie, tmp_path):
    held = [kind for kind in KINDS if kind not in NOT_READ and kind not in ("many requests", "after a question")]

    def attack() -> tuple[float, int, Counter[str]]:
        with (
            Server(url_of(db), tmp_path / "log") as server,
            holding(server.port, held, 40, f"pledge={charlie.browser.session}") as became,
        ):
            slowest = max(asked(server.url, number) for number in range(12))
            status = send_file(server.url, alice)
            time.sleep(0.3)  # those that found no place have heard so
        return slowest, status, became

    slowest, status, became = await asyncio.to_thread(attack)
    assert slowest < 2 and status == 303
    assert {what.partition(": ")[2] for what in became} == {"open", "503", "200"}
    assert sum(became[f"{kind}: open"] for kind in FORMS) == 32  # visitors at one address
    assert sum(became[f"{kind}: 503"] for kind in FORMS) == 4 * 40 - 32
    assert (became["a file: open"], became["a file: 503"]) == (8, 32)  # one person
    assert [became[f"{kind}: open"] for kind in ("nothing", "half a head", "half a word")] == [40, 40, 40]
    assert became["a second request: 200"] == 40


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server for all tests below."""
    folder = tmp_path_factory.mktemp("server")
    with Server(f"sqlite:///{folder}/pledge.sqlite", folder / "log") as found:
        yield found


@pytest.mark.soak
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "a file"])
def test_500_connections_of_each_kind_for_as_long_as_they_may_be_held(running, kind):
    for number in range(30):  # what is loaded at the first request is no matter of this
        asked(running.url, number)
    until, times = time.monotonic() + 17, []
    with holding(running.port, [kind], 500) as became:
        while time.monotonic() < until:
            times.append(asked(running.url, len(times)))
    times.sort()
    p99 = times[len(times) * 99 // 100]
    print(f"\n{kind}: {len(times)} requests, median {times[len(times) // 2]:.3f} s, p99 {p99:.3f} s, {dict(became)}")
    assert p99 <= 0.2
    if kind in NOT_READ:
        assert became == {f"{kind}: {NOT_READ[kind]}": 500}
    elif kind in FORMS:
        assert became == {f"{kind}: 408": 32, f"{kind}: 503": 468}
    elif kind in NO_BODY - {"a second request", "many requests"}:
        assert became == {f"{kind}: closed": 500}
