"""The rows of a file as they are stored, in the current unit; what their columns hold is said with the table."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope


class StoredRow(NamedTuple):
    """A row of ``upload_row``. Ids as text: the database's library would turn each into text anew."""

    organisation: str
    upload: str
    sheet: int
    number: int
    status: Literal["accepted", "rejected"]
    supplier_number: int | None
    content: str
    hash: str
    settled: str = ""
    origin: str | None = None


class Said(NamedTuple):
    """What a file says of one of its suppliers in a row; ``content`` is an accepted row's."""

    supplier_number: int
    sheet: int
    number: int
    content: str

    @property
    def at(self) -> tuple[int, int, int]:
        """Where it is, supplier by supplier."""
        return self.supplier_number, self.sheet, self.number


class Had(NamedTuple):
    """A row of a file that was corrected. ``content`` is only that of a row that a member put right."""

    sheet: int
    number: int
    supplier_number: int | None
    hash: str
    settled: str
    content: str


class Standing(NamedTuple):
    """Whether a row is taken, and what was decided about it."""

    sheet: int
    number: int
    status: str
    settled: str


_PLAIN = StoredRow._fields.index("settled")  # what comes after, the database knows of a row that nobody put right
_SAID = f"SELECT {', '.join(Said._fields)} FROM upload_row WHERE organisation = {{}} AND upload = {{}}"  # noqa: S608
_HAD = ", ".join(Had._fields).replace("content", "CASE WHEN settled = 'fixed' THEN content ELSE '' END AS content")
_OPEN = "status = 'rejected' AND settled = ''"
_ONE = "organisation = {} AND upload = {} AND sheet = {} AND number = {}"


def place_text(sheet: int, number: int) -> str:
    """Return a row as addresses name it and ``origin`` has it: “sheet-number”."""
    return f"{sheet}-{number}"


async def add(rows: Iterable[StoredRow]) -> None:
    """Add rows of files."""
    plain, others = [], []
    for row in rows:
        if row.settled or row.origin:
            others.append(row)
        else:
            plain.append(row[:_PLAIN])
    for fields, some in ((StoredRow._fields[:_PLAIN], plain), (StoredRow._fields, others)):
        if some:
            await sql.many(f"INSERT INTO upload_row ({', '.join(fields)}) VALUES ({sql.marks(len(fields))})", some)  # noqa: S608


# — page by page, in an order of the table's indexes —


async def said(
    within: OrganisationScope,
    upload: UUID,
    after: tuple[int, int, int],
    at_most: int,
    numbers: Sequence[int] | None = None,
) -> list[Said]:
    """Return the next rows that are taken, supplier by supplier, after (supplier number, sheet, row).

    ``numbers``: only those of these suppliers of the file.
    """
    only = "" if numbers is None else f"AND supplier_number IN ({sql.marks(len(numbers))}) "
    rows = await sql.rows(
        f"{_SAID} AND (supplier_number, sheet, number) > ({{}}, {{}}, {{}}) {only}"
        "ORDER BY supplier_number, sheet, number LIMIT {}",
        within.organisation,
        upload,
        *after,
        *(numbers or ()),
        at_most,
    )
    return [Said(*row.values()) for row in rows]


async def taken(within: OrganisationScope, upload: UUID, after: tuple[int, int], at_most: int) -> list[Said]:
    """Return the next rows that are taken, in the order of the file, after (sheet, row)."""
    rows = await sql.rows(
        f"{_SAID} AND status = 'accepted' AND (sheet, number) > ({{}}, {{}}) ORDER BY sheet, number LIMIT {{}}",
        within.organisation,
        upload,
        *after,
        at_most,
    )
    return [Said(*row.values()) for row in rows]


async def had(within: OrganisationScope, upload: UUID, after: tuple[int, int], at_most: int) -> list[Had]:
    """Return the next rows of a file that was corrected, in its order, after (sheet, row)."""
    rows = await sql.rows(
        f"SELECT {_HAD} FROM upload_row WHERE organisation = {{}} AND upload = {{}} "  # noqa: S608
        "AND (sheet, number) > ({}, {}) ORDER BY sheet, number LIMIT {}",
        within.organisation,
        upload,
        *after,
        at_most,
    )
    return [Had(*row.values()) for row in rows]


