"""The door of an event: a link with which volunteers, who have no account, check people in.

The link works from two hours before the event to two hours after it. It finds people by what one types of their name
and never lists them all. Every function works in the current unit.
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id, token_hash
from pledge.events.running import organising
from pledge.limits import Limit, hit
from pledge.policy.actors import Actor
from pledge.policy.scopes import DoorScope, OrganiserScope
from pledge.refusals import Missing, Refusal

AROUND = timedelta(hours=2)  # before the event and after it
LETTERS = 3  # of a name, at least
MOST = 10  # people that one search shows
_GOING = "a.status = 'going' AND r.status = 'confirmed'"


class DoorShut(Exception):
    """The link does not work: now, or (``opens`` None) at all."""

    def __init__(self, title: str = "", opens: datetime | None = None, closes: datetime | None = None) -> None:
        super().__init__("the door is shut")
        self.title, self.opens, self.closes = title, opens, closes


class DoorLink(msgspec.Struct, frozen=True):
    """A door link that has been made: when it was, and from when to when it works."""

    created: datetime
    opens: datetime
    closes: datetime


class Counts(msgspec.Struct, frozen=True):
    """At which event a door is, how many people have a place, and how many of them are here."""

    title: str
    expected: int
    here: int


class Guest(msgspec.Struct, frozen=True):
    """What a volunteer sees of somebody with a place. ``checked_in`` is None until they come."""

    id: UUID
    name: str
    organisation: str
    checked_in: datetime | None


# — for organisers —


async def make(within: OrganiserScope, event: UUID, secret: str) -> DoorLink:
    """Make the event’s door link with this secret; an earlier one ends. Raises Missing; Refusal when it has no use."""
    await sql.hold("event", "revision", "id = {} AND organiser = {}", event, within.organiser)
    found = await organising.load(within, event)
    now = clock.now()
    if found.state != "published" or found.starts is None or found.ends is None:
        raise Refusal("This event is not published, so nobody comes to its door. Publish it first.")
    if found.booking_url:
        raise Refusal("People book this event on another site, so we do not know who comes.")
    if found.ends + AROUND <= now:
        raise Refusal("This event is over, so nobody comes to its door any more.")
    await sql.rows("UPDATE door SET withdrawn = {} WHERE event = {} AND withdrawn IS NULL", now, event)
    door = new_id()
    await sql.rows(
        "INSERT INTO door (id, event, token_hash, created) VALUES ({}, {}, {}, {})",
        door,
        event,
        token_hash(secret),
        now,
    )
    await record("door.made", event, person=within.person, door=str(door))
    return DoorLink(now, found.starts - AROUND, found.ends + AROUND)


async def withdraw(within: OrganiserScope, event: UUID) -> None:
    """End the event’s door link; that there is none is fine. Raises Missing for another body’s event."""
    await organising.load(within, event)
    ended = await sql.rows(
        "UPDATE door SET withdrawn = {} WHERE event = {} AND withdrawn IS NULL RETURNING id", clock.now(), event
    )
    for row in ended:
        await record("door.withdrawn", event, person=within.person, door=str(row["id"]))


async def link(within: OrganiserScope, event: UUID) -> DoorLink | None:
    """Return the event’s door link that works or will work, if there is one."""
    row = await sql.row(
        "SELECT d.created, e.starts, e.ends FROM door d JOIN event e ON e.id = d.event "
        "WHERE d.event = {} AND e.organiser = {} AND d.withdrawn IS NULL AND e.state = 'published' AND e.ends > {}",
        event,
        within.organiser,
        clock.now() - AROUND,
    )
    return None if row is None else DoorLink(row["created"], row["starts"] - AROUND, row["ends"] + AROUND)


# — for volunteers —


async def enter(secret: str) -> Actor:
    """Return who holds a door link: a visitor who may act at one event. Raises DoorShut."""
    row = await sql.row(
        "SELECT d.id, d.event, e.title, e.starts, e.ends FROM door d JOIN event e ON e.id = d.event "
        "WHERE d.token_hash = {} AND d.withdrawn IS NULL AND e.state = 'published'",
        token_hash(secret),
    )
    if row is None:
        raise DoorShut
    opens, closes = row["starts"] - AROUND, row["ends"] + AROUND
    if not opens <= clock.now() < closes:
        raise DoorShut(row["title"], opens, closes)
    return Actor(door=row["id"], door_event=row["event"])


async def counts(within: DoorScope) -> Counts:
    """Return how many people are expected, and how many are here."""
    row = await sql.row(
        "SELECT e.title, (SELECT count(*) FROM attendee a JOIN registration r ON r.id = a.registration "  # noqa: S608
        f"WHERE a.event = e.id AND {_GOING}) AS expected, "
        "(SELECT count(a.checked_in) FROM attendee a JOIN registration r ON r.id = a.registration "
        f"WHERE a.event = e.id AND {_GOING}) AS here FROM event e WHERE e.id = {{}}",
        within.event,
    )
    assert row is not None
    return Counts(**row)


async def count_search(within: DoorScope, expected: int) -> None:
    """Count a search. Raises TooMany: a door needs a few for each guest, whoever wants the whole list needs more."""
    await hit(Limit("door-search", hits=max(200, 3 * expected), seconds=3600), str(within.door))


async def find(within: DoorScope, typed: str) -> list[Guest]:
    """Return up to ``MOST`` + 1 people whose name fits what was typed, by name; none for fewer than ``LETTERS``."""
    if not enough(typed):
        return []
    rows = await sql.rows(f"{_GUESTS} ORDER BY lower(a.name), a.name, a.id", within.event)
    return [Guest(**row) for row in rows if fits(typed, row["name"])][: MOST + 1]


async def guest(within: DoorScope, attendee: UUID) -> Guest:
    """Return somebody with a place at the event. Raises Missing for anybody else."""
    row = await sql.row(f"{_GUESTS} AND a.id = {{}}", within.event, attendee)
    if row is None:
        raise Missing
    return Guest(**row)


_GUESTS = (
    "SELECT a.id, a.name, r.organisation_name AS organisation, a.checked_in FROM attendee a "  # noqa: S608
    f"JOIN registration r ON r.id = a.registration WHERE a.event = {{}} AND {_GOING}"
)
_STILL_OPEN = "EXISTS (SELECT 1 FROM door d WHERE d.id = {} AND d.event = {} AND d.withdrawn IS NULL)"


async def check_in(within: DoorScope, attendee: UUID) -> bool:
    """Note that somebody came; whoever is checked in already stays so, and then it returns False.

    Raises Missing for anybody without a place.
    """
    done = await sql.rows(
        "UPDATE attendee SET checked_in = {} WHERE id = {} AND event = {} AND status = 'going' "  # noqa: S608
        "AND checked_in IS NULL AND EXISTS (SELECT 1 FROM registration r WHERE r.id = attendee.registration "
        f"AND r.status = 'confirmed') AND {_STILL_OPEN} RETURNING id",
        clock.now(),
        attendee,
        within.event,
        within.door,
        within.event,
    )
    await _after(within, attendee, "attendee.checked_in", done)
    return bool(done)


async def undo(within: DoorScope, attendee: UUID, seen: str = "") -> None:
    """Take back the check-in of the moment that was ``seen`` (“” for any); without it nothing is done.

    Raises Missing for anybody without a place.
    """
    found = (await guest(within, attendee)).checked_in
    if found is None or seen not in ("", found.isoformat()):
        return
    done = await sql.rows(
        "UPDATE attendee SET checked_in = NULL WHERE id = {} AND event = {} AND checked_in = {} "  # noqa: S608
        f"AND {_STILL_OPEN} RETURNING id",
        attendee,
        within.event,
        found,
        within.door,
        within.event,
    )
    await _after(within, attendee, "attendee.check_in_undone", done)


async def _after(within: DoorScope, attendee: UUID, action: str, done: Sequence[object]) -> None:
    await guest(within, attendee)
    if done:
        await record(action, attendee, by="door volunteer", door=str(within.door), event=str(within.event))


# — names (pure) —


def enough(typed: str) -> bool:
    """Tell whether what was typed has ``LETTERS`` letters."""
    return sum(map(len, _words(typed))) >= LETTERS


def fits(typed: str, name: str) -> bool:
    """Tell whether each word that was typed begins a word of the name, accents and capitals aside."""
    words = _words(name)
    return all(any(word.startswith(part) for word in words) for part in _words(typed))


def _words(text: str) -> list[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    joined = plain.casefold().replace("’", "").replace("'", "")  # O’Brien is one word
    return "".join(char if char.isalnum() else " " for char in joined).split()
