"""Which errors mean that the database cannot serve just now: busy, full, restarting, unreachable.

Whoever waits a little and tries again may succeed. Every other error is a mistake of ours.
"""

import logging
import socket
import sqlite3
import time

import asyncpg

from pledge.database.unit import NotOpen, Overloaded

# Primary result codes (https://www.sqlite.org/rescode.html): busy, locked, out of memory, read-only file, interrupted,
# input/output error, disk full, cannot open, lock protocol
_SQLITE = {5, 6, 7, 8, 9, 10, 13, 14, 15}
_OUTAGES = (
    Overloaded,
    NotOpen,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,  # disk full, too many connections
    asyncpg.OperatorInterventionError,  # shutting down, starting up
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # a copy that follows another server, or one that is being recovered
    ConnectionError,
    socket.gaierror,
    TimeoutError,
)


def is_outage(error: BaseException) -> bool:
    """Return whether ``error`` says that the database cannot serve just now."""
    if isinstance(error, sqlite3.OperationalError):
        return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _SQLITE
    if isinstance(error, asyncpg.InterfaceError):  # a closed connection or pool; as a ValueError, a wrong argument
        return not isinstance(error, ValueError)
    return isinstance(error, _OUTAGES)


class OneLine(logging.Filter):
    """Says of what the pool of connections reports during an outage one plain line in ten minutes, and no traceback.

    It tries again by itself; every page and job that an outage stops is in our own log.
    """

    _SECONDS = 600
    _said: float | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a record, which is then made plain."""
        if not record.exc_info:
            return True
        now = time.monotonic()
        if self._said is not None and now < self._said + self._SECONDS:
            return False
        self._said = now
        error = record.exc_info[1]
        record.msg, record.args = "the connection to PostgreSQL was lost, and is tried again: %s", (_said(error),)
        record.exc_info = record.exc_text = None
        return True


def _said(error: BaseException | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__
