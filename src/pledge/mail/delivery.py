"""Delivering the outbox over SMTP. Never lost; sent twice only if we die between sending and noting it.

A message keeps its Message-ID when it is tried again, so that mail programs can fold a duplicate.
"""

import logging
import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib

from pledge.database import clock, sql
from pledge.database.unit import write

log = logging.getLogger("pledge.mail")

LEASE = timedelta(minutes=2)
ATTEMPTS = 8  # over about a day


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes and who it is from."""

    url: str
    sender: str
    domain: str


async def deliver_due(server: Server) -> int:
    """Send every message that is due, and return how many were sent. A failing one waits longer each time."""
    sent = 0
    while messages := await write(_claim):
        for row in messages:
            try:
                await _send(server, row)
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
                log.warning("an e-mail could not be sent: %s", type(error).__name__)
                await write(partial(_failed, row, error))
            else:
                await write(partial(_done, row["id"]))
                sent += 1
    return sent


async def _claim() -> list[dict[str, Any]]:
    now = clock.now()
    return await sql.rows(
        "UPDATE outbox SET state = 'sending', lease_until = {}, attempts = attempts + 1 WHERE id IN ("
        "SELECT id FROM outbox WHERE (state = 'waiting' AND run_after <= {}) "
        "OR (state = 'sending' AND lease_until < {}) ORDER BY run_after LIMIT 20"
        ") RETURNING id, recipient, subject, body, calendar, calendar_method, attempts, created",
        now + LEASE,
        now,
        now,
    )


async def _done(message: UUID) -> None:
    await sql.rows("UPDATE outbox SET state = 'sent', sent = {}, error = '' WHERE id = {}", clock.now(), message)


async def _failed(row: dict[str, Any], error: Exception) -> None:
    state = "failed" if row["attempts"] >= ATTEMPTS else "waiting"
    wait = timedelta(seconds=30 * 4 ** min(row["attempts"] - 1, 5))
    await sql.rows(
        "UPDATE outbox SET state = {}, run_after = {}, error = {} WHERE id = {}",
        state,
        clock.now() + wait,
        f"{type(error).__name__}: {error}"[:500],
        row["id"],
    )


def compose(server: Server, row: dict[str, Any]) -> EmailMessage:
    """Return the e-mail for an outbox row (id, recipient, subject, body, calendar, calendar_method, created)."""
    mail = EmailMessage()
    mail["From"] = server.sender
    mail["To"] = row["recipient"]
    mail["Subject"] = row["subject"]
    mail["Date"] = format_datetime(row["created"])
    mail["Message-ID"] = f"<{row['id']}@{server.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(row["body"])
    if row["calendar"]:
        mail.add_attachment(
            row["calendar"].encode(),
            maintype="text",
            subtype="calendar",
            filename="event.ics",
            params={"method": row["calendar_method"], "charset": "utf-8"},
        )
    return mail


async def _send(server: Server, row: dict[str, Any]) -> None:
    parts = urlsplit(server.url)
    secure = parts.scheme == "smtps"
    await aiosmtplib.send(
        compose(server, row),
        hostname=parts.hostname,
        port=parts.port or (465 if secure else 587),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=secure,
        start_tls=None if not secure else False,  # None: when the server offers it
        tls_context=ssl.create_default_context(),
        timeout=20,
    )
