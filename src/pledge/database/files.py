"""The SQLite file and its folder: is it there, is it one, and can nobody else on the machine read it."""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path

from pledge.database.troubles import Unusable

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
MISSING = "no-database"
NOT_OURS = {"not-a-database", "not-ours"}
_MAGIC = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm")  # SQLite's own, made with the mode of the file itself


def require(path: Path) -> None:
    """Raise Unusable when there is no database to open at ``path``, saying where we looked."""
    where = path.absolute()
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        what = f"There is no database at {where}."
    except OSError as error:
        raise Unusable("unreadable", f"{where} cannot be reached: {error.strerror}.") from error
    else:
        _require_file(where, found.st_mode)
        if found.st_size:
            return
        what = f"The file {where} is empty: there is no database in it."
    raise Unusable(
        MISSING,
        f"{what} Name yours in PLEDGE_DATABASE_URL, best with its whole path, or make one with “pledge migrate”.",
    )


def make(path: Path) -> None:
    """Make the file and its folder, for their owner alone, if they are not there. What is there stays as it is.

    Raises Unusable for what is no SQLite file; OSError.
    """
    make_folder(path.resolve().parent)
    with suppress(FileNotFoundError):
        _require_file(path.absolute(), path.stat().st_mode)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE))
    with path.open("rb") as file:
        head = file.read(len(_MAGIC))
    if head not in (b"", _MAGIC):
        raise Unusable(
            "not-a-database",
            f"The database cannot be opened: {path.absolute()} is not an SQLite database, or its beginning is damaged. "
            "If it was Pledge’s, move it away and restore a backup; else check PLEDGE_DATABASE_URL.",
        )


def _require_file(where: Path, mode: int) -> None:
    """Raise Unusable for a folder, and for a pipe or device: opening one may wait forever, or do something."""
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a file"
        raise Unusable(
            "not-a-database", f"The database cannot be opened: {where} is {what}. Check PLEDGE_DATABASE_URL."
        )


def keep_private(path: Path) -> None:
    """Let nobody but their owner into a file that is Pledge's, and into those that SQLite keeps beside it.

    Raises OSError.
    """
    for name in (path, *(path.with_name(path.name + end) for end in _BESIDE)):
        with suppress(FileNotFoundError, PermissionError):  # another's: “pledge config” warns
            if readable_by_others(name):
                name.chmod(PRIVATE_FILE)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner alone. Raises OSError."""
    if not folder.is_dir():
        make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(PRIVATE_FOLDER)


def readable_by_others(path: Path) -> bool:
    """Return whether the group or others may do anything with a file or folder. Raises OSError."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def require_ours(connection: sqlite3.Connection) -> None:
    """Raise Unusable when a database holds something, and that is not Pledge's."""
    names = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master")}
    if names and not _is_ours(connection):
        raise Unusable(
            "not-ours",
            "This database holds tables that are not Pledge’s. Give Pledge a database of its own: name it in "
            "PLEDGE_DATABASE_URL.",
        )


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Return whether Pledge's migrations ran, or were about to; whatever uses Piccolo has their table."""
    columns = {row["name"] for row in connection.execute("PRAGMA table_info(migration)")}
    if "app_name" not in columns:
        return False
    applied = {row["app_name"] for row in connection.execute("SELECT DISTINCT app_name FROM migration")}
    return not applied or "pledge" in applied
