"""The worker's part after an import: which of the new suppliers may be others of the list. People are asked.

A few hundred at a time are looked for on a thread; one short unit keeps the questions and moves the checkpoint. So
another worker goes on where one died. A long list is left for whatever else is waiting.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from pledge.audit.log import record
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.suppliers.files import links, searches, turns, uploads
from pledge.suppliers.files.uploads import Overtaken, Upload
from pledge.suppliers.pairs import parties, questions
from pledge.suppliers.pairs.parties import Listed
from pledge.suppliers.pairs.questions import Pair
from pledge.suppliers.same.candidates import Candidates
from pledge.suppliers.same.matching import mark
from pledge.worker import queue
from pledge.worker.queue import Claimed

JOB = "suppliers.pair"
AT_ONCE = 250  # suppliers, in one unit
IN_A_ROW = 2_000  # suppliers after which another job that waits comes first
ASKED_ABOUT_ONE = 3  # others that may be one supplier


async def begin(within: OrganisationScope, upload: UUID) -> None:
    """Let the worker compare what a file has brought, in the current unit."""
    await searches.begin(within, upload)
    await queue.enqueue(JOB, uploads.payload(within, upload))


async def look_again(within: OrganisationScope) -> None:
    """When nothing is left to ask, look for what was too much to ask before, in the current unit."""
    if await questions.count(within):
        return
    for upload in await searches.take_left_out(within):
        await begin(within, upload)


async def handle(job: Claimed) -> None:
    """Do the job."""
    within, upload = uploads.of_job(job)
    try:
        await pair_up(within, upload, job.id)
    except (Missing, Overtaken):
        return


async def give_up(job: Claimed) -> None:
    """Note that the search has stopped where it is, in the current unit: a member can let it go on (``go_on``)."""
    within, upload = uploads.of_job(job)
    await searches.stop(within, upload)


async def go_on(within: OrganisationScope, upload: UUID) -> None:
    """Let the worker go on with a search that has stopped, in the current unit; nothing when it has not."""
    if await searches.go_on(within, upload):
        await queue.enqueue(JOB, uploads.payload(within, upload))
        await record("upload.tried-again", upload, person=within.person, organisation=within.organisation)


async def pair_up(within: OrganisationScope, upload: UUID, job: UUID) -> None:
    """Look for suppliers of the list that a file's new ones may be, from the checkpoint on. Raises Overtaken."""
    found = await read(partial(uploads.load, within, upload))
    if found.next_paired is None:
        return
    new = await _new(within, found)
    if not new:
        await write(partial(searches.end, within, upload))
        return
    known = await _Known.load(within, found.next_paired, new)
    numbers = sorted(number for number in known.waiting if number >= found.next_paired)
    at = found.next_paired
    for first in range(0, len(numbers), AT_ONCE):
        if first >= IN_A_ROW and await read(queue.others_wait):
            await write(partial(queue.enqueue, JOB, uploads.payload(within, upload)))
            return
        some = numbers[first : first + AT_ONCE]
        pairs = await asyncio.to_thread(known.pairs, some)
        following = numbers[first + AT_ONCE] if first + AT_ONCE < len(numbers) else None
        await write(partial(_keep, within, upload, pairs, (at, following), job))
        at = following if following is not None else at
    if not numbers:
        await write(partial(searches.end, within, upload))


async def _new(within: OrganisationScope, upload: Upload) -> dict[UUID, int]:
    """Return the suppliers that a file has brought to the list, with their numbers there.

    Joined here: PostgreSQL knows nothing yet of rows that have just come, and took the square of their number.
    """

    async def unit() -> dict[UUID, int]:
        brought = await sql.rows(
            "SELECT id FROM supplier WHERE organisation = {} AND first_upload = {}", within.organisation, upload.id
        )
        new, named = {row["id"] for row in brought}, await links.suppliers(within, upload.id)
        lowest_last = sorted(named.items(), reverse=True)
        return {supplier: number for number, supplier in lowest_last if supplier in new}

    return await read(unit)


class _Known:
    """The list as far as it was compared, and the new suppliers that wait, by their numbers."""

    def __init__(self, ids: set[tuple[UUID, UUID]], marks: set[frozenset[str]]) -> None:
        self.waiting: dict[int, Listed] = {}
        self._candidates = Candidates()
        self._places: list[Listed] = []
        self._different, self._different_marks = ids, marks

    @classmethod
    async def load(cls, within: OrganisationScope, checkpoint: int, new: dict[UUID, int]) -> "_Known":
        """Return all suppliers of the list."""
        known = cls(
            await read(partial(questions.differences, within)), await read(partial(questions.different_marks, within))
        )
        after = UUID(int=0)
        while listed := await parties.some_listed(within, after):
            await asyncio.to_thread(known._take, listed, checkpoint, new)
            after = listed[-1].id
        return known

    def _take(self, listed: Sequence[Listed], checkpoint: int, new: dict[UUID, int]) -> None:
        for one in listed:
            number = new.get(one.id)
            if number is None or number < checkpoint:
                self._add(one)
            else:
                self.waiting[number] = one

    def _add(self, one: Listed) -> None:
        self._candidates.add(one)
        self._places.append(one)

    def pairs(self, numbers: Sequence[int]) -> list[Pair]:
        """Return the pairs to ask about for some of the waiting suppliers; then they are of the list."""
        found = []
        for number in numbers:
            one = self.waiting[number]
            likely = self._candidates.likeliest(one, ASKED_ABOUT_ONE)
            found += [
                pair
                for place, compared in likely
                if not self._decided(pair := Pair(one.id, self._places[place].id, round(compared.score)), one, place)
            ]
            self._add(one)
        return found

    def _decided(self, pair: Pair, one: Listed, place: int) -> bool:
        if pair.ids in self._different:
            return True
        marks = self._different_marks
        return bool(marks) and frozenset((mark(one), mark(self._places[place]))) in marks


async def _keep(
    within: OrganisationScope, upload: UUID, pairs: Sequence[Pair], step: tuple[int, int | None], job: UUID
) -> None:
    """Keep questions and move the checkpoint, in the current unit. Raises Overtaken."""
    await turns.lock_list(within)
    before, following = step
    await searches.move(within, upload, before, following)
    await questions.ask(within, upload, pairs)
    await queue.renew(job)
