"""What comes next for a firm that has nothing to do."""

from datetime import UTC, date, datetime
from uuid import uuid4

import msgspec
from tests.events.making import an_event
from tests.reports.test_pledge_tasks import SIGNED, TEXT

from pledge.assessments.submitting import Progress
from pledge.events.booking.bookings import Line
from pledge.reports.rest import again, rest

TODAY = date(2026, 12, 1)


def sent(on: date | None) -> Progress:
    return Progress("recruitment", False, uuid4() if on else None, "leading", 9000, on)


def place(starts: datetime) -> Line:
    event = msgspec.structs.replace(an_event(), starts=starts)
    return Line(uuid4(), event, 1, "confirmed", "Alice", own=True)


def test_one_is_told_sixty_days_before_a_report_is_a_year_old():
    assert again(date(2026, 11, 21)) == date(2027, 9, 22)


def test_the_first_thing_that_comes_is_told():
    assert rest(TODAY, None, TEXT, [], []) is None and rest(TODAY, None, TEXT, [sent(None)], []) is None
    pledge = rest(TODAY, SIGNED, TEXT, [], [])
    assert pledge == (date(2027, 9, 22), "renew your pledge", "/pledge/sign")
    again_ = rest(TODAY, SIGNED, TEXT, [sent(date(2026, 11, 20))], [])
    assert again_ == (
        date(2027, 9, 21),
        "answer “Recruitment, training and induction” again",
        "/assessments/recruitment",
    )
    visit = place(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))  # half past midnight in London
    found = rest(TODAY, SIGNED, TEXT, [sent(date(2026, 11, 20))], [visit])
    assert found == (date(2027, 7, 1), "go to “Know the signs”", f"/bookings/{visit.id}")


def test_what_is_past_comes_no_more():
    assert rest(date(2027, 9, 22), SIGNED, TEXT, [], []).until == date(2027, 9, 22)
    assert rest(date(2027, 9, 23), SIGNED, TEXT, [], []) is None
