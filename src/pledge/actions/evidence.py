"""Evidence of actions: what a firm keeps to show that something was done. A link, or a small file in the database.

Every function but ``bytes_of`` runs in the caller's unit.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from pledge.actions.sniffing import named
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read
from pledge.limits import Limit, hit
from pledge.organisations.people import members
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.words.dates import uk_date
from pledge.words.text import clean

FIRM_BYTES = 50 * 1024 * 1024
MOST = 20  # pieces of one action
NAME_CHARACTERS = 200
BEFORE = (timedelta(days=30), timedelta(days=7), timedelta(0))  # the last day, when its mails go out
FILES = Limit("evidence-files", hits=60, seconds=3600)  # of one firm
# A name in the public DNS. Its last part begins with a letter: browsers read any other as an IP address.
_HOST = re.compile(r"([a-z0-9_-]+\.)+[a-z][a-z0-9-]*\.?")
_CHUNK_BYTES = 256 * 1024
_SAID = "-"  # in the place of a link where there are words alone: the table holds a link or a file


class Piece(msgspec.Struct, frozen=True):
    """One piece of evidence: a link, a file (``format`` is not ""), or words alone that have a last day.

    ``by`` is "" where nobody can tell any more.
    """

    id: UUID
    action: UUID
    title: str
    url: str
    format: str
    name: str
    size: int
    ends: date | None
    added: datetime
    by: str

    def over(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.ends is not None and self.ends < today

    @property
    def host(self) -> str:
        """Where a link leads, "" for a file."""
        try:
            return host_of(self.url)
        except ValueError:
            return ""

    @property
    def words(self) -> str:
        """What it is, its last day where it has one, and where it is, in a line."""
        ends = f" (until {uk_date(self.ends)})" if self.ends else ""
        where = self.url or self.name
        return f"{self.title}{ends}: {where}" if where else f"{self.title}{ends}"


class File(NamedTuple):
    """A file that was looked at: the name that it came with, its format by its content, its size in bytes."""

    name: str
    format: str
    size: int
    content: BinaryIO


class Full(Exception):
    """There is no room for it. ``message`` says so in plain words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


_PIECES = (
    "SELECT e.id, e.action, e.title, e.url, e.format, e.name, e.size, e.ends, e.added, p.name AS author "
    "FROM evidence e LEFT JOIN person p ON p.id = e.added_by WHERE e.organisation = {}"
)


def host_of(url: str) -> str:
    """Return the host of a link as the network knows it, so that what only looks like another is seen: xn--….

    Raises ValueError where it cannot be one.
    """
    host = urlsplit(url).hostname or ""
    return host.encode("idna").decode("ascii") if host else ""


def leads_clearly(url: str) -> bool:
    """Return whether a link names a host that everybody finds, with no user before it and a port that can be one."""
    try:
        parts = urlsplit(url)
        return "@" not in parts.netloc and parts.port != 0 and _HOST.fullmatch(host_of(url)) is not None
    except ValueError:
        return False


def told(ends: date | None, today: date) -> int:
    """Return how many of the mails before something ends are past: 30 days before its last day, 7 days, and on it."""
    return 0 if ends is None else sum(ends - before <= today for before in BEFORE)


async def of(within: OrganisationScope, action: UUID) -> list[Piece]:
    """Return the evidence of an action, the oldest first."""
    rows = await sql.rows(f"{_PIECES} AND e.action = {{}} ORDER BY e.added, e.id", within.organisation, action)
    return [_piece(row) for row in rows]


async def everything(within: OrganisationScope) -> list[Piece]:
    """Return all evidence of the organisation, the oldest first."""
    return [_piece(row) for row in await sql.rows(f"{_PIECES} ORDER BY e.added, e.id", within.organisation)]


async def find(within: OrganisationScope, piece: UUID) -> Piece:
    """Return one. Raises Missing."""
    row = await sql.row(f"{_PIECES} AND e.id = {{}}", within.organisation, piece)
    if row is None:
        raise Missing
    return _piece(row)


def _piece(row: dict[str, Any]) -> Piece:
    by = row.pop("author") or ""
    url = "" if row["url"] == _SAID else row["url"]
    return Piece(**row | {"url": url}, by=by)


