"""What the commands about questionnaires share: refusing, reading what is named, and printing."""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
import msgspec

from pledge.content import ContentError
from pledge.questionnaires import yamltext
from pledge.questionnaires.answer_files import RefusedError
from pledge.questionnaires.building import build
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import read_folder
from pledge.questionnaires.loading import Installed, Loaded, kind_of, load, published
from pledge.questionnaires.problems import Problem
from pledge.questionnaires.translations.reading import KIND, read_translations
from pledge.questionnaires.translations.translation import Translation
from pledge.words.numbers import plural

P = ParamSpec("P")
T = TypeVar("T")


def refusing(command: Callable[P, None]) -> Callable[P, None]:
    """End a command on refused input: code 2, a sentence on standard error, and its JSON where asked."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except RefusedError as refused:
            if kwargs.get("as_json"):
                print_json({"refused": {"code": refused.code, "message": refused.message}})
            say(f"Error: {refused.message}", error=True)
            raise SystemExit(2) from None

    return run


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")


def usable(read: Callable[[], T]) -> T:
    """Return what ``read`` reads of the questionnaires folder."""
    try:
        return read()
    except ContentError as error:
        raise RefusedError(error.code, str(error)) from None


def named(name: str) -> tuple[str, Loaded]:
    """Return the questionnaire that an id or a file's path names, and the file's path."""
    if not re.fullmatch(r"[a-z0-9_-]+", name) or Path(name).is_file():
        return name, load(read_file(Path(name), yamltext.MAX_BYTES))
    files = {path: data for path, data in usable(read_folder).items() if kind_of(data) == "questionnaire"}
    stem = next((path for path in files if Path(path).stem == name), None)
    if stem is not None:
        return stem, load(files[stem])
    found = {path: load(data) for path, data in files.items()}
    for path, loaded in found.items():
        if loaded.id == name:
            return path, loaded
    known = ", ".join(sorted(loaded.id or Path(path).stem for path, loaded in found.items()))
    message = f"There is no questionnaire “{name}”; there are {known}. For a file, give its path."
    raise RefusedError("unknown-questionnaire", message)


def definition_of(name: str) -> Definition:
    """Return the definition that an id or a file's path names."""
    path, loaded = named(name)
    return loaded.definition or _refuse(path, loaded.problems)


def translation_of(name: str) -> Translation | None:
    """Return the translation in a file, None where a name is that of anything else. Raises RefusedError."""
    data = read_file(Path(name), yamltext.MAX_BYTES) if Path(name).is_file() else b""
    if not data or kind_of(data) != KIND:
        return None
    source = yamltext.parse(data)
    translation = build(Translation, source)
    if source.problems:
        _refuse(name, tuple(source.problems))
    return translation


def translations_beside(files: Mapping[str, bytes], given: Sequence[Loaded], today: date | None) -> list[Installed]:
    """Return translations (name → bytes), checked against what was given with them or stands in the same folder."""
    found = []
    for name, data in files.items():
        originals = {loaded.id: loaded for loaded in [*_in_folder(Path(name).parent), *given]}
        usable = [loaded.definition for loaded in originals.values() if loaded.definition is not None]
        (read,) = read_translations([data], usable if len(usable) == len(originals) else None, today)
        found.append(Installed(name, KIND, None, read.problems, read))
    return found


def _in_folder(folder: Path) -> list[Loaded]:
    try:
        files = read_folder(folder)
    except ContentError:
        return []
    return [load(data) for data in files.values() if kind_of(data) == "questionnaire"]


def once_published(path: str, loaded: Loaded) -> Loaded:
    """Return a file that was published, whatever checks were added since."""
    try:
        return published(loaded.text)
    except ValueError:
        _refuse(path, loaded.problems)


def _refuse(path: str, problems: Sequence[Problem]) -> NoReturn:
    first = next(problem for problem in problems if problem.severity == "error")
    message = f"{path} cannot be used: line {first.line}, {first.where}: {first.message}"
    more = " See “pledge questionnaires check”." if len(problems) > 1 else ""
    raise RefusedError("invalid-questionnaire", message + more)


def read_file(path: Path, most: int) -> bytes:
    """Return a file's bytes, one more than ``most`` at the most."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        raise RefusedError("file-not-found", f"There is no file {path}.") from None
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise RefusedError("file-unreadable", f"The file {path} cannot be read: {reason}.") from None


def print_json(data: object, indent: int | None = None) -> None:
    """Print an object as JSON, in UTF-8 on every terminal."""
    # a lone half of a character pair, which JSON allows, is written as JSON's own escape
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    click.echo(text.encode("utf-8", "backslashreplace"))


def say(text: str, *, error: bool = False) -> None:
    """Print a line."""
    # what a terminal of another encoding cannot show becomes a question mark, not a failure
    encoding = (sys.stderr if error else sys.stdout).encoding or "utf-8"
    click.echo(text.encode(encoding, "replace"), err=error)


def file_json(name: str, loaded: Loaded) -> dict[str, Any]:
    """Return what is said of a questionnaire file that was checked, as JSON."""
    return {
        "file": name,
        "id": loaded.id,
        "version": loaded.version,
        "questions": loaded.questions,
        "problems": msgspec.to_builtins(loaded.problems),
    }


def other_json(file: Installed) -> dict[str, Any]:
    """Return what is said of another file that was checked, as JSON."""
    read = file.translation
    names = ("id", "version", "language", "questions") if read else ()
    more = {name: getattr(read, name) for name in names}
    return {"file": file.name, "kind": file.kind, **more, "problems": msgspec.to_builtins(file.problems)}


def what(file: Installed) -> str:
    """Return what another file of the folder is, in words."""
    read = file.translation
    return f"{read.id} {read.version} in {read.language}, {plural(read.questions, 'question')}" if read else file.kind


def problem_line(name: str, problem: Problem) -> str:
    """Return a problem as a line, with its file and place."""
    place = f"{name}:{problem.line}: {problem.severity}: {problem.where}"
    return f"{place}: {problem.message} [{problem.code}]"


def counted(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are, in words."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = {"error": errors, "warning": warnings}
    said = [plural(count, word) for word, count in counts.items() if count]
    return ", ".join(said) or "no problems"
