"""The score of one assessment: pure, in whole numbers, exact. The rules in words are in docs/scoring.md."""

from dataclasses import dataclass, field

import msgspec

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, Answers
from pledge.questionnaires.context import context_of, target_points
from pledge.questionnaires.definition import Definition, Question, once
from pledge.questionnaires.parts import FLAGS, MAX_POINTS, Flag
from pledge.questionnaires.result import (
    Band,
    Gap,
    Headline,
    QuestionResult,
    RaisedFlag,
    Result,
    SectionResult,
    State,
)
from pledge.questionnaires.rules import Test, compile_rule
from pledge.questionnaires.visibility import effective_answers
from pledge.words.numbers import percent

SCORING_VERSION = "1"  # changes whenever the same answers could give another result

BANDS: tuple[tuple[Band, int], ...] = (
    ("starting", 0),
    ("developing", 4000),
    ("established", 6500),
    ("leading", 8500),
)  # each band with the lowest score in it, in basis points
_ORDER = [band for band, _ in BANDS]
CAPS: dict[Flag, Band] = {"foundation": "developing", "check_first": "established"}
_URGENCY: dict[Flag | None, int] = {flag: place for place, flag in enumerate(FLAGS)} | {None: len(FLAGS)}


def basis_points(part: int, whole: int) -> int:
    """Return ``part`` of ``whole`` in basis points, rounded half up.

    Pledge scoring rule: score = 10,000 × weighted points ÷ weighted maximum. ``whole`` is above 0.
    """
    return (20_000 * part + whole) // (2 * whole)


def band_of(score: int, flags: set[Flag]) -> Band:
    """Return the band of a score in basis points, after the caps that the flags set.

    Pledge scoring rule: starting 0–3999, developing 4000–6499, established 6500–8499, leading 8500–10000; any
    foundation flag, at most developing; any check_first flag, at most established. act_first sets no cap: it
    takes the place of the band in the headline.
    """
    reached = max(place for place, (_, lowest) in enumerate(BANDS) if score >= lowest)
    caps = [_ORDER.index(CAPS[flag]) for flag in flags if flag in CAPS]
    return _ORDER[min([reached, *caps])]


def bands_in_words() -> str:
    """Return the rule of the bands as it is shown beside scores: true of every score, rounded ones too."""
    names = [band for band, _ in BANDS]
    lines = [percent(lowest) for _, lowest in BANDS[1:]]
    below = ", ".join(f"below {line} {'is ' if not place else ''}{names[place]}" for place, line in enumerate(lines))
    return (
        f"{below[0].upper()}{below[1:]}, and from {lines[-1]} {names[-1]}. The level goes by the score before it is "
        f"rounded: just below {lines[-1]} is shown as {lines[-1]}, and is still {names[-2]}."
    )


class _Plan(msgspec.Struct, frozen=True):
    """What scoring needs of one question, worked out once for each definition."""

    question: Question
    section: int
    most: int
    options: dict[str, tuple[int, Flag | None]]
    flags_when: Test | None
    dont_know_flag: Flag | None
    unflagged: int  # the lowest points of an option without a flag
    not_shown: QuestionResult


@once
def _plans(definition: Definition) -> tuple[_Plan, ...]:
    return tuple(
        _Plan(
            question=question,
            section=position,
            most=question.weight * MAX_POINTS,
            options={option.value: (option.points, option.flag) for option in question.options},
            flags_when=compile_rule(question.flags_when, definition) if question.flags_when else None,
            dont_know_flag="check_first" if question.may_mean_harm else None,
            unflagged=min(option.points for option in question.options if option.flag is None),
            not_shown=QuestionResult(
                question.id, section.id, "not_shown", question.weight, question.weight * MAX_POINTS
            ),
        )
        for position, section in enumerate(definition.sections)
        for question in section.scored
    )


@dataclass(slots=True)
class Sums:
    """Weighted sums of a section or the whole: points, the most there are, and the most of all shown."""

    points: int = 0
    most: int = 0
    shown: int = 0
    unanswered: bool = False
    flags: set[Flag] = field(default_factory=set)

    def take(self, row: QuestionResult) -> None:
        """Add a question that was shown: one that is not applicable counts in ``shown`` alone."""
        self.shown += row.weighted_max
        if row.state == "not_applicable":
            return
        self.most += row.weighted_max
        if row.weighted_points is None:
            self.unanswered = True
            return
        self.points += row.weighted_points
        if row.flag:
            self.flags.add(row.flag)

    def add(self, other: "Sums") -> None:
        """Add the sums of a section."""
        self.points += other.points
        self.most += other.most
        self.shown += other.shown
        self.unanswered |= other.unanswered
        self.flags |= other.flags

    def score(self) -> int | None:
        """Return the score in basis points; None while a question is unanswered, or where none is applicable."""
        return None if self.unanswered or self.most == 0 else basis_points(self.points, self.most)

    def coverage(self) -> int | None:
        """Pledge scoring rule: coverage = weighted maximum of applicable ÷ of all shown questions."""
        return basis_points(self.most, self.shown) if self.shown else None

    def band(self) -> Band | None:
        """Pledge scoring rule: no band where more than half of the weight shown is not applicable."""
        score = self.score()
        return None if score is None or self.most * 2 < self.shown else band_of(score, self.flags)


