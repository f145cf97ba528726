"""Why a backup or a restore is not done."""

import errno
import sqlite3

import asyncpg

from pledge.database import outages

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class ArchiveRefused(Exception):
    """A backup cannot be made or restored. ``code`` is for programs; the message is one plain sentence or two."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def words(error: BaseException) -> str:
    """Return what an error says, on one line and without a full stop."""
    return (" ".join(str(error).split()) or type(error).__name__).rstrip(".")


def refusal_of(error: BaseException) -> ArchiveRefused | None:
    """Return an error of making or restoring a backup as a refusal; None when it is a mistake of ours."""
    if isinstance(error, ArchiveRefused):
        return error
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return ArchiveRefused("full", "There is no room on the disk. Nothing was changed.")
    if isinstance(error, sqlite3.Error | asyncpg.PostgresError) or outages.is_outage(error):
        return ArchiveRefused("database", f"The database refused: {words(error)}. Nothing was changed.")
    if isinstance(error, OSError):
        return ArchiveRefused("file", f"{error.filename or 'The file'}: {error.strerror or words(error)}.")
    return None
