"""Text of one cell, cleaned for people and for the database. Pure."""

import datetime
import re
import unicodedata

# Controls other than tab and line ends; zero-width marks; marks that turn the direction of text; soft hyphen.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_JOINERS = re.compile("[\u200c\u200d]")
# Scripts in which a zero-width joiner belongs to the spelling (Arabic to Myanmar).
_NEEDS_JOINERS = re.compile("[\u0600-\u109f]")
_MARKS = b'!"#$%()*+,-./:;<=>?@[\\]^_`{|}~'
_NOT_WORD = re.compile(r"[\W_]+")
# Letters that do not come apart into a plain letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": None, "'": None})
_TO_SPACES = bytes.maketrans(_MARKS, b" " * len(_MARKS))
_SPACE = re.compile(r"\s+")


def cell_text(value: object) -> str:
    """Return what a person sees in a cell: whole numbers without ``.0``, dates as 2026-11-21, TRUE or FALSE."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def clean(value: object) -> str:
    """Return the text of a cell on one line: no hidden characters, single spaces, Unicode NFC."""
    text = value if isinstance(value, str) else cell_text(value)
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    text = unicodedata.normalize("NFC", _HIDDEN.sub("", text))
    if not _NEEDS_JOINERS.search(text):
        text = _JOINERS.sub("", text)
    return _SPACE.sub(" ", text).strip()


def has_hidden(value: object) -> bool:
    """Say whether the cell holds characters that nobody can see and that ``clean`` takes out."""
    if not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return False
    return bool(_HIDDEN.search(value) or (_JOINERS.search(value) and not _NEEDS_JOINERS.search(value)))


def fold(text: str) -> str:
    """Return a key for comparing words: no accents, lower case, only letters and digits, single spaces."""
    if text.isascii():
        if "&" in text:
            text = text.replace("&", " and ")
        return " ".join(text.lower().encode().translate(_TO_SPACES, b"'").decode().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", plain.replace("&", " and ")).strip()


def shown(value: object, limit: int = 80) -> str:
    """Return a cell's value as an issue shows it: one line, hidden characters taken out, cut at ``limit``."""
    text = clean(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def words(text: str) -> frozenset[str]:
    """Return the set of words or phrases written with bars between them."""
    return frozenset(text.split("|"))
