"""The status of a signatory in the register, worked out from what the organisation has done since it signed."""

from functools import partial
from uuid import UUID

from pledge.assessments import definitions, submitting
from pledge.database import clock
from pledge.database.unit import write
from pledge.pledges import publishing, standing
from pledge.pledges.evidence import Answer, Assessed, Facts, status_of
from pledge.pledges.standing import REFRESH
from pledge.questionnaires.result import Result
from pledge.worker.loop import Handler
from pledge.worker.queue import Claimed


async def refresh(organisation: UUID) -> None:
    """Give the organisation's live signature the status that it has earned by now, in the current unit."""
    signed = await standing.current(organisation)
    edition = await publishing.load(signed.version) if signed else None
    if signed is None or edition is None:
        return
    history = await submitting.history(organisation)
    facts = Facts(
        today=clock.today(),
        signed_on=signed.signed_on,
        consents=frozenset(signed.consents),
        assessed={
            questionnaire: assessed(submissions) for questionnaire, submissions in _by_questionnaire(history).items()
        },
    )
    await standing.set_status(organisation, status_of(edition.text, facts))


def assessed(submissions: list[submitting.Submission]) -> Assessed:
    """Return the facts of one questionnaire's submissions, given oldest first."""
    newest: Result = submissions[-1].result
    return Assessed(
        submitted_on=tuple(submission.on for submission in submissions),
        answers={
            row.id: Answer(row.points, row.flag or "")
            for row in newest.questions
            if row.state not in ("not_shown", "unanswered")
        },
        score=newest.score,
        previous_score=submissions[-2].result.score if len(submissions) > 1 else None,
    )


def _by_questionnaire(history: list[submitting.Submission]) -> dict[str, list[submitting.Submission]]:
    known = {definition.id for definition in definitions.all_current()}
    found: dict[str, list[submitting.Submission]] = {}
    for submission in history:
        if submission.questionnaire in known:
            found.setdefault(submission.questionnaire, []).append(submission)
    return found


def handlers() -> dict[str, Handler]:
    """Return the background work of reports by job kind."""

    async def work(job: Claimed) -> None:
        await write(partial(refresh, UUID(job.payload["organisation"])))

    return {REFRESH: work}
