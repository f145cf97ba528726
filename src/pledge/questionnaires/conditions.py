"""Checks of conditions: what they refer to, whether each comparison suits it, and whether they can be met.

Whether a condition can be met is tried out over every combination of the few facts and answers that it
mentions, taken on their own. Proofs over whole questionnaires build on the same combinations.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from math import prod
from typing import Any

from pledge.organisations.profile import FIELDS, Field, Profile
from pledge.organisations.sectors import RISK_SECTORS
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition, Question, Rule
from pledge.questionnaires.problems import Path, listed, quoted
from pledge.questionnaires.rules import compile_rule, leaves
from pledge.questionnaires.yamltext import Source

MAX_COMBINATIONS = 20_000  # above this, a condition is not tried out here

_SUITS = {"choice": {"in", "equals"}, "choices": {"includes"}, "yes_no": {"equals"}, "text": set[str]()}
_BASES = {"small": "headcount_band", "licensed_labour": "risk_sectors"}  # what derived facts come from


def check_rule(
    rule: Rule, path: Path, before: dict[str, Question] | None, definition: Definition, source: Source
) -> bool:
    """Report what is wrong with the parts of a condition; return whether nothing is.

    ``before`` are the questions it may refer to, None where it may refer to the profile only.
    """
    parts = [("all", part) for part in rule.all or ()] + [("any", part) for part in rule.any or ()]
    if rule.all is not None or rule.any is not None:
        sound = [
            check_rule(part, (*path, key, position), before, definition, source)
            for position, (key, part) in enumerate(parts)
        ]
        return all(sound)
    if rule.not_ is not None:
        return check_rule(rule.not_, (*path, "not"), before, definition, source)
    found = len(source.problems)
    if rule.question is not None:
        _check_question(rule, path, before, definition, source)
    elif rule.profile is not None:
        _check_profile(rule, path, source)
    return len(source.problems) == found


def _operands(rule: Rule) -> tuple[str, tuple[str, ...]]:
    """Return a comparison's key and what it compares with."""
    for key, value in (
        ("equals", rule.equals),
        ("includes", rule.includes),
        ("gte", rule.gte),
        ("lte", rule.lte),
    ):
        if value is not None:
            return key, (value,)
    return ("in", rule.in_) if rule.in_ is not None else ("answered", ())


def _check_question(
    rule: Rule, path: Path, before: dict[str, Question] | None, definition: Definition, source: Source
) -> None:
    assert rule.question is not None
    name, here = quoted(rule.question), (*path, "question")
    if before is None:
        message = f"Flags and variants depend on the profile only, not on the answer to {name}."
        source.report_meaning("profile-only", here, message)
    elif rule.question not in definition:
        source.report_meaning("unknown-question", here, f"There is no question {name} in this file.")
    elif rule.question not in before:
        message = f"The question {name} does not come before this; a condition looks back only."
        source.report_meaning("later-question", here, message)
    else:
        key, operands = _operands(rule)
        values = [option.value for option in before[rule.question].options]
        unknown = [quoted(operand) for operand in operands if operand not in values]
        if key == "includes":
            message = f"“includes” is for profile fields with several values; ask {name} with “in” or “equals”."
            source.report_meaning("wrong-comparison", (*path, key), message)
        elif key in ("gte", "lte") and operands[0] not in ("0", "1", "2", "3", "4"):
            message = f"“{key}” compares the points of {name}, so 0 to 4, not {quoted(operands[0])}."
            source.report_meaning("wrong-comparison", (*path, key), message)
        elif key in ("in", "equals") and unknown:
            message = f"The question {name} has no option {listed(unknown)}; it has {listed(values)}."
            source.report_meaning("unknown-option", (*path, key), message)


def _check_profile(rule: Rule, path: Path, source: Source) -> None:
    assert rule.profile is not None
    name, field = quoted(rule.profile), FIELDS.get(rule.profile)
    if field is None or not field.steers:
        fields = [field.name for field in FIELDS.values() if field.steers]
        message = f"{name} is not a profile field that can steer questions; those are {', '.join(fields)}."
        source.report_meaning("unknown-profile-key", (*path, "profile"), message)
        return
    key, operands = _operands(rule)
    suits = _SUITS[field.form] | ({"gte", "lte"} if field.ordered else set()) | {"answered"}
    if key not in suits:
        message = f"“{key}” does not suit the profile field {name}; use {' or '.join(sorted(suits))}."
        source.report_meaning("wrong-comparison", (*path, key), message)
        return
    values = _values(field)
    unknown = [quoted(operand) for operand in operands if operand not in values]
    if unknown:
        message = f"The profile field {name} is never {listed(unknown)}; it is one of {listed(values, 30)}."
        source.report_meaning("unknown-profile-value", (*path, key), message)


def _values(field: Field) -> list[str]:
    return ["true", "false"] if field.form == "yes_no" else list(field.values)


def outcomes(rules: Sequence[Rule], definition: Definition) -> set[bool] | None:
    """Return whether the rules together can hold, and can fail: some of {True, False}.

    None when there are more than ``MAX_COMBINATIONS`` combinations to try. The rules must have passed
    ``check_rule``.
    """
    mentioned = [leaf for rule in rules for leaf in leaves(rule)]
    asked = sorted({leaf.question for leaf in mentioned if leaf.question})
    facts: dict[str, set[str]] = {}
    for leaf in mentioned:
        if leaf.profile:
            facts.setdefault(_BASES.get(leaf.profile, leaf.profile), set()).update(_operands(leaf)[1])
    domains: list[list[Any]] = [[None, *_answers(definition.question(name))] for name in asked]
    domains += [list(_domain(FIELDS[name], operands)) for name, operands in facts.items()]
    if prod(len(domain) for domain in domains) > MAX_COMBINATIONS:
        return None
    tests = [compile_rule(rule, definition) for rule in rules]
    seen: set[bool] = set()
    for combination in product(*domains):
        answers = {name: answer for name, answer in zip(asked, combination, strict=False) if answer is not None}
        profile = Profile(**dict(zip(facts, combination[len(asked) :], strict=True)))
        seen.add(all(test(profile, answers) for test in tests))
        if len(seen) == 2:
            break
    return seen


def _answers(question: Question) -> Iterator[Answer]:
    for option in question.options:
        yield Answer(option.value)
    yield Answer(dont_know=True)
    if question.not_applicable:
        yield Answer(not_applicable="-")


def _domain(field: Field, operands: set[str]) -> Iterator[Any]:
    """Yield the values that a profile field can have, as far as a condition can tell them apart."""
    if field.form == "yes_no":
        yield from (None, True, False)
    elif field.form == "choice":
        yield from (None, *field.values)
    else:
        # beside the values mentioned, one other of each kind, for what follows from it
        licensed = {name for name, sector in RISK_SECTORS.items() if sector.licensed_labour}
        items = [value for value in field.values if value in operands]
        for kind in (True, False):
            others = (value for value in field.values if value not in operands)
            items += [value for value in others if (value in licensed) is kind][:1]
        yield from chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))
