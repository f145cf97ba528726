"""The public list for machines: JSON. (Calendars are in ``pledge.events.programme.calendars``.)"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pledge.events.programme.event import Event
from pledge.words.dates import LONDON

LARGEST = 500  # events in one feed


def as_json(events: Iterable[Event], base_url: str, now: datetime) -> dict[str, Any]:
    """Return public facts of events. Times have London's offset; ``places_left`` null is no limit."""
    return {"events": [_event(event, base_url, now) for event in events]}


def _event(event: Event, base_url: str, now: datetime) -> dict[str, Any]:
    return {
        "id": event.uid,
        "url": base_url + event.path,
        "title": event.title,
        "summary": event.summary,
        "starts": _time(event.starts),
        "ends": _time(event.ends),
        "attendance_mode": event.attendance_mode,
        "venue": {"name": event.venue_name, "address": event.venue_address, "postcode": event.venue_postcode}
        if event.in_person
        else None,
        "district": event.district or None,
        "topics": event.topics,
        "organiser": event.organiser_name,
        "audience": event.audience,
        "price": event.price or "Free",
        "booking_url": event.booking_url or None,
        "places_left": None if event.booking_url else event.places_left,
        "open_for_booking": event.obstacle(now) in (None, "external"),
        "updated": _time(event.updated),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(LONDON).isoformat(timespec="seconds") if moment else None
