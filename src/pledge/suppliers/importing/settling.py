"""The rejected rows of a file that an annotated workbook, sent back, has right."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import problems, turns, uploads
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.rows.codes import issue
from pledge.suppliers.words.findings import Finding

_SETTLED_AT_ONCE = 500


async def settle(within: OrganisationScope, upload: Upload) -> None:
    """Note in the first file which of its rejected rows this one has right, some at a time."""
    if upload.parent is None:
        return
    for sheet, numbers in await read(partial(_put_right, within, upload.id, upload.parent)):
        for start in range(0, len(numbers), _SETTLED_AT_ONCE):
            some = numbers[start : start + _SETTLED_AT_ONCE]
            await write(partial(_settle_some, within, upload.parent, sheet, some))


async def _put_right(within: OrganisationScope, upload: UUID, parent: UUID) -> list[tuple[int, list[int]]]:
    """Return the rejected rows of the first file that this one has right, by sheet.

    Joined here: PostgreSQL knows nothing yet of rows that have just come, and took the cube of their number.
    """
    right = await sql.rows(
        "SELECT origin FROM upload_row WHERE organisation = {} AND upload = {} AND status = 'accepted' "
        "AND origin IS NOT NULL",
        within.organisation,
        upload,
    )
    rejected = await sql.rows(
        "SELECT sheet, number FROM upload_row WHERE organisation = {} AND upload = {} AND status = 'rejected' "
        "AND settled = '' ORDER BY sheet, number",
        within.organisation,
        parent,
    )
    origins, by_sheet = {row["origin"] for row in right}, defaultdict[int, list[int]](list)
    for row in rejected:
        if f"{row['sheet']}-{row['number']}" in origins:
            by_sheet[row["sheet"]].append(row["number"])
    return list(by_sheet.items())


async def _settle_some(within: OrganisationScope, parent: UUID, sheet: int, numbers: Sequence[int]) -> None:
    await turns.lock_list(within)
    rows = await sql.rows(
        "UPDATE upload_row SET settled = 'replaced' WHERE organisation = {} AND upload = {} AND sheet = {} "  # noqa: S608
        f"AND number IN ({sql.marks(len(numbers))}) AND status = 'rejected' AND settled = '' RETURNING number",
        within.organisation,
        parent,
        sheet,
        *numbers,
    )
    if not rows:
        return
    name, moved = (await uploads.load(within, parent)).plans[sheet].name, Counter[str]()
    for row in rows:
        note = issue(name, f"A{row['number']}", Finding("fixed-in-file"), "")
        moved.update(await problems.replace(within, parent, sheet, row["number"], [note]))
    await uploads.move(within, parent, moved, rejected=-len(rows))
