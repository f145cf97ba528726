"""E-mailed links: made once, shown as a page with a button, used once by pressing it.

A mail scanner that opens the link changes nothing. Each domain registers what its links do (a Purpose) in app.py.
What is ``sealed`` in a link is enciphered with the link's own secret, which we do not keep: once the e-mail is sent,
nobody reads it without that, not even with the whole database.
"""

from base64 import b85decode, b85encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pledge.accounts.tables import Link
from pledge.database import clock, sql
from pledge.database.ids import new_id, new_token, token_hash
from pledge.policy.actors import VISITOR, Actor
from pledge.web.forms import Form

_SEALED = "sealed"  # in the payload
_ONCE = bytes(12)  # AES-GCM's nonce: each secret seals one text


@dataclass(frozen=True, slots=True)
class Opened:
    """A link: what it was made with, who has it open, its secret, and what it was made with under that seal."""

    id: UUID
    purpose: str
    person: UUID | None
    payload: dict[str, Any]
    actor: Actor = VISITOR
    secret: str = field(default="", repr=False)
    sealed: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Used:
    """Where to go after the button was pressed, and the secret of a session that it started, if it did."""

    location: str
    session: str = ""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a kind of link does.

    template: the page with the button; it is given ``link``, ``form``, the ``step`` of its address, and what ``show``
    returns in the current unit. prepare: reads the form before the unit (and may hash a password); it returns what
    ``use`` is given. use: does the work in the same unit that uses up the link. over: the page of a link that does
    not work any more; it is given ``link`` and ``reason``. Each function may raise NoLongerWorks with a reason of the
    purpose's own.
    """

    template: str
    use: Callable[[Opened, Any, str], Awaitable[Used]]
    prepare: Callable[[Opened, Form], Awaitable[Any]] | None = None
    show: Callable[[Opened], Awaitable[dict[str, Any]]] | None = None
    over: str = "accounts/link_over.html"


class NoLongerWorks(Exception):
    """The link cannot be used. ``reason``: unknown, used, expired, or a purpose's own; ``link`` is None if unknown."""

    def __init__(self, reason: str = "unknown", link: Opened | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.link = link


Purposes = Mapping[str, Purpose]


async def make(
    purpose: str, lives: timedelta, payload: dict[str, Any], *, person: UUID | None = None, sealed: str = ""
) -> str:
    """Make a link in the current unit and return its path, ``/t/<secret>``. ``sealed`` is read only by the link."""
    secret = new_token()
    if sealed:
        payload = {**payload, _SEALED: b85encode(_seal(secret).encrypt(_ONCE, sealed.encode(), None)).decode()}
    now = clock.now()
    await Link.insert(
        Link(
            id=new_id(),
            token_hash=token_hash(secret),
            purpose=purpose,
            person=person,
            payload=msgspec.json.encode(payload).decode(),
            created=now,
            expires=now + lives,
        )
    )
    return f"/t/{secret}"


async def look(secret: str, actor: Actor = VISITOR) -> Opened:
    """Return a link without using it, in the current unit. Raises NoLongerWorks."""
    row = await sql.row(
        "SELECT id, purpose, person, payload, used, expires FROM link WHERE token_hash = {}", token_hash(secret)
    )
    if row is None:
        raise NoLongerWorks
    link = _opened(row, actor, secret)
    if row["used"] is not None:
        raise NoLongerWorks("used", link)
    if row["expires"] <= clock.now():
        raise NoLongerWorks("expired", link)
    return link


async def use_up(secret: str, actor: Actor = VISITOR) -> Opened:
    """Use a link, in the current unit: whoever comes second gets NoLongerWorks."""
    now = clock.now()
    row = await sql.row(
        "UPDATE link SET used = {} WHERE token_hash = {} AND used IS NULL AND expires > {} "
        "RETURNING id, purpose, person, payload",
        now,
        token_hash(secret),
        now,
    )
    if row is None:
        raise NoLongerWorks("used", await look(secret, actor))  # mostly ``look`` raises, and says why
    return _opened(row, actor, secret)


async def prolong(token: str, until: datetime) -> None:
    """Let a link, known by the hash of its secret, work until then, in the current unit."""
    await sql.rows("UPDATE link SET expires = {} WHERE token_hash = {}", until, token)


async def spare(link: Opened) -> None:
    """Let a link work again, in the unit that used it up: what was done with it was not all that it is for."""
    await sql.rows("UPDATE link SET used = NULL WHERE id = {}", link.id)


def _opened(row: dict[str, Any], actor: Actor, secret: str) -> Opened:
    payload = msgspec.json.decode(row["payload"])
    sealed = payload.pop(_SEALED, "")
    text = _seal(secret).decrypt(_ONCE, b85decode(sealed), None).decode() if sealed else ""
    return Opened(row["id"], row["purpose"], row["person"], payload, actor, secret, text)


def _seal(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"sealed in a link").derive(secret.encode()))


async def forget(person: UUID, *purposes: str) -> None:
    """Let a person's links for some purposes work no longer, in the current unit."""
    await sql.rows(
        f"DELETE FROM link WHERE person = {{}} AND purpose IN ({sql.marks(len(purposes))})",  # noqa: S608  only marks
        person,
        *purposes,
    )


def purpose_of(link: Opened, purposes: Purposes) -> Purpose:
    """Return what a link does. Raises NoLongerWorks when this version of Pledge has no such purpose any more."""
    try:
        return purposes[link.purpose]
    except KeyError as error:
        raise NoLongerWorks from error


async def prune() -> dict[str, int]:
    """Forget links a day after they expire (until then their page can say so), in the current unit.

    Return the number of rows by table.
    """
    return {"link": await sql.changed("DELETE FROM link WHERE expires < {}", clock.now() - timedelta(days=1))}
