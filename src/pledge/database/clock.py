"""What time it is. The only place that asks, so that tests and the demo can move the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from pledge.words.dates import LONDON as LONDON

_moment: ContextVar[datetime | None] = ContextVar("pledge_clock", default=None)


def now() -> datetime:
    """Return this instant in UTC, to the microsecond."""
    return _moment.get() or datetime.now(UTC)


def today() -> date:
    """Return today's date in Europe/London: terms, deadlines and event days are counted in it."""
    return now().astimezone(LONDON).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be another instant for what runs inside, units of work included: how the demo gets its past."""
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)
