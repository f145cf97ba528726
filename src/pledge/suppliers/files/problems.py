"""What was found wrong with the rows of a file, as its page shows it: by kind, and cell by cell."""

from typing import Any, NamedTuple

from pledge.database import sql
from pledge.paging import offset
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files.stored_rows import place_text
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.rows.codes import CODES, Code, Severity
from pledge.suppliers.rows.columns import column_letter

ON_PAGE = 50

SEVERITY_WORDS: dict[Severity, str] = {
    "reject": "Why rows were not taken",
    "warn": "With a warning",
    "mended": "Put right or left out by us",
}


class Problem(NamedTuple):
    """One issue of one cell. ``cell`` is as Excel shows it; ``row`` is the row as addresses name it, if it is kept."""

    sheet: str
    cell: str
    value: str
    message: str
    fix: str
    code: str
    row: str | None


class Filter(NamedTuple):
    """What part of the issues is wanted: those of a severity, perhaps of one code, perhaps of one sheet."""

    severity: Severity
    code: str = ""
    page: int = 1
    sheet: int | None = None

    @property
    def query(self) -> str:
        """The filter as an address has it, without the page."""
        kind = f"code={self.code}" if self.code else f"severity={self.severity}"
        return kind if self.sheet is None else f"{kind}&sheet={self.sheet}"


def kinds(upload: Upload, severity: Severity) -> list[tuple[Code, int]]:
    """Return the codes of a severity that were found, with how often, the most frequent first."""
    found = [(CODES[code], count) for code, count in upload.counts.items() if CODES[code].severity == severity]
    return sorted(found, key=lambda kind: (-kind[1], kind[0].code))


async def found(within: OrganisationScope, upload: Upload, wanted: Filter) -> int:
    """Return how many issues fit a filter, in the current unit."""
    if wanted.sheet is None:
        return upload.counts[wanted.code] if wanted.code else upload.issues(wanted.severity)
    where, values = _where(within, upload, wanted)
    return int(await sql.value(f"SELECT count(*) FROM upload_issue i WHERE {where}", *values))  # noqa: S608


async def some(within: OrganisationScope, upload: Upload, wanted: Filter) -> list[Problem]:
    """Return a page of the issues that fit a filter, in the order of the file, in the current unit."""
    where, values = _where(within, upload, wanted)
    rows = await sql.rows(
        "SELECT i.sheet, i.number, i.place, i.code, i.value, i.message, i.fix, r.number AS kept FROM upload_issue i "  # noqa: S608
        "LEFT JOIN upload_row r ON r.upload = i.upload AND r.sheet = i.sheet AND r.number = i.number "
        f"WHERE {where} ORDER BY i.sheet, i.number, i.place, i.code LIMIT {{}} OFFSET {{}}",
        *values,
        ON_PAGE,
        offset(wanted.page, ON_PAGE),
    )
    plans = upload.plans
    return [
        Problem(
            plans[row["sheet"]].name,
            f"{column_letter(row['place'])}{row['number']}",
            row["value"],
            row["message"],
            row["fix"],
            row["code"],
            place_text(row["sheet"], row["number"]) if row["kept"] is not None else None,
        )
        for row in rows
    ]


def _where(within: OrganisationScope, upload: Upload, wanted: Filter) -> tuple[str, list[Any]]:
    conditions = "i.organisation = {} AND i.upload = {} AND i.severity = {}"
    values: list[Any] = [within.organisation, upload.id, wanted.severity]
    if wanted.sheet is not None:
        conditions += " AND i.sheet = {}"
        values.append(wanted.sheet)
    if wanted.code:
        conditions += " AND i.code = {}"
        values.append(wanted.code)
    return conditions, values
