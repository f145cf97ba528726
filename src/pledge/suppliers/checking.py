"""The dry run behind ``pledge suppliers check``: one pass over a file, no database, nothing kept.

It reads the sheets and columns that would be proposed and says what would happen to every row. ``rows`` are the
rows that are suppliers or should be (accepted + rejected); ``suppliers`` are those rows put together as ``joining``
does it, so that a year of payments counts each firm once.
"""

from collections import Counter
from contextlib import closing
from typing import BinaryIO

import msgspec

from pledge.suppliers.reading.frames import Opened, Row, Rows, SheetEnd, SheetInfo, SheetStart
from pledge.suppliers.reading.process import read
from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.reading.sniffing import sniff
from pledge.suppliers.risk.rules import LEVELS, rate
from pledge.suppliers.rows.codes import Issue, issue
from pledge.suppliers.rows.columns import column_letter
from pledge.suppliers.rows.planning import PREVIEW_ROWS, SheetOutline, outline_sheet, read_last_row
from pledge.suppliers.rows.validation import RowChecker
from pledge.suppliers.same.joining import JoinedSupplier, Joiner
from pledge.suppliers.same.needs import needs_countries
from pledge.suppliers.words.findings import Finding
from pledge.suppliers.words.text import shown


class CheckedSheet(msgspec.Struct):
    """A sheet that would be read: ``rows`` data rows below ``header_row``; ``columns`` letter → field."""

    name: str
    rows: int
    header_row: int | None
    columns: dict[str, str]


class SheetLeftOut(msgspec.Struct):
    """A sheet that would not be read: ``hidden``, ``empty`` or ``no-name-column``."""

    name: str
    reason: str


class CheckResult(msgspec.Struct):
    """Everything ``pledge suppliers check --json`` prints. ``ask_countries`` names at most ten suppliers."""

    file: str
    format: str
    encoding: str | None
    sheets: list[CheckedSheet]
    left_out: list[SheetLeftOut]
    rows: int
    accepted: int
    rejected: int
    warnings: int
    issues: list[Issue]
    suppliers: int
    risk: dict[str, int]
    ask_countries: list[str]


class _Sheet:
    """One sheet on its way through the check: collected until its columns are known, then checked as it comes."""

    def __init__(self, info: SheetInfo, merged: list[tuple[int, int, int, int]]) -> None:
        self.info = info
        self.merged = merged
        self.first_rows: list[Row] = []
        self.outline: SheetOutline | None = None
        self.checker: RowChecker | None = None
        self.rows = 0


