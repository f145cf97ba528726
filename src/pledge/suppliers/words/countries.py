"""Names, codes and nicknames of countries → ISO 3166-1 alpha-2. Pure.

The names in ``data/countries.csv`` are those of ISO 3166-1 (and XK for Kosovo), with the other names that
people and the goods list use. England, Scotland, Wales and Northern Ireland are GB.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from pledge.suppliers.words.data_files import read_table
from pledge.suppliers.words.findings import NOTHING, Finding, Parsed, is_blank
from pledge.suppliers.words.text import fold, words

HOME = "GB"

_LISTED = re.compile(r"[;,/|\n]")
_SEVERAL = re.compile(r"[;,/|+&\n]| and | or ", re.IGNORECASE)
_NOT_ONE = words(
    "various|various countries|multiple|multiple countries|several|many|mixed|worldwide|"
    "global|international|eu|europe|european union|asia|africa|far east|south east asia|"
    "overseas|abroad|eea|rest of world"
)


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    by_key: dict[str, str] = {}
    names: dict[str, str] = {}
    for row in read_table("countries"):
        code = row["code"]
        names[code] = row["name"]
        for name in (code, row["alpha3"], row["name"], *row["aliases"].split("|")):
            if key := _key(name):
                by_key.setdefault(key, code)
    return by_key, names


def _key(name: str) -> str:
    key = fold(name)
    if len(key) > 3 and all(len(word) == 1 for word in key.split()):
        key = key.replace(" ", "")  # U.A.E.
    return key.removeprefix("the ")


def country_names() -> dict[str, str]:
    """Return every country's plain English name by its two-letter code, in the order of the codes."""
    return dict(_tables()[1])


def country_name(code: str) -> str:
    """Return the plain English name of a two-letter code."""
    return _tables()[1][code]


def find_country(name: str) -> str | None:
    """Return the two-letter code of a country's name, code or nickname, or None when we do not know it."""
    return _tables()[0].get(_key(name))


@lru_cache(4096)
def parse_country(text: str) -> Parsed[str]:
    """Read one country. Several of them, or a continent, are no country: the value is left out with a warning."""
    if code := find_country(text):
        # “NA” is far more often “not applicable” than Namibia.
        return NOTHING if text.upper() == "NA" else (code, None)
    if is_blank(text):
        return NOTHING
    if fold(text) in _NOT_ONE or len(_several(text)) > 1:
        return None, Finding("country-several")
    return None, Finding("country-unknown", _suggest(text))


@lru_cache(4096)
def parse_countries(text: str) -> Parsed[tuple[str, ...]]:
    """Read where goods are made: one country, or several with commas, slashes or “and” between them."""
    if codes := _several(text):
        return codes, None
    code, finding = parse_country(text)
    return ((code,) if code else None), finding


def _several(text: str) -> tuple[str, ...]:
    """Return the codes when every part names a country, else nothing."""
    if find_country(text):
        return ()
    for separator in (_LISTED, _SEVERAL):  # “Trinidad and Tobago, Ghana” are two
        parts = [part.strip() for part in separator.split(text) if part.strip()]
        codes = [code for part in parts if (code := find_country(part))]
        if len(parts) > 1 and len(codes) == len(parts):
            return tuple(dict.fromkeys(codes))
    return ()


def country_list(codes: Iterable[str]) -> str:
    """Return countries as people write them, so that ``parse_countries`` reads the same codes."""
    given = tuple(codes)
    text = ", ".join(map(country_name, given))
    # The names of some hold a comma, and “Hong Kong, China” is one.
    return text if parse_countries(text)[0] == (given or None) else ", ".join(given)


def _suggest(text: str) -> str:
    from rapidfuzz import fuzz, process  # slow to import, and needed only for a misspelt name

    by_key, names = _tables()
    known = [key for key in by_key if len(key) > 3]
    found = process.extractOne(_key(text), known, scorer=fuzz.ratio, score_cutoff=80)
    return names[by_key[found[0]]] if found else ""
