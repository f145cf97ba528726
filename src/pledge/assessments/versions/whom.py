"""Whom a question is asked of, in words for partnership staff: a condition as somebody would say it. Pure."""

from pledge.organisations.profile import FIELDS, Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import AnyQuestion, Definition, Question, Section
from pledge.questionnaires.kinds import Choices, Date
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.rules import compile_rule
from pledge.questionnaires.typed import words as said_of

EVERYBODY = "Every firm is asked it."

# what each fact is called; the values of a fact have their words already
_FACTS = {
    "kind": "what the firm is",
    "sector": "its main work",
    "risk_sectors": "the work that it does",
    "headcount_band": "how many people work there",
    "turnover_36m": "a turnover from which the law asks for a yearly statement",
    "labour": "whom it has at work",
    "outside_work": "outside work",
    "goods_abroad": "goods from abroad",
    "goods_bought": "what it buys",
    "listed_goods": "a supplier of goods on the list of goods made with forced labour",
    "depth": "the form that it answers",
    "licensed_labour": "work in which labour providers need a licence",
    "small": "fewer than 50 people",
}


def whom(section: Section, question: AnyQuestion, definition: Definition) -> str:
    """Return a sentence that says which firms are asked a question."""
    said = [_words(rule, definition) for rule in (section.show_if, question.show_if) if rule is not None]
    return f"It is asked where {' and '.join(said)}." if said else EVERYBODY


def _words(rule: Rule, definition: Definition, *, inside: bool = False) -> str:
    parts = rule.all or rule.any
    if parts:
        joined = (" and " if rule.all else " or ").join(_words(part, definition, inside=True) for part in parts)
        return f"({joined})" if inside and len(parts) > 1 else joined
    if rule.not_ is not None:
        return f"it is not so that {_words(rule.not_, definition, inside=True)}"
    return _of_answer(rule, definition) if rule.question is not None else _of_fact(rule)


def _of_fact(rule: Rule) -> str:
    assert rule.profile is not None
    field, name = FIELDS[rule.profile], _FACTS[rule.profile]
    if rule.answered is not None:
        return f"{name} is {'known' if rule.answered else 'not known'}"
    if field.form == "yes_no":
        return f"{name}: {'yes' if rule.equals == 'true' else 'no'}"
    if rule.gte is not None:
        return f"{name}: “{field.values[rule.gte]}” or more"
    if rule.lte is not None:
        return f"{name}: “{field.values[rule.lte]}” or fewer"
    chosen = rule.in_ or tuple(value for value in (rule.equals, rule.includes) if value is not None)
    return f"{name}: {_or([field.values[value] for value in chosen])}"


def _of_answer(rule: Rule, definition: Definition) -> str:
    assert rule.question is not None
    question = definition.question(rule.question)
    name = f"the answer to “{question.text}”"
    if rule.answered is not None:
        return f"{name} is {'given' if rule.answered else 'not given'}"
    if isinstance(question, Question):
        test = compile_rule(rule, definition)
        answers = [(Answer(value=option.value), option.label) for option in question.options]
        answers.append((Answer(dont_know=True), question.dont_know_label))
        return f"{name} is {_or([label for answer, label in answers if test(Profile(), {question.id: answer})])}"
    if rule.includes is not None:
        labels = {option.value: option.label for option in question.options} if isinstance(question, Choices) else {}
        return f"{name} has {_or([labels[rule.includes]])} among it"
    if rule.gte is not None:
        return f"{name} is {said_of(question, rule.gte, {})} or {'later' if isinstance(question, Date) else 'more'}"
    assert rule.lt is not None
    return f"{name} is {'before' if isinstance(question, Date) else 'less than'} {said_of(question, rule.lt, {})}"


def _or(labels: list[str]) -> str:
    return " or ".join(f"“{label}”" for label in labels)
