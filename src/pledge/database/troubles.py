"""What goes wrong with a database, as a sentence or two for whoever runs a command. ``code`` is for programs."""

import errno
import sqlite3
from typing import Any

import asyncpg

from pledge.database import outages

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CANNOT = "The database cannot be opened: {words}."
_WHOSE = "Look at who may read and write the file and its folder, and whether the disk can be written to."
_DAMAGED = (
    "The database is damaged. Move its file away, keep it, and restore a backup (“pledge restore FILE”, see "
    "docs/backup.md)."
)


class Unusable(Exception):
    """A command cannot do its work as things stand. The message says why, and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def words(error: BaseException) -> str:
    """Return what an error says, on one line and without a full stop."""
    return (" ".join(str(error).split()) or type(error).__name__).rstrip(".")


def unusable(error: BaseException, *, opening: bool = False) -> Unusable | None:
    """Return an error of the database, or of a file, in plain words; None when it is a mistake of ours.

    ``opening``: nothing was done yet, so that a wrong address is likely.
    """
    if isinstance(error, Unusable):
        return error
    if isinstance(error, ConnectionError) and "rejected SSL upgrade" in str(error):  # asyncpg has no class for it
        return Unusable("no-tls", _NO_TLS.format(words=words(error)))
    for kinds, code, message in _MEANINGS:
        if isinstance(error, kinds):
            return Unusable(code, message.format(words=words(error)))
    if isinstance(error, sqlite3.Error) and (found := _SQLITE.get(_primary_code(error))):
        code, message = found
        return Unusable(code, message.format(words=words(error)))
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return Unusable("full", "There is no room on the disk.")
    if opening:
        return Unusable("database", f"The database cannot be opened: {words(error)}. Check PLEDGE_DATABASE_URL.")
    if isinstance(error, sqlite3.Error | asyncpg.PostgresError) or outages.is_outage(error):
        return Unusable("database", f"The database refused: {words(error)}.")
    if isinstance(error, OSError):
        return Unusable("file", f"{error.filename or 'The file'}: {error.strerror or words(error)}.")
    return None


def _primary_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


# primary result codes (https://www.sqlite.org/rescode.html)
_BUSY = ("locked", "Another process keeps the database to itself. Wait until it is done, or stop it, then try again.")
_SQLITE = {
    5: _BUSY,
    6: _BUSY,
    8: ("read-only", f"The database can only be read. {_WHOSE}"),
    11: ("damaged", _DAMAGED),
    13: ("full", "There is no room on the disk."),
    14: ("unreadable", f"The database cannot be opened: {{words}}. {_WHOSE}"),
    26: ("damaged", _DAMAGED),
}
_NO_TLS = (
    f"{_CANNOT} The server runs, and has no TLS. Switch that on there (“ssl = on”), or, where nobody can listen "
    "between, take sslmode out of PLEDGE_DATABASE_URL."
)
_MEANINGS: tuple[tuple[Any, str, str], ...] = (
    (
        asyncpg.InvalidAuthorizationSpecificationError,
        "refused",
        f"{_CANNOT} Check the role and the password in PLEDGE_DATABASE_URL.",
    ),
    (
        asyncpg.InvalidCatalogNameError,
        "no-database",
        f"{_CANNOT} Make it as docs/postgresql.md says, or check PLEDGE_DATABASE_URL.",
    ),
    (
        asyncpg.InsufficientPrivilegeError,
        "not-allowed",
        "PostgreSQL does not let this role do it: {words}. See docs/postgresql.md for which role does what.",
    ),
    (
        asyncpg.ReadOnlySQLTransactionError,
        "read-only",
        "The PostgreSQL server takes no changes: it is a copy that follows another, or is being recovered.",
    ),
    (
        (asyncpg.DataCorruptedError, asyncpg.IndexCorruptedError),
        "damaged",
        "The database is damaged. Make a new one and restore a backup into it (see docs/backup.md).",
    ),
    ((asyncpg.DiskFullError,), "full", "There is no room on the database’s disk."),
    (
        (ConnectionError, TimeoutError, asyncpg.CannotConnectNowError),
        "unreachable",
        f"{_CANNOT} Start the PostgreSQL server, or wait until it has started. Check PLEDGE_DATABASE_URL.",
    ),
)
