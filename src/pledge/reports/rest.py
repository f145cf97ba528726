"""What comes next, and when, for a firm that has nothing to do. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pledge.assessments import definitions
from pledge.assessments.again import reminding
from pledge.assessments.submitting import Progress
from pledge.database import clock
from pledge.events.booking.bookings import Line
from pledge.pledges.standing import Standing
from pledge.pledges.text import PledgeText


class Rest(NamedTuple):
    """The day until which there is nothing to do, and what there is to do then."""

    until: date
    then: str
    href: str


def rest(
    today: date, signed: Standing | None, text: PledgeText, begun: Sequence[Progress], booked: Sequence[Line]
) -> Rest | None:
    """Return what comes next; None where nothing does."""
    return min((each for each in _coming(signed, text, begun, booked) if each.until >= today), default=None)


def again(on: date) -> date:
    """Return the day from which one is asked to answer again what was sent in ``on`` a day."""
    return reminding.due(on) - timedelta(days=max(reminding.DAYS))


def _coming(
    signed: Standing | None, text: PledgeText, begun: Sequence[Progress], booked: Sequence[Line]
) -> Iterator[Rest]:
    if signed is not None:
        early = timedelta(days=max(text.reminder_days, default=0))
        yield Rest(signed.expires_on - early, "renew your pledge", "/pledge/sign")
    for progress in begun:
        definition = definitions.current(progress.questionnaire)
        if progress.on is not None and definition is not None:
            href = f"/assessments/{progress.questionnaire}"
            yield Rest(again(progress.on), f"answer “{definition.title}” again", href)
    for line in booked:
        if line.event.starts is not None:
            yield Rest(
                line.event.starts.astimezone(clock.LONDON).date(), f"go to “{line.event.title}”", f"/bookings/{line.id}"
            )
