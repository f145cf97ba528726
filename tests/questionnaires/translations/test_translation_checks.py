"""What is wrong with a translation: each code with its file, beside valid/smallest.yaml."""

import json
import re

import pytest
import yaml

from pledge.questionnaires.checks.translations import shown_to
from pledge.questionnaires.loading import load
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.problems import CODES
from pledge.questionnaires.translations.reading import read_translations
from pledge.questionnaires.translations.translation import json_schema

from .conftest import TODAY, TRANSLATIONS

INVALID = sorted((TRANSLATIONS / "invalid").glob("*.yaml"))
FOUND = {
    "no-original": ("id", 4, "There is no questionnaire “biggest” beside it."),
    "old-translation": (
        "of › questions › trained",
        21,
        "The original was changed since. Look through the translation of it, then write vcjcpmqr here.",
    ),
    "other-version": ("version", 5, "“smallest” has version “1”; look through what has changed."),
    "same-language": ("language", 6, "A translation is in another language than its questionnaire."),
    "unclear-check": (
        "needs_check",
        2,
        "A translation says who has checked it and when, or that it needs a check; not both.",
    ),
    "missing-translation": ("questions › trained › options › yes", 21, "The text “Yes” has no translation."),
    "unknown-translation": ("questions › trained › options › maybe", 21, "The question “trained” has no such text."),
    "not-translated": ("questions › trained › text", 20, "“Do you train people?” stands in the questionnaire too."),
    "other-figures": (
        "questions › trained › text",
        20,
        "The questionnaire has other figures: “Do you train people?”.",
    ),
}


@pytest.fixture
def problems(fixture_definition):
    """Return a function from changes of the translation of “smallest” to its problems: (code, where)."""

    def found(*changes, name="smallest"):
        text = (TRANSLATIONS / f"{name}.pl.yaml").read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (read,) = read_translations([text.encode()], [fixture_definition(name)], TODAY)
        return [(problem.code, problem.where) for problem in read.problems]

    return found


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_each_code_has_a_file_with_exactly_that_problem(path, fixture_definition):
    (read,) = read_translations([path.read_bytes()], [fixture_definition("smallest")], TODAY)
    (problem,) = read.problems
    assert (problem.code, problem.severity) == (path.stem, CODES[path.stem].severity)
    assert (problem.where, problem.line, problem.message) == FOUND[path.stem]
    assert (read.translation is None) is (problem.severity == "error")


def test_words_of_the_original_that_changed_make_their_translation_old(problems):
    text = (TRANSLATIONS / "smallest.pl.yaml").read_text("utf-8")
    of = text[text.index("of: {") :]
    title, section, question = (mark.strip("}") for mark in re.findall(r"[a-z]{8}\}?(?=[,}\n])", of))
    for mark, where in ((title, "title"), (section, "sections › only"), (question, "questions › trained")):
        assert problems((mark, "aaaaaaaa")) == [("old-translation", f"of › {where}")]
    assert problems((f", questions: {{trained: {question}}}", "")) == [("old-translation", "of › questions › trained")]
    assert problems((of, "")) == [("old-translation", "of")]


@pytest.mark.parametrize(
    ("old", "new", "old_parts"),
    [
        ("Do you train people?", "Do you teach people?", ["of › questions › trained"]),
        ("label: Yes", "label: Always", ["of › questions › trained"]),
        ("title: The only section", "title: The section", ["of › sections › only"]),
        ("weight: 2", "weight: 3", []),
        ("text: Train people.", "text: Train them.", []),  # actions are not translated
    ],
)
def test_a_mark_is_of_the_words_that_are_translated_and_nothing_else(old, new, old_parts, fixture_file):
    text = fixture_file("valid/smallest").read_text("utf-8")
    assert old in text
    original = load(text.replace(old, new).encode()).definition
    assert original is not None
    (read,) = read_translations([(TRANSLATIONS / "smallest.pl.yaml").read_bytes()], [original], TODAY)
    assert [problem.where for problem in read.problems if problem.code == "old-translation"] == old_parts
    assert (read.translation is None) is bool(old_parts)  # and is offered to nobody


