"""Background work as rows in our own database: written with the business change, claimed with a lease, never lost.

A handler may run more than once (its worker may die after the work and before the note), so each is idempotent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import write

LEASE = timedelta(minutes=5)
ATTEMPTS = 5  # then the job is poison: kept as failed, for a person to look at


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds until its lease ends."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int


async def enqueue(
    kind: str, payload: dict[str, Any], *, dedupe: str | None = None, run_after: datetime | None = None
) -> None:
    """Add a job in the current unit. While one with the same ``dedupe`` exists, no second one is added."""
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


async def claim() -> Claimed | None:
    """Take the job that has been due longest, or one whose worker let its lease pass; None when nothing is due."""

    async def unit() -> dict[str, Any] | None:
        now = clock.now()
        return await sql.row(
            "UPDATE job SET state = 'running', lease_until = {}, attempts = attempts + 1 WHERE id = ("
            "SELECT id FROM job WHERE (state = 'waiting' AND run_after <= {}) "
            "OR (state = 'running' AND lease_until < {}) ORDER BY run_after LIMIT 1"
            ") AND (state = 'waiting' OR lease_until < {}) RETURNING id, kind, payload, attempts",
            now + LEASE,
            now,
            now,
            now,
        )

    found = await write(unit)
    if found is None:
        return None
    return Claimed(found["id"], found["kind"], msgspec.json.decode(found["payload"]), found["attempts"])


async def renew(job: UUID) -> None:
    """Keep a long job's lease, in the current unit."""
    await sql.rows("UPDATE job SET lease_until = {} WHERE id = {}", clock.now() + LEASE, job)


async def complete(job: UUID) -> None:
    """Note that a job is done, in the current unit; its ``dedupe`` is free again."""
    await sql.rows(
        "UPDATE job SET state = 'done', finished = {}, dedupe = NULL, lease_until = NULL WHERE id = {}",
        clock.now(),
        job,
    )


async def fail(job: Claimed, error: Exception) -> None:
    """Note a failure in the current unit: tried again later, or kept as failed after the last attempt."""
    last = job.attempts >= ATTEMPTS
    await sql.rows(
        "UPDATE job SET state = {}, error = {}, run_after = {}, lease_until = NULL, finished = {} WHERE id = {}",
        "failed" if last else "waiting",
        f"{type(error).__name__}: {error}"[:500],
        clock.now() + timedelta(seconds=5 * 3**job.attempts),
        clock.now() if last else None,
        job.id,
    )


async def prune() -> None:
    """Forget done jobs older than a week, in the current unit."""
    await sql.rows("DELETE FROM job WHERE state = 'done' AND finished < {}", clock.now() - timedelta(days=7))
