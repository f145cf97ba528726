"""What a page says once after a form did its work, by the word in its address: ``?notice=profile-saved``.

Each room has its own beside its routes; ``declared.py`` puts them together.
"""

from collections.abc import Mapping


class Hindrance(str):
    """A notice that tells of no success."""

    __slots__ = ()


NOTICES = {
    "for-firms": Hindrance("That page is for people who act for a firm, and you do not now. This is where you begin."),
}


def together(*rooms: Mapping[str, str]) -> dict[str, str]:
    """Return the notices of all rooms. Raises ValueError for a word that two of them use."""
    found: dict[str, str] = {}
    for notices in rooms:
        if twice := found.keys() & notices.keys():
            raise ValueError(f"two rooms have a notice called {', '.join(sorted(twice))}")
        found |= notices
    return found
