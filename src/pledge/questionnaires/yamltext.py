"""YAML read as text: every scalar stays the string that is written, and every value keeps its line.

Plain YAML turns ``no`` into false and ``2026.1`` into a number, keeps the last of two equal keys and lets one
part stand for another. Here a value is what the file says, once, at its place.
"""

import re
import unicodedata
from dataclasses import dataclass, field

import yaml

from pledge.questionnaires.problems import CODES, Path, Problem, quoted

MAX_BYTES = 512 * 1024
MAX_DEPTH = 40
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # Unicode’s categories of what has no picture
# and what has none in other categories: fillers, joiners and variation selectors (Default_Ignorable_Code_Point of
# Unicode 16), and the blank pattern of Braille
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")

_PARSER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # BaseLoader resolves no types


@dataclass(slots=True)
class Node:
    """A value of the file: a text, a list, or a mapping of keys to the line of the key and the value."""

    line: int
    value: "str | list[Node] | dict[str, tuple[int, Node]]"


@dataclass(slots=True)
class Source:
    """A file as nodes, and what is wrong with it. ``readable`` is false where reading had to stop."""

    root: Node
    readable: bool = False
    problems: list[Problem] = field(default_factory=list)
    misshapen: set[Path] = field(default_factory=set)
    around: set[Path] = field(default_factory=set)  # every path above a misshapen one

    def report(self, code: str, path: Path, message: str, line: int | None = None) -> None:
        """Add a problem at ``path``; ``line`` where it is not simply the line of that path."""
        found, where = self.locate(path)
        self.problems.append(Problem(code, CODES[code].severity, line or found, where, message))

    def report_shape(self, code: str, path: Path, message: str, at: Path | None = None) -> None:
        """Add a problem of shape, ``at`` a part of ``path``. What is at ``path`` says nothing to check further."""
        self.misshapen.add(path)
        self.around.update(path[:length] for length in range(len(path)))
        self.report(code, at or path, message)

    def report_meaning(self, code: str, path: Path, message: str) -> None:
        """Add a problem of meaning, unless one of shape may be its cause."""
        if not self.doubtful(path):
            self.report(code, path, message)

    def doubtful(self, path: Path) -> bool:
        """Return whether there is a problem of shape at, above or below ``path``."""
        above = (path[:length] for length in range(len(path) + 1))
        return path in self.around or any(part in self.misshapen for part in above)

    def locate(self, path: Path) -> tuple[int, str]:
        """Return the line of ``path``, or of the nearest part around it, and its place in words."""
        node: Node | None = self.root
        line = self.root.line
        words: list[str] = []
        for step in path:
            line, node = _child(node, step) or (line, None)
            if isinstance(step, str):
                words.append(step)
                continue
            name = words.pop()
            singular, key = _NAMED.get(name, (name, ""))
            _, named = _child(node, key) or (line, None)
            known = named is not None and isinstance(named.value, str) and named.value
            if known and name == "questions":  # its id is enough, without the section
                words.clear()
            words.append(f"{singular} {known or step + 1}")
        return line, " › ".join(words) or "file"


# lists whose items are known by an id: key of the list → one item, key of the id
_NAMED = {"sections": ("section", "id"), "questions": ("question", "id"), "options": ("option", "value")}


def _child(node: Node | None, step: str | int) -> tuple[int, Node] | None:
    if node is None:
        return None
    if isinstance(node.value, dict) and isinstance(step, str):
        return node.value.get(step)
    if isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
        return node.value[step].line, node.value[step]
    return None


