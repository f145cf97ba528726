"""Checks of conditions: what they refer to, and whether each comparison suits it. Whether they can be met is proved."""

from pledge.organisations.profile import FIELDS, Field
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.kinds import AnyUnscored, Choices, Written
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.problems import Path, listed, quoted
from pledge.questionnaires.typed import possible
from pledge.questionnaires.yamltext import Source

_SUITS = {"choice": {"in", "equals"}, "choices": {"includes"}, "yes_no": {"equals"}}  # texts steer nothing


def check_rule(
    rule: Rule, path: Path, before: dict[str, AnyQuestion] | None, definition: Definition, source: Source
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
        ("lt", rule.lt),
    ):
        if value is not None:
            return key, (value,)
    return ("in", rule.in_) if rule.in_ is not None else ("answered", ())


def _check_question(
    rule: Rule, path: Path, before: dict[str, AnyQuestion] | None, definition: Definition, source: Source
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
    elif isinstance(question := before[rule.question], Question):
        key, operands = _operands(rule)
        values = [option.value for option in question.options]
        unknown = [quoted(operand) for operand in operands if operand not in values]
        if key == "includes":
            message = f"“includes” is for profile fields with several values; ask {name} with “in” or “equals”."
            source.report_meaning("wrong-comparison", (*path, key), message)
        elif key == "lt":
            message = f"“lt” compares figures and dates; ask {name} with “lte”, or with “in” or “equals”."
            source.report_meaning("wrong-comparison", (*path, key), message)
        elif key in ("gte", "lte") and operands[0] not in ("0", "1", "2", "3", "4"):
            message = f"“{key}” compares the points of {name}, so 0 to 4, not {quoted(operands[0])}."
            source.report_meaning("wrong-comparison", (*path, key), message)
        elif key in ("in", "equals") and unknown:
            message = f"The question {name} has no option {listed(unknown)}; it has {listed(values)}."
            source.report_meaning("unknown-option", (*path, key), message)

    else:
        _check_unscored(rule, path, question, source)


def _check_unscored(rule: Rule, path: Path, question: AnyUnscored, source: Source) -> None:
    """Check a comparison with a question that is not scored: finitely many cut points or choices, and never a text."""
    key, operands = _operands(rule)
    name, here = quoted(question.id), (*path, key)
    if isinstance(question, Written):
        message = f"{name} is answered in people’s own words, and nothing may depend on those."
        source.report_meaning("wrong-comparison", here, message)
        return
    suits = ("includes", "answered") if isinstance(question, Choices) else ("gte", "lt", "answered")
    if key not in suits:
        message = f"“{key}” does not suit {name}; use {' or '.join(suits)}."
        source.report_meaning("wrong-comparison", here, message)
    elif isinstance(question, Choices):
        values = [option.value for option in question.options]
        if key == "includes" and operands[0] not in values:
            message = f"The question {name} has no option {quoted(operands[0])}; it has {listed(values)}."
            source.report_meaning("unknown-option", here, message)
    elif key != "answered" and not possible(question, operands[0]):
        low, high = question.range
        message = f"{quoted(operands[0])} can never be the answer to {name}, which is from {low} to {high}."
        source.report_meaning("wrong-comparison", here, message)


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
