"""The form that books places: who books, who comes, or all that is wrong with it."""

from typing import NamedTuple
from uuid import UUID

from email_validator import EmailNotValidError

from pledge.accounts.people import email_key
from pledge.events.event_form import MOST_PER_FIRM
from pledge.events.programme.event import Booking, Guest
from pledge.events.programme.listing import Seen
from pledge.policy.actors import Actor
from pledge.web.forms import NOT_AN_EMAIL, Form
from pledge.words.numbers import plural
from pledge.words.text import clean

NAME = 100  # characters

SOURCES = ("list", "report")
ROWS = range(MOST_PER_FIRM + 1)  # the booker, and whoever comes with or instead of them


class Booker(NamedTuple):
    """Who books: a signed-in person for their organisation, or whoever a visitor says to be."""

    name: str
    email: str
    key: str
    organisation_name: str
    person: UUID | None
    organisation: UUID | None


def read_booker(form: Form, actor: Actor) -> Booker:
    """Return who books. Of somebody signed in nothing is asked that we know; without an organisation only its name."""
    named = actor.organisation_name or actor.organiser_name
    organisation_name = named or form.plain_name("organisation_name", None, firm=True)
    if actor.person is not None:
        key = email_key(actor.email)
        return Booker(actor.name, actor.email, key, organisation_name, actor.person, actor.organisation)
    name = _name(form, "name", "Enter your name")
    email = _email(form, "email", "Enter your e-mail address")
    return Booker(name, email, email_key(email) if email else "", organisation_name, None, None)


def read_booking(form: Form, booker: Booker, seen: Seen, booking: UUID) -> Booking:
    """Return what is to be booked under the id ``booking``; what is wrong with it is in the form."""
    guests = [Guest(booker.name, booker.email)] if form.value("me") == "yes" else []
    for row in ROWS[1:]:
        email = _email(form, f"guest_email_{row}", None)
        name = _name(form, f"guest_name_{row}", "Enter the name of whoever has this address" if email else None)
        if name:
            guests.append(Guest(name, email))
    _check_number(form, len(guests), seen)
    return Booking(
        id=booking,
        name=booker.name,
        email=booker.email,
        email_key=booker.key,
        organisation_name=booker.organisation_name,
        guests=tuple(guests),
        person=booker.person,
        organisation=booker.organisation,
        source=form.value("from") if form.value("from") in SOURCES else "list",
    )


def coming(form: Form) -> dict[int, int]:
    """Return row → place of everybody who comes by the form; the booker has row 0."""
    there = [row for row in ROWS if (form.value("me") == "yes" if row == 0 else clean(form.value(f"guest_name_{row}")))]
    return {row: place for place, row in enumerate(there, 1)}


def rows(form: Form, most: int) -> range:
    """Return the numbers of the rows for other people: so that ``most`` can come, and all that was typed is shown."""
    typed = [
        row
        for row in ROWS[1:]
        if any(form.value(f"{field}_{row}") for field in ("guest_name", "guest_email", "food", "access"))
    ]
    return range(1, max([most - 1, 1, *typed]) + 1)


def _check_number(form: Form, seats: int, seen: Seen) -> None:
    cap, left = seen.event.per_firm_cap, seen.event.places_left
    if not seats:
        form.fail("me", "Say who is coming: tick the box, or enter a name below")
    elif seats > cap - seen.firm_seats:
        form.fail("me", too_many(cap, cap - seen.firm_seats))
    elif left is not None and seats > left > 0:
        form.fail(
            "me", f"Only {plural(left, 'place')} {'is' if left == 1 else 'are'} left. Take somebody off the list."
        )


def too_many(cap: int, left: int) -> str:
    """Return why an organisation cannot have so many places, and how many it can still have."""
    limit = f"An organisation can have {plural(cap, 'place')} at this event"
    if left == cap:
        return f"{limit}. Take somebody off the list."
    if left <= 0:
        return f"{limit}, and yours has them already. See your bookings."
    return f"{limit}. Yours has {cap - left} already, so you can book {left} more."


def _name(form: Form, field: str, missing: str | None) -> str:
    name = form.plain_name(field, missing, limit=NAME)  # names go into e-mails to other people
    if "@" in name:
        form.refuse(field, " has an e-mail address in it. Enter a name without one.")
    return name


def _email(form: Form, field: str, missing: str | None) -> str:
    email = form.email(field, missing)
    if not email:
        return ""
    try:
        email_key(email)
    except EmailNotValidError:
        form.refuse(field, NOT_AN_EMAIL)
        return ""
    return email
