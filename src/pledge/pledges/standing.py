"""Where an organisation stands: its live signature and the status that the register shows. In the caller's unit.

Which status has been earned is worked out by ``pledge.pledges.evidence.status_of``.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.together import Select
from pledge.pledges.text import STATUSES, PledgeText
from pledge.worker.queue import enqueue

COLUMNS = (
    "id, organisation, version, name, role, name_public, consents, signed_on, expires_on, status, status_since, keeping"
)


class Progress(msgspec.Struct, frozen=True):
    """How many promises are ``shown`` of those that are ``asked`` about, and the first that is not: its ``title``.

    ``href`` leads to what would keep it, as ``link`` says; "" where nothing can be done now, or all are shown.
    """

    shown: int
    asked: int
    title: str = ""
    href: str = ""
    link: str = ""


class Standing(msgspec.Struct, frozen=True):
    """A live signature: not withdrawn, renewed or removed. It may have run out.

    ``version`` is that of the text that was signed; ``consents`` are the ids of what was agreed to; it is current
    through the day ``expires_on``. ``progress`` is that of the day on which it was last worked out, None before.
    """

    id: UUID
    organisation: UUID
    version: str
    name: str
    role: str
    name_public: bool
    consents: tuple[str, ...]
    signed_on: date
    expires_on: date
    status: str
    status_since: date
    progress: Progress | None = None

    def lapsed(self, today: date) -> bool:
        """Return whether the term has run out."""
        return today > self.expires_on

    def renewable(self, today: date, text: PledgeText) -> bool:
        """Return whether one may sign again: from the first reminder on, and whenever the text is a new one."""
        return self.version != text.version or (self.expires_on - today).days <= max(text.reminder_days, default=0)


REFRESH = "pledges.refresh_standing"  # the job that works out a status anew; whoever knows all the facts does it


async def ask_to_refresh(organisation: UUID) -> None:
    """Queue the working out of an organisation's status, in the current unit, after something that may change it."""
    await enqueue(REFRESH, {"organisation": str(organisation)}, dedupe=f"{REFRESH}:{organisation}")


async def current(organisation: UUID) -> Standing | None:
    """Return an organisation's live signature, or None when it has none."""
    return live_in(await select(organisation).rows())


def select(organisation: UUID) -> Select:
    """Return what asks for an organisation's live signature: its rows are for ``live_in``."""
    return Select(COLUMNS, "FROM signature WHERE organisation = {} AND ended IS NULL", (organisation,))


def live_in(rows: list[dict[str, Any]]) -> "Standing | None":
    """Return the signature in rows of ``select``."""
    return standing(rows[0]) if rows else None


class Newest(msgspec.Struct, frozen=True):
    """The last signature of an organisation, live or not: how and when it ended ("" and None while it is live)."""

    signature: Standing
    ending: str
    ended_on: date | None

    def current(self, today: date) -> bool:
        """Return whether the pledge is current."""
        return not self.ending and not self.signature.lapsed(today)


async def newest(organisation: UUID) -> Newest | None:
    """Return an organisation's live signature, else the one that ended last; None when it has never signed."""
    row = await sql.row(
        f"SELECT {COLUMNS}, ending, ended_on FROM signature WHERE organisation = {{}} "  # noqa: S608
        "ORDER BY CASE WHEN ended IS NULL THEN 0 ELSE 1 END, ended DESC, signed DESC LIMIT 1",
        organisation,
    )
    if row is None:
        return None
    return Newest(standing({name: row[name] for name in COLUMNS.split(", ")}), row["ending"], row["ended_on"])


def standing(row: dict[str, Any]) -> Standing:
    """Return the signature in a row with ``COLUMNS``."""
    known = {**row, "name_public": bool(row["name_public"]), "consents": _list(row["consents"])}
    progress = known.pop("keeping")
    return Standing(**known, progress=msgspec.json.decode(progress, type=Progress) if progress else None)


async def note_progress(organisation: UUID, progress: Progress) -> None:
    """Keep how far an organisation's promises are kept today; nothing happens without a live signature."""
    await sql.rows(
        "UPDATE signature SET keeping = {}, keeping_on = {} WHERE organisation = {} AND ended IS NULL",
        msgspec.json.encode(progress).decode(),
        clock.today(),
        organisation,
    )


async def stale() -> list[UUID]:
    """Return the organisations whose live signature was not looked at today and is in the register, or was lately."""
    rows = await sql.rows(
        "SELECT organisation FROM signature WHERE ended IS NULL AND expires_on >= {} "
        "AND (keeping_on IS NULL OR keeping_on < {}) ORDER BY keeping_on, organisation",
        clock.today() - timedelta(days=365),
        clock.today(),
    )
    return [row["organisation"] for row in rows]


async def set_status(organisation: UUID, status: str) -> bool:
    """Give an organisation's live signature a status. Return whether that changed anything.

    Nothing happens without a live signature. Raises ValueError for a status that is not one of STATUSES.
    """
    if status not in STATUSES:
        raise ValueError(f"“{status}” is not one of {', '.join(STATUSES)}")
    changed = await sql.row(
        "UPDATE signature SET status = {}, status_since = {} "
        "WHERE organisation = {} AND ended IS NULL AND status <> {} RETURNING id",
        status,
        clock.today(),
        organisation,
        status,
    )
    if changed:
        await record("pledge.status_changed", changed["id"], organisation=organisation, status=status)
    return changed is not None


def _list(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])
