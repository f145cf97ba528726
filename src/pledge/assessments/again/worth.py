"""What a better answer is worth, in words: of one question, and of the shortest way to the next level. Pure."""

from collections.abc import Iterable

import msgspec

from pledge.assessments.again.one_answer import can_be_asked
from pledge.assessments.submitting import Submitted
from pledge.assessments.wording import label
from pledge.questionnaires.definition import Question
from pledge.questionnaires.next_band import next_band
from pledge.questionnaires.parts import Flag
from pledge.questionnaires.raising import Outcome, aim, outcomes
from pledge.questionnaires.result import FLAG_WORDS, HEADLINES, Result
from pledge.questionnaires.visibility import words
from pledge.words.numbers import percent, plural
from pledge.words.text import all_of

HONEST = "If it is so, say so. You can get help at once, and nobody is told."


class Other(msgspec.Struct, frozen=True):
    """Another answer and what it would make of the result, in words."""

    label: str
    makes: str
    outcome: Outcome

    @property
    def option(self) -> bool:
        """Whether it is one of the question's own answers."""
        return self.outcome.answer.value is not None


class Worth(msgspec.Struct, frozen=True):
    """One question of a report with the answer that it has, and what each other answer would make of the result.

    ``aim``: the one that reaches what we aim for; None where there is nothing to reach.
    """

    question: str
    text: str
    answer: str
    score: int | None
    aim: Other | None
    others: tuple[Other, ...]


class Stride(msgspec.Struct, frozen=True):
    """One step to the next level: a question, what to do about it, and the answer that is enough."""

    question: str
    what: str
    answer: str


class Ahead(msgspec.Struct, frozen=True):
    """The fewest steps to the next level, and the score in basis points then. ``instead``: of “Act first”."""

    level: str
    score: int
    instead: bool
    steps: tuple[Stride, ...]


def worth(submitted: Submitted, question: str) -> Worth | None:
    """Return what another answer to a question is worth; None where the report does not ask it."""
    if not can_be_asked(submitted, question):
        return None
    definition, profile, result = submitted.definition, submitted.profile, submitted.result
    asked = definition.scored_question(question)
    found = outcomes(definition, profile, submitted.answers, result, asked)
    others = tuple(Other(_label(submitted, asked, each), makes(each, result), each) for each in found)
    wanted = aim(definition, profile, submitted.answers, result, asked)
    return Worth(
        question=question,
        text=words(definition, asked, profile).text,
        answer=label(definition, asked, profile, submitted.answers.get(question)),
        score=result.score,
        aim=next((other for other in others if other.outcome == wanted), None),
        others=others,
    )


def in_short(submitted: Submitted, question: str) -> str:
    """Say in a few words what reaching the aim does, for a list of many; "" where there is nothing to say."""
    if not can_be_asked(submitted, question):
        return ""
    definition, result = submitted.definition, submitted.result
    asked = definition.scored_question(question)
    found = aim(definition, submitted.profile, submitted.answers, result, asked)
    return _short(found, result) if found else ""


def makes(outcome: Outcome, before: Result) -> str:
    """Say what an answer would make of a result."""
    if outcome.headline == "act_first" and "act_first" in outcome.raises:
        return HONEST  # no figure may lead anybody away from saying it
    if outcome.asks:
        return f"We would then ask {plural(len(outcome.asks), 'more question')}."
    said = [_score(outcome, before)]
    if outcome.headline != before.headline:
        said.append(f"Your level would be “{HEADLINES[outcome.headline]}”.")
    if taken := _flags(outcome.clears, outcome.raises):
        said.append(f"It takes {taken} away.")
    if brought := _flags(outcome.raises, outcome.clears):
        said.append(f"It brings {brought}.")
    return " ".join(said)


def ahead(submitted: Submitted) -> Ahead | None:
    """Return the shortest way to the next level; None of a report that is not the newest, or where there is none."""
    definition, profile, result = submitted.definition, submitted.profile, submitted.result
    way = next_band(definition, profile, submitted.answers, result) if submitted.latest else None
    if way is None:
        return None
    gaps = {gap.question: gap.action for gap in result.gaps}
    steps = []
    for step in way.steps:
        said = words(definition, definition.scored_question(step.question), profile)
        steps.append(Stride(step.question, gaps.get(step.question, said.text), said.labels[step.value]))
    return Ahead(HEADLINES[way.to], way.score, result.headline == "act_first", tuple(steps))


def _flags(flags: Iterable[Flag], without: Iterable[Flag] = ()) -> str:
    """Return flags in words, each once; "" for none."""
    left = [flag for flag in dict.fromkeys(flags) if flag not in without]
    return all_of([f"“{FLAG_WORDS[flag]}”" for flag in left]) if left else ""


def _label(submitted: Submitted, question: Question, outcome: Outcome) -> str:
    if outcome.answer.not_applicable is not None:
        return submitted.definition.not_applicable_label
    return label(submitted.definition, question, submitted.profile, outcome.answer)


def _score(outcome: Outcome, before: Result) -> str:
    if outcome.score is None:
        return "Too little would apply to you to give a figure."
    if before.score is None or outcome.adds is None:
        return f"Your score would be {percent(outcome.score)}."
    old, new = percent(before.score), percent(outcome.score)
    if old != new:
        return f"Your score would {'rise' if outcome.adds > 0 else 'fall'} from {old} to {new}."
    if outcome.adds == 0:
        return f"Your score would stay at {old}."
    return f"Your score would {'rise' if outcome.adds > 0 else 'fall'} by less than 1%, and be {new} as before."


def _short(outcome: Outcome, before: Result) -> str:
    said = []
    if outcome.score is not None and before.score is not None and outcome.score > before.score:
        old, new = percent(before.score), percent(outcome.score)
        said.append(f"score {old} to {new}" if old != new else "score up by less than 1%")
    if outcome.clears:
        said.append(f"takes {_flags(outcome.clears)} away")
    return f"Done: {', '.join(said)}." if said else ""
