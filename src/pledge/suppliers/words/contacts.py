"""Postcodes, e-mail addresses and websites, checked by their shape. Pure."""

import re

from pledge.suppliers.words.findings import NOTHING, Finding, Parsed, is_blank

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9][A-Z]{2})")
_TIDY_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}")
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}")
_WEBSITE = re.compile(
    r"(?:https?://)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?::[0-9]{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def parse_postcode(text: str) -> Parsed[str]:
    """Read a UK postcode into capitals with one space."""
    if _TIDY_POSTCODE.fullmatch(text):
        return text, None
    if is_blank(text):
        return NOTHING
    if match := _POSTCODE.fullmatch(" ".join(text.upper().split())):
        return f"{match[1]} {match[2]}", None
    return None, Finding("postcode-wrong")


def parse_email(text: str) -> Parsed[str]:
    """Read an e-mail address; of several, the first."""
    if len(text) > 300:
        return None, Finding("email-wrong")
    if _EMAIL.fullmatch(text):
        return text, None
    if is_blank(text):
        return NOTHING
    first = re.split(r"[;,\s]+", text.removeprefix("mailto:"))[0].strip("<>")
    return (first, None) if _EMAIL.fullmatch(first) else (None, Finding("email-wrong"))


def parse_website(text: str) -> Parsed[str]:
    """Read the address of a website, with or without ``https://``."""
    if is_blank(text):
        return NOTHING
    return (text, None) if len(text) <= 300 and _WEBSITE.fullmatch(text) else (None, Finding("website-wrong"))
