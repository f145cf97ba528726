"""What actions bear on how the pledge is kept: which question asks for something, was done, or lost its evidence."""

from datetime import date
from uuid import UUID

import msgspec

from pledge.database import sql


class Bearing(msgspec.Struct, frozen=True):
    """The action of one question. ``done``: a person says so. ``ended``: it is open, and all its evidence has ended."""

    id: UUID
    questionnaire: str
    question: str
    done: bool
    ended: bool

    @property
    def href(self) -> str:
        """Its address."""
        return f"/actions/{self.id}"


async def bearings(organisation: UUID, today: date) -> list[Bearing]:
    """Return an organisation's actions but those that a newer report closed, in the current unit."""
    rows = await sql.rows(
        "SELECT a.id, a.questionnaire, a.question, a.status, max(e.ends) AS ends FROM action a "
        "LEFT JOIN evidence e ON e.organisation = a.organisation AND e.action = a.id "
        "WHERE a.organisation = {} AND a.closed_by NOT IN ('answer', 'not_asked') "
        "GROUP BY a.id, a.questionnaire, a.question, a.status",
        organisation,
    )
    return [
        Bearing(
            row["id"],
            row["questionnaire"],
            row["question"],
            done=row["status"] == "done",
            ended=row["status"] != "done" and row["ends"] is not None and date.fromisoformat(str(row["ends"])) < today,
        )
        for row in rows
    ]
