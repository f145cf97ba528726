"""Rows of a sheet and what its columns mean → suppliers, and every issue of every cell. Pure.

The work goes column by column over a batch of rows, and a value that a column repeats is read only once.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

from pledge.suppliers.reading.frames import Cell, Row
from pledge.suppliers.rows.cell_reading import EMPTY, PLAIN_NUMBER, READERS, TIDY, TOTALS, Read, read_cell
from pledge.suppliers.rows.codes import CODES, Issue, issue
from pledge.suppliers.rows.columns import column_letter
from pledge.suppliers.rows.supplier_rows import Batch, SheetPlan, SupplierRow
from pledge.suppliers.words.countries import HOME
from pledge.suppliers.words.findings import Finding
from pledge.suppliers.words.normalise import name_parts
from pledge.suppliers.words.text import clean, fold

_REMEMBERED = 20_000  # values per column
_NO_NAME = ("", "")
_SHOWN_POSTCODE = 20  # characters kept of a postcode from abroad, whose shape we do not know
_AFTER_NAME = [field for field in READERS if field != "name"]


def _is_total(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) < 40 and clean(cell).casefold().rstrip(" :") in TOTALS


class _Memory(dict[Cell, Any]):
    """What each value of a column was read into, read when it is first met; ``findings`` only where there are any."""

    def __init__(self, read: Callable[[Cell], Read]) -> None:
        super().__init__()
        self.findings: dict[Cell, tuple[Finding, ...]] = {}
        self._read_one = read

    def __missing__(self, cell: Cell) -> Any:
        value, findings = self._read_one(cell)
        self[cell] = value
        if findings:
            self.findings[cell] = findings
        return value

    def make_room(self) -> None:
        """Forget everything when there is too much."""
        if len(self) > _REMEMBERED:
            self.clear()
            self.findings.clear()


_PLAIN = 1e10  # pounds: above, and for what is no number (NaN), the reader of amounts says what is wrong


def _pence(raw: Sequence[Cell], known: _Memory) -> list[Any]:
    """Read a column of amounts; plain numbers, the usual case, without a call for each."""
    plain = PLAIN_NUMBER.fullmatch
    cells = [float(cell) if cell.__class__ is str and plain(cell) else cell for cell in raw]
    return [
        pence
        if cell.__class__ is float
        and -_PLAIN < cell < _PLAIN
        and -1e-3 < (hundredfold := cell * 100) - (pence := round(hundredfold)) < 1e-3
        else known[original]
        for cell, original in zip(cells, raw, strict=True)
    ]


class RowChecker:
    """Checks the rows of one sheet, batch by batch; batches may come in any order and more than once.

    ``by_hand``: a member says of these rows that they are suppliers, so none is a total, a heading or empty.
    """

    def __init__(self, plan: SheetPlan, *, by_hand: bool = False) -> None:
        self._plan = plan
        self._by_hand = by_hand
        self._columns = {field: index for index, field in plan.columns.items()}
        self._known = {field: _Memory(self._reader(field)) for field in self._columns}
        self._parts: dict[str, tuple[str, str]] = {}
        self._name_column = self._columns["name"]
        self._headings = [fold(heading) for heading in plan.headings]
        headed = len(self._headings) > self._name_column
        self._name_heading = self._headings[self._name_column] if headed else ""

    def _reader(self, field: str) -> Callable[[Cell], Read]:
        return self._name if field == "name" and not self._by_hand else partial(read_cell, field)

    def check(self, first: int, rows: Sequence[Row]) -> Batch:
        """Check rows that follow one another; ``first`` is Excel's number of the first of them."""
        skip = max(0, self._plan.first_data_row - first)
        if skip:
            first, rows = first + skip, rows[skip:]
        if not rows:
            return Batch([], [], [])
        if self._plan.ours:
            rows = list(map(self._plan.given, rows))
        cells = list(zip_longest(*rows, fillvalue=""))
        values: dict[str, list[Any]] = {}
        findings: dict[str, dict[int, tuple[Finding, ...]]] = {}
        for field, column in self._columns.items():
            raw = cells[column] if column < len(cells) else ("",) * len(rows)
            values[field], findings[field] = self._column(field, raw)
        left_out = self._no_suppliers(first, rows, values["name"], findings["name"])
        self._abroad(rows, values, findings)
        if self._plan.text_file and len(cells) > len(self._headings) > 0:
            self._slipped(rows, findings)
        rejected, issues = self._told(first, rows, findings, left_out)
        names = values["name"]
        after_name = [values.get(field) or [EMPTY.get(field)] * len(rows) for field in _AFTER_NAME]
        numbers = range(first, first + len(rows))
        keys, forms = zip(*self._name_parts(names), strict=True)
        accepted = list(map(SupplierRow, numbers, names, keys, forms, *after_name))
        if excluded := left_out | rejected:
            accepted = [row for place, row in enumerate(accepted) if place not in excluded]
        return Batch(accepted, [first + place for place in sorted(rejected)], issues)

    def _column(self, field: str, raw: Sequence[Cell]) -> tuple[list[Any], dict[int, tuple[Finding, ...]]]:
        known = self._known[field]
        known.make_room()
        if field == "spend":
            values = _pence(raw, known)
        elif tidy := TIDY.get(field):
            values = [cell if cell.__class__ is str and tidy(cell) else known[cell] for cell in raw]
        else:
            values = [known[cell] for cell in raw]
        told = known.findings
        return values, {place: told[cell] for place, cell in enumerate(raw) if cell in told} if told else {}

    def _name_parts(self, names: Sequence[str | None]) -> list[tuple[str, str]]:
        known = self._parts
        if len(known) > _REMEMBERED:
            known.clear()
        found = []
        for name in names:
            if name is None:
                found.append(_NO_NAME)
                continue
            parts = known.get(name)
            if parts is None:
                parts = known[name] = name_parts(name)
            found.append(parts)
        return found

    def _name(self, cell: Cell) -> Read:
        if _is_total(cell):
            return None, (Finding("total-row"),)
        text = clean(cell)
        if text and self._name_heading and fold(text) == self._name_heading:
            return clean(cell), (Finding("heading-again"),)
        return read_cell("name", cell)

    def _no_suppliers(
        self, first: int, rows: Sequence[Row], names: list[Any], name_findings: dict[int, tuple[Finding, ...]]
    ) -> set[int]:
        """Return the places of rows that are no suppliers; adjust what is said about their names."""
        if self._by_hand:
            return set()
        left_out = set()
        header = self._plan.header_row
        if header is not None and first <= header < first + len(rows):  # headings below the data
            left_out.add(header - first)
            name_findings.pop(header - first, None)
        for place, found in list(name_findings.items()):
            code, row = found[0].code, rows[place]
            if code in ("name-missing", "name-no-letters"):
                if not row or all(cell is not None and not clean(cell) for cell in row):
                    left_out.add(place)
                    del name_findings[place]
                elif any(_is_total(cell) for cell in row):
                    left_out.add(place)
                    name_findings[place] = (Finding("total-row"),)
            elif code == "total-row":
                left_out.add(place)
            elif code == "heading-again":
                if self._repeats_headings(row):
                    left_out.add(place)
                else:  # a supplier really called like the heading
                    names[place], name_findings[place] = read_cell("name", row[self._name_column])
        return left_out

    def _repeats_headings(self, row: Row) -> bool:
        filled = [(fold(clean(cell)), heading) for cell, heading in zip(row, self._headings, strict=False) if heading]
        return sum(cell == heading for cell, heading in filled) * 2 > len(filled)

    def _abroad(
        self,
        rows: Sequence[Row],
        values: dict[str, list[Any]],
        findings: dict[str, dict[int, tuple[Finding, ...]]],
    ) -> None:
        """Forgive what only UK suppliers can have right."""
        countries = values.get("country_of_supply")
        if countries is None:
            return
        for field, code in (("company_number", "company-number-wrong"), ("postcode", "postcode-wrong")):
            for place, found in list(findings.get(field, {}).items()):
                if found[0].code != code or countries[place] in (None, HOME):
                    continue
                if field == "postcode":
                    values[field][place] = clean(rows[place][self._columns[field]])[:_SHOWN_POSTCODE]
                    findings[field][place] = found[1:]
                else:
                    findings[field][place] = (Finding("company-number-abroad"), *found[1:])

    def _slipped(self, rows: Sequence[Row], findings: dict[str, dict[int, tuple[Finding, ...]]]) -> None:
        width = len(self._headings)
        for place, row in enumerate(rows):
            extra = next((at for at in range(width, len(row)) if clean(row[at])), None)
            if extra is not None:
                findings.setdefault(f"#{extra}", {})[place] = (Finding("extra-cells"),)

    def _told(
        self,
        first: int,
        rows: Sequence[Row],
        findings: dict[str, dict[int, tuple[Finding, ...]]],
        left_out: set[int],
    ) -> tuple[set[int], list[Issue]]:
        """Return the places of rejected rows, and every issue in the order of rows and columns."""
        found = sorted(
            (place, self._columns[field] if field in self._columns else int(field[1:]), finding)
            for field, by_place in findings.items()
            for place, told in by_place.items()
            for finding in told
            if place not in left_out or field == "name"
        )
        rejected = {place for place, _, finding in found if CODES[finding.code].severity == "reject"}
        issues = []
        for place, column, finding in found:
            row = rows[place]
            value = row[column] if column < len(row) else ""
            if finding.code == "total-row":
                column, value = next((at, cell) for at, cell in enumerate(row) if _is_total(cell))
            issues.append(issue(self._plan.name, f"{column_letter(column)}{first + place}", finding, value))
        return rejected, issues
