"""What organisers do with their events. Every function works in the current unit, within one organiser body."""

import re
import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.events.booking import needs, places
from pledge.events.programme import queries, told
from pledge.events.programme.event import Details, Event
from pledge.events.running.telling import News, news, tell_later
from pledge.paging import offset
from pledge.policy.scopes import OrganiserScope
from pledge.refusals import ChangedMeanwhile, Missing, Refusal

PAGE = 20
SEEN = "People have seen this event. Cancel it instead, so that they learn of it."

# capacity is set through places.resize, which looks at the places that are taken
_EDITABLE = tuple(name for name in Details.__struct_fields__ if name not in ("capacity", "topics"))
_INSERTED = (
    *("id", "organiser", "slug", "uid", "sequence", "state", "reason"),
    *("created", "updated", "revision", "capacity"),
)
_INSERT = (
    f"INSERT INTO event ({', '.join((*_INSERTED, *_EDITABLE))}) "  # noqa: S608
    f"VALUES ({sql.marks(len(_INSERTED) + len(_EDITABLE))})"
)
_UPDATE = (
    f"UPDATE event SET {', '.join(f'{name} = {{}}' for name in _EDITABLE)}, sequence = {{}}, updated = {{}}, "  # noqa: S608
    "revision = revision + 1 WHERE id = {} AND organiser = {} AND revision = {} RETURNING seats_taken"
)
_RESERVED = {"suggest"}  # pages of their own below /events


class BelowTaken(Exception):
    """The capacity would be less than the places that are taken."""

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} places are taken")
        self.taken = taken


class BookedHere(Exception):
    """Places are booked here, so that the event cannot be booked on another site from now on."""

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} places are booked here")
        self.taken = taken


class NotReady(Exception):
    """The event cannot be published yet. ``missing`` is (field, what to do)."""

    def __init__(self, missing: list[tuple[str, str]]) -> None:
        super().__init__("the event is not ready")
        self.missing = missing


class Attendee(msgspec.Struct, frozen=True):
    """One line of the attendee list."""

    name: str
    organisation: str
    booker: str
    booked: datetime
    checked_in: datetime | None = None


class Mine(msgspec.Struct, frozen=True):
    """An organiser's events: coming ones by date, drafts, and one page of past ones with their number."""

    coming: list[Event]
    drafts: list[Event]
    past: list[Event]
    past_total: int


async def mine(within: OrganiserScope, *, page: int = 1) -> Mine:
    """Return the events of the organiser body."""
    now = clock.now()
    current = await sql.rows(
        f"{queries.BRIEF} WHERE e.organiser = {{}} AND (e.state IN ('draft', 'postponed') OR e.ends > {{}}) "
        "ORDER BY e.starts, e.created, e.id",
        within.organiser,
        now,
    )
    past = await sql.rows(
        f"{queries.COUNTED} WHERE e.organiser = {{}} AND e.state IN ('published', 'cancelled') AND e.ends <= {{}} "
        "ORDER BY e.starts DESC, e.id LIMIT {} OFFSET {}",
        within.organiser,
        now,
        PAGE,
        offset(page, PAGE),
    )
    events = [queries.event_of(row) for row in current]
    return Mine(
        coming=[event for event in events if event.state != "draft"],
        drafts=[event for event in events if event.state == "draft"],
        past=[queries.event_of(row) for row in past],
        past_total=past[0]["total"] if past else 0,
    )


async def load(within: OrganiserScope, event: UUID) -> Event:
    """Return an event of the organiser body with all its details. Raises Missing for another’s."""
    row = await sql.row(f"{queries.WITH_LINK} WHERE e.id = {{}} AND e.organiser = {{}}", event, within.organiser)
    if row is None:
        raise Missing
    return queries.event_of(row)


async def attendees(within: OrganiserScope, event: UUID) -> list[Attendee]:
    """Return who has a place, by name: all that an organiser learns about them."""
    rows = await sql.rows(
        "SELECT a.name, r.organisation_name, r.booker_name, r.created, a.checked_in FROM attendee a "
        "JOIN registration r ON r.id = a.registration JOIN event e ON e.id = r.event "
        "WHERE e.id = {} AND e.organiser = {} AND r.status = 'confirmed' AND a.status = 'going' "
        "ORDER BY lower(a.name), a.name, a.id",
        event,
        within.organiser,
    )
    return [Attendee(*row.values()) for row in rows]


async def create(within: OrganiserScope, details: Details) -> UUID:
    """Add an event as a draft and return its id."""
    return await add_draft(within.organiser, details, by=within.person)


async def add_draft(organiser: UUID, details: Details, *, by: UUID) -> UUID:
    """Add a draft to a body’s events and return its id. ``by`` is the organiser, or staff who took up a suggestion."""
    event, now = new_id(), clock.now()
    slug = f"draft-{event.hex}"  # nobody sees it; publishing gives the real one
    fixed = (event, organiser, slug, str(event), 0, "draft", "", now, now, 0, details.capacity)
    await sql.rows(_INSERT, *fixed, *(getattr(details, name) for name in _EDITABLE))
    await _set_topics(event, details.topics)
    await record("event.created", event, person=by)
    return event


