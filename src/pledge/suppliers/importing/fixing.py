"""Putting right, on its page, a row of a file that was imported: taking it into the list, or leaving it out.

The row is checked, joined and rated by the code of the import. Every function but the pure ones runs in the current
unit.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.suppliers.files import problems, turns, uploads
from pledge.suppliers.files.problems import Noted
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.importing import applying
from pledge.suppliers.importing.applying import Due
from pledge.suppliers.listed import rating
from pledge.suppliers.pairs import parties
from pledge.suppliers.reading.frames import Row
from pledge.suppliers.rows import row_texts
from pledge.suppliers.rows.codes import Issue, issue
from pledge.suppliers.rows.columns import column_letter
from pledge.suppliers.rows.supplier_rows import SheetPlan, SupplierRow
from pledge.suppliers.same.changes import Change, changes, corrected, filled, together
from pledge.suppliers.same.facts import SupplierFacts, Told
from pledge.suppliers.words.findings import Finding

_PLACE = re.compile(r"([0-9]{1,5})-([1-9][0-9]{0,7})")
_NOBODY = UUID(int=0)
_encode = msgspec.json.Encoder().encode


class NumberTaken(Exception):
    """Another supplier of the list has the company number. ``name`` is that one’s."""

    def __init__(self, name: str) -> None:
        super().__init__("the company number is another supplier’s")
        self.name = name


class KeptRow(NamedTuple):
    """A row of a file that was imported. ``accepted``: what we read in it; ``cells``: what it has, if it is rejected.

    ``seen`` changes whenever the row does. ``supplier`` is the one of the list that it names.
    """

    upload: Upload
    plan: SheetPlan
    number: int
    supplier_number: int | None
    settled: str
    accepted: SupplierRow | None
    cells: Row
    issues: list[Noted]
    seen: str
    supplier: UUID | None

    @property
    def place(self) -> tuple[int, int]:
        """Sheet and row."""
        return self.plan.sheet, self.number

    @property
    def open(self) -> bool:
        """Whether it waits to be put right."""
        return self.accepted is None and not self.settled

    @property
    def texts(self) -> dict[str, str]:
        """What stands in each of its fields: what we read, else what the file says."""
        if self.accepted is None:
            return row_texts.of_cells(self.plan, self.cells)
        not_taken = {
            self.plan.columns[noted.place]: noted.value
            for noted in self.issues
            if noted.place in self.plan.columns and noted.severity == "warn" and not noted.value.endswith("…")
        }
        return row_texts.of_row(self.plan, self.accepted.as_given, not_taken)


async def load(within: OrganisationScope, upload: UUID, place: str) -> KeptRow:
    """Return a row of an imported file; ``place`` is “sheet-number”. Raises Missing."""
    found = await uploads.load(within, upload)
    parts = _PLACE.fullmatch(place)
    if found.state != "done" or parts is None:
        raise Missing
    sheet, number = int(parts[1]), int(parts[2])
    row = await sql.row(
        "SELECT r.status, r.settled, r.supplier_number, r.content, l.supplier FROM upload_row r "
        "LEFT JOIN upload_supplier l ON l.upload = r.upload AND l.number = r.supplier_number "
        "WHERE r.organisation = {} AND r.upload = {} AND r.sheet = {} AND r.number = {}",
        within.organisation,
        upload,
        sheet,
        number,
    )
    if row is None or sheet not in found.plans:
        raise Missing
    taken = row["status"] == "accepted"
    return KeptRow(
        found,
        found.plans[sheet],
        number,
        row["supplier_number"],
        row["settled"],
        msgspec.json.decode(row["content"], type=SupplierRow) if taken else None,
        [] if taken else cast(Row, msgspec.json.decode(row["content"])),
        await problems.of_row(within, upload, sheet, number),
        hashlib.sha256(_encode([row["status"], row["settled"], row["content"]])).hexdigest()[:16],
        row["supplier"],
    )


async def next_open(within: OrganisationScope, kept: KeptRow) -> str | None:
    """Return the place of the next row of the file that waits to be put right, from the first after the last."""
    rows = await sql.rows(
        "SELECT sheet, number FROM upload_row WHERE organisation = {} AND upload = {} AND status = 'rejected' "
        "AND settled = '' ORDER BY (sheet, number) < ({}, {}), sheet, number LIMIT 1",
        within.organisation,
        kept.upload.id,
        *kept.place,
    )
    return f"{rows[0]['sheet']}-{rows[0]['number']}" if rows else None


async def _hold(within: OrganisationScope, upload: UUID, place: str, seen: str) -> KeptRow:
    await turns.hold_list(within)
    kept = await load(within, upload, place)
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
    await sql.rows(
        "UPDATE upload_row SET settled = {} WHERE organisation = {} AND upload = {} AND sheet = {} AND number = {}",
        settled,
        within.organisation,
        kept.upload.id,
        *kept.place,
    )
    moved = await problems.replace(within, kept.upload.id, *kept.place, issues)
    await uploads.move(within, kept.upload.id, moved, rejected=rejected)


async def _take(within: OrganisationScope, kept: KeptRow, row: SupplierRow, issues: Sequence[Issue]) -> None:
    if kept.accepted is not None and row == kept.accepted.as_given:
        return
    upload, counts = kept.upload.id, {"accepted": int(kept.accepted is None), "rejected": -int(kept.open)}
    number, supplier = await _whose(within, kept, row)
    earlier, told = await _told(within, kept, number, row)
    if supplier is None:
        fresh = applying.fresh_of(within, upload, [told])
        await applying.add(fresh)
        await rating.know_also(within, fresh.names)
        counts |= {"suppliers": int(number == kept.upload.suppliers), "added": 1}
    else:
        found = await _bring(within, kept.upload, supplier, earlier, told)
        counts |= await _link(within, kept.upload, number, supplier, found)
    await sql.rows(
        "UPDATE upload_row SET status = 'accepted', settled = 'fixed', supplier_number = {}, content = {} "
        "WHERE organisation = {} AND upload = {} AND sheet = {} AND number = {}",
        number,
        _encode(row).decode(),
        within.organisation,
        upload,
        *kept.place,
    )
    note = _note(kept.plan, kept.number, "fixed-here", row.name)
    moved = await problems.replace(within, upload, *kept.place, [*issues, note])
    await uploads.move(within, upload, moved, **counts)
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
        known = await sql.row(
            "SELECT number FROM upload_supplier WHERE organisation = {} AND upload = {} AND supplier = {} "
            "ORDER BY number LIMIT 1",
            within.organisation,
            kept.upload.id,
            supplier,
        )
        number = known["number"] if known else kept.upload.suppliers
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


async def _told(within: OrganisationScope, kept: KeptRow, number: int, row: SupplierRow) -> tuple[Told | None, Told]:
    """Return what the file says about a supplier without a row being put right, and with it."""
    earlier: Told | None = None
    told: Told | None = None
    placed = False
    after = (number, -1, 0)
    while rows := await applying.rows_of(within, kept.upload.id, [number], after):
        for found in rows:
            place, says = (found["sheet"], found["number"]), msgspec.json.decode(found["content"], type=SupplierRow)
            earlier = _with(earlier, number, says)
            if not placed and place >= kept.place:
                told, placed = _with(told, number, row), True
            if place != kept.place:
                told = _with(told, number, says)
        after = rows[-1]["supplier_number"], rows[-1]["sheet"], rows[-1]["number"]
    if not placed:
        told = _with(told, number, row)
    assert told is not None
    return earlier, told


def _with(told: Told | None, number: int, row: SupplierRow) -> Told:
    if told is None:
        return Told(number, row)
    told.take(row)
    return told


async def _bring(
    within: OrganisationScope, upload: Upload, supplier: UUID, earlier: Told | None, told: Told
) -> tuple[Change, ...]:
    """Bring a supplier of the list up to date and return what changed. A file newer than this one knows better."""
    row = (await rating.hold(within, [supplier]))[supplier]
    before = rating.facts_of(row)
    newer = await sql.row(
        "SELECT u.id FROM upload_supplier l JOIN upload u ON u.id = l.upload WHERE l.organisation = {} "
        "AND l.supplier = {} AND u.finished > {} LIMIT 1",
        within.organisation,
        supplier,
        upload.finished,
    )
    rows = row["rows_named"] if newer else told.rows
    facts = _facts(before, told, earlier, newer=newer is not None)
    names = (before.known_as, *told.names)
    found = changes(before, facts)
    due = Due(supplier, told.number, row["revision"], facts, rows, found, names, (told, earlier))
    await applying.store(within, upload.id, [due])
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
    link = await sql.row(
        "SELECT change, differences FROM upload_supplier WHERE organisation = {} AND upload = {} AND number = {}",
        within.organisation,
        upload.id,
        number,
    )
    was = link["change"] if link else ""
    before: tuple[Change, ...] = ()
    if link and link["differences"]:
        before = msgspec.json.decode(link["differences"], type=tuple[Change, ...])
    differences = together(before, found)
    now = "new" if was == "new" else "changed" if differences else "unchanged"
    await sql.rows(
        "INSERT INTO upload_supplier (organisation, upload, number, supplier, change, differences) "
        "VALUES ({}, {}, {}, {}, {}, {}) "
        "ON CONFLICT (upload, number) DO UPDATE SET change = excluded.change, differences = excluded.differences",
        within.organisation,
        upload.id,
        number,
        supplier,
        now,
        _encode(differences).decode() if now == "changed" else "",
    )
    return {"suppliers": int(number == upload.suppliers), "changed": (now == "changed") - (was == "changed")}


def _note(plan: SheetPlan, number: int, code: str, value: Any) -> Issue:
    column = next(column for column, field in plan.columns.items() if field == "name")
    return issue(plan.name, f"{column_letter(column)}{number}", Finding(code), value)


async def _log(within: OrganisationScope, kept: KeptRow, action: str) -> None:
    sheet, row = kept.place
    await record(action, kept.upload.id, person=within.person, organisation=within.organisation, sheet=sheet, row=row)