async def standing(within: OrganisationScope, upload: UUID, after: tuple[int, int], at_most: int) -> list[Standing]:
    """Return how the next rows stand, in the order of the file, after (sheet, row)."""
    rows = await sql.rows(
        f"SELECT {', '.join(Standing._fields)} FROM upload_row WHERE organisation = {{}} AND upload = {{}} "  # noqa: S608
        "AND (sheet, number) > ({}, {}) ORDER BY sheet, number LIMIT {}",
        within.organisation,
        upload,
        *after,
        at_most,
    )
    return [Standing(*row.values()) for row in rows]


# — some of them —


async def naming(within: OrganisationScope, upload: UUID, supplier: UUID, at_most: int) -> list[str]:
    """Return the places of the first rows of a file that name a supplier of the list."""
    rows = await sql.rows(
        "SELECT r.sheet, r.number FROM upload_supplier l "
        "JOIN upload_row r ON r.upload = l.upload AND r.supplier_number = l.number "
        "WHERE l.organisation = {} AND l.upload = {} AND l.supplier = {} ORDER BY r.sheet, r.number LIMIT {}",
        within.organisation,
        upload,
        supplier,
        at_most,
    )
    return [place_text(row["sheet"], row["number"]) for row in rows]


async def shared_numbers(within: OrganisationScope, upload: UUID) -> set[int]:
    """Return the numbers of the suppliers of a file that several of its rows name."""
    rows = await sql.rows(
        "SELECT supplier_number FROM upload_row WHERE organisation = {} AND upload = {} "
        "AND supplier_number IS NOT NULL GROUP BY supplier_number HAVING count(*) > 1",
        within.organisation,
        upload,
    )
    return {row["supplier_number"] for row in rows}


async def origins(within: OrganisationScope, upload: UUID) -> set[str]:
    """Return the places in the file's parent that rows of it which are taken had there."""
    rows = await sql.rows(
        "SELECT origin FROM upload_row WHERE organisation = {} AND upload = {} AND status = 'accepted' "
        "AND origin IS NOT NULL",
        within.organisation,
        upload,
    )
    return {row["origin"] for row in rows}


async def waiting(within: OrganisationScope, upload: UUID) -> list[tuple[int, int]]:
    """Return sheet and number of each row that waits to be put right, in the order of the file."""
    rows = await sql.rows(
        f"SELECT sheet, number FROM upload_row WHERE organisation = {{}} AND upload = {{}} AND {_OPEN} "  # noqa: S608
        "ORDER BY sheet, number",
        within.organisation,
        upload,
    )
    return [(row["sheet"], row["number"]) for row in rows]


async def next_waiting(within: OrganisationScope, upload: UUID, after: tuple[int, int]) -> str | None:
    """Return the place of the next row that waits to be put right; after the last comes the first."""
    row = await sql.row(
        f"SELECT sheet, number FROM upload_row WHERE organisation = {{}} AND upload = {{}} AND {_OPEN} "  # noqa: S608
        "ORDER BY (sheet, number) < ({}, {}), sheet, number LIMIT 1",
        within.organisation,
        upload,
        *after,
    )
    return place_text(row["sheet"], row["number"]) if row else None


# — what is decided about them —


async def settle(within: OrganisationScope, upload: UUID, sheet: int, number: int, settled: str) -> None:
    """Note what a member decided about a row that is not taken."""
    await sql.rows(
        f"UPDATE upload_row SET settled = {{}} WHERE {_ONE}",  # noqa: S608
        settled,
        within.organisation,
        upload,
        sheet,
        number,
    )


async def replace(within: OrganisationScope, upload: UUID, sheet: int, numbers: Sequence[int]) -> list[int]:
    """Note that a newer file has rows of a sheet right; return which of them still waited for that."""
    rows = await sql.rows(
        "UPDATE upload_row SET settled = 'replaced' WHERE organisation = {} AND upload = {} AND sheet = {} "  # noqa: S608
        f"AND number IN ({sql.marks(len(numbers))}) AND {_OPEN} RETURNING number",
        within.organisation,
        upload,
        sheet,
        *numbers,
    )
    return [row["number"] for row in rows]


async def fix(
    within: OrganisationScope, upload: UUID, sheet: int, number: int, *, supplier_number: int, content: str
) -> None:
    """Take a row as a member put it right."""
    await sql.rows(
        "UPDATE upload_row SET status = 'accepted', settled = 'fixed', supplier_number = {}, content = {} "  # noqa: S608
        f"WHERE {_ONE}",
        supplier_number,
        content,
        within.organisation,
        upload,
        sheet,
        number,
    )
