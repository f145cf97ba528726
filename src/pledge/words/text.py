"""What people type, cleaned; words put together so that nothing turns around in them. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

# Letters written from right to left: Hebrew, Arabic and their neighbours, and the forms that fonts have of them.
_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_RUN = re.compile(f"[{_RIGHT}](?:[^\\w\n]*[{_RIGHT}\\d]*[{_RIGHT}])*")
_LEFT = re.compile(f"(?![{_RIGHT}])[^\\W\\d_]")


def all_of(things: Sequence[str]) -> str:
    """Return things in a row, one at least: “a”, “a and b”, “a, b and c”."""
    return " and ".join([*([", ".join(things[:-1])] if things[1:] else []), things[-1]])


def clean(text: str, *, multiline: bool = False) -> str:
    """Return ``text`` in NFC without control and invisible characters, trimmed; one line unless ``multiline``.

    Any kind of space becomes a plain one. Characters that turn the direction of text are invisible, so they go too.
    Those that join two signs to one, or keep them apart, stay where a script or a picture needs them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        around = zip(text, " " + text, text[1:] + " ", strict=False)
        text = "".join(_plain(*chars) for chars in around)
    text = unicodedata.normalize("NFC", text)
    return text.strip() if multiline else " ".join(text.split())


def _plain(char: str, before: str, after: str) -> str:
    if char.isprintable() or char == "\n":
        return char
    if char in "\u200c\u200d" and _is_joined(before) and _is_joined(after):
        return char
    return " " if char.isspace() else ""


def _is_joined(char: str) -> bool:
    """Return whether signs like this are joined to others: letters from Arabic on, their marks, and pictures."""
    return char >= "\u0600" and unicodedata.category(char) in ("Lo", "Mn", "Mc", "So", "Sk")


def isolated(value: object) -> object:
    """Return a value for a page or a mail so that words written from right to left turn nothing around them.

    They stand between the invisible characters for that (FSI and PDI of Unicode’s bidirectional algorithm). Nothing
    else is changed, and no Markup: what is in it was isolated as it went in.
    """
    if not isinstance(value, str) or value.isascii() or hasattr(value, "__html__") or not _RUN.search(value):
        return value
    if "\n" in value or _LEFT.search(value):
        return _RUN.sub("\u2068\\g<0>\u2069", value)
    return f"\u2068{value}\u2069"


def spoken(text: str, language: str) -> str:
    """Return a text for a page, marked with its language where that is not English, as the pages are.

    So a screen reader pronounces it rightly (WCAG 2.2, 3.1.2).
    """
    if not text or not language or language.partition("-")[0] == "en":
        return text
    return Markup('<span lang="{}">{}</span>').format(language, isolated(text))


def join_and(items: Iterable[object], last: str = "and") -> str:
    """Return “a, b and c”; ``last`` may be “or”. If any item is Markup, the others are escaped and so is the result."""
    found = list(items)
    markup = any(hasattr(item, "__html__") for item in found)
    words: list[str] = [escape(item) if markup else str(item) for item in found]
    comma, gap = (Markup(", "), Markup(" {} ").format(last)) if markup else (", ", f" {last} ")
    if len(words) < 2:
        return words[0] if words else ""
    return gap.join([comma.join(words[:-1]), words[-1]])
