"""SQLite as one writer thread and a few reader threads, each driving whole units of work in one hop.

Why not Piccolo's own engine: it opens a thread and a connection for every query and begins transactions DEFERRED,
so that concurrent read-then-write transactions fail with “database is locked”.
"""

import asyncio
import contextvars
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, dict_factory
from piccolo.querystring import QueryString

from pledge.database import files
from pledge.database.unit import NotOpen, OutsideUnit, Overloaded, Unit, UnitSuspended

T = TypeVar("T")

log = logging.getLogger("pledge.database")

READERS = 2
GROUP = 16  # units committed together at most
WAITING = 500  # units in a queue before new ones are refused
BUSY_MS = 10_000  # how long to wait for another process's write
SLOW = 0.05  # seconds on the event loop that are worth a line in the log
STOPPING = 3.0  # seconds that the units under way have when the engine stops


@dataclass(slots=True)
class _Job:
    fn: Unit[Any]
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    context: contextvars.Context


@dataclass(slots=True)
class _InUnit:
    """Stands where Piccolo expects its current transaction, so that its own nested ``transaction()`` is a no-op."""

    connection: sqlite3.Connection


def _drive(fn: Unit[T]) -> T:
    """Run a coroutine to its end in one go; it must never suspend."""
    coroutine = cast("Coroutine[Any, Any, T]", fn())
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast(T, done.value)
    except RuntimeError as error:
        if str(error) == "no running event loop":  # it reached for asyncio: there is none on this thread
            raise UnitSuspended from error
        raise
    coroutine.close()
    raise UnitSuspended


