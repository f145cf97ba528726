"""What time it is. The only place that asks, so that tests can move the clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """Return this instant in UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date in Europe/London: terms, deadlines and event days are counted in it."""
    return now().astimezone(LONDON).date()