def score(definition: Definition, profile: Profile, answers: Answers) -> Result:
    """Score the answers to a questionnaire. Answers to questions that are not shown are ignored.

    Pledge scoring rule: weighted points = Σ weight × points, weighted maximum = Σ weight × 4, over the
    questions that are shown and not answered “not applicable”; don't know has 0 points. Any shown question
    without an answer: incomplete, no score. Raises KeyError for an option that the question does not have:
    parse answers first.
    """
    shown = effective_answers(definition, profile, answers)
    context = context_of(profile)
    targets = [target_points(context.level, weight, small=profile.small) for weight in range(4)]
    sections = [Sums() for _ in definition.sections]
    questions: list[QuestionResult] = []
    gaps: list[Gap] = []
    for plan in _plans(definition):
        question = plan.question
        if question.id not in shown:
            questions.append(plan.not_shown)
            continue
        row = _row(plan, profile, shown[question.id], targets[question.weight])
        questions.append(row)
        sections[plan.section].take(row)
        if row.points is None or row.target is None:
            continue
        if row.flag or row.points < row.target:
            gaps.append(_gap(question, row, row.points, row.target))
    gaps.sort(key=lambda gap: (_URGENCY[gap.flag], -gap.priority, gap.due_days))  # stable: then file order
    whole = Sums()
    for sums in sections:
        whole.add(sums)
    return Result(
        complete=not whole.unanswered,
        weighted_points=whole.points,
        weighted_max=whole.most,
        score=whole.score(),
        band=whole.band(),
        headline=_headline(whole),
        coverage=whole.coverage(),
        context=context,
        sections=tuple(
            SectionResult(section.id, sums.points, sums.most, sums.score(), sums.coverage(), sums.band())
            for section, sums in zip(definition.sections, sections, strict=True)
        ),
        flags=tuple(RaisedFlag(row.id, row.flag) for row in questions if row.flag),
        gaps=tuple(gaps),
        not_shown=tuple(row.id for row in questions if row.state == "not_shown"),
        unanswered=tuple(row.id for row in questions if row.state == "unanswered"),
        questions=tuple(questions),
        scoring_version=SCORING_VERSION,
        depth=profile.depth,
    )


def _headline(whole: Sums) -> Headline:
    """Pledge scoring rule: act_first beats the others; then incomplete, not assessed, or the band."""
    if "act_first" in whole.flags:
        return "act_first"
    return "incomplete" if whole.unanswered else whole.band() or "not_assessed"


def _row(plan: _Plan, profile: Profile, answer: Answer | None, target: int) -> QuestionResult:
    """Return the result of one shown question.

    Pledge scoring rule: flags_when switches all flags of its question off; a flagged question's target is at
    least the lowest points of an option without a flag.
    """
    state, points, flag = _reading(plan, answer)
    apply = plan.flags_when is None or plan.flags_when(profile, {})
    if not apply:
        flag = None
    if flag:
        target = max(target, plan.unflagged)
    question, counts = plan.question, points is not None
    return QuestionResult(
        question.id,
        plan.not_shown.section,
        state,
        question.weight,
        plan.most,
        answer.value if answer else None,
        answer.not_applicable if answer else None,
        points,
        None if points is None else points * question.weight,
        target if counts else None,
        flag,
        apply,
    )


def _reading(plan: _Plan, answer: Answer | None) -> tuple[State, int | None, Flag | None]:
    """Return what an answer is worth, and the flag it raises.

    Pledge scoring rule: don't know has 0 points, and on a question with an act_first option counts as
    check_first.
    """
    if answer is None:
        return "unanswered", None, None
    if answer.not_applicable is not None:
        return "not_applicable", None, None
    if answer.value is None:
        return "dont_know", 0, plan.dont_know_flag
    return "answered", *plan.options[answer.value]


def _gap(question: Question, row: QuestionResult, points: int, target: int) -> Gap:
    """Pledge scoring rule: priority = weight × (target − points)."""
    advice = question.dont_know if row.state == "dont_know" else None
    own = question.action_for(row.value)
    return Gap(
        question=question.id,
        points=points,
        target=target,
        priority=question.weight * (target - points),
        flag=row.flag,
        action=advice.action if advice else own.text,
        due_days=advice.due_days if advice else own.due_days,
        topics=question.topics,
    )
