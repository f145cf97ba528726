"""The e-mails about a booking: one to each address, with the calendar entry of whoever has a place."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pledge.events.programme import calendars
from pledge.events.programme.event import Booking, Event, Guest, Told
from pledge.events.programme.told import changes
from pledge.mail.outbox import Message
from pledge.mail.words import Mailroom

Letters = Callable[[str], list[Message]]
"""Given the path of a link to cancel the booking ("" for none), the messages."""

Kind = Literal["confirmed", "again", "changed", "resumed", "cancelled", "postponed", "withdrawn"]


class _Words(NamedTuple):
    """The mail to the booker, the mail to the others ("" for none), and whether the calendar entry goes."""

    booker: str
    others: str
    cancel: bool


_WORDS: dict[Kind, _Words] = {
    "confirmed": _Words("event_confirmed", "event_place", cancel=False),
    "again": _Words("event_again", "", cancel=False),
    "changed": _Words("event_changed", "event_changed", cancel=False),
    "resumed": _Words("event_resumed", "event_resumed", cancel=False),
    "cancelled": _Words("event_cancelled", "event_cancelled", cancel=True),
    "postponed": _Words("event_postponed", "event_postponed", cancel=True),
    "withdrawn": _Words("event_withdrawn", "event_place_withdrawn", cancel=True),
}


class _Reader(NamedTuple):
    """Who gets a mail: the booker, or somebody else with a place. ``guest`` is None for a booker who stays away."""

    name: str
    email: str
    guest: Guest | None
    booker: bool


def letters(
    mailroom: Mailroom, event: Event, booking: Booking, kind: Kind, now: datetime, *, was: Told | None = None
) -> Letters:
    """Prepare the mails of one kind about a booking. The costly part is done here, before any unit of work.

    ``was`` is what its people were told last, None if that is not known. An answer goes to the organiser.
    """
    words = _WORDS[kind]
    changed = changes(was, event) if was else []
    prepared: list[tuple[_Reader, dict[str, Any]]] = []
    for reader in _readers(booking):
        if reader.booker or words.others:
            calendar: dict[str, Any] = {}
            if reader.guest is not None:
                text = calendars.message(event, reader.guest, mailroom.base_url, now, cancel=words.cancel)
                calendar = {"calendar": text, "calendar_method": "CANCEL" if words.cancel else "REQUEST"}
            prepared.append((reader, calendar))

    def write(path: str) -> list[Message]:
        return [
            mailroom.write(
                reader.email,
                words.booker if reader.booker else words.others,
                reply_to=event.organiser_email,
                event=event,
                was=was or event,
                changes=changed,
                booking=booking,
                name=reader.name,
                going=reader.guest is not None,
                path=path if reader.booker else "",
                **calendar,
            )
            for reader, calendar in prepared
        ]

    return write


def _readers(booking: Booking) -> list[_Reader]:
    """Return everybody with an address of their own, the booker first; several guests with one address get one mail.

    A booker whose account was erased has none any more; those who come with them have.
    """
    by_address: dict[str, Guest] = {}
    for guest in booking.guests:
        if guest.email:
            by_address.setdefault(guest.email.casefold(), guest)
    own = by_address.pop(booking.email.casefold(), None)
    others = [_Reader(guest.name, guest.email, guest, booker=False) for guest in by_address.values()]
    return [_Reader(booking.name, booking.email, own, booker=True), *others] if booking.email else others
