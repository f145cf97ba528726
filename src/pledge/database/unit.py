"""The unit of work: ``await read(fn)``, ``glance(fn)`` and ``write(fn)``, the only way to the database.

``fn`` is an async function of no arguments that awaits database calls and nothing else. ``read`` and ``write`` run it
in one transaction: everything it did is committed, or nothing. ``write`` returns only after COMMIT, so what has been
acknowledged is kept. A unit that awaits anything else (a sleep, the network, another unit) raises UnitSuspended and is
rolled back.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

import piccolo.table

T = TypeVar("T")
Unit = Callable[[], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose rows a unit may reach, as far as PostgreSQL’s row-level security is concerned (SQLite has none).

    Rows that belong to no organisation are always within reach. ``organisation``: so are that organisation’s.
    ``trusted``: everything is.
    """

    organisation: UUID | None = None
    trusted: bool = False


EVERYTHING = Reach(trusted=True)
NO_ORGANISATION = Reach()

_reach: ContextVar[Reach] = ContextVar("pledge_reach", default=EVERYTHING)


@contextmanager
def reaching(reach: Reach) -> Iterator[None]:
    """Let the units that begin inside reach so far, and no farther.

    The guard does this for every request by the scope that its policy gave, so that a statement which forgets to name
    its organisation finds nothing of another’s. Whatever is no request (the worker, commands) reaches everything.
    """
    token = _reach.set(reach)
    try:
        yield
    finally:
        _reach.reset(token)


def reach() -> Reach:
    """Return how far a unit that begins now reaches."""
    return _reach.get()


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
    """What both engines offer. ``statements`` counts round trips: all but BEGIN, COMMIT, savepoints and reach."""

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

    def require(self) -> None:
        """Raise troubles.Unusable when there is no database, which starting would make."""
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
    from pledge.database.engine import engine_for  # late: the engines know what a unit is
    from pledge.settings import load

    return cast(Database, engine_for(load().database_url))


# Piccolo would look for the engine with what makes its migrations, a code formatter among it: 8 MB and 0.2 s.
piccolo.table.engine_finder = database  # type: ignore[attr-defined,assignment]


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
