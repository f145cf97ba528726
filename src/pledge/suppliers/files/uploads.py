"""A file that was sent: its record, the states it goes through, and who may work on it.

All but ``prune`` run in the current unit. What several workers must not do at once is decided by one conditional
statement: a worker that finds its file elsewhere than it left it has been overtaken, and stops.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.policy.actors import Actor
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing, Refusal
from pledge.suppliers.rows.codes import CODES, SEVERITIES, Severity
from pledge.suppliers.rows.supplier_rows import SheetPlan
from pledge.worker.queue import Claimed, enqueue

KEPT = timedelta(days=30)  # the bytes of a file, and a file that was never imported
WORKING = ("received", "confirmed", "importing")  # the worker has something to do
NO_PROBLEMS = "{}"

COLUMNS = (
    "id, name, size, format, state, refusal, message, uploaded, uploaded_by, finished, forgotten, outline, plan, "
    "next_sheet, next_row, next_supplier, rows_read, accepted, rejected, suppliers, problems, next_paired, "
    "pairs_left_out, parent, added, changed"
)


class Overtaken(Exception):
    """Another worker is doing this file now, or somebody has removed it."""


class Upload(msgspec.Struct, frozen=True):
    """A file as it stands; see the table for what each column holds."""

    id: UUID
    name: str
    size: int
    format: str
    state: str
    refusal: str
    message: str
    uploaded: datetime
    uploaded_by: UUID | None
    finished: datetime | None
    forgotten: datetime | None
    outline: str
    plan: str
    next_sheet: int
    next_row: int
    next_supplier: int | None
    rows_read: int
    accepted: int
    rejected: int
    suppliers: int
    problems: str
    next_paired: int | None
    pairs_left_out: int
    parent: UUID | None
    added: int | None
    changed: int | None

    @property
    def working(self) -> bool:
        """Whether the worker has something to do."""
        return self.state in WORKING

    @property
    def removable(self) -> bool:
        """Whether it can be removed: nothing of it has come to the list."""
        return self.state not in ("importing", "done") and self.next_supplier is None

    @property
    def kept(self) -> bool:
        """Whether its rows are in the list and its bytes are here, so that it can be handed out with our notes."""
        return self.state == "done" and self.forgotten is None

    @property
    def plans(self) -> dict[int, SheetPlan]:
        """The sheets that were chosen, by index."""
        return {plan.sheet: plan for plan in msgspec.json.decode(self.plan, type=list[SheetPlan])}

    @property
    def counts(self) -> Counter[str]:
        """How often each issue code was found."""
        return Counter(msgspec.json.decode(self.problems, type=dict[str, int]))

    def issues(self, severity: Severity) -> int:
        """Return how many issues of a severity there are."""
        return sum(count for code, count in self.counts.items() if CODES[code].severity == severity)

    @property
    def severities(self) -> tuple[Severity, ...]:
        """The severities of which there are issues, the worst first."""
        return tuple(severity for severity in SEVERITIES if self.issues(severity))


def payload(within: OrganisationScope, upload: UUID) -> dict[str, str]:
    """Return what a job about a file carries: the file, and whom the worker acts for."""
    return {"upload": str(upload), "organisation": str(within.organisation), "person": str(within.person)}


def of_job(job: Claimed) -> tuple[OrganisationScope, UUID]:
    """Return the scope of the member who gave the worker a job, and the file it is about.

    The job was written in that member's own transaction, so it may reach what they could reach.
    """
    person, organisation = UUID(job.payload["person"]), UUID(job.payload["organisation"])
    actor = Actor(person=person, organisation=organisation, member_role="contributor")
    return OrganisationScope(actor, person, organisation, "contributor"), UUID(job.payload["upload"])


async def load(within: OrganisationScope, upload: UUID) -> Upload:
    """Return one file. Raises Missing."""
    row = await sql.row(
        f"SELECT {COLUMNS} FROM upload WHERE organisation = {{}} AND id = {{}}",  # noqa: S608
        within.organisation,
        upload,
    )
    if row is None:
        raise Missing
    return upload_of(row)


async def newest(within: OrganisationScope, at_most: int, offset: int = 0) -> list[Upload]:
    """Return the organisation's files, the newest first (without their proposals and plans)."""
    rows = await sql.rows(
        f"SELECT {COLUMNS.replace('outline, plan', _WITHOUT)} FROM upload "  # noqa: S608
        "WHERE organisation = {} ORDER BY uploaded DESC, id LIMIT {} OFFSET {}",
        within.organisation,
        at_most,
        offset,
    )
    return [upload_of(row) for row in rows]


