"""Days and times as people type them, and the instants they mean in London. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta

from pledge.words.dates import LONDON, typed_day

_TIME = re.compile(r"(\d{1,2})(?:[:.]?([0-5]\d))?\s*(am|pm)?")
_WORDS = {"midday": time(12), "noon": time(12), "midnight": time(0)}
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", re.ASCII)


class NoSuchTime(ValueError):
    """The clocks go forward over this time, so that there is no such time on this day."""


def parse_time(text: str) -> time | None:
    """Return the time in “9:30am”, “9.30 am”, “2pm”, “14:00”, “1400” or “midday”; None for anything else."""
    plain = text.strip().lower().replace("a.m.", "am").replace("p.m.", "pm")
    if plain in _WORDS:
        return _WORDS[plain]
    found = _TIME.fullmatch(plain) if plain.isascii() else None
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half is None:
        return time(hour, minute) if found[2] and hour < 24 else None
    return time(hour % 12 + (12 if half == "pm" else 0), minute) if 1 <= hour <= 12 else None


def parse_day(text: str) -> date | None:
    """Return the day in “2027-03-28” or “28/3/2027” (the day first); None for anything else."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    return typed_day(*(found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)))


def instant(on: date, at: time) -> datetime:
    """Return the UTC instant of a London day and time; of a time that comes twice, the first (summer time).

    Raises NoSuchTime for a time that the clocks skip.
    """
    local = datetime.combine(on, at, LONDON)
    found = local.astimezone(UTC)
    if found.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime
    return found


def comes_twice(moment: datetime) -> bool:
    """Tell whether the London time of an instant comes twice on that day, as the clocks go back."""
    local = moment.astimezone(LONDON)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def midnight(on: date) -> datetime:
    """Return the instant at which a day begins in London."""
    return instant(on, time(0))


def days_until(moment: datetime, now: datetime) -> int:
    """Return how many London days lie between now and a moment: 0 for today, 1 for tomorrow."""
    return (moment.astimezone(LONDON).date() - now.astimezone(LONDON).date()) // timedelta(days=1)
