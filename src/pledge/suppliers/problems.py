"""What was found wrong with the rows of a file, as its page shows it: by kind, and cell by cell."""

from typing import NamedTuple

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.codes import CODES, Code, Severity
from pledge.suppliers.columns import column_letter
from pledge.suppliers.uploads import Upload

ON_PAGE = 50

SEVERITY_WORDS: dict[Severity, str] = {
    "reject": "Not taken",
    "warn": "Taken, with a warning",
    "mended": "Put right or left out by us",
}


class Problem(NamedTuple):
    """One issue of one cell. ``cell`` is as Excel shows it."""

    sheet: str
    cell: str
    value: str
    message: str
    fix: str


class Filter(NamedTuple):
    """What part of the issues is wanted: those of a severity, perhaps of one code."""

    severity: Severity
    code: str = ""
    page: int = 1


def kinds(upload: Upload, severity: Severity) -> list[tuple[Code, int]]:
    """Return the codes of a severity that were found, with how often, the most frequent first."""
    found = [(CODES[code], count) for code, count in upload.counts.items() if CODES[code].severity == severity]
    return sorted(found, key=lambda kind: (-kind[1], kind[0].code))


def found(upload: Upload, wanted: Filter) -> int:
    """Return how many issues fit a filter."""
    return upload.counts[wanted.code] if wanted.code else upload.issues(wanted.severity)


async def some(within: OrganisationScope, upload: Upload, wanted: Filter) -> list[Problem]:
    """Return a page of the issues that fit a filter, in the order of the file, in the current unit."""
    of_code = "AND code = {}" if wanted.code else ""
    rows = await sql.rows(
        "SELECT sheet, number, place, value, message, fix FROM upload_issue "  # noqa: S608
        f"WHERE organisation = {{}} AND upload = {{}} AND severity = {{}} {of_code} "
        "ORDER BY sheet, number, place, code LIMIT {} OFFSET {}",
        within.organisation,
        upload.id,
        wanted.severity,
        *([wanted.code] if wanted.code else []),
        ON_PAGE,
        (wanted.page - 1) * ON_PAGE,
    )
    plans = upload.plans
    return [
        Problem(
            plans[row["sheet"]].name,
            f"{column_letter(row['place'])}{row['number']}",
            row["value"],
            row["message"],
            row["fix"],
        )
        for row in rows
    ]
