"""Putting an e-mail into the outbox, in the same transaction as what it is about: never one without the other."""

from dataclasses import dataclass

from pledge.database import clock, sql
from pledge.database.ids import new_id


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail in plain words. ``calendar`` is an iCalendar text to attach, with its METHOD (REQUEST, CANCEL)."""

    recipient: str
    subject: str
    body: str
    calendar: str = ""
    calendar_method: str = ""


async def post(message: Message, *, dedupe: str | None = None) -> None:
    """Queue a message in the current unit. A second message with the same ``dedupe`` is not queued."""
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
