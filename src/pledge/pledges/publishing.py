"""Published pledge texts: each version is stored once, as it was, and stays. Every function runs in a unit."""

from functools import lru_cache
from pathlib import Path

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.organisations.reference import ReferenceDataError
from pledge.pledges.text import Edition, edition


async def publish(shipped: Edition) -> None:
    """Store an edition, unless it is stored already.

    Raises ReferenceDataError, naming the file, when its version was published with other words.
    """
    added = await sql.rows(
        "INSERT INTO pledge_text (version, sha256, text, published) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (version) DO NOTHING RETURNING version",
        shipped.version,
        shipped.sha256,
        shipped.source,
        clock.now(),
    )
    if added:
        await record("pledge_text.published", shipped.version, sha256=shipped.sha256)
        return
    if await sql.value("SELECT sha256 FROM pledge_text WHERE version = {}", shipped.version) != shipped.sha256:
        message = (
            f"Version {shipped.version} is published with other words, and what is published never changes. "
            "Give the changed text a new version."
        )
        raise ReferenceDataError(shipped.path, [message])


async def load(version: str) -> Edition | None:
    """Return a published edition, or None when there is no such version."""
    text = await sql.value("SELECT text FROM pledge_text WHERE version = {}", version)
    return None if text is None else _read(str(text), version)


@lru_cache(maxsize=8)
def _read(text: str, version: str) -> Edition:
    return edition(text, Path(f"pledge {version}"))
