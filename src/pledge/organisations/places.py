"""Where an organisation is: its postcode gives its district, and districts group into areas.

The table of postcodes is a sorted file of fixed-width lines. It is held as it is and searched by halving,
so that starting costs the reading of one file and no more.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from pledge.organisations.reference import Ends, ReferenceDataError, Slug, Source, Text, Url, read

OUTSIDE = "outside"
"""The district and the area of every organisation that is not in one of our districts. They are welcome."""

DATA = Path(__file__).parent / "data"
DISTRICTS = DATA / "districts.yaml"
POSTCODES = DATA / "postcodes.csv"

# pcd7 (outward padded to four, then inward), district code, easting and northing in 100 m
LINE = "{postcode:7},{district:9},{easting:04},{northing:04}\n"
HEADER = b"postcode,district,easting_100m,northing_100m\n"
_WIDTH = len(LINE.format(postcode="", district="", easting=0, northing=0))

# The shapes that a UK postcode can have, tried on all 2.7 million of the ONS directory of November 2025:
# only GIR 0AA and withdrawn codes (NPT, W1M, W1N, W1R, W1V, W1X, W1Y) do not fit.
_OUTWARD = re.compile(
    r"[A-PR-UWYZ](\d|[1-9]\d|[A-HK-Y]\d|[A-HK-Y][1-9]\d|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY])", re.ASCII
)
_INWARD = re.compile(r"\d[ABD-HJLNP-UW-Z]{2}", re.ASCII)
_SHAPES = ("A9", "A99", "AA9", "AA99", "A9A", "AA9A")
_TO_LETTER = str.maketrans("01", "OI")
_TO_DIGIT = str.maketrans("OI", "01")


class PostcodeError(ValueError):
    """What was typed has not the shape of a UK postcode; the message is for the person who typed it."""


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of districts: the coarser level that figures fall back to."""

    id: Slug
    name: Text


class District(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A local authority district. ``code`` is the code of the Office for National Statistics."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]\d{8}$", description="a code like E07000122")]
    name: Text
    area: Slug


class Districts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A partnership's districts, in the order to show them. ``outside`` is the name of everywhere else.

    ``ends`` is the day or the month with which these councils stop being, where that is known already.
    """

    outside: Text
    areas: tuple[Area, ...]
    districts: tuple[District, ...]
    ends: Ends | None = None

    def __post_init__(self) -> None:
        ids = [area.id for area in self.areas]
        codes = [district.code for district in self.districts]
        if wrong := {district.area for district in self.districts} - set(ids):
            raise ValueError(f"No area has the id {', '.join(sorted(wrong))}.")
        if OUTSIDE in ids + codes:
            raise ValueError(f"“{OUTSIDE}” stands for everywhere else; choose another id.")
        if len(set(ids)) < len(ids) or len(set(codes)) < len(codes):
            raise ValueError("Two areas have one id, or two districts one code.")


class Licence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Under what terms data may be used."""

    name: Text
    url: Url


class PostcodeSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the table of postcodes was made from. ``attribution`` must be shown wherever the table is used."""

    edition: Text
    package: Text
    source: Source
    licence: Licence
    attribution: tuple[Text, ...]
    rows: int
    sha256: Text


class Place(NamedTuple):
    """Where a postcode (written as on a letter) is; ``district`` and ``area`` may be ``OUTSIDE``.

    ``doubtful``: the table has others with this outward code, but not this postcode. It may be newer than the
    table, mistyped, or across the border: show it, and let the person choose.
    """

    postcode: str
    district: str
    area: str
    doubtful: bool = False


class Position(NamedTuple):
    """A point on the British National Grid, in metres: the middle of the 100 m square of a postcode."""

    easting: int
    northing: int


def normalise(typed: str) -> str:
    """Return a postcode as on a letter (``PR1 2AB``), whatever its spaces, dots and case, or O for 0, I for 1.

    Raises PostcodeError with a sentence for the person when it has not the shape of a UK postcode.
    """
    text = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", typed[:100])).upper()
    if not text:
        raise PostcodeError("Enter your postcode.")
    outward, inward = text[:-3], text[-3:-2].translate(_TO_DIGIT) + text[-2:]
    if _INWARD.fullmatch(inward):
        for reading in (outward, *_readings(outward)):
            if _OUTWARD.fullmatch(reading):
                return f"{reading} {inward}"
    shown = " ".join(typed[:100].split())
    raise PostcodeError(f"“{shown[:20]}” is not a full UK postcode. Enter one like AA3 1AB.")


def _readings(outward: str) -> Iterable[str]:
    """Yield what was meant by an outward code if O and 0, or I and 1, were swapped."""
    for shape in _SHAPES:
        if len(shape) == len(outward):
            yield "".join(
                character.translate(_TO_LETTER if kind == "A" else _TO_DIGIT)
                for character, kind in zip(outward, shape, strict=True)
            )


def table_line(postcode: str, district: str, easting: float, northing: float) -> str:
    """Return one line of the table for a postcode as on a letter and a position in metres."""
    outward, inward = postcode.split()
    return LINE.format(
        postcode=f"{outward:4}{inward}",
        district=district,
        easting=int(easting // 100),
        northing=int(northing // 100),
    )


class Gazetteer:
    """The districts and areas of one partnership, and the postcodes in them."""

    def __init__(self, districts: Districts, table: bytes) -> None:
        """Take the bytes of a table as ``table_line`` writes it; ValueError if they are not one."""
        if not table.startswith(HEADER) or (len(table) - len(HEADER)) % _WIDTH:
            raise ValueError("This is not a table of postcodes as docs/data/make_postcodes.py writes it.")
        self.areas = districts.areas
        self.districts = districts.districts
        self._outside = districts.outside
        self._by_code = {district.code: district for district in districts.districts}
        self._area_names = {area.id: area.name for area in districts.areas}
        self._table = table
        self._rows = range((len(table) - len(HEADER)) // _WIDTH)

    def place(self, typed: str) -> Place:
        """Return where a postcode is, however it was typed. Raises PostcodeError when it cannot be one."""
        postcode = normalise(typed)
        row, near = self._find(postcode)
        if not row:
            return Place(postcode, OUTSIDE, OUTSIDE, doubtful=near)
        return Place(postcode, row[1], self.area_of(row[1]))

    def position(self, typed: str) -> Position | None:
        """Return where a postcode lies, or None outside the area. Raises PostcodeError as ``place`` does."""
        row, _ = self._find(normalise(typed))
        return Position(int(row[2]) * 100 + 50, int(row[3]) * 100 + 50) if row else None

    def postcodes(self) -> dict[str, list[str]]:
        """Return every postcode of each district, in order, as on a letter."""
        found: dict[str, list[str]] = {}
        for row in self._rows:
            postcode, district, *_ = self._line(row).decode("ascii").split(",")
            found.setdefault(district, []).append(f"{postcode[:4].strip()} {postcode[4:]}")
        return found

    def area_of(self, district: str) -> str:
        """Return the id of a district's area, or ``OUTSIDE`` for any code that is not one of ours."""
        found = self._by_code.get(district)
        return found.area if found else OUTSIDE

    def district_name(self, code: str) -> str:
        """Return what to call a district on a page."""
        found = self._by_code.get(code)
        return found.name if found else self._outside

    def area_name(self, area: str) -> str:
        """Return what to call an area on a page."""
        return self._area_names.get(area, self._outside)

    def _find(self, postcode: str) -> tuple[list[str], bool]:
        """Return the postcode's fields in the table, if any, and whether its outward code is in the table."""
        outward, inward = postcode.split()
        prefix = f"{outward:4}".encode()
        key = prefix + inward.encode()
        row = bisect_left(self._rows, key, key=lambda row: self._line(row)[:7])
        line = self._line(row)
        if line[:7] == key:
            return line.decode("ascii").strip().split(","), True
        return [], prefix in (line[:4], self._line(row - 1)[:4])

    def _line(self, row: int) -> bytes:
        start = len(HEADER) + row * _WIDTH
        return self._table[start : start + _WIDTH]


@cache
def gazetteer(districts: Path = DISTRICTS, postcodes: Path = POSTCODES) -> Gazetteer:
    """Return the gazetteer of a partnership's two files, read once.

    Raises ReferenceDataError naming the file and what is wrong with it.
    """
    named = read(districts, Districts)
    try:
        return Gazetteer(named, postcodes.read_bytes())
    except OSError as error:
        raise ReferenceDataError(postcodes, [f"The file cannot be read: {error.strerror}."]) from None
    except ValueError as error:
        raise ReferenceDataError(postcodes, [str(error)]) from None


@cache
def postcode_source(postcodes: Path = POSTCODES) -> PostcodeSource:
    """Return what a table of postcodes was made from, with the words to show beside its results.

    It lies beside the table, with the suffix ``.yaml``. Raises ReferenceDataError for a bad file.
    """
    return read(postcodes.with_suffix(".yaml"), PostcodeSource)
