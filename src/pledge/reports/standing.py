"""How an organisation keeps its pledge, by what it has done since it signed: its status, and each commitment."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

import msgspec

from pledge.actions.bearing import Bearing, bearings
from pledge.assessments import deeper, definitions, submitting
from pledge.database import clock
from pledge.database.unit import read, write
from pledge.events.booking import bookings
from pledge.events.programme import listing
from pledge.events.programme.ranking import bookable
from pledge.pledges import publishing, standing
from pledge.pledges.evidence import Kept, Standing, evidence, rose, standing_of
from pledge.pledges.facts import Answer, Assessed, Attendance, Coming, Facts
from pledge.pledges.standing import REFRESH, Progress
from pledge.pledges.text import PledgeText
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.result import Result
from pledge.questionnaires.visibility import words
from pledge.suppliers.listed import listing as supplier_listing
from pledge.words.dates import uk_date
from pledge.worker.loop import Handler
from pledge.worker.queue import Claimed


class Keeping(NamedTuple):
    """How a pledge is kept: the text that was signed, each of its commitments, and the status with what comes next."""

    text: PledgeText
    commitments: tuple[Kept, ...]
    standing: Standing

    @property
    def progress(self) -> Progress:
        """How many promises are shown, and the first of the others that one can do something about, in short."""
        lacking = [kept for kept in self.commitments if kept.state == "not_yet"]
        first = next((kept for kept in lacking if kept.step), lacking[0] if lacking else None)
        step = first.step if first else None
        return Progress(
            shown=sum(kept.state == "met" for kept in self.commitments),
            asked=sum(kept.state != "not_applicable" for kept in self.commitments),
            title=first.title if first else "",
            href=step.href if step else "",
            link=step.link if step else "",
        )


async def refresh(organisation: UUID) -> None:
    """Give the organisation's live signature the status and the progress that it has by now, in the current unit."""
    found = await _keeping(organisation)
    if found is not None:
        await standing.set_status(organisation, found.standing.earned.id)
        await standing.note_progress(organisation, found.progress)


async def refresh_daily() -> None:
    """Do that for every live signature that was not looked at today: time alone can change it. Done by the worker."""
    for organisation in await read(standing.stale):
        await write(partial(refresh, organisation))


async def keeping(within: OrganisationScope) -> Keeping | None:
    """Return how the organisation keeps its pledge by now, in the current unit; None if it is not signed.

    Six round trips, and one for the text.
    """
    return await _keeping(within.organisation)


async def _keeping(organisation: UUID) -> Keeping | None:
    found = await _known(organisation)
    if found is None:
        return None
    text, facts = found
    facts = msgspec.structs.replace(
        facts,
        uploads=frozenset({"suppliers"} if await supplier_listing.any_of(organisation) else ()),
        coming=await _coming(text),
    )
    return Keeping(text, evidence(text, facts), standing_of(text, facts))


async def _coming(text: PledgeText) -> tuple[Coming, ...]:
    """Return the next events that somebody can book and that count for a promise."""
    rules = [leaf for commitment in text.commitments for leaf in commitment.evidence.rule.leaves()]
    topics = dict.fromkeys(topic for rule in rules for topic in rule.attendance)
    if not topics:
        return ()
    now, found = clock.now(), await listing.find(listing.Filter(topics=tuple(topics)))
    events = [event for event in map(listing.candidate, found.events) if bookable(event, now)]
    return tuple(
        Coming(
            frozenset({event.primary, *event.secondary}),
            f"/events/{event.slug}",
            f"Book a place: “{event.title}”, {uk_date(event.starts)}",
        )
        for event in events
    )


async def _known(organisation: UUID) -> tuple[PledgeText, Facts] | None:
    """Return the text that the organisation signed, and what its answers and its events say.

    None without a live signature.
    """
    signed = await standing.current(organisation)
    edition = await publishing.load(signed.version) if signed else None
    if signed is None or edition is None:
        return None
    history = _by_questionnaire(await submitting.history(organisation))
    actions = await bearings(organisation, clock.today())
    return edition.text, Facts(
        today=clock.today(),
        signed_on=signed.signed_on,
        consents=frozenset(signed.consents),
        assessed={
            questionnaire: assessed(
                submissions,
                await definitions.version(questionnaire, submissions[-1].version, submissions[-1].revision),
                [action for action in actions if action.questionnaire == questionnaire],
            )
            for questionnaire, submissions in history.items()
        },
        attendances=tuple(Attendance(visit.topics, visit.on) for visit in await bookings.visits(organisation)),
        titles={definition.id: definition.title for definition in definitions.all_current()},
    )


def assessed(
    submissions: list[submitting.Submission], definition: Definition, actions: Sequence[Bearing] = ()
) -> Assessed:
    """Return the facts of one questionnaire's submissions, given oldest first; the newest answered ``definition``.

    ``actions`` are those of its questions.
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
        ended={action.question: action.href for action in actions if action.ended},
        actions={action.question: action.href for action in actions},
        done=frozenset(action.question for action in actions if action.done),
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
