"""SIC 2007 codes: five digits, from the condensed list used by Companies House. Pure."""

import re
from functools import cache, lru_cache

from pledge.suppliers.words.data_files import read_table
from pledge.suppliers.words.findings import NOTHING, Finding, Parsed, is_blank

_CODE = re.compile(r"(?<![0-9])(?:[0-9]{4,5}|[0-9]{2}\.[0-9]{2}(?:[./][0-9])?)(?![0-9])")


@cache
def sic_names() -> dict[str, str]:
    """Return what each five-digit code stands for."""
    return {row["sic_code"]: row["description"] for row in read_table("sic2007")}


@lru_cache(4096)
def parse_sic(text: str) -> Parsed[tuple[str, ...]]:
    """Read one code or several (“43390 - Other building completion; 43310”) into five-digit codes.

    Four digits get back the zero a spreadsheet ate (1110 → 01110) or the zero of a class without subclasses
    (4339 → 43390).
    """
    names = sic_names()
    if text in names:
        return (text,), None
    if is_blank(text):
        return NOTHING
    codes: list[str] = []
    mended = ""
    for found in _CODE.findall(text):
        digits = found.replace(".", "").replace("/", "")
        guesses = [digits] if len(digits) == 5 else [f"0{digits}", f"{digits}0"]
        code = next((guess for guess in guesses if guess in names), None)
        if code is None:
            return None, Finding("sic-unknown", found)
        if code != digits:
            mended = code
        codes.append(code)
    if not codes:
        return None, Finding("sic-unknown", text)
    return tuple(dict.fromkeys(codes)), Finding("sic-completed", mended) if mended else None
