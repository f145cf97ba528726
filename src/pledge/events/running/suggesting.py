"""Suggested events and calendars: from the form of somebody without an account to the decision of staff.

Nobody sees a suggestion before its sender has confirmed their address by the e-mailed link: until then it is the link.
Every function works in the current unit.
"""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from pledge.accounts import links
from pledge.accounts.links import Opened, Purpose, Used
from pledge.accounts.people import email_key
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.events.programme.event import Details
from pledge.events.running import organising
from pledge.limits import Limit, hit, hit_to
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.organisations.people.organisers import Body
from pledge.policy.scopes import AggregateScope
from pledge.refusals import Missing, Refusal

CONFIRM_LIVES = timedelta(hours=24)
KEPT = timedelta(days=90)  # after the decision: then the sender's address goes, and with it what was refused
SHOWN = 50  # decided suggestions on the page of staff

BY_VISITOR = Limit("suggestions", hits=10, seconds=3600)  # by network address
TO_ADDRESS = Limit("suggestion-mail-to", hits=3, seconds=24 * 3600)

Kind = Literal["event", "calendar"]


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody suggests. Of a calendar ``url`` is the feed, there is no ``starts``, and ``place`` is ""."""

    kind: Kind
    title: str
    starts: datetime | None = None
    online: bool = False
    place: str = ""
    url: str
    organiser_name: str
    why: str
    email: str


class Suggestion(Suggested, frozen=True, kw_only=True):
    """A suggestion that staff can see. ``body`` is the name of the body it was given to, ``event`` the draft’s id."""

    id: UUID
    state: Literal["waiting", "accepted", "refused"]
    reason: str
    body: str
    event: UUID | None
    created: datetime
    decided: datetime | None


_FIELDS = Suggested.__struct_fields__
_INSERT = (
    f"INSERT INTO suggestion (id, state, reason, created, {', '.join(_FIELDS)}) "  # noqa: S608
    f"VALUES ({{}}, 'waiting', '', {{}}, {sql.marks(len(_FIELDS))})"
)
_SELECT = (
    f"SELECT s.id, s.state, s.reason, COALESCE(o.name, '') AS body, s.event, s.created, s.decided, "  # noqa: S608
    f"{', '.join(f's.{name}' for name in _FIELDS)} FROM suggestion s LEFT JOIN organiser o ON o.id = s.organiser"
)


async def ask(found: Suggested, address: str, mailroom: Mailroom) -> None:
    """Send the link that confirms a suggestion. The mail says nothing that was typed: it may go to anybody.

    ``address`` is the network address it came from. Raises TooMany.
    """
    await hit(BY_VISITOR, address)
    await hit_to(TO_ADDRESS, email_key(found.email), address)
    path = await links.make("suggestion", CONFIRM_LIVES, {"suggested": msgspec.to_builtins(found)})
    await post(mailroom.write(found.email, "suggestion_confirm", kind=found.kind, path=path))
    await record("suggestion.asked", "nobody", kind=found.kind)


async def _confirm(link: Opened, _prepared: object, _device: str) -> Used:
    await keep(msgspec.convert(link.payload["suggested"], Suggested))
    return Used("/events?notice=suggested")


async def keep(found: Suggested) -> None:
    """Put a suggestion before staff: its sender has confirmed their address."""
    suggestion = new_id()
    await sql.rows(_INSERT, suggestion, clock.now(), *(getattr(found, name) for name in _FIELDS))
    await record("suggestion.confirmed", suggestion, kind=found.kind)


PURPOSES = {"suggestion": Purpose("events/link_suggestion.html", _confirm)}


# — deciding —


async def waiting(_within: AggregateScope) -> list[Suggestion]:
    """Return what waits for a decision, the oldest first."""
    return await _select("s.state = 'waiting' ORDER BY s.created, s.id")


async def decided(_within: AggregateScope) -> list[Suggestion]:
    """Return what was decided last."""
    return await _select("s.state <> 'waiting' ORDER BY s.decided DESC, s.id LIMIT {}", SHOWN)


async def load(_within: AggregateScope, suggestion: UUID) -> Suggestion:
    """Return one suggestion. Raises Missing."""
    found = await _select("s.id = {}", suggestion)
    if not found:
        raise Missing
    return found[0]


async def accept(within: AggregateScope, suggestion: UUID, body: Body, mailroom: Mailroom) -> None:
    """Give a suggestion to a body: an event as a draft, of a calendar the address is kept for it. Its sender is told.

    Raises Missing; Refusal when it was decided meanwhile.
    """
    found = await _decide(within, suggestion, "accepted", "")
    event = None
    if found.kind == "event":
        event = await organising.add_draft(body.id, draft_of(found), by=within.person)
        await post(mailroom.write(body.email, "suggestion_draft", suggestion=found, event=event))
    await sql.rows("UPDATE suggestion SET organiser = {}, event = {} WHERE id = {}", body.id, event, suggestion)
    await post(mailroom.write(found.email, "suggestion_accepted", suggestion=found, body=body.name))
    await record("suggestion.accepted", suggestion, person=within.person, organiser=str(body.id))


async def refuse(within: AggregateScope, suggestion: UUID, reason: str, mailroom: Mailroom) -> None:
    """Refuse a suggestion; its sender is told why. Raises Missing; Refusal when it was decided meanwhile."""
    found = await _decide(within, suggestion, "refused", reason)
    await post(mailroom.write(found.email, "suggestion_refused", suggestion=found, reason=reason))
    await record("suggestion.refused", suggestion, person=within.person)


def draft_of(found: Suggested) -> Details:
    """Return the draft of a suggested event: what we were told, for its organiser to finish."""
    return Details(
        title=found.title,
        description=f"{found.why}\n\nOrganised by {found.organiser_name}.",
        starts=found.starts,
        attendance_mode="online" if found.online else "offline",
        venue_name=found.place,
        booking_url=found.url,
    )


async def _decide(within: AggregateScope, suggestion: UUID, state: str, reason: str) -> Suggestion:
    """Decide, whoever comes first; the rest is done by whoever this returns to."""
    decided = await sql.rows(
        "UPDATE suggestion SET state = {}, reason = {}, decided = {} WHERE id = {} AND state = 'waiting' RETURNING id",
        state,
        reason,
        clock.now(),
        suggestion,
    )
    found = await load(within, suggestion)
    if not decided:
        raise Refusal(
            f"This suggestion was {found.state} already, so nothing was changed.",
            onward=("/partnership/suggestions", "Suggested events and calendars"),
        )
    return found


async def _select(where: str, *values: Any) -> list[Suggestion]:
    return [Suggestion(**row) for row in await sql.rows(f"{_SELECT} WHERE {where}", *values)]


async def prune() -> dict[str, int]:
    """Forget refused suggestions, and who sent the accepted ones, ``KEPT`` after the decision, in the current unit.

    Returns the number of rows by table.
    """
    before = clock.now() - KEPT
    gone = await sql.changed("DELETE FROM suggestion WHERE state = 'refused' AND decided < {}", before)
    gone += await sql.changed("UPDATE suggestion SET email = '' WHERE email <> '' AND decided < {}", before)
    return {"suggestion": gone}
