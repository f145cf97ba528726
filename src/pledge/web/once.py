"""A form sent twice does its work once.

Every form carries a random key; ``Form.key`` is made of it and of what the form says. The reply's address is stored
under (actor, key) in the same transaction as the work, so a second sending, even at the same moment, is answered with
the first one's address.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from pledge.database import clock, sql
from pledge.database.unit import write

KEPT = timedelta(hours=24)


async def write_once(actor: str, form_key: str, work: Callable[[], Awaitable[str]]) -> str:
    """Run ``work`` in one write unit and return the address it returns; for a repeated key the first one's address.

    ``actor`` is the person's id, or "" for a visitor (then the key alone identifies the form). A form without a key is
    simply done. Raises whatever ``work`` raises, and then nothing is kept and the key is free again.
    """
    if not form_key:
        return await write(work)

    async def unit() -> str:
        # On PostgreSQL a second sending waits here until the first is committed or undone.
        first = await sql.rows(
            "INSERT INTO submission (actor, form_key, location, created) VALUES ({}, {}, '', {}) "
            "ON CONFLICT (actor, form_key) DO NOTHING RETURNING actor",
            actor,
            form_key,
            clock.now(),
        )
        if not first:
            return str(
                await sql.value("SELECT location FROM submission WHERE actor = {} AND form_key = {}", actor, form_key)
            )
        location = await work()
        await sql.rows(
            "UPDATE submission SET location = {} WHERE actor = {} AND form_key = {}", location, actor, form_key
        )
        return location

    return await write(unit)


async def prune() -> dict[str, int]:
    """Forget keys older than 24 hours, in the current unit. Return the number of rows by table."""
    return {"submission": await sql.changed("DELETE FROM submission WHERE created < {}", clock.now() - KEPT)}
