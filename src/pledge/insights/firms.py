"""Firms as the tables of releases see them: by the rows in which they are counted, and no other way. Pure."""

from dataclasses import dataclass

Place = tuple[str, ...]  # the row of each table in which a firm stands
Pattern = tuple[frozenset[str], ...]  # for each table, the rows that have a figure of their own
REST = "*"  # all other rows of a table, together


@dataclass(frozen=True, slots=True)
class Firms:
    """Firms that no table of any release tells apart.

    ``places`` and ``values`` have one item for each release, the oldest first and the newest last. A place is None
    where the firms were not counted. ``values`` says which of their values was counted (0, 1, …): it is another one
    after a firm answered again.
    """

    places: tuple[Place | None, ...]
    values: tuple[int, ...]
    count: int


def group(pattern: Pattern, table: int, row: str) -> str:
    """Return the row itself where it has a figure of its own, else ``REST``."""
    return row if row in pattern[table] else REST
