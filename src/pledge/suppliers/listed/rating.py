"""Suppliers as they are stored: their facts, and the risk that follows from them whenever they change."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.organisations import profiles
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.risk.rules import Reason, Risk, Supply
from pledge.suppliers.same.facts import SupplierFacts, has_listed_goods, rated

FACTS = (
    "name, name_key, supplies, company_number, country_of_supply, spend, labour, on_site, subcontracts, "
    "licence_number, town, postcode, email, website, reference, last_checked, owner"
)
_FACT_NAMES = tuple(FACTS.split(", "))
# What is stored of a supplier's facts and risk, in the order of ``stored``.
RISK = ("level", "reasons", "listed_goods", "sectors", "risk_version", "rated")
STORED = (*_FACT_NAMES, "words", *RISK)

_decode_supplies = msgspec.json.Decoder(tuple[Supply, ...]).decode
_decode_reasons = msgspec.json.Decoder(tuple[Reason, ...]).decode
_encode = msgspec.json.Encoder().encode


class KnownAs(NamedTuple):
    """A name (as a key) and a mark (``facts.known_as``) by which a file knows a supplier."""

    supplier: UUID
    name_key: str
    mark: str


def facts_of(row: Any) -> SupplierFacts:
    """Return the facts in a row of the supplier table."""
    found = {name: row[name] for name in _FACT_NAMES}
    return SupplierFacts(**{**found, "supplies": supplies_of(row)})


def supplies_of(row: Any) -> tuple[Supply, ...]:
    """Return what a supplier supplies, of a row of the supplier table."""
    return _decode_supplies(row["supplies"])


def reasons_of(row: Any) -> tuple[Reason, ...]:
    """Return the reasons in a row of the supplier table."""
    return _decode_reasons(row["reasons"])


def stored(facts: SupplierFacts) -> tuple[Any, ...]:
    """Return facts with the risk that follows from them, as values of the columns ``STORED``."""
    return (
        facts.name,
        facts.name_key,
        _encode(facts.supplies).decode(),
        facts.company_number,
        facts.country_of_supply,
        facts.spend,
        facts.labour,
        facts.on_site,
        facts.subcontracts,
        facts.licence_number,
        facts.town,
        facts.postcode,
        facts.email,
        facts.website,
        facts.reference,
        facts.last_checked,
        facts.owner,
        facts.words,
        *stored_risk(rated(facts)),
    )


def stored_risk(risk: Risk) -> tuple[Any, ...]:
    """Return a rating made now as values of the columns ``RISK``."""
    return (
        risk.level,
        _encode(risk.reasons).decode(),
        has_listed_goods(risk),
        _encode(risk.sectors).decode(),
        risk.version,
        clock.now(),
    )


async def look(within: OrganisationScope, suppliers: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return suppliers by id (facts, ``revision``, ``rows_named``, ``off_list``) in the current unit."""
    if not suppliers:
        return {}
    rows = await sql.rows(
        f"SELECT id, revision, rows_named, off_list, {FACTS} FROM supplier "  # noqa: S608
        f"WHERE organisation = {{}} AND id IN ({sql.marks(len(suppliers))})",
        within.organisation,
        *suppliers,
    )
    return {cast(UUID, row["id"]): dict(row) for row in rows}


async def hold(within: OrganisationScope, suppliers: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return suppliers by id (as ``look`` does, with ``held_revision`` before this) in the current unit.

    Until the unit ends nobody else changes them: counting up their revision is what holds them.
    """
    rows = await sql.rows(
        "UPDATE supplier SET revision = revision + 1 "  # noqa: S608
        f"WHERE organisation = {{}} AND id IN ({sql.marks(len(suppliers))}) "
        f"RETURNING id, revision, revision - 1 AS held_revision, rows_named, off_list, {FACTS}",
        within.organisation,
        *suppliers,
    )
    return {cast(UUID, row["id"]): dict(row) for row in rows}


async def save(within: OrganisationScope, supplier: UUID, before: SupplierFacts, after: SupplierFacts) -> None:
    """Store what a member says about a held supplier, with the risk that follows, in the current unit."""
    columns = ", ".join(f"{name} = {{}}" for name in STORED)
    await sql.rows(
        f"UPDATE supplier SET {columns}, updated = {{}}, edited = {{}}, updated_by = {{}} "  # noqa: S608
        "WHERE organisation = {} AND id = {}",
        *stored(after),
        clock.now(),
        clock.now(),
        within.person,
        within.organisation,
        supplier,
    )
    await know_also(within, also_known(supplier, after, [before.known_as]))


def also_known(supplier: UUID, facts: SupplierFacts, names: Iterable[tuple[str, str]]) -> list[KnownAs]:
    """Return by which names and marks a supplier is known (``facts.known_as``) that its own row does not say."""
    own = facts.known_as
    return [KnownAs(supplier, *name) for name in names if name != own]


async def know_also(within: OrganisationScope, names: Sequence[KnownAs]) -> None:
    """Remember by which other names and marks files know suppliers, in the current unit."""
    if names:
        await sql.many(
            "INSERT INTO supplier_mark (organisation, supplier, name_key, mark) VALUES ({}, {}, {}, {}) "
            "ON CONFLICT (organisation, supplier, mark) DO NOTHING",
            [(str(within.organisation), str(supplier), name_key, mark) for supplier, name_key, mark in names],
        )


async def note_context(organisation: UUID) -> None:
    """Note in the profile whether the list now has goods at risk, in the current unit."""
    listed = await sql.value(
        "SELECT EXISTS (SELECT 1 FROM supplier WHERE organisation = {} AND listed_goods AND off_list IS NULL) "
        "AS listed",
        organisation,
    )
    await profiles.note_listed_goods(organisation, bool(listed))
