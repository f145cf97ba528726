"""A file that was sent: its record, and what the jobs about it carry. In the current unit."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from pledge.database import sql
from pledge.policy.actors import Actor
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.suppliers.rows.codes import CODES, SEVERITIES, Severity
from pledge.suppliers.rows.supplier_rows import SheetPlan
from pledge.worker.queue import Claimed

WORKING = ("received", "confirmed", "importing")  # the worker has something to do
NO_PROBLEMS = "{}"


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


COLUMNS = ", ".join(Upload.__struct_fields__)
_WITHOUT = COLUMNS.replace("outline, plan", "'' AS outline, '' AS plan")


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
        f"SELECT {_WITHOUT} FROM upload "  # noqa: S608
        "WHERE organisation = {} ORDER BY uploaded DESC, id LIMIT {} OFFSET {}",
        within.organisation,
        at_most,
        offset,
    )
    return [upload_of(row) for row in rows]


async def naming(within: OrganisationScope, supplier: UUID, at_most: int) -> list[Upload]:
    """Return the newest files that name a supplier, the newest first (without their proposals and plans)."""
    rows = await sql.rows(
        f"SELECT {_WITHOUT} FROM upload "  # noqa: S608
        "WHERE organisation = {} AND id IN (SELECT upload FROM upload_supplier WHERE organisation = {} "
        "AND supplier = {}) ORDER BY uploaded DESC, id LIMIT {}",
        within.organisation,
        within.organisation,
        supplier,
        at_most,
    )
    return [upload_of(row) for row in rows]


async def imported(within: OrganisationScope, among: Sequence[UUID]) -> set[UUID]:
    """Return those of some files that the organisation has read into its list."""
    rows = await sql.rows(
        f"SELECT id FROM upload WHERE organisation = {{}} AND state = 'done' AND id IN ({sql.marks(len(among))})",  # noqa: S608
        within.organisation,
        *among,
    )
    return {row["id"] for row in rows}


async def is_newest(within: OrganisationScope, upload: UUID) -> bool:
    """Say whether a file is the newest that was read into the list: only that one can be the whole of it."""
    newest = await sql.value(
        "SELECT id FROM upload WHERE organisation = {} AND state = 'done' ORDER BY finished DESC, id LIMIT 1",
        within.organisation,
    )
    return bool(newest == upload)


async def finished(within: OrganisationScope, among: Sequence[UUID]) -> dict[UUID, datetime | None]:
    """Return when each of some files was read into the list; None: not yet."""
    rows = await sql.rows(
        f"SELECT id, finished FROM upload WHERE organisation = {{}} AND id IN ({sql.marks(len(among))})",  # noqa: S608
        within.organisation,
        *among,
    )
    return {row["id"]: row["finished"] for row in rows}


async def count(within: OrganisationScope) -> int:
    """Return how many files the organisation has sent."""
    return int(await sql.value("SELECT count(*) FROM upload WHERE organisation = {}", within.organisation))


def upload_of(row: Any) -> Upload:
    """Return the file in a row of ``COLUMNS``."""
    return Upload(**dict(row))


async def expect(statement: str, *values: Any) -> None:
    """Run a statement that finds a file only as a worker left it. Raises Overtaken when it finds none."""
    if not await sql.rows(statement, *values):
        raise Overtaken