class SQLiteDatabase(SQLiteEngine):
    """A Piccolo engine whose queries run only inside units of work. See ``pledge.database.unit``."""

    def __init__(self, path: str) -> None:
        super().__init__(path=path)
        self.statements = 0
        self._writes: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._glances: sqlite3.Connection | None = None

    # — life —

    def require(self) -> None:
        """Raise Unusable when there is no file to open, or nothing in it."""
        files.require(Path(self.path))

    async def start(self) -> None:
        """Open the database (made if missing) and start the threads. Does nothing when already started.

        Raises sqlite3.Error or OSError when it cannot be opened as it must be.
        """
        if self._threads:
            return
        writer, *readers = await asyncio.to_thread(self._open)
        self._writes, self._reads = queue.SimpleQueue(), queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._write_loop, args=(writer, self._writes), daemon=True)]
        self._threads += [
            threading.Thread(target=self._read_loop, args=(reader, self._reads), daemon=True) for reader in readers
        ]
        for thread in self._threads:
            thread.start()

    def _open(self) -> list[sqlite3.Connection]:
        """Open every connection, so that a bad path, file or file system fails here and not on a thread."""
        if self.path != ":memory:":
            files.make(Path(self.path))
        self._glances, *connections = [self._connect() for _ in range(2 + READERS)]
        if self.path != ":memory:":
            files.keep_private(Path(self.path))
        for reader in [self._glances, *connections[1:]]:
            reader.execute("PRAGMA query_only = ON")
        self._glances.execute("PRAGMA busy_timeout = 200")  # the event loop does not wait
        return connections

    async def stop(self) -> None:
        """Take no more units, finish those that wait, close the connections. Does nothing when not started."""
        threads, self._threads = self._threads, []
        for jobs, thread in zip([self._writes] + [self._reads] * READERS, threads, strict=False):
            if thread.is_alive():
                jobs.put(None)
        until = time.monotonic() + STOPPING
        for thread in threads:
            await asyncio.to_thread(thread.join, max(0.0, until - time.monotonic()))
        if self._glances is not None:
            self._glances.close()
            self._glances = None

    async def version(self) -> str:
        """Return the name and version of the database, for /version."""
        return f"SQLite {sqlite3.sqlite_version}"

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, detect_types=sqlite3.PARSE_DECLTYPES
        )
        try:
            self._set_up(connection)
        except BaseException:
            connection.close()  # or files of SQLite's stay beside what may be another's
            raise
        return connection

    def _set_up(self, connection: sqlite3.Connection) -> None:
        connection.row_factory = dict_factory
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone().values()
        files.require_ours(connection)  # before anything of it is changed
        if mode != "wal":
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone().values()
        if mode != "wal":  # in memory, or a file system without shared memory
            raise sqlite3.OperationalError(f"SQLite cannot keep a write-ahead log for “{self.path}” here")
        connection.execute("PRAGMA synchronous = FULL")  # NORMAL loses acknowledged writes in a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")  # else REPLACE takes rows away behind their triggers

    # — units —

    async def read(self, fn: Unit[T]) -> T:
        """Run ``fn`` on a reader thread in one snapshot."""
        return await self._submit(self._reads, fn)

    async def glance(self, fn: Unit[T]) -> T:
        """Run ``fn`` at once on the event loop's own connection, each statement in a snapshot of its own."""
        connection = self._glances
        if connection is None:
            raise NotOpen
        began = time.perf_counter()
        token = self.current_transaction.set(cast(SQLiteTransaction, _InUnit(connection)))
        try:
            return _drive(fn)
        finally:
            self.current_transaction.reset(token)
            if time.perf_counter() - began > SLOW:
                log.warning("a glance took %.0f ms", (time.perf_counter() - began) * 1000)

    async def write(self, fn: Unit[T]) -> T:
        """Run ``fn`` on the writer thread; return after COMMIT."""
        return await self._submit(self._writes, fn)

    async def _submit(self, jobs: "queue.SimpleQueue[_Job | None]", fn: Unit[T]) -> T:
        if not self._threads:
            raise NotOpen
        if jobs.qsize() >= WAITING:
            raise Overloaded
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        jobs.put(_Job(fn, future, loop, contextvars.copy_context()))
        return await future

    def _run(self, job: _Job, connection: sqlite3.Connection) -> tuple[Any, BaseException | None]:
        def inside() -> Any:
            self.current_transaction.set(cast(SQLiteTransaction, _InUnit(connection)))
            return _drive(job.fn)

        try:
            return job.context.run(inside), None
        except BaseException as error:
            return None, error

    @staticmethod
    def _answer(job: _Job, result: Any, error: BaseException | None) -> None:
        def settle() -> None:
            if job.future.done():  # the caller has gone
                return
            if error is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(error)

        try:
            job.loop.call_soon_threadsafe(settle)
        except RuntimeError:  # the caller's loop has closed
            return

    def _read_loop(self, connection: sqlite3.Connection, jobs: "queue.SimpleQueue[_Job | None]") -> None:
        while (job := jobs.get()) is not None:
            if job.future.cancelled():
                continue
            try:
                connection.execute("BEGIN")
                result, error = self._run(job, connection)
            except BaseException as failure:
                result, error = None, failure
            self._undo(connection)
            self._answer(job, result, error)
        connection.close()

    def _write_loop(self, connection: sqlite3.Connection, queued: "queue.SimpleQueue[_Job | None]") -> None:
        while (first := queued.get()) is not None:
            jobs = [first]
            while len(jobs) < GROUP and not queued.empty():
                following = queued.get()
                if following is None:  # the last there is
                    queued.put(None)
                    break
                jobs.append(following)
            self._commit_together([job for job in jobs if not job.future.cancelled()], connection)
        connection.close()

    def _commit_together(self, jobs: list[_Job], connection: sqlite3.Connection) -> None:
        """Run the jobs in savepoints of one transaction, COMMIT once, and only then answer them all."""
        results: list[tuple[Any, BaseException | None]] = []
        error: BaseException | None = None
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                connection.execute("SAVEPOINT unit")
                result, error = self._run(job, connection)
                if error is not None:
                    connection.execute("ROLLBACK TO unit")
                connection.execute("RELEASE unit")
                results.append((result, error))
                error = None
            if all(failed is not None for _, failed in results):
                self._undo(connection)  # a COMMIT would write the pages that were put back
            else:
                connection.execute("COMMIT")
        except BaseException as failure:  # disk full, read-only disk, lock not got: nobody's work is kept
            self._undo(connection)
            # a full disk may end the whole transaction inside a unit: its error says more than the missing savepoint
            results = [(None, error or failure)] * len(jobs)
        for job, (result, found) in zip(jobs, results, strict=True):
            self._answer(job, result, found)

    @staticmethod
    def _undo(connection: sqlite3.Connection) -> None:
        """Leave no transaction behind; the next unit must find the connection as new."""
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    # — queries of the current unit —

    def _connection(self) -> sqlite3.Connection:
        unit = self.current_transaction.get()
        if unit is None:
            raise OutsideUnit
        self.statements += 1
        return cast(sqlite3.Connection, unit.connection)

    async def query(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
        """Run one statement with ``?`` placeholders; return its rows."""
        return cast("list[dict[str, Any]]", self._connection().execute(sql, args).fetchall())

    async def query_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each sequence of values."""
        self._connection().executemany(sql, map(tuple, rows))  # a NamedTuple is bound more slowly

    async def query_batches(self, sql: str, size: int, take: Callable[[list[tuple[Any, ...]]], None]) -> None:
        """Run one statement and give its rows to ``take``, ``size`` at a time."""
        with closing(self._connection().cursor()) as cursor:  # left open after an error, it would hold its snapshot
            cursor.row_factory = None
            cursor.execute(sql)
            while batch := cursor.fetchmany(size):
                take(batch)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[dict[str, Any]]:
        """Run one query that Piccolo built."""
        return await self.query(*querystring.compile_string(engine_type=self.engine_type))

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[dict[str, Any]]:
        """Run one data-definition statement."""
        return await self.query(ddl, [])
