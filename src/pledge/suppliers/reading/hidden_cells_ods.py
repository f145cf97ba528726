"""Error cells and formulas without a value in an OpenDocument spreadsheet (see ``hidden_cells``).

Runs in the reading process. Only a sheet with a formula is parsed a second time, by expat with its own guard
against entity bombs.
"""

from collections.abc import Callable
from typing import BinaryIO
from xml.parsers import expat

from pledge.suppliers.reading import limits
from pledge.suppliers.reading.emitting import Suspects
from pledge.suppliers.reading.zip_parts import read_directory, unpack


def in_ods_sheet(file: BinaryIO, index: int) -> Callable[[], Suspects]:
    """Return a function that finds the suspects in sheet ``index`` (in the order of the workbook)."""

    def find() -> Suspects:
        part = next((part for part in read_directory(file) if part.name == "content.xml"), None)
        if part is None or not any(b"formula" in block for block in unpack(file, part)):
            return {}
        search = _Search(index)
        try:
            for block in unpack(file, part):
                search.parser.Parse(block)
        except expat.ExpatError:  # the reader has accepted the file: keep what was found
            pass
        return search.found

    return find


class _Search:
    """Counts rows and cells, with their repetitions, and looks at the cells that hold a formula."""

    def __init__(self, index: int) -> None:
        self.found: Suspects = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._index = index
        self._table = -1
        self._row = self._row_end = 0
        self._column = 0
        self._shown: list[str] | None = None  # the text of an error cell, while we are inside it

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "table":
            self._table += 1
            self._row = self._row_end = 0
        elif self._table != self._index:
            return
        elif kind == "table-row":
            self._row = self._row_end + 1
            self._row_end += _repeated(attributes, "table:number-rows-repeated")
            self._column = 0
        elif kind in ("table-cell", "covered-table-cell"):
            if "table:formula" in attributes and self._column < limits.COLUMNS:
                if attributes.get("calcext:value-type") == "error":
                    self._shown = []
                    self.found.setdefault(self._row, {})[self._column] = "#N/A"
                elif "office:value-type" not in attributes:
                    self.found.setdefault(self._row, {})[self._column] = None
            self._column += _repeated(attributes, "table:number-columns-repeated")

    def _end(self, name: str) -> None:
        if self._shown is not None and name.endswith("table-cell"):
            text = "".join(self._shown).strip()
            last = max(self.found[self._row])
            if text.startswith("#"):
                self.found[self._row][last] = text
            self._shown = None

    def _text(self, text: str) -> None:
        if self._shown is not None:
            self._shown.append(text)


def _repeated(attributes: dict[str, str], name: str) -> int:
    times = attributes.get(name, "1")
    return int(times) if times.isdigit() and len(times) < 8 else 1
