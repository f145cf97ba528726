"""A flood of sign-ins does not starve the pages: ``make soak`` measures it on a real server."""

import asyncio
import statistics
import time
from pathlib import Path

import httpx
import pytest
from tests.support.server import Server

FORM = {"email": "nobody@example.org", "password": "three brown oak tables", "_key": "k"}
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


async def flood(server: Server, name: str, done: list[int]) -> None:
    """Try to sign in again and again, each time as somebody else from somewhere else."""
    async with httpx.AsyncClient(base_url=server.url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as http:
        number = 0
        while True:
            number += 1
            http.headers["X-Forwarded-For"] = f"{name}-{number}"
            reply = await http.post("/sign-in", data={**FORM, "email": f"{name}{number}@example.org"})
            done.append(reply.status_code)


@pytest.mark.soak
async def test_pages_are_served_while_thousands_try_to_sign_in(tmp_path: Path):
    with Server(f"sqlite:///{tmp_path}/pledge.sqlite", tmp_path / "log", PLEDGE_TRUSTED_PROXIES="1") as server:
        await p95(server)  # warm
        idle, done = await p95(server), []
        flooding = [asyncio.create_task(flood(server, f"f{number}", done)) for number in range(16)]
        try:
            busy = await p95(server)
        finally:
            for task in flooding:
                task.cancel()
            await asyncio.gather(*flooding, return_exceptions=True)
    print(f"p95 of a public page: {idle:.1f} ms idle, {busy:.1f} ms while {len(done)} tried to sign in")
    assert len(done) > 100 and set(done) <= {422, 429, 503}
    assert busy <= 2 * idle
