"""The SQLite file and its folder: is it there, is it one, and can nobody else on the machine read it."""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path

from pledge.database.troubles import Unusable

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
MISSING = "no-database"
_MAGIC = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm")  # SQLite's own, made with the mode of the file itself


def require(path: Path) -> None:
    """Raise Unusable when there is no database to open at ``path``, saying where we looked."""
    where = path.absolute()
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        what = f"There is no database at {where}."
    except OSError as error:
        raise Unusable("unreadable", f"{where} cannot be reached: {error.strerror}.") from error
    else:
        if size or not path.is_file():
            return
        what = f"The file {where} is empty: there is no database in it."
    raise Unusable(
        MISSING,
        f"{what} Name yours in PLEDGE_DATABASE_URL, best with its whole path, or make one with “pledge migrate”.",
    )


def keep_private(path: Path) -> None:
    """Make the file and its folder if they are not there, and let nobody but their owner into the file.

    A folder that is there already stays as it is. Raises Unusable for what is no SQLite file; OSError.
    """
    make_folder(path.resolve().parent)
    if path.is_dir():
        raise Unusable(
            "not-a-database",
            f"The database cannot be opened: {path.absolute()} is a folder. Check PLEDGE_DATABASE_URL.",
        )
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
    """Raise Unusable when the tables of a database are not Pledge's."""
    names = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if names and "migration" not in names:
        raise Unusable(
            "not-ours",
            "This database holds tables that are not Pledge’s. Give Pledge a database of its own: name it in "
            "PLEDGE_DATABASE_URL.",
        )
