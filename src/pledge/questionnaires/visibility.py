"""Which questions are shown, in which words, and on which page. Pure; one forward pass.

A question that is not shown counts as unanswered for every later condition, so an answer left behind on a
path no longer taken changes nothing.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, Answers
from pledge.questionnaires.definition import AnyQuestion, Definition, Question, once
from pledge.questionnaires.kinds import AnyUnscored, Choices
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.rules import Test, compile_rule, questions_of
from pledge.questionnaires.typed import words as said

PAGE_SIZE = 4  # questions, at most


class Page(msgspec.Struct, frozen=True):
    """A page of a section. ``number`` counts from 1 in its section and never depends on answers."""

    section: str
    number: int
    questions: tuple[str, ...]


class Words(msgspec.Struct, frozen=True):
    """A question's words for one profile. ``labels`` maps option values to labels, in the order to show.

    ``variant`` is the position of the variant used, None where none is.
    """

    text: str
    hint: str | None
    labels: dict[str, str]
    variant: int | None


_Sections = tuple[tuple[Test | None, tuple[tuple[str, Test | None], ...]], ...]


@once
def _conditions(definition: Definition) -> Callable[[Profile], _Sections]:
    """Return what gives, for a profile, each section's condition with its questions' ids and conditions.

    What the profile alone decides is decided there, once for all firms that are alike: the rest needs the answers.
    """
    sections = [
        (section.show_if, [(question.id, question.show_if) for question in section.questions])
        for section in definition.sections
    ]
    tests = {
        id(rule): compile_rule(rule, definition)
        for section, questions in sections
        for rule in (section, *(rule for _, rule in questions))
        if rule
    }

    @lru_cache(maxsize=256)
    def decided(profile: Profile) -> _Sections:
        def may_be_shown(rule: Rule | None) -> bool:
            return rule is None or bool(questions_of(rule)) or tests[id(rule)](profile, {})

        def test(rule: Rule | None) -> Test | None:
            return tests[id(rule)] if rule and questions_of(rule) else None

        return tuple(
            (test(section), tuple((name, test(rule)) for name, rule in questions if may_be_shown(rule)))
            for section, questions in sections
            if may_be_shown(section)
        )

    return decided


def effective_answers(definition: Definition, profile: Profile, answers: Answers) -> dict[str, Answer | None]:
    """Return every shown question, in file order, with its answer, or None where it has none."""
    shown: dict[str, Answer | None] = {}
    counted: dict[str, Answer] = {}  # what conditions see: answers of shown questions
    for section_test, questions in _conditions(definition)(profile):
        if section_test is not None and not section_test(profile, counted):
            continue
        for name, test in questions:
            if test is None or test(profile, counted):
                answer = shown[name] = answers.get(name)
                if answer is not None:
                    counted[name] = answer
    return shown


@once
def pages(definition: Definition) -> tuple[Page, ...]:
    """Return every page, from the definition alone, so that an address always means the same questions.

    A page holds at most ``PAGE_SIZE`` questions of one section. A new page starts at ``page_break``, and
    before a question whose condition refers to a question on the same page.
    """
    found: list[Page] = []
    for section in definition.sections:
        groups: list[list[str]] = []
        for question in section.questions:
            page = groups[-1] if groups else []
            full = len(page) == PAGE_SIZE or not questions_of(question.show_if).isdisjoint(page)
            if full or question.page_break or not groups:
                groups.append([])
            groups[-1].append(question.id)
        found += [Page(section.id, number, tuple(group)) for number, group in enumerate(groups, 1)]
    return tuple(found)


def shown_pages(definition: Definition, shown: Iterable[str]) -> tuple[Page, ...]:
    """Return the pages with a question among ``shown`` (ids), each with those only, under its fixed number."""
    return _shown_pages(definition)(tuple(shown))


@once
def _shown_pages(definition: Definition) -> Callable[[tuple[str, ...]], tuple[Page, ...]]:
    @lru_cache(maxsize=256)  # firms that are alike see the same questions
    def found(shown: tuple[str, ...]) -> tuple[Page, ...]:
        visible = (
            Page(page.section, page.number, tuple(name for name in page.questions if name in shown))
            for page in pages(definition)
        )
        return tuple(page for page in visible if page.questions)

    return found


@once
def _variant_tests(definition: Definition) -> dict[str, tuple[Test, ...]]:
    return {
        question.id: tuple(compile_rule(variant.when, definition) for variant in question.variants)
        for question in definition.questions
    }


def variant(definition: Definition, question: AnyQuestion, profile: Profile) -> int | None:
    """Return the position of the first of a question's variants that fits the profile, None when none does."""
    for position, test in enumerate(_variant_tests(definition)[question.id]):
        if test(profile, {}):
            return position
    return None


def words(definition: Definition, question: AnyQuestion, profile: Profile) -> Words:
    """Return a question's words: its own, with what the first variant that fits the profile replaces."""
    labels = _labels(question)
    position = variant(definition, question, profile)
    if position is None:
        return Words(question.text, question.hint, labels, None)
    chosen = question.variants[position]
    changed = {value: chosen.options.get(value, label) for value, label in labels.items()}
    return Words(chosen.text or question.text, chosen.hint or question.hint, changed, position)


def in_words(definition: Definition, question: AnyUnscored, profile: Profile, answer: Answer) -> str:
    """Return an answer to a question that is not scored in words, for one profile."""
    labels = words(definition, question, profile).labels
    given = answer.values if answer.value is None else (answer.value,)
    return "; ".join(said(question, value, labels) for value in given)


def _labels(question: AnyQuestion) -> dict[str, str]:
    if isinstance(question, Question | Choices):
        return {option.value: option.label for option in question.options}
    return {}


@once
def steering_questions(definition: Definition) -> frozenset[str]:
    """Return the ids of the questions whose answer may show or hide others."""
    conditions = [section.show_if for section in definition.sections]
    conditions += [question.show_if for question in definition.questions]
    return frozenset(name for rule in conditions for name in questions_of(rule))
