"""Row-level security on PostgreSQL for the tables there are. Those of later migrations get it when they are made."""

from pledge.database import walls

ID = "pledge_2026_11_22_11_row_level_security"


async def forwards() -> None:
    """Build the wall between organisations."""
    await walls.build()
