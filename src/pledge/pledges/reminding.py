"""Reminding owners, by e-mail, that their pledge runs out. Done by the worker, each reminder once."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.mail.outbox import Message, post
from pledge.mail.words import Mailroom
from pledge.pledges import signing
from pledge.pledges.text import PledgeText


async def remind(mailroom: Mailroom, text: PledgeText) -> None:
    """Write to the owners of every organisation whose pledge runs out in one of the text's numbers of days, or fewer.

    Reminders that were missed (nothing ran on that day) become one.
    """
    today = clock.today()
    for due in await read(partial(_due, today, text)):
        left = (due["expires_on"] - today).days
        steps = sum(left <= days for days in text.reminder_days)
        if steps <= due["reminders"]:
            continue
        messages = [
            mailroom.write(
                owner.email,
                "pledge_reminder",
                name=owner.name,
                organisation=due["name"],
                last_day=due["expires_on"],
                new_words=due["version"] != text.version,
            )
            for owner in await read(partial(signing.owners, due["organisation"]))
        ]
        await write(partial(_send, due, steps, messages))


async def _due(today: date, text: PledgeText) -> list[dict[str, Any]]:
    return await sql.rows(
        "SELECT s.id, s.organisation, s.version, s.expires_on, s.reminders, o.name FROM signature s "
        "JOIN organisation o ON o.id = s.organisation "
        "WHERE s.ended IS NULL AND s.expires_on >= {} AND s.expires_on <= {} AND s.reminders < {}",
        today,
        today + timedelta(days=max(text.reminder_days, default=0)),
        len(text.reminder_days),
    )


async def _send(due: dict[str, Any], steps: int, messages: list[Message]) -> None:
    """Note the reminder and queue its e-mails; nothing when another worker was first or the pledge has ended."""
    noted = await sql.rows(
        "UPDATE signature SET reminders = {} WHERE id = {} AND ended IS NULL AND reminders < {} RETURNING id",
        steps,
        due["id"],
        steps,
    )
    for message in messages if noted else ():
        await post(message)
