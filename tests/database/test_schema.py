"""The tables in Python and the tables in the database are the same."""

import importlib
from pathlib import Path

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from pledge.database import sql
from pledge.database.unit import read

KINDS = {
    UUID: "uuid", BigInt: "bigint", Boolean: "boolean", Date: "date", ForeignKey: "uuid", Integer: "integer",
    Text: "text", Timestamptz: "timestamp with time zone", Varchar: "character", Bytea: "bytea",
}  # fmt: skip
WEB_TABLES = {"kept_page", "throttle", "submission", "installation", "migration"}  # used by SQL alone, or Piccolo's own


def declared() -> dict[str, type[Table]]:
    import pledge

    found: dict[str, type[Table]] = {}
    for path in Path(pledge.__file__).parent.glob("*/tables.py"):
        module = importlib.import_module(f"pledge.{path.parent.name}.tables")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Table) and value.__module__ == module.__name__:
                found[value._meta.tablename] = value
    return found


async def actual(db) -> dict[str, dict[str, tuple[str, bool]]]:
    """Table → column → (type in lower case, whether it may be NULL)."""
    if db.engine_type == "postgres":
        rows = await read(
            lambda: sql.rows(
                "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
                "WHERE table_schema = 'public'"
            )
        )
        found: dict[str, dict[str, tuple[str, bool]]] = {}
        for row in rows:
            column = (row["data_type"], row["is_nullable"] == "YES")
            found.setdefault(row["table_name"], {})[row["column_name"]] = column
        return found
    names = await read(lambda: sql.rows("SELECT name FROM sqlite_master WHERE type = 'table'"))
    found = {}
    for name in (row["name"] for row in names):
        columns = await read(lambda name=name: sql.rows(f"PRAGMA table_info({name})"))
        found[name] = {
            column["name"]: (
                column["type"].lower().replace("timestamptz", "timestamp with time zone"),
                not column["notnull"],
            )
            for column in columns
        }
    return found


async def test_every_table_in_the_database_is_declared_and_the_other_way_round(db):
    assert set(await actual(db)) - WEB_TABLES == set(declared())


async def test_every_column_is_declared_with_its_type_and_whether_it_may_be_empty(db):
    schema = await actual(db)
    for name, table in declared().items():
        columns = {column._meta.db_column_name: column for column in table._meta.columns}
        assert set(columns) == set(schema[name]), name
        for column_name, column in columns.items():
            kind, nullable = schema[name][column_name]
            expected = KINDS[type(column)]
            assert kind.startswith(expected) or (expected == "character" and kind.startswith(("varchar", "char"))), (
                name, column_name, kind,
            )  # fmt: skip
            assert nullable == column._meta.null, (name, column_name)


# Why a table may refer to rows that belong to an organisation without saying which organisation.
WITHOUT_ORGANISATION = {
    ("action", "membership"): "as for assignment",
    ("action_change", "membership"): "as for assignment",
    (
        "assessment",
        "assessment",
    ): "SQLite adds no key of two columns to a table; the firm’s own report is copied",
    ("assignment", "membership"): "of a key with the organisation only the member could not be emptied when it ends",
    ("attendee", "registration"): "both belong to an event, in which people without an organisation book too",
    ("kept_share", "report_share"): "what a firm keeps in its list is another’s, so that it can be taken back",
    ("supplier_answer", "supplier_invitation"): "they are the supplier’s; no unit of the firm that asks reaches them",
}
NO_REFERENCE = {"audit_entry": "what happened stays in the log when the organisation is erased"}


async def references(db) -> list[tuple[str, str, dict[str, str]]]:
    """Every foreign key: the table, the one that it refers to, and its columns with those that they name there."""
    if db.engine_type == "sqlite":
        text = (
            'SELECT child.name AS child, k.id AS key, k."table" AS parent, k."from" AS here, k."to" AS there '
            "FROM sqlite_master child JOIN pragma_foreign_key_list(child.name) k WHERE child.type = 'table'"
        )
    else:
        text = (
            "SELECT conrelid::regclass::text AS child, conname AS key, confrelid::regclass::text AS parent, "
            "h.attname AS here, t.attname AS there FROM pg_constraint "
            "CROSS JOIN LATERAL unnest(conkey, confkey) AS pair (here, there) "
            "JOIN pg_attribute h ON h.attrelid = conrelid AND h.attnum = pair.here "
            "JOIN pg_attribute t ON t.attrelid = confrelid AND t.attnum = pair.there WHERE contype = 'f'"
        )
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in await read(lambda: sql.rows(text)):
        found.setdefault((row["child"], str(row["key"]), row["parent"]), {})[row["here"]] = row["there"]
    return [(child, parent, columns) for (child, _, parent), columns in found.items()]


async def test_a_row_refers_to_no_row_of_another_organisation(db):
    """Whatever refers to an organisation's row names the organisation too: a foreign key (organisation, x)."""
    owned = {name for name, columns in (await actual(db)).items() if "organisation" in columns}
    found = await references(db)
    bare = {
        (child, parent)
        for child, parent, columns in found
        if parent in owned and columns.get("organisation") != "organisation"
    }
    assert bare == WITHOUT_ORGANISATION.keys()
    assert owned - {child for child, _, columns in found if "organisation" in columns} == NO_REFERENCE.keys()
    assert sum(parent in owned for _, parent, _ in found) >= 12  # it does look
