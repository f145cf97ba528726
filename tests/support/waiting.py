"""Waiting for something that another process or thread does, without guessing how long it takes."""

import asyncio
import inspect
import time


async def eventually(condition, *, seconds: float = 10) -> None:
    """Return when ``condition()`` (which may be async) is true; fail when it is not within so many seconds."""
    until = time.monotonic() + seconds
    while True:
        found = condition()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return
        assert time.monotonic() < until, f"{condition} did not become true in {seconds} s"
        await asyncio.sleep(0.01)
