"""Random walks through a questionnaire, and what must be true of each of them. Pure.

A walk follows from the seed and its number alone, so any of them can be made again.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor
from random import Random
from typing import Any

import msgspec

from pledge.organisations.profile import FIELDS, Field, Profile
from pledge.questionnaires.answers import Answer, Answers, unscored
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.explaining import explain
from pledge.questionnaires.kinds import AnyUnscored, Choices, Date, Measured
from pledge.questionnaires.printing import in_lines
from pledge.questionnaires.proving.walks import cut_points
from pledge.questionnaires.result import Result, from_json, to_json
from pledge.questionnaires.scoring import score
from pledge.questionnaires.typed import possible
from pledge.questionnaires.visibility import effective_answers, in_words, shown_pages, words

_MISSING = 0.1  # of the answers, in half of the walks
_UNKNOWN = 0.2  # of the facts of a profile
_CHOSEN = 0.3  # of the things that one can choose several of
_TEXTS = ("Ours", "Only “some”; see p. 3 & 4", "Ŵyth – 8 <b>")


class Walk(msgspec.Struct, frozen=True):
    """A profile, and answers to the questions that it and they show. ``hidden`` are answers to others."""

    number: int
    profile: Profile
    answers: dict[str, Answer]
    hidden: dict[str, Answer]


class Failure(msgspec.Struct, frozen=True):
    """A walk on which something is not as it must be. ``message`` says what, without a full stop."""

    walk: Walk
    message: str


def simulate(definition: Definition, walks: int, seed: int) -> Iterator[Failure]:
    """Yield every one of so many walks on which something fails. Raises nothing of the questionnaire's own."""
    cuts = cut_points(definition)
    for number in range(1, walks + 1):
        walk = make_walk(definition, cuts, seed, number)
        try:
            message = next(_wrong(definition, walk), None)
        except Exception as error:  # whatever it is, the walk that meets it is told
            message = f"{type(error).__name__}: {error}"
        if message is not None:
            yield Failure(walk, " ".join(message.split()))


def make_walk(definition: Definition, cuts: Mapping[str, list[str]], seed: int, number: int) -> Walk:
    """Return a walk. ``cuts`` are the figures and days that conditions compare answers with."""
    random = Random(f"{definition.id} {seed} {number}")  # noqa: S311 nothing is kept secret by it
    profile = Profile(**{field.name: _fact(random, field) for field in FIELDS.values() if not field.derived})
    missing = _MISSING if number % 4 < 2 else 0.0  # not in step with what is tried by turns
    given: dict[str, Answer] = {}
    for question in definition.questions:
        if random.random() >= missing:
            answer = _answer(random, question, cuts.get(question.id, []))
            if answer is not None:
                given[question.id] = answer
    shown = effective_answers(definition, profile, given)
    answers = {name: answer for name, answer in shown.items() if answer is not None}
    return Walk(number, profile, answers, {name: answer for name, answer in given.items() if name not in shown})


def _fact(random: Random, field: Field) -> Any:
    if field.form == "choices":
        return tuple(value for value in field.values if random.random() < _CHOSEN)
    if random.random() < _UNKNOWN:
        return field.default
    if field.form == "text":
        return random.choice(_TEXTS)
    return random.choice((True, False) if field.form == "yes_no" else tuple(field.values))


def _answer(random: Random, question: AnyQuestion, cuts: list[str]) -> Answer | None:
    if isinstance(question, Question):
        place = random.randrange(len(question.options) + 1 + question.not_applicable)
        if place < len(question.options):
            return Answer(question.options[place].value)
        return Answer(dont_know=True) if place == len(question.options) else Answer(not_applicable="None here.")
    return unscored(question, _typed(random, question, cuts))


def _typed(random: Random, question: AnyUnscored, cuts: list[str]) -> list[str]:
    """Return what somebody may type or tick: often what is at the edge of a range or of a condition."""
    if isinstance(question, Choices):
        alone = [option.value for option in question.options if option.exclusive]
        if alone and random.random() < _CHOSEN:
            return alone[:1]
        return [o.value for o in question.options if not o.exclusive and random.random() < _CHOSEN]
    if isinstance(question, Date | Measured):
        return [random.choice([value for value in _edges(random, question, cuts) if possible(question, value)])]
    lines = [random.choice(_TEXTS), "", "x" * question.longest]
    return [("\n".join(lines[:2]) if question.multiline else random.choice(lines))[: question.longest]]


def _edges(random: Random, question: Date | Measured, cuts: list[str]) -> list[str]:
    """Return the ends of a range, each cut with what is just below it, and some value in between."""
    if isinstance(question, Date):
        first, last = question.range
        between = first + timedelta(random.randint(0, (last - first).days))
        below = [str(date.fromisoformat(cut) - timedelta(1)) for cut in cuts]
        return [str(first), str(last), str(between), *cuts, *below]
    step = Decimal(1).scaleb(-question.places)
    low, high = question.range
    within = random.randint(ceil(low / step), floor(high / step)) * step
    return [f"{value:f}" for value in (low, high, within, *map(Decimal, cuts), *(Decimal(cut) - step for cut in cuts))]


