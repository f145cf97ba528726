"""Portable SQL inside the current unit of work: one text for SQLite and PostgreSQL, ``{}`` for each value.

For hot reads, set-based writes and bulk rows; Piccolo's builder serves everywhere else. The words
``FOR UPDATE SKIP LOCKED``, with which workers claim rows, are left out on SQLite: it has one writer at a time.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol, cast

import asyncpg

from pledge.database.unit import database


class _Engine(Protocol):
    engine_type: str

    async def query(self, sql: str, args: Sequence[Any]) -> list[Any]: ...
    async def query_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None: ...
    async def query_batches(self, sql: str, size: int, take: "Take") -> None: ...


# What a statement raises when a unique index has the value already. On PostgreSQL nothing more can be done in the unit.
DUPLICATE = (sqlite3.IntegrityError, asyncpg.UniqueViolationError)
Take = Callable[[list[tuple[Any, ...]]], None]


@lru_cache(maxsize=1024)
def _compiled(text: str, engine_type: str) -> str:
    if engine_type == "sqlite":
        return text.replace(" FOR UPDATE SKIP LOCKED", "").replace("{}", "?")
    first, *rest = text.split("{}")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))


async def rows(text: str, *args: Any) -> list[dict[str, Any]]:
    """Run one statement and return its rows as mappings of column name to value."""
    engine = cast(_Engine, database())
    return cast("list[dict[str, Any]]", await engine.query(_compiled(text, engine.engine_type), args))


async def row(text: str, *args: Any) -> dict[str, Any] | None:
    """Run one statement and return its first row, or None when there is none."""
    found = await rows(text, *args)
    return found[0] if found else None


async def value(text: str, *args: Any) -> Any:
    """Run one statement and return the first column of its first row, or None when there is no row."""
    found = await row(text, *args)
    return None if found is None else next(iter(found.values()))


async def hold(table: str, column: str, where: str, *args: Any) -> None:
    """Let whoever holds or changes the same rows wait until the current unit ends, and wait for those before us.

    The rows stay as they are: on either database an UPDATE that sets a ``column``, which is no key, to itself locks
    them, and on PostgreSQL nobody who only refers to them waits.
    """
    await rows(f"UPDATE {table} SET {column} = {column} WHERE {where}", *args)  # noqa: S608  names of ours


async def changed(text: str, *args: Any) -> int:
    """Run one INSERT, UPDATE or DELETE and return how many rows it touched."""
    return len(await rows(f"{text} RETURNING 1 AS one", *args))


async def many(text: str, rows_of_args: Iterable[Sequence[Any]]) -> None:
    """Run one statement for every sequence of values (counted as one round trip)."""
    engine = cast(_Engine, database())
    await engine.query_many(_compiled(text, engine.engine_type), rows_of_args)


async def batches(text: str, size: int, take: Take) -> None:
    """Run one SELECT and give its rows to ``take``, ``size`` at a time: never more of them are in memory."""
    await cast(_Engine, database()).query_batches(text, size, take)


def marks(count: int) -> str:
    """Return ``count`` placeholders for an IN list: ``{}, {}, {}``."""
    return ", ".join(["{}"] * count)
