"""A form sent twice does its work once.

Every form carries a random key; ``Form.key`` is made of it and of what the form says. The reply's address is stored
under (sender, key) in the same transaction as the work, so a second sending, even at the same moment, is answered with
the first one's address.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from litestar.response import Redirect

from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.web.forms import Form
from pledge.web.pages import see_other

KEPT = timedelta(hours=24)


async def write_once(form: Form, work: Callable[[], Awaitable[str]]) -> str:
    """Run ``work`` in one write unit and return the address it returns; for a repeated key the first one's address.

    The key alone identifies a visitor's form. A form without a key is simply done. Raises whatever ``work`` raises, and
    then nothing is kept and the key is free again.
    """
    sender, key = form.sender, form.key
    if not key:
        return await write(work)

    async def unit() -> str:
        # On PostgreSQL a second sending waits here until the first is committed or undone.
        first = await sql.rows(
            "INSERT INTO submission (actor, form_key, location, created) VALUES ({}, {}, '', {}) "
            "ON CONFLICT (actor, form_key) DO NOTHING RETURNING actor",
            sender,
            key,
            clock.now(),
        )
        if not first:
            return str(
                await sql.value("SELECT location FROM submission WHERE actor = {} AND form_key = {}", sender, key)
            )
        location = await work()
        await sql.rows("UPDATE submission SET location = {} WHERE actor = {} AND form_key = {}", location, sender, key)
        return location

    return await write(unit)


async def answer_once(form: Form, work: Callable[[], Awaitable[str]]) -> Redirect:
    """Return the answer to a form that did its work, once: 303 to the address that ``work`` returned."""
    return see_other(await write_once(form, work))


async def prune() -> dict[str, int]:
    """Forget keys older than 24 hours, in the current unit. Return the number of rows by table."""
    return {"submission": await sql.changed("DELETE FROM submission WHERE created < {}", clock.now() - KEPT)}
