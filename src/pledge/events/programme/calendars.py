"""Events as iCalendar (RFC 5545): files to download, and messages to the calendars of people with a place (RFC 5546).

A file has no METHOD and no ORGANIZER: it is a plain entry, and Outlook cannot reply to it. A message to somebody with a
place is a REQUEST, and later a CANCEL, of the same UID: with PUBLISH Google Calendar never takes an entry out again and
Outlook adds a second one. Its ATTENDEE is its one recipient, who has accepted already and is asked for no reply.
No entry holds the link to join: calendars are shared and synchronised.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from pledge.events.programme import event as events
from pledge.events.programme.event import Guest
from pledge.words.dates import LONDON
from pledge.words.names import unlinked

MEDIA_TYPE = "text/calendar"

_PRODUCT = "-//Pledge//Events//EN"
_STATUS = {"published": "CONFIRMED", "postponed": "TENTATIVE", "cancelled": "CANCELLED"}


def file(found: Iterable[events.Event], base_url: str, *, name: str = "") -> bytes:
    """Return a calendar of events to download or subscribe to; ``name`` is what to call a subscribed one."""
    calendar = _calendar()
    if name:
        calendar.add("name", name)  # RFC 7986
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=12), {"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT12H")
    for event in found:
        calendar.add_component(_entry(event, base_url, stamp=event.updated))
    return bytes(calendar.to_ical())


def message(event: events.Event, guest: Guest, base_url: str, now: datetime, *, cancel: bool = False) -> str:
    """Return the message that puts an event into a guest's calendar, changes it there, or takes it out (``cancel``)."""
    calendar = _calendar()
    calendar.add("method", "CANCEL" if cancel else "REQUEST")
    entry = _entry(event, base_url, stamp=now)
    if cancel:
        entry["status"] = vText("CANCELLED")
    entry.add("organizer", _address(event.organiser_email, event.organiser_name), encode=False)
    attendee = _address(guest.email, unlinked(guest.name))
    attendee.params.update({"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    entry.add("attendee", attendee, encode=False)
    calendar.add_component(entry)
    return str(calendar.to_ical().decode())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    calendar.add_component(_london())
    return calendar


def _entry(event: events.Event, base_url: str, *, stamp: datetime) -> Event:
    assert event.starts is not None and event.ends is not None
    url = base_url + event.path
    notes = [event.summary]
    if event.online:
        notes.append("The link to join is in the e-mail that confirms your place.")
    notes.append(f"Organised by {event.organiser_name}. More: {url}")
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    entry.add("last-modified", event.updated.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", event.starts.astimezone(LONDON))
    entry.add("dtend", event.ends.astimezone(LONDON))
    entry.add("summary", event.title)
    entry.add("location", event.place)
    entry.add("description", "\n\n".join(note for note in notes if note))
    entry.add("url", url)
    entry.add("status", _STATUS[event.state])
    return entry


def _address(email: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{email}")
    found.params["CN"] = name.replace('"', "'")
    return found


@cache
def _london() -> Timezone:
    """London’s rule since 1996: the clocks change on the last Sundays of March and October, at 1am GMT."""
    summer, winter = TimezoneDaylight(), TimezoneStandard()
    for part, name, month, hour, before, after in ((summer, "BST", 3, 1, 0, 1), (winter, "GMT", 10, 2, 1, 0)):
        part.add("tzname", name)
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001  local, by RFC 5545
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
    zone = Timezone()
    zone.add("tzid", "Europe/London")
    zone.add_component(summer)
    zone.add_component(winter)
    return zone
