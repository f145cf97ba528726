"""How far the import of a file has come, and what its rows came to: checkpoints and counts, in the current unit.

A worker moves a checkpoint only from where it found it, so that none goes on where another one has been.
"""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

import msgspec

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files.uploads import Upload, expect, load


async def corrects(within: OrganisationScope, upload: Upload, parent: UUID | None) -> Upload:
    """Note of which file a file is the annotated workbook that was sent back, and return it. Raises Overtaken."""
    await expect(
        "UPDATE upload SET parent = {} WHERE organisation = {} AND id = {} AND state = 'importing' RETURNING id",
        parent,
        within.organisation,
        upload.id,
    )
    return msgspec.structs.replace(upload, parent=parent)


async def rows_kept(within: OrganisationScope, upload: Upload, moved: Upload) -> None:
    """Note that rows of a file are kept: it stood at ``upload`` and comes to ``moved``. Raises Overtaken."""
    await expect(
        "UPDATE upload SET next_sheet = {}, next_row = {}, next_supplier = {}, rows_read = {}, accepted = {}, "
        "rejected = {}, suppliers = {}, problems = {} WHERE organisation = {} AND id = {} AND state = 'importing' "
        "AND next_supplier IS NULL AND next_sheet = {} AND next_row = {} RETURNING id",
        moved.next_sheet,
        moved.next_row,
        moved.next_supplier,
        moved.rows_read,
        moved.accepted,
        moved.rejected,
        moved.suppliers,
        moved.problems,
        within.organisation,
        upload.id,
        upload.next_sheet,
        upload.next_row,
    )


async def listed_up_to(within: OrganisationScope, upload: Upload, following: int) -> Upload:
    """Note that the suppliers of a file are in the list up to ``following``; return it so. Raises Overtaken."""
    await expect(
        "UPDATE upload SET next_supplier = {} "
        "WHERE organisation = {} AND id = {} AND state = 'importing' AND next_supplier = {} RETURNING id",
        following,
        within.organisation,
        upload.id,
        upload.next_supplier,
    )
    return msgspec.structs.replace(upload, next_supplier=following)


async def count_compared(within: OrganisationScope, upload: UUID, *, added: int, changed: int) -> None:
    """Count suppliers that a file added to the list, and those that it changed there."""
    await sql.rows(
        "UPDATE upload SET added = COALESCE(added, 0) + {}, changed = COALESCE(changed, 0) + {} "
        "WHERE organisation = {} AND id = {}",
        added,
        changed,
        within.organisation,
        upload,
    )


async def recount(
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
