"""``pledge questionnaires``: check, compare, score and try questionnaires on the command line."""

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click
import msgspec

from pledge.questionnaires import yamltext
from pledge.questionnaires.answer_files import MAX_BYTES, RefusedError, filled, read_answers, template
from pledge.questionnaires.checks.changes import KINDS, changes, reworded
from pledge.questionnaires.command_parts import (
    counted,
    definition_of,
    file_json,
    json_option,
    named,
    once_published,
    other_json,
    print_json,
    problem_line,
    read_file,
    refusing,
    say,
    translation_of,
    translations_beside,
    usable,
    what,
)
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.grading import Graded, grades
from pledge.questionnaires.installed import load_installed, read_folder
from pledge.questionnaires.loading import Loaded, kind_of, load, load_all
from pledge.questionnaires.printing import in_lines
from pledge.questionnaires.published import beside
from pledge.questionnaires.scoring import score
from pledge.questionnaires.simulating import Failure, simulate
from pledge.questionnaires.translations.reading import KIND
from pledge.questionnaires.translations.translation import Translation
from pledge.words.numbers import number, plural
from pledge.words.reading import HARDEST

_MOST_FAILURES = 10  # of one questionnaire: more say nothing new

ALONE = (
    "These files were checked alone. “pledge questionnaires check” without a file also finds what goes wrong "
    "between the files of a folder: ids that stand twice, shared answers, and what the pledge names."
)


@click.group()
def questionnaires() -> None:
    """Check questionnaire files, compare their versions, and score or make up answers to them."""


@questionnaires.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--against", metavar="FOLDER", help="Check too that no version was changed that FOLDER has.")
@json_option
@click.pass_context
@refusing
def check(context: click.Context, files: tuple[str, ...], against: str | None, as_json: bool) -> None:
    """Check questionnaire files and print every problem with its line.

    Without FILE, check every questionnaire that Pledge uses: the .yaml files of its questionnaires folder
    (PLEDGE_QUESTIONNAIRES, or the one that comes with Pledge), but for those whose “kind” is another, and what the
    pledge names of them. A translation is compared with the questionnaire that stands beside it. With FILE, nothing
    else that a file shares with others of its folder is checked: with --json, “alone” is then true.

    Exit code: 0 no error (warnings may be printed), 1 an error, 2 a file or the folder cannot be read.
    """
    today = context.obj()  # pledge.cli knows the clock
    if files:
        contents = {name: read_file(Path(name), yamltext.MAX_BYTES) for name in files}
        asked = {name: data for name, data in contents.items() if kind_of(data) != KIND}
        found = list(zip(asked, load_all(list(asked.values()), today=today), strict=True))
        said = {name: data for name, data in contents.items() if name not in asked}
        others = translations_beside(said, [loaded for _, loaded in found], today)
    else:
        folder = usable(lambda: load_installed(today))
        found = [(file.name, file.loaded) for file in folder if file.loaded is not None]
        others = [file for file in folder if file.loaded is None and (file.problems or file.translation)]
    if against is not None:
        published = _published(Path(against))
        found = [(name, _compared(loaded, published)) for name, loaded in found]
    if as_json:
        listed = [file_json(name, loaded) for name, loaded in found]
        print_json({"alone": bool(files), "files": listed + [other_json(file) for file in others]})
    else:
        for name, loaded in found:
            size = plural(loaded.questions, "question")
            say(f"{name}: {loaded.id} {loaded.version}, {size}, {counted(loaded.problems)}")
            for problem in loaded.problems:
                say(problem_line(name, problem))
        for file in others:
            say(f"{file.name}: {what(file)}, {counted(file.problems)}")
            for problem in file.problems:
                say(problem_line(file.name, problem))
    if files and not as_json:
        say(ALONE, error=True)
    problems = [problem for _, loaded in found for problem in loaded.problems]
    if any(problem.severity == "error" for problem in problems) or any(file.error for file in others):
        raise SystemExit(1)


@questionnaires.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@json_option
@refusing
def diff(old: str, new: str, as_json: bool) -> None:
    """Say what changes from the questionnaire OLD to NEW, a line for each change with its place.

    OLD and NEW are each a file, or the id of a questionnaire of the questionnaires folder. Both may be translations, of
    which every change is safe.

    A change is “safe” (hints, titles, resources and their dates, slips of the pen), for “review” (what is asked may
    mean something else, another order or action), or “breaking” (points, weights, options, conditions, questions:
    the same answers can give another result).

    Exit code: 0 no change or only safe ones, 1 a change that is not safe, 2 a file cannot be used.
    """
    before: Definition | Translation | None = translation_of(old)
    after: Definition | Translation | None = translation_of(new)
    if isinstance(before, Translation) and isinstance(after, Translation):
        found = reworded(before, after)
    else:
        before, after = once_published(*named(old)).definition, definition_of(new)
        assert before is not None
        found = changes(before, after)
    if as_json:
        versions = {name: _edition_json(d) for name, d in (("old", before), ("new", after))}
        print_json({**versions, "changes": msgspec.to_builtins(found)})
    else:
        counts = {kind: sum(change.kind == kind for change in found) for kind in KINDS}
        said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        say(f"{_edition(before)} → {_edition(after)}: {said or 'no change'}")
        for change in found:
            say(f"{change.kind}: {change.where}: {change.message}")
    if any(change.kind != "safe" for change in found):
        raise SystemExit(1)