class Check:
    """Collects the result of one file. ``file_name`` is what the result calls it."""

    def __init__(self, file: BinaryIO, file_name: str) -> None:
        self._file = file
        self._file_name = file_name
        self._joiner = Joiner(JoinedSupplier)
        self._issues: list[Issue] = []
        self._sheets: list[_Sheet] = []
        self._rejected = 0
        self._format = sniff(file)

    def run(self) -> CheckResult:
        """Read the file once and return the result. Raises FileRefused when the file as a whole cannot be used."""
        opened: Opened | None = None
        with closing(read(self._file, self._format)) as frames:
            for frame in frames:
                match frame:
                    case Opened():
                        opened = frame
                    case SheetStart():
                        assert opened is not None
                        info = next(sheet for sheet in opened.sheets if sheet.index == frame.sheet)
                        self._sheets.append(_Sheet(self._named(info), frame.merged))
                    case Rows():
                        self._take(self._sheets[-1], frame)
                    case SheetEnd():
                        self._end(self._sheets[-1], frame)
        assert opened is not None
        return self._result(opened)

    def _named(self, info: SheetInfo) -> SheetInfo:
        # Excel shows a CSV file as a sheet named like the file.
        name = info.name or self._file_name.rpartition(".")[0] or self._file_name
        return SheetInfo(info.index, shown(name, 255), info.hidden)

    def _take(self, sheet: _Sheet, frame: Rows) -> None:
        if sheet.outline is None:
            sheet.first_rows += [[]] * (frame.first - 1 - len(sheet.first_rows)) + frame.rows
            if len(sheet.first_rows) >= PREVIEW_ROWS:
                self._plan(sheet)
        elif sheet.checker is not None:
            self._check(sheet, frame.first, frame.rows)

    def _plan(self, sheet: _Sheet) -> None:
        sheet.outline = outline_sheet(
            sheet.info,
            sheet.first_rows[:PREVIEW_ROWS],
            sheet.merged,
            text_file=self._format == "csv",
            last_row=lambda: read_last_row(self._file, self._format, sheet.info.index),
        )
        if sheet.outline.plan:
            sheet.checker = RowChecker(sheet.outline.plan)
            self._check(sheet, 1, sheet.first_rows)

    def _check(self, sheet: _Sheet, first: int, rows: list[Row]) -> None:
        assert sheet.checker is not None
        batch = sheet.checker.check(first, rows)
        add = self._joiner.add
        for row in batch.accepted:
            add(row)
        self._rejected += len(batch.rejected)
        self._issues += batch.issues
        sheet.rows += len(batch.accepted) + len(batch.rejected)

    def _end(self, sheet: _Sheet, frame: SheetEnd) -> None:
        if sheet.outline is None and sheet.first_rows:
            self._plan(sheet)
        if frame.stopped_at is not None and sheet.checker is not None:
            self._issues.append(issue(sheet.info.name, f"A{frame.stopped_at}", Finding("sheet-cut"), ""))

    def _result(self, opened: Opened) -> CheckResult:
        used = [sheet for sheet in self._sheets if sheet.checker is not None]
        rows = sum(sheet.rows for sheet in used)
        if not rows:
            filled = any(sheet.first_rows for sheet in self._sheets)
            raise FileRefused("no-suppliers" if used else "no-name-column" if filled else "no-data")
        suppliers = self._joiner.suppliers
        levels = Counter(rate(supplier.facts()).level for supplier in suppliers)
        fields = {field for sheet in used for field in _columns(sheet).values()}
        asked = needs_countries(suppliers, has_country_column=bool(fields & {"country_of_supply", "country_of_origin"}))
        return CheckResult(
            file=self._file_name,
            format="tsv" if opened.delimiter == "\t" else self._format,
            encoding=opened.encoding,
            sheets=[CheckedSheet(sheet.info.name, sheet.rows, _header_row(sheet), _columns(sheet)) for sheet in used],
            left_out=self._left_out(opened),
            rows=rows,
            accepted=rows - self._rejected,
            rejected=self._rejected,
            warnings=sum(one.severity == "warn" for one in self._issues),
            issues=self._issues,
            suppliers=len(suppliers),
            risk={level: levels[level] for level in LEVELS},
            ask_countries=[supplier.name for supplier in asked],
        )

    def _left_out(self, opened: Opened) -> list[SheetLeftOut]:
        seen = {sheet.info.index: sheet for sheet in self._sheets}
        found = []
        for info in opened.sheets:
            sheet = seen.get(info.index)
            if sheet is None or sheet.checker is None:
                reason = "hidden" if info.hidden else "no-name-column" if sheet and sheet.first_rows else "empty"
                found.append(SheetLeftOut(self._named(info).name, reason))
        return found


def _header_row(sheet: _Sheet) -> int | None:
    return sheet.outline.header.row if sheet.outline and sheet.outline.header else None


def _columns(sheet: _Sheet) -> dict[str, str]:
    assert sheet.outline is not None
    assert sheet.outline.plan is not None
    return {column_letter(index): field for index, field in sorted(sheet.outline.plan.columns.items())}


def check(file: BinaryIO, file_name: str) -> CheckResult:
    """Check one supplier file. Raises FileRefused when the file as a whole cannot be used."""
    return Check(file, file_name).run()
