"""What this installation asks: the files of its folder of content, read and checked together."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pledge.content import ContentError, content_folder
from pledge.questionnaires.loading import Installed, Loaded, kind_of, load_folder
from pledge.questionnaires.problems import CODES, Problem
from pledge.questionnaires.yamltext import MAX_BYTES

log = logging.getLogger("pledge")

ASSESSMENTS = ("procurement", "recruitment")  # in the order that people answer them
QUICK_CHECK = "quick-check"
PLEDGE = "pledge.yaml"


def read_folder(folder: Path | None = None) -> dict[str, bytes]:
    """Return the content of every .yaml file of a folder (that of content) by its path, in the order of their names.

    Raises ContentError, with a sentence for every file that cannot be read, or when none is a questionnaire.
    """
    folder = folder or content_folder()
    files: dict[str, bytes] = {}
    problems = []
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".yaml")
    except OSError as error:
        raise ContentError(f"The folder {folder} cannot be read: {_reason(error)}.", code="folder-unreadable") from None
    for path in paths:
        try:
            with path.open("rb") as file:
                files[str(path)] = file.read(MAX_BYTES + 1)
        except OSError as error:
            problems.append(f"The file {path} cannot be read: {_reason(error)}.")
    if problems:
        raise ContentError(*problems, code="file-unreadable")
    if not any(kind_of(data) == "questionnaire" for data in files.values()):
        raise ContentError(f"There is no questionnaire (a .yaml file) in {folder}.", code="no-questionnaires")
    return files


def load_installed(today: date | None = None, files: Mapping[str, bytes] | None = None) -> list[Installed]:
    """Return every questionnaire and pledge of the folder with its problems, and what the pages need and is missing.

    ``today`` as ``check`` takes it. ``files``: as if the folder held these.

    Raises ContentError as ``read_folder`` does.
    """
    files = read_folder() if files is None else files
    folder = Path(next(iter(files))).parent
    found = [_named(file) for file in load_folder(files, today)]
    asked = {file.loaded.id or Path(file.name).stem for file in found if file.loaded is not None}
    needed = [f"{name}.yaml" for name in (*ASSESSMENTS, QUICK_CHECK) if name not in asked]
    needed += [] if any(Path(file.name).name == PLEDGE for file in found) else [PLEDGE]
    for name in needed:
        kind = "pledge" if name == PLEDGE else "questionnaire"
        found.append(Installed(str(folder / name), kind, None, (_problem("missing-content"),)))
    return found


def _named(file: Installed) -> Installed:
    """Report a pledge in a file in which nobody would look for it."""
    if file.kind != "pledge" or Path(file.name).name == PLEDGE:
        return file
    return Installed(file.name, file.kind, None, (_problem("second-file"), *file.problems))


def _problem(code: str) -> Problem:
    return Problem(code, "error", 1, "file", CODES[code].rule)


@cache
def installed() -> MappingProxyType[str, Loaded]:
    """Return what ``read_installed`` does, read once in a process."""
    return read_installed()


def read_installed(files: Mapping[str, bytes] | None = None) -> MappingProxyType[str, Loaded]:
    """Return every questionnaire of the folder by its id, as it is now. ``files``: as if the folder held these.

    A translation with an error is left out, with a line in the log: nobody is kept from being asked in English.

    Raises ContentError with every error in the others, its file and line.
    """
    return usable(load_installed(files=files))


def usable(found: Iterable[Installed]) -> MappingProxyType[str, Loaded]:
    """Return the questionnaires among the files of a folder, by their ids, as ``read_installed`` does."""
    found = list(found)
    errors = [(file, problem) for file in found for problem in file.problems if problem.severity == "error"]
    said = [f"{file.name}, line {problem.line}: {problem.message}" for file, problem in errors if not file.translation]
    if said:
        raise ContentError(*said)
    for name in dict.fromkeys(file.name for file, _ in errors):
        log.warning("The translation %s is not used. See “pledge questionnaires check”.", name)
    return MappingProxyType({file.loaded.id: file.loaded for file in found if file.loaded is not None})


def _reason(error: OSError) -> str:
    return (error.strerror or "it cannot be opened").lower()
