"""The second factor of a person: setting it up, passing it, doing without the app once, and taking it away.

Every function that is async runs in the caller's unit, except ``count``.
"""

import secrets
from uuid import UUID

import pyotp

from pledge.accounts import known, sessions, totp
from pledge.accounts.tables import RecoveryCode
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id, token_hash
from pledge.database.unit import write
from pledge.limits import Limit, hit

RECOVERY_CODES = 10
# No two of these look alike. Six groups of four carry 118 bits: OWASP ASVS 5.0, 6.5.2 lets such a code be kept as an
# ordinary hash.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS = 6

# Three of a million codes fit at any moment: whoever knows the password has 240 tries a day and guesses one with
# 0.07 %. The codes of the app and the recovery codes are counted apart, so that using one up leaves the other.
CODES_PER_ACCOUNT = Limit("code-account", hits=10, seconds=3600)
RECOVERIES_PER_ACCOUNT = Limit("recovery-account", hits=10, seconds=3600)
CODES_PER_ADDRESS = Limit("code-address", hits=60, seconds=3600)


async def count(limit: Limit, person: UUID, session: UUID, *, browser: str, address: str) -> None:
    """Count a try of a session of a person, from a browser and a network address, in a unit of its own. Raises TooMany.

    Whoever knows a password can try codes, so sessions that began with an e-mailed link are counted apart from those
    that began with the password, and one that has passed by itself.
    """

    async def unit() -> None:
        row = await sql.row("SELECT proven, mailed FROM session WHERE id = {}", session)
        if row and row["proven"]:
            await hit(limit, f"session {session}")
            return
        stranger = f"{person} by mail" if row and row["mailed"] else str(person)
        await known.count(limit, CODES_PER_ADDRESS, person=person, stranger=stranger, browser=browser, address=address)

    await write(unit)


async def enrolled(person: UUID) -> bool:
    """Return whether a person has a second factor."""
    return await sql.value("SELECT 1 FROM factor WHERE person = {}", person) is not None


async def offer(session: UUID, person: UUID) -> None:
    """Keep a new secret, of 160 bits (RFC 4226 §4), for a session that sets up a second factor."""
    await sql.rows("UPDATE session SET offered = {} WHERE id = {}", pyotp.random_base32(), session)
    await record("factor.offered", person, person=person)


async def offered(session: UUID) -> str:
    """Return the secret that a session was offered, or ""."""
    return str(await sql.value("SELECT offered FROM session WHERE id = {}", session) or "")


async def enrol(session: UUID, person: UUID, typed: str) -> list[str] | None:
    """Make the offered secret the person's second factor, in place of an older one, when the code from the app fits.

    Returns new recovery codes, or None when it does not fit. Every other session of the person ends.
    """
    secret = await offered(session)
    step = totp.matching_step(secret, typed, clock.now()) if secret else None
    if step is None:
        return None
    await put(person, secret, step)
    await sql.rows("UPDATE session SET offered = '' WHERE id = {}", session)
    await sessions.end_all(person, but=session)
    await record("factor.enrolled", person, person=person)
    return await new_recovery_codes(person)


async def put(person: UUID, secret: str, step: int) -> None:
    """Store a person's second factor; ``step`` is the last one whose code counts as used."""
    await sql.rows(
        "INSERT INTO factor (person, secret, last_step, created) VALUES ({}, {}, {}, {}) ON CONFLICT (person) "
        "DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step, created = excluded.created",
        person,
        secret,
        step,
        clock.now(),
    )


async def accept(person: UUID, typed: str) -> bool:
    """Return whether a code from the app fits. Each is accepted once, also when it is sent twice at the same moment."""
    factor = await sql.row("SELECT secret, last_step FROM factor WHERE person = {}", person)
    if factor is None:
        return False
    step = totp.matching_step(factor["secret"], typed, clock.now(), after=factor["last_step"])
    if step is not None and await sql.rows(
        "UPDATE factor SET last_step = {} WHERE person = {} AND last_step < {} RETURNING person", step, person, step
    ):
        return True
    await record("factor.failed", person)
    return False


async def new_recovery_codes(person: UUID) -> list[str]:
    """Give a person ten new recovery codes and return them; the old ones stop working."""
    codes = ["-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS))
             for _ in range(RECOVERY_CODES)]  # fmt: skip
    await sql.rows("DELETE FROM recovery_code WHERE person = {}", person)
    await RecoveryCode.insert(
        *[RecoveryCode(id=new_id(), person=person, code_hash=_recovery_hash(code), used=None) for code in codes]
    )
    await record("factor.recovery_codes_made", person, person=person)
    return codes


async def use_recovery_code(person: UUID, typed: str) -> bool:
    """Return whether a recovery code fits; it is used up, also when it is sent twice at the same moment."""
    used = await sql.rows(
        "UPDATE recovery_code SET used = {} WHERE person = {} AND code_hash = {} AND used IS NULL RETURNING id",
        clock.now(),
        person,
        _recovery_hash(typed),
    )
    await record("factor.recovery_code_used" if used else "factor.failed", person, person=person if used else None)
    return bool(used)


async def recovery_codes_left(person: UUID) -> int:
    """Return how many recovery codes a person has not used."""
    return int(await sql.value("SELECT count(*) FROM recovery_code WHERE person = {} AND used IS NULL", person))


async def remove(person: UUID) -> None:
    """Take a person's second factor and its recovery codes away."""
    await sql.rows("DELETE FROM recovery_code WHERE person = {}", person)
    await sql.rows("DELETE FROM factor WHERE person = {}", person)
    await sql.rows("UPDATE session SET proven = NULL WHERE person = {}", person)
    await record("factor.removed", person, person=person)


def _recovery_hash(typed: str) -> str:
    return token_hash("".join(char for char in typed.lower() if char.isalnum()))
