"""PostgreSQL through one pool: a unit of work is one leased connection in one transaction."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from pledge.database.unit import NotOpen, OutsideUnit, Overloaded, Reach, Unit, UnitSuspended, reach

T = TypeVar("T")

log = logging.getLogger("pledge.database")

POOL = 10
GLANCES = 4  # connections for glances, which can only read: as many that are trusted, as many that are not
WAITING = 500  # units waiting for a connection before new ones are refused
CONNECTING = 5  # seconds that making a connection may take
STOPPING = 3  # seconds that the units under way have when the engine stops
# A county's data is in memory: no page of it is dearer for being out of turn. PostgreSQL supposes a disk that seeks,
# and sorts a table where an index has the order already.
PLANNING = {"random_page_cost": "1"}
RETRIES = 5  # a unit is repeated when PostgreSQL broke a deadlock by undoing it


# what asyncpg raises when it finds that the server has closed a connection
CLOSED = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


@dataclass(slots=True)
class _InUnit:
    """Stands where Piccolo expects its current transaction; ``querying`` tells a query from any other await."""

    connection: Any
    querying: bool = False


class _Guarded:
    """Awaits a unit of work and refuses any suspension that is not a query of that unit."""

    def __init__(self, fn: Unit[Any], unit: _InUnit) -> None:
        self._fn = fn
        self._unit = unit

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._fn().__await__()
        send: Any = None
        throw: BaseException | None = None
        while True:
            try:
                waiting = steps.throw(throw) if throw is not None else steps.send(send)
            except StopIteration as done:
                return done.value
            if not self._unit.querying:
                steps.close()
                raise UnitSuspended
            send, throw = None, None
            try:
                send = yield waiting
            except BaseException as error:
                throw = error


def _setting(reach: Reach, how: str) -> str:
    """Return the statement that says how far what follows may reach; the policies of row-level security ask for it."""
    if reach.trusted:
        return f"SET {how} pledge.trusted = 'on'"
    return f"SET {how} pledge.organisation = '{reach.organisation or ''}'"


async def _begin(pool: Any, readonly: bool) -> Any:
    """Lease a connection and begin a transaction on it, whose reads see one snapshot if it is for reading only.

    How far it reaches is said in the same message, and ends with the transaction. A connection that the server has
    closed since it was last used is replaced: nothing has been done on it yet.
    """
    kind = "ISOLATION LEVEL REPEATABLE READ READ ONLY" if readonly else "ISOLATION LEVEL READ COMMITTED READ WRITE"
    begin = f"BEGIN {kind}; {_setting(reach(), 'LOCAL')}"
    for attempt in range(POOL + 1):
        connection = await pool.acquire()
        try:
            await connection.execute(begin)
        except BaseException as error:
            _drop(connection)
            await pool.release(connection)
            if attempt == POOL or not isinstance(error, CLOSED):
                raise
        else:
            return connection
    raise AssertionError


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that needs no cleaning between units: what a unit sets ends with its transaction."""

    def get_reset_query(self) -> str:
        return ""


