"""Making the model of a report: a frozen result, the words of its definition, and what is so today. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from pledge.actions.calling import Call
from pledge.actions.wishes import wish
from pledge.assessments import deeper
from pledge.assessments.submitting import Submitted
from pledge.events.booking.bookings import Line
from pledge.events.programme.ranking import Candidate, Gap, Match, Near, Ranking, late, rank, severity
from pledge.questionnaires.asked import without_staff
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.explaining import Explanation, explain
from pledge.questionnaires.kinds import Written
from pledge.questionnaires.parts import MAX_POINTS
from pledge.questionnaires.result import HEADLINES, QuestionResult
from pledge.questionnaires.result import Gap as FrozenGap
from pledge.questionnaires.visibility import in_words, words
from pledge.reports.meaning import meaning
from pledge.reports.report import Action, Answered, Better, Event, Followed, Peers, Report, Section, Told
from pledge.words.dates import LONDON

ABOUT_STAFF = ("recruitment", "training")  # topics of events for those who employ somebody
LOWEST_TARGET = 2  # points aimed for where the risk is low

CONTEXT_EFFECT = {
    "low": "Your risk is low, so we aim for 2 points of 4 on each question.",
    "medium": "Your risk is medium, so we aim for 3 points of 4 on each question.",
    "high": "Your risk is high, so we aim for 4 points of 4 on the questions that count most, and 3 on the others.",
    "high_small": "Your risk is high. For a small firm we aim for 3 points of 4 on each question.",
}


class Today(msgspec.Struct, frozen=True):
    """What a report shows that is not frozen.

    ``booked`` are the bookings by event, ``call`` whom to call before acting on an act_first answer, ``followed`` what
    became of the actions by question, ``peers`` how firms like this one do.
    """

    day: date
    ranking: Ranking
    booked: Mapping[UUID, Line]
    call: Call
    followed: Mapping[str, Followed] = {}
    peers: Peers | None = None


def ranking_gaps(submitted: Submitted, today: date, followed: Mapping[str, Followed]) -> list[Gap]:
    """Return the gaps of a report as event ranking wants them.

    Where there are none, an event may still help with what could be better, or with what is to stay as good.
    """
    definition, result = submitted.definition, submitted.result
    if result.gaps:
        return [
            _gap(
                submitted,
                gap.question,
                gap.topics,
                severity(gap.flag, gap.priority),
                _in_time(submitted, gap, today, followed.get(gap.question)),
            )
            for gap in result.gaps
        ]
    known = [row for row in result.questions if row.points is not None]
    better = [row for row in known if row.points != MAX_POINTS]
    return [_gap(submitted, row.id, definition.scored_question(row.id).topics, 1) for row in better or known]


def _gap(submitted: Submitted, question: str, topics: tuple[str, ...], severe: int, due: date | None = None) -> Gap:
    asked = words(submitted.definition, submitted.definition.question(question), submitted.profile).text
    return Gap(question=question, title=_short(asked), topics=topics, severity=severe, due=due)


def _in_time(submitted: Submitted, gap: FrozenGap, today: date, followed: Followed | None) -> date | None:
    """Return the day by which an event comes in time for a gap; None when that is past, and any is welcome."""
    due = followed.due if followed else submitted.on + timedelta(days=gap.due_days)
    return None if due < today else due


def build(submitted: Submitted, today: Today) -> Report:
    """Return the report of a submitted assessment."""
    definition, result = submitted.definition, submitted.result
    explained = {explanation.question: explanation for explanation in explain(definition, result)}
    answered = {
        row.id: _answered(submitted, definition.scored_question(row.id), row, explained.get(row.id))
        for row in result.questions
        if row.state != "not_shown"
    }
    actions = tuple(_action(submitted, answered[gap.question], gap, today) for gap in result.gaps)
    raised = sum(gap.flag is None and gap.points >= LOWEST_TARGET for gap in result.gaps)
    return Report(
        id=submitted.id,
        organisation=submitted.organisation_name,
        questionnaire=definition.id,
        title=definition.title,
        version=definition.version,
        text_revision=definition.revision,
        scoring_version=result.scoring_version,
        on=submitted.on,
        latest=submitted.latest,
        headline=result.headline,
        headline_words=HEADLINES[result.headline],
        depth=result.depth,
        share=deeper.share(submitted),
        without_staff=without_staff(definition, submitted.profile),
        band_words=HEADLINES[result.band] if result.band else "",
        score=result.score,
        coverage=result.coverage,
        weighted_points=result.weighted_points,
        weighted_max=result.weighted_max,
        previous=submitted.previous,
        context=result.context,
        context_effect=CONTEXT_EFFECT[
            "high_small" if result.context.level == "high" and submitted.profile.small else result.context.level
        ],
        raised_by_context=raised,
        sections=tuple(_sections(definition, submitted, answered)),
        urgent=tuple(action for action in actions if action.answered.flag == "act_first"),
        actions=actions,
        strengths=tuple(row for row in answered.values() if _is_strength(row)),
        dont_know=tuple(row for row in answered.values() if row.state == "dont_know"),
        not_applicable=tuple(row for row in answered.values() if row.state == "not_applicable"),
        told=tuple(_told(submitted)),
        events=tuple(_event(match, today.booked) for match in (*today.ranking.booked, *today.ranking.matches)),
        ranking_version=today.ranking.version,
        meaning=meaning(result),
        further=_further(answered.values()),
        peers=today.peers,
    )


def ranked(
    submitted: Submitted,
    candidates: Sequence[Candidate],
    now: datetime,
    booked: Collection[UUID],
    followed: Mapping[str, Followed],
) -> Ranking:
    """Return the events for a report's gaps, near the organisation as it was when it submitted.

    Where nobody but the owner works, none is offered that is about staff above all.
    """
    profile = submitted.profile
    if profile.headcount_band == "0" and not profile.labour:
        candidates = [event for event in candidates if event.primary not in ABOUT_STAFF or event.id in booked]
    near = Near(profile.district or "", profile.area or "")
    return rank(ranking_gaps(submitted, now.astimezone(LONDON).date(), followed), candidates, now, near, booked)


def _is_strength(row: Answered) -> bool:
    return row.points is not None and row.target is not None and row.points >= max(3, row.target) and not row.flag


def _further(answered: Collection[Answered]) -> tuple[Answered, ...]:
    reached = [row for row in answered if row.better and row.points is not None and row.points >= (row.target or 0)]
    reached = [row for row in reached if not row.flag]
    return tuple(sorted(reached, key=lambda row: -max(option.adds_weighted_points for option in row.better)))


def _sections(definition: Definition, submitted: Submitted, answered: dict[str, Answered]) -> list[Section]:
    titles = {section.id: section for section in definition.sections}
    found = []
    for row in submitted.result.sections:
        questions = tuple(answered[question.id] for question in titles[row.id].scored if question.id in answered)
        if questions:
            found.append(
                Section(
                    id=row.id,
                    title=titles[row.id].title,
                    score=row.score,
                    band=HEADLINES[row.band] if row.band else "Not assessed",
                    weighted_points=row.weighted_points,
                    weighted_max=row.weighted_max,
                    questions=questions,
                )
            )
    return found


def _answered(
    submitted: Submitted, question: Question, row: QuestionResult, explanation: Explanation | None
) -> Answered:
    said = words(submitted.definition, question, submitted.profile)
    if row.state == "dont_know":
        answer = question.dont_know_label
    elif row.state == "not_applicable":
        answer = f"Does not apply: {row.reason}"
    else:
        answer = said.labels.get(row.value or "", "")
    better = tuple(
        Better(said.labels[option.value], option.points, option.adds_weighted_points, option.adds_score)
        for option in (explanation.improvements if explanation else ())
    )
    return Answered(
        question=row.id,
        text=said.text,
        answer=answer,
        state=row.state,
        points=row.points,
        weight=row.weight,
        weighted_points=row.weighted_points,
        weighted_max=row.weighted_max,
        target=row.target,
        flag=row.flag,
        better=better,
    )


def _told(submitted: Submitted) -> Iterator[Told]:
    definition, profile = submitted.definition, submitted.profile
    for question in definition.questions:
        answer = submitted.answers.get(question.id)
        if answer is not None and not isinstance(question, Question):
            said = in_words(definition, question, profile, answer)
            text = words(definition, question, profile).text
            yield Told(question.id, text, said, isinstance(question, Written))


def _action(submitted: Submitted, answered: Answered, gap: FrozenGap, today: Today) -> Action:
    asked = wish(submitted, gap)
    maps_to = submitted.definition.scored_question(gap.question).maps_to
    followed = today.followed.get(gap.question)
    due = _in_time(submitted, gap, today.day, followed)
    going = [match for match in today.ranking.booked if gap.question in match.gaps]
    standards = {standard.id: standard for standard in submitted.definition.standards}
    return Action(
        answered=answered,
        call=today.call if answered.flag == "act_first" else None,
        what=asked.what,
        why=asked.why,
        due_days=asked.due_days,
        due=asked.due,
        priority=asked.priority,
        links=asked.links,
        standards=tuple(standards[key].title for key in maps_to),
        topics=gap.topics,
        events=tuple(
            _event(match, today.booked, due) for match in (*going, *today.ranking.by_gap.get(gap.question, ()))
        ),
        followed=followed,
    )


def _event(match: Match, booked: Mapping[UUID, Line], due: date | None = None) -> Event:
    event, line = match.event, booked.get(match.event.id)
    return Event(
        id=event.id,
        slug=event.slug,
        title=event.title,
        organiser=event.organiser,
        starts=event.starts,
        reasons=tuple(match.reasons),
        external=event.external,
        booking=line.id if line else None,
        booked=line.words if line else "",
        late=late(event, due),
        postponed=event.postponed,
        gaps=match.gaps,
    )


def _short(text: str) -> str:
    """Return a question's words, cut after about 60 characters, to name its gap by."""
    if len(text) <= 70:
        return text
    return text[:60].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
