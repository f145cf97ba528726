"""Putting an e-mail into the outbox, in the same transaction as what it is about: never one without the other."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pledge.database import clock, sql
from pledge.database.ids import new_id

KEPT = timedelta(days=90)  # the note that a message was sent, to whom and about what; for that long ``dedupe`` holds


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail in plain words. ``calendar`` is an iCalendar text to attach, with its METHOD (REQUEST, CANCEL)."""

    recipient: str
    subject: str
    body: str
    calendar: str = ""
    calendar_method: str = ""


async def post(message: Message, *, dedupe: str | None = None) -> None:
    """Queue a message in the current unit. A second one with the same ``dedupe`` (within ``KEPT``) is not queued."""
    now = clock.now()
    await sql.rows(
        "INSERT INTO outbox (id, recipient, subject, body, calendar, calendar_method, dedupe, state, run_after, "
        "attempts, error, created) VALUES ({}, {}, {}, {}, {}, {}, {}, 'waiting', {}, 0, '', {}) "
        "ON CONFLICT (dedupe) DO NOTHING",
        new_id(),
        message.recipient,
        message.subject,
        message.body,
        message.calendar,
        message.calendar_method,
        dedupe,
        now,
        now,
    )


async def prune() -> None:
    """Forget what failed messages said after a week, and messages that are over after ``KEPT``, in the current unit."""
    now = clock.now()
    await sql.rows(
        "UPDATE outbox SET body = '', calendar = '' WHERE state = 'failed' AND run_after < {}", now - timedelta(days=7)
    )
    await sql.rows("DELETE FROM outbox WHERE state IN ('sent', 'failed') AND run_after < {}", now - KEPT)


async def counts() -> dict[str, int]:
    """Return how many e-mails are waiting (being sent included) and failed for good, in the current unit."""
    rows = await sql.rows("SELECT state, count(*) AS mails FROM outbox WHERE state <> 'sent' GROUP BY state")
    found = {row["state"]: row["mails"] for row in rows}
    return {"waiting": found.get("waiting", 0) + found.get("sending", 0), "failed": found.get("failed", 0)}


async def newest(count: int) -> list[dict[str, Any]]:
    """Return the newest e-mails with all that is in them, in the current unit. For the demo's mailbox only."""
    return await sql.rows(
        "SELECT recipient, subject, body, calendar, created FROM outbox ORDER BY created DESC, id LIMIT {}", count
    )