def test_the_line_to_write_is_said_where_there_is_none(fixture_definition):
    text = (TRANSLATIONS / "smallest.pl.yaml").read_text("utf-8")
    without, line = text[: text.index("of: {")], text[text.index("of: {") :].strip()
    (read,) = read_translations([without.encode()], [fixture_definition("smallest")], TODAY)
    (problem,) = read.problems
    assert f"write “{line}”." in problem.message
    (read,) = read_translations([f"{without}{line}".encode()], [fixture_definition("smallest")], TODAY)
    assert read.problems == ()


@pytest.mark.parametrize(
    ("name", "old", "where"),
    [
        ("smallest", "title: Najmniejszy kwestionariusz", "title"),
        ("smallest", "only: Jedyna część", "sections › only"),
        ("whole-format", "    hint: Państwu, agencji lub komuś innemu.\n", "questions › fees › hint"),
        ("whole-format", "    dont_know: Musielibyśmy zapytać\n", "questions › fees › dont_know"),
        ("whole-format", "        hint: Prosimy zapytać każdego na osobności.\n", "variants 1 › hint"),
        (
            "whole-format",
            "        options: {never-asked: Nigdy Państwo nie pytali}\n",
            "variants 1 › options › never-asked",
        ),
        ("kinds", "    unit: godzin\n", "questions › longest-shift › unit"),
        ("kinds", ", too_low: Prosimy doliczyć siebie", "questions › people › messages › too_low"),
        ("kinds", "  fees: {text: Ile agencje policzyły Państwu w zeszłym roku?}\n", "questions › fees › text"),
    ],
)
def test_no_text_may_be_left_out(problems, name, old, where):
    (code, place), *more = problems((old, ""), name=name)
    assert code == ("missing-key" if where == "title" else "missing-translation")
    assert place.endswith(where) and more == []


def test_a_question_without_any_word_is_said_once(problems, both):
    text = (TRANSLATIONS / "smallest.pl.yaml").read_text("utf-8")
    assert problems((text[text.index("questions:") : text.index("of:")], "questions: {}\n")) == [
        ("missing-translation", "questions › trained › text")
    ]


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("trained:", "retrained:", ["The question “Do you train people?” has no translation.",
                                    *["There is no question “retrained” in smallest."] * 3]),
        ("only:", "lonely:", ["The text “The only section” has no translation.",
                              "There is no section “lonely” in smallest."]),
        ("yes: Tak", "maybe: Tak", ["The text “Yes” has no translation.", "The question “trained” has no such text."]),
    ],
)  # fmt: skip
def test_what_is_missing_or_unknown_is_named(fixture_definition, old, new, messages):
    text = (TRANSLATIONS / "smallest.pl.yaml").read_text("utf-8").replace(old, new)
    (read,) = read_translations([text.encode()], [fixture_definition("smallest")], TODAY)
    assert sorted(each.message for each in read.problems if each.code != "old-translation") == sorted(messages)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("needs_check: true", "needs_check: true\nchecked: {by: A, on: 2026-11-01}",
         [("unclear-check", "needs_check")]),
        ("needs_check: true", "checked: {by: Anna, on: 2026-12-02}", [("checked-in-future", "checked › on")]),
        ("needs_check: true", "checked: {by: Anna, on: 2026-12-01}", []),
        ("trained:", "retrained:", [("missing-translation", "questions › trained › text"),
                                    *[("unknown-translation", f"questions › retrained › {inside}")
                                      for inside in ("text", "options › no", "options › yes")]]),
        ("only:", "lonely:", [("missing-translation", "sections › only"),
                              ("unknown-translation", "sections › lonely")]),
        ("yes: Tak", "yes: nie", [("duplicate-label", "questions › trained › options › yes")]),
        ("Tak", "T\u200bak", [("hidden-character", "questions › trained › options › yes")]),
        ("yes: Tak", "yes: Tak, weight: 3", [("unknown-translation", "questions › trained › options › weight")]),
        ("    text:", "    weight: 3\n    text:", [("unknown-key", "questions › trained › weight")]),
        ("language: pl", "language: PL!", [("bad-language", "language")]),
        ("kind: translation", "kind: translations", [("other-kind", "kind")]),
        ("needs_check", "covers: {question: trained, in: [no]}\nneeds_check", [("profile-only", "covers › question")]),
        ("needs_check", "covers: {profile: colour, equals: red}\nneeds_check",
         [("unknown-profile-key", "covers › profile")]),
        ("needs_check", "covers: {all: {profile: small}}\nneeds_check", [("wrong-type", "covers › all")]),
        ("needs_check", "covers: {all: [{profile: small, equals: true}, {profile: small, equals: false}]}\nneeds_check",
         [("condition-never", "covers")]),
    ],
)  # fmt: skip
def test_what_else_can_be_wrong(problems, old, new, expected):
    assert sorted(problems((old, new))) == sorted(expected)


