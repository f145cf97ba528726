"""What differs between an event as somebody typed it and as a colleague saved it meanwhile, and choosing. Pure."""

from typing import Any, NamedTuple

import msgspec

from pledge.events.programme.event import MODES, Details
from pledge.questionnaires.topics import TOPICS
from pledge.web.forms import Form
from pledge.words.dates import uk_moment

NOTHING = "Nothing"

# What the form asks → its words, and the details that go together.
_ASKED: dict[str, tuple[str, tuple[str, ...]]] = {
    "title": ("Title", ("title",)),
    "summary": ("In one or two sentences", ("summary",)),
    "topics": ("Topics", ("topics",)),
    "description": ("Description", ("description",)),
    "speakers": ("Speakers", ("speakers",)),
    "programme": ("Programme", ("programme",)),
    "audience": ("Who it is for", ("audience",)),
    "when": ("When it starts and ends", ("starts", "ends")),
    "attendance_mode": ("How people take part", ("attendance_mode",)),
    "venue_name": ("Name of the place", ("venue_name",)),
    "venue_address": ("Its address", ("venue_address",)),
    "venue_postcode": ("Its postcode", ("venue_postcode", "district", "area")),
    "accessibility": ("Access", ("accessibility",)),
    "join_link": ("Link to join online", ("join_link",)),
    "capacity": ("How many places there are", ("capacity",)),
    "per_firm_cap": ("How many of them one organisation can book", ("per_firm_cap",)),
    "registration_closes": ("When booking closes", ("registration_closes",)),
    "price": ("Price", ("price",)),
    "booking_url": ("Its address on another site", ("booking_url",)),
}


class Difference(NamedTuple):
    """Something that is not the same in both: the field that chooses, its words, what was typed, and how it is."""

    field: str
    label: str
    typed: str
    saved: str


def differences(typed: Details, saved: Details) -> list[Difference]:
    """Return what differs, in the order of the form."""
    return [
        Difference(f"keep-{name}", label, _words(typed, names), _words(saved, names))
        for name, (label, names) in _ASKED.items()
        if _values(typed, names) != _values(saved, names)
    ]


def chosen(form: Form, typed: Details, saved: Details) -> Details:
    """Return the details with what was chosen to be kept of each difference; one without a choice is in the form."""
    kept: dict[str, Any] = {}
    for each in differences(typed, saved):
        missing = f"{each.label}: choose which to keep"
        if form.choice(each.field, ("saved", "typed"), missing) == "saved":
            kept |= {name: getattr(saved, name) for name in _ASKED[each.field.removeprefix("keep-")][1]}
    return msgspec.structs.replace(typed, **kept)


def _values(details: Details, names: tuple[str, ...]) -> list[Any]:
    return [getattr(details, name) for name in names]


def _words(details: Details, names: tuple[str, ...]) -> str:
    first, *others = _values(details, names)
    if names[0] == "topics":
        return ", ".join(TOPICS[topic] for topic in first) or NOTHING
    if names[0] == "attendance_mode":
        return MODES[first]
    if names[0] in ("starts", "registration_closes"):
        return " to ".join(uk_moment(moment) for moment in (first, *others) if moment) or NOTHING
    return NOTHING if first in (None, "") else str(first)
