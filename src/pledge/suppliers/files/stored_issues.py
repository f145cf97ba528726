"""What was found wrong with the cells of a file, as it is stored; in the current unit."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.rows.codes import SEVERITIES, Issue, Severity
from pledge.suppliers.rows.columns import column_index


class StoredIssue(NamedTuple):
    """A row of ``upload_issue``; see the table. Ids as text."""

    organisation: str
    upload: str
    severity: Severity
    sheet: int
    number: int
    place: int
    code: str
    value: str
    message: str
    fix: str


class Noted(NamedTuple):
    """One issue of a row; ``place`` is its column from 0."""

    place: int
    severity: Severity
    code: str
    value: str
    message: str
    fix: str


class Remark(NamedTuple):
    """One issue as the annotated workbook tells it at its row; ``place`` is its column from 0."""

    number: int
    place: int
    severity: Severity
    message: str
    fix: str


_INSERT = f"INSERT INTO upload_issue ({', '.join(StoredIssue._fields)}) VALUES ({sql.marks(len(StoredIssue._fields))})"  # noqa: S608
# With the severities, so that the key of the table finds them.
_BETWEEN = (
    f"organisation = {{}} AND upload = {{}} AND severity IN ({sql.marks(len(SEVERITIES))}) "
    "AND sheet = {} AND number BETWEEN {} AND {}"
)


def stored(organisation: str, upload: str, sheet: int, found: Issue) -> StoredIssue:
    """Return an issue of a file as it is stored. Pure."""
    return StoredIssue(
        organisation, upload, found.severity, sheet, found.row, column_index(found.cell), found.code, found.value,
        found.message, found.fix,
    )  # fmt: skip


async def add(issues: Iterable[StoredIssue]) -> None:
    """Add issues of files."""
    await sql.many(_INSERT, issues)


async def of_row(within: OrganisationScope, upload: UUID, sheet: int, number: int) -> list[Noted]:
    """Return the issues of a row, column by column."""
    rows = await sql.rows(
        f"SELECT {', '.join(Noted._fields)} FROM upload_issue WHERE {_BETWEEN} ORDER BY place, code",  # noqa: S608
        within.organisation,
        upload,
        *SEVERITIES,
        sheet,
        number,
        number,
    )
    return [Noted(*row.values()) for row in rows]


async def between(within: OrganisationScope, upload: UUID, sheet: int, first: int, last: int) -> list[Remark]:
    """Return the issues of the rows of a sheet from one to another, row by row and column by column."""
    rows = await sql.rows(
        f"SELECT {', '.join(Remark._fields)} FROM upload_issue WHERE {_BETWEEN} ORDER BY number, place, code",  # noqa: S608
        within.organisation,
        upload,
        *SEVERITIES,
        sheet,
        first,
        last,
    )
    return [Remark(*row.values()) for row in rows]


async def replace(
    within: OrganisationScope, upload: UUID, sheet: int, number: int, issues: Iterable[Issue]
) -> Counter[str]:
    """Put issues in the place of a row’s; return by how much the count of each code moves."""
    gone = await sql.rows(
        f"DELETE FROM upload_issue WHERE {_BETWEEN} RETURNING code",  # noqa: S608
        within.organisation,
        upload,
        *SEVERITIES,
        sheet,
        number,
        number,
    )
    given = [stored(str(within.organisation), str(upload), sheet, found) for found in issues]
    if given:
        await add(given)
    moved = Counter(found.code for found in given)
    moved.subtract(row["code"] for row in gone)
    return moved
