"""A form sent twice does its work once.

Every form carries a random key. The reply's address is stored under (actor, key) in the same transaction as the work,
so a second sending, even at the same moment, is answered with the first one's address.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from pledge.database import clock, sql
from pledge.database.unit import write

KEPT = timedelta(hours=24)


class _Repeated(Exception):
    """Another request with this key was committed while this one was running."""


async def write_once(actor: str, form_key: str, work: Callable[[], Awaitable[str]]) -> str:
    """Run ``work`` in one write unit and return the address it returns; for a repeated key the first one's address.

    ``actor`` is the person's id, or "" for a visitor (then the key alone, 256 random bits, identifies the form).
    A form without a key is simply done. Raises whatever ``work`` raises, and then nothing is kept.
    """
    if not form_key:
        return await write(work)

    async def unit() -> str:
        earlier = await _location(actor, form_key)
        if earlier is not None:
            return earlier
        location = await work()
        kept = await sql.rows(
            "INSERT INTO submission (actor, form_key, location, created) VALUES ({}, {}, {}, {}) "
            "ON CONFLICT (actor, form_key) DO NOTHING RETURNING location",
            actor,
            form_key,
            location,
            clock.now(),
        )
        if not kept:
            raise _Repeated
        return location

    try:
        return await write(unit)
    except _Repeated:
        return await write(unit)


async def _location(actor: str, form_key: str) -> str | None:
    found = await sql.value("SELECT location FROM submission WHERE actor = {} AND form_key = {}", actor, form_key)
    return None if found is None else str(found)


async def prune() -> None:
    """Forget keys older than 24 hours, in the current unit."""
    await sql.rows("DELETE FROM submission WHERE created < {}", clock.now() - KEPT)
