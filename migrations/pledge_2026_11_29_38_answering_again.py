"""Reminders to answer again: how many of each report's were sent, and who wants none."""

from calendar import monthrange
from datetime import date

from pledge.database import clock, migrating, sql

ID = "pledge_2026_11_29_38_answering_again"

STATEMENTS = (
    "ALTER TABLE assessment ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0 CHECK (reminded BETWEEN 0 AND 3)",
    "CREATE INDEX assessment_reminded ON assessment (submitted_on) WHERE reminded < 3",
    """
    CREATE TABLE renewal_silence (
        member UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        since TIMESTAMPTZ NOT NULL,
        FOREIGN KEY (organisation, member) REFERENCES membership (organisation, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX renewal_silence_organisation ON renewal_silence (organisation, member)",
)
DAYS = (60, 30, 7)  # before a report is a year old, as they are at the time of this migration


async def forwards() -> None:
    """Add the column and the table. What would have been sent by today is never sent: nobody gets a heap at once."""
    await migrating.run(STATEMENTS)
    today = clock.today()
    for row in await sql.rows("SELECT id, submitted_on FROM assessment WHERE status = 'submitted'"):
        left = (_year_after(row["submitted_on"]) - today).days
        past = sum(left <= days for days in DAYS)
        if past:
            await sql.rows("UPDATE assessment SET reminded = {} WHERE id = {}", past, row["id"])


def _year_after(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, monthrange(day.year + 1, day.month)[1]))
