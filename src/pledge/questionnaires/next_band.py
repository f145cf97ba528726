"""The shortest way to the next level: the fewest questions with a better answer that reach it. Pure and exact.

Every other answer stays as it is. A way on which a question would be asked that has no answer yet is no way: nobody
knows what its answer would count. Ways on which an answer hides questions count.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

import msgspec

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, Answers
from pledge.questionnaires.definition import Definition, Option
from pledge.questionnaires.parts import Flag
from pledge.questionnaires.result import Headline, QuestionResult, Result
from pledge.questionnaires.scoring import BANDS, CAPS, score
from pledge.questionnaires.visibility import steering_questions

MOST = 256  # combinations of answers that steer; beyond it only those of the first such questions are tried
_ORDER = [band for band, _ in BANDS]


class Step(msgspec.Struct, frozen=True):
    """A question with the answer that is enough."""

    question: str
    value: str
    points: int


class Way(msgspec.Struct, frozen=True):
    """The steps, in the order to take them, and what they lead to. ``score`` is in basis points."""

    to: Headline
    score: int
    steps: tuple[Step, ...]


class _Goal(NamedTuple):
    """The lowest score, in basis points, and the flags of which none may be left."""

    lowest: int
    blocking: frozenset[Flag]


class _Raise(NamedTuple):
    """A question that can be raised: its place in the order, its options from least to most, and what is gained."""

    place: int
    row: QuestionResult
    options: tuple[Option, ...]

    def gain(self, option: Option) -> int:
        return self.row.weight * (option.points - (self.row.points or 0))

    @property
    def most(self) -> int:
        return self.gain(self.options[-1])


def next_band(definition: Definition, profile: Profile, answers: Answers, result: Result) -> Way | None:
    """Return the shortest way from ``result``, which is that of ``answers``, to the next level.

    Where the headline is act_first, it is the way to a level in its place. Of ways that are as short, the one whose
    questions come first in the report's order counts. An answer is no better than it must be, and reaches its target
    where it can. None: there is no level, no higher one, or none can be reached.
    """
    goal = _goal(result)
    if goal is None:
        return None
    places = _places(definition, result)
    best: tuple[tuple[int, list[int]], dict[str, Option]] | None = None
    for steered in _steered(definition, result, goal, places):
        after = result
        if steered:
            after = score(definition, profile, _with(answers, steered))
        chosen = _shortest(definition, after, goal, places, steered)
        if chosen is None:
            continue
        key = len(chosen), sorted(places[name] for name in chosen)
        if best is None or key < best[0]:
            best = key, chosen
    if best is None:
        return None
    chosen = best[1]
    reached = score(definition, profile, _with(answers, chosen))
    steps = (Step(name, chosen[name].value, chosen[name].points) for name in sorted(chosen, key=places.__getitem__))
    return Way(reached.headline, reached.score or 0, tuple(steps))


def _goal(result: Result) -> _Goal | None:
    if not result.complete or result.band is None:
        return None
    level = _ORDER.index(result.band) + (result.headline != "act_first")
    if level == len(_ORDER):
        return None
    capped = {flag for flag, cap in CAPS.items() if _ORDER.index(cap) < level}
    return _Goal(BANDS[level][1], frozenset({*capped, "act_first"}))


def _places(definition: Definition, result: Result) -> dict[str, int]:
    """Return the place of every question: gaps as the report has them, then the others as the questionnaire does."""
    gaps = [gap.question for gap in result.gaps]
    return {name: place for place, name in enumerate(dict.fromkeys([*gaps, *(q.id for q in definition.scored)]))}


def _with(answers: Answers, chosen: Mapping[str, Option]) -> Answers:
    return {**answers, **{name: Answer(value=option.value) for name, option in chosen.items()}}


def _better(definition: Definition, row: QuestionResult, goal: _Goal) -> list[Option]:
    """Return the options that raise a question, or clear its flag where that blocks, from least to most."""
    blocked = row.flag in goal.blocking
    found = [
        option
        for option in definition.scored_question(row.id).options
        if (blocked or option.points > (row.points or 0)) and not (row.flags_apply and option.flag in goal.blocking)
    ]
    return sorted(found, key=lambda option: (option.points, not (row.flags_apply and option.flag)))


def _steered(
    definition: Definition, result: Result, goal: _Goal, places: Mapping[str, int]
) -> Iterator[dict[str, Option]]:
    """Yield every way to raise the questions whose answers show or hide others, none of them raised first."""
    steering = steering_questions(definition)
    rows = [row for row in result.questions if row.id in steering and row.points is not None]
    choices = [(row.id, _better(definition, row, goal)) for row in sorted(rows, key=lambda row: places[row.id])]
    while prod(1 + len(options) for _, options in choices) > MOST:
        choices.pop()
    for picked in product(*((None, *options) for _, options in choices)):
        yield {name: option for (name, _), option in zip(choices, picked, strict=True) if option is not None}


def _shortest(
    definition: Definition, after: Result, goal: _Goal, places: Mapping[str, int], steered: Mapping[str, Option]
) -> dict[str, Option] | None:
    """Return the fewest answers that reach the goal together with those that steer, those included; None: none do."""
    if not after.complete or after.band is None:
        return None
    steering = steering_questions(definition)
    must: list[_Raise] = []
    may: list[_Raise] = []
    for row in after.questions:
        if row.points is None:
            continue
        blocked = row.flag in goal.blocking
        options = () if row.id in steering else tuple(_better(definition, row, goal))
        if options:
            (must if blocked else may).append(_Raise(places[row.id], row, options))
        elif blocked:
            return None
    needed = -((1 - 2 * goal.lowest) * after.weighted_max // 20_000)  # the fewest weighted points that round to it
    left = needed - after.weighted_points - sum(each.most for each in must)
    taken = _fewest(sorted(may), left)
    if taken is None:
        return None
    enough = _no_more_than_needed([*must, *taken], needed - after.weighted_points)
    return {**steered, **enough}


def _fewest(may: Sequence[_Raise], left: int) -> list[_Raise] | None:
    """Return the fewest that gain what is left; of as few, those that come first in their order."""
    gains = sorted((each.most for each in may), reverse=True)
    count = next((size for size in range(len(gains) + 1) if sum(gains[:size]) >= left), None)
    if count is None:
        return None
    taken: list[_Raise] = []
    for number, each in enumerate(may):
        if len(taken) == count:
            break
        later = sorted((other.most for other in may[number + 1 :]), reverse=True)
        if each.most + sum(later[: count - len(taken) - 1]) >= left and len(later) >= count - len(taken) - 1:
            taken.append(each)
            left -= each.most
    return taken


def _no_more_than_needed(raised: Sequence[_Raise], needed: int) -> dict[str, Option]:
    """Return for each question the least option that reaches its target, and leaves the sum as high as is needed."""
    chosen = {each.row.id: each.options[-1] for each in raised}
    spare = sum(each.most for each in raised) - needed
    for each in sorted(raised, reverse=True):
        aim = min(max(each.row.target or 0, each.row.points or 0), each.options[-1].points)
        for option in each.options:
            given_up = each.most - each.gain(option)
            clean = not (each.row.flags_apply and option.flag)
            if option.points >= aim and clean and given_up <= spare:
                chosen[each.row.id] = option
                spare -= given_up
                break
    return chosen
