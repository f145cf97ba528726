"""What goods an organisation buys, which until now stood among the kinds of work that it does."""

import json

from pledge.database import migrating, sql

ID = "pledge_2026_11_29_28_goods_bought"

STATEMENTS = ("ALTER TABLE organisation ADD COLUMN goods_bought TEXT NOT NULL DEFAULT '[]'",)

MOVED = {"electronics": "electronics", "ppe": "gloves", "seafood_goods": "seafood"}  # kind of work → goods


async def forwards() -> None:
    """Add the column, and move what organisations have said."""
    await migrating.run(STATEMENTS)
    for row in await sql.rows("SELECT id, risk_sectors FROM organisation WHERE risk_sectors <> '[]'"):
        said = json.loads(row["risk_sectors"] or "[]")
        work = [name for name in said if name not in MOVED]
        if work != said:
            await sql.rows(
                "UPDATE organisation SET risk_sectors = {}, goods_bought = {} WHERE id = {}",
                json.dumps(work, separators=(",", ":")),
                json.dumps([MOVED[name] for name in said if name in MOVED], separators=(",", ":")),
                row["id"],
            )
