"""Background work as rows in our own database: written with the business change, claimed with a lease, never lost.

A handler may run more than once (its worker may die after the work and before the note), so each is idempotent.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import write
from pledge.words.text import clean

LEASE = timedelta(minutes=5)
ATTEMPTS = 5  # then the job is poison: kept as failed, for a person to look at
NOTHING = "{}"  # an empty payload
KEPT = timedelta(days=7)  # the note of a finished job, and what a failed one was about


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds until its lease ends. ``attempts`` counts the claims, this one included."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int


GivenUp = Callable[[Claimed], Awaitable[None]]  # runs in the unit that gives a job up


async def enqueue(
    kind: str, payload: dict[str, Any], *, dedupe: str | None = None, run_after: datetime | None = None
) -> None:
    """Add a job in the current unit. While one with the same ``dedupe`` waits or runs, no second one is added."""
    now = clock.now()
    await sql.rows(
        "INSERT INTO job (id, kind, payload, dedupe, state, run_after, attempts, error, created) "
        "VALUES ({}, {}, {}, {}, 'waiting', {}, 0, '', {}) ON CONFLICT (dedupe) DO NOTHING",
        new_id(),
        kind,
        msgspec.json.encode(payload).decode(),
        dedupe,
        run_after or now,
        now,
    )


async def others_wait() -> bool:
    """Say whether a job is due that nobody has taken yet, in the current unit: long work can let it go first."""
    return bool(await sql.rows("SELECT id FROM job WHERE state = 'waiting' AND run_after <= {} LIMIT 1", clock.now()))


async def claim(give_up: GivenUp | None = None) -> Claimed | None:
    """Take the job that has been due longest, or one whose worker let its lease pass; None when nothing is due.

    A job whose workers let its lease pass ``ATTEMPTS`` times is given up: it may be what ends them. ``give_up`` is
    called in the unit that does so.
    """

    async def unit() -> dict[str, Any] | None:
        now = clock.now()
        return await sql.row(
            "UPDATE job SET state = 'running', lease_until = {}, attempts = attempts + 1 WHERE id = ("
            "SELECT id FROM job WHERE (state = 'waiting' AND run_after <= {}) "
            "OR (state = 'running' AND lease_until < {}) ORDER BY run_after LIMIT 1 FOR UPDATE SKIP LOCKED"
            ") RETURNING id, kind, payload, attempts",
            now + LEASE,
            now,
            now,
        )

    while found := await write(unit):
        job = Claimed(found["id"], found["kind"], msgspec.json.decode(found["payload"]), found["attempts"])
        if job.attempts <= ATTEMPTS:
            return job
        await write(partial(fail, job, RuntimeError("its worker ended every time"), give_up))
    return None


async def renew(job: UUID) -> None:
    """Keep a long job's lease, in the current unit."""
    await sql.rows("UPDATE job SET lease_until = {} WHERE id = {} AND state = 'running'", clock.now() + LEASE, job)


# What a worker notes about a job counts only while it holds the job: after its lease another may have claimed it.


async def complete(job: Claimed) -> None:
    """Note that a job is done, in the current unit. Its ``dedupe`` is free again, what it was about is forgotten."""
    await sql.rows(
        "UPDATE job SET state = 'done', finished = {}, payload = {}, error = '', dedupe = NULL, lease_until = NULL "
        "WHERE id = {} AND state = 'running' AND attempts = {}",
        clock.now(),
        NOTHING,
        job.id,
        job.attempts,
    )


async def hand_back(job: Claimed) -> None:
    """Let any worker take an unfinished job at once, in the current unit: this worker was told to stop."""
    await sql.rows(
        "UPDATE job SET state = 'waiting', attempts = attempts - 1, lease_until = NULL "
        "WHERE id = {} AND state = 'running' AND attempts = {}",
        job.id,
        job.attempts,
    )


async def fail(job: Claimed, error: Exception, give_up: GivenUp | None = None) -> None:
    """Note a failure in the current unit: tried again later, or given up after the last attempt and kept as failed.

    Whoever waits for what a job does must not wait for ever: ``give_up`` is called when it is given up.
    """
    last = job.attempts >= ATTEMPTS
    noted = await sql.rows(
        "UPDATE job SET state = {}, error = {}, run_after = {}, lease_until = NULL, finished = {}, "
        "dedupe = CASE WHEN attempts >= {} THEN NULL ELSE dedupe END "
        "WHERE id = {} AND state = 'running' AND attempts = {} RETURNING id",
        "failed" if last else "waiting",
        clean(f"{type(error).__name__}: {error}")[:500],
        clock.now() + timedelta(seconds=5 * 3**job.attempts),
        clock.now() if last else None,
        ATTEMPTS,
        job.id,
        job.attempts,
    )
    if noted and last and give_up is not None:
        await give_up(job)


async def prune() -> dict[str, int]:
    """Forget done jobs, and what failed jobs were about, after a week, in the current unit. Return rows by table."""
    before = clock.now() - KEPT
    gone = await sql.changed("DELETE FROM job WHERE state = 'done' AND finished < {}", before)
    await sql.rows("UPDATE job SET payload = {}, error = '' WHERE state = 'failed' AND finished < {}", NOTHING, before)
    return {"job": gone}


async def counts() -> dict[str, int]:
    """Return how many jobs are waiting, running and failed for good, in the current unit."""
    rows = await sql.rows("SELECT state, count(*) AS jobs FROM job WHERE state <> 'done' GROUP BY state")
    return {"waiting": 0, "running": 0, "failed": 0} | {row["state"]: row["jobs"] for row in rows}
