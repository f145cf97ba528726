"""Names of people and firms. We write them to addresses that nobody has confirmed: they carry no message of their own.

Mail programs make links of web addresses also without “https://”, and of telephone numbers.
"""

import re

IN_MAIL = 60  # characters
_DOTS = ".\u3002\uff0e\uff61"  # browsers take the last three for a dot as well
_DOMAIN = re.compile(rf"[^\W_][{_DOTS}][^\W\d_]{{2}}")
_SCHEME = re.compile(r"://|www\.", re.IGNORECASE)
_FIRM = re.compile(r"(?:[^\W\d_]\.)*[\w-]+\.[^\W\d_]{2,}")  # “Booking.com”, “W.H.Smith”; no subdomain, no path
_NUMBER = re.compile(r"\d(?:[ ().-]{0,3}\d){6}")
_YEARS = re.compile(r"(?<!\d)\d{4} ?- ?\d{4}(?! ?\d)")  # “1914-1918”


def problem(name: str, *, firm: bool = False) -> str:
    """Return what is wrong with a name, to stand after the field’s label, or "".

    A firm may be called like one web address without a path; ``unlinked`` then keeps it from becoming a link.
    """
    if _SCHEME.search(name):
        return " has a web address in it. Enter a name without one."
    like = [word for word in name.split() if _DOMAIN.search(word)]
    if like and not (firm and len(like) == 1 and _FIRM.fullmatch(like[0].strip("()“”‘’\"',.;:"))):
        return " has a web address in it. Enter a name without one, or put a space after each full stop."
    if _NUMBER.search(_YEARS.sub("", name.replace("–", "-"))):
        return " has a telephone number in it. Enter a name without one."
    return ""


def unlinked(name: str) -> str:
    """Return a name for an e-mail to an address that nobody has confirmed: short, and nothing to press.

    A word joiner (U+2060), which nobody sees, stands after each dot that a domain’s ending could follow: what comes
    after it is then the ending of no web address. A subject has no links, and loses it again.
    """
    short = name if len(name) <= IN_MAIL else f"{name[: IN_MAIL - 1].rstrip()}…"
    return re.sub(rf"([{_DOTS}])(?=[^\W\d_]{{2}})", "\\1\u2060", short)
