"""Whose turn it is to change a list: files of one firm are imported one after another, in the order in which they were
confirmed, and meanwhile no member changes it by hand.

Everything runs in the current unit.
"""

from uuid import UUID

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Refusal
from pledge.suppliers.files import uploads
from pledge.suppliers.files.uploads import Upload
from pledge.worker.queue import enqueue


async def begin(within: OrganisationScope, upload: UUID) -> Upload | None:
    """Begin or go on with the import of a confirmed file and return it; None when it is not its turn, or was removed.

    While another file of the organisation is imported, or was confirmed earlier, this one waits. Unless one is being
    imported (``next_in_line`` follows when that is over), whoever's turn it is gets a job.
    """
    await lock_list(within)
    row = await sql.row(
        "UPDATE upload SET state = 'importing' WHERE organisation = {} AND id = {} AND (state = 'importing' OR ("  # noqa: S608
        "state = 'confirmed' AND NOT EXISTS (SELECT 1 FROM upload other "
        "WHERE other.organisation = upload.organisation AND (other.state = 'importing' OR "
        "(other.state = 'confirmed' AND (other.confirmed, other.id) < (upload.confirmed, upload.id)))))) "
        f"RETURNING {uploads.COLUMNS}",
        within.organisation,
        upload,
    )
    if row:
        return uploads.upload_of(row)
    if not await _importing(within):
        await next_in_line(within)
    return None


async def next_in_line(within: OrganisationScope) -> None:
    """Queue the import of the organisation's file that has waited longest, if any."""
    waiting = await sql.row(
        "SELECT id, confirmed_by FROM upload WHERE organisation = {} AND state = 'confirmed' "
        "ORDER BY confirmed, id LIMIT 1",
        within.organisation,
    )
    if waiting:
        given = uploads.payload(within, waiting["id"])
        await enqueue("suppliers.import", {**given, "person": str(waiting["confirmed_by"])})


async def before(within: OrganisationScope, upload: UUID) -> list[str]:
    """Return the names of the firm's files that come before a confirmed one, the first in line first."""
    rows = await sql.rows(
        "SELECT other.name FROM upload this JOIN upload other ON other.organisation = this.organisation "
        "WHERE this.organisation = {} AND this.id = {} AND this.state = 'confirmed' AND (other.state = 'importing' "
        "OR (other.state = 'confirmed' AND (other.confirmed, other.id) < (this.confirmed, this.id))) "
        "ORDER BY other.state DESC, other.confirmed, other.id",  # importing, then confirmed
        within.organisation,
        upload,
    )
    return [row["name"] for row in rows]


# — whoever changes the list —


async def lock_list(within: OrganisationScope) -> None:
    """Let nobody else begin to change the organisation’s list until the current unit ends."""
    await sql.hold("organisation", "created", "id = {}", within.organisation)


async def hold_list(within: OrganisationScope) -> None:
    """Do the same for a member. Raises Refusal while the worker reads a file into the list."""
    await lock_list(within)
    if await _importing(within):
        raise Refusal("We are reading a file into your list just now. Nothing was changed. Try again in a minute.")


async def _importing(within: OrganisationScope) -> bool:
    found = await sql.row("SELECT id FROM upload WHERE organisation = {} AND state = 'importing'", within.organisation)
    return found is not None
