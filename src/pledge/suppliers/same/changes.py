"""What becomes of a supplier when a row is put right or a corrected file comes back, and what that changed. Pure.

A correction says only what it changed: what a member or another file has said since about all the rest stays.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import cast

import msgspec

from pledge.suppliers.risk.rules import Supply
from pledge.suppliers.same.facts import SINGLE, SUPPLIES, SupplierFacts, updated
from pledge.suppliers.words.text import fold

Known = str | int | bool | tuple[Supply, ...] | None  # a fact as it is stored: pence, codes, days as 2026-11-21

COMPARED = ("name", "supplies", *SINGLE)
ON_LIST = "on_list"  # whether it is on the list
ROWS = "rows"  # how many rows name it


class Change(msgspec.Struct, frozen=True):
    """One thing that is not as it was. ``field`` is one of ``COMPARED``, ``ON_LIST`` or ``ROWS``."""

    field: str
    before: Known
    after: Known


def corrected(now: SupplierFacts, told: SupplierFacts, earlier: SupplierFacts | None) -> SupplierFacts:
    """Return what is known after a file says ``told`` of a supplier of which ``now`` is known.

    ``earlier`` is what the file said before it was corrected: then only what it says differently counts, and what it
    says no longer is forgotten if it was still so. None: the file is new, and says all of it.
    """
    if earlier is None:
        return updated(now, told)
    changed = {
        name: value
        for name in SINGLE
        if (value := getattr(told, name)) != (before := getattr(earlier, name))
        and (value is not None or getattr(now, name) == before)
    }
    if told.name != earlier.name:
        changed |= {"name": told.name, "name_key": told.name_key}
    if told.supplies != earlier.supplies:
        changed["supplies"] = _supplies(now.supplies, earlier.supplies, told.supplies)
    return msgspec.structs.replace(now, **changed) if changed else now


def filled(now: SupplierFacts, told: SupplierFacts) -> SupplierFacts:
    """Return what is known after an older file says ``told`` of a supplier that a newer one names: gaps are filled."""
    return msgspec.structs.replace(updated(told, now), spend=now.spend)


def _supplies(now: Sequence[Supply], earlier: Sequence[Supply], told: Sequence[Supply]) -> tuple[Supply, ...]:
    """Return what they supply, where what was said about certain words is said differently now."""
    if now == earlier:
        return tuple(told)
    differently = {_words(supply) for supply in set(earlier) ^ set(told)}
    kept = [supply for supply in now if _words(supply) not in differently]
    return tuple([*kept, *(supply for supply in told if _words(supply) in differently)][:SUPPLIES])


def _words(supply: Supply) -> str:
    return fold(supply.text or "")


def changes(before: SupplierFacts, after: SupplierFacts) -> tuple[Change, ...]:
    """Return every fact that differs, in the order of ``COMPARED``."""
    if before == after:
        return ()
    return tuple(
        Change(name, was, now)
        for name in COMPARED
        if (was := _stored(getattr(before, name))) != (now := _stored(getattr(after, name)))
    )


def _stored(value: object) -> Known:
    return value.isoformat() if isinstance(value, datetime.date) else cast(Known, value)


def together(first: Iterable[Change], then: Iterable[Change]) -> tuple[Change, ...]:
    """Return two sets of changes, one after the other, as one; what was changed back is none."""
    found = {change.field: change for change in first}
    for change in then:
        known = found.get(change.field)
        found[change.field] = Change(change.field, known.before if known else change.before, change.after)
    return tuple(change for change in found.values() if change.before != change.after)
