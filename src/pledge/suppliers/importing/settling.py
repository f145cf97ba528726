"""The rejected rows of a file that an annotated workbook, sent back, has right."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from pledge.database.unit import read, write
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import progress, stored_issues, stored_rows, turns, uploads
from pledge.suppliers.files.stored_rows import place_text
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
    right, by_sheet = await stored_rows.origins(within, upload), defaultdict[int, list[int]](list)
    for sheet, number in await stored_rows.waiting(within, parent):
        if place_text(sheet, number) in right:
            by_sheet[sheet].append(number)
    return list(by_sheet.items())


async def _settle_some(within: OrganisationScope, parent: UUID, sheet: int, numbers: Sequence[int]) -> None:
    await turns.lock_list(within)
    replaced = await stored_rows.replace(within, parent, sheet, numbers)
    if not replaced:
        return
    name, moved = (await uploads.load(within, parent)).plans[sheet].name, Counter[str]()
    for number in replaced:
        note = issue(name, f"A{number}", Finding("fixed-in-file"), "")
        moved.update(await stored_issues.replace(within, parent, sheet, number, [note]))
    await progress.recount(within, parent, moved, rejected=-len(replaced))