async def naming(within: OrganisationScope, supplier: UUID, at_most: int) -> list[Upload]:
    """Return the newest files that name a supplier, the newest first (without their proposals and plans)."""
    rows = await sql.rows(
        f"SELECT {COLUMNS.replace('outline, plan', _WITHOUT)} FROM upload "  # noqa: S608
        "WHERE organisation = {} AND id IN (SELECT upload FROM upload_supplier WHERE organisation = {} "
        "AND supplier = {}) ORDER BY uploaded DESC, id LIMIT {}",
        within.organisation,
        within.organisation,
        supplier,
        at_most,
    )
    return [upload_of(row) for row in rows]


_WITHOUT = "'' AS outline, '' AS plan"


async def count(within: OrganisationScope) -> int:
    """Return how many files the organisation has sent."""
    return int(await sql.value("SELECT count(*) FROM upload WHERE organisation = {}", within.organisation))


def upload_of(row: Any) -> Upload:
    """Return the file in a row of ``COLUMNS``."""
    return Upload(**dict(row))


async def move(
    within: OrganisationScope,
    upload: UUID,
    problems: Mapping[str, int],
    *,
    accepted: int = 0,
    rejected: int = 0,
    suppliers: int = 0,
    added: int = 0,
    changed: int = 0,
) -> None:
    """Change the counts of a file that is done, in a unit that has locked the list.

    ``problems``: issue code → by how many.
    """
    counts = Counter((await load(within, upload)).counts)
    counts.update(problems)
    await sql.rows(
        "UPDATE upload SET problems = {}, accepted = accepted + {}, rejected = rejected + {}, "
        "suppliers = suppliers + {}, next_supplier = next_supplier + {}, added = COALESCE(added, 0) + {}, "
        "changed = COALESCE(changed, 0) + {} WHERE organisation = {} AND id = {}",
        msgspec.json.encode({code: count for code, count in counts.items() if count > 0}).decode(),
        accepted,
        rejected,
        suppliers,
        suppliers,
        added,
        changed,
        within.organisation,
        upload,
    )


async def corrects(within: OrganisationScope, upload: Upload, parent: UUID | None) -> Upload:
    """Note of which file a file is the annotated workbook that was sent back, and return it. Raises Overtaken."""
    await _changed(
        "UPDATE upload SET parent = {} WHERE organisation = {} AND id = {} AND state = 'importing' RETURNING id",
        parent,
        within.organisation,
        upload.id,
    )
    return msgspec.structs.replace(upload, parent=parent)


async def outlined(within: OrganisationScope, upload: UUID, outline: str) -> None:
    """Note what is proposed for a file. Raises Overtaken."""
    await _changed(
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


async def refuse(within: OrganisationScope, upload: UUID, code: str, message: str) -> None:
    """Note that a file cannot be used. Raises Overtaken."""
    await _changed(
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
        await _changed(
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


async def prune() -> dict[str, int]:
    """Delete the bytes of files after 30 days, and whole files that were not imported by then. One unit for each.

    Return the number of rows by table.
    """
    gone: Counter[str] = Counter(upload=0, upload_chunk=0)
    while found := await write(partial(_prune_one, clock.now() - KEPT)):
        gone.update(found)
    return dict(gone)


async def _prune_one(before: datetime) -> dict[str, int] | None:
    old = await sql.row(
        "SELECT id, state, next_supplier FROM upload WHERE forgotten IS NULL AND uploaded < {} "
        "AND (state <> 'importing' OR next_supplier IS NOT NULL) LIMIT 1",
        before,
    )
    if old is None:
        return None
    chunks = int(await sql.value("SELECT count(*) FROM upload_chunk WHERE upload = {}", old["id"]))
    if old["next_supplier"] is None:
        gone = await sql.changed("DELETE FROM upload WHERE id = {} AND state = {}", old["id"], old["state"])
        return {"upload": gone, "upload_chunk": chunks * gone}
    await sql.rows("UPDATE upload SET forgotten = {} WHERE id = {}", clock.now(), old["id"])
    await sql.rows("DELETE FROM upload_chunk WHERE upload = {}", old["id"])
    return {"upload_chunk": chunks}


async def _changed(text: str, *args: Any) -> None:
    if not await sql.rows(text, *args):
        raise Overtaken
