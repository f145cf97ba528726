"""An event as the rest of the code sees it, and what stands in the way of booking it. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

State = Literal["draft", "published", "cancelled", "postponed"]
Obstacle = Literal["draft", "cancelled", "postponed", "over", "external", "closed", "full"]

MODES = {
    "offline": "In person",
    "online": "Online",
    "mixed": "In person and online",
}  # attendance mode → words


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What the organiser says about an event. Times are UTC; "" and None are not given.

    ``topics`` are ids of ``topics.TOPICS``; the first is the primary one. ``capacity`` None is unlimited.
    ``join_link`` is filled in only where people with a place are told it.
    """

    title: str
    summary: str = ""
    description: str = ""
    speakers: str = ""
    programme: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    attendance_mode: str = "offline"
    venue_name: str = ""
    venue_address: str = ""
    venue_postcode: str = ""
    district: str = ""
    area: str = ""
    accessibility: str = ""
    join_link: str = ""
    capacity: int | None = None
    price: str = ""
    booking_url: str = ""
    per_firm_cap: int = 3
    registration_closes: datetime | None = None
    audience: str = ""
    topics: tuple[str, ...] = ()

    @property
    def online(self) -> bool:
        """Whether one can take part online."""
        return self.attendance_mode != "offline"

    @property
    def in_person(self) -> bool:
        """Whether one can come in person."""
        return self.attendance_mode != "online"

    @property
    def place(self) -> str:
        """Where it is, in one line: the venue with its address, “Online”, or both."""
        parts = [self.venue_name, *self.venue_address.split("\n"), self.venue_postcode] if self.in_person else []
        venue = ", ".join(part.strip(" ,") for part in parts if part.strip(" ,"))
        if not self.online:
            return venue
        return f"{venue}, and online" if venue else "Online"

    @property
    def said(self) -> dict[str, Any]:
        """Everything that people with a place are told, as they read it, by name: when one changes, they learn it."""
        return {
            "title": self.title,
            "when": (self.starts, self.ends),
            "mode": MODES[self.attendance_mode],
            "place": self.place,
            "join_link": self.join_link if self.online else "",
            "price": self.price or "Free",
        }

    @property
    def missing(self) -> list[tuple[str, str]]:
        """(field, what to do) for everything that must be there before people can see it."""
        found = []
        if self.starts is None:
            found.append(("starts", "Enter when it starts"))
        if self.ends is None:
            found.append(("ends-time", "Enter when it ends"))
        if self.in_person and not self.venue_name:
            found.append(("venue_name", "Enter the name of the place"))
        if self.in_person and not self.venue_postcode:
            found.append(("venue_postcode", "Enter the postcode of the place"))
        if not self.topics:
            found.append(("topic", "Choose the main topic"))
        return found

    def over(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return self.ends is not None and self.ends <= now


class Told(Details, frozen=True, kw_only=True):
    """An event as people are told of it at one ``sequence``, and by whom."""

    sequence: int
    state: State
    organiser_name: str
    organiser_email: str


class Event(Told, frozen=True, kw_only=True):
    """An event with its identity, its organiser and how full it is."""

    id: UUID
    organiser: UUID
    slug: str
    uid: str
    reason: str
    seats_taken: int
    updated: datetime
    revision: int

    @property
    def path(self) -> str:
        """The address of its public page."""
        return f"/events/{self.slug}"

    @property
    def places_left(self) -> int | None:
        """How many places can still be booked; None when there is no limit."""
        return None if self.capacity is None else self.capacity - self.seats_taken

    @property
    def closes(self) -> datetime | None:
        """When booking closes: as the organiser says, or when it starts."""
        return self.registration_closes or self.starts

    def obstacle(self, now: datetime) -> Obstacle | None:
        """Return why nobody can book a place here now, or None. ``booking.places.claim`` asks the same in SQL."""
        if self.state != "published":
            return self.state
        if self.over(now):
            return "over"
        if self.booking_url:
            return "external"
        if self.closes is None or self.closes <= now:
            return "closed"
        return "full" if self.places_left == 0 else None

    def alters(self, details: Details) -> bool:
        """Tell whether ``details`` would change what people are told, or what stands in a calendar."""
        return (self.said, self.summary) != (details.said, details.summary)


class Guest(msgspec.Struct, frozen=True):
    """Somebody who has a place. ``email`` is "" when we were not given one."""

    name: str
    email: str = ""


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """Places at an event, for one booker and whoever comes with or instead of them.

    ``person`` and ``organisation`` are None for somebody without an account. ``source`` is where the booking began:
    ``list`` (the public pages) or ``report``.
    """

    id: UUID
    name: str
    email: str
    email_key: str
    organisation_name: str
    guests: tuple[Guest, ...]
    person: UUID | None = None
    organisation: UUID | None = None
    source: str = "list"

    @property
    def seats(self) -> int:
        """How many places these are."""
        return len(self.guests)


def in_order(topics: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return topics with the first kept first and the others in the order of ``known``."""
    return tuple(topics[:1]) + tuple(topic for topic in known if topic in topics[1:])
