"""Text files with rows and cells (CSV): which encoding, which mark between cells. Runs in the reading process.

The rules come from 103 published spend files, nine in ten of which are not UTF-8.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pledge.suppliers.reading import limits
from pledge.suppliers.reading.frames import Row
from pledge.suppliers.reading.refusals import FileRefused

_DELIMITERS = ",;\t|"
_SAMPLE = 65_536
# Byte 9C is £ in the DOS code page 850 and œ in Windows: it is £ where it stands before a number or in brackets.
_DOS_POUND = re.compile(rb"\x9c ?[0-9(]|[(0-9] ?\x9c")
_END = "\x00end of file\x00"


def find_encoding(data: bytes) -> str:
    """Return utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, cp850 or cp1252."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:_SAMPLE]
    if head.count(0) * 10 > len(head):
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.start > 0 and not data[: error.start].isascii():
            return "utf-8"  # cut in the middle of its last character
    else:
        return "utf-8"
    if b"\xa3" not in data and (_DOS_POUND.search(data) or not _decodes(data, "cp1252")):
        return "cp850"
    return "cp1252"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def find_delimiter(sample: str) -> str:
    """Return the mark that cuts the sample into the most even rows: comma, semicolon, tab or bar."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row][:60]
        except csv.Error:
            continue
        width, times = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        score = times / len(rows) * min(width, 12) ** 0.5 if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


class Delimited:
    """A text file opened as one sheet.

    Raises FileRefused while its rows are read when a quotation mark never closes.
    """

    def __init__(self, data: bytes) -> None:
        self.encoding = find_encoding(data)
        self._file = io.TextIOWrapper(io.BytesIO(data), self.encoding, errors="replace", newline="")
        first = self._file.readline()
        if match := re.fullmatch(r'"?sep=(.)"?[\r\n]*', first, re.IGNORECASE):
            self.delimiter = match[1]  # Excel reads this line and does not show it
            sample = self._file.read(_SAMPLE)
        else:
            sample = first + self._file.read(_SAMPLE)
            self.delimiter = find_delimiter(sample[: max(len(first), sample.rfind("\n"), sample.rfind("\r")) + 1])
        self._spaced = f'{self.delimiter} "' in sample
        self._file.seek(0)
        if match:
            self._file.readline()

    def rows(self) -> Iterator[Row]:
        """Yield the rows as Excel numbers them: a quoted cell may hold line ends."""
        csv.field_size_limit(limits.CELL_CHARACTERS)
        reader = csv.reader(self._lines(), delimiter=self.delimiter, skipinitialspace=self._spaced)
        number = 0
        try:
            for number, row in enumerate(reader, 1):
                if row and row[-1].endswith(_END):
                    if row == [_END]:
                        return
                    raise FileRefused("unclosed-quote", f"Row {number}")
                yield row  # type: ignore[misc]
        except csv.Error:
            raise FileRefused("cell-too-long", f"Row {number + 1}") from None

    def _lines(self) -> Iterable[str]:
        yield from self._file
        yield _END
