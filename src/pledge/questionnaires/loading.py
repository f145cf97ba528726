"""A questionnaire file read and checked in one go, with every problem found, and never an exception."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from pledge.questionnaires.building import build
from pledge.questionnaires.checks.checking import check, shared_answers
from pledge.questionnaires.checks.references import check_ids, check_pledge, check_shared
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.problems import Problem
from pledge.questionnaires.translations import reading
from pledge.questionnaires.translations.translation import Translation
from pledge.questionnaires.yamltext import Source, canonical, parse


class Loaded(msgspec.Struct, frozen=True):
    """What a file holds.

    ``definition`` is None when there is an error. ``text`` is the canonical text, the one to keep with
    published versions; ``hash`` its SHA-256 in hexadecimal. ``id``, ``version`` and ``questions`` (how many)
    are as far as they could be read. ``translations`` are those beside it that have no error.
    """

    definition: Definition | None
    problems: tuple[Problem, ...]
    text: str
    hash: str
    id: str
    version: str
    questions: int
    translations: tuple[Translation, ...] = ()

    @property
    def revision(self) -> int:
        """The revision of its text; 1 when it could not be read."""
        return self.definition.revision if self.definition else 1


def load(data: bytes, today: date | None = None) -> Loaded:
    """Read one questionnaire from a file's bytes; ``today`` as ``check`` takes it. Raises nothing."""
    return load_all([data], today=today)[0]


def published(text: str) -> Loaded:
    """Return what a text holds that was checked when it was published: checks that came later do not matter.

    Raises ValueError when the text has not the shape of a questionnaire.
    """
    data = text.encode()
    source = parse(data)
    definition = build(Definition, source) if source.readable else None
    if definition is None or source.misshapen:
        raise ValueError("The text is no questionnaire.")
    source.problems.clear()
    return _loaded(data, source, definition)


def load_all(files: list[bytes], *, names: Sequence[str] = (), today: date | None = None) -> list[Loaded]:
    """Read several questionnaires, and check also what they share; ``today`` as ``check`` takes it. Raises nothing.

    ``names`` of the files where they are all there are: an id stands in one of them, and what one names of another
    must be among them.
    """
    sources = [parse(data) for data in files]
    built = [_build(source, today) for source in sources]
    readable = [(d, source) for d, source in zip(built, sources, strict=True) if d is not None]
    shared_answers(readable)
    if names:
        check_ids(list(zip(built, sources, names, strict=True)))
    if names and len(readable) == len(files):
        check_shared(readable)
    return [_loaded(*parts) for parts in zip(files, sources, built, strict=True)]


class Installed(msgspec.Struct, frozen=True):
    """A file of the questionnaires folder: a questionnaire as it was loaded, or a pledge with what it names wrongly.

    Or a translation; what is wrong with one stops nobody from being asked in the language of the questionnaire.
    """

    name: str
    kind: str
    loaded: Loaded | None
    problems: tuple[Problem, ...]
    translation: reading.Read | None = None

    @property
    def error(self) -> Problem | None:
        """The first problem that stops the file from being used."""
        return next((problem for problem in self.problems if problem.severity == "error"), None)


def load_folder(files: Mapping[str, bytes], today: date | None = None) -> list[Installed]:
    """Read all that is installed together (name → bytes), and check what each names of the others. Raises nothing.

    Files of a kind that is neither a questionnaire nor one of these are left out: a pledge, a translation.
    """
    kinds = {name: kind_of(data) for name, data in files.items()}
    asked = [name for name, kind in kinds.items() if kind == "questionnaire"]
    found = dict(zip(asked, load_all([files[name] for name in asked], names=asked, today=today), strict=True))
    usable = [loaded.definition for loaded in found.values() if loaded.definition is not None]
    whole = len(usable) == len(found)  # what a file that cannot be read asks is not known
    other = [name for name, kind in kinds.items() if kind == reading.KIND]
    read = reading.read_translations([files[name] for name in other], usable if whole else None, today)
    said = dict(zip(other, read, strict=True))
    installed = []
    for name, kind in kinds.items():
        if kind == "questionnaire":
            installed.append(Installed(name, kind, _with(found[name], said.values()), found[name].problems))
        elif kind == reading.KIND:
            installed.append(Installed(name, kind, None, said[name].problems, said[name]))
        elif kind == "pledge":
            installed.append(Installed(name, kind, None, check_pledge(files[name], usable) if whole else ()))
    return installed


def _with(loaded: Loaded, translations: Iterable[reading.Read]) -> Loaded:
    beside = tuple(each.translation for each in translations if each.translation and each.id == loaded.id)
    return msgspec.structs.replace(loaded, translations=beside)


def _build(source: Source, today: date | None) -> Definition | None:
    if not source.readable:
        return None
    root = source.root.value
    if not isinstance(root, dict):
        source.report("not-a-mapping", (), "The file is not a mapping of keys to values at its top.")
        return None
    if "kind" in root and root["kind"][1].value != "questionnaire":
        source.report("other-kind", ("kind",), "This file is of another kind, not a questionnaire.")
        return None
    definition = build(Definition, source)
    check(definition, source, today)
    return definition


def _loaded(data: bytes, source: Source, definition: Definition | None) -> Loaded:
    try:
        text = canonical(data)
    except UnicodeDecodeError:
        text = ""
    problems = tuple(sorted(source.problems, key=lambda problem: problem.line))
    usable = definition is not None and all(problem.severity == "warning" for problem in problems)
    return Loaded(
        definition=definition if usable else None,
        problems=problems,
        text=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        id=definition.id if definition else "",
        version=definition.version if definition else "",
        questions=sum(len(section.questions) for section in definition.sections) if definition else 0,
    )


def kind_of(data: bytes) -> str:
    """Return what kind of content a file of the questionnaires folder holds: its top-level ``kind``.

    Without one, or where the file cannot be read, it is ``questionnaire``, so that mistakes are reported.
    """
    root = parse(data).root.value
    kind = root["kind"][1].value if isinstance(root, dict) and "kind" in root else None
    return kind if isinstance(kind, str) else "questionnaire"
