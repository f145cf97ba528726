"""From the rows of a file to the organisation's list: each supplier is added or updated, and rated.

A few hundred suppliers at a time, each in one short unit that also moves the checkpoint.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from pledge.database.unit import read, write
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import links, progress
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.importing import telling, updating
from pledge.suppliers.importing.updating import Due, Fresh
from pledge.suppliers.listed import rating
from pledge.suppliers.pairs import questions
from pledge.suppliers.same.facts import Told
from pledge.worker import queue

SUPPLIERS_AT_ONCE = 1_000  # in one unit


async def apply(within: OrganisationScope, upload: Upload, job: UUID) -> Upload:
    """Bring the suppliers of a file into the list, from the checkpoint on; return the file as it is then.

    Raises Overtaken.
    """
    batch: list[Told] = []
    async for told in telling.told(within, upload):
        batch.append(told)
        if len(batch) >= SUPPLIERS_AT_ONCE:
            upload = await _apply(within, upload, batch, job)
            batch = []
    return await _apply(within, upload, batch, job) if batch else upload


async def _apply(within: OrganisationScope, upload: Upload, batch: list[Told], job: UUID) -> Upload:
    known = await read(partial(links.suppliers_between, within, upload.id, batch[0].number, batch[-1].number))
    new = [told for told in batch if told.number not in known]
    fresh = await asyncio.to_thread(updating.fresh_of, within, upload.id, new)
    due: list[Due] = []
    if known:
        earlier = await telling.told_before(within, upload, list(known.values()))
        looked = await read(partial(rating.look, within, list(known.values())))
        named = ((known[told.number], told) for told in batch if told.number in known)
        told_of = [(looked[supplier], told, earlier.get(supplier)) for supplier, told in named]
        due = await asyncio.to_thread(updating.due_of, told_of)
        written = {each.supplier for each in due}
        left = [(row, told) for row, told, _ in told_of if row["id"] not in written]
        fresh.names.extend(await asyncio.to_thread(updating.also_named, left))
    ids = known | {link.number: UUID(link.supplier) for link in fresh.links}
    disputed = [(ids[told.number], number) for told in batch if (number := told.disputed)]
    return await write(partial(_keep, within, upload, batch[-1].number + 1, due, fresh, disputed, job))


async def _keep(
    within: OrganisationScope,
    upload: Upload,
    following: int,
    due: Sequence[Due],
    fresh: Fresh,
    disputed: Sequence[tuple[UUID, str]],
    job: UUID,
) -> Upload:
    """Keep a batch of suppliers and move the checkpoint, in the current unit. Raises Overtaken."""
    moved = await progress.listed_up_to(within, upload, following)
    await updating.add(fresh)
    changed = await updating.bring(within, upload.id, due)
    await progress.count_compared(within, upload.id, added=len(fresh.suppliers), changed=changed)
    await rating.know_also(within, fresh.names)
    await questions.ask_about_numbers(within, upload.id, disputed)
    await queue.renew(job)
    return moved
