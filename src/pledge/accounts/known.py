"""Browsers that a person has signed in with before. Tries are counted for each of them apart from everybody else's.

So whoever guesses a password or a code elsewhere keeps nobody out, and guessing stays bounded: a browser is known only
after its person has signed in there. OWASP calls it a device cookie. Every function runs in the current unit.
"""

from datetime import timedelta
from uuid import UUID

from pledge.database import clock, sql
from pledge.database.ids import new_id, new_token, token_hash
from pledge.limits import Limit, hit

KEPT = timedelta(days=180)  # without a sign-in


async def remember(session: str, presented: str) -> str | None:
    """Note that a session's person uses this browser, and return the secret for its cookie.

    None when the session still has to pass the second factor. ``session`` is its secret; ``presented`` the secret in
    the browser's cookie, or "". One that we did not issue is never taken over.
    """
    person = await sql.value(
        "SELECT s.person FROM session s WHERE s.token_hash = {} AND (s.proven IS NOT NULL OR NOT EXISTS ("
        "SELECT 1 FROM factor f WHERE f.person = s.person))",
        token_hash(session),
    )
    if person is None:
        return None
    issued = presented and await sql.value(
        "SELECT 1 FROM known_browser WHERE token_hash = {} LIMIT 1", token_hash(presented)
    )
    secret = presented if issued else new_token()
    await sql.rows(
        "INSERT INTO known_browser (id, person, token_hash, seen) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (token_hash, person) DO UPDATE SET seen = excluded.seen",
        new_id(),
        person,
        token_hash(secret),
        clock.now(),
    )
    return secret


async def count(
    own: Limit, everybody: Limit, *, person: UUID | None, stranger: str, browser: str, address: str
) -> None:
    """Count a try at an account. Raises TooMany.

    In a browser that ``person`` has signed in with, by itself; else as one of ``stranger``, whom all other browsers
    share, and of the network address (``everybody``).
    """
    known = browser and await sql.value(
        "SELECT id FROM known_browser WHERE token_hash = {} AND person = {} AND seen > {}",
        token_hash(browser),
        person or new_id(),  # asked of a stranger just the same
        clock.now() - KEPT,
    )
    if known:
        await hit(own, f"browser {known}")
        return
    await hit(own, stranger)
    await hit(everybody, address)


async def count_request(limit: Limit, *, email_key: str, browser: str, address: str) -> None:
    """Count what was asked for without signing in, for the person with an e-mail address. Raises TooMany.

    In a browser that this person has signed in with, by itself; else by network address. Without such a cookie nobody
    is looked up.
    """
    known = browser and await sql.value(
        "SELECT k.id FROM known_browser k JOIN person p ON p.id = k.person "
        "WHERE k.token_hash = {} AND p.email_key = {} AND k.seen > {}",
        token_hash(browser),
        email_key,
        clock.now() - KEPT,
    )
    await hit(limit, f"browser {known}" if known else address)


async def forget(person: UUID) -> None:
    """Forget the browsers of a person: somebody else may have been using one."""
    await sql.rows("DELETE FROM known_browser WHERE person = {}", person)


async def prune() -> dict[str, int]:
    """Forget browsers that nobody has signed in with for long. Return the number of rows by table."""
    gone = await sql.changed("DELETE FROM known_browser WHERE seen < {}", clock.now() - KEPT)
    return {"known_browser": gone}
