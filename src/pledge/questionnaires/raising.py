"""What another answer to one question would make of a result: the whole is scored again, nothing is estimated. Pure."""

from collections.abc import Iterator

import msgspec

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, Answers
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.parts import Flag
from pledge.questionnaires.result import Headline, Result
from pledge.questionnaires.scoring import score

_REASON = "as they say"  # why it would not apply: it counts for nothing


class Outcome(msgspec.Struct, frozen=True):
    """A result with one answer in another's place, every other answer as it was.

    ``score`` and ``adds`` (what it is more than before) are basis points, None where there is none. ``clears`` are the
    flags, of any question, that it takes away, and ``raises`` those that it brings. ``asks``: the scored questions that
    would be asked then and have no answer yet; until they have one there is no score.
    """

    answer: Answer
    points: int | None
    score: int | None
    adds: int | None
    headline: Headline
    clears: tuple[Flag, ...]
    raises: tuple[Flag, ...]
    asks: tuple[str, ...]


def with_answer(
    definition: Definition, profile: Profile, answers: Answers, before: Result, question: str, answer: Answer
) -> Outcome:
    """Return what an answer to ``question`` would make of ``before``, which is the result of ``answers``."""
    after = score(definition, profile, {**answers, question: answer})
    then = next(row for row in after.questions if row.id == question)
    adds = None if after.score is None or before.score is None else after.score - before.score
    return Outcome(
        answer=answer,
        points=then.points,
        score=after.score,
        adds=adds,
        headline=after.headline,
        clears=tuple(each.flag for each in before.flags if each not in after.flags),
        raises=tuple(each.flag for each in after.flags if each not in before.flags),
        asks=after.unanswered,
    )


def outcomes(
    definition: Definition, profile: Profile, answers: Answers, before: Result, question: Question
) -> tuple[Outcome, ...]:
    """Return what each other answer to a question would make of a result, in the order of its page."""
    given = answers.get(question.id)
    return tuple(
        with_answer(definition, profile, answers, before, question.id, answer)
        for answer in _possible(question)
        if not given or _said(answer) != _said(given)
    )


def aim(
    definition: Definition, profile: Profile, answers: Answers, before: Result, question: Question
) -> Outcome | None:
    """Return the outcome of the answer that an action asks for: it reaches the target, with no more than is needed.

    None where there is nothing to reach, or no answer that reaches it brings no flag.
    """
    row = next(row for row in before.questions if row.id == question.id)
    if row.points is None or row.target is None or (row.points >= row.target and not row.flag):
        return None
    for option in sorted(question.options, key=lambda option: option.points):  # of as many points, the first
        if option.points >= row.target and option.value != row.value:
            found = with_answer(definition, profile, answers, before, question.id, Answer(value=option.value))
            if not found.raises:
                return found
    return None


def _possible(question: Question) -> Iterator[Answer]:
    yield from (Answer(value=option.value) for option in question.options)
    yield Answer(dont_know=True)
    if question.not_applicable:
        yield Answer(not_applicable=_REASON)


def _said(answer: Answer) -> tuple[str | None, bool, bool]:
    return answer.value, answer.dont_know, answer.not_applicable is not None
