"""Asking a supplier, for the firm that buys from it: one invitation for a supplier, and what came of it.

Every function works in the current unit.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from pledge.accounts import links
from pledge.accounts.people import email_key
from pledge.asking.summaries import Summary, decode
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id, token_hash
from pledge.limits import Limit, hit, hit_to
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing, Refusal
from pledge.suppliers.beside import Said
from pledge.words.dates import uk_date

LIVES = timedelta(days=30)  # that a supplier can answer
AGAIN = timedelta(days=7)  # between two e-mails to one supplier
SHARED_FOR = timedelta(days=365)
PURPOSE = "ask"  # of the link
PER_ORGANISATION = Limit("ask-mails-of", hits=20, seconds=24 * 3600)
PER_ADDRESS = Limit("ask-mails-to", hits=3, seconds=24 * 3600)  # of one firm

State = Literal["open", "shared", "withdrawn", "declined", "ended"]


class Invitation(msgspec.Struct, frozen=True):
    """A supplier that was asked, as the firm sees it.

    ``by`` is who asked, "" once nobody can tell. ``summary`` is what it shares now, since ``shared`` and until
    ``shared_until``; ``ended`` is since when it shares it no more.
    """

    id: UUID
    supplier: UUID
    contact: str
    email: str
    by: str
    state: State
    asked: datetime
    expires: datetime
    mailed: datetime | None
    summary: Summary | None
    shared: datetime | None
    shared_until: datetime | None
    ended: datetime | None

    @property
    def waiting(self) -> bool:
        """Whether it can still answer and has not."""
        return self.state == "open" and self.expires > clock.now()

    @property
    def ran_out(self) -> bool:
        """Whether what it shared was over by itself rather than withdrawn."""
        return self.ended is not None and self.shared_until is not None and self.ended >= self.shared_until

    @property
    def again_from(self) -> datetime | None:
        """From when on we would write to it again; None for now."""
        then = self.mailed + AGAIN if self.mailed else None
        return then if then and then > clock.now() else None


# A supplier that was made one with another keeps its id here: it is looked for by what it has become.
_FROM = (
    "FROM supplier_invitation i LEFT JOIN supplier_merge m ON m.organisation = i.organisation AND m.gone = i.supplier "
    "LEFT JOIN supplier_share s ON s.organisation = i.organisation AND s.invitation = i.id "
)
_NOW = "COALESCE(m.supplier, i.supplier)"
_LIVE = "(CASE WHEN s.ended IS NULL AND s.expires > {} THEN 2 WHEN i.state = 'open' THEN 1 ELSE 0 END)"


async def of(within: OrganisationScope, supplier: UUID) -> Invitation | None:
    """Return the invitation of a supplier, or None; of several (it was made one of several), what is most alive."""
    rows = await sql.rows(
        f"SELECT i.id, i.supplier, i.contact, i.email, COALESCE(p.name, '') AS by, i.state, i.asked, i.expires, "
        "i.mailed, s.content, s.shared, s.expires AS shared_until, s.ended "
        f"{_FROM} LEFT JOIN person p ON p.id = i.asked_by WHERE i.organisation = {{}} AND {_NOW} = {{}} "
        f"ORDER BY {_LIVE} DESC, i.asked DESC LIMIT 1",
        within.organisation,
        supplier,
        clock.now(),
    )
    return _invitation(rows[0]) if rows else None


def _invitation(row: dict[str, Any]) -> Invitation:
    content, until = row.pop("content"), row["shared_until"]
    live = until is not None and row["ended"] is None and until > clock.now()
    ended = None if live else row["ended"] or until
    state = ("shared" if live else "ended") if until else row["state"]
    return Invitation(**{**row, "state": state, "ended": ended}, summary=decode(content) if live else None)


async def beside(within: OrganisationScope, suppliers: Sequence[UUID]) -> Mapping[UUID, Said]:
    """Return what the list and a supplier's page say of those that were asked, by their ids, in one round trip."""
    if not suppliers:
        return {}
    rows = await sql.rows(
        f"SELECT i.supplier, m.supplier AS become, i.state, i.asked, s.shared, s.expires, s.ended, i.closed {_FROM} "
        f"WHERE i.organisation = {{}} AND {_NOW} IN ({sql.marks(len(suppliers))}) "
        f"ORDER BY {_LIVE}, i.asked",
        within.organisation,
        *suppliers,
        clock.now(),
    )
    return {row["become"] or row["supplier"]: _said(row) for row in rows}


def _said(row: dict[str, Any]) -> Said:
    """Return the few words of a tag: it stands in a narrow column."""
    if row["expires"] is None:
        words = {"open": "Asked", "withdrawn": "Taken back", "declined": "Declined"}[row["state"]]
        return Said(f"{words} {_short(row['closed'] or row['asked'])}", "blue" if row["state"] == "open" else "grey")
    if row["ended"] is None and row["expires"] > clock.now():
        return Said(f"Answered {_short(row['shared'])}", "green", told=row["shared"])
    if row["ended"] is None or row["ended"] >= row["expires"]:
        return Said(f"Ran out {_short(row['expires'])}", "grey")
    return Said(f"Withdrawn {_short(row['ended'])}", "grey")


def _short(moment: datetime) -> str:
    """Return “3 Nov 2026”."""
    day, month, year = uk_date(moment).split()
    return f"{day} {month[:3]} {year}"


# — asking —


class NotWanted(Exception):
    """Whoever has this address does not want to be asked. The field says so."""


