"""What members decide about two suppliers: that they are the same, that they are not, and that they were not after all.

Everything runs in the current unit, and locks the list first. Nothing is lost: a supplier that goes is kept as it was.
"""

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing, Refusal
from pledge.suppliers.files import links, turns
from pledge.suppliers.listed import rating
from pledge.suppliers.pairs import merge_records, pairing, questions
from pledge.suppliers.pairs.merge_records import Asked, Kept
from pledge.suppliers.same.matching import mark
from pledge.suppliers.same.merging import Merge, without

Answer = Literal["same", "different"]


class Contradiction(Exception):
    """Of three suppliers two are said to be the third, and to be different. ``question`` is one of that answers."""

    def __init__(self, question: UUID) -> None:
        super().__init__("the answers contradict each other")
        self.question = question


async def answer(within: OrganisationScope, answers: Mapping[UUID, Answer]) -> int:
    """Decide open questions, by their ids; return how many were still open.

    Raises Contradiction, and Refusal while a file is imported; then nothing is decided.
    """
    await turns.hold_list(within)
    decided = await questions.take(within, list(answers))
    together = groups((one, other) for question, one, other in decided if answers[question] == "same")
    different = [each for each in decided if answers[each[0]] == "different"]
    for question, one, other in different:
        if any({one, other} <= group for group in together):
            raise Contradiction(question)
    now: dict[UUID, UUID] = {}  # what went, and where to
    for group in together:
        kept, *others = await merge_records.oldest_first(within, await merge_records.load(within, group))
        for gone in others:
            await _merge(within, kept, gone)
            now[gone] = kept
    for _, one, other in different:
        await _tell_apart(within, now.get(one, one), now.get(other, other))
    await rating.note_context(within.organisation)
    await pairing.look_again(within)
    return len(decided)


def groups(pairs: Iterable[tuple[UUID, UUID]]) -> list[set[UUID]]:
    """Return which suppliers are one altogether when those of each pair are. Pure."""
    found: list[set[UUID]] = []
    for pair in pairs:
        joined = set(pair).union(*(group for group in found if not group.isdisjoint(pair)))
        found = [group for group in found if group.isdisjoint(pair)] + [joined]
    return found


async def _tell_apart(within: OrganisationScope, one: UUID, other: UUID) -> None:
    """Remember that two suppliers are not one."""
    found = await merge_records.load(within, (one, other))
    first, second = sorted((one, other))
    await _remember(within, first, second, mark(found[first].facts), mark(found[second].facts))
    await questions.withdraw(within, first, second)
    await record("suppliers.told-apart", first, person=within.person, organisation=within.organisation,
                 other=str(second))  # fmt: skip


async def _remember(within: OrganisationScope, one: UUID, other: UUID, mark_of_one: str, mark_of_other: str) -> None:
    swapped = other < one
    await sql.rows(
        "INSERT INTO match_difference (organisation, supplier, other, mark, other_mark, decided, decided_by) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (organisation, supplier, other) DO NOTHING",
        within.organisation,
        *((other, one, mark_of_other, mark_of_one) if swapped else (one, other, mark_of_one, mark_of_other)),
        clock.now(),
        within.person,
    )


# — the same —


async def _merge(within: OrganisationScope, kept: UUID, gone: UUID) -> None:
    """Make one of two suppliers."""
    await rating.hold(within, [kept, gone])
    found = await merge_records.load(within, (kept, gone))
    later = await merge_records.later(within, found[kept], found[gone])
    merge = Merge(found[kept], found[gone], later)
    row = Kept(
        id=new_id(),
        supplier=kept,
        gone=gone,
        place=await merge_records.next_place(within, kept),
        through=None,
        merge=merge,
        links=await links.move(within, gone, kept),
        questions=await _pass_on(within, gone, kept),
        merged=clock.now(),
    )
    await merge_records.add(within, row)
    # What had come to the one that goes, goes with it.
    await sql.rows(
        "UPDATE supplier_merge SET supplier = {}, through = COALESCE(through, {}) "
        "WHERE organisation = {} AND supplier = {}",
        kept,
        row.id,
        within.organisation,
        gone,
    )
    await sql.rows("DELETE FROM supplier WHERE organisation = {} AND id = {}", within.organisation, gone)
    await merge_records.store(within, kept, merge.record)
    await record("suppliers.merged", kept, person=within.person, organisation=within.organisation, gone=str(gone))


async def _pass_on(within: OrganisationScope, gone: UUID, kept: UUID) -> list[Asked]:
    """Ask about the supplier that is kept what was asked about the one that goes; what was decided holds for it too."""
    differing = await sql.rows(
        "SELECT supplier, other, mark, other_mark FROM match_difference "
        "WHERE organisation = {} AND (supplier = {} OR other = {})",
        within.organisation,
        gone,
        gone,
    )
    for row in differing:
        if row["supplier"] == gone and row["other"] != kept:
            await _remember(within, kept, row["other"], row["mark"], row["other_mark"])
        elif row["other"] == gone and row["supplier"] != kept:
            await _remember(within, kept, row["supplier"], row["other_mark"], row["mark"])
    return await questions.pass_on(within, gone, kept)


# — not the same after all —


async def undo(within: OrganisationScope, merge: UUID) -> tuple[UUID, UUID]:
    """Bring back a supplier that went, and return the one that was kept and the one that is back.

    They are remembered as different. Raises Missing, and Refusal when another merge must be undone first or while a
    file is imported.
    """
    await turns.hold_list(within)
    row = await merge_records.find(within, merge)
    if row is None:
        raise Missing
    if row.through is not None:
        raise Refusal("This supplier came with another one. Undo that one first. Nothing was changed.")
    kept, gone = row.supplier, row.gone
    await rating.hold(within, [kept])
    now = (await merge_records.load(within, [kept]))[kept]
    rows = await merge_records.of(within, kept)
    place = [each.id for each in rows].index(merge)
    left, then = without([each.merge for each in rows], place, now)
    await merge_records.store(within, kept, then)
    for other, changed in zip(rows[:place] + rows[place + 1 :], left, strict=True):
        if changed != other.merge:
            await merge_records.change(within, other.id, changed)
    await merge_records.bring_back(within, row)
    await _hand_back(within, merge, gone)
    await sql.rows("DELETE FROM supplier_merge WHERE organisation = {} AND id = {}", within.organisation, merge)
    await questions.ask_again(within, gone, kept, row.questions)
    await _tell_apart(within, kept, gone)
    await record("suppliers.merge-undone", kept, person=within.person, organisation=within.organisation,
                 back=str(gone))  # fmt: skip
    await rating.note_context(within.organisation)
    return kept, gone


async def _hand_back(within: OrganisationScope, merge: UUID, gone: UUID) -> None:
    """Give a supplier that is back the merges that it had itself, and those that came with them."""
    came = [merge]
    while came:
        rows = await sql.rows(
            "UPDATE supplier_merge SET supplier = {} "  # noqa: S608
            f"WHERE organisation = {{}} AND through IN ({sql.marks(len(came))}) RETURNING id",
            gone,
            within.organisation,
            *came,
        )
        came = [row["id"] for row in rows]
    await sql.rows(
        "UPDATE supplier_merge SET through = NULL WHERE organisation = {} AND through = {}", within.organisation, merge
    )
