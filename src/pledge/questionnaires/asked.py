"""Which questions an organisation can be asked, whatever it answers, and in words on which answers they depend. Pure.

On the screen a condition is settled by the time its question comes. On paper it is not: what the profile settles is
settled, and what is left of a condition is said in words.
"""

from collections.abc import Container, Mapping
from typing import NamedTuple

import msgspec

from pledge.organisations.profile import BASES, Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import AnyQuestion, Definition, Question, once
from pledge.questionnaires.kinds import AnyUnscored, Date
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.rules import compile_rule, leaves
from pledge.questionnaires.typed import words as said_of
from pledge.questionnaires.visibility import words
from pledge.words.text import all_of


class Asked(NamedTuple):
    """A question that can be asked. ``depends`` is what is left of its condition, None where it is always asked.

    ``only_if`` says that in a sentence, "" where it is always asked.
    """

    question: AnyQuestion
    number: int
    depends: Rule | None
    only_if: str


def asked(definition: Definition, profile: Profile) -> tuple[Asked, ...]:
    """Return every question that an organisation of this profile can be asked, in file order, counted from 1."""
    found: dict[str, Asked] = {}
    for section in definition.sections:
        for question in section.questions:
            rules = tuple(rule for rule in (section.show_if, question.show_if) if rule is not None)
            left = _left(Rule(all=rules), profile, definition, found)
            if left is not False:
                depends = left if isinstance(left, Rule) else None
                said = f"Only if {_words(depends, profile, definition, found)}." if depends else ""
                found[question.id] = Asked(question, len(found) + 1, depends, said)
    return tuple(found.values())


def without_staff(definition: Definition, profile: Profile) -> bool:
    """Return whether questions are left out because nobody but the owner works there."""
    staffed = msgspec.structs.replace(profile, headcount_band="1-9")
    return profile.headcount_band == "0" and len(asked(definition, profile)) < len(asked(definition, staffed))


@once
def steering_facts(definition: Definition) -> frozenset[str]:
    """Return the facts of a profile that decide which questions are asked, or in which words."""
    rules = [section.show_if for section in definition.sections]
    for question in definition.questions:
        rules += [question.show_if, *(variant.when for variant in question.variants)]
    named = {leaf.profile for rule in rules if rule is not None for leaf in leaves(rule) if leaf.profile}
    return frozenset(BASES.get(name, name) for name in named)


def _left(rule: Rule, profile: Profile, definition: Definition, known: Container[str]) -> Rule | bool:
    """Return what is left of a condition once the profile is known, or whether it holds.

    ``known`` are the questions that can be asked; every other one stays unanswered.
    """
    if rule.not_ is not None:
        part = _left(rule.not_, profile, definition, known)
        return Rule(not_=part) if isinstance(part, Rule) else not part
    if rule.all is None and rule.any is None:
        return rule if rule.question in known else compile_rule(rule, definition)(profile, {})
    decisive = rule.any is not None  # one part that holds decides an “any”, one that does not an “all”
    left: list[Rule] = []
    for each in rule.any or rule.all or ():
        part = _left(each, profile, definition, known)
        if part is decisive:
            return decisive
        if isinstance(part, Rule):
            left += (part.any if decisive else part.all) or (part,)
    if len(left) < 2:
        return left[0] if left else not decisive
    return Rule(any=tuple(left)) if decisive else Rule(all=tuple(left))


def _words(
    rule: Rule,
    profile: Profile,
    definition: Definition,
    known: Mapping[str, Asked],
    *,
    holds: bool = True,
    top: bool = True,
) -> str:
    """Return in words that a condition on answers holds, or does not."""
    if rule.not_ is not None:
        return _words(rule.not_, profile, definition, known, holds=not holds, top=top)
    parts = rule.all or rule.any
    if not parts:
        return _comparison(rule, profile, definition, known, holds=holds)
    every = (rule.all is not None) is holds  # “not all” is “one does not”
    said = [_words(part, profile, definition, known, holds=holds, top=False) for part in parts]
    joined = all_of(said) if every else " or ".join(said)
    return joined if top else f"{'both' if every else 'either'} {joined}"


def _comparison(
    rule: Rule, profile: Profile, definition: Definition, known: Mapping[str, Asked], *, holds: bool
) -> str:
    assert rule.question is not None
    question, number, *_ = known[rule.question]
    if rule.answered is not None:
        return f"you {'answered' if rule.answered is holds else 'did not answer'} question {number}"
    if not isinstance(question, Question):
        return _cut(rule, question, words(definition, question, profile).labels, number, holds=holds)
    test = compile_rule(rule, definition)
    choices = [(Answer(value=value), label) for value, label in words(definition, question, profile).labels.items()] + [
        (Answer(dont_know=True), question.dont_know_label)
    ]
    fitting = [f"“{label}”" for answer, label in choices if test(profile, {question.id: answer})]
    return f"you {'answered' if holds else 'did not answer'} {' or '.join(fitting)} to question {number}"


def _cut(rule: Rule, question: AnyUnscored, labels: dict[str, str], number: int, *, holds: bool) -> str:
    """Return a comparison with a choice, a figure or a date in words."""
    if rule.includes is not None:
        return f"you {'chose' if holds else 'did not choose'} “{labels[rule.includes]}” in question {number}"
    day = isinstance(question, Date)
    if rule.gte is not None:
        found = f"{said_of(question, rule.gte, {})} or {'later' if day else 'more'}"
    else:
        assert rule.lt is not None
        found = f"{'before' if day else 'less than'} {said_of(question, rule.lt, {})}"
    return f"your answer to question {number} is {'' if holds else 'not '}{found}"
