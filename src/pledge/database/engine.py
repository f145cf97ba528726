"""Which engine serves a database URL."""

from pledge.database.postgres import PostgresDatabase
from pledge.database.sqlite import SQLiteDatabase


def engine_for(url: str) -> SQLiteDatabase | PostgresDatabase:
    """Return the engine for ``sqlite:///path`` or ``postgresql://…``. Contacts nothing yet."""
    if url.startswith("sqlite:///"):
        return SQLiteDatabase(url.removeprefix("sqlite:///"))
    return PostgresDatabase(url)
