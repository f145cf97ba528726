"""Writing long workbooks row by row, in little memory, where no cell can be a formula: there is no way to write one.

Values come back as they went in, which openpyxl’s own writer does not promise (docs/decisions/0006). For
workbooks of a few rows with lists to choose from, openpyxl and ``pledge.cells`` are there. Pure but for the file.
"""

import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from functools import cache
from types import TracebackType
from typing import BinaryIO, Literal, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from pledge.cells import FORMULA, ILLEGAL, LONGEST

Value = str | int | float | bool | date | time | timedelta | None
Style = Literal["", "text", "heading", "wrapped", "bad", "warning"]

TITLE_CHARACTERS = 31  # of a sheet's name
_BUFFER = 1 << 18  # characters
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts days wrongly, or not at all
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# What a reader would take for an escaped character.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org"
_SHEETS = f"{_MAIN}/spreadsheetml/2006/main"
_LINKS = f"{_MAIN}/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# In the order of the formats in _STYLES; the dates have no name, because values choose them.
_STYLE: dict[str, int] = {"": 0, "text": 1, "heading": 2, "wrapped": 3, "bad": 4, "warning": 5}
_DATE, _MOMENT, _TIME, _LENGTH = 6, 7, 8, 9
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_SHEETS}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/></font></fonts>'
    '<fills count="5"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    + "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>'
        for colour in ("1D3557", "F6D7D2", "FFF2CC")
    )
    + '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="10"><xf/><xf quotePrefix="1"/>'
    '<xf fontId="1" fillId="2" applyFont="1" applyFill="1"/>'
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf fillId="3" applyFill="1"/><xf fillId="4" applyFill="1"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
    '<xf numFmtId="21" applyNumberFormat="1"/><xf numFmtId="46" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

_HIDDEN = ' hidden="1"'
_FITTED = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
_ACROSS = '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'

letter_of = cache(get_column_letter)


class Column(NamedTuple):
    """How one column looks; ``number`` counts from 1, ``width`` is in characters."""

    number: int
    width: float
    hidden: bool = False


def sheet_title(name: str, taken: Sequence[str] = ()) -> str:
    """Return a name as a sheet may have it: up to 31 allowed characters, and not one that is ``taken``."""
    bare = ILLEGAL.sub("", _NOT_IN_TITLES.sub(" ", name)).strip(" '")[:TITLE_CHARACTERS].strip(" '") or "Sheet"
    known = {title.casefold() for title in taken}
    title, number = bare, 1
    while title.casefold() in known:
        number += 1
        title = f"{bare[: TITLE_CHARACTERS - 4].strip()} {number}"
    return title


class Workbook(AbstractContextManager["Workbook"]):
    """A workbook on its way into a file that can seek. Sheets are written one after another.

    ``with Workbook(file) as book, book.sheet("Suppliers") as sheet: sheet.row(1, ["Name"])``
    """

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        self.titles: list[str] = []
        self._names: list[str] = []

    def sheet(
        self,
        title: str,
        *,
        columns: Sequence[Column] = (),
        frozen: int = 0,
        merged: Sequence[str] = (),
        filtered: str = "",
        printed: bool = False,
    ) -> "Sheet":
        """Begin a sheet and return it. ``title`` is made to fit.

        ``frozen``: so many rows stay in sight; ``merged``: ranges such as A1:B1; ``filtered``: one with headings on
        top; ``printed``: it fits onto the width of a sheet of A4 across, with the frozen rows on each.
        """
        self.titles.append(sheet_title(title, self.titles))
        name = "'" + self.titles[-1].replace("'", "''") + "'"
        if printed and frozen:
            self._names.append(
                f'<definedName name="_xlnm.Print_Titles" localSheetId="{len(self.titles) - 1}">'
                f"{escape(name)}!$1:${frozen}</definedName>"
            )
        if filtered:
            first, last = (re.sub(r"([A-Z]+)", r"$\1$", corner) for corner in filtered.split(":"))
            self._names.append(
                f'<definedName name="_xlnm._FilterDatabase" localSheetId="{len(self.titles) - 1}" hidden="1">'
                f"{escape(name)}!{first}:{last}</definedName>"
            )
        part = self._zip.open(f"xl/worksheets/sheet{len(self.titles)}.xml", "w")
        return Sheet(part, columns, frozen, merged, filtered, printed=printed)  # type: ignore[arg-type]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        self._zip.close()

    def _finish(self) -> None:
        numbers = range(1, len(self.titles) + 1)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        overrides = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
        overrides += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers]
        self._part(
            "[Content_Types].xml",
            f'<Types xmlns="{_MAIN}/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            + "".join(f'<Override PartName="{name}" ContentType="{kind}.{what}+xml"/>' for name, what in overrides)
            + "</Types>",
        )
        self._part("_rels/.rels", _links([("officeDocument", "xl/workbook.xml")]))
        targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        self._part("xl/_rels/workbook.xml.rels", _links([*targets, ("styles", "styles.xml")]))
        sheets = "".join(
            f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="rId{number}"/>'
            for number, title in enumerate(self.titles, 1)
        )
        names = f"<definedNames>{''.join(self._names)}</definedNames>" if self._names else ""
        self._part(
            "xl/workbook.xml",
            f'<workbook xmlns="{_SHEETS}" xmlns:r="{_LINKS}"><bookViews><workbookView/></bookViews>'
            f"<sheets>{sheets}</sheets>{names}</workbook>",
        )
        self._zip.writestr("xl/styles.xml", _STYLES)

    def _part(self, name: str, text: str) -> None:
        self._zip.writestr(name, _HEAD + text)


