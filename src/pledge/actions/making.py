"""Making actions of a report, in the unit that submits it: the rules of ``merging``, written down."""

from functools import partial
from uuid import UUID

from pledge.actions.merging import CLOSED_BY, Known, Step, merge, told
from pledge.actions.wishes import wishes
from pledge.assessments import deeper, submitting
from pledge.assessments.submitting import Submitted
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import write
from pledge.worker.loop import Handler
from pledge.worker.queue import Claimed

MAKE = "actions.make"  # the job for a report that was submitted before there were actions

_PUT = """
INSERT INTO action (id, organisation, assessment, questionnaire, question, what, why, flag, priority, place, due,
    member, status, reason, note, made, closed, closed_by, told, revision)
VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    (SELECT m.id FROM membership m JOIN assessment a ON a.organisation = m.organisation AND a.submitted_by = m.person
        WHERE a.organisation = {} AND a.id = {}), 'todo', '', '', {}, NULL, '', {}, 1)
ON CONFLICT (organisation, questionnaire, question) DO UPDATE SET assessment = excluded.assessment,
    what = excluded.what, why = excluded.why, flag = excluded.flag, priority = excluded.priority,
    place = excluded.place
"""
_MOVE = """
UPDATE action SET status = {}, closed = NULL, closed_by = '', due = {}, told = {}, revision = revision + 1
WHERE organisation = {} AND id = {}
"""
_CLOSE = """
UPDATE action SET status = 'done', closed = {}, closed_by = {}, revision = revision + 1
WHERE organisation = {} AND id = {}
"""
_NOTE = """
INSERT INTO action_change (id, organisation, action, at, person, kind, status, due, given, member, noted)
VALUES ({}, {}, {}, {}, NULL, {}, {}, {}, {}, NULL, {})
"""


async def take_up(organisation: UUID, assessment: UUID) -> None:
    """Let the actions of an organisation follow a report of its, in the current unit. Twice is as once.

    What is new is the task of whoever submitted it. A report that is not its newest changes nothing.
    """
    submitted = await submitting.load_of(organisation, assessment)
    if submitted is None or not submitted.latest:
        return
    questionnaire = submitted.definition.id
    await sql.hold("action", "made", "organisation = {} AND questionnaire = {}", organisation, questionnaire)
    rows = await sql.rows(
        "SELECT id, question, status, flag, due FROM action WHERE organisation = {} AND questionnaire = {}",
        organisation,
        questionnaire,
    )
    known = [Known(row["question"], row["status"], row["flag"] or None, row["due"]) for row in rows]
    states = {row.id: row.state for row in submitted.result.questions}
    left_out = deeper.left_out(submitted.definition, submitted.profile, submitted.result)
    steps = list(merge(known, wishes(submitted), states, clock.today(), left_out, submitted.carried))
    await _write(organisation, submitted, steps, {row["question"]: row["id"] for row in rows})


async def _write(organisation: UUID, submitted: Submitted, steps: list[Step], known: dict[str, UUID]) -> None:
    ids = {step.question: known.get(step.question) or new_id() for step in steps}
    now, today = clock.now(), clock.today()
    wished = [(place, step, step.wish) for place, step in enumerate(steps) if step.wish is not None]
    await sql.many(
        _PUT,
        [
            (ids[step.question], organisation, submitted.id, submitted.definition.id, step.question, asked.what,
             asked.why, asked.flag or "", asked.priority, place, step.due, organisation, submitted.id, now,
             told(step.due, today))
            for place, step, asked in wished
        ],
    )  # fmt: skip
    await sql.many(
        _MOVE,
        [
            (step.status, step.due, told(step.due, today), organisation, ids[step.question])
            for step in steps
            if step.kind in ("again", "opened", "urgent")
        ],
    )
    await sql.many(
        _CLOSE,
        [(now, CLOSED_BY[step.kind], organisation, ids[step.question]) for step in steps if step.kind in CLOSED_BY],
    )
    await sql.many(
        _NOTE,
        [
            (new_id(), organisation, ids[step.question], now, step.kind, step.status, step.due, False, False)
            for step in steps
            if step.kind != "kept"
        ],
    )


def handlers() -> dict[str, Handler]:
    """Return the background work of actions by job kind."""

    async def make(job: Claimed) -> None:
        await write(partial(take_up, UUID(job.payload["organisation"]), UUID(job.payload["assessment"])))

    return {MAKE: make}
