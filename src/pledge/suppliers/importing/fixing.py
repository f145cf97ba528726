"""Putting right, on its page, a row of a file that was imported: taking it into the list, or leaving it out.

The row is checked, joined and rated by the code of the import. Every function but the pure ones runs in the current
unit.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile
from pledge.suppliers.files import kept_rows, links, progress, stored_issues, stored_rows, turns
from pledge.suppliers.files.kept_rows import KeptRow
from pledge.suppliers.files.links import Kind, Link
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.importing import telling, updating
from pledge.suppliers.importing.updating import Due
from pledge.suppliers.listed import rating
from pledge.suppliers.pairs import parties
from pledge.suppliers.rows import row_texts
from pledge.suppliers.rows.codes import Issue, issue
from pledge.suppliers.rows.columns import column_letter
from pledge.suppliers.rows.supplier_rows import SheetPlan, SupplierRow
from pledge.suppliers.same.changes import Change, changes, corrected, filled, together
from pledge.suppliers.same.facts import SupplierFacts, Told
from pledge.suppliers.words.findings import Finding

_NOBODY = UUID(int=0)
_encode = msgspec.json.Encoder().encode


class NumberTaken(Exception):
    """Another supplier of the list has the company number. ``name`` is that one’s."""

    def __init__(self, name: str) -> None:
        super().__init__("the company number is another supplier’s")
        self.name = name


async def _hold(within: OrganisationScope, upload: UUID, place: str, seen: str) -> KeptRow:
    await turns.hold_list(within)
    kept = await kept_rows.load(within, upload, place)
    if kept.seen != seen or kept.settled == "replaced":
        raise ChangedMeanwhile
    return kept


async def save(
    within: OrganisationScope, upload: UUID, place: str, seen: str, row: SupplierRow, issues: Sequence[Issue]
) -> None:
    """Take a row into the list as a member put it right. ``issues`` are what is still to be said about it.

    Raises Missing; ChangedMeanwhile when it is not as they saw it; Refusal while a file is imported; NumberTaken.
    """
    await _take(within, await _hold(within, upload, place, seen), row, issues)


async def leave_out(within: OrganisationScope, upload: UUID, place: str, seen: str) -> None:
    """Leave a rejected row out, because a member says that it is no supplier. Raises as ``save``."""
    kept = await _hold(within, upload, place, seen)
    if not kept.open:
        raise ChangedMeanwhile
    name = kept.texts["name"]
    await _settle(within, kept, "left-out", [_note(kept.plan, kept.number, "left-out", name)], rejected=-1)
    await _log(within, kept, "upload.row-left-out")


async def put_back(within: OrganisationScope, upload: UUID, place: str, seen: str) -> None:
    """Count a row that was left out as a supplier again: taken if there is nothing against it. Raises as ``save``."""
    kept = await _hold(within, upload, place, seen)
    if kept.settled != "left-out":
        raise ChangedMeanwhile
    row, issues = row_texts.check_cells(kept.plan, kept.number, kept.cells)
    if row is not None:
        await _take(within, kept, row, issues)
        return
    await _settle(within, kept, "", issues, rejected=1)
    await _log(within, kept, "upload.row-put-back")


async def _settle(
    within: OrganisationScope, kept: KeptRow, settled: str, issues: Sequence[Issue], *, rejected: int
) -> None:
    await stored_rows.settle(within, kept.upload.id, *kept.place, settled)
    moved = await stored_issues.replace(within, kept.upload.id, *kept.place, issues)
    await progress.recount(within, kept.upload.id, moved, rejected=rejected)


async def _take(within: OrganisationScope, kept: KeptRow, row: SupplierRow, issues: Sequence[Issue]) -> None:
    if kept.accepted is not None and row == kept.accepted.as_given:
        return
    upload, counts = kept.upload.id, {"accepted": int(kept.accepted is None), "rejected": -int(kept.open)}
    number, supplier = await _whose(within, kept, row)
    earlier, told = await telling.told_with(within, upload, kept.place, number, row)
    if supplier is None:
        fresh = updating.fresh_of(within, upload, [told])
        await updating.add(fresh)
        await rating.know_also(within, fresh.names)
        counts |= {"suppliers": int(number == kept.upload.suppliers), "added": 1}
    else:
        found = await _bring(within, kept.upload, supplier, earlier, told)
        counts |= await _link(within, kept.upload, number, supplier, found)
    await stored_rows.fix(within, upload, *kept.place, supplier_number=number, content=_encode(row).decode())
    note = _note(kept.plan, kept.number, "fixed-here", row.name)
    moved = await stored_issues.replace(within, upload, *kept.place, [*issues, note])
    await progress.recount(within, upload, moved, **counts)
    await rating.note_context(within.organisation)
    await _log(within, kept, "upload.row-fixed")


async def _whose(within: OrganisationScope, kept: KeptRow, row: SupplierRow) -> tuple[int, UUID | None]:
    """Return a row’s supplier, by its number in the file and its id (None: a new one). Raises NumberTaken.

    A row that was taken stays with its supplier; another is joined as an import would join it.
    """
    if kept.supplier_number is not None:
        number, supplier = kept.supplier_number, kept.supplier
    else:
        supplier = (await parties.near(within, row)).add(row).supplier
        known = await links.number_of(within, kept.upload.id, supplier)
        number = kept.upload.suppliers if known is None else known
    if row.company_number is not None:
        other = await sql.row(
            "SELECT name FROM supplier WHERE organisation = {} AND company_number = {} AND id <> {}",
            within.organisation,
            row.company_number,
            supplier or _NOBODY,
        )
        if other is not None:
            raise NumberTaken(other["name"])
    return number, supplier


async def _bring(
    within: OrganisationScope, upload: Upload, supplier: UUID, earlier: Told | None, told: Told
) -> tuple[Change, ...]:
    """Bring a supplier of the list up to date and return what changed. A file newer than this one knows better."""
    row = (await rating.hold(within, [supplier]))[supplier]
    before = rating.facts_of(row)
    newer = await links.named_after(within, supplier, upload.finished)
    rows = row["rows_named"] if newer else told.rows
    facts = _facts(before, told, earlier, newer=newer)
    found = changes(before, facts)
    due = Due(
        supplier=supplier,
        number=told.number,
        revision=row["revision"],
        facts=facts,
        rows=rows,
        changes=found,
        names=(before.known_as, *told.names),
        says=(told, earlier),
    )
    await updating.store(within, upload.id, [due])
    return found


def _facts(before: SupplierFacts, told: Told, earlier: Told | None, *, newer: bool) -> SupplierFacts:
    if not newer:
        return corrected(before, told.facts(), earlier.facts() if earlier else None)
    if earlier is None:
        return filled(before, told.facts())
    return msgspec.structs.replace(corrected(before, told.facts(), earlier.facts()), spend=before.spend)


async def _link(
    within: OrganisationScope, upload: Upload, number: int, supplier: UUID, found: tuple[Change, ...]
) -> dict[str, int]:
    """Note with the file that it names a supplier and what changed of it; return how its counts move."""
    was, noted = await links.change_of(within, upload.id, number)
    before = msgspec.json.decode(noted, type=tuple[Change, ...]) if noted else ()
    differences = together(before, found)
    now: Kind = "new" if was == "new" else "changed" if differences else "unchanged"
    said = _encode(differences).decode() if now == "changed" else ""
    await links.put(Link(str(within.organisation), str(upload.id), number, str(supplier), now, said))
    return {"suppliers": int(number == upload.suppliers), "changed": (now == "changed") - (was == "changed")}


def _note(plan: SheetPlan, number: int, code: str, value: Any) -> Issue:
    column = next(column for column, field in plan.columns.items() if field == "name")
    return issue(plan.name, f"{column_letter(column)}{number}", Finding(code), value)


async def _log(within: OrganisationScope, kept: KeptRow, action: str) -> None:
    sheet, row = kept.place
    await record(action, kept.upload.id, person=within.person, organisation=within.organisation, sheet=sheet, row=row)
