"""What a database file may be when a command comes to it: gone, damaged, of another version, somebody else’s."""

import contextlib
import os
import sqlite3
from pathlib import Path

MAKES_ONE = {("serve",), ("migrate",), ("restore",)}  # commands


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def damaged_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)


def damaged_header(path: Path) -> None:
    path.write_bytes(os.urandom(4096) + path.read_bytes()[4096:])


def a_letter(path: Path) -> None:
    path.write_text("Dear aunt,\n" * 1000)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def another_s_tables(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE invoice (number INTEGER)")
        connection.commit()


def another_s_with_a_log(path: Path) -> None:
    another_s_tables(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE more (number INTEGER)")


def another_piccolo_s(path: Path) -> None:
    another_s_tables(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE migration (id INTEGER, name TEXT, app_name TEXT, ran_on TEXT)")
        connection.execute("INSERT INTO migration VALUES (1, '2024-01-01', 'shop', '2024-01-01')")
        connection.commit()


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def newer(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO migration (name, app_name, ran_on) VALUES ('pledge_2099_01_01_01_x', 'pledge', '2099-01-01')"
        )
        connection.commit()


def older(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM migration WHERE name > 'pledge_2026_11_22_19'")
        connection.execute("DELETE FROM migration WHERE id = (SELECT max(id) FROM migration)")
        connection.commit()


def unreadable(path: Path) -> None:
    path.chmod(0o000)
    if os.geteuid() == 0:
        os.chown(path, 0, 0)


def in_a_closed_folder(path: Path) -> None:
    path.parent.chmod(0o500)


# state → (what makes it, what the sentence says, the commands for which it is no reason to refuse)
STATES = {
    "missing": (missing, ["There is no database at /", "PLEDGE_DATABASE_URL"], MAKES_ONE),
    "empty": (empty, ["is empty", "PLEDGE_DATABASE_URL"], MAKES_ONE),
    "header damaged": (damaged_header, ["restore a backup"], set()),
    "pages damaged": (damaged_pages, ["damaged", "restore a backup"], set()),
    "no database": (a_letter, ["is not an SQLite database", "PLEDGE_DATABASE_URL"], set()),
    "a folder": (a_folder, ["is a folder", "PLEDGE_DATABASE_URL"], set()),
    "a pipe": (a_pipe, ["is not a file", "PLEDGE_DATABASE_URL"], set()),
    "another's": (another_s_tables, ["not Pledge’s"], set()),
    "another's with a log": (another_s_with_a_log, ["not Pledge’s"], set()),
    "another's of Piccolo": (another_piccolo_s, ["not Pledge’s"], set()),
    "newer": (newer, ["newer Pledge"], {("restore",)}),
    "older": (older, ["Run “pledge migrate” first."], MAKES_ONE | {("backup",)}),
    "unreadable": (unreadable, ["cannot be opened"], set()),
}
NOT_OURS = {a_letter, a_pipe, another_s_tables, another_s_with_a_log, another_piccolo_s}  # nobody's mode is changed
