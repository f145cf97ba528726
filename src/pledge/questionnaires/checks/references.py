"""What one content file names of another: the pledge's evidence of the questionnaires, and answers that are shared.

Each problem has a stable code (``problems.CODES``) and a place. A name that nothing answers to would otherwise count
as something that is not asked for. Pure.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePath

from pledge.questionnaires.checks.checking import alike
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.parts import FLAGS
from pledge.questionnaires.problems import Path, Problem, listed, quoted
from pledge.questionnaires.yamltext import Node, Source, parse

UPLOADS = ("suppliers",)  # what evidence can ask to be uploaded

_Rule = Mapping[str, tuple[int, Node]]


def check_ids(files: Sequence[tuple[Definition | None, Source, str]]) -> None:
    """Report each questionnaire whose id another file, earlier by its name, has too. ``files``: with their names."""
    first: dict[str, tuple[str, str]] = {}
    for definition, source, name in files:
        if definition is None or not definition.id:
            continue
        version, other = first.setdefault(definition.id, (definition.version, name))
        if other != name:
            message = f"{PurePath(other).name} has version {quoted(version)} of {quoted(definition.id)}; keep one file."
            source.report_meaning("second-file", ("id",), message)


def check_shared(definitions: Sequence[tuple[Definition, Source]]) -> None:
    """Report each ``reuse_key`` that is neither another question's key nor its id, or whose options are not the same.

    For files that are installed together: a key that stands alone shares nothing.
    """
    asked = [(definition.id, question) for definition, _ in definitions for question in definition.scored]
    for definition, source in definitions:
        for s, section in enumerate(definition.sections):
            for q, question in enumerate(section.questions):
                if not isinstance(question, Question):
                    continue
                key, here = question.reuse_key, ("sections", s, "questions", q)
                others = [o for where, o in asked if (where, o.id) != (definition.id, question.id)]
                if key is None:
                    continue
                named = next((other for other in others if other.id == key), None)
                if named is None and all(other.reuse_key != key for other in others):
                    message = f"No other question has the id or the reuse_key {quoted(key)}, so nothing is shared."
                    source.report_meaning("unknown-reuse", (*here, "reuse_key"), message)
                elif named is not None:
                    alike(question, named, named.id, here, source)


def check_pledge(data: bytes, definitions: Collection[Definition]) -> tuple[Problem, ...]:
    """Return what a pledge file names that no questionnaire has, by line. Its own shape is checked elsewhere."""
    source = parse(data)
    known = {definition.id: definition for definition in definitions}
    for path, rule in _rules(source.root, ()):
        _check_rule(rule, path, known, source)
    return tuple(sorted(source.problems, key=lambda problem: problem.line))


def _rules(node: Node, path: Path) -> Iterator[tuple[Path, _Rule]]:
    """Yield every mapping under a node with its place: those that ask for nothing have none of the keys checked."""
    if isinstance(node.value, dict):
        yield path, node.value
        for key, (_, child) in node.value.items():
            yield from _rules(child, (*path, key))
    elif isinstance(node.value, list):
        for position, child in enumerate(node.value):
            yield from _rules(child, (*path, position))


def _texts(rule: _Rule, key: str) -> list[str]:
    """Return the text, or the texts of the list, under a key; none where there is no such key."""
    value = rule[key][1].value if key in rule else []
    nodes = value if isinstance(value, list) else []
    return [value] if isinstance(value, str) else [node.value for node in nodes if isinstance(node.value, str)]


def _check_rule(rule: _Rule, path: Path, known: Mapping[str, Definition], source: Source) -> None:
    for key in ("questionnaire", "submitted"):
        for name in _texts(rule, key):
            if name not in known:
                message = f"There is no questionnaire {quoted(name)}; there are {listed(sorted(known))}."
                source.report("evidence-questionnaire", (*path, key), message)
    for definition in (known[name] for name in _texts(rule, "questionnaire") if name in known):
        for name in _texts(rule, "question"):
            _check_question(name, rule, path, definition, source)
    topics = {topic for definition in known.values() for topic in definition.topics}
    for name in _texts(rule, "attendance"):
        if name not in topics:
            message = f"No questionnaire has the topic {quoted(name)}; they have {listed(sorted(topics))}."
            source.report("evidence-topic", (*path, "attendance"), message)
    for name in _texts(rule, "upload"):
        if name not in UPLOADS:
            message = f"Nobody can upload {quoted(name)}; it is {listed(UPLOADS)}."
            source.report("evidence-upload", (*path, "upload"), message)
    if "question" not in rule:
        for name in _texts(rule, "no_flag"):
            if name not in FLAGS:
                source.report("evidence-flag", (*path, "no_flag"), f"There is no flag {quoted(name)}.")


def _check_question(name: str, rule: _Rule, path: Path, definition: Definition, source: Source) -> None:
    if name not in definition:
        message = f"There is no question {quoted(name)} in {definition.id}."
        source.report("evidence-question", (*path, "question"), message)
        return
    question = definition.question(name)
    if not isinstance(question, Question):
        message = f"{quoted(name)} is not scored, so no answer to it shows anything."
        source.report("evidence-question", (*path, "question"), message)
    elif "no_flag" in rule and not any(option.flag for option in question.options):
        message = f"No answer to {quoted(name)} has a flag, so this would always be kept."
        source.report("evidence-flag", (*path, "no_flag"), message)
