"""Facts about this installation, by name: whether it is a demo, which seed it grew from."""

from pledge.database import sql


async def get(name: str) -> str | None:
    """Return a fact, in the current unit; None when it is not known."""
    found: str | None = await sql.value("SELECT value FROM installation WHERE name = {}", name)
    return found


async def put(name: str, value: str) -> None:
    """Store a fact, in the current unit."""
    await sql.rows(
        "INSERT INTO installation (name, value) VALUES ({}, {}) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
    )
