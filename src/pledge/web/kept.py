"""Pages about a form that failed, kept so that Back, Forward and reload show them (docs/decisions/0008).

Such a page is the answer to a POST and never stored by the browser, which would show an error page of its own when
somebody comes back to it. So it is kept here for ten minutes, and the browser is led to it by a redirect. What is kept
opens only with a key that this browser has in a cookie, in the session in which it was made, and for the same person
with the same roles in the same organisation.
"""

import zlib
from datetime import timedelta
from secrets import token_bytes
from typing import NamedTuple
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pledge.database import clock, sql
from pledge.database.ids import new_id, token_hash
from pledge.database.unit import read, write
from pledge.limits import Limit, hit
from pledge.policy.actors import Actor

LIVES = timedelta(minutes=10)
MOST = 20  # pages of one browser
BYTES = 64 * 1024  # of a page, packed
LIMIT = Limit("kept-page", hits=120, seconds=600)  # by person, or by network address for visitors

_NONCE = 12  # bytes, as AES-GCM wants it


class Kept(NamedTuple):
    """A page as it was answered."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Reader(NamedTuple):
    """Who may open a page again: the browser by its own key and its session's secret, and whom it acts for."""

    secret: str
    session: str
    actor: Actor

    @property
    def browser(self) -> str:
        """What stands in the database for the browser."""
        return token_hash(self.secret)

    def cipher(self) -> AESGCM:
        """Return what seals and opens this reader's pages."""
        who = self.actor
        about = [self.session, who.person, who.unproven, who.organisation, who.member_role, who.organiser]
        info = msgspec.json.encode([*about, who.staff, who.operator])
        return AESGCM(HKDF(SHA256(), 32, salt=None, info=info).derive(self.secret.encode()))


async def keep(page: Kept, path: str, reader: Reader, subject: str) -> UUID | None:
    """Keep a page that was answered at ``path`` and return its name; None when it is too long.

    ``subject``: who is counted for the limit. Raises TooMany, and what ``write`` raises.
    """
    packed = zlib.compress(msgspec.msgpack.encode(page))
    if len(packed) > BYTES:
        return None
    name, nonce, now = new_id(), token_bytes(_NONCE), clock.now()
    content = nonce + reader.cipher().encrypt(nonce, packed, _bound_to(name, path))

    async def unit() -> None:
        await hit(LIMIT, subject)
        await prune()
        await sql.rows(
            "INSERT INTO kept_page (id, browser, content, created) VALUES ({}, {}, {}, {})",
            name, reader.browser, content, now,
        )  # fmt: skip
        await sql.rows(
            "DELETE FROM kept_page WHERE browser = {} AND id NOT IN "
            "(SELECT id FROM kept_page WHERE browser = {} ORDER BY created DESC, id DESC LIMIT {})",
            reader.browser, reader.browser, MOST,
        )  # fmt: skip

    await write(unit)
    return name


async def find(name: UUID, path: str, reader: Reader) -> Kept | None:
    """Return a page that was kept for this reader at this path; None when there is none (any more)."""

    async def unit() -> bytes | None:
        found: bytes | None = await sql.value(
            "SELECT content FROM kept_page WHERE id = {} AND browser = {} AND created > {}",
            name, reader.browser, clock.now() - LIVES,
        )  # fmt: skip
        return found

    content = await read(unit)
    if content is None:
        return None
    try:
        packed = reader.cipher().decrypt(content[:_NONCE], content[_NONCE:], _bound_to(name, path))
    except InvalidTag:  # another session, person or organisation, or another address
        return None
    return msgspec.msgpack.decode(zlib.decompress(packed), type=Kept)


def _bound_to(name: UUID, path: str) -> bytes:
    return f"{name} {path}".encode()


async def forget(secret: str) -> None:
    """Delete what is kept for a browser, in the current unit."""
    await sql.rows("DELETE FROM kept_page WHERE browser = {}", token_hash(secret))


async def prune() -> dict[str, int]:
    """Delete pages older than ten minutes, in the current unit. Return the number of rows by table."""
    return {"kept_page": await sql.changed("DELETE FROM kept_page WHERE created <= {}", clock.now() - LIVES)}