def _links(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_MAIN}/package/2006/relationships">{links}</Relationships>'


class Sheet(AbstractContextManager["Sheet"]):
    """A sheet on its way into a workbook."""

    def __init__(
        self,
        part: BinaryIO,
        columns: Sequence[Column],
        frozen: int,
        merged: Sequence[str],
        filtered: str,
        *,
        printed: bool,
    ) -> None:
        self._part = part
        pane = f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        looks = "".join(
            f'<col min="{number}" max="{number}" width="{width}" customWidth="1"{_HIDDEN if hidden else ""}/>'
            for number, width, hidden in sorted(columns)
        )
        looks = f"<cols>{looks}</cols>" if looks else ""
        self._waiting = [
            f'{_HEAD}<worksheet xmlns="{_SHEETS}">{_FITTED if printed else ""}'
            f'<sheetViews><sheetView workbookViewId="0">{pane if frozen else ""}'
            f"</sheetView></sheetViews>{looks}<sheetData>"
        ]
        self._length = 0
        filters = f'<autoFilter ref="{filtered}"/>' if filtered else ""
        merges = "".join(f'<mergeCell ref="{cells}"/>' for cells in merged)
        merges = f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else ""
        self._end = f"</sheetData>{filters}{merges}{_ACROSS if printed else ''}</worksheet>"

    def row(self, number: int, values: Sequence[Value], styles: Mapping[int, Style] | None = None) -> None:
        """Write a row; ``number`` counts from 1 and only goes up. ``styles``: place in ``values`` → style."""
        cells = [
            _cell(f"{letter_of(place + 1)}{number}", value, _STYLE[styles.get(place, "")] if styles else 0)
            for place, value in enumerate(values)
            if value is not None and value != ""
        ]
        text = f'<row r="{number}">{"".join(cells)}</row>'
        self._waiting.append(text)
        self._length += len(text)
        if self._length > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._part.write("".join(self._waiting).encode("utf-8", "replace"))
        self._waiting, self._length = [], 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._waiting.append(self._end)
            self._flush()
        self._part.close()


def _cell(place: str, value: Value, style: int) -> str:
    kind = value.__class__
    if kind is str:
        return _text(place, value, style)  # type: ignore[arg-type]
    if kind is bool:
        return f'<c r="{place}" t="b"{_styled(style)}><v>{value:d}</v></c>'
    if kind is float or kind is int:
        if not math.isfinite(value):  # type: ignore[arg-type]
            return _text(place, repr(value), style)
        return f'<c r="{place}"{_styled(style)}><v>{value!r}</v></c>'
    if isinstance(value, datetime):
        return _number(place, value, _MOMENT) if value.date() >= _FIRST_DAY else _text(place, value.isoformat(), style)
    if isinstance(value, date):
        return _number(place, value, _DATE) if value >= _FIRST_DAY else _text(place, value.isoformat(), style)
    if isinstance(value, timedelta):
        return _number(place, value, _LENGTH)
    if isinstance(value, time):
        return _number(place, value, _TIME)
    return _text(place, str(value), style)


def _number(place: str, value: date | time | timedelta, style: int) -> str:
    return f'<c r="{place}" s="{style}"><v>{to_excel(value)!r}</v></c>'  # type: ignore[no-untyped-call]


def _text(place: str, value: str, style: int) -> str:
    if not (value.isascii() and value.isprintable()):
        value = ILLEGAL.sub("", value)
    value = escape(value[:LONGEST])
    if "_x" in value:
        value = _ESCAPED.sub("_x005F_", value)
    if "\r" in value:
        value = value.replace("\r", "&#13;")
    if not style and value.startswith(FORMULA):
        style = 1
    return f'<c r="{place}" t="inlineStr"{_styled(style)}><is><t xml:space="preserve">{value}</t></is></c>'


def _styled(style: int) -> str:
    return f' s="{style}"' if style else ""
