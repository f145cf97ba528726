"""Two suppliers of the list made one, and what is left when that is undone. Pure.

What is known of both goes together by the rule for files (``facts.updated``): what the newer file says counts. What
one file says of both adds up, as rows of one supplier do. An undone merge leaves what came later as it came.
"""

import datetime
from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from pledge.suppliers.same.facts import SUPPLIES, SupplierFacts, updated
from pledge.suppliers.words.normalise import name_parts

# Which of two suppliers the newest file names: the one that is kept, the one that goes, or both.
Later = Literal["kept", "gone", "together"]


class Record(msgspec.Struct, frozen=True):
    """A supplier of the list: its facts, what is counted of it, and the names and marks (``facts.known_as``) it has.

    ``edited`` is when a member last changed it.
    """

    facts: SupplierFacts
    rows_named: int
    first_upload: UUID | None
    last_upload: UUID | None
    marks: frozenset[tuple[str, str]]
    edited: datetime.datetime | None = None


class Merge(msgspec.Struct, frozen=True):
    """One merge: the supplier that was kept and the one that went, as both were."""

    kept_was: Record
    gone_was: Record
    later: Later

    @property
    def record(self) -> Record:
        """What the kept supplier was right after it."""
        return merged(self.kept_was, self.gone_was, self.later)


def merged(kept: Record, gone: Record, later: Later) -> Record:
    """Return what is known of two suppliers as one."""
    if later == "gone":
        facts, newer = updated(kept.facts, gone.facts), gone
    else:
        facts, newer = updated(gone.facts, kept.facts), kept
    if later == "together":
        facts = _together(facts, kept.facts, gone.facts)
    both = kept.marks | gone.marks | {kept.facts.known_as, gone.facts.known_as}
    return Record(
        facts=facts,
        rows_named=kept.rows_named + gone.rows_named if later == "together" else newer.rows_named,
        first_upload=kept.first_upload or gone.first_upload,
        last_upload=newer.last_upload,
        marks=frozenset(both - {facts.known_as}),
        edited=max((when for when in (kept.edited, gone.edited) if when), default=None),
    )


def _together(facts: SupplierFacts, kept: SupplierFacts, gone: SupplierFacts) -> SupplierFacts:
    """Return what one file says of two suppliers that are one, as ``joining`` puts rows together."""
    spends = [spend for spend in (kept.spend, gone.spend) if spend is not None]
    kinds = {kept.labour, gone.labour} - {None}
    days = [day for day in (kept.last_checked, gone.last_checked) if day]
    return msgspec.structs.replace(
        facts,
        supplies=tuple(dict.fromkeys(kept.supplies + gone.supplies))[:SUPPLIES],
        spend=sum(spends) if spends else None,
        labour="mixed" if len(kinds) > 1 else facts.labour,
        on_site=_either(kept.on_site, gone.on_site),
        subcontracts=_either(kept.subcontracts, gone.subcontracts),
        last_checked=max(days, default=None),
    )


def _either(one: bool | None, other: bool | None) -> bool | None:
    return None if one is None and other is None else bool(one or other)


def without(merges: Sequence[Merge], place: int, now: Record) -> tuple[list[Merge], Record]:
    """Return the merges of a supplier but for the one at ``place``, and what is then known of it.

    ``merges`` are all of its merges in their order, ``now`` is what is known of it after the last. What was said
    between them and since then stays.
    """
    undone = merges[place]
    was, then = undone.kept_was, undone.record
    left = list(merges[:place])
    for merge in merges[place + 1 :]:
        was, then = _carried(was, then, merge.kept_was), merge.record
        left.append(msgspec.structs.replace(merge, kept_was=was))
        was = left[-1].record
    return left, _carried(was, then, now)


def _carried(base: Record, old: Record, new: Record) -> Record:
    """Return ``base`` with every change that led from ``old`` to ``new``."""
    changed = {name: getattr(new, name) for name in _COUNTED if getattr(new, name) != getattr(old, name)}
    facts = _facts_carried(base.facts, old.facts, new.facts)
    marks = (base.marks | (new.marks - old.marks)) - (old.marks - new.marks)
    return msgspec.structs.replace(base, facts=facts, marks=frozenset(marks), **changed)


_COUNTED = ("rows_named", "first_upload", "last_upload", "edited")


def _facts_carried(base: SupplierFacts, old: SupplierFacts, new: SupplierFacts) -> SupplierFacts:
    changed: dict[str, Any] = {
        name: value
        for name in SupplierFacts.__struct_fields__
        if (value := getattr(new, name)) != getattr(old, name) and name != "name_key"
    }
    if "name" in changed:
        changed["name_key"] = name_parts(changed["name"])[0]
    return msgspec.structs.replace(base, **changed)
