"""Rate limits, counted in the database so that every process shares them. A limit is never a lock-out: it passes."""

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta

from pledge.database import clock, sql

_ASTRAY = timedelta(minutes=1)  # by which an end may be later than it can be: processes read their clocks one by one
_OVER = "(throttle.expires <= {} OR throttle.expires > {})"  # or the clock was ahead when it began, and is right again
SENDERS = 3  # who must act together to use up what others may have sent to an e-mail address


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``hits`` in each period of ``seconds``, counted for each subject apart. Names are unique.

    A period begins with the first attempt after the last one: it depends on no clock's full hours.
    """

    name: str
    hits: int
    seconds: int


class TooMany(Exception):
    """A limit is reached. ``retry_after`` is the number of seconds until it passes."""

    def __init__(self, limit: Limit, retry_after: int) -> None:
        super().__init__(f"the limit “{limit.name}” is reached")
        self.limit = limit
        self.retry_after = retry_after


async def hit(limit: Limit, subject: str) -> None:
    """Count one attempt of ``subject`` (an address or an account; stored only as a hash), in the current unit.

    Raises TooMany when there have been more than the limit allows in this period.
    """
    now = clock.now()
    name = f"{limit.name}:{hashlib.sha256(subject.encode()).hexdigest()[:32]}"
    ends = now + timedelta(seconds=limit.seconds)
    (row,) = await sql.rows(
        "INSERT INTO throttle (name, hits, expires) VALUES ({}, 1, {}) ON CONFLICT (name) DO UPDATE SET "  # noqa: S608
        f"hits = CASE WHEN {_OVER} THEN 1 ELSE throttle.hits + 1 END, "
        f"expires = CASE WHEN {_OVER} THEN excluded.expires ELSE throttle.expires END "
        "RETURNING hits, expires",
        *(name, ends, now, ends + _ASTRAY, now, ends + _ASTRAY),
    )
    if row["hits"] > limit.hits:
        raise TooMany(limit, max(1, math.ceil((row["expires"] - now).total_seconds())))


async def hit_to(limit: Limit, recipient: str, *senders: str) -> None:
    """Count an e-mail to an address that its senders typed and have not proved to be theirs, in the current unit.

    Each sender (a network address, a person, a firm) has the limit to itself, so that nobody alone uses up what others
    may have sent there; in all, the address gets ``SENDERS`` times as many. A member sends as the firm and as a person:
    neither many firms nor many colleagues give anybody more. Raises TooMany.
    """
    for sender in senders:
        await hit(limit, f"{recipient} from {sender}")
    await hit(Limit(f"{limit.name}-in-all", limit.hits * SENDERS, limit.seconds), recipient)


async def prune() -> dict[str, int]:
    """Forget periods that have passed, in the current unit. Return the number of rows by table."""
    return {"throttle": await sql.changed("DELETE FROM throttle WHERE expires < {}", clock.now())}
