"""Files that are no backup, not a whole one, or not the one that was written: each is refused in a plain sentence."""

import errno
import gc
import io
import json
import random
import zipfile
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

import pytest

from pledge.archive import container, schema
from pledge.archive.container import SEAL, opened
from pledge.archive.refusals import ArchiveRefused

ROWS = [
    (UUID(int=7), datetime(2026, 11, 22, 9, 30, 0, 5, tzinfo=UTC), date(2026, 11, 22), True, -(2**63), 'é\n"\0', b"\0"),
    (UUID(int=8), None, None, None, None, None, None),
]
KINDS = ("uuid", "instant", "date", "boolean", "integer", "text", "bytes")
TABLE = schema.Table(
    "thing", tuple(schema.Column(f"a_{kind}", kind, kind != "uuid") for kind in KINDS), ("a_uuid",), frozenset()
)
NOTHING = schema.Table("nothing", TABLE.columns, (), frozenset())
FACTS = {
    "pledge": "0.1.0", "taken": datetime(2026, 11, 22, tzinfo=UTC), "database": "sqlite", "migrations": ["first"],
    "left_out": ["session"],
}  # fmt: skip


def write(path, rows=ROWS, table=TABLE, **facts):
    with path.open("w+b") as file, container.Writer(file) as writer:
        with writer.table(table) as lines:
            lines.write(rows)
        with writer.table(NOTHING):
            pass
        return writer.finish(**{**FACTS, **facts})


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.pledge"
    write(path)
    return path


def read(path) -> list:
    with opened(path) as archive:
        return [row for member in archive.manifest.tables for batch in archive.rows(member) for row in batch]


def refusal(path) -> str:
    with pytest.raises(ArchiveRefused) as refused:
        read(path)
    message = refused.value.message
    assert "\n" not in message and message.startswith(str(path)) and message.endswith(".")
    return refused.value.code


def test_what_was_written_is_read(file):
    assert read(file) == ROWS


def test_it_is_what_the_documentation_says(file):
    content = file.read_bytes()
    assert content[-64:].decode() == sha256(content[:-64]).hexdigest()
    with zipfile.ZipFile(file) as found:
        assert found.testzip() is None and found.comment == SEAL + content[-64:]
        assert found.namelist() == ["PLEDGE-BACKUP.txt", "tables/thing.jsonl", "tables/nothing.jsonl", "manifest.json"]
        lines = found.read("tables/thing.jsonl").decode().splitlines()
        manifest = json.loads(found.read("manifest.json"))
    assert json.loads(lines[0]) == [
        "00000000-0000-0000-0000-000000000007", "2026-11-22T09:30:00.000005Z", "2026-11-22", True, -(2**63),
        "é\n\"\0", "AA==",
    ]  # fmt: skip
    assert manifest["tables"][0]["columns"][1] == ["a_instant", "instant", True]
    assert manifest["tables"][0]["rows"] == 2 and manifest["taken"] == "2026-11-22T00:00:00Z"


def test_rows_longer_than_what_is_read_at_a_time(tmp_path):
    rows = [(UUID(int=n), None, None, None, n, "x" * n * 700_000, bytes(n)) for n in range(5)]
    write(tmp_path / "a", rows)
    assert read(tmp_path / "a") == rows


# — damage —


def test_no_end_of_it_may_be_missing(file):
    content = file.read_bytes()
    for length in {*range(0, len(content), 37), len(content) - 1, len(content) - 64}:
        file.write_bytes(content[:length])
        assert refusal(file) in {"foreign", "incomplete"}


def test_every_flipped_bit_is_found(file):
    content, chance = bytearray(file.read_bytes()), random.Random(5)
    for place in range(len(content)):
        bit = 1 << chance.randrange(8)
        content[place] ^= bit
        file.write_bytes(content)
        assert refusal(file) in {"foreign", "incomplete", "damaged"}
        content[place] ^= bit
    file.write_bytes(content)
    assert read(file) == ROWS


@pytest.mark.parametrize("extra", [b"\0", b"more" * 50])
def test_nothing_may_stand_before_or_after_it(file, extra):
    content = file.read_bytes()
    file.write_bytes(content + extra)
    assert refusal(file) in {"incomplete", "damaged"}
    file.write_bytes(extra + content)
    assert refusal(file) == "foreign"


