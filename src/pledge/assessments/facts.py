"""What figures for groups of firms are made from: a row for each question that was asked, and for each section."""

from uuid import UUID

from pledge.database import sql
from pledge.questionnaires.result import Result


async def write(organisation: UUID, assessment: UUID, result: Result) -> None:
    """Write the facts of an assessment that has just been submitted, in the current unit."""
    shown = [row for row in result.questions if row.state not in ("not_shown", "unanswered")]
    await sql.many(
        "INSERT INTO answer_fact (organisation, assessment, question, section, state, points, weight, target, flag) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        [
            (organisation, assessment, row.id, row.section, row.state, row.points, row.weight, row.target or 0,
             row.flag or "")
            for row in shown
        ],
    )  # fmt: skip
    await sql.many(
        "INSERT INTO section_fact (organisation, assessment, section, weighted_points, weighted_max, score) "
        "VALUES ({}, {}, {}, {}, {}, {})",
        [
            (organisation, assessment, row.id, row.weighted_points, row.weighted_max, row.score)
            for row in result.sections
        ],
    )