def _drop(connection: Any) -> None:
    """Close a connection for good; one that the pool has taken back already, because it was closed, needs nothing."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


class PostgresDatabase(PostgresEngine):
    """A Piccolo engine whose queries run only inside units of work. See ``pledge.database.unit``."""

    def __init__(self, url: str) -> None:
        self.statements = 0
        self._glances: Any = None
        self._scoped_glances: Any = None
        self._waiting = 0
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        super().__init__(config={"dsn": url})
        self.current_transaction = contextvars.ContextVar("pledge_unit", default=None)

    async def check_version(self) -> None:
        """Do nothing: making the engine must not contact the server."""

    # — life —

    def require(self) -> None:
        """Do nothing: opening says whether the database is there."""

    async def start(self) -> None:
        """Open the pools. Does nothing when already open."""
        if self.pool is None:
            options: dict[str, Any] = {
                **self.config, "min_size": 1, "command_timeout": 60, "timeout": CONNECTING,
                "connection_class": _Connection,
            }  # fmt: skip
            self.pool = await asyncpg.create_pool(**options, max_size=POOL, server_settings=PLANNING)
            only_reading = {**PLANNING, "default_transaction_read_only": "on"}
            trusted = {**only_reading, "pledge.trusted": "on"}
            self._glances = await asyncpg.create_pool(**options, max_size=GLANCES, server_settings=trusted)
            self._scoped_glances = await asyncpg.create_pool(**options, max_size=GLANCES, server_settings=only_reading)
            await self._check_role(self.pool)

    async def stop(self) -> None:
        """Take no more units, finish those under way, close the pools. Does nothing when not started."""
        if self.pool is not None:
            pools, self.pool = (self.pool, self._glances, self._scoped_glances), None
            try:
                async with asyncio.timeout(STOPPING):
                    await self._idle.wait()  # a closing pool makes no connection for those that wait for one
                    for pool in pools:
                        await pool.close()
            except TimeoutError:
                for pool in pools:
                    pool.terminate()

    @staticmethod
    async def _check_role(pool: Any) -> None:
        """Say in the log when row-level security does nothing, because the server makes an exception of our role."""
        role = await pool.fetchval(
            "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
        )
        if role:
            # for the log of whoever serves; a command of the tables' owner says nothing of it
            log.info("row-level security does nothing for the PostgreSQL role “%s”: see docs/postgresql.md", role)

    async def version(self) -> str:
        """Return the name and version of the database, for /version."""
        if self.pool is None:
            raise NotOpen
        async with self.pool.acquire() as connection:
            return f"PostgreSQL {await connection.fetchval('SHOW server_version')}"

    # — units —

    async def read(self, fn: Unit[T]) -> T:
        """Run ``fn`` in one read-only transaction that sees one snapshot."""
        with self._counted() as pool:
            return await self._transact(pool, fn, readonly=True)

    async def glance(self, fn: Unit[T]) -> T:
        """Run ``fn`` without a transaction on a connection that cannot write, once more if the server had closed it."""
        with self._counted():
            far = reach()
            pool = self._glances if far.trusted else self._scoped_glances
            for _ in range(GLANCES):
                connection = await pool.acquire()
                try:
                    if not far.trusted:  # whatever an earlier glance left is written over
                        await connection.execute(_setting(far, "SESSION"))
                    return await self._within(connection, fn)
                except CLOSED:
                    _drop(connection)
                finally:
                    await pool.release(connection)
            return await self.read(fn)

    async def _within(self, connection: Any, fn: Unit[T]) -> T:
        """Run ``fn`` with its queries on a connection."""
        unit = _InUnit(connection)
        token = self.current_transaction.set(cast(PostgresTransaction, unit))
        try:
            return cast(T, await _Guarded(fn, unit))
        finally:
            self.current_transaction.reset(token)

    async def write(self, fn: Unit[T]) -> T:
        """Run ``fn`` in one transaction; return after COMMIT."""
        with self._counted() as pool:
            for _ in range(RETRIES):
                try:
                    return await self._transact(pool, fn, readonly=False)
                except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                    continue
            return await self._transact(pool, fn, readonly=False)

    @contextmanager
    def _counted(self) -> Iterator[Any]:
        """Give a unit the pool, and count it until it ends, so that stopping waits for it."""
        if self.pool is None:
            raise NotOpen
        self._under_way += 1
        self._idle.clear()
        try:
            yield self.pool
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _transact(self, pool: Any, fn: Unit[T], *, readonly: bool) -> T:
        if self._waiting >= WAITING:
            raise Overloaded
        self._waiting += 1
        try:
            connection = await _begin(pool, readonly)
        finally:
            self._waiting -= 1
        try:
            result = await self._within(connection, fn)
            await connection.execute("COMMIT")
            return result
        except BaseException:
            try:
                await connection.execute("ROLLBACK")
            except Exception:  # the connection is gone or no longer knows its state: it must not be used again
                _drop(connection)
            raise
        finally:
            await pool.release(connection)

    # — queries of the current unit —

    @contextmanager
    def _querying(self) -> Iterator[Any]:
        unit = cast("_InUnit | None", self.current_transaction.get())
        if unit is None:
            raise OutsideUnit
        self.statements += 1
        unit.querying = True
        try:
            yield unit.connection
        finally:
            unit.querying = False

    async def query(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
        """Run one statement with ``$1`` placeholders; return its rows."""
        with self._querying() as connection:
            return [dict(record) for record in await connection.fetch(sql, *args)]

    async def query_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each sequence of values."""
        with self._querying() as connection:
            await connection.executemany(sql, rows)

    async def query_batches(self, sql: str, size: int, take: Callable[[list[tuple[Any, ...]]], None]) -> None:
        """Run one statement and give its rows to ``take``, ``size`` at a time."""
        with self._querying() as connection:
            cursor = await connection.cursor(sql)
            while batch := await cursor.fetch(size):
                take([tuple(record) for record in batch])

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[dict[str, Any]]:
        """Run one query that Piccolo built."""
        return await self.query(*querystring.compile_string(engine_type=self.engine_type))

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[dict[str, Any]]:
        """Run one data-definition statement."""
        return await self.query(ddl, [])
