"""The loop that does background work: claimed jobs, and what is due by the clock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pledge.database.unit import write
from pledge.worker import queue

log = logging.getLogger("pledge.worker")

POLL = 0.5  # seconds between looks when there is nothing to do

Handler = Callable[[queue.Claimed], Awaitable[None]]
Chore = Callable[[], Awaitable[Any]]


@dataclass(slots=True)
class Every:
    """A chore done again after so many seconds, by whichever worker looks first. Chores are idempotent."""

    seconds: float
    chore: Chore
    due: float = field(default=0.0)


class Worker:
    """Runs handlers by job kind, and chores by the clock. The application's root says which."""

    def __init__(self, handlers: Mapping[str, Handler], chores: Sequence[Every] = ()) -> None:
        self.handlers = handlers
        self.chores = list(chores)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set. A failure is logged and never ends the loop."""
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            busy = False
            try:
                busy = await self.run_one()
                for every in self.chores:
                    if loop.time() >= every.due:
                        await every.chore()
                        every.due = loop.time() + every.seconds
            except Exception:
                log.exception("background work failed")
                await asyncio.sleep(1)
            if not busy:
                try:
                    await asyncio.wait_for(stop.wait(), POLL)
                except TimeoutError:
                    continue

    async def run_one(self) -> bool:
        """Claim and do one job; return whether there was one."""
        job = await queue.claim()
        if job is None:
            return False
        try:
            await self.handlers[job.kind](job)
        except Exception as error:
            log.exception("job %s failed (attempt %d)", job.kind, job.attempts)
            await write(partial(queue.fail, job, error))
        else:
            await write(partial(queue.complete, job.id))
        return True

    async def run_all(self) -> int:
        """Do every job that is due and every chore once; return how many jobs there were."""
        done = 0
        while await self.run_one():
            done += 1
        for every in self.chores:
            await every.chore()
        return done
