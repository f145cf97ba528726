"""The states that a file goes through (see the table), in the current unit.

What several workers must not do at once is decided by one conditional statement: a worker that finds its file elsewhere
than it left it has been overtaken, and stops.
"""

from uuid import UUID

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Refusal
from pledge.suppliers.files.uploads import NO_PROBLEMS, expect, load, payload
from pledge.worker.queue import enqueue


async def outlined(within: OrganisationScope, upload: UUID, outline: str) -> None:
    """Note what is proposed for a file. Raises Overtaken."""
    await expect(
        "UPDATE upload SET state = 'outlined', outline = {} "
        "WHERE organisation = {} AND id = {} AND state = 'received' RETURNING id",
        outline,
        within.organisation,
        upload,
    )


async def confirm(within: OrganisationScope, upload: UUID, plan: str) -> bool:
    """Note what a member confirmed and queue the import; False, and nothing changed, when somebody was faster."""
    done = await sql.rows(
        "UPDATE upload SET state = 'confirmed', plan = {}, next_sheet = 0, next_row = 1, confirmed = {}, "
        "confirmed_by = {} WHERE organisation = {} AND id = {} AND state = 'outlined' RETURNING id",
        plan,
        clock.now(),
        within.person,
        within.organisation,
        upload,
    )
    if done:
        await enqueue("suppliers.import", payload(within, upload), dedupe=f"import:{upload}")
        await record("upload.confirmed", upload, person=within.person, organisation=within.organisation)
    return bool(done)


async def done(within: OrganisationScope, upload: UUID) -> None:
    """Note that all suppliers of a file are in the list. Raises Overtaken."""
    await expect(
        "UPDATE upload SET state = 'done', finished = {} WHERE organisation = {} AND id = {} "
        "AND state = 'importing' AND next_supplier = suppliers RETURNING id",
        clock.now(),
        within.organisation,
        upload,
    )


async def refuse(within: OrganisationScope, upload: UUID, code: str, message: str) -> None:
    """Note that a file cannot be used. Raises Overtaken."""
    await expect(
        "UPDATE upload SET state = 'refused', refusal = {}, message = {} WHERE organisation = {} AND id = {} "
        "AND state IN ('received', 'importing') AND next_supplier IS NULL RETURNING id",
        code,
        message,
        within.organisation,
        upload,
    )
    await record("upload.refused", upload, person=within.person, organisation=within.organisation, code=code)


async def fail(within: OrganisationScope, upload: UUID) -> None:
    """Note that we could not do our part. Unless the list was reached, reading will begin anew."""
    while_reading = await sql.rows(
        "UPDATE upload SET state = 'failed', next_sheet = 0, next_row = 1, rows_read = 0, accepted = 0, rejected = 0, "
        "suppliers = 0, problems = {} WHERE organisation = {} AND id = {} "
        "AND state IN ('received', 'confirmed', 'importing') AND next_supplier IS NULL RETURNING id",
        NO_PROBLEMS,
        within.organisation,
        upload,
    )
    if not while_reading:
        await expect(
            "UPDATE upload SET state = 'failed' WHERE organisation = {} AND id = {} AND state = 'importing' "
            "RETURNING id",
            within.organisation,
            upload,
        )
    await record("upload.failed", upload, person=within.person, organisation=within.organisation)


async def retry(within: OrganisationScope, upload: UUID) -> None:
    """Let the worker try a failed file again; nothing when it did not fail."""
    row = await sql.row(
        "UPDATE upload SET state = CASE WHEN plan = '' THEN 'received' ELSE 'confirmed' END "
        "WHERE organisation = {} AND id = {} AND state = 'failed' RETURNING plan",
        within.organisation,
        upload,
    )
    if row:
        kind = "suppliers.import" if row["plan"] else "suppliers.outline"
        await enqueue(kind, payload(within, upload))
        await record("upload.tried-again", upload, person=within.person, organisation=within.organisation)


async def remove(within: OrganisationScope, upload: UUID) -> None:
    """Remove a file of which nothing has come to the list, with its bytes. Raises Missing and Refusal."""
    gone = await sql.rows(
        "DELETE FROM upload WHERE organisation = {} AND id = {} AND state NOT IN ('importing', 'done') "
        "AND next_supplier IS NULL RETURNING id",
        within.organisation,
        upload,
    )
    if gone:
        await record("upload.removed", upload, person=within.person, organisation=within.organisation)
        return
    await load(within, upload)
    raise Refusal("This file is in your supplier list already, so it cannot be removed. Nothing was changed.")
