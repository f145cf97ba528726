"""How an organisation keeps its pledge, by what it has done since it signed: its status, and each commitment."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

import msgspec

from pledge.actions import ending
from pledge.assessments import deeper, definitions, submitting
from pledge.database import clock
from pledge.database.unit import write
from pledge.events.booking import bookings
from pledge.pledges import publishing, standing
from pledge.pledges.evidence import Answer, Assessed, Attendance, Facts, Kept, evidence, rose, status_of
from pledge.pledges.standing import REFRESH
from pledge.pledges.text import PledgeText
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.result import Result
from pledge.questionnaires.visibility import words
from pledge.suppliers.listed import listing as supplier_listing
from pledge.worker.loop import Handler
from pledge.worker.queue import Claimed


async def refresh(organisation: UUID) -> None:
    """Give the organisation's live signature the status that it has earned by now, in the current unit."""
    found = await _known(organisation)
    if found is not None:
        text, facts = found
        await standing.set_status(organisation, status_of(text, facts))


async def keeping(within: OrganisationScope) -> tuple[PledgeText, tuple[Kept, ...]] | None:
    """Return the signed text and what shows that each commitment is kept, in the current unit; None if not signed.

    Five round trips, and one for the text.
    """
    found = await _known(within.organisation)
    if found is None:
        return None
    text, facts = found
    if await supplier_listing.count(within):
        facts = msgspec.structs.replace(facts, uploads=frozenset({"suppliers"}))
    return text, evidence(text, facts)


async def _known(organisation: UUID) -> tuple[PledgeText, Facts] | None:
    """Return the text that the organisation signed, and what its answers and its events say.

    None without a live signature.
    """
    signed = await standing.current(organisation)
    edition = await publishing.load(signed.version) if signed else None
    if signed is None or edition is None:
        return None
    history = _by_questionnaire(await submitting.history(organisation))
    ended = await ending.ended(organisation, clock.today())
    return edition.text, Facts(
        today=clock.today(),
        signed_on=signed.signed_on,
        consents=frozenset(signed.consents),
        assessed={
            questionnaire: assessed(
                submissions,
                await definitions.version(questionnaire, submissions[-1].version, submissions[-1].revision),
                {question: f"/actions/{action}" for (name, question), action in ended.items() if name == questionnaire},
            )
            for questionnaire, submissions in history.items()
        },
        attendances=tuple(Attendance(visit.topics, visit.on) for visit in await bookings.visits(organisation)),
        titles={definition.id: definition.title for definition in definitions.all_current()},
    )


def assessed(
    submissions: list[submitting.Submission], definition: Definition, ended: Mapping[str, str] | None = None
) -> Assessed:
    """Return the facts of one questionnaire's submissions, given oldest first; the newest answered ``definition``.

    ``ended``: see ``Assessed``.
    """
    last = submissions[-1]
    newest: Result = last.result
    left_out = deeper.left_out(definition, last.profile, newest)
    same = [each for each in submissions if _form(each) == _form(last)]
    other = [each for each in submissions if _form(each) != _form(last)]
    before = [each for each in other if _form(each) == _form(other[-1])]
    return Assessed(
        submitted_on=tuple(submission.on for submission in submissions if submission.based_on is None),
        answers={row.id: Answer(row.points, row.flag or "") for row in newest.questions if row.id not in left_out},
        words={question.id: words(definition, question, last.profile).text for question in definition.questions},
        report=f"/reports/{last.id}",
        ended=ended or {},
        score=newest.score,
        previous_score=_before(same),
        had_risen=all(_whole(each) == _whole(last) for each in same)
        and bool(before)
        and rose(_before(before), before[-1].result.score),
    )


def _form(submission: submitting.Submission) -> tuple[str, str]:
    """Return what two scores must have in common to be compared: the form and the version of the questions."""
    return submission.result.depth, submission.version


def _whole(submission: submitting.Submission) -> UUID:
    """Return the submission in which all questions were answered, where some were answered again since."""
    return submission.based_on or submission.id


def _before(alike: list[submitting.Submission]) -> int | None:
    """Return the score with which the newest one is compared: that of the time before, or of all its own questions.

    The lower one counts, so that nobody rises by answering one question worse, and then as before.
    """
    newest = alike[-1]
    earlier = [each for each in alike if _whole(each) != _whole(newest)][-1:]
    begun = [each for each in alike if each.id == newest.based_on]
    return min((each.result.score for each in (*earlier, *begun) if each.result.score is not None), default=None)


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