@pytest.mark.parametrize("what", ["text", "nothing", "zip", "sqlite"])
def test_another_file_is_not_a_backup(tmp_path, what):
    path = tmp_path / "x"
    path.write_bytes(
        {"text": b"This is a letter to my aunt.\n" * 99, "sqlite": b"SQLite format 3\0" * 99}.get(what, b"")
    )
    if what == "zip":
        with zipfile.ZipFile(path, "w") as other:
            other.writestr("letter.txt", "Dear aunt")
    assert refusal(path) == "foreign"
    assert not container.is_archive(path)


def test_a_file_that_cannot_be_read(tmp_path):
    assert refusal(tmp_path / "absent") == "unreadable"
    assert refusal(tmp_path) == "unreadable"


# — edited by somebody who computed the last checksum anew —


def edited(file, edit) -> None:
    """Write a file anew with its members changed and its end right again."""
    with zipfile.ZipFile(file) as old:
        members = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(file, "w") as new:
        for name, content in edit(members):
            new.writestr(zipfile.ZipInfo(name), content)
        new.comment = SEAL + b"0" * 64
    content = file.read_bytes()[:-64]
    file.write_bytes(content + sha256(content).hexdigest().encode())


def manifest(change):
    def edit(members):
        *others, (name, content) = members
        found = json.loads(content)
        change(found)
        return [*others, (name, json.dumps(found).encode())]

    return edit


def member(change):
    return lambda members: [
        (name, change(content) if name == "tables/thing.jsonl" else content) for name, content in members
    ]


def second_line_first(content: bytes) -> bytes:
    return b"".join(reversed(content.splitlines(keepends=True)))


def one_more_unended(members):
    """A row of rubbish behind the last line, of which the manifest's own sum is right."""
    longer = dict(members) | {"tables/thing.jsonl": dict(members)["tables/thing.jsonl"] + b'["cut'}
    total = sha256(longer["tables/thing.jsonl"]).hexdigest()
    return manifest(lambda found: found["tables"][0].update(sha256=total))(list(longer.items()))


EDITS = {
    "nothing": lambda members: members,
    "a value": member(lambda content: content.replace(b"2026-11-22T", b"2026-11-23T")),
    "a row less": member(lambda content: content.splitlines(keepends=True)[0]),
    "a row twice": member(lambda content: content + content),
    "rows in another order": member(second_line_first),
    "no end of the last line": member(lambda content: content[:-1]),
    "a row begun, and its sum right": one_more_unended,
    "no JSON": member(lambda content: b"[" + content),
    "no row": member(lambda content: b"{}\n"),
    "a table less": lambda members: [pair for pair in members if pair[0] != "tables/nothing.jsonl"],
    "a member more": lambda members: [*members, ("extra", b"")],
    "no manifest": lambda members: members[:-1],
    "two manifests": lambda members: [*members, members[-1]],
    "no count": manifest(lambda found: found["tables"][0].pop("rows")),
    "another count": manifest(lambda found: found["tables"][0].update(rows=3)),
    "another kind": manifest(lambda found: found["tables"][0]["columns"][0].__setitem__(1, "integer")),
    "no such kind": manifest(lambda found: found["tables"][0]["columns"][0].__setitem__(1, "colour")),
    "no column": manifest(lambda found: found["tables"][0].update(columns=[])),
    "a table of no name": manifest(lambda found: found["tables"][0].update(name="../../etc/passwd")),
    "an unknown key": manifest(lambda found: found.update(extra=1)),
    "a list": manifest(lambda found: found.clear()),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("what", EDITS)
def test_each_table_has_a_checksum_of_its_own(file, what):
    edited(file, EDITS[what])
    if what == "nothing":
        assert read(file) == ROWS
    else:
        assert refusal(file) == "damaged"


def test_a_format_of_the_future_is_refused_as_such(file):
    edited(file, manifest(lambda found: found.update(format=2, tables="otherwise")))
    assert refusal(file) == "newer"


def test_a_value_that_is_not_of_its_columns_kind_is_never_written(tmp_path):
    for place, value in [(0, "x"), (1, "2026-01-01"), (2, 5), (3, 1), (4, 1.5), (4, "1"), (5, b"x"), (6, "AA==")]:
        row = list(ROWS[0])
        row[place] = value
        with pytest.raises(ArchiveRefused, match=f"The table thing .*a_{KINDS[place]}"):
            write(tmp_path / "x", [row])


def test_a_disk_that_is_full_from_the_start_is_an_error_once():
    class Full(io.BytesIO):
        def write(self, _data):
            raise OSError(errno.ENOSPC, "no room")

    with pytest.raises(OSError, match="no room"), container.Writer(Full()):
        pytest.fail("nothing could be written")
    gc.collect()  # what is taken apart late and fails again would be seen here
