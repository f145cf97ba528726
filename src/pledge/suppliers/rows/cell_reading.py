"""One cell and the field it stands for → a value, and everything there is to say about it. Pure."""

import re
from collections.abc import Callable
from typing import Any

from pledge.suppliers.reading.frames import Cell
from pledge.suppliers.rows.codes import NAME_CHARACTERS, TEXT_CHARACTERS
from pledge.suppliers.words.choices import parse_date, parse_labour, parse_yes_no
from pledge.suppliers.words.company_numbers import parse_company_number
from pledge.suppliers.words.contacts import parse_email, parse_postcode, parse_website
from pledge.suppliers.words.countries import parse_countries, parse_country
from pledge.suppliers.words.findings import NOTHING, Finding, is_blank
from pledge.suppliers.words.money import parse_money
from pledge.suppliers.words.sic import parse_sic
from pledge.suppliers.words.text import clean, fold, has_hidden, words

_ERRORS = words("#N/A|#REF!|#VALUE!|#NAME?|#DIV/0!|#NUM!|#NULL!|#SPILL!|#CALC!|#FIELD!")
_NO_NAMES = words(
    "redacted|redacted personal data|redacted name|name redacted|personal data|"
    "personal data redacted|withheld|name withheld|various|various suppliers|third party|"
    "third party supplier|sundry|sundries|sundry suppliers|sundry supplier|miscellaneous|misc|"
    "unknown supplier|others|other suppliers|supplier|supplier name|true|false|individual|"
    "private individual|not disclosed|confidential|anonymous|no name|name"
)
TOTALS = words("total|totals|grand total|sub total|sub-total|subtotal|overall total|sum|total spend")


def _read_text(text: str) -> tuple[str | None, Finding | None]:
    if is_blank(text):
        return NOTHING
    return (text, None) if len(text) <= TEXT_CHARACTERS else (text[:TEXT_CHARACTERS], Finding("text-too-long"))


def _read_name(text: str) -> tuple[str | None, Finding | None]:
    if not text:
        return None, Finding("name-missing")
    if len(text) > NAME_CHARACTERS:
        return None, Finding("name-too-long")
    if len(text) < 24 and (is_blank(text) or fold(text) in _NO_NAMES):
        return None, Finding("name-placeholder")
    if not text.isalpha() and not any(map(str.isalpha, text)):
        return None, Finding("name-no-letters")
    return text, None


# In the order of SupplierRow's attributes.
READERS: dict[str, Callable[[str], tuple[Any, Finding | None]]] = {
    "name": _read_name,
    "goods_or_service": _read_text,
    "company_number": parse_company_number,
    "sic_code": parse_sic,
    "country_of_supply": parse_country,
    "country_of_origin": parse_countries,
    "spend": parse_money,
    "labour": parse_labour,
    "on_site": parse_yes_no,
    "subcontracts": parse_yes_no,
    "licence_number": _read_text,
    "town": _read_text,
    "postcode": parse_postcode,
    "email": parse_email,
    "website": parse_website,
    "reference": _read_text,
    "last_checked": parse_date,
    "owner": _read_text,
}
EMPTY: dict[str, tuple[str, ...]] = {"sic_code": (), "country_of_origin": ()}

# Values that need no reading: they are kept as they are, and there is nothing to say about them.
TIDY = {
    "name": re.compile(
        r"(?=.{4,199}\Z)[A-Za-z0-9][!-~]*(?: [!-~]+)* (?:Ltd|LTD|Limited|LIMITED|Plc|PLC|plc|LLP|Llp|Inc|CIC)\.?"
    ).fullmatch,
    "company_number": re.compile(r"[0-9]{8}").fullmatch,
    "postcode": re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}").fullmatch,
    "email": re.compile(
        r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9]{1,31}(?:-[A-Za-z0-9]{1,31})?\.){1,3}[A-Za-z]{2,24}"
    ).fullmatch,
    "reference": re.compile(r"(?=[A-Za-z/.-]{0,30}[0-9])[A-Za-z0-9/.-]{1,100}").fullmatch,
    "licence_number": re.compile(r"(?=[A-Za-z/.-]{0,30}[0-9])[A-Za-z0-9/.-]{1,100}").fullmatch,
}
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,2})?")

# The value of a cell and what there is to say about it.
Read = tuple[Any, tuple[Finding, ...]]


def read_cell(field: str, cell: Cell) -> Read:
    """Return the value that a cell gives a field (None, or an empty tuple, when none) and every finding about it."""
    empty = EMPTY.get(field)
    if cell is None or (isinstance(cell, str) and cell.startswith("#") and cell.strip() in _ERRORS):
        lost = Finding("formula-not-calculated" if cell is None else "cell-error")
        return empty, (lost, Finding("name-missing")) if field == "name" else (lost,)
    text = clean(cell)
    value, finding = parse_money(cell) if field == "spend" and isinstance(cell, float) else READERS[field](text)
    findings: tuple[Finding, ...] = (finding,) if finding else ()
    if not text.isascii() and "\ufffd" in text:
        findings += (Finding("broken-characters"),)
    if has_hidden(cell):
        findings += (Finding("hidden-characters"),)
    return empty if value is None else value, findings
