"""What would raise a score, and by how much: each better answer to each question, from a frozen result."""

import msgspec

from pledge.questionnaires.definition import Definition
from pledge.questionnaires.parts import Flag
from pledge.questionnaires.result import QuestionResult, Result
from pledge.questionnaires.scoring import basis_points
from pledge.questionnaires.visibility import steering_questions


class Improvement(msgspec.Struct, frozen=True):
    """A better option, with what it adds when every other answer stays.

    ``adds_score`` is in basis points of the whole score; None while the assessment is incomplete. ``flag`` is
    the one that the option would raise.
    """

    value: str
    points: int
    flag: Flag | None
    adds_weighted_points: int
    adds_score: int | None


class Explanation(msgspec.Struct, frozen=True):
    """One question's part in the score. ``steers``: another answer may show or hide other questions."""

    question: str
    improvements: tuple[Improvement, ...]
    steers: bool


def explain(definition: Definition, result: Result) -> tuple[Explanation, ...]:
    """Explain every question that counts in ``result``, in file order.

    ``definition`` is the one that was scored. An option is better when it has more points, or as many and
    clears the flag. Raises KeyError when the definition lacks a question of the result.
    """
    return tuple(
        Explanation(row.id, _improvements(definition, result, row), row.id in steering_questions(definition))
        for row in result.questions
        if row.points is not None
    )


def _improvements(definition: Definition, result: Result, row: QuestionResult) -> tuple[Improvement, ...]:
    now = row.points or 0
    better: list[Improvement] = []
    for option in definition.scored_question(row.id).options:
        flag = option.flag if row.flags_apply else None
        if option.points > now or (option.points == now and row.flag and not flag):
            more = row.weight * (option.points - now)
            adds = None
            if result.score is not None:
                adds = basis_points(result.weighted_points + more, result.weighted_max) - result.score
            better.append(Improvement(option.value, option.points, flag, more, adds))
    return tuple(better)
