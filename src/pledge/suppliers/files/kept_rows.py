"""A row of a file that was imported, as its page shows it and a member puts it right. In the current unit."""

import hashlib
import re
from typing import NamedTuple, cast
from uuid import UUID

import msgspec

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.suppliers.files import stored_issues, uploads
from pledge.suppliers.files.stored_issues import Noted
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.reading.frames import Row
from pledge.suppliers.rows import row_texts
from pledge.suppliers.rows.supplier_rows import SheetPlan, SupplierRow

_PLACE = re.compile(r"([0-9]{1,5})-([1-9][0-9]{0,7})")
_encode = msgspec.json.Encoder().encode


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
        upload=found,
        plan=found.plans[sheet],
        number=number,
        supplier_number=row["supplier_number"],
        settled=row["settled"],
        accepted=msgspec.json.decode(row["content"], type=SupplierRow) if taken else None,
        cells=[] if taken else cast(Row, msgspec.json.decode(row["content"])),
        issues=await stored_issues.of_row(within, upload, sheet, number),
        seen=hashlib.sha256(_encode([row["status"], row["settled"], row["content"]])).hexdigest()[:16],
        supplier=row["supplier"],
    )
