"""Tries to sign in again and again, each time as somebody else from somewhere else, until it is told to stop.

    python -m tests.accounts.flooding URL

A process of its own: what the attackers' computers have to do must not slow down whoever measures.
"""

import asyncio
import os
import signal
import sys
from collections import Counter

import httpx

AT_ONCE = 16
FORM = {"password": "three brown oak tables", "_key": "k"}


async def flood(url: str, name: str, done: Counter[int]) -> None:
    async with httpx.AsyncClient(base_url=url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as http:
        number = 0
        while True:
            number += 1
            http.headers["X-Forwarded-For"] = f"{name}-{number}"
            reply = await http.post("/sign-in", data={**FORM, "email": f"{name}{number}@example.org"})
            done[reply.status_code] += 1


async def main(url: str) -> None:
    os.nice(19)
    done: Counter[int] = Counter()
    tasks = [asyncio.create_task(flood(url, f"f{number}", done)) for number in range(AT_ONCE)]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("flooding", flush=True)
    await stop.wait()
    for task in tasks:
        task.cancel()
    print(dict(done), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
