"""The part of a form that says what people need to eat or to take part, with its own consent."""

from collections.abc import Iterable, Mapping

from pledge.events.booking.needs import Kind, Line, Need, mark
from pledge.events.programme.event import Event
from pledge.web.forms import Form

LIMIT = 300  # characters
AGREED = "needs_agreed"


def kinds(event: Event) -> tuple[Kind, ...]:
    """Return what is asked at an event: nobody eats online."""
    return ("food", "access") if event.in_person else ("access",)


def read_needs(form: Form, event: Event, coming: Mapping[int, int], rows: range) -> dict[int, Need]:
    """Return what is needed, by place, of the ``rows`` of a form; what is wrong is in the form.

    ``coming``: row → place of everybody who comes. Without consent to tell the organiser, a need is a problem; consent
    without a need is nothing.
    """
    found: dict[int, Need] = {}
    for row in rows:
        said: dict[Kind, str] = {kind: form.text(f"{kind}_{row}", None, limit=LIMIT) for kind in kinds(event)}
        need = Need(**said)
        if row in coming:
            found[coming[row]] = need
        elif need:
            form.fail(
                next(f"{kind}_{row}" for kind, text in said.items() if text),
                "You are not coming yourself. Tick “I am coming myself”, or take this out."
                if row == 0
                else f"Enter the name of person {row}, or take this out.",
            )
    if any(found.values()) and form.value(AGREED) != "yes":
        form.fail(
            AGREED, "Tick the box, so that we may tell the organiser. If you do not want that, take the needs out."
        )
    return found


def defaults(needs: Mapping[int, Need]) -> dict[str, str]:
    """Return what a form shows of the needs that are kept, by row."""
    shown = {f"{kind}_{row}": text for row, need in needs.items() for kind, text in _texts(need)}
    return {**shown, AGREED: "yes"} if any(needs.values()) else shown


def marks(lines: Iterable[Line]) -> dict[str, str]:
    """Return the hidden fields that say what a page shows of each place."""
    return {f"_seen_{line.place}": mark(line.need) for line in lines}


def sent_marks(form: Form) -> dict[str, str]:
    """Return those fields as a form brought them."""
    return {name: form.value(name) for name in form.names("_seen_")}


def seen(form: Form, places: Iterable[int]) -> dict[int, str]:
    """Return the mark of what a form showed, by place; a place without one was not shown."""
    return {place: form.value(f"_seen_{place}") for place in places if form.value(f"_seen_{place}")}


def tell_what_changed(form: Form, now: Mapping[int, Need], event: Event) -> None:
    """Put into a form what is kept now where somebody else changed it, beside what was typed."""
    for place, need in now.items():
        for kind, text in _texts(need):
            if kind in kinds(event) and form.value(f"{kind}_{place}") != text:
                kept = f"now says “{text}”" if text else "is now empty"
                form.refuse(
                    f"{kind}_{place}", f" {kept}: somebody else changed it. Change yours or leave it, then save."
                )
    if not form.errors:
        form.fail("", "Somebody else changed this meanwhile, so nothing was deleted. See what it says now.", anchor="")


def _texts(need: Need) -> tuple[tuple[Kind, str], ...]:
    return ("food", need.food), ("access", need.access)
