"""Telephone numbers as people type them, of any country. Pure."""

import re

LEAST, MOST = 7, 15  # digits; no number in the world has more than 15 (ITU-T E.164)
_NUMBER = re.compile(
    r"\(?(?P<abroad>\+|00)?(?P<rest>[0-9 ()./\-\u2010-\u2013]+?)"
    r"(?:[ ,;]*(?:ext(?:ensio)?n?\.?|x|#)[ .:]*(?P<extension>[0-9]{1,7}))?",
    re.IGNORECASE,
)


def dialled(text: str) -> str | None:
    """Return what a ``tel:`` link dials (RFC 3966) for a number that somebody typed, or None when it is none.

    Brackets, dots, slashes, dashes and spaces are theirs to choose; “+” or “00” begins a number with its country, and
    there “(0)” is left out. An extension follows “ext”, “x” or “#”.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    rest = found["rest"].replace("(0)", "") if found["abroad"] else found["rest"]
    digits = re.sub("[^0-9]", "", rest)
    if not LEAST <= len(digits) <= MOST:
        return None
    return f"{'+' if found['abroad'] else ''}{digits}" + (f";ext={found['extension']}" if found["extension"] else "")
