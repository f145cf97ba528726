"""Opening what somebody shared, for whoever has its code. Every function works in the current unit."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import token_hash
from pledge.limits import Limit, hit
from pledge.refusals import Missing
from pledge.sharing import shared
from pledge.sharing.codes import read_code
from pledge.sharing.giving import over
from pledge.sharing.shared import Shared

# Codes that do not exist, from one network address. Those that do are never counted: a buyer's staff share an address.
GUESSES = Limit("share-code", 20, 600)


class Over(Exception):
    """What the code opened is over. ``withdrawn``: it was taken back; ``day`` is its last one (Europe/London)."""

    def __init__(self, day: date, *, withdrawn: bool) -> None:
        super().__init__(str(day))
        self.day = day
        self.withdrawn = withdrawn


class Opened(msgspec.Struct, frozen=True):
    """A share as whoever has its code sees it: whose it is, what it shows, and through which day."""

    id: UUID
    organisation: UUID
    shared: Shared
    on: datetime
    until: date


async def find(code: str) -> Opened:
    """Return what a code opens. Raises Missing, and Over."""
    bare = read_code(code)
    row = bare and await sql.row(
        "SELECT id, organisation, content, shared, until, withdrawn FROM report_share WHERE token_hash = {}",
        token_hash(bare),
    )
    if not row:
        raise Missing
    ended = over(row["withdrawn"], row["until"], clock.today())
    if ended is not None:
        raise Over(ended, withdrawn=row["withdrawn"] is not None)
    return Opened(row["id"], row["organisation"], shared.decode(row["content"]), row["shared"], row["until"])


async def look(code: str, own: UUID | None = None) -> Opened:
    """Return the same, and count that it was opened today, but not by its ``own`` firm. Raises as ``find``."""
    found = await find(code)
    if found.organisation != own:
        await count(found.organisation, found.id)
    return found


async def count(organisation: UUID, share: UUID) -> None:
    """Count that a share of an organisation was opened today; the log says so once a day, and never by whom."""
    looks = await sql.value(
        "INSERT INTO report_share_look (organisation, share, day, looks) VALUES ({}, {}, {}, 1) "
        "ON CONFLICT (share, day) DO UPDATE SET looks = report_share_look.looks + 1 RETURNING looks",
        organisation,
        share,
        clock.today(),
    )
    if looks == 1:
        await record("report.share-opened", share, organisation=organisation)


async def missed(address: str) -> None:
    """Count a code that does not exist, from a network address. Raises TooMany."""
    await hit(GUESSES, address)
