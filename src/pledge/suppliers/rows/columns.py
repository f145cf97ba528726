"""What each column of a sheet is: proposed by a saved choice, the heading, a similar heading, or the values. Pure."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import msgspec

from pledge.suppliers.reading.frames import Cell, Row
from pledge.suppliers.rows.fields import FIELD_BY_NAME
from pledge.suppliers.rows.headers import heading_keys, heading_table, is_number_like
from pledge.suppliers.words.company_numbers import parse_company_number
from pledge.suppliers.words.contacts import parse_email, parse_postcode, parse_website
from pledge.suppliers.words.countries import find_country
from pledge.suppliers.words.findings import is_blank
from pledge.suppliers.words.money import parse_money
from pledge.suppliers.words.normalise import has_legal_form
from pledge.suppliers.words.text import clean, shown, words

SAMPLES = 5
SIMILAR = 85  # rapidfuzz ratio from which two headings are the same but for spelling
_ROWS_LOOKED_AT = 100

# Headings of other things that look like ours, or that say clearly what they are.
_OTHER_THINGS = words(
    "contact name|contact|contact person|first name|last name|surname|forename|bank name|product name|"
    "project name|employee name|department|department name|department area|service area|"
    "service cost centre|cost centre|cost center|directorate|county|region|state|date|payment date|"
    "invoice date|invoice no|invoice number|invoice|transaction number|transaction no|transaction date|"
    "vat number|vat no|vat|vat amount|tax|phone|telephone|mobile|tel|fax|address|address 1|"
    "address 2|street|line|line no|qty|quantity|currency|status|notes|comments|month|year|period|"
    "sort code|account sort code|bank account|lat|lng|latitude|longitude|body name|body|"
    "organisation code|po number|order number|vat registration number|contract number|contract title|"
    "contract start|contract end|voucher number"
)


class Column(msgspec.Struct, frozen=True):
    """One column as it is proposed. ``how``: saved, heading, similar, values, or "" when ``field`` is None."""

    index: int
    letter: str
    heading: str
    field: str | None
    how: str
    samples: tuple[str, ...]


def column_letter(index: int) -> str:
    """Return Excel's letters for a column, from 0: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(1024)
def column_index(cell: str) -> int:
    """Return the column, from 0, of Excel’s letters or of a cell’s address."""
    place = 0
    for letter in cell.rstrip("0123456789"):
        place = place * 26 + ord(letter) - 64
    return place - 1


def propose(headings: Sequence[str], rows: Sequence[Row], saved: Mapping[int, str] | None = None) -> list[Column]:
    """Propose a field for each column of a sheet, given its headings (perhaps none) and the rows below them.

    ``saved`` maps column indexes to fields as a member confirmed them for this header before; it wins.
    Each field is proposed once. A heading alone does not win against values that contradict it.
    """
    width = max([len(headings), *(len(row) for row in rows)], default=0)
    headings = [*headings, *[""] * (width - len(headings))]
    values = [_values(rows, index) for index in range(width)]
    chosen: dict[int, tuple[str | None, str]] = {}
    if saved is not None:
        chosen = {index: (field, "saved") for index, field in saved.items() if index < width}
    else:
        claims = [
            claim
            for index, heading in enumerate(headings)
            for claim in _claims(index, heading, values[index], any(headings))
        ]
        for _, index, claimed, by in sorted(claims, key=lambda claim: (-claim[0], claim[1])):
            if index not in chosen and claimed not in {name for name, _ in chosen.values()}:
                chosen[index] = claimed, by
    columns = []
    for index, heading in enumerate(headings):
        field, how = chosen.get(index, (None, ""))
        samples = tuple(dict.fromkeys(shown(cell, 60) for cell in values[index]))[:SAMPLES]
        columns.append(Column(index, column_letter(index), heading, field, how, samples))
    return columns


def _values(rows: Sequence[Row], index: int) -> list[Cell]:
    cells = (row[index] for row in rows[:_ROWS_LOOKED_AT] if index < len(row))
    return [cell for cell in cells if cell is not None and not is_blank(clean(cell))]


def _claims(index: int, heading: str, values: list[Cell], any_headings: bool) -> list[tuple[float, int, str, str]]:
    """Return (strength, column, field, how) for each field that a column may be."""
    keys = heading_keys(heading) if heading else ()
    table = heading_table()
    claims: list[tuple[float, int, str, str]] = []
    for penalty, key in enumerate(keys):
        for field, rank in table.get(key, ()):
            if not _contradicted(field, values):
                claims.append((3000.0 - rank - penalty / 2, index, field, "heading"))
    if claims or any(key in _OTHER_THINGS for key in keys):
        return claims
    if found := _similar(keys):
        field, ratio = found
        if not _contradicted(field, values):
            claims.append((2000.0 + ratio, index, field, "similar"))
    claims += [(1000.0 + share, index, field, "values") for field, share in _by_values(values, any_headings)]
    return claims


def _similar(keys: Sequence[str]) -> tuple[str, float] | None:
    from rapidfuzz import fuzz, process  # slow to import, and often not needed

    table = heading_table()
    for key in keys:
        if len(key) >= 5 and (found := process.extractOne(key, table.keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR)):
            return table[found[0]][0][0], found[1]
    return None


def _share(values: Sequence[Cell], test: Callable[[Cell], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _contradicted(field: str, values: list[Cell]) -> bool:
    """Say whether (nearly) no value of a column can be what its heading says."""
    if len(values) < 5:
        return False
    if field == "name":
        return _share(values, is_number_like) > 0.9
    test = {"spend": _is_money, "country_of_supply": _is_country, "country_of_origin": _is_country}.get(field)
    if field in ("goods_or_service", "town", "owner"):
        return _share(values, is_number_like) > 0.9
    return test is not None and _share(values, test) < 0.1


def _by_values(values: list[Cell], any_headings: bool) -> list[tuple[str, float]]:
    """Return the fields that the values alone speak for. Plain numbers speak only where there are no headings."""
    if len(values) < 3:
        return []
    tests: list[tuple[str, Callable[[Cell], bool], float]] = [
        ("postcode", lambda cell: parse_postcode(clean(cell))[0] is not None, 0.7),
        ("email", lambda cell: "@" in clean(cell) and parse_email(clean(cell))[0] is not None, 0.7),
        ("website", lambda cell: parse_website(clean(cell))[0] is not None, 0.7),
        ("country_of_supply", _is_country, 0.8),
        ("name", lambda cell: not is_number_like(cell) and has_legal_form(clean(cell)), 0.25),
    ]
    if not any_headings:
        tests += [
            ("company_number", _is_company_number, 0.8),
            ("spend", lambda cell: _is_money(cell) and "." in clean(cell), 0.5),
        ]
    return [(field, 100 * share) for field, test, least in tests if (share := _share(values, test)) >= least]


def _is_money(cell: Cell) -> bool:
    return parse_money(cell if isinstance(cell, float) else clean(cell))[0] is not None


def _is_country(cell: Cell) -> bool:
    return find_country(clean(cell)) is not None


def _is_company_number(cell: Cell) -> bool:
    text = clean(cell)
    return len(text) == 8 and parse_company_number(text)[0] is not None


def missing_required(columns: Sequence[Column]) -> list[str]:
    """Return the fields that a list must have and that no column was found for."""
    found = {column.field for column in columns}
    return [name for name, field in FIELD_BY_NAME.items() if field.required and name not in found]
