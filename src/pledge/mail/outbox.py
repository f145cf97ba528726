"""Putting an e-mail into the outbox, in the same transaction as what it is about: never one without the other."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pledge.database import clock, sql
from pledge.database.ids import new_id

KEPT = timedelta(days=90)  # the note that a message was sent, to whom and about what; for that long ``dedupe`` holds


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail in plain words. ``calendar`` is an iCalendar text to attach, with its METHOD (REQUEST, CANCEL).

    ``reply_to`` is the address that an answer goes to, "" for our own.
    """

    recipient: str
    subject: str
    body: str
    calendar: str = ""
    calendar_method: str = ""
    reply_to: str = ""


async def post(message: Message, *, dedupe: str | None = None, fleeting: bool = False) -> None:
    """Queue a message in the current unit. A second one with the same ``dedupe`` (within ``KEPT``) is not queued.

    Of a ``fleeting`` one nothing is kept once it is sent: it is to somebody whom we forget.
    """
    now = clock.now()
    await sql.rows(
        "INSERT INTO outbox (id, recipient, subject, body, calendar, calendar_method, reply_to, dedupe, state, "
        "run_after, attempts, error, created, fleeting) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 'waiting', {}, 0, '', {}, {}) "
        "ON CONFLICT (dedupe) DO NOTHING",
        new_id(),
        message.recipient,
        message.subject,
        message.body,
        message.calendar,
        message.calendar_method,
        message.reply_to,
        dedupe,
        now,
        now,
        fleeting,
    )


async def prune() -> dict[str, int]:
    """Forget what failed messages said after a week, and messages that are over after ``KEPT``, in the current unit.

    A fleeting message that failed goes after the week. Return the number of rows by table.
    """
    now = clock.now()
    week = now - timedelta(days=7)
    await sql.rows(
        "UPDATE outbox SET body = '', calendar = '' WHERE state = 'failed' AND body <> '' AND run_after < {}", week
    )
    return {
        "outbox": await sql.changed(
            "DELETE FROM outbox WHERE (state IN ('sent', 'failed') AND run_after < {}) "
            "OR (state = 'failed' AND fleeting AND run_after < {})",
            now - KEPT,
            week,
        )
    }


async def forget(name: str) -> None:
    """Take a name out of what is kept of e-mails to others, in the current unit; one that waits goes when it is sent.

    name: of a person or an organisation that is being erased.
    """
    found = "%" + "".join(f"!{char}" if char in "!%_" else char for char in name) + "%"
    await sql.rows(
        "UPDATE outbox SET subject = '' WHERE state IN ('sent', 'failed') AND subject LIKE {} ESCAPE '!'", found
    )
    await sql.rows(
        "UPDATE outbox SET fleeting = TRUE WHERE state <> 'sent' AND (subject LIKE {} ESCAPE '!' "
        "OR body LIKE {} ESCAPE '!')",
        found,
        found,
    )


async def counts() -> dict[str, int]:
    """Return how many e-mails are waiting (being sent included) and failed for good, in the current unit."""
    rows = await sql.rows("SELECT state, count(*) AS mails FROM outbox WHERE state <> 'sent' GROUP BY state")
    found = {row["state"]: row["mails"] for row in rows}
    return {"waiting": found.get("waiting", 0) + found.get("sending", 0), "failed": found.get("failed", 0)}


async def newest(count: int) -> list[dict[str, Any]]:
    """Return the newest e-mails with all that is in them, in the current unit. For the demo's mailbox only."""
    return await sql.rows(
        "SELECT recipient, reply_to, subject, body, calendar, created FROM outbox ORDER BY created DESC, id LIMIT {}",
        count,
    )
