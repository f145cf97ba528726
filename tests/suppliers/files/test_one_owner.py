"""Only this room names the tables of files in a statement: whoever reads or changes them calls it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pledge.suppliers import tables

SOURCES = Path(__file__).parents[3] / "src" / "pledge"
ROOM = SOURCES / "suppliers" / "files"
# What says of each column what it holds and whose it is. Backup and restore find every table in the schema itself.
DICTIONARIES = {SOURCES / "suppliers" / "tables.py", SOURCES / "suppliers" / "personal.py"}

OURS = re.compile(
    r"\bupload_(chunk|row|issue|supplier)\b"
    r"|\b(FROM|JOIN|INTO|UPDATE|TABLE)\s+upload\b|\bFROM\s+\w+(\s+\w+)?\s*,\s*upload\b"
)


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is no docstring; ``{}`` for what an f-string puts in, a name for ``hold``."""
    tree = ast.parse(source)
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.lineno, node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "sql.hold":
            yield node.lineno, f"UPDATE {ast.literal_eval(node.args[0])}"


def named(source: str, *, dictionary: bool = False) -> list[tuple[int, str]]:
    """Where a module names a table of ours; a dictionary may, where it is all that a string has."""
    return [
        (line, text)
        for line, text in texts(source)
        if (match := OURS.search(text)) and not (dictionary and match[0] == text)
    ]


def test_only_this_room_names_its_tables():
    modules = [path for path in SOURCES.rglob("*.py") if ROOM not in path.parents]
    assert len(modules) > 300
    found = {
        str(path.relative_to(SOURCES)): told
        for path in modules
        if (told := named(path.read_text("utf-8"), dictionary=path in DICTIONARIES))
    }
    assert found == {}


def test_these_are_its_tables():
    ours = {table._meta.tablename for table in vars(tables).values() if hasattr(table, "_meta")}
    assert {name for name in ours if name.startswith("upload")} == {
        "upload", "upload_chunk", "upload_row", "upload_issue", "upload_supplier",
    }  # fmt: skip


def test_each_of_them_is_read_and_written_here():
    here = " ".join(text for path in ROOM.glob("*.py") for _, text in texts(path.read_text("utf-8")))
    for table in ("upload", "upload_chunk", "upload_row", "upload_issue", "upload_supplier"):
        assert re.search(rf"FROM {table}\b", here) and re.search(rf"INSERT INTO {table}\b", here), table


@pytest.mark.parametrize(
    "statement",
    [
        'sql.rows("SELECT id FROM upload WHERE id = {}", one)',
        'sql.rows(f"UPDATE upload SET {columns} = 1")',
        'sql.rows("SELECT s.id FROM supplier s, upload u")',
        'sql.rows(\n    "SELECT s.id FROM supplier s "\n    "JOIN upload_row r ON r.number = 1"\n)',
        'TABLE = "upload_issue"',
        'sql.hold("upload", "name", "id = {}", one)',
    ],
)
def test_the_rule_sees_what_it_forbids(statement):
    assert named(statement)


@pytest.mark.parametrize(
    "line", ['"""Rows FROM upload_row."""', 'record("upload.removed", upload)', 'rows("SELECT upload FROM other")']
)
def test_the_rule_leaves_the_rest_alone(line):
    assert not named(line)


def test_a_dictionary_names_tables_and_has_no_statements():
    assert not named('Held(table="upload_row")', dictionary=True)
    assert named('rows("SELECT 1 FROM upload_row")', dictionary=True)
