"""Open questions whether two suppliers of the list are one: which are asked, and how the page shows them.

What was decided is elsewhere (``deciding``): a question that is answered is gone.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.paging import offset
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import searches, turns
from pledge.suppliers.listed.rating import FACTS, facts_of
from pledge.suppliers.pairs.merge_records import Asked
from pledge.suppliers.same.evidence import Evidence, evidence
from pledge.suppliers.same.facts import SupplierFacts
from pledge.suppliers.same.matching import compare
from pledge.suppliers.words.countries import country_name
from pledge.words.numbers import pounds

MOST = 200  # that are open at once: the likeliest
ON_PAGE = 20
# Questions about suppliers that are off the list wait until they are back.
_ON_LIST = (
    "NOT EXISTS (SELECT 1 FROM supplier s WHERE s.organisation = match_question.organisation "
    "AND s.id IN (match_question.supplier, match_question.other) AND s.off_list IS NOT NULL)"
)
_OF_ONE_NUMBER = 100  # the likeness of two with one company number and quite different names
_SHOWN = 200  # characters of what they supply
_PAIR = "supplier, other"


class Pair(NamedTuple):
    """Two suppliers that may be one. ``likeness`` orders pairs; ``company_number``: one that files give to both."""

    one: UUID
    other: UUID
    likeness: int
    company_number: str | None = None

    @property
    def ids(self) -> tuple[UUID, UUID]:
        """Both, the lower id first, as they are stored."""
        return (self.one, self.other) if self.one < self.other else (self.other, self.one)


class Question(NamedTuple):
    """Two suppliers beside each other, with what speaks for their being one and what against.

    ``suppliers`` and ``names`` are of both, ``labels`` tells them apart also when they are called the same; ``facts``
    are (what it is, the one's, the other's).
    """

    id: UUID
    suppliers: tuple[UUID, UUID]
    names: tuple[str, str]
    labels: tuple[str, str]
    facts: list[tuple[str, str, str]]
    agrees: list[str]
    differs: list[str]


async def ask(within: OrganisationScope, upload: UUID, pairs: Sequence[Pair]) -> None:
    """Ask about pairs that nobody has decided, after a file, in a unit that has locked the list.

    Only the likeliest stay, of all that are open; how many were too many is noted with the file. Suppliers that are
    gone meanwhile are not asked about.
    """
    if not pairs:
        return
    wanted = {pair.ids: pair for pair in pairs}
    there = await _there(within, {supplier for ids in wanted for supplier in ids})
    different = await differences(within)
    await sql.many(
        f"INSERT INTO match_question (id, organisation, {_PAIR}, company_number, likeness, asked) "  # noqa: S608
        "VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (organisation, supplier, other) DO NOTHING",
        [
            (new_id(), within.organisation, *ids, pair.company_number, pair.likeness, clock.now())
            for ids, pair in wanted.items()
            if ids not in different and there.issuperset(ids)
        ],
    )
    too_many = await sql.changed(
        "DELETE FROM match_question WHERE organisation = {} AND id IN (SELECT id FROM match_question "
        "WHERE organisation = {} ORDER BY likeness DESC, id LIMIT 1000000 OFFSET {})",
        within.organisation,
        within.organisation,
        MOST,
    )
    if too_many:
        await searches.leave_out(within, upload, too_many)


async def ask_about_numbers(within: OrganisationScope, upload: UUID, disputed: Sequence[tuple[UUID, str]]) -> None:
    """Ask whether suppliers are those that have the company numbers that a file gives them, in the current unit."""
    if not disputed:
        return
    await turns.lock_list(within)
    holders = await sql.rows(
        "SELECT id, company_number FROM supplier "  # noqa: S608
        f"WHERE organisation = {{}} AND company_number IN ({sql.marks(len(disputed))})",
        within.organisation,
        *(number for _, number in disputed),
    )
    holding = {row["company_number"]: row["id"] for row in holders}
    await ask(
        within,
        upload,
        [
            Pair(supplier, holding[number], _OF_ONE_NUMBER, number)
            for supplier, number in disputed
            if holding.get(number, supplier) != supplier
        ],
    )


async def _there(within: OrganisationScope, suppliers: Iterable[UUID]) -> set[UUID]:
    asked = list(suppliers)
    rows = await sql.rows(
        f"SELECT id FROM supplier WHERE organisation = {{}} AND id IN ({sql.marks(len(asked))})",  # noqa: S608
        within.organisation,
        *asked,
    )
    return {row["id"] for row in rows}


async def differences(within: OrganisationScope) -> set[tuple[UUID, UUID]]:
    """Return the pairs of suppliers (the lower id first) that somebody said are different, in the current unit."""
    rows = await sql.rows(
        f"SELECT {_PAIR} FROM match_difference WHERE organisation = {{}}",  # noqa: S608
        within.organisation,
    )
    return {(row["supplier"], row["other"]) for row in rows}


async def different_marks(within: OrganisationScope) -> set[frozenset[str]]:
    """Return the pairs of marks (``matching.mark``) of suppliers that somebody said are different, in the same way."""
    rows = await sql.rows("SELECT mark, other_mark FROM match_difference WHERE organisation = {}", within.organisation)
    return {frozenset((row["mark"], row["other_mark"])) for row in rows}


async def take(within: OrganisationScope, ids: Sequence[UUID]) -> list[tuple[UUID, UUID, UUID]]:
    """Take questions away to be decided, and return those that were still open, each with its two suppliers."""
    if not ids:
        return []
    rows = await sql.rows(
        f"DELETE FROM match_question WHERE organisation = {{}} AND id IN ({sql.marks(len(ids))}) "  # noqa: S608
        f"AND {_ON_LIST} RETURNING id, {_PAIR}",
        within.organisation,
        *ids,
    )
    return sorted((row["id"], row["supplier"], row["other"]) for row in rows)


async def withdraw(within: OrganisationScope, first: UUID, second: UUID) -> None:
    """Take away the question about two suppliers (the lower id first), if there is one."""
    await sql.rows(
        "DELETE FROM match_question WHERE organisation = {} AND supplier = {} AND other = {}",
        within.organisation,
        first,
        second,
    )


async def pass_on(within: OrganisationScope, gone: UUID, kept: UUID) -> list[Asked]:
    """Ask about one supplier what was asked about another that goes, and return that."""
    rows = await sql.rows(
        "DELETE FROM match_question WHERE organisation = {} AND (supplier = {} OR other = {}) "  # noqa: S608
        f"RETURNING {_PAIR}, likeness, company_number",
        within.organisation,
        gone,
        gone,
    )
    asked = []
    for row in rows:
        other = row["other"] if row["supplier"] == gone else row["supplier"]
        if other != kept:
            new = await _put(within, Pair(kept, other, row["likeness"], row["company_number"]))
            asked.append(Asked(other, row["likeness"], row["company_number"], new))
    return asked


async def ask_again(within: OrganisationScope, back: UUID, kept: UUID, asked: Iterable[Asked]) -> None:
    """Ask again what was asked about a supplier that is back, and no longer about the one that was kept."""
    for each in asked:
        if each.passed_on:
            await withdraw(within, *Pair(kept, each.other, 0).ids)
        await _put(within, Pair(back, each.other, each.likeness, each.company_number))


async def _put(within: OrganisationScope, pair: Pair) -> bool:
    """Ask about one pair, and return whether that is new. What is decided or gone is not asked."""
    if pair.ids in await differences(within) or len(await _there(within, pair.ids)) < 2:
        return False
    rows = await sql.rows(
        f"INSERT INTO match_question (id, organisation, {_PAIR}, company_number, likeness, asked) "  # noqa: S608
        "VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (organisation, supplier, other) DO NOTHING RETURNING id",
        new_id(),
        within.organisation,
        *pair.ids,
        pair.company_number,
        pair.likeness,
        clock.now(),
    )
    return bool(rows)


# — what the page shows —


async def count(within: OrganisationScope) -> int:
    """Return how many questions are open, in the current unit."""
    return int(
        await sql.value(
            f"SELECT count(*) FROM match_question WHERE organisation = {{}} AND {_ON_LIST}",  # noqa: S608
            within.organisation,
        )
    )


async def some(within: OrganisationScope, page: int) -> list[Question]:
    """Return the questions of a page, the likeliest first, in the current unit."""
    rows = await sql.rows(
        f"SELECT id, {_PAIR}, company_number FROM match_question WHERE organisation = {{}} AND {_ON_LIST} "  # noqa: S608
        "ORDER BY likeness DESC, id LIMIT {} OFFSET {}",
        within.organisation,
        ON_PAGE,
        offset(page, ON_PAGE),
    )
    suppliers = await _facts(within, {row[side] for row in rows for side in ("supplier", "other")})
    return [_question(row, suppliers) for row in rows]


async def _facts(within: OrganisationScope, suppliers: Iterable[UUID]) -> dict[UUID, SupplierFacts]:
    asked = list(suppliers)
    if not asked:
        return {}
    rows = await sql.rows(
        f"SELECT id, {FACTS} FROM supplier WHERE organisation = {{}} AND id IN ({sql.marks(len(asked))})",  # noqa: S608
        within.organisation,
        *asked,
    )
    return {row["id"]: facts_of(row) for row in rows}


def _question(row: Any, suppliers: dict[UUID, SupplierFacts]) -> Question:
    ids = row["supplier"], row["other"]
    one, other = suppliers[ids[0]], suppliers[ids[1]]
    told: list[Evidence] = evidence(one, other, compare(one, other), row["company_number"])
    mine, yours = _shown(one), _shown(other)
    return Question(
        row["id"],
        ids,
        (one.name, other.name),
        (one.name, other.name) if one.name != other.name else (f"{one.name} (1)", f"{other.name} (2)"),
        [(key, value, yours[key]) for key, value in mine.items() if value or yours[key]],
        [each.text for each in told if each.agrees],
        [each.text for each in told if not each.agrees],
    )


def _shown(facts: SupplierFacts) -> dict[str, str]:
    country = facts.country_of_supply
    return {
        "What they supply": "; ".join(facts.goods)[:_SHOWN],
        "Country they supply from": country_name(country) if country else "",
        "UK company number": facts.company_number or "",
        "Town": facts.town or "",
        "Postcode": facts.postcode or "",
        "E-mail": facts.email or "",
        "Website": facts.website or "",
        "Your code for them": facts.reference or "",
        "Spend": "" if facts.spend is None else pounds(facts.spend),
    }
