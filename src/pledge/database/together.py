"""Several SELECTs in one round trip, for a page that shows a little of many rooms.

Each part is written in the room that owns its tables, and its rows come back as if it had been asked alone.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from pledge.database import sql


class Select(NamedTuple):
    """One SELECT: its ``columns`` as SQL writes them, what follows them (``rest``), and its values.

    No two columns have the same name.
    """

    columns: str
    rest: str
    args: tuple[Any, ...]

    @property
    def text(self) -> str:
        """The SELECT alone."""
        return f"SELECT {self.columns} {self.rest}"

    @property
    def names(self) -> tuple[str, ...]:
        """What its columns are called."""
        return _names(self.columns)

    async def rows(self) -> list[dict[str, Any]]:
        """Ask it alone, in the current unit."""
        return await sql.rows(self.text, *self.args)


async def together(*parts: Select) -> list[list[dict[str, Any]]]:
    """Return the rows of each part, in the current unit, in one round trip.

    A part that orders its rows to take the first of them gets these, in no promised order.
    """
    found: list[list[dict[str, Any]]] = [[] for _ in parts]
    statement = _statement(tuple((part.columns, part.rest) for part in parts))
    keys = [tuple((name, f"p{number}_{name}") for name in part.names) for number, part in enumerate(parts)]
    for row in await sql.rows(statement, *(value for part in parts for value in part.args)):
        found[row["part"]].append({name: row[key] for name, key in keys[row["part"]]})
    return found


@lru_cache(maxsize=64)
def _statement(parts: tuple[tuple[str, str], ...]) -> str:
    """Return one statement that gives the rows of every part (columns, rest), in columns of its own.

    Its first SELECT gives no rows, but every column its type on both databases: those that follow have NULL there.
    """
    with_ = ", ".join(f"p{number} AS ({Select(*part, ()).text})" for number, part in enumerate(parts))
    columns = [(number, name) for number, (names, _) in enumerate(parts) for name in _names(names)]
    typed = ", ".join(f"p{number}.{name} AS p{number}_{name}" for number, name in columns)
    everywhere = ", ".join(f"p{number}" for number in range(len(parts)))
    selects = [f"SELECT -1 AS part, {typed} FROM {everywhere} WHERE 1 = 0"]  # noqa: S608  names of ours
    for mine in range(len(parts)):
        values = ", ".join(name if number == mine else "NULL" for number, name in columns)
        selects.append(f"SELECT {mine}, {values} FROM p{mine}")  # noqa: S608
    return f"WITH {with_} " + " UNION ALL ".join(selects)


@lru_cache(maxsize=256)
def _names(columns: str) -> tuple[str, ...]:
    """Return what the columns of a list are called: a comma inside brackets is part of one."""
    depth, begun, found = 0, 0, []
    for place, char in enumerate(f"{columns},"):
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            found.append(columns[begun:place].split()[-1].rpartition(".")[2])
            begun = place + 1
    return tuple(found)
