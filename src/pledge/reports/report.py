"""The gap report as one model, made from a frozen result: every page and document of it shows this and nothing else.

Pure. Scores are basis points; points are 0 to 4; dates are Europe/London's.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from pledge.actions.calling import Call
from pledge.actions.wishes import Link, wish
from pledge.assessments.submitting import Submitted
from pledge.events.booking.bookings import Line
from pledge.events.programme.ranking import Candidate, Gap, Match, Near, Ranking, late, rank, severity
from pledge.organisations.profile import Depth
from pledge.questionnaires.context import Context
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.explaining import Explanation, explain
from pledge.questionnaires.kinds import Written
from pledge.questionnaires.parts import Flag
from pledge.questionnaires.result import HEADLINES, QuestionResult, State
from pledge.questionnaires.result import Gap as FrozenGap
from pledge.questionnaires.visibility import in_words, words

TOP = 5  # actions shown first
LOWEST_TARGET = 2  # points aimed for where the risk is low

CONTEXT_EFFECT = {
    "low": "Your risk is low, so we aim for 2 points of 4 on each question.",
    "medium": "Your risk is medium, so we aim for 3 points of 4 on each question.",
    "high": "Your risk is high, so we aim for 4 points of 4 on the questions that count most, and 3 on the others.",
    "high_small": "Your risk is high. For a small firm we aim for 3 points of 4 on each question.",
}


class Better(msgspec.Struct, frozen=True):
    """An answer that would raise the score: its words, what it adds in weighted points and in basis points."""

    label: str
    points: int
    adds_weighted_points: int
    adds_score: int | None


class Event(msgspec.Struct, frozen=True):
    """A coming event that helps, with the reasons why it is shown.

    ``booking``: the one that there is, of whoever looks or of a colleague; ``booked``: it, in words. ``late``: it comes
    after the date of the action that it stands with. ``postponed``: ``starts`` is the old date.
    """

    id: UUID
    slug: str
    title: str
    organiser: str
    starts: datetime
    reasons: tuple[str, ...]
    external: bool
    booking: UUID | None = None
    booked: str = ""
    late: bool = False
    postponed: bool = False


class Answered(msgspec.Struct, frozen=True):
    """One question as it was answered, with every figure that belongs to it."""

    question: str
    text: str
    answer: str
    state: State
    points: int | None
    weight: int
    weighted_points: int | None
    weighted_max: int
    target: int | None
    flag: Flag | None
    better: tuple[Better, ...]


class Told(msgspec.Struct, frozen=True):
    """An answer that is not scored, in words; ``typed``: in people's own."""

    question: str
    text: str
    answer: str
    typed: bool


class Action(msgspec.Struct, frozen=True):
    """What to do about a gap: what, why, by when, where help is, and the events that help.

    ``call``: whom to call before that, where the answer is act_first. It is as of today, like events.
    """

    answered: Answered
    call: Call | None
    what: str
    why: str
    due_days: int
    due: date
    priority: int
    links: tuple[Link, ...]
    standards: tuple[str, ...]
    topics: tuple[str, ...]
    events: tuple[Event, ...]


class Section(msgspec.Struct, frozen=True):
    """One section's score, by the same formula as the whole, and its questions."""

    id: str
    title: str
    score: int | None
    band: str
    weighted_points: int
    weighted_max: int
    questions: tuple[Answered, ...]


class Report(msgspec.Struct, frozen=True):
    """A gap report. ``events`` are the matches in the order to show them, those that are booked first; they are as of
    today, all else is frozen.

    ``depth``: the form that was answered; ``previous``: the score before this one by the same form.
    ``raised_by_context``: actions that are here only because of the context.
    """

    id: UUID
    organisation: str
    questionnaire: str
    title: str
    version: str
    text_revision: int
    scoring_version: str
    on: date
    latest: bool
    headline: str
    headline_words: str
    depth: Depth
    band_words: str
    score: int | None
    coverage: int | None
    weighted_points: int
    weighted_max: int
    previous: int | None
    context: Context
    context_effect: str
    raised_by_context: int
    sections: tuple[Section, ...]
    urgent: tuple[Action, ...]
    actions: tuple[Action, ...]
    strengths: tuple[Answered, ...]
    dont_know: tuple[Answered, ...]
    not_applicable: tuple[Answered, ...]
    told: tuple[Told, ...]
    events: tuple[Event, ...]
    ranking_version: str

    @property
    def top(self) -> tuple[Action, ...]:
        """The actions to start with."""
        return self.actions[:TOP]

    @property
    def later(self) -> tuple[Action, ...]:
        """The other actions, in the order to take them."""
        return self.actions[TOP:]


def ranking_gaps(submitted: Submitted) -> list[Gap]:
    """Return the gaps of a report as event ranking wants them."""
    definition = submitted.definition
    return [
        Gap(
            question=gap.question,
            title=_short(words(definition, definition.question(gap.question), submitted.profile).text),
            topics=gap.topics,
            severity=severity(gap.flag, gap.priority),
            due=submitted.on + timedelta(days=gap.due_days),
        )
        for gap in submitted.result.gaps
    ]


def build(submitted: Submitted, ranking: Ranking, booked: Mapping[UUID, Line], call: Call) -> Report:
    """Return the report of a submitted assessment with the events that help; ``booked`` are the bookings by event.

    ``call``: whom to call before acting on an act_first answer.
    """
    definition, result = submitted.definition, submitted.result
    explained = {explanation.question: explanation for explanation in explain(definition, result)}
    answered = {
        row.id: _answered(submitted, definition.scored_question(row.id), row, explained.get(row.id))
        for row in result.questions
        if row.state != "not_shown"
    }
    actions = tuple(_action(submitted, answered[gap.question], gap, ranking, booked, call) for gap in result.gaps)
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
        events=tuple(_event(match, booked) for match in (*ranking.booked, *ranking.matches)),
        ranking_version=ranking.version,
    )


def ranked(submitted: Submitted, candidates: Sequence[Candidate], now: datetime, booked: Collection[UUID]) -> Ranking:
    """Return the events for a report's gaps, near the organisation as it was when it submitted."""
    near = Near(submitted.profile.district or "", submitted.profile.area or "")
    return rank(ranking_gaps(submitted), candidates, now, near, booked)


def _is_strength(row: Answered) -> bool:
    return row.points is not None and row.target is not None and row.points >= max(3, row.target) and not row.flag


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


def _action(
    submitted: Submitted, answered: Answered, gap: FrozenGap, ranking: Ranking, booked: Mapping[UUID, Line], call: Call
) -> Action:
    asked = wish(submitted, gap)
    maps_to = submitted.definition.scored_question(gap.question).maps_to
    going = [match for match in ranking.booked if gap.question in match.gaps]
    standards = {standard.id: standard for standard in submitted.definition.standards}
    return Action(
        answered=answered,
        call=call if answered.flag == "act_first" else None,
        what=asked.what,
        why=asked.why,
        due_days=asked.due_days,
        due=asked.due,
        priority=asked.priority,
        links=asked.links,
        standards=tuple(standards[key].title for key in maps_to),
        topics=gap.topics,
        events=tuple(_event(match, booked, asked.due) for match in (*going, *ranking.by_gap.get(gap.question, ()))),
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
    )


def _short(text: str) -> str:
    """Return a question's words, cut after about 60 characters, to name its gap by."""
    if len(text) <= 70:
        return text
    return text[:60].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
