"""Answers from a short list (yes or no, labour used) and dates, as people type them. Pure."""

import datetime
import re
from functools import lru_cache

from pledge.suppliers.words.findings import NOTHING, Finding, Parsed, is_blank
from pledge.suppliers.words.text import fold, words

LABOUR = ("employees", "agency", "subcontract", "mixed", "unknown")

_YES = words("yes|y|true|t|1|✓|✔|yep|always|often|sometimes|partly|some|regularly")
_NO = words("no|n|false|f|0|none|never|nil|✗|✘")

# The first words that fit decide; words of two kinds make it mixed.
_LABOUR_WORDS = {
    "employees": r"employ\w*|staff|own|direct\w*|paye|permanent|in house|inhouse|salaried",
    "agency": r"agency|agencies|temps?|temporary|labour providers?|gangmasters?|umbrella",
    "subcontract": r"sub\s?contract\w*|contractors?|self employed|freelanc\w*|cis|sole traders?|gig",
    "mixed": r"mix\w*|both|combination|various",
}
_LABOUR = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _LABOUR_WORDS.items()}

_DATE_SHAPES = (
    "%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y",
    "%d %b %y", "%Y/%m/%d", "%b %Y", "%B %Y", "%m/%Y", "%Y-%m", "%b-%y", "%b-%Y",
)  # fmt: skip


@lru_cache(1024)
def parse_yes_no(text: str) -> Parsed[bool]:
    """Read yes or no. “Sometimes” is yes, because somebody then does."""
    answer = fold(text) or text
    if answer in _YES:
        return True, None
    if answer in _NO:
        return False, None
    return NOTHING if is_blank(text) else (None, Finding("yes-no-unclear"))


@lru_cache(1024)
def parse_labour(text: str) -> Parsed[str]:
    """Read whose workers do the work: one of ``LABOUR``; nothing said is None."""
    if is_blank(text):
        return ("unknown", None) if text and text not in "-?" else NOTHING
    folded = fold(text)
    kinds = [kind for kind, words in _LABOUR.items() if words.search(_hide(kind, folded))]
    if not kinds:
        return None, Finding("labour-unclear")
    return (kinds[0], None) if len(kinds) == 1 else ("mixed", None)


def _hide(kind: str, folded: str) -> str:
    # “Agency staff” and “temporary employees” are not a firm's own people; “self employed” is not employed.
    if kind != "employees":
        return folded
    return re.sub(r"\b(?:agency|temp|temporary|self|contract|sub ?contract\w*) (?:staff|employ\w*)", "", folded)


@lru_cache(4096)
def parse_date(text: str) -> Parsed[datetime.date]:
    """Read a date, day before month as in the UK; a month without a day is its first day."""
    if is_blank(text):
        return NOTHING
    candidate = re.sub(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", "", text)
    candidate = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", candidate).replace(",", "")
    for shape in _DATE_SHAPES:
        try:
            date = datetime.datetime.strptime(candidate, shape).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
        return (date, None) if 1990 <= date.year <= 2100 else (None, Finding("date-unclear"))
    return None, Finding("date-unclear")
