"""Conditions made into functions of a profile and the answers so far. The grammar is closed."""

from collections.abc import Callable, Iterator

from pledge.organisations.profile import FIELDS, Profile
from pledge.questionnaires.answers import Answers
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.kinds import AnyUnscored
from pledge.questionnaires.parts import MAX_POINTS, Rule
from pledge.questionnaires.typed import place

Test = Callable[[Profile, Answers], bool]


def compile_rule(rule: Rule, definition: Definition) -> Test:
    """Return the function that tells whether ``rule`` holds.

    The answers given to it are those of questions that are shown, so a hidden question is unanswered. Don't
    know has 0 points; not applicable has none. The rule must have passed the checks.
    """
    if rule.all is not None:
        parts = tuple(compile_rule(part, definition) for part in rule.all)
        return lambda profile, answers: all(part(profile, answers) for part in parts)
    if rule.any is not None:
        parts = tuple(compile_rule(part, definition) for part in rule.any)
        return lambda profile, answers: any(part(profile, answers) for part in parts)
    if rule.not_ is not None:
        part = compile_rule(rule.not_, definition)
        return lambda profile, answers: not part(profile, answers)
    return _about_question(rule, definition) if rule.question is not None else _about_profile(rule)


def _about_question(rule: Rule, definition: Definition) -> Test:
    name = rule.question
    assert name is not None
    if rule.answered is not None:
        wanted = rule.answered
        return lambda _, answers: (name in answers) is wanted
    question = definition.question(name)
    if not isinstance(question, Question):
        return _about_unscored(rule, question)
    points = {option.value: option.points for option in question.options}
    if rule.in_ is not None or rule.equals is not None:
        values = _among(rule)
        dont_know = False
    else:
        low, high = int(rule.gte or 0), int(rule.lte or MAX_POINTS)
        values = frozenset(value for value, worth in points.items() if low <= worth <= high)
        dont_know = low <= 0

    def holds(_: Profile, answers: Answers) -> bool:
        answer = answers.get(name)
        return answer is not None and (answer.value in values or (dont_know and answer.dont_know))

    return holds


def _about_unscored(rule: Rule, question: AnyUnscored) -> Test:
    if rule.includes is not None:
        item = rule.includes
        return lambda _, answers: question.id in answers and item in answers[question.id].values
    below = rule.gte is None
    cut = place(question, (rule.lt if below else rule.gte) or "")

    def holds(_: Profile, answers: Answers) -> bool:
        answer = answers.get(question.id)
        return answer is not None and answer.value is not None and (place(question, answer.value) < cut) is below

    return holds


def _among(rule: Rule) -> frozenset[str]:
    return frozenset(rule.in_ or () if rule.equals is None else (rule.equals,))


def _about_profile(rule: Rule) -> Test:
    assert rule.profile is not None
    name, field = rule.profile, FIELDS[rule.profile]
    if rule.answered is not None:
        wanted = rule.answered
        return lambda profile, _: (getattr(profile, name) not in (None, ())) is wanted
    if rule.includes is not None:
        item = rule.includes
        return lambda profile, _: item in getattr(profile, name)
    if field.form == "yes_no":
        truth = rule.equals == "true"
        return lambda profile, _: getattr(profile, name) is truth
    order = list(field.values)
    if rule.gte is not None:
        values = frozenset(order[order.index(rule.gte) :])
    elif rule.lte is not None:
        values = frozenset(order[: order.index(rule.lte) + 1])
    else:
        values = _among(rule)
    return lambda profile, _: getattr(profile, name) in values


def leaves(rule: Rule) -> Iterator[Rule]:
    """Yield the comparisons in a condition, in order."""
    parts = rule.all or rule.any or ((rule.not_,) if rule.not_ else ())
    for part in parts:
        yield from leaves(part)
    if not parts:
        yield rule


def questions_of(rule: Rule | None) -> frozenset[str]:
    """Return the ids of the questions that a condition refers to."""
    return frozenset(leaf.question for leaf in leaves(rule) if leaf.question) if rule else frozenset()
