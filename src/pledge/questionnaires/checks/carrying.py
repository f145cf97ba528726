"""What becomes of answers when their questions are asked in a newer version: every answer has one outcome. Pure.

An answer is carried only where it can be given in the new version too, and is worth what it was. Where a firm now reads
other words than those it answered, the answer is carried for it to read again.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

import msgspec

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, Answers, parse_answer
from pledge.questionnaires.checks.changes import reads_the_same
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.kinds import Choices, Date, Measured, Number, Written
from pledge.questionnaires.visibility import words

Fate = Literal["kept", "reread", "again", "gone", "new"]
FATES: tuple[Fate, ...] = ("kept", "reread", "again", "gone", "new")

# why an answer is asked again → in words, after “because”
REASONS: Mapping[str, str] = {
    "kind": "the question is answered in another way now",
    "option": "the answer that you chose is not offered any more",
    "points": "the answer that you chose counts differently now",
    "unit": "the figure is asked for in another unit",
    "invalid": "the answer does not fit the question any more",
}


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of one question, or of the answer to it.

    ``kept``: the answer is carried as it is. ``reread``: it is carried, and its words changed. ``again``: the question
    is asked again, ``why`` is a key of REASONS. ``gone``: it is not in the new version. ``new``: it was not in the old
    one. ``answer`` is what the new version holds: None unless it is carried.
    """

    question: str
    fate: Fate
    answer: Answer | None = None
    why: str = ""


def carried(old: Definition, new: Definition, answers: Answers, profile: Profile) -> tuple[Outcome, ...]:
    """Return the outcome of every answer, and every new question: in the order of the new version, then what is gone.

    ``profile`` is the firm's, as it is now: it decides the words that the firm reads. A question of both versions that
    has no answer has no outcome, as nothing happens to it.
    """
    found = []
    for question in new.questions:
        if question.id not in old:
            found.append(Outcome(question.id, "new"))
        elif question.id in answers:
            found.append(_outcome(old, new, question.id, answers[question.id], profile))
    return (*found, *(Outcome(name, "gone") for name in answers if name not in new))


def possible(old: Definition, new: Definition) -> dict[str, frozenset[Fate]]:
    """Return what can become of an answer to each question, by its id: of those in both versions, all that can happen.

    As for a firm that reads the words of no variant. Questions come in the order of the new version, then what is gone.
    """
    found: dict[str, frozenset[Fate]] = {}
    for question in new.questions:
        if question.id not in old:
            found[question.id] = frozenset({"new"})
            continue
        some = _every_kind_of_answer(old.question(question.id), question)
        found[question.id] = frozenset(_outcome(old, new, question.id, each, Profile()).fate for each in some)
    return found | {question.id: frozenset[Fate]({"gone"}) for question in old.questions if question.id not in new}


def _outcome(old: Definition, new: Definition, name: str, answer: Answer, profile: Profile) -> Outcome:
    before, after = old.question(name), new.question(name)
    why = _stops(before, after, answer, new)
    if why:
        return Outcome(name, "again", why=why)
    fitting = _fitting(after, answer)
    if fitting is None:
        return Outcome(name, "again", why="invalid")
    was, now = _texts(old, before, profile), _texts(new, after, profile)
    same = was.keys() == now.keys() and all(reads_the_same(was[key], now[key], new) for key in was)
    return Outcome(name, "kept" if same else "reread", fitting)


def _stops(before: AnyQuestion, after: AnyQuestion, answer: Answer, new: Definition) -> str | None:
    """Return why an answer is not carried though it may look as if it fitted; None where nothing is against it."""
    if type(before) is not type(after):
        return "kind"
    if isinstance(before, Question) and isinstance(after, Question) and answer.value is not None:
        was, now = ({option.value: option for option in question.options} for question in (before, after))
        if answer.value not in now:
            return "option"
        old, chosen = was.get(answer.value), now[answer.value]
        if old is None or (old.points, old.flag) != (chosen.points, chosen.flag):
            return "points"
    if isinstance(after, Choices) and not {option.value for option in after.options}.issuperset(answer.values):
        return "option"
    if isinstance(before, Number) and isinstance(after, Number):
        return None if reads_the_same(before.unit or "", after.unit or "", new) else "unit"
    return None


def _fitting(question: AnyQuestion, answer: Answer) -> Answer | None:
    """Return the answer as this question takes it, without a note that it does not take; None where it takes none."""
    raw: dict[str, Any] = {"values": list(answer.values)} if answer.values else {}
    raw |= {key: value for key in ("value", "not_applicable") if (value := getattr(answer, key)) is not None}
    raw |= {"dont_know": True} if answer.dont_know else {}
    found = parse_answer(question, raw)
    if not isinstance(found, Answer) or found.value != answer.value or set(found.values) != set(answer.values):
        return None
    noted = isinstance(question, Question) and not question.may_mean_harm
    return msgspec.structs.replace(found, note=answer.note if noted else None)


def _texts(definition: Definition, question: AnyQuestion, profile: Profile) -> dict[str, str]:
    """Return what a firm reads before it answers, by what it is."""
    said = words(definition, question, profile)
    found = {"": said.text, **said.labels}
    return found | {"don’t know": question.dont_know_label} if isinstance(question, Question) else found


def _every_kind_of_answer(question: AnyQuestion, newer: AnyQuestion) -> Iterator[Answer]:
    """Yield answers to a question that between them meet all that can become of one in its newer version."""
    if isinstance(question, Question):
        yield from (Answer(value=option.value) for option in question.options)
        yield Answer(dont_know=True)
        if question.not_applicable:
            yield Answer(not_applicable="-")
    elif isinstance(question, Choices):
        together = tuple(option.value for option in question.options if not option.exclusive)
        some = {(option.value,) for option in question.options} | {together}
        yield from (Answer(values=values) for values in some if values)
    elif isinstance(question, Written):
        yield from (Answer(value="x" * length) for length in (1, question.longest))
    elif isinstance(question, Date):
        days = question.range + (newer.range if isinstance(newer, Date) else ())
        yield from (Answer(value=day.isoformat()) for day in days if question.earliest <= day <= question.latest)
    else:
        least, most = question.range
        figures = [least, most, *(newer.range if isinstance(newer, Measured) else ())]
        figures.append(least + Decimal(f"1e-{question.places}"))
        yield from (Answer(value=f"{figure.normalize():f}") for figure in figures if least <= figure <= most)
