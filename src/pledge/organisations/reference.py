"""Reading reference data (YAML written by people) into frozen structs, strictly and with every problem named.

Every scalar stays the text that was written (``no`` is ``no``, ``01`` is ``01``) until a field's type asks for
something else. YAML anchors serve as references: a fact names its source as ``source: *name``.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

import msgspec
import yaml

from pledge.content import ContentError

T = TypeVar("T")

LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick; PyYAML may lack it

Text = Annotated[str, msgspec.Meta(min_length=1, description="some text")]
Slug = Annotated[
    str,
    msgspec.Meta(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", description="small letters and digits, like fylde-coast"),
]
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://\S+$", description="a full web address, https://…")]
_PLAIN = {date: "a date, like 2026-11-21", int: "a whole number", bool: "true or false"}


Ends = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-\d{2}(-\d{2})?$", description="a day or a month, like 2028-04-01 or 2028-05")
]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a fact was read, and on which day it was last compared with that place.

    ``secondary``: it was read in other people's words, and not in the law or the rule itself. ``ends``: the day or the
    month with which it stops being true, where that is known already.
    """

    name: Text
    checked: date
    url: Url | None = None
    secondary: bool = False
    ends: Ends | None = None


class ReferenceDataError(ContentError):
    """A file of reference data cannot be used; ``problems`` has one sentence for each thing wrong in it."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        super().__init__(*(f"{path.name}: {problem}" for problem in problems))


def read(path: Path, kind: type[T]) -> T:
    """Return the document in ``path`` as a ``kind`` (a msgspec struct).

    Raises ReferenceDataError listing every unknown, repeated, missing or malformed entry with its line.
    """
    return parse(text_of(path), kind, path)


def text_of(path: Path) -> str:
    """Return the text of a file with plain line ends. Raises ReferenceDataError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReferenceDataError(path, [f"The file cannot be read: {error.strerror}."]) from None
    except UnicodeDecodeError:
        raise ReferenceDataError(path, ["The file is not UTF-8 text. Save it as UTF-8."]) from None


def parse(text: str, kind: type[T], path: Path) -> T:
    """Return the document written in ``text`` as a ``kind``. ``path`` is where it came from, for the messages.

    Raises ReferenceDataError as ``read`` does.
    """
    try:
        node = _compose(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", error)
        raise ReferenceDataError(path, [f"{where}This is not valid YAML: {problem}."]) from None
    problems: list[str] = []
    value = _build(node, kind, problems)
    if problems:
        raise ReferenceDataError(path, list(dict.fromkeys(problems)))
    assert isinstance(value, kind)
    return value


def _compose(text: str) -> Any:
    try:
        return yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)  # says more of what is wrong


def fill(value: T, words: Mapping[str, str], path: Path) -> T:
    """Return a struct from ``path`` with every ``{name}`` in its texts replaced by that one of ``words``.

    Raises ReferenceDataError naming every name that is not in ``words``.
    """
    unknown: dict[str, None] = {}

    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            unknown[match[1]] = None
        return words.get(match[1], "")

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\{(\w+)\}", word, value)
        if isinstance(value, tuple):
            return tuple(filled(item) for item in value)
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        if isinstance(value, msgspec.Struct):
            return type(value)(*(filled(getattr(value, name)) for name in value.__struct_fields__))
        return value

    result = filled(value)
    if unknown:
        raise ReferenceDataError(path, [f"“{{{name}}}” stands for nothing. Use {_words(words)}." for name in unknown])
    return cast(T, result)


def _build(node: yaml.Node | None, kind: Any, problems: list[str]) -> Any:
    """Turn one YAML node into a value of ``kind``; what is wrong is added to ``problems``."""
    if node is None:
        problems.append("The file is empty.")
        return None
    if get_origin(kind) is not None and type(None) in get_args(kind):  # X | None: absent or an X, never empty
        kind = next(option for option in get_args(kind) if option is not type(None))
    origin = get_origin(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(node, kind, problems)
    if origin is dict:
        key_kind, value_kind = get_args(kind)
        return {
            _leaf(key, key_kind, problems): _build(value, value_kind, problems) for key, value in _pairs(node, problems)
        }
    if origin is tuple:
        if not isinstance(node, yaml.SequenceNode):
            problems.append(f"Line {_line(node)}: expected a list.")
            return ()
        return tuple(_build(item, get_args(kind)[0], problems) for item in node.value)
    return _leaf(node, kind, problems)


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """Return a struct's fields by their name in a file. To find them out takes longer than to read a mapping."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _struct(node: yaml.Node, kind: type[msgspec.Struct], problems: list[str]) -> Any:
    before = len(problems)
    fields = _fields(kind)
    values: dict[str, Any] = {}
    for key, value in _pairs(node, problems):
        if field := fields.get(key.value):
            values[field.name] = _build(value, field.type, problems)
        else:
            problems.append(f"Line {_line(key)}: “{key.value}” is not known here. Use {_words(fields)}.")
    problems += [
        f"Line {_line(node)}: “{name}” is missing. Add it."
        for name, field in fields.items()
        if field.required and field.name not in values
    ]
    if len(problems) > before:
        return None
    try:
        return kind(**values)
    except ValueError as error:  # a struct's own rule, from its __post_init__
        problems.append(f"Line {_line(node)}: {error}")
        return None


def _pairs(node: yaml.Node, problems: list[str]) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Return a mapping's keys and values, naming keys that are written twice or are not plain words."""
    if not isinstance(node, yaml.MappingNode):
        problems.append(f"Line {_line(node)}: expected names and values (“name: value”).")
        return []
    pairs: dict[str, tuple[yaml.ScalarNode, yaml.Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(f"Line {_line(key)}: a name must be plain text.")
        elif key.value in pairs:
            problems.append(f"Line {_line(key)}: “{key.value}” is written twice. Keep one.")
        else:
            pairs[key.value] = (key, value)
    return list(pairs.values())


def _leaf(node: yaml.Node, kind: Any, problems: list[str]) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        problems.append(f"Line {_line(node)}: expected one value, not a list or a table.")
        return None
    try:
        return msgspec.convert(node.value, kind, strict=False, dec_hook=lambda to, text: to(text))  # Path
    except msgspec.ValidationError:
        problems.append(f"Line {_line(node)}: “{node.value}” will not do here. Write {_wanted(kind)}.")
        return None


def _wanted(kind: Any) -> str:
    described = [meta.description for meta in get_args(kind)[1:] if isinstance(meta, msgspec.Meta)]
    return described[0] or "something else" if described else _PLAIN.get(kind, "something else")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _words(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
