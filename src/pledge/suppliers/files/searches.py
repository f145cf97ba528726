"""How far the search for suppliers that may be one has come after a file, in the current unit.

It goes through the suppliers of the file by their numbers; questions that are too many to ask are counted with it.
"""

from typing import Literal, NamedTuple
from uuid import UUID

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files.uploads import Upload, expect


class Search(NamedTuple):
    """How far a search has come, after ``compared`` suppliers of a file."""

    state: Literal["over", "looking", "stopped"]
    compared: int


async def load(within: OrganisationScope, upload: Upload) -> Search:
    """Return how far the search has come for a file."""
    if upload.next_paired is None:
        return Search("over", upload.suppliers)
    stopped = await sql.value(
        "SELECT search_stopped FROM upload WHERE organisation = {} AND id = {}", within.organisation, upload.id
    )
    return Search("stopped" if stopped else "looking", upload.next_paired)


async def begin(within: OrganisationScope, upload: UUID) -> None:
    """Note that the search is before the first supplier."""
    await _put(within, upload, 0)


async def end(within: OrganisationScope, upload: UUID) -> None:
    """Note that the search is over."""
    await _put(within, upload, None)


async def _put(within: OrganisationScope, upload: UUID, following: int | None) -> None:
    await sql.rows(
        "UPDATE upload SET next_paired = {}, search_stopped = {} WHERE organisation = {} AND id = {}",
        following,
        False,
        within.organisation,
        upload,
    )


async def move(within: OrganisationScope, upload: UUID, before: int, following: int | None) -> None:
    """Move the checkpoint from one supplier to another (None: it is over). Raises Overtaken."""
    await expect(
        "UPDATE upload SET next_paired = {} WHERE organisation = {} AND id = {} AND next_paired = {} RETURNING id",
        following,
        within.organisation,
        upload,
        before,
    )


async def stop(within: OrganisationScope, upload: UUID) -> None:
    """Note that the search was given up where it is; nothing when it is over."""
    await sql.rows(
        "UPDATE upload SET search_stopped = {} WHERE organisation = {} AND id = {} AND next_paired IS NOT NULL",
        True,
        within.organisation,
        upload,
    )


async def go_on(within: OrganisationScope, upload: UUID) -> bool:
    """Note that the search goes on, and say whether it had stopped."""
    stopped = await sql.rows(
        "UPDATE upload SET search_stopped = {} WHERE organisation = {} AND id = {} AND search_stopped RETURNING id",
        False,
        within.organisation,
        upload,
    )
    return bool(stopped)


# — what was too much to ask —


async def leave_out(within: OrganisationScope, upload: UUID, pairs: int) -> None:
    """Count pairs that were too many to ask about after a file."""
    await sql.rows(
        "UPDATE upload SET pairs_left_out = pairs_left_out + {} WHERE organisation = {} AND id = {}",
        pairs,
        within.organisation,
        upload,
    )


async def left_out(within: OrganisationScope) -> int:
    """Return how many pairs were too many to ask about now."""
    found = await sql.value("SELECT sum(pairs_left_out) FROM upload WHERE organisation = {}", within.organisation)
    return int(found or 0)


async def take_left_out(within: OrganisationScope) -> list[UUID]:
    """Return the files after which pairs were left out, and count anew."""
    rows = await sql.rows(
        "UPDATE upload SET pairs_left_out = 0 WHERE organisation = {} AND pairs_left_out > 0 RETURNING id",
        within.organisation,
    )
    return [row["id"] for row in rows]
