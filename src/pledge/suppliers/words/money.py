"""Amounts of money as people type them → whole pence. Pure."""

import re
from decimal import ROUND_HALF_UP, Decimal

from pledge.suppliers.words.findings import NOTHING, Finding, Parsed, is_blank

# A trillion pounds: more is a mistake, and would not fit the database's integers when summed.
_LARGEST = 10**14

_PLAIN = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,2})?")
_CURRENCY = re.compile(r"€|\$|¥|₹|\b(?:EUR|USD|CNY|RMB|INR|JPY|CHF|AUD|CAD|PLN|TRY|euros?|dollars?)\b", re.IGNORECASE)
_STERLING = re.compile(
    r"£|\bGBP\b|\bpounds?\b|\bsterling\b|\bp\.?a\.?$|\bper (?:year|annum)$|\bexc?l?\.? vat\b", re.IGNORECASE
)
_NUMBER = re.compile(r"([0-9][0-9., ']*)(k|m|bn|thousand|million)?", re.IGNORECASE)
_RANGE = re.compile(r"(.+?)\s*(?:-|–|—|\bto\b|\band\b)\s*(.+)", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:up to|under|less than|below|over|more than|above|approx\.?|approximately|about|circa|c\.|[<>~≤≥]=?)\s*",
    re.IGNORECASE,
)
_TIMES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9}


def parse_money(value: object) -> Parsed[int]:
    """Read an amount in pounds into pence, half up: 1234.5, £1,234.50, (120.00), 12.50-, £5k, 1.234,56.

    A band (“£1,000 to £5,000”) becomes its middle, a limit (“under £500”) the limit itself, both with a finding.
    Another currency cannot be compared and is left out with a warning.
    """
    if isinstance(value, bool):
        return None, Finding("spend-wrong")
    if isinstance(value, int | float):
        return _from_number(value)
    text = str(value)
    if _PLAIN.fullmatch(text):
        return _from_number(float(text))
    if is_blank(text):
        return NOTHING
    if len(text) > 60:
        return None, Finding("spend-wrong")
    if _CURRENCY.search(text):
        return None, Finding("spend-currency")
    bare = _STERLING.sub("", text).strip()
    if (pence := _one(bare)) is not None:
        return _checked(pence)
    unbound = _BOUND.sub("", bare, count=1).strip()
    if unbound != bare and (pence := _one(unbound)) is not None:
        return _checked(pence, Finding("spend-band", _pounds(pence)))
    if match := _RANGE.fullmatch(bare):
        low, high = _one(match[1].strip()), _one(match[2].strip())
        if low is not None and high is not None and 0 <= low <= high:
            middle = (low + high) // 2
            return _checked(middle, Finding("spend-band", _pounds(middle)))
    return None, Finding("spend-wrong")


def _from_number(value: float) -> Parsed[int]:
    hundredfold = value * 100
    if not -_LARGEST <= hundredfold <= _LARGEST:  # also catches NaN
        return None, Finding("spend-wrong")
    pence = round(hundredfold)
    if abs(hundredfold - pence) > 1e-3:
        pence = int(Decimal(repr(value)).scaleb(2).quantize(Decimal(1), ROUND_HALF_UP))
    return pence, None


def _checked(pence: int, finding: Finding | None = None) -> Parsed[int]:
    return (pence, finding) if abs(pence) <= _LARGEST else (None, Finding("spend-wrong"))


def _one(text: str) -> int | None:
    """Return the pence of one amount, or None."""
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    for sign in "-−–":
        if text.startswith(sign) or text.endswith(sign):
            negative, text = True, text.strip(sign).strip()
            break
    if text[-2:].upper() in {"CR", "DR"}:
        negative, text = text[-2:].upper() == "CR" or negative, text[:-2].strip()
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    digits = _plain_number(match[1].strip())
    if digits is None:
        return None
    amount = Decimal(digits) * _TIMES.get((match[2] or "").lower(), 1)
    pence = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return -pence if negative else pence


def _plain_number(text: str) -> str | None:
    """Take out thousands marks; the last comma or point is the decimal mark unless it marks thousands."""
    text = text.replace(" ", "").replace("'", "")
    comma, point = text.rfind(","), text.rfind(".")
    if comma > point:
        groups = text.split(",")
        thousands = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3 and point < 0
        if not thousands:
            if text.count(",") > 1:
                return None
            text = text.replace(".", "").replace(",", ".")
    text = text.replace(",", "")
    if text.count(".") > 1:
        groups = text.split(".")
        if not all(len(group) == 3 for group in groups[1:]):
            return None
        text = "".join(groups)
    return text.strip() if len(text) <= 20 and text.strip(".") else None


def _pounds(pence: int) -> str:
    return f"£{pence / 100:,.2f}"
