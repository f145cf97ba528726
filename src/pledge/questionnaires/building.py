"""Nodes of a file made into the model: every key, type and limit comes from the model's own types.

What does not fit is reported and replaced by an empty value, so that the rest is checked in the same run.
"""

import datetime
import re
from functools import cache
from typing import Any, TypeVar

from msgspec import inspect

from pledge.questionnaires.definition import Question, Section
from pledge.questionnaires.parts import Part, Rule
from pledge.questionnaires.problems import CODES, Path, listed, quoted
from pledge.questionnaires.yamltext import Node, Source

P = TypeVar("P", bound=Part)

# a required key whose absence has its own code
_MISSING = {(Question, "action"): "no-action", (Section, "questions"): "empty-section"}
_COMBINE = ("all", "any", "not")
_COMPARE = ("in", "equals", "includes", "gte", "lte", "lt", "answered")


def build(model: type[P], source: Source) -> P:
    """Return the file as ``model``, with every problem of shape in ``source``. Raises nothing.

    With problems, the result is good only for finding more of them.
    """
    built = _Builder(source).struct(_fields(model), source.root, ())
    assert isinstance(built, model)
    return built


@cache
def _fields(model: type[Part]) -> inspect.StructType:
    info = inspect.type_info(model)
    assert isinstance(info, inspect.StructType)
    return info


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source

    def one_of(self, kinds: dict[str, inspect.StructType], node: Node, path: Path) -> Any:
        """Build a part of the kind that it names; of the first kind where it names none."""
        first = next(iter(kinds.values()))
        if not isinstance(node.value, dict) or "kind" not in node.value:
            return self.struct(first, node, path)
        named = node.value["kind"][1].value
        if not isinstance(named, str) or named not in kinds:
            found = quoted(named) if isinstance(named, str) else "This"
            message = f"{found} is no kind of question; the kinds are {', '.join(kinds)}."
            self.source.report_shape("unknown-kind", path, message, (*path, "kind"))
            return _blank(first)
        return self.struct(kinds[named], node, path)

    def struct(self, info: inspect.StructType, node: Node, path: Path) -> Any:
        """Build a part from a mapping."""
        if not isinstance(node.value, dict):
            self.wrong("a mapping of keys to values", node, path)
            return _blank(info)
        found: dict[str, Any] = {}
        known = {field.encode_name: field for field in info.fields}
        keys = [*known, info.tag_field] if info.tag_field else list(known)
        for name, (_, child) in node.value.items():
            field = known.get(name)
            if name == info.tag_field:
                continue
            if field is None:
                message = f"The key {quoted(name)} is not known here; the keys are {', '.join(keys)}."
                self.source.report_shape("unknown-key", (*path, name), message)
            else:
                value = self.value(field.type, child, (*path, name))
                if field.required or (*path, name) not in self.source.misshapen:  # else its default will do
                    found[field.name] = value
        for name, field in known.items():
            if field.required and name not in node.value:
                code = _MISSING.get((info.cls, name), "missing-key")
                message = f"The key {quoted(name)} is missing." if code == "missing-key" else CODES[code].rule
                self.source.report_shape(code, (*path, name), message)
                found[field.name] = _blank(field.type)
        if info.cls is Rule:
            self.rule(node.value, path)
        return info.cls(**found)

    def rule(self, keys: dict[str, tuple[int, Node]], path: Path) -> None:
        """Check that a condition combines others, or makes one comparison."""
        subjects = [key for key in (*_COMBINE, "question", "profile") if key in keys]
        comparisons = [key for key in _COMPARE if key in keys]
        if len(subjects) != 1:
            message = f"A condition has one of all, any, not, question and profile; this has {_count(subjects)}."
        elif subjects[0] in _COMBINE and comparisons:
            message = f"{quoted(comparisons[0])} compares a question or a profile field, not {quoted(subjects[0])}."
        elif subjects[0] not in _COMBINE and len(comparisons) != 1:
            message = f"A condition has one of {', '.join(_COMPARE)}; this has {_count(comparisons)}."
        else:
            for key in ("all", "any", "in"):
                if key in keys and keys[key][1].value == []:
                    self.source.report_shape("bad-rule", (*path, key), f"{quoted(key)} lists nothing.")
            return
        self.source.report_shape("bad-rule", path, message)

    def value(self, info: Any, node: Node, path: Path, problem: str | None = None) -> Any:
        """Build a value of any type of the model."""
        if isinstance(info, inspect.Metadata):
            extra = info.extra or {}
            return self.value(info.type, node, path, problem or extra.get("problem"))
        if isinstance(info, inspect.UnionType):  # a type or None, or parts of several kinds
            kinds = {str(kind.tag): kind for kind in info.types if isinstance(kind, inspect.StructType) and kind.tag}
            return self.one_of(kinds, node, path) if kinds else self.value(_given(info), node, path, problem)
        if isinstance(info, inspect.StructType):
            return self.struct(info, node, path)
        if isinstance(info, inspect.VarTupleType):
            return self.items(info, node, path, problem)
        if isinstance(info, inspect.DictType):
            return self.mapping(info, node, path)
        if not isinstance(node.value, str):
            self.wrong("a text" if isinstance(info, inspect.StrType) else "a single value", node, path)
            return _blank(info)
        return self.scalar(info, node.value, path, problem)

    def items(self, info: inspect.VarTupleType, node: Node, path: Path, problem: str | None) -> tuple[Any, ...]:
        """Build a list."""
        if not isinstance(node.value, list):
            self.wrong("a list", node, path)
            return ()
        if len(node.value) < (info.min_length or 0) and problem:
            self.source.report_shape(problem, path, CODES[problem].rule)
        return tuple(self.value(info.item_type, item, (*path, at)) for at, item in enumerate(node.value))

    def mapping(self, info: inspect.DictType, node: Node, path: Path) -> dict[str, Any]:
        """Build a mapping whose keys are ids."""
        if not isinstance(node.value, dict):
            self.wrong("a mapping of keys to values", node, path)
            return {}
        built = {}
        for name, (_, child) in node.value.items():
            self.value(info.key_type, Node(child.line, name), (*path, name))
            built[name] = self.value(info.value_type, child, (*path, name))
        return built

    def scalar(self, info: Any, text: str, path: Path, problem: str | None) -> Any:
        """Build a text, number, truth value, date or one of a few words."""
        if isinstance(info, inspect.StrType):
            short = len(text.strip()) < (info.min_length or 0)
            long = len(text) > (info.max_length or len(text))
            if short or long or (info.pattern and not re.fullmatch(info.pattern, text)):
                self.limit(problem or "wrong-type", text, path)
            return text
        if isinstance(info, inspect.IntType):
            number = int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None
            low, high = info.ge or 0, info.le or 0
            if number is None or not low <= number <= high:
                self.limit(problem or "wrong-type", text, path)
                return low
            return number
        if isinstance(info, inspect.BoolType):
            if text not in ("true", "false"):
                self.source.report_shape("wrong-type", path, f"{quoted(text)} should be true or false.")
            return text == "true"
        if isinstance(info, inspect.DateType):
            try:
                return datetime.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                return self.limit(problem or "wrong-type", text, path)
        assert isinstance(info, inspect.LiteralType)
        allowed = {str(value): value for value in info.values}
        if text not in allowed:
            self.limit(problem or "wrong-type", text, path)
        return allowed.get(text)

    def limit(self, code: str, text: str, path: Path) -> None:
        """Report a value that breaks the rule of ``code``."""
        rule = CODES[code].rule
        message = f"{quoted(text)} will not do: {rule[0].lower()}{rule[1:]}" if text.strip() else rule
        self.source.report_shape(code, path, message)

    def wrong(self, wanted: str, node: Node, path: Path) -> None:
        """Report a value of another type than the one wanted."""
        found = "a text" if isinstance(node.value, str) else "a list" if isinstance(node.value, list) else "a mapping"
        if node.value == "":
            found = "nothing"
        self.source.report_shape("wrong-type", path, f"This should be {wanted}, and is {found}.")


def _given(info: inspect.UnionType) -> Any:
    return next(kind for kind in info.types if not isinstance(kind, inspect.NoneType))


def _count(keys: list[str]) -> str:
    return listed(keys) if keys else "none"


def _blank(info: Any) -> Any:
    """Return a value of a type that stands where none could be read."""
    if isinstance(info, inspect.Metadata):
        return _blank(info.type)
    if isinstance(info, inspect.StructType):
        return info.cls(**{field.name: _blank(field.type) for field in info.fields if field.required})
    if isinstance(info, inspect.IntType):
        return info.ge
    blanks: dict[type, Any] = {inspect.StrType: "", inspect.VarTupleType: (), inspect.DictType: {}}
    return blanks.get(type(info))
