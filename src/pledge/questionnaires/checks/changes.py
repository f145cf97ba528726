"""What a new version of a questionnaire changes, every change with its place and what it can do. Pure.

``safe``: answers and scores mean the same. ``review``: they may not, so somebody should read it. ``breaking``: the same
answers can give another result, or no longer fit. A key that is not listed here is breaking.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Literal

import msgspec

from pledge.questionnaires.definition import Definition, once
from pledge.questionnaires.parts import Part
from pledge.questionnaires.problems import listed, quoted
from pledge.questionnaires.translations.translation import Translation

Kind = Literal["breaking", "review", "safe"]
KINDS: tuple[Kind, ...] = ("breaking", "review", "safe")

# type of part → key → what a change of it can do; "words": as ``wording`` finds
_UNSCORED: Mapping[str, Kind | Literal["words"]] = {"text": "words", "hint": "safe", "page_break": "safe"}
_KEYS: Mapping[str, Mapping[str, Kind | Literal["words"]]] = {
    "Definition": {"title": "safe", "estimated_minutes": "safe", "language": "review", "topics": "review"},
    "Section": {"title": "safe"},
    "Question": {
        "text": "words", "hint": "safe", "maps_to": "safe", "topics": "review", "time_bound": "review",
        "page_break": "safe", "dont_know": "review",
    },
    "Choices": _UNSCORED, "Number": {**_UNSCORED, "unit": "words"}, "Money": _UNSCORED, "Percentage": _UNSCORED,
    "Date": _UNSCORED, "ShortText": _UNSCORED, "LongText": _UNSCORED,
    "Option": {"label": "words", "action": "review"}, "Choice": {"label": "words"},
    "RangeMessages": {"unreadable": "safe", "too_low": "safe", "too_high": "safe"},
    "ChoicesMessages": {"contradiction": "safe"}, "TextMessages": {"too_long": "safe"},
    "Action": {"text": "words", "why": "safe", "resources": "safe", "due_days": "review"},
    "DontKnow": {"action": "words", "label": "words", "due_days": "review"},
    "Variant": {"text": "words", "hint": "safe", "options": "words"},
    "Standard": {"title": "safe", "url": "safe"},
    "Resource": {"title": "safe", "url": "safe", "checked": "safe"},
}  # fmt: skip
# lists of parts that are known by a key: what one is called, its key, what adding or removing one does
_LISTS: Mapping[str, tuple[str, str, Kind]] = {
    "sections": ("section", "id", "breaking"),
    "questions": ("question", "id", "breaking"),
    "options": ("option", "value", "breaking"),
    "standards": ("standard", "id", "safe"),
    "variants": ("variant", "when", "breaking"),
}
_SHORT = 120  # characters of a text on a line of the command
_SLIP = 6  # letters of a word in which one letter can be taken for a slip


class Change(msgspec.Struct, frozen=True):
    """One change. ``where`` names the part, ``message`` says what was and what is."""

    kind: Kind
    where: str
    message: str


def changes(old: Definition, new: Definition, longest: int = _SHORT) -> tuple[Change, ...]:
    """Return every change from one version to another, those that break most first, each kind in file order.

    A text is cut after ``longest`` characters.
    """
    found = list(_Comparison(new, longest).parts(old, new, ()))
    return tuple(sorted(found, key=lambda change: KINDS.index(change.kind)))


def reworded(old: Translation, new: Translation) -> tuple[Change, ...]:
    """Return every change from one text of a translation to another. All are safe: nothing is worked out of words."""
    found = []
    for name in ("version", "language", "covers", "needs_check", "checked", "around"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            found.append(_changed("safe", (name,), before, after))
    before, after = old.texts, new.texts
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) != after.get(path):
            where = tuple(str(step + 1) if isinstance(step, int) else step for step in path)
            found.append(_changed("safe", where, before.get(path), after.get(path)))
    return tuple(found)


class _Comparison:
    def __init__(self, new: Definition, longest: int) -> None:
        self.new, self.longest = new, longest

    def parts(self, old: Part, new: Part, where: tuple[str, ...]) -> Iterator[Change]:
        """Yield what differs between two parts; two kinds of question are compared no further."""
        if type(old) is not type(new):
            yield self.changed("breaking", (*where, "kind"), _kind(old), _kind(new))
            return
        kinds = _KEYS.get(type(new).__name__, {})
        for field in msgspec.structs.fields(new):
            name = field.encode_name
            before, after = getattr(old, field.name), getattr(new, field.name)
            if before == after or (isinstance(new, Definition) and name in ("version", "revision")):
                continue
            here = (*where, name)
            if name in _LISTS and isinstance(after, tuple):
                yield from self.lists(before, after, where, name)
            elif isinstance(before, dict):
                yield from self.mappings(before, after, here, kinds.get(name, "safe"))
            elif isinstance(whole := after or before, Part) and type(whole).__name__ in _KEYS:
                if before and after:
                    yield from self.parts(before, after, here)
                else:  # one that is new or gone: each of its texts on a line of its own
                    for key, value in _given(whole):
                        was, now = (None, value) if after else (value, None)
                        yield self.changed(kinds.get(name, "breaking"), (*here, key), was, now)
            else:
                yield self.changed(kinds.get(name, "breaking"), here, before, after)

    def lists(self, old: Sequence[Any], new: Sequence[Any], where: tuple[str, ...], name: str) -> Iterator[Change]:
        """Yield what was added, removed, moved and changed in a list of parts with keys."""
        singular, key, kind = _LISTS[name]
        before, after = ({_key(part, key): part for part in parts} for parts in (old, new))
        inside = () if name == "questions" else where  # its id is enough, without the section
        for label in before:
            if label not in after:
                yield Change(kind, _place(*inside, f"{singular} {label}"), "It is gone.")
        for label, part in after.items():
            here = (*inside, f"{singular} {label}")
            if label in before:
                yield from self.parts(before[label], part, here)
            else:
                yield Change(kind, _place(*here), "It is new.")
        common = [label for label in before if label in after], [label for label in after if label in before]
        if common[0] != common[1]:
            blocks = SequenceMatcher(None, *common, autojunk=False).get_matching_blocks()
            stayed = {label for block in blocks for label in common[1][block.b : block.b + block.size]}
            moved = [label for label in common[1] if label not in stayed]
            yield Change("review", _place(*where, name), f"The order is another: {listed(moved)} moved.")

    def mappings(
        self, old: Mapping[str, Any], new: Mapping[str, Any], where: tuple[str, ...], kind: Kind | Literal["words"]
    ) -> Iterator[Change]:
        """Yield what was added, removed and changed in a mapping of names to parts or texts."""
        for name in dict.fromkeys([*old, *new]):
            here, before, after = (*where, name), old.get(name), new.get(name)
            if isinstance(before, Part) and isinstance(after, Part):
                yield from self.parts(before, after, here)
            elif before != after:
                yield self.changed(kind, here, before, after)

    def changed(self, kind: Kind | Literal["words"], where: tuple[str, ...], old: Any, new: Any) -> Change:
        return _changed(self.wording(old, new) if kind == "words" else kind, where, old, new, self.longest)

    def wording(self, old: Any, new: Any) -> Kind:
        """Return ``safe`` where a text reads the same, and ``review`` otherwise."""
        if old is None or new is None:
            return "review"
        return "safe" if reads_the_same(old, new, self.new) else "review"


def reads_the_same(old: str, new: str, whole: Definition) -> bool:
    """Whether only signs, spaces, capitals or slips of the pen differ between two texts. ``whole`` has the new one."""
    pairs = zip_longest(_words(old), _words(new), fillvalue="")
    # whatever is still spelled so elsewhere is no slip
    return all(was == now or (_is_slip(was, now) and was not in _spelled(whole)) for was, now in pairs)


@once
def _spelled(definition: Definition) -> frozenset[str]:
    return frozenset(_words(msgspec.json.encode(definition).decode()))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:['’]\w+)?", text.casefold().replace("’", "'"))


def _is_slip(old: str, new: str) -> bool:
    """Whether one letter, or two that changed places, differ inside a long word: not at its ends, where meaning is."""
    if min(len(old), len(new)) < _SLIP or not (old + new).isalpha():
        return False
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    if start == 0 or old[-2:] != new[-2:]:
        return False
    rests = old[start:], new[start:]
    swapped = rests[0][:2] == rests[1][1::-1] and rests[0][2:] == rests[1][2:]
    return swapped or rests[0][1:] in (rests[1], rests[1][1:]) or rests[1][1:] == rests[0]


def _kind(part: Part) -> object:
    return part.__struct_config__.tag


def _key(part: Any, key: str) -> str:
    value = getattr(part, key)
    return value if isinstance(value, str) else _said(value)


def _place(*where: str) -> str:
    return " › ".join(where) or "file"


def _given(part: Part) -> Iterator[tuple[str, Any]]:
    """Yield what a file says of a part, by its keys."""
    for field in msgspec.structs.fields(part):
        if (value := getattr(part, field.name)) != field.default:
            yield field.encode_name, value


def _changed(kind: Kind, where: tuple[str, ...], old: Any, new: Any, longest: int = _SHORT) -> Change:
    before, after = _said(old), _said(new)
    start = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    cut = start - 20 if start > 40 and longest == _SHORT else 0  # so that what differs is seen
    shown = (f"{'…' if cut and text != 'nothing' else ''}{text[cut:]}" for text in (before, after))
    was, now = (quoted(text, longest) if text != "nothing" else text for text in shown)
    return Change(kind, _place(*where), f"{was} → {now}")


def _said(value: Any) -> str:
    """Return a value as a file would say it, on one line."""
    if value is None or value == ():
        return "nothing"
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, tuple):
        return ", ".join(_inline(item) for item in value)
    return _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, Part):
        return f"{{{', '.join(f'{key}: {_inline(content)}' for key, content in _given(value))}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_inline, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
