"""A translation file read and checked in one go, with every problem found, and never an exception."""

from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from pledge.questionnaires.building import build
from pledge.questionnaires.checks.translations import check_translation
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.problems import Problem, quoted
from pledge.questionnaires.translations.translation import Translation
from pledge.questionnaires.yamltext import Source, parse

KIND = "translation"


class Read(msgspec.Struct, frozen=True):
    """What a translation file holds.

    ``translation`` is None when there is an error. ``id``, ``version``, ``language`` and ``questions`` (how many) are
    as far as they could be read.
    """

    translation: Translation | None
    problems: tuple[Problem, ...]
    id: str = ""
    version: str = ""
    language: str = ""
    questions: int = 0


def read_translations(
    files: Collection[bytes], originals: Iterable[Definition] | None, today: date | None = None
) -> list[Read]:
    """Read translations from the bytes of their files, and check them against their ``originals``. Raises nothing.

    ``originals`` are the questionnaires beside them; None where one of those cannot be read: then it is not known what
    is missing. ``today`` as ``checking.check`` takes it.
    """
    known = None if originals is None else list(originals)
    seen: set[tuple[str, str]] = set()
    found = []
    for data in files:
        source = parse(data)
        if not source.readable:
            found.append(Read(None, tuple(source.problems)))
            continue
        translation = build(Translation, source)
        if known is not None:
            check_translation(translation, known, source, today)
        key = (translation.id, translation.language)
        if key in seen:
            message = f"Another file has {quoted(translation.id)} in {quoted(translation.language)}; keep one file."
            source.report_meaning("second-file", ("language",), message)
        seen.add(key)
        found.append(_read(translation, source, checked=known is not None))
    return found


def _read(translation: Translation, source: Source, *, checked: bool) -> Read:
    problems = tuple(sorted(source.problems, key=lambda problem: problem.line))
    usable = checked and all(problem.severity == "warning" for problem in problems)
    return Read(
        translation=translation if usable else None,
        problems=problems,
        id=translation.id,
        version=translation.version,
        language=translation.language,
        questions=len(translation.questions),
    )
