"""Delivering the outbox over SMTP. Never lost; sent twice only where we cannot know that the server has taken it.

That is when we end, or the connection does, between sending a message and noting that it was taken. It keeps its
Message-ID when it is tried again, so that mail programs can fold a duplicate.
"""

import asyncio
import contextlib
import logging
import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
from email_validator import validate_email

from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.settings import LOOPBACK
from pledge.words.text import clean

log = logging.getLogger("pledge.mail")

LEASE = timedelta(minutes=5)  # longer than sending one message can take
ATTEMPTS = 8  # over about a day
SECONDS = 20  # that each step of the conversation with the mail server may take


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes and who it is from. ``domain`` is our own name, for message ids and the greeting."""

    url: str
    sender: str
    domain: str


async def deliver_due(server: Server) -> int:
    """Send every message that is due over one connection; return how many were sent. A failing one waits longer.

    Ends early when the mail server cannot be reached: the next message is tried at the next call.
    """
    sent = 0
    row = await write(_claim)
    if row is None:  # and nothing is made ready for a conversation: this is asked every second
        return sent
    client = _client(server)
    try:
        while row is not None:
            try:
                if not client.is_connected:
                    await client.connect()
                await _send(client, server, row)
            except asyncio.CancelledError:  # we are told to stop, and the mail server keeps us waiting
                client.close()
                await write(partial(_hand_back, row))
                raise
            except Exception as error:
                log.warning("an e-mail could not be sent: %s: %s", type(error).__name__, error)
                await write(partial(_failed, row, error))
                if not client.is_connected:
                    break
            else:
                await write(partial(_done, row))
                sent += 1
            row = await write(_claim)
    finally:
        if client.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
    return sent


async def _claim() -> dict[str, Any] | None:
    now = clock.now()
    return await sql.row(
        "UPDATE outbox SET state = 'sending', lease_until = {}, attempts = attempts + 1 WHERE id = ("
        "SELECT id FROM outbox WHERE (state = 'waiting' AND run_after <= {}) "
        "OR (state = 'sending' AND lease_until < {}) ORDER BY run_after LIMIT 1 FOR UPDATE SKIP LOCKED"
        ") RETURNING id, recipient, reply_to, subject, body, calendar, calendar_method, attempts, created",
        now + LEASE,
        now,
        now,
    )


# What is noted about a message counts only while we hold it: after its lease another worker may have claimed it.


async def _done(row: dict[str, Any]) -> None:
    """Note that a message was sent; its words, which may hold a link that signs somebody in, are forgotten."""
    await sql.rows(
        "DELETE FROM outbox WHERE id = {} AND state = 'sending' AND attempts = {} AND fleeting",
        row["id"],
        row["attempts"],
    )
    await sql.rows(
        "UPDATE outbox SET state = 'sent', sent = {}, error = '', body = '', calendar = '' "
        "WHERE id = {} AND state = 'sending' AND attempts = {}",
        clock.now(),
        row["id"],
        row["attempts"],
    )


async def _hand_back(row: dict[str, Any]) -> None:
    """Give back a message that we may not have sent, for whoever comes next."""
    await sql.rows(
        "UPDATE outbox SET state = 'waiting', attempts = attempts - 1, lease_until = NULL "
        "WHERE id = {} AND state = 'sending' AND attempts = {}",
        row["id"],
        row["attempts"],
    )


async def _failed(row: dict[str, Any], error: Exception) -> None:
    state = "failed" if row["attempts"] >= ATTEMPTS else "waiting"
    wait = timedelta(seconds=30 * 4 ** min(row["attempts"] - 1, 5))
    await sql.rows(
        "UPDATE outbox SET state = {}, run_after = {}, error = {} "
        "WHERE id = {} AND state = 'sending' AND attempts = {}",
        state,
        clock.now() + wait,
        clean(f"{type(error).__name__}: {error}")[:500],
        row["id"],
        row["attempts"],
    )


def compose(server: Server, row: dict[str, Any]) -> EmailMessage:
    """Return the e-mail for an outbox row: id, recipient, reply_to, subject, body, calendar, calendar_method, created.

    Raises ValueError (also as EmailNotValidError) for what cannot stand in a header.
    """
    mail = EmailMessage()
    name, address = parseaddr(server.sender)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=_deliverable(row["recipient"]))
    if row["reply_to"]:
        mail["Reply-To"] = Address(addr_spec=_deliverable(row["reply_to"]))
    _name(mail, row["subject"])
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


def _name(mail: EmailMessage, subject: str) -> None:
    """Give a message its subject. Python’s new way to fold one loses spaces between long words outside ASCII."""
    mail["Subject"] = subject  # refuses what cannot stand in a header
    if not subject.isascii():
        del mail["Subject"]
        mail.set_raw("Subject", Header(subject, "utf-8", header_name="Subject").encode())


def _deliverable(recipient: str) -> str:
    """Return an address as mail servers take it: a domain with other letters in its ASCII form."""
    found = validate_email(recipient, check_deliverability=False, test_environment=True).ascii_email
    if found is None:
        raise ValueError("the address has letters before the @ that few mail servers take")
    return found


def _client(server: Server) -> aiosmtplib.SMTP:
    parts = urlsplit(server.url)
    secure = parts.scheme == "smtps"
    # Without a password, TLS is used when the server offers it; a password goes over the network only under TLS.
    must = True if parts.username and parts.hostname not in LOOPBACK else None
    return aiosmtplib.SMTP(
        hostname=parts.hostname,
        port=parts.port or (465 if secure else 587),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=secure,
        start_tls=False if secure else must,
        tls_context=ssl.create_default_context(),
        local_hostname=server.domain,
        timeout=SECONDS,
    )


async def _send(client: aiosmtplib.SMTP, server: Server, row: dict[str, Any]) -> None:
    mail = compose(server, row)
    await client.send_message(mail, sender=parseaddr(server.sender)[1], recipients=[mail["To"].addresses[0].addr_spec])
