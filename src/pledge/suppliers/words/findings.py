"""What reading one value gives: the value, and perhaps a finding about it. Pure."""

from typing import NamedTuple, TypeVar

from pledge.suppliers.words.text import fold, words

T = TypeVar("T")


class Finding(NamedTuple):
    """Something to tell about a value: an issue code (see ``codes``) and a hint for its sentence or fix."""

    code: str
    hint: str = ""


# A value that was read, or None where there is none, and what to say about it.
Parsed = tuple[T | None, Finding | None]

NOTHING: tuple[None, None] = (None, None)

_BLANKS = words(
    "|n a|na|none|nil|null|nan|tbc|tba|tbd|unknown|not known|dont know|do not know|"
    "not applicable|not provided|not available|not stated|no data|blank|missing"
)


def is_blank(text: str) -> bool:
    """Say whether people write this to mean that there is nothing: empty, -, n/a, TBC, unknown, ?"""
    return not text or (len(text) < 16 and fold(text) in _BLANKS)
