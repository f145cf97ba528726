"""The loops that do background work: claimed jobs, and what is due by the clock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pledge.database.outages import is_outage
from pledge.database.unit import write
from pledge.worker import queue

log = logging.getLogger("pledge.worker")

POLL = 0.5  # seconds between looks when there is nothing to do
AFTER_FAILURE = 1.0  # seconds to wait when the database did not answer
STOPPING = 2.0  # seconds that work under way has when the worker is told to stop

Handler = Callable[[queue.Claimed], Awaitable[None]]
Chore = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Every:
    """A chore done again after so many seconds, by every worker. Chores are idempotent and share no state."""

    seconds: float
    chore: Chore


class Worker:
    """Runs handlers by job kind, and chores by the clock. The application's root says which.

    ``given_up``, by job kind too, is called in the unit that gives a job up, so that nobody waits for it for ever.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        chores: Sequence[Every] = (),
        given_up: Mapping[str, queue.GivenUp] | None = None,
    ) -> None:
        self.handlers = handlers
        self.chores = list(chores)
        self.given_up = given_up or {}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set. A failure is logged and ends nothing.

        Jobs and each chore have a loop of their own, so that a long import keeps no e-mail waiting. When told to stop,
        what is under way has ``STOPPING`` seconds; a job that takes longer is handed back.
        """
        loops = [self._jobs(stop), *(self._again(every, stop) for every in self.chores)]
        tasks = [asyncio.create_task(loop) for loop in loops]
        await stop.wait()
        _, unfinished = await asyncio.wait(tasks, timeout=STOPPING)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _jobs(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                rest = 0.0 if await self.run_one() else POLL
            except Exception as error:
                _note("background work failed", error)
                rest = AFTER_FAILURE
            await _wait(stop, rest)

    async def _again(self, every: Every, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await every.chore()
            except Exception as error:
                _note("a chore failed", error)
            await _wait(stop, every.seconds)

    async def run_one(self) -> bool:
        """Claim and do one job; return whether there was one."""
        job = await queue.claim(self._give_up)
        if job is None:
            return False
        try:
            await self.handlers[job.kind](job)
        except asyncio.CancelledError:
            await write(partial(queue.hand_back, job))
            raise
        except Exception as error:
            _note(f"job {job.kind} failed (attempt {job.attempts})", error)
            await write(partial(queue.fail, job, error, self._give_up))
        else:
            await write(partial(queue.complete, job))
        return True

    async def _give_up(self, job: queue.Claimed) -> None:
        if job.kind in self.given_up:
            await self.given_up[job.kind](job)

    async def run_all(self) -> int:
        """Do every job that is due and every chore once; return how many jobs there were."""
        done = 0
        while await self.run_one():
            done += 1
        for every in self.chores:
            await every.chore()
        return done


def _note(what: str, error: Exception) -> None:
    """Log a failure: with its traceback when it is a mistake of ours, in one line when the database is away."""
    log.error("%s: %s: %s", what, type(error).__name__, error, exc_info=None if is_outage(error) else error)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    """Return after so many seconds, or as soon as ``stop`` is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
