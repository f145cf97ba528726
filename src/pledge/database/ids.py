"""Public ids and secrets: random, from the operating system's generator."""

import hashlib
import secrets
from uuid import UUID, uuid4


def new_id() -> UUID:
    """Return a random public id (122 random bits). Ids are never counted up and never reused."""
    return uuid4()


def new_token() -> str:
    """Return a secret for a cookie or an e-mailed link: 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored in place of a secret: its SHA-256 in hex. The secret itself is never stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def parse_id(text: str) -> UUID | None:
    """Return the id that ``text`` spells in the canonical form, or None."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None
