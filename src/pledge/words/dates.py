"""Days and times as people in the United Kingdom say them, in London's time. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def typed_day(year: str, month: str, day: str) -> date | None:
    """Return the day of a year, month and day as typed; None when there is none from 2000 to 2100."""
    try:
        found = date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None
    return found if 2000 <= found.year <= 2100 else None


def uk_date(moment: date | datetime) -> str:
    """Return “28 March 2027”. Instants are shown in London's time; without a zone: ValueError."""
    day = _in_london(moment)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def uk_day(moment: date | datetime) -> str:
    """Return “Sunday 28 March 2027”. Instants are shown in London's time; without a zone: ValueError."""
    return f"{_DAYS[_in_london(moment).weekday()]} {uk_date(moment)}"


def uk_time(moment: datetime) -> str:
    """Return “10am”, “1:30pm”, “midday” or “midnight” in London. Without a zone: ValueError."""
    local = _in_london(moment)
    assert isinstance(local, datetime)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"


def uk_moment(moment: datetime) -> str:
    """Return “28 March 2027 at 1:30pm” in London. Without a zone: ValueError."""
    return f"{uk_date(moment)} at {uk_time(moment)}"


def uk_period(start: datetime, end: datetime) -> str:
    """Return “Sunday 28 March 2027, 10am to 1pm”, with both days where they differ, in London.

    Raises ValueError for a time without a zone.
    """
    if _in_london(start).timetuple()[:3] == _in_london(end).timetuple()[:3]:
        return f"{uk_day(start)}, {uk_time(start)} to {uk_time(end)}"
    return f"{uk_day(start)}, {uk_time(start)} to {uk_day(end)}, {uk_time(end)}"


def _in_london(moment: date | datetime) -> date | datetime:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment} says no time zone")
    return moment.astimezone(LONDON)
