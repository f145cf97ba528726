"""The reads of events that others are made of: one round trip each, in the current unit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pledge.database import sql
from pledge.events.programme.event import Event, in_order
from pledge.questionnaires.topics import TOPICS

LIVE = "status IN ('confirmed', 'waiting', 'offered')"

COLUMNS = (
    "e.id, e.organiser, o.name AS organiser_name, o.email AS organiser_email, e.slug, e.uid, e.sequence, e.state, "
    "e.reason, e.title, e.summary, e.starts, e.ends, e.attendance_mode, e.venue_name, e.venue_address, "
    "e.venue_postcode, e.district, e.area, e.capacity, e.seats_taken, e.price, e.booking_url, e.per_firm_cap, "
    "e.registration_closes, e.audience, e.updated, e.revision, "
    "(SELECT string_agg(t.topic, ',' ORDER BY t.role, t.topic) FROM event_topic t WHERE t.event = e.id) AS topics"
)
_LONG = "e.description, e.speakers, e.programme, e.accessibility"
_FROM = " FROM event e JOIN organiser o ON o.id = e.organiser "

# The join link is not among what the public pages read: it cannot slip out there.
BRIEF = f"SELECT {COLUMNS}{_FROM}"
COUNTED = f"SELECT {COLUMNS}, count(*) OVER () AS total{_FROM}"
FULL = f"SELECT {COLUMNS}, {_LONG}{_FROM}"
WITH_LINK = f"SELECT {COLUMNS}, {_LONG}, e.join_link{_FROM}"
SEEN = (
    f"SELECT {COLUMNS}, {_LONG}, "  # noqa: S608
    f"(SELECT r.id FROM registration r WHERE r.event = e.id AND r.{LIVE} AND (r.person = {{}} OR r.email_key = {{}}) "
    "ORDER BY r.created LIMIT 1) AS booking, "
    f"(SELECT sum(r.seats) FROM registration r WHERE r.event = e.id AND r.{LIVE} AND r.organisation = {{}}) "
    f"AS firm_seats{_FROM}"
)

_FIELDS = frozenset(Event.__struct_fields__)


def event_of(row: Mapping[str, Any]) -> Event:
    """Return the event in a row of one of the statements above; columns of other things are left aside."""
    found = {name: value for name, value in row.items() if name in _FIELDS}
    found["topics"] = in_order(row["topics"].split(",") if row["topics"] else [], list(TOPICS))
    return Event(**found)


async def with_link(event: UUID) -> Event:
    """Return an event with its join link, for telling people who have a place."""
    row = await sql.row(f"{WITH_LINK} WHERE e.id = {{}}", event)
    assert row is not None
    return event_of(row)
