"""Whether a translation is whole, and says nothing that its questionnaire does not: each problem with its place."""

from collections.abc import Collection, Iterable
from datetime import date

from pledge.questionnaires.checks.conditions import check_rule
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.problems import CODES, Path, quoted
from pledge.questionnaires.proving.proofs import EFFORT
from pledge.questionnaires.proving.solver import GaveUp, Solver
from pledge.questionnaires.proving.walks import Walks
from pledge.questionnaires.translations.translation import Marks, Translation, marks_of, texts_of
from pledge.questionnaires.yamltext import Source


def check_translation(
    translation: Translation, originals: Iterable[Definition], source: Source, today: date | None = None
) -> None:
    """Report every problem of meaning in a translation built from ``source``.

    ``originals`` are the questionnaires that stand beside it. ``today`` as ``checking.check`` takes it.
    """
    _check_marks(translation, source, today)
    original = next((each for each in originals if each.id == translation.id), None)
    if original is None:
        source.report_meaning("no-original", ("id",), f"There is no questionnaire {quoted(translation.id)} beside it.")
    elif original.version != translation.version:
        message = f"{quoted(translation.id)} has version {quoted(original.version)}; look through what has changed."
        source.report_meaning("other-version", ("version",), message)
    else:
        _check_texts(translation, original, source)
        _check_marks_of_words(translation, original, source)


def shown_to(definition: Definition, who: Rule | None) -> frozenset[str]:
    """Return the ids of the questions that somebody can be shown whose profile meets ``who``; none for nobody.

    Raises GaveUp.
    """
    walks = Walks(definition, Solver(EFFORT))
    met = walks.rule(who)
    return frozenset(
        definition.sections[s].questions[q].id for (s, q), shown in walks.shown.items() if walks.can(met, shown)
    )


def _check_marks(translation: Translation, source: Source, today: date | None) -> None:
    if (translation.checked is None) is not translation.needs_check:
        source.report_meaning("unclear-check", ("needs_check",), CODES["unclear-check"].rule)
    if translation.checked and today is not None and translation.checked.on > today:
        message = f"The day {translation.checked.on} is still to come; write the day of the check."
        source.report_meaning("checked-in-future", ("checked", "on"), message)


def _check_marks_of_words(translation: Translation, original: Definition, source: Source) -> None:
    """Report each part whose words were others when it was translated, or of which nobody has said what they were."""
    now = marks_of(original, translation.sections, translation.questions)
    if translation.of is None:
        message = f"Nobody has said of which words this is a translation. If of those of today, write {_as_yaml(now)}."
        source.report_meaning("old-translation", ("of",), message)
        return
    found: dict[Path, str | None] = {("title",): translation.of.title}
    wanted: dict[Path, str] = {("title",): now.title}
    for kind in ("sections", "questions"):
        found |= {(kind, name): mark for name, mark in getattr(translation.of, kind).items()}
        wanted |= {(kind, name): mark for name, mark in getattr(now, kind).items()}
    for path, mark in wanted.items():
        if found.get(path) != mark:
            message = f"The original was changed since. Look through the translation of it, then write {mark} here."
            source.report_meaning("old-translation", ("of", *path), message)


def _as_yaml(marks: Marks) -> str:
    """Return marks as a line of a translation file."""
    parts = [f"title: {marks.title}"]
    for kind in ("sections", "questions"):
        named = ", ".join(f"{name}: {mark}" for name, mark in getattr(marks, kind).items())
        parts.append(f"{kind}: {{{named}}}")
    return f"“of: {{{', '.join(parts)}}}”"


def _check_texts(translation: Translation, original: Definition, source: Source) -> None:
    if translation.language.partition("-")[0] == original.language.partition("-")[0]:
        source.report_meaning("same-language", ("language",), CODES["same-language"].rule)
    own, said = texts_of(original), translation.texts
    for path in _needed(translation, original, own, source):
        if path not in said:
            _missing(path, own[path], said, source)
    for path, text in said.items():
        if path not in own:
            source.report_meaning("unknown-translation", path, _unknown(path, original))
        elif text.strip() == own[path].strip() and any(char.isalpha() for char in text):
            source.report_meaning("not-translated", path, f"{quoted(text)} stands in the questionnaire too.")
        elif sorted(filter(str.isdigit, text)) != sorted(filter(str.isdigit, own[path])):
            source.report_meaning("other-figures", path, f"The questionnaire has other figures: {quoted(own[path])}.")
    for name, question in translation.questions.items():
        first: dict[str, str] = {}
        for value, label in question.options.items():
            same = first.setdefault(label.strip().casefold(), value)
            if same != value:
                path = ("questions", name, "options", value)
                source.report_meaning("duplicate-label", path, f"The option {quoted(same)} says the same.")


def _needed(translation: Translation, original: Definition, own: Collection[Path], source: Source) -> list[Path]:
    """Return the places of the texts that those whom a translation covers can be shown."""
    covers = translation.covers
    if covers is not None and not (
        not source.doubtful(("covers",)) and check_rule(covers, ("covers",), None, original, source)
    ):
        return []
    try:
        shown = shown_to(original, covers)
    except GaveUp:
        source.report("not-proved", ("covers",), CODES["not-proved"].rule)
        return []
    if not shown:
        source.report_meaning("condition-never", ("covers",), "This translation is for nobody.")
    sections = {section.id for section in original.sections if any(each.id in shown for each in section.questions)}
    needed = {"sections": sections, "questions": shown}
    return [path for path in own if len(path) == 1 or path[1] in needed[str(path[0])]]


def _missing(path: Path, text: str, said: Collection[Path], source: Source) -> None:
    """Report a text that has no translation; of a question that has none at all, its text alone."""
    whole = all(other[:2] != path[:2] for other in said)
    if whole and path[0] == "questions" and path[2] != "text":
        return
    what = "The question" if whole and path[0] == "questions" else "The text"
    source.report_meaning("missing-translation", path, f"{what} {quoted(text)} has no translation.")


def _unknown(path: Path, original: Definition) -> str:
    kind, name = path[0], str(path[1])
    if kind == "sections":
        return f"There is no section {quoted(name)} in {original.id}."
    if name not in original:
        return f"There is no question {quoted(name)} in {original.id}."
    return f"The question {quoted(name)} has no such text."
