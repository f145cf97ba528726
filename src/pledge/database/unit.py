"""The unit of work: ``await read(fn)``, ``glance(fn)`` and ``write(fn)``, the only way to the database.

``fn`` is an async function of no arguments that awaits database calls and nothing else. ``read`` and ``write`` run it
in one transaction: everything it did is committed, or nothing. ``write`` returns only after COMMIT, so what has been
acknowledged is kept. A unit that awaits anything else (a sleep, the network, another unit) raises UnitSuspended and is
rolled back.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from piccolo.engine.finder import engine_finder

T = TypeVar("T")
Unit = Callable[[], Awaitable[T]]


class UnitSuspended(RuntimeError):
    """A unit of work awaited something other than the database."""

    def __init__(self) -> None:
        super().__init__("A unit of work may await database calls only; this one awaited something else.")


class OutsideUnit(RuntimeError):
    """A query was made outside a unit of work."""

    def __init__(self) -> None:
        super().__init__("This query is outside a unit of work: call it inside read(fn) or write(fn).")


class Overloaded(Exception):
    """More units are waiting than can be served soon; the caller should try again shortly."""


class NotOpen(Exception):
    """The database has not been started, or is being stopped."""

    def __init__(self) -> None:
        super().__init__("The database is not open.")


class Database(Protocol):
    """What both engines offer. ``statements`` counts round trips: all but BEGIN, COMMIT and savepoints."""

    statements: int
    engine_type: str
    current_transaction: ContextVar[Any]

    async def read(self, fn: Unit[T]) -> T:
        """Run a unit that only reads."""
        ...

    async def glance(self, fn: Unit[T]) -> T:
        """Run a unit that reads a few indexed rows."""
        ...

    async def write(self, fn: Unit[T]) -> T:
        """Run a unit and return after COMMIT."""
        ...

    async def start(self) -> None:
        """Open what the units need."""
        ...

    async def stop(self) -> None:
        """Finish the units under way and close."""
        ...

    async def version(self) -> str:
        """Return the database's name and version."""
        ...


@cache
def database() -> Database:
    """Return the engine of this process, made from PLEDGE_DATABASE_URL when first asked for."""
    return cast(Database, engine_finder())


async def read(fn: Unit[T]) -> T:
    """Run ``fn`` in one read-only transaction and return its result.

    Raises whatever ``fn`` raises; UnitSuspended; Overloaded; NotOpen; the database's own errors (see outages).
    """
    engine = database()
    if engine.current_transaction.get() is not None:
        raise UnitSuspended
    return await engine.read(fn)


async def glance(fn: Unit[T]) -> T:
    """Run ``fn`` for a handful of rows found by an index, as every page needs them, and return its result.

    There is no transaction, so each statement sees what is committed when it runs; nothing can be written. On SQLite it
    runs at once on the event loop: the rows take some 20 µs, a thread's answer four times that. Whatever may take
    longer than a millisecond, or needs one snapshot for several statements, belongs in ``read``. Raises as ``read``.
    """
    engine = database()
    if engine.current_transaction.get() is not None:
        raise UnitSuspended
    return await engine.glance(fn)


async def write(fn: Unit[T]) -> T:
    """Run ``fn`` in one transaction, commit it durably, then return its result.

    When ``fn`` raises, nothing it did is kept and the exception is passed on. Raises also UnitSuspended;
    Overloaded; NotOpen; the database's own errors, and then nothing of the unit is kept.
    """
    engine = database()
    if engine.current_transaction.get() is not None:
        raise UnitSuspended
    return await engine.write(fn)