async def add(within: OrganisationScope, action: UUID, title: str, ends: date | None, what: str | File) -> UUID:
    """Keep a link or a file as evidence of an action, and return its id. Raises Missing, Full and TooMany.

    ``what`` is "" where ``title`` says all, of a licence or a training that ends.
    """
    await members.hold(within, role="")  # one after the other, so that the sum below is right
    kept = await sql.row(
        "SELECT a.id, (SELECT count(*) FROM evidence e WHERE e.organisation = a.organisation AND e.action = a.id) "
        "AS pieces, (SELECT COALESCE(sum(e.size), 0) FROM evidence e WHERE e.organisation = a.organisation) AS bytes "
        "FROM action a WHERE a.organisation = {} AND a.id = {}",
        within.organisation,
        action,
    )
    if kept is None:
        raise Missing
    file = what if isinstance(what, File) else None
    if kept["pieces"] >= MOST:
        raise Full(f"This action has {MOST} pieces of evidence already. Remove one first.")
    if file and kept["bytes"] + file.size > FIRM_BYTES:
        raise Full(f"Your firm’s evidence would be larger than {FIRM_BYTES // 1024**2} MB. Remove some, or add a link.")
    piece, now = new_id(), clock.now()
    await sql.rows(
        "INSERT INTO evidence (id, organisation, action, title, url, format, name, size, ends, added, added_by, told, "
        "ended) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        piece,
        within.organisation,
        action,
        title,
        "" if isinstance(what, File) else what or _SAID,
        file.format if file else "",
        shown_name(file.name, file.format) if file else "",
        file.size if file else 0,
        ends,
        now,
        within.person,
        told(ends, clock.today()),
        False,
    )
    if file:
        await hit(FILES, str(within.organisation))
        await sql.many(
            "INSERT INTO evidence_chunk (organisation, evidence, place, data) VALUES ({}, {}, {}, {})",
            ((within.organisation, piece, place, data) for place, data in enumerate(_chunks(file.content))),
        )
    await _note(within, action, "evidence-added")
    await record("evidence.added", piece, person=within.person, organisation=within.organisation)
    return piece


async def remove(within: OrganisationScope, piece: UUID) -> UUID:
    """Remove a piece of evidence, its file too, and return the action's id. Raises Missing."""
    gone = await sql.rows(
        "DELETE FROM evidence WHERE organisation = {} AND id = {} RETURNING action", within.organisation, piece
    )
    if not gone:
        raise Missing
    action: UUID = gone[0]["action"]
    await _note(within, action, "evidence-removed")
    await record("evidence.removed", piece, person=within.person, organisation=within.organisation)
    return action


async def _note(within: OrganisationScope, action: UUID, kind: str) -> None:
    await sql.rows(
        "INSERT INTO action_change (id, organisation, action, at, person, kind, status, due, given, member, noted) "
        "VALUES ({}, {}, {}, {}, {}, {}, '', NULL, {}, NULL, {})",
        new_id(),
        within.organisation,
        action,
        clock.now(),
        within.person,
        kind,
        False,
        False,
    )


def shown_name(name: str, format: str) -> str:
    """Return the name of a file as we keep and show it; it is never used as a path."""
    bare = clean(name.replace("\\", "/").rpartition("/")[2])[: NAME_CHARACTERS - 10].strip(" .")
    return named(bare or "evidence", format)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while data := file.read(_CHUNK_BYTES):
        yield data


async def bytes_of(within: OrganisationScope, piece: UUID) -> bytes:
    """Return a file's bytes, at most FILE_BYTES, in units of its own: no other waits for all of it."""
    parts: list[bytes] = []
    while found := await read(partial(_some, within, piece, len(parts))):
        parts += found
    return b"".join(parts)


async def _some(within: OrganisationScope, piece: UUID, place: int) -> list[bytes]:
    rows = await sql.rows(
        "SELECT data FROM evidence_chunk WHERE organisation = {} AND evidence = {} AND place >= {} "
        "ORDER BY place LIMIT 4",
        within.organisation,
        piece,
        place,
    )
    return [row["data"] for row in rows]
