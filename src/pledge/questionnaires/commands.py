"""``pledge questionnaires``: check, template and score questionnaires on the command line."""

import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
import msgspec

from pledge.content import ContentError
from pledge.questionnaires import yamltext
from pledge.questionnaires.answer_files import MAX_BYTES, RefusedError, read_answers, template
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import load_installed, read_folder
from pledge.questionnaires.loading import Installed, Loaded, kind_of, load, load_all
from pledge.questionnaires.problems import Problem
from pledge.questionnaires.result import HEADLINES, Result
from pledge.questionnaires.scoring import score
from pledge.words.dates import LONDON
from pledge.words.numbers import plural, whole_percent

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
                _print_json({"refused": {"code": refused.code, "message": refused.message}})
            _say(f"Error: {refused.message}", error=True)
            raise SystemExit(2) from None

    return run


_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")


@click.group()
def questionnaires() -> None:
    """Check questionnaire files, and score answers to them."""


@questionnaires.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@_json_option
@refusing
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Check questionnaire files and print every problem with its line.

    Without FILE, check every questionnaire that Pledge uses: the .yaml files of its questionnaires folder
    (PLEDGE_QUESTIONNAIRES, or the one that comes with Pledge), but for those whose “kind” is another, and what the
    pledge names of them.

    Exit code: 0 no error (warnings may be printed), 1 an error, 2 a file or the folder cannot be read.
    """
    today = datetime.now(LONDON).date()
    if files:
        named = [(name, _read(Path(name), yamltext.MAX_BYTES)) for name in files]
        found = list(zip(files, load_all([data for _, data in named], today=today), strict=True))
        others: list[Installed] = []
    else:
        folder = _usable(lambda: load_installed(today))
        found = [(file.name, file.loaded) for file in folder if file.loaded is not None]
        others = [file for file in folder if file.loaded is None and file.problems]
    if as_json:
        listed = [_file_json(name, loaded) for name, loaded in found]
        _print_json({"files": listed + [_other_json(file) for file in others]})
    else:
        for name, loaded in found:
            size = plural(loaded.questions, "question")
            _say(f"{name}: {loaded.id} {loaded.version}, {size}, {_counted(loaded.problems)}")
            for problem in loaded.problems:
                _say(_problem_line(name, problem))
        for file in others:
            _say(f"{file.name}: {file.kind}, {_counted(file.problems)}")
            for problem in file.problems:
                _say(_problem_line(file.name, problem))
    if any(loaded.definition is None for _, loaded in found) or any(file.error for file in others):
        raise SystemExit(1)


@questionnaires.command("template")
@click.argument("questionnaire", metavar="ID|FILE")
@refusing
def print_template(questionnaire: str) -> None:
    """Print an answers file for a questionnaire, with nothing filled in.

    The file has three parts. “profile” and “answers” are to fill in: replace null; an answer is one of
    {"value": "<option>"}, {"dont_know": true} or, where it is allowed, {"not_applicable": "<reason>"}.
    “options” lists the values to choose from; “score” ignores it, and also answers to questions that are not
    shown.
    """
    _print_json(template(_definition(questionnaire)), indent=2)


@questionnaires.command("score")
@click.argument("questionnaire", metavar="ID|FILE")
@click.argument("answers", metavar="ANSWERS.json")
@_json_option
@refusing
def print_score(questionnaire: str, answers: str, as_json: bool) -> None:
    """Score the answers in a file, as “template” prints one.

    Scores and coverage are in basis points: 10,000 is 100 %.

    Exit code: 0 scored, 1 incomplete (a question that is shown has no answer), 2 input that cannot be used.
    """
    definition = _definition(questionnaire)
    profile, given = read_answers(definition, _read(Path(answers), MAX_BYTES))
    result = score(definition, profile, given)
    if as_json:
        _print_json(msgspec.to_builtins(result))
    else:
        _say(_in_words(definition, result))
    if not result.complete:
        raise SystemExit(1)


def _usable(read: Callable[[], T]) -> T:
    """Return what ``read`` reads of the questionnaires folder."""
    try:
        return read()
    except ContentError as error:
        raise RefusedError(error.code, str(error)) from None


def _loaded(name: str) -> tuple[str, Loaded]:
    """Return the questionnaire that an id or a file's path names, and the file's path."""
    if not re.fullmatch(r"[a-z0-9_-]+", name) or Path(name).is_file():
        return name, load(_read(Path(name), yamltext.MAX_BYTES))
    files = {path: data for path, data in _usable(read_folder).items() if kind_of(data) == "questionnaire"}
    named = next((path for path in files if Path(path).stem == name), None)
    if named is not None:
        return named, load(files[named])
    found = {path: load(data) for path, data in files.items()}
    for path, loaded in found.items():
        if loaded.id == name:
            return path, loaded
    known = ", ".join(sorted(loaded.id or Path(path).stem for path, loaded in found.items()))
    message = f"There is no questionnaire “{name}”; there are {known}. For a file, give its path."
    raise RefusedError("unknown-questionnaire", message)


def _definition(name: str) -> Definition:
    """Return the definition that an id or a file's path names."""
    path, loaded = _loaded(name)
    if loaded.definition is None:
        first = next(problem for problem in loaded.problems if problem.severity == "error")
        message = f"{path} cannot be used: line {first.line}, {first.where}: {first.message}"
        more = " See “pledge questionnaires check”." if len(loaded.problems) > 1 else ""
        raise RefusedError("invalid-questionnaire", message + more)
    return loaded.definition


