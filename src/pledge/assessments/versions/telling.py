"""What a newer version changes, and what becomes of answers to it, for somebody who never saw the file. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pledge.assessments.versions.whom import whom
from pledge.questionnaires.checks.carrying import Fate, possible
from pledge.questionnaires.checks.changes import KINDS, Kind, changes
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.kinds import Choices
from pledge.words.numbers import plural

_WORDS = {
    "title": "Title", "language": "Language", "topics": "Topics", "estimated_minutes": "Minutes that it takes",
    "text": "Its words", "hint": "Its hint", "unit": "Its unit", "kind": "How it is answered", "label": "Its words",
    "weight": "How much it counts", "points": "Points", "flag": "Warning", "exclusive": "Goes with no other",
    "show_if": "When it is asked", "flags_when": "When its warnings count", "when": "Whom it is for",
    "not_applicable": "May be “does not apply”", "dont_know": "“Don’t know”", "action": "What to do",
    "due_days": "Days to do it", "why": "Why to do it", "resources": "Pages that help", "maps_to": "Laws and standards",
    "reuse_key": "Shared with other questions", "time_bound": "Asked afresh each year", "page_break": "Where pages end",
    "options": "Its answers", "sections": "Parts", "questions": "Questions", "standards": "Laws and standards",
    "least": "Least", "most": "Most", "decimals": "Decimals", "earliest": "Earliest day", "latest": "Latest day",
    "longest": "Most characters", "messages": "What is said of a mistake", "url": "Address", "checked": "Last checked",
}  # fmt: skip
_WHOLE = 5000  # characters: whoever publishes words reads all of them
_RULES = ("show_if", "flags_when", "when")
_FLAGS = {"act_first": "act first", "check_first": "check first", "foundation": "a base is missing"}


class Told(NamedTuple):
    """One change, or ``many`` of them: what of a question it is, "" of all of it, and what was and is.

    ``inside``: what is in a new question, or the changes of what there is to do, each on a line.
    """

    what: str
    message: str
    inside: tuple[str, ...] = ()
    many: int = 1


@dataclass(frozen=True, slots=True)
class About:
    """All changes of one kind to one question, or to the whole (``title`` is “The whole questionnaire”)."""

    title: str
    changes: list[Told]

    @property
    def count(self) -> int:
        """How many changes they are."""
        return sum(change.many for change in self.changes)


def told(old: Definition, new: Definition) -> dict[Kind, list[About]]:
    """Return every change by what it can do, those that break most first, and by the question that it is about."""
    found: dict[Kind, dict[str, list[Told]]] = {kind: {} for kind in KINDS}
    for change in changes(old, new, longest=_WHOLE):
        first, *rest = change.where.split(" › ")
        about, own = _about(first, old, new)
        places = rest if own else [first, *rest]
        message = change.message
        if places and places[-1] in _RULES:
            message = _rule(first, places, new)
        elif not places and first.startswith("question "):
            name = first.removeprefix("question ")
            if name in new:
                found[change.kind].setdefault(about, []).append(_new(name, new))
                continue
            message = "It is not asked any more."
        for flag, words in _FLAGS.items():
            message = message.replace(flag, words)
        said, some = [_place(place, first, old, new) for place in places], found[change.kind].setdefault(about, [])
        if places[-2:-1] in (["action"], ["dont_know"]):
            what = ": ".join(said[:-1])
            before = some.pop() if some and some[-1].what == what else Told(what, "", many=0)
            inside = (*before.inside, f"{said[-1]}: {_yes_or_no(message)}")
            some.append(Told(what, "", inside, before.many + 1))
        else:
            some.append(Told(": ".join(said), _yes_or_no(message)))
    return {kind: [About(title, some) for title, some in abouts.items()] for kind, abouts in found.items() if abouts}


def _new(name: str, new: Definition) -> Told:
    """Return what there is to say of a question that is new: whom it is asked of, and what can be answered."""
    question = new.question(name)
    inside = [f"Hint: {question.hint}"] if question.hint else []
    if isinstance(question, Question):
        for option in question.options:
            flag = f", and a warning: {_FLAGS[option.flag]}" if option.flag else ""
            inside.append(f"“{option.label}” ({plural(option.points, 'point')}{flag})")
    elif isinstance(question, Choices):
        inside += [f"“{option.label}”" for option in question.options]
    return Told("", f"It is asked from now on. {_whom(name, new)}", tuple(inside))


def _rule(first: str, places: list[str], new: Definition) -> str:
    name = first.removeprefix("question ")
    if places == ["show_if"] and first.startswith("question ") and name in new:
        return f"There is another rule for this. {_whom(name, new)}"
    return "There is another rule for this."


def _whom(name: str, definition: Definition) -> str:
    section = next(each for each in definition.sections if any(own.id == name for own in each.questions))
    return whom(section, definition.question(name), definition)


def _about(first: str, old: Definition, new: Definition) -> tuple[str, bool]:
    """Return what a change is about, from the first word of its place, and whether that word says only so."""
    kind, _, name = first.partition(" ")
    if kind == "question":
        definition = new if name in new else old
        return f"{definition.question(name).text} ({name})", True
    if kind == "section":
        titles = {section.id: section.title for section in (*old.sections, *new.sections)}
        return f"The part “{titles[name]}”", True
    return "The whole questionnaire", False


def _place(place: str, first: str, old: Definition, new: Definition) -> str:
    kind, _, name = place.partition(" ")
    if kind == "option":
        return f"The answer “{_labels(first.removeprefix('question '), old, new).get(name, name)}”"
    if kind == "variant":
        return "Words for some firms"
    if kind in ("standard", "section", "question"):
        return f"{kind.capitalize()} {name}"
    return _WORDS.get(place, place)


def _labels(name: str, old: Definition, new: Definition) -> dict[str, str]:
    found: dict[str, str] = {}
    for definition in (old, new):
        question = definition.question(name) if name in definition else None
        if isinstance(question, Question | Choices):
            found |= {option.value: option.label for option in question.options}
    return found


def _yes_or_no(message: str) -> str:
    return re.sub("“(true|false)”", lambda found: "yes" if found[1] == "true" else "no", message)


# what can become of an answer, in words, in the order of the page
STAYS, READ, SOME, AGAIN, GONE, NEW = (
    "Stays as it is",
    "Stays, to be read again",
    "Asked again of some firms",
    "Asked again of every firm",
    "Not asked any more",
    "New",
)


def carrying(old: Definition, new: Definition) -> dict[str, list[str]]:
    """Return what becomes of the answers of a firm that moves, in words → the questions of which it is so."""
    found: dict[str, list[str]] = {word: [] for word in (STAYS, READ, SOME, AGAIN, GONE, NEW)}
    for name, fates in possible(old, new).items():
        definition = new if name in new else old
        found[_in_a_word(fates)].append(definition.question(name).text)
    return found


def _in_a_word(fates: frozenset[Fate]) -> str:
    alone: Mapping[frozenset[Fate], str] = {
        frozenset({"kept"}): STAYS,
        frozenset({"again"}): AGAIN,
        frozenset({"gone"}): GONE,
        frozenset({"new"}): NEW,
    }
    return alone.get(fates) or (SOME if "again" in fates else READ)


def summary(old: Definition, new: Definition) -> str:
    """Return on one line how many changes of each kind there are."""
    kinds = [change.kind for change in changes(old, new)]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds) or "no change"
