"""SQLite as one writer thread and a few reader threads, each driving whole units of work in one hop.

Why not Piccolo's own engine: it opens a thread and a connection for every query and begins transactions DEFERRED,
so that concurrent read-then-write transactions fail with “database is locked”.
"""

import asyncio
import contextvars
import queue
import sqlite3
import threading
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, dict_factory
from piccolo.querystring import QueryString

from pledge.database.unit import OutsideUnit, Overloaded, Unit, UnitSuspended

T = TypeVar("T")

READERS = 2
GROUP = 16  # units committed together at most
WAITING = 500  # units in a queue before new ones are refused
BUSY_MS = 10_000  # how long to wait for another process's write


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

    # — life —

    async def start(self) -> None:
        """Open the database (made if missing) and start the threads. Does nothing when already started."""
        if self._threads:
            return
        await asyncio.to_thread(self._prepare)
        targets = [self._write_loop] + [self._read_loop] * READERS
        self._threads = [threading.Thread(target=target, daemon=True) for target in targets]
        for thread in self._threads:
            thread.start()

    def _prepare(self) -> None:
        Path(self.path).resolve().parent.mkdir(parents=True, exist_ok=True)
        self._connect().close()  # the first connection sets WAL; a bad path or file fails here, in the caller

    async def stop(self) -> None:
        """Finish the units under way, close the connections and end the threads."""
        self._writes.put(None)
        for _ in range(READERS):
            self._reads.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join, 5)
        self._threads = []

    async def version(self) -> str:
        """Return the name and version of the database, for /version."""
        return f"SQLite {sqlite3.sqlite_version}"

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, detect_types=sqlite3.PARSE_DECLTYPES
        )
        connection.row_factory = dict_factory
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # NORMAL loses acknowledged writes in a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    # — units —

    async def read(self, fn: Unit[T]) -> T:
        """Run ``fn`` on a reader thread in one snapshot."""
        return await self._submit(self._reads, fn)

    async def write(self, fn: Unit[T]) -> T:
        """Run ``fn`` on the writer thread; return after COMMIT."""
        return await self._submit(self._writes, fn)

    async def _submit(self, jobs: "queue.SimpleQueue[_Job | None]", fn: Unit[T]) -> T:
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

    def _read_loop(self) -> None:
        connection = self._connect()
        connection.execute("PRAGMA query_only = ON")
        while (job := self._reads.get()) is not None:
            if job.future.cancelled():
                continue
            try:
                connection.execute("BEGIN")
                result, error = self._run(job, connection)
                connection.execute("ROLLBACK")
            except sqlite3.Error as failure:
                result, error = None, failure
            self._answer(job, result, error)
        connection.close()

    def _write_loop(self) -> None:
        connection = self._connect()
        while (first := self._writes.get()) is not None:
            jobs = [first]
            stopping = False
            while len(jobs) < GROUP and not self._writes.empty():
                following = self._writes.get()
                if following is None:
                    stopping = True
                    break
                jobs.append(following)
            self._commit_together([job for job in jobs if not job.future.cancelled()], connection)
            if stopping:
                break
        connection.close()

    def _commit_together(self, jobs: list[_Job], connection: sqlite3.Connection) -> None:
        """Run the jobs in savepoints of one transaction, COMMIT once, and only then answer them all."""
        results: list[tuple[Any, BaseException | None]] = []
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                connection.execute("SAVEPOINT unit")
                result, error = self._run(job, connection)
                if error is not None:
                    connection.execute("ROLLBACK TO unit")
                connection.execute("RELEASE unit")
                results.append((result, error))
            connection.execute("COMMIT")
        except sqlite3.Error as failure:  # disk full, read-only disk, lock not got: nobody's work is kept
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            results = [(None, failure)] * len(jobs)
        for job, (result, error) in zip(jobs, results, strict=True):
            self._answer(job, result, error)

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
        self._connection().executemany(sql, rows)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[dict[str, Any]]:
        """Run one query that Piccolo built."""
        return await self.query(*querystring.compile_string(engine_type=self.engine_type))

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[dict[str, Any]]:
        """Run one data-definition statement."""
        return await self.query(ddl, [])
