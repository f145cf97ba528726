"""Which characters the fonts of PDFs have, and what is printed for one that none has: its code point.

PDF/UA has no place for a character without a glyph: typst refuses the whole file for one. Reading only, but pure.
"""

import mmap
import re
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pledge.resources import resource

# Characters that join or shape others and are not drawn: a font need not have them.
_INVISIBLE = frozenset("\t\n\u200c\u200d\u2060\u2068\u2069\ufe0e\ufe0f")


class Covered:
    """The characters of a font as ranges: the first of each, and the last of each, in order."""

    def __init__(self, firsts: Sequence[int], lasts: Sequence[int]) -> None:
        self.firsts, self.lasts = firsts, lasts

    def has(self, char: str) -> bool:
        """Return whether the font has a glyph for this character."""
        code = ord(char)
        place = bisect_right(self.firsts, code) - 1
        return place >= 0 and code <= self.lasts[place]


def folder() -> Path:
    """Return where the fonts are."""
    return resource("fonts")


@cache
def fonts() -> tuple[Covered, ...]:
    """Return what each font has in its regular weight."""
    return tuple(_covered(path) for path in sorted(folder().glob("*_400Regular.ttf")))


def printable(text: str) -> str:
    """Return a text with “U+1F9A6” in place of each character that would have no glyph.

    A mark goes onto the letter before it only where one font has both.
    """
    chars = set(text)
    joined = {char for char in chars if char in _INVISIBLE or unicodedata.category(char)[0] == "M"}
    missing = {char for char in chars - joined if not any(font.has(char) for font in fonts())}
    if joined - {"\n", "\t"} or missing:
        signs = "".join(map(re.escape, sorted(joined)))
        clusters = rf"(?s:.)[{signs}]+" if signs else "(?!)"
        text = re.sub(
            rf"{clusters}|[{''.join(map(re.escape, sorted(missing)))}\0]", lambda found: _shown(found[0]), text
        )
    return text


def plainest(text: str) -> str:
    """Return a text of ASCII alone, with “U+00E9” for every other character: what can always be printed."""
    return "".join(char if char.isascii() else _code(char) for char in text)


def _shown(cluster: str) -> str:
    signs = [char for char in cluster if char not in _INVISIBLE]
    if any(all(font.has(char) for char in signs) for font in fonts()):
        return cluster
    alone = (unicodedata.category(char)[0] != "M" and any(font.has(char) for font in fonts()) for char in signs)
    return "".join(char if there else _code(char) for char, there in zip(signs, alone, strict=True))


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _covered(path: Path) -> Covered:
    """Return the characters of a TrueType font, by its table “cmap” in the format 12 or 4."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as font:
        (tables,) = struct.unpack_from(">H", font, 4)
        entries = (struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(tables))
        cmap = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
        (many,) = struct.unpack_from(">H", font, cmap + 2)
        starts = [cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)[2] for number in range(many)]
        formats = {struct.unpack_from(">H", font, start)[0]: start for start in starts}
        if 12 in formats:
            (groups,) = struct.unpack_from(">I", font, formats[12] + 12)
            triples = struct.unpack_from(f">{3 * groups}I", font, formats[12] + 16)
            return Covered(triples[::3], triples[1::3])
        start = formats[4]
        count = struct.unpack_from(">H", font, start + 6)[0] // 2
        lasts = struct.unpack_from(f">{count}H", font, start + 14)
        return Covered(struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)[:-1], lasts[:-1])
