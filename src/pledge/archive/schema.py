"""What tables the database at hand has, read from the database itself: columns, keys, and who refers to whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from pledge.archive.refusals import ArchiveRefused
from pledge.database import sql
from pledge.database.migrating import MIGRATIONS  # which ran is in the manifest, not among the rows
from pledge.database.unit import database

# what a column is declared as, in lower case and without its length → the portable kind of its values
KINDS = {
    "uuid": "uuid",
    "timestamptz": "instant",
    "timestamp with time zone": "instant",
    "date": "date",
    "boolean": "boolean",
    "integer": "integer",
    "bigint": "integer",
    "smallint": "integer",
    "text": "text",
    "char": "text",
    "varchar": "text",
    "character": "text",
    "character varying": "text",
    "bytea": "bytes",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the kind of its values (see ``KINDS``), and whether it may be empty."""

    name: str
    kind: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns in order, its primary key, and the tables it refers to."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    parents: frozenset[str]


async def tables() -> list[Table]:
    """Return every table but Piccolo's own in foreign-key order, parents first, in the current unit.

    Raises ArchiveRefused for a column whose type has no portable kind.
    """
    found = await (_sqlite() if database().engine_type == "sqlite" else _postgres())
    return in_order([table for table in found if table.name != MIGRATIONS])


def in_order(tables: Sequence[Table]) -> list[Table]:
    """Return the tables so that each comes after those it refers to; a circle is entered at its first by name."""
    waiting = {table.name: table for table in sorted(tables, key=lambda table: table.name)}
    found: list[Table] = []
    while waiting:
        ready = [table for table in waiting.values() if not (table.parents - {table.name}) & waiting.keys()]
        found += [waiting.pop(table.name) for table in ready or [next(iter(waiting.values()))]]
    return found


def quoted(name: str) -> str:
    """Return a table's or column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _kind(table: str, column: str, declared: str) -> str:
    kind = KINDS.get(declared.lower().partition("(")[0].strip())
    if kind is None:
        raise ArchiveRefused("unknown-type", f"The column {table}.{column} is of the type {declared}, unknown here.")
    return kind


async def _sqlite() -> list[Table]:
    names = await sql.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    found = []
    for name in [row["name"] for row in names]:
        columns = await sql.rows('SELECT name, type, "notnull" AS required, pk FROM pragma_table_info({})', name)
        parents = await sql.rows('SELECT DISTINCT "table" AS parent FROM pragma_foreign_key_list({})', name)
        keys = sorted((column["pk"], column["name"]) for column in columns if column["pk"])
        found.append(
            Table(
                name,
                ()
                if name == MIGRATIONS
                else tuple(Column(c["name"], _kind(name, c["name"], c["type"]), not c["required"]) for c in columns),
                tuple(column for _, column in keys),
                frozenset(row["parent"] for row in parents),
            )
        )
    return found


async def _postgres() -> list[Table]:
    columns: dict[str, list[Column]] = {}
    for row in await sql.rows(
        "SELECT relname, attname, format_type(atttypid, NULL) AS declared, attnotnull "
        "FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
        "WHERE relnamespace = current_schema()::text::regnamespace AND relkind IN ('r', 'p') "
        "AND attnum > 0 AND NOT attisdropped ORDER BY relname, attnum"
    ):
        of_table = columns.setdefault(row["relname"], [])
        if row["relname"] != MIGRATIONS:
            kind = _kind(row["relname"], row["attname"], row["declared"])
            of_table.append(Column(row["attname"], kind, not row["attnotnull"]))
    keys: dict[str, list[str]] = {}
    for row in await sql.rows(
        "SELECT relname, attname FROM pg_class JOIN pg_index ON indrelid = pg_class.oid AND indisprimary "
        "CROSS JOIN LATERAL unnest(indkey::int2[]) WITH ORDINALITY AS part (number, place) "
        "JOIN pg_attribute ON attrelid = pg_class.oid AND attnum = number "
        "WHERE relnamespace = current_schema()::text::regnamespace "
        "ORDER BY relname, place"
    ):
        keys.setdefault(row["relname"], []).append(row["attname"])
    parents: dict[str, set[str]] = {}
    for row in await sql.rows(
        "SELECT child.relname AS child, parent.relname AS parent FROM pg_constraint "
        "JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid "
        "WHERE contype = 'f' AND connamespace = current_schema()::text::regnamespace"
    ):
        parents.setdefault(row["child"], set()).add(row["parent"])
    return [
        Table(name, tuple(of_table), tuple(keys.get(name, ())), frozenset(parents.get(name, ())))
        for name, of_table in columns.items()
    ]