def test_what_those_are_never_shown_whom_a_translation_covers_may_be_left_out(define, make):
    question, _ = make
    full, after = {"profile": "small", "equals": "false"}, {"question": "b", "in": ["p0"]}
    original = define(
        {
            "first": [
                question("a"),
                question("b", show_if=full),
                question("c", show_if=after),
            ],
            "second": {"questions": [question("d")], "show_if": full},
        }
    )
    small = Rule(profile="small", equals="true")
    assert shown_to(original, small) == {"a"}
    assert shown_to(original, None) == {"a", "b", "c", "d"}
    levels = {f"p{n}": f"Poziom {n}" for n in range(5)}
    text = yaml.safe_load((TRANSLATIONS / "smallest.pl.yaml").read_text("utf-8")) | {
        "id": "made",
        "sections": {"first": "Pierwsza"},
        "questions": {"a": {"text": "Jak jest z a?", "options": levels}},
    }
    covered = json.dumps(text | {"covers": {"profile": "small", "equals": "true"}}).encode()

    def missing(file):
        problems = read_translations([file], [original])[0].problems
        return [problem.where for problem in problems if problem.code != "old-translation"]

    assert missing(covered) == []
    without = text | {"covers": {"profile": "small", "equals": "true"}, "sections": {}}
    assert missing(json.dumps(without).encode()) == ["sections › first"]  # it has a question that they are shown
    assert missing(json.dumps(text).encode()) == [
        "sections › second",
        *(f"questions › {name} › text" for name in "bcd"),
    ]


def test_the_conditions_of_a_translation_are_proved_or_refused(fixture_definition, monkeypatch):
    monkeypatch.setattr("pledge.questionnaires.checks.translations.EFFORT", 1)
    original = fixture_definition("whole-format")
    (read,) = read_translations([(TRANSLATIONS / "whole-format.pl.yaml").read_bytes()], [original])
    assert [(problem.code, problem.where) for problem in read.problems] == [("not-proved", "covers")]


def test_two_files_in_one_language_are_one_too_many(fixture_definition):
    data = (TRANSLATIONS / "smallest.pl.yaml").read_bytes()
    one, two = read_translations([data, data], [fixture_definition("smallest")])
    assert one.problems == ()
    assert [(problem.code, problem.where) for problem in two.problems] == [("second-file", "language")]


def test_a_file_that_is_no_text_is_one_problem_and_stops_no_other(fixture_definition):
    data = (TRANSLATIONS / "smallest.pl.yaml").read_bytes()
    broken, whole = read_translations([b"\xff\xfe\x00", data], [fixture_definition("smallest")])
    assert [problem.code for problem in broken.problems] == ["not-utf8"]
    assert (broken.translation, broken.id, broken.version, broken.language, broken.questions) == (None, "", "", "", 0)
    assert whole.translation is not None and (whole.id, whole.questions) == ("smallest", 1)


def test_the_schema_says_what_it_is_of():
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "A Pledge questionnaire in another language"
    assert schema["$ref"] == "#/$defs/Translation" and "around" in schema["$defs"]["Translation"]["required"]