async def save(within: OrganiserScope, event: UUID, revision: int, details: Details) -> News:
    """Replace what is said about an event that was read at ``revision``. Return what is news to people.

    When that changes what people with a place were told, they are told, and their calendars with them.
    Raises Missing, ChangedMeanwhile, NotReady (a published one would lack something), BelowTaken, BookedHere.
    """
    before = await load(within, event)
    if before.state != "draft" and details.missing:
        raise NotReady(details.missing)
    moved = before.state != "draft" and before.alters(details)
    sequence = before.sequence + moved
    saved = await sql.row(
        _UPDATE,
        *(getattr(details, name) for name in _EDITABLE),
        sequence,
        clock.now(),
        event,
        within.organiser,
        revision,
    )
    if saved is None:
        raise ChangedMeanwhile
    if details.booking_url and not before.booking_url and saved["seats_taken"]:
        raise BookedHere(saved["seats_taken"])
    taken = await places.resize(event, details.capacity)
    if taken is not None:
        raise BelowTaken(taken)
    await _set_topics(event, details.topics)
    if moved:
        await tell_later(event, sequence)
    await record("event.saved", event, person=within.person, moved=moved)
    return await news(event) if moved and before.state == "published" else ""


async def publish(within: OrganiserScope, event: UUID, revision: int | None = None) -> str:
    """Show a draft to everybody, or hold a postponed event after all, and return the address of its page.

    ``revision`` is the one that was looked at; None for whatever it is.
    Raises Missing, NotReady, ChangedMeanwhile; Refusal for a cancelled event.
    """
    found = await load(within, event)
    if found.state == "published":
        return found.path
    if revision not in (None, found.revision):
        raise ChangedMeanwhile
    if found.state == "cancelled":
        raise Refusal("This event is cancelled. To hold it after all, make a copy of it and publish the copy.")
    missing = found.missing
    if found.over(clock.now()):
        missing.append(("starts", "Choose a date that is still to come"))
    if missing:
        raise NotReady(missing)
    slug = await _free_slug(found.title) if found.state == "draft" else found.slug
    again = found.state == "postponed"
    now = clock.now()
    published = await sql.rows(
        "UPDATE event SET state = 'published', slug = {}, reason = '', published = COALESCE(published, {}), "
        "updated = {}, sequence = {}, revision = revision + 1 "
        "WHERE id = {} AND organiser = {} AND revision = {} RETURNING revision",
        slug,
        now,
        now,
        found.sequence + again,
        event,
        within.organiser,
        found.revision,
    )
    if not published:
        raise ChangedMeanwhile
    if again:
        await tell_later(event, found.sequence + 1)
    else:
        await told.keep(event)
    await record("event.published", event, person=within.person)
    return f"/events/{slug}"


async def call_off(within: OrganiserScope, event: UUID, state: str, reason: str) -> None:
    """Cancel or postpone (``state``) an event, and tell everybody with a place.

    What people need is forgotten when it is cancelled: nothing is arranged any more.
    Raises Missing, also for a draft; Refusal when it is that already, or cancelled.
    """
    off = await sql.row(
        "UPDATE event SET state = {}, reason = {}, sequence = sequence + 1, updated = {}, revision = revision + 1 "
        "WHERE id = {} AND organiser = {} AND state IN ('published', 'postponed') AND state <> {} RETURNING sequence",
        state,
        reason,
        clock.now(),
        event,
        within.organiser,
        state,
    )
    if off is None:
        found = await load(within, event)
        if found.state == "draft":
            raise Missing
        raise Refusal(f"This event was {found.state} already, so nothing was sent again. We said then: {found.reason}")
    if state == "cancelled":
        await needs.forget_all(event)
    await tell_later(event, off["sequence"])
    await record(f"event.{state}", event, person=within.person)


async def copy(within: OrganiserScope, event: UUID) -> UUID:
    """Add a draft with what is said about an event, but without its days and its link to join; return its id."""
    found = await load(within, event)
    details = Details(**{name: getattr(found, name) for name in Details.__struct_fields__})
    return await create(
        within, msgspec.structs.replace(details, starts=None, ends=None, registration_closes=None, join_link="")
    )


async def delete(within: OrganiserScope, event: UUID, revision: int | None = None) -> None:
    """Delete a draft that was looked at in this ``revision`` (None: in whatever it is).

    Raises Missing; Refusal for what people have seen, which is cancelled, not deleted; ChangedMeanwhile.
    """
    found = await load(within, event)
    if found.state != "draft":
        raise Refusal(SEEN)
    if revision is None:
        revision = found.revision
    gone = await sql.rows(
        "DELETE FROM event WHERE id = {} AND organiser = {} AND state = 'draft' AND revision = {} RETURNING id",
        event,
        within.organiser,
        revision,
    )
    if not gone:
        raise ChangedMeanwhile
    await record("event.deleted", event, person=within.person)


async def _set_topics(event: UUID, topics: tuple[str, ...]) -> None:
    await sql.rows("DELETE FROM event_topic WHERE event = {}", event)
    await sql.many(
        "INSERT INTO event_topic (event, topic, role) VALUES ({}, {}, {})",
        [(event, topic, "secondary" if place else "primary") for place, topic in enumerate(topics)],
    )


async def _free_slug(title: str) -> str:
    """Return an address for a title: its words, and four random characters if another event has them."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    if words and words not in _RESERVED and not await sql.value("SELECT 1 FROM event WHERE slug = {}", words):
        return words
    return f"{words or 'event'}-{secrets.token_hex(2)}"