def _read(path: Path, most: int) -> bytes:
    """Return a file's bytes, one more than ``most`` at the most."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        raise RefusedError("file-not-found", f"There is no file {path}.") from None
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise RefusedError("file-unreadable", f"The file {path} cannot be read: {reason}.") from None


def _file_json(name: str, loaded: Loaded) -> dict[str, Any]:
    return {
        "file": name,
        "id": loaded.id,
        "version": loaded.version,
        "questions": loaded.questions,
        "problems": msgspec.to_builtins(loaded.problems),
    }


def _other_json(file: Installed) -> dict[str, Any]:
    return {"file": file.name, "kind": file.kind, "problems": msgspec.to_builtins(file.problems)}


def _problem_line(name: str, problem: Problem) -> str:
    place = f"{name}:{problem.line}: {problem.severity}: {problem.where}"
    return f"{place}: {problem.message} [{problem.code}]"


def _counted(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = {"error": errors, "warning": warnings}
    said = [plural(count, word) for word, count in counts.items() if count]
    return ", ".join(said) or "no problems"


def _in_words(definition: Definition, result: Result) -> str:
    """Return a result as lines to read."""

    def percent(basis_points: int | None) -> str:
        return "no score" if basis_points is None else f"{whole_percent(basis_points)} %"

    lines = [
        f"{definition.title}, version {definition.version}",
        f"{HEADLINES[result.headline]}: {percent(result.score)}, "
        f"{result.weighted_points} of {result.weighted_max} weighted points",
    ]
    if result.unanswered:
        lines.append(f"Not answered: {', '.join(result.unanswered)}")
    for section, part in zip(definition.sections, result.sections, strict=True):
        if part.coverage is not None:
            sums = f"{part.weighted_points} of {part.weighted_max}"
            lines.append(f"  {section.title}: {percent(part.score)}, {sums}")
    lines.append(f"Context: {result.context.level}, {plural(result.context.points, 'point')}")
    lines += [f"  {reason}" for reason in result.context.reasons]
    lines.append(f"Gaps: {len(result.gaps)}")
    for gap in result.gaps:
        flag = f" [{gap.flag}]" if gap.flag else ""
        lines.append(f"  {gap.question}{flag} {gap.points} of {gap.target}, in {gap.due_days} days: {gap.action}")
    return "\n".join(lines)


def _print_json(data: object, indent: int | None = None) -> None:
    # a lone half of a character pair, which JSON allows, is written as JSON's own escape
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    click.echo(text.encode("utf-8", "backslashreplace"))


def _say(text: str, *, error: bool = False) -> None:
    # what a terminal of another encoding cannot show becomes a question mark, not a failure
    encoding = (sys.stderr if error else sys.stdout).encoding or "utf-8"
    click.echo(text.encode(encoding, "replace"), err=error)
