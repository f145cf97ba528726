"""Row-level security on PostgreSQL: the second wall between organisations, behind the scopes.

A statement that forgets to name its organisation finds, changes and adds nothing of another’s. How far a unit reaches
is said when it begins (``pledge.database.unit.reaching``); a connection on which nothing was said reaches no
organisation. SQLite has no such thing: there the scopes stand alone.
"""

from pledge.database import sql
from pledge.database.unit import database

POLICY = "between_organisations"

# (SELECT …): worked out once for a statement, not for every row. After a transaction that set it, the setting is ''.
_TRUSTED = "(SELECT current_setting('pledge.trusted', true) = 'on')"
_ORGANISATION = "(SELECT nullif(current_setting('pledge.organisation', true), '')::uuid)"


async def build() -> None:
    """Put the wall round every table that has a column “organisation”, and round that of organisations.

    In the current unit, and again after every migration, so that no table can be forgotten; does nothing on SQLite.
    """
    if database().engine_type != "postgres":
        return
    for row in await sql.rows(
        "SELECT c.relname AS name, a.attname AS column, a.attnotnull AS always FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped "
        "AND (a.attname = 'organisation' OR (c.relname = 'organisation' AND a.attname = 'id')) "
        "AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = {})",
        POLICY,
    ):
        table, within = f'"{row["name"]}"', f"{row['column']} = {_ORGANISATION}"
        if not row["always"]:  # a row of no organisation is nobody's secret from another
            within = f"{row['column']} IS NULL OR {within}"
        await _wall(table, f"{_TRUSTED} OR {within}")


async def close(table: str) -> None:
    """Put a wall round a table of people’s, that no unit of an organisation’s members or of staff reaches over.

    In the current unit, by the migration that makes the table; does nothing on SQLite.
    """
    if database().engine_type == "postgres":
        await _wall(f'"{table}"', _TRUSTED)


async def between(table: str, *columns: str) -> None:
    """Put a wall round a table whose rows belong to several organisations, one in each of ``columns``.

    In the current unit, by the migration that makes the table; does nothing on SQLite. Whoever takes a row from one of
    them (sets its column to NULL) must still be reached by another.
    """
    if database().engine_type == "postgres":
        await _wall(f'"{table}"', " OR ".join([_TRUSTED, *(f"{column} = {_ORGANISATION}" for column in columns)]))


async def _wall(table: str, reached: str) -> None:
    await sql.rows(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    await sql.rows(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    await sql.rows(f"CREATE POLICY {POLICY} ON {table} USING ({reached})")