def _wrong(definition: Definition, walk: Walk) -> Iterator[str]:
    """Yield what is not as it must be on a walk."""
    result = score(definition, walk.profile, walk.answers)
    shown = tuple(effective_answers(definition, walk.profile, walk.answers))
    yield from _wrong_figures(definition, walk.answers, shown, result)
    yield from _wrong_levels(result)
    yield from _wrong_words(definition, walk, shown)
    turn = walk.number % 3  # what takes as long as all the rest is tried on every third walk
    if turn == 0 and score(definition, walk.profile, walk.answers | walk.hidden) != result:
        yield "answers to questions that are not shown change the result"
    if turn == 1 and from_json(to_json(result)) != result:
        yield "the result is another when it is read again"
    yield from _wrong_explanations(definition, walk, result, rescored=turn == 2)
    lines = in_lines(definition, result)
    if len(lines) < 4 + len(result.gaps):
        yield "not every gap is printed"


def _wrong_figures(definition: Definition, answers: Answers, shown: tuple[str, ...], result: Result) -> Iterator[str]:
    """Yield where sums and score are not those of docs/scoring.md, worked out once more, question by question."""
    asked = [question for question in definition.scored if question.id in shown]
    given = {question.id: answers.get(question.id) for question in asked}
    counted = [question for question in asked if not ((answer := given[question.id]) and answer.not_applicable)]
    points = sum(
        question.weight * option.points
        for question in counted
        for option in question.options
        if (answer := given[question.id]) is not None and answer.value == option.value
    )
    most = sum(4 * question.weight for question in counted)
    open_ = tuple(name for name, answer in given.items() if answer is None)
    if (result.weighted_points, result.weighted_max) != (points, most):
        yield f"the points are {result.weighted_points} of {result.weighted_max}, and should be {points} of {most}"
    if result.unanswered != open_ or result.complete is bool(open_):
        yield f"it misses answers to {list(result.unanswered)}, and should to {list(open_)}"
    expected = None if open_ or not most else floor(Decimal(10_000 * points) / most + Decimal("0.5"))
    if result.score != expected:
        yield f"the score is {result.score}, and should be {expected} basis points"
    hidden = tuple(question.id for question in definition.scored if question.id not in shown)
    if result.not_shown != hidden:
        yield f"it counts {list(result.not_shown)} as not shown, and should {list(hidden)}"


def _wrong_levels(result: Result) -> Iterator[str]:
    raised = {flag.flag for flag in result.flags}
    if (result.headline == "act_first") is not ("act_first" in raised):
        yield f"the headline is {result.headline} with the flags {sorted(raised)}"
    capped = {"foundation": ("established", "leading"), "check_first": ("leading",)}
    if any(flag in raised and result.band in bands for flag, bands in capped.items()):
        yield f"the level is {result.band} with the flags {sorted(raised)}"
    gaps = {gap.question for gap in result.gaps}
    if not {flag.question for flag in result.flags} <= gaps:
        yield "a flag is raised by a question that is no gap"
    if any(gap.points >= gap.target and gap.flag is None for gap in result.gaps):
        yield "a gap without a flag is not below its target"


def _wrong_explanations(definition: Definition, walk: Walk, result: Result, *, rescored: bool) -> Iterator[str]:
    """Yield what is not explained; if ``rescored``, also one better answer that adds another score than foretold."""
    foretold = explain(definition, result)
    if [each.question for each in foretold] != [row.id for row in result.questions if row.points is not None]:
        yield "not every answer that counts is explained"
    free = [each for each in foretold if each.improvements and not each.steers] if rescored else []
    if not free:
        return
    each = free[walk.number % len(free)]
    better = each.improvements[walk.number % len(each.improvements)]
    after = score(definition, walk.profile, {**walk.answers, each.question: Answer(better.value)})
    added = None if after.score is None or result.score is None else after.score - result.score
    if (better.adds_weighted_points, better.adds_score) != (after.weighted_points - result.weighted_points, added):
        yield f"{each.question}: {better.value} adds {added} basis points, and {better.adds_score} are foretold"


def _wrong_words(definition: Definition, walk: Walk, shown: tuple[str, ...]) -> Iterator[str]:
    for name in shown:
        question, answer = definition.question(name), walk.answers.get(name)
        said = words(definition, question, walk.profile)
        if not said.text or not all(said.labels.values()):
            yield f"{name}: there are no words for it"
        if answer is None:
            continue
        if not isinstance(question, Question):
            if not in_words(definition, question, walk.profile, answer):
                yield f"{name}: there are no words for the answer"
        elif answer.value is not None and answer.value not in said.labels:
            yield f"{name}: there are no words for the answer"
    if tuple(name for page in shown_pages(definition, shown) for name in page.questions) != shown:
        yield "the pages do not have what is shown, in its order"
