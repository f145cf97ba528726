from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledge.events.programme.when import NoSuchTime, comes_twice, days_until, instant, parse_day, parse_time

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30am", time(9, 30)),
        ("9.30 AM", time(9, 30)),
        ("930am", time(9, 30)),
        ("2pm", time(14)),
        ("2 p.m.", time(14)),
        ("12am", time(0)),
        ("12:15pm", time(12, 15)),
        ("09:30", time(9, 30)),
        ("1400", time(14)),
        ("00:00", time(0)),
        ("midday", time(12)),
        ("Midnight", time(0)),
    ],
)
def test_times_are_read_as_people_write_them(typed, meant):
    assert parse_time(typed) == meant


@pytest.mark.parametrize("typed", ["", "9", "25:00", "13pm", "0am", "9:60", "24:00", "half nine", "٩:٣٠", "9:30 BST"])
def test_what_is_not_clearly_a_time_is_none(typed):
    assert parse_time(typed) is None


@pytest.mark.parametrize("typed", ["2027-03-28", "28/3/2027", "28.03.2027", "28 3 2027", " 28-3-2027 "])
def test_days_are_read_with_the_day_first_or_as_iso(typed):
    assert parse_day(typed) == date(2027, 3, 28)


@pytest.mark.parametrize(
    "typed", ["", "tomorrow", "31/2/2027", "3/28/2027", "28/3/27", "28/3/9999", "2027-13-01", "٢٨/٣/٢٠٢٧"]
)
def test_nonsense_is_no_day(typed):
    assert parse_day(typed) is None


def test_a_time_that_the_clocks_skip_does_not_exist():
    for minute in (0, 30, 59):
        with pytest.raises(NoSuchTime):
            instant(date(2027, 3, 28), time(1, minute))
    assert instant(date(2027, 3, 28), time(0, 59)) == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert instant(date(2027, 3, 28), time(2)) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first_one_and_is_known_to_come_twice():
    found = instant(date(2026, 10, 25), time(1, 30))
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC) and comes_twice(found)
    assert not comes_twice(instant(date(2026, 10, 25), time(2)))
    assert not comes_twice(instant(date(2026, 10, 25), time(0, 59)))


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.times())
def test_every_other_time_of_twenty_years_comes_back_as_it_was_typed(on, at):
    at = at.replace(second=0, microsecond=0)
    try:
        found = instant(on, at)
    except NoSuchTime:
        assert on.month == 3 and on.weekday() == 6 and on.day > 24 and at.hour == 1
        return
    local = found.astimezone(LONDON)
    assert (local.date(), local.time()) == (on, at)
    assert comes_twice(found) == (on.month == 10 and on.weekday() == 6 and on.day > 24 and at.hour == 1)


def test_days_are_counted_by_london_midnights():
    evening = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # half past eleven in London
    assert days_until(evening + timedelta(hours=1), evening) == 1
    assert days_until(evening + timedelta(hours=26), evening) == 2  # the day the clocks go back has 25 hours
    assert days_until(evening, evening) == 0