class Waiting(Exception):
    """The supplier has a link, of the day ``asked``, that would end, with what was answered so far."""

    def __init__(self, asked: datetime) -> None:
        super().__init__()
        self.asked = asked


async def ask(
    within: OrganisationScope,
    supplier: UUID,
    name: str,
    contact: str,
    email: str,
    mailroom: Mailroom,
    *,
    by_mail: bool,
    sure: bool = False,
) -> str:
    """Ask a supplier of the list and return the path of the link; an earlier link of the same ends.

    name: the supplier's. by_mail: we write to ``email``; else the member passes the link on, and ``email`` is "". An
    address that is asked again finds its answers; whoever gets a link from the member finds none. sure: a link that
    the supplier has may end.
    Raises Waiting when it would and may not; NotWanted; Refusal while it shares something, when it has declined, and
    for a second e-mail within ``AGAIN``; TooMany.
    """
    await sql.hold("supplier", "revision", "organisation = {} AND id = {}", within.organisation, supplier)
    before = await of(within, supplier)
    _check(before, by_mail=by_mail)
    if by_mail:
        await _check_address(within, email)
    now = clock.now()
    same = by_mail and before is not None and before.waiting and _same(before.email, email)
    if before is not None and before.waiting and not same and not sure:
        raise Waiting(before.asked)
    found = before.id if same and before else new_id()
    path = await links.make(PURPOSE, LIVES, {"invitation": str(found), "organisation": str(within.organisation)})
    token = token_hash(path.removeprefix("/t/"))
    mailed = now if by_mail else before.mailed if before else None
    if before is not None and not same:  # with it go the answers of whoever had that link
        await sql.rows(
            "DELETE FROM supplier_invitation WHERE organisation = {} AND (id = {} OR supplier = {})",
            within.organisation,
            before.id,
            supplier,
        )
    await sql.rows(
        "INSERT INTO supplier_invitation (id, organisation, supplier, supplier_name, contact, email, asked_by, "
        "token_hash, state, asked, expires, mailed) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 'open', {}, {}, {}) "
        "ON CONFLICT (organisation, supplier) DO UPDATE SET contact = excluded.contact, email = excluded.email, "
        "asked_by = excluded.asked_by, token_hash = excluded.token_hash, asked = excluded.asked, "
        "expires = excluded.expires, mailed = excluded.mailed",
        found,
        within.organisation,
        before.supplier if same and before else supplier,
        name,
        contact,
        email,
        within.person,
        token,
        now,
        now + LIVES,
        mailed,
    )
    await record("supplier.asked", found, person=within.person, organisation=within.organisation,
                 by="e-mail" if by_mail else "link")  # fmt: skip
    if by_mail:
        actor = within.actor
        words = {"organisation_name": actor.organisation_name, "by": actor.name, "contact": contact, "path": path}
        await post(mailroom.write(email, "supplier_asked", until=now + LIVES, **words), fleeting=True)
    return path


def _check(before: Invitation | None, *, by_mail: bool) -> None:
    if before is None:
        return
    if before.summary is not None:
        raise Refusal("This supplier shares its answers with you already. You can ask again once that is over.")
    if before.state == "declined":
        raise Refusal("This supplier does not want to be asked through Pledge. Talk to it yourself.")
    if by_mail and before.again_from:
        raise Refusal(
            f"We wrote to this supplier on {uk_date(before.mailed or before.asked)}. So that nobody gets too "
            f"much mail, you can ask us to write again from {uk_date(before.again_from)} on. "
            "You can pass a link on yourself."
        )


async def _check_address(within: OrganisationScope, email: str) -> None:
    key = email_key(email)
    if await sql.row("SELECT refused FROM ask_refusal WHERE email_hash = {}", refusal_hash(key)):
        raise NotWanted
    await hit(PER_ORGANISATION, str(within.organisation))
    await hit_to(PER_ADDRESS, key, str(within.organisation), str(within.person))


def refusal_hash(key: str) -> str:
    """Return what is kept of the address of somebody who does not want to be asked; ``key`` is ``email_key``'s."""
    return hashlib.sha256(f"do not ask {key}".encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return one != "" and email_key(one) == email_key(other)


async def withdraw(within: OrganisationScope, supplier: UUID) -> None:
    """Take back an invitation that nobody has answered. Raises Missing when there is none."""
    found = await of(within, supplier)
    gone = found and await sql.rows(
        "UPDATE supplier_invitation SET state = 'withdrawn', closed = {} WHERE organisation = {} AND id = {} "
        "AND state = 'open' AND NOT EXISTS (SELECT 1 FROM supplier_share s WHERE s.organisation = "
        "supplier_invitation.organisation AND s.invitation = supplier_invitation.id) RETURNING id",
        clock.now(),
        within.organisation,
        found.id,
    )
    if not found or not gone:
        raise Missing
    await record("supplier.ask-withdrawn", found.id, person=within.person, organisation=within.organisation)


async def note_look(within: OrganisationScope, invitation: UUID) -> None:
    """Note that a member of the firm that asked looks today at what a supplier shares with it."""
    day = clock.today().isoformat()
    looked = await sql.rows(
        "UPDATE supplier_share SET looks = TRIM(looks || {}) WHERE organisation = {} AND invitation = {} "
        "AND ended IS NULL AND expires > {} AND looks NOT LIKE {} RETURNING id",
        f" {day}",
        within.organisation,
        invitation,
        clock.now(),
        f"%{day}%",
    )
    for row in looked:
        await record("share.looked-at", row["id"], person=within.person, organisation=within.organisation)