def canonical(data: bytes) -> str:
    """Return a file's text without byte order mark and with plain line ends.

    A copy that another system has rewritten so keeps its hash. Raises UnicodeDecodeError.
    """
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def parse(data: bytes) -> Source:
    """Read a file's bytes. Where it cannot be read, the reason is in ``problems``. Raises nothing."""
    source = Source(Node(1, {}))
    if len(data) > MAX_BYTES:
        source.report("file-too-large", (), CODES["file-too-large"].rule)
        return source
    try:
        text = canonical(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "The file is not text in UTF-8. Save it again with the encoding UTF-8."
        source.report("not-utf8", (), message, line)
        return source
    if not text.strip():
        source.report("empty-file", (), "The file is empty.")
        return source
    try:
        source.readable = _read(text, source)
    except yaml.YAMLError as error:
        source.root = Node(1, {})
        source.report("yaml-syntax", (), *_syntax(error, text))
    except _UnreadableError as stop:
        source.root = Node(1, {})
        source.report(stop.code, (), stop.message, stop.line)
    return source


class _UnreadableError(Exception):
    """A problem after which reading on makes no sense."""

    def __init__(self, code: str, line: int, message: str) -> None:
        self.code, self.line, self.message = code, line, message


def _syntax(error: yaml.YAMLError, text: str) -> tuple[str, int]:
    """Return what the parser says is wrong, and the line."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark, reason = error.problem_mark or error.context_mark, error.problem
        line = mark.line + 1 if mark else 1
    else:  # a character that YAML does not allow: only its position is known
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        reason = getattr(error, "reason", None)
    return f"The file is not valid YAML: {str(reason or 'it cannot be read').rstrip('.')}.", line


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read; ``key`` is a mapping's key that waits for its value."""

    node: Node
    path: Path
    key: tuple[int, str] | None = None


def _read(text: str, source: Source) -> bool:
    """Build the nodes from the parser's events, without recursion, so that no nesting can exhaust the stack.

    Return whether there is anything to read.
    """
    opened: list[_Open] = []
    documents = 0
    for event in yaml.parse(text, Loader=_PARSER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _UnreadableError(
                    "several-documents", line, "The file holds a second YAML document; leave it out."
                )
        elif isinstance(event, yaml.AliasEvent):
            raise _UnreadableError(
                "alias", line, f"{quoted(f'*{event.anchor}')} stands for another part; write that part out."
            )
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            _refuse(event, line, len(opened))
            if isinstance(event, yaml.ScalarEvent):
                path = _attach(Node(line, event.value), opened, source)
                _look_for_hidden(event.value, path, line, source)
            else:
                node = Node(line, [] if isinstance(event, yaml.SequenceStartEvent) else {})
                opened.append(_Open(node, _attach(node, opened, source)))
    if documents == 0:
        source.report("empty-file", (), "The file is empty.")
    return documents > 0


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN or _BLANK.match(character) is not None


def _look_for_hidden(text: str, path: Path, line: int, source: Source) -> None:
    """Report a character that nobody sees: a control or format character, or half of a pair."""
    hidden = next((each for each in text if each not in "\n\t" and _is_hidden(each)), None)
    if hidden is not None:
        name = unicodedata.name(hidden, f"number {ord(hidden)}").lower()
        source.report(
            "hidden-character", path, f"There is a character that cannot be seen ({name}); leave it out.", line
        )


def _refuse(event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int, depth: int) -> None:
    if event.anchor is not None:
        raise _UnreadableError(
            "alias", line, f"{quoted(f'&{event.anchor}')} names a part to repeat it; leave the name out."
        )
    if event.tag is not None:
        raise _UnreadableError("tag", line, f"The tag {quoted(event.tag)} is not used; leave it out.")
    if depth == MAX_DEPTH and isinstance(event, yaml.CollectionStartEvent):
        raise _UnreadableError("file-too-deep", line, CODES["file-too-deep"].rule)


def _attach(node: Node, opened: list[_Open], source: Source) -> Path:
    """Put a node at the top, or in the open list or mapping, where it may be a key. Return its path."""
    if not opened:
        source.root = node
        return ()
    around = opened[-1]
    if isinstance(around.node.value, list):
        around.node.value.append(node)
        return (*around.path, len(around.node.value) - 1)
    if around.key is None:
        if not isinstance(node.value, str):
            raise _UnreadableError("yaml-syntax", node.line, "The file is not valid here: a key is a plain text.")
        around.key = (node.line, node.value)
        return around.path
    (line, name), around.key = around.key, None
    path = (*around.path, name)
    assert isinstance(around.node.value, dict)
    if name in around.node.value:
        first = around.node.value[name][0]
        message = f"The key {quoted(name)} is already on line {first}; keep one of the two."
        source.report("duplicate-key", path, message, line)
    else:
        around.node.value[name] = (line, node)
    return path