@questionnaires.command("grades")
@click.argument("names", nargs=-1, metavar="[ID|FILE]...")
@json_option
@refusing
def print_grades(names: tuple[str, ...], as_json: bool) -> None:
    """Print how hard each text is to read that people see, the hardest first, with its file and line.

    These are the words of questions, hints, options, actions and their reasons. The grade is that of Flesch and
    Kincaid, in US school years; a text is too hard above 8. Without ID or FILE, every questionnaire of the
    questionnaires folder. At the end there is a line for each file, with the average of its texts.

    Exit code: 0 no text is too hard, 1 some are, 2 a file or the folder cannot be read.
    """
    graded = {name: grades(once_published(*named(name))) for name in names or _folder()}
    found = [(name, each) for name, texts in graded.items() for each in texts]
    found.sort(key=lambda pair: pair[1].grade, reverse=True)
    files = [_grade_summary(name, texts) for name, texts in graded.items()]
    if as_json:
        texts = [{"file": name, **msgspec.to_builtins(each)} for name, each in found]
        print_json({"hardest": HARDEST, "files": files, "texts": texts})
    else:
        for name, each in found:
            say(f"{name}:{each.line}: {each.grade:.2f}: {each.where}: {' '.join(each.text.split())}")
        for file in files:
            average = "" if file["average"] is None else f", {file['average']:.2f} on average"
            say(f"{file['file']}: {plural(file['texts'], 'text')}{average}, {file['too_hard']} above {HARDEST}")
    if any(each.too_hard for _, each in found):
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
    print_json(template(definition_of(questionnaire)), indent=2)


@questionnaires.command("score")
@click.argument("questionnaire", metavar="ID|FILE")
@click.argument("answers", metavar="ANSWERS.json")
@json_option
@refusing
def print_score(questionnaire: str, answers: str, as_json: bool) -> None:
    """Score the answers in a file, as “template” prints one.

    Scores and coverage are in basis points: 10,000 is 100 %.

    Exit code: 0 scored, 1 incomplete (a question that is shown has no answer), 2 input that cannot be used.
    """
    definition = definition_of(questionnaire)
    profile, given = read_answers(definition, read_file(Path(answers), MAX_BYTES))
    result = score(definition, profile, given)
    if as_json:
        print_json(msgspec.to_builtins(result))
    else:
        say("\n".join(in_lines(definition, result)))
    if not result.complete:
        raise SystemExit(1)


@questionnaires.command("simulate")
@click.argument("names", nargs=-1, metavar="[ID|FILE]...")
@click.option("--walks", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same walks.")
@click.option("--into", metavar="FOLDER", default=".", help="Where answers files are written; else this folder.")
@refusing
def try_walks(names: tuple[str, ...], walks: int, seed: int, into: str) -> None:
    """Answer questionnaires at random, and say where something is wrong with a result or with what is shown.

    Without ID or FILE, every questionnaire of the questionnaires folder. Each walk is a made-up firm with made-up
    answers. It is scored, explained, put into words and pages, and printed. For one on which something fails there is a
    line, and an answers file that “score” reads. After ten of them a questionnaire is tried no further.

    Exit code: 0 nothing fails, 1 something does, 2 a file cannot be used or written.
    """
    definitions = [(name, definition_of(name)) for name in names or _folder()]
    failed = False
    for name, definition in definitions:
        found = list(islice(simulate(definition, walks, seed), _MOST_FAILURES))
        failed = failed or bool(found)
        for failure in found:
            path = _written(Path(into), definition, seed, failure)
            say(f"{name}: seed {seed}, walk {failure.walk.number}: {failure.message}. Its answers are in {path}.")
        if len(found) == _MOST_FAILURES:
            say(f"{name}: stopped after {_MOST_FAILURES} walks that fail")
        else:
            said = f"{len(found)} of them fail" if found else "nothing fails"
            say(f"{_edition(definition)}: {number(walks)} walks, {said}")
    if failed:
        raise SystemExit(1)


def _grade_summary(name: str, texts: Sequence[Graded]) -> dict[str, Any]:
    average = round(sum(each.grade for each in texts) / len(texts), 2) if texts else None
    return {
        "file": name, "texts": len(texts), "average": average, "too_hard": sum(each.too_hard for each in texts)
    }  # fmt: skip


def _folder() -> list[str]:
    """Return the path of every questionnaire of the questionnaires folder."""
    return [path for path, data in usable(read_folder).items() if kind_of(data) == "questionnaire"]


def _written(folder: Path, definition: Definition, seed: int, failure: Failure) -> Path:
    """Write the answers of a walk, those to questions that are not shown too, and return the file."""
    path = folder / f"{definition.id}-seed-{seed}-walk-{failure.walk.number}.json"
    answers = failure.walk.answers | failure.walk.hidden
    text = json.dumps(filled(failure.walk.profile, answers), ensure_ascii=False, indent=2)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise RefusedError("file-unwritable", f"The file {path} cannot be written: {reason}.") from None
    return path


def _edition(found: Definition | Translation) -> str:
    if isinstance(found, Translation):
        return f"{found.id} {found.version} in {found.language}"
    revision = f", revision {found.revision}" if found.revision > 1 else ""
    return f"{found.id} {found.version}{revision}"


def _edition_json(found: Definition | Translation) -> dict[str, Any]:
    which = {"language": found.language} if isinstance(found, Translation) else {"revision": found.revision}
    return {"id": found.id, "version": found.version, **which}


def _published(folder: Path) -> dict[str, Loaded]:
    """Return every questionnaire of a folder of published ones by its id; what was published needs no new check."""
    files = usable(lambda: read_folder(folder)).items()
    found = [once_published(path, load(data)) for path, data in files if kind_of(data) == "questionnaire"]
    return {loaded.id: loaded for loaded in found}


def _compared(loaded: Loaded, published: dict[str, Loaded]) -> Loaded:
    if loaded.definition is None or loaded.id not in published:
        return loaded
    return msgspec.structs.replace(loaded, problems=(*loaded.problems, *beside(loaded, published[loaded.id])))
