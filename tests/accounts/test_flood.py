"""A flood of sign-ins does not starve the pages: ``make soak`` measures it on a real server."""

import ast
import asyncio
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.support.server import Server

ASKED = 400  # pages, at twenty a second


async def p95(server: Server) -> float:
    """Ask for a public page at twenty a second; return the 95th percentile of the answers' milliseconds."""
    taken = []
    async with httpx.AsyncClient(base_url=server.url) as http:
        for _ in range(ASKED):
            began = time.perf_counter()
            reply = await http.get("/help")
            assert reply.status_code == 200
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(max(0.0, 0.05 - taken[-1]))
    return statistics.quantiles(taken, n=20)[-1] * 1000


@pytest.mark.soak
async def test_pages_are_served_while_thousands_try_to_sign_in(tmp_path: Path):
    with Server(f"sqlite:///{tmp_path}/pledge.sqlite", tmp_path / "log", PLEDGE_TRUSTED_PROXIES="1") as server:
        await p95(server)  # warm
        idle = await p95(server)
        flood = subprocess.Popen(
            [sys.executable, "-m", "tests.accounts.flooding", server.url], stdout=subprocess.PIPE, text=True
        )
        assert flood.stdout is not None and flood.stdout.readline() == "flooding\n"
        try:
            busy = await p95(server)
        finally:
            flood.terminate()
            done = ast.literal_eval(flood.communicate()[0])
    print(
        f"p95 of a public page: {idle:.1f} ms idle, {busy:.1f} ms while {sum(done.values())} tried to sign in: {done}"
    )
    assert sum(done.values()) > 100 and set(done) <= {422, 429, 503}
    assert busy <= 2 * idle
