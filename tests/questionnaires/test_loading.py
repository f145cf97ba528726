import datetime
import hashlib
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pledge.questionnaires import yamltext
from pledge.questionnaires.loading import kind_of, load, load_all
from pledge.questionnaires.problems import CODES, Problem

FIXTURES = Path(__file__).parent / "fixtures"
VALID = sorted((FIXTURES / "valid").glob("*.yaml"))
INVALID = sorted((FIXTURES / "invalid").glob("*.yaml"))
SMALLEST = (FIXTURES / "valid" / "smallest.yaml").read_text(encoding="utf-8")
WHOLE = (FIXTURES / "valid" / "whole-format.yaml").read_bytes()


def problems_of(text):
    return load(text.encode()).problems


def codes_of(text):
    return [problem.code for problem in problems_of(text)]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_fixture_has_no_problem(path):
    loaded = load(path.read_bytes())
    assert loaded.problems == ()
    assert loaded.definition is not None
    assert loaded.definition.id == loaded.id == path.stem


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_fixture_has_exactly_its_own_problem(path):
    loaded = load(path.read_bytes(), datetime.date(2026, 12, 1))
    (problem,) = loaded.problems
    assert problem.code == path.stem
    assert problem.severity == CODES[path.stem].severity
    assert (loaded.definition is None) is (problem.severity == "error")
    assert 1 <= problem.line <= len(path.read_bytes().splitlines()) + 1
    assert problem.message.endswith(".")
    assert problem.message[0] in "“" or problem.message[0].isupper()


@pytest.mark.parametrize(
    ("said", "found", "far"),
    [(15, 10, False), (16, 10, True), (10, 15, False), (10, 16, True), (2, 1, False), (3, 1, True), (1, 3, True)],
)
def test_minutes_are_far_off_when_they_are_half_as_many_again_and_not_off_by_rounding(monkeypatch, said, found, far):
    monkeypatch.setattr("pledge.questionnaires.checks.checking.minutes_of_all", lambda definition: found)
    assert codes_of(f"estimated_minutes: {said}\n{SMALLEST}") == (["minutes-far"] if far else [])


def test_every_code_has_its_fixture():
    # these are made by tests of their own (test_installed.py, test_diff.py, test_proofs.py)
    made = {"file-too-large", "not-proved", "missing-content", "changed-version", "unsafe-revision"}
    together = {path.stem for path in (FIXTURES / "installed").glob("*.yaml")}  # see test_references.py
    said = {path.stem for path in (FIXTURES / "translations" / "invalid").glob("*.yaml")}  # see translations/
    assert {path.stem for path in INVALID} | together | said | made == set(CODES)


@pytest.mark.parametrize("path", [*VALID, *INVALID], ids=lambda path: path.stem)
def test_yaml_without_the_c_library_finds_the_same(path, monkeypatch):
    expected = [(problem.code, problem.line) for problem in load(path.read_bytes()).problems]
    monkeypatch.setattr(yamltext, "_PARSER", yaml.BaseLoader)
    assert [(problem.code, problem.line) for problem in load(path.read_bytes()).problems] == expected


def test_a_problem_names_line_place_and_what_is_wrong():
    text = SMALLEST.replace("points: 4", "points: 5")
    assert problems_of(text) == (
        Problem(
            code="points-range",
            severity="error",
            line=16,
            where="question trained › option yes › points",
            message="“5” will not do: an option’s points are a whole number from 0 to 4.",
        ),
    )


def test_all_problems_come_at_once_in_the_order_of_their_lines():
    text = (
        SMALLEST.replace("schema: 1", "schema: 7")
        .replace("title: The only section", "title: ''")
        .replace("weight: 2", "weight: heavy\n        critical: yes")
        .replace("label: No,", "label: Not sure,")
        .replace("        topics: [training]", "        topics: [trainings]\n        maps_to: [law]")
    )
    found = problems_of(text)
    assert [problem.code for problem in found] == [
        "unknown-schema",
        "empty-text",
        "weight-range",
        "unknown-key",
        "unsure-option",
        "unknown-topic",
        "unknown-standard",
    ]
    lines = [problem.line for problem in found]
    assert lines == sorted(lines)


def test_a_problem_of_shape_hides_only_what_may_follow_from_it():
    text = SMALLEST.replace("points: 4", "points: four").replace("label: No,", "label: Not sure,")
    assert codes_of(text) == ["unsure-option", "points-range"]  # not: no option has 4 points
    assert codes_of(SMALLEST.replace("id: trained", "idd: trained")) == ["unknown-key", "missing-key"]
    assert codes_of(SMALLEST.replace("sections:", "parts:")) == ["missing-key", "unknown-key"]
    assert codes_of(SMALLEST.replace("topics: [training]\nsections", "topics: training\nsections")) == ["wrong-type"]


def test_what_yaml_would_turn_into_other_things_stays_text(fixture_definition):
    definition = fixture_definition("text-stays-text")
    first, later = definition.questions
    assert definition.version == "2026.10"
    assert definition.title == "2026-11-21"
    assert (definition.standards[0].id, definition.standards[0].title, first.maps_to) == ("on", "off", ("on",))
    assert definition.sections[0].title == "null"
    assert (first.id, first.text, first.action.text) == ("1e3", "yes", "~")
    assert [(o.value, o.label, o.points) for o in first.options] == [
        ("no", "no", 0),
        ("007", "1_000", 2),
        ("yes", "true", 4),
    ]
    assert later.show_if is not None
    assert later.show_if.in_ == ("no", "007")


def test_the_whole_format_is_read():
    definition = load(WHOLE).definition
    assert definition is not None
    assert (definition.kind, definition.language, definition.estimated_minutes) == (
        "questionnaire",
        "en-GB",
        1,
    )
    assert definition.standards[1].url is None
    assert definition.resources["HELP"].checked == datetime.date(2026, 11, 21)
    assert definition.sections[1].show_if is not None
    fees = definition.question("fees")
    assert fees.reuse_key == "fees-paid"
    assert fees.time_bound
    assert fees.page_break
    assert fees.not_applicable is False
    assert fees.maps_to == ("s54-5-d", "own-rule")
    assert fees.action.why == "A person who paid may not be free to leave."
    assert fees.action.resources == ("HELP",)
    assert fees.dont_know is not None
    assert (fees.dont_know.action, fees.dont_know.due_days) == ("Ask two people this week.", 30)
    assert fees.dont_know_label == "We would have to ask"
    assert definition.question("offers").dont_know_label == "Don’t know"
    assert fees.flags_when is not None
    assert (fees.flags_when.profile, fees.flags_when.equals) == ("licensed_labour", "true")
    assert fees.show_if is not None
    assert fees.show_if.all is not None
    assert fees.show_if.all[1].not_ is not None
    assert fees.show_if.all[1].not_.in_ == ("no",)
    assert definition.question("offers").not_applicable


def test_a_note_is_allowed_where_no_option_is_act_first():
    definition = load(WHOLE).definition
    assert definition is not None
    assert definition.question("fees").may_mean_harm
    assert not definition.question("offers").may_mean_harm


def test_questions_are_found_by_id_and_listed_in_order():
    definition = load(WHOLE).definition
    assert definition is not None
    assert [question.id for question in definition.questions] == ["hires", "fees", "offers"]
    assert "fees" in definition
    assert "fee" not in definition
    with pytest.raises(KeyError):
        definition.question("fee")


def test_the_hash_is_of_the_canonical_text():
    loaded = load(WHOLE)
    assert loaded.text.encode() == WHOLE
    assert loaded.hash == hashlib.sha256(WHOLE).hexdigest()
    rewritten = b"\xef\xbb\xbf" + WHOLE.replace(b"\n", b"\r\n")
    assert load(rewritten).hash == loaded.hash
    assert load(rewritten).definition == loaded.definition
    assert load(WHOLE + b"# more\n").hash != loaded.hash


def test_a_file_of_512_kb_is_read_and_a_larger_one_refused():
    filled = SMALLEST.encode() + b"#"
    filled += b"x" * (512 * 1024 - len(filled))
    assert load(filled).problems == ()
    (problem,) = load(filled + b"x").problems
    assert problem.code == "file-too-large"


@pytest.mark.parametrize("text", ["[" * 200_000, "{a: " * 100_000, "- " * 200_000])
def test_deep_nesting_is_refused_and_exhausts_nothing(text):
    (problem,) = problems_of(text)
    assert problem.code == "file-too-deep"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("  \n\n", "empty-file"),
        ("---\n", "not-a-mapping"),
        ("just words", "not-a-mapping"),
        ("a: b: c", "yaml-syntax"),
        ("a: 1\n\tb: 2", "yaml-syntax"),
        ("a: \x07", "yaml-syntax"),
        ("? [a]\n: b", "yaml-syntax"),
        ("? " * 100_000, "yaml-syntax"),
        ("a: *b", "alias"),
        ("a: ! b", "tag"),
        ("a: !!python/object/apply:os.system [ls]", "tag"),
        ("%YAML 9.9\n---\na: b", "yaml-syntax"),
    ],
)
def test_what_is_no_plain_yaml_is_one_problem(text, code):
    assert codes_of(text) == [code]


def test_a_character_that_yaml_forbids_is_reported_with_its_line():
    (problem,) = problems_of(SMALLEST.replace("Train people.", "Train \x08people."))
    assert (problem.code, problem.line) == ("yaml-syntax", 17)


def test_an_unreadable_file_has_no_id_and_no_questions():
    loaded = load(b"\xff")
    assert (loaded.id, loaded.version, loaded.questions, loaded.text) == ("", "", 0, "")
    assert loaded.problems[0].line == 1


def test_a_file_with_errors_still_says_what_it_is():
    loaded = load(SMALLEST.replace("weight: 2", "weight: 9").encode())
    assert (loaded.definition, loaded.id, loaded.version, loaded.questions) == (None, "smallest", "1", 1)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("{}", "bad-rule"),
        ("{question: a}", "bad-rule"),
        ("{equals: yes}", "bad-rule"),
        ("{question: a, profile: kind, answered: true}", "bad-rule"),
        ("{all: [{profile: kind, equals: charity}], equals: yes}", "bad-rule"),
        ("{all: []}", "bad-rule"),
        ("{any: []}", "bad-rule"),
        ("{profile: kind, in: []}", "bad-rule"),
        ("{not: {profile: kind}}", "bad-rule"),
        ("{profile: kind, answered: maybe}", "wrong-type"),
        ("{profile: kind, in: charity}", "wrong-type"),
        ("{profile: kind, equals: [charity]}", "wrong-type"),
        ("yes", "wrong-type"),
        ("[{profile: kind, equals: charity}]", "wrong-type"),
        ("{profile: kind, is: charity}", "unknown-key"),
    ],
)
def test_a_condition_outside_the_grammar_is_reported(rule, code):
    text = SMALLEST.replace("        weight: 2", f"        show_if: {rule}\n        weight: 2")
    assert code in codes_of(text)
    assert set(codes_of(text)) <= {code, "bad-rule"}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("id: only", "name: only"), "section 1 › id"),
        (("id: trained", "name: trained"), "section only › question 1 › id"),
        (("{value: no, ", "{"), "question trained › option 1 › value"),
        (("sections:", "sections: []\nparts:"), "sections"),
    ],
)
def test_a_part_without_its_id_is_named_by_its_number(change, where):
    assert where in [problem.where for problem in problems_of(SMALLEST.replace(*change))]


@pytest.mark.parametrize(
    ("old", "new", "longest", "code"),
    [
        ("id: smallest", "id: {}", 54, "bad-id"),
        ("id: only", "id: {}", 60, "bad-id"),
        ("id: trained", "id: {}", 60, "bad-id"),
        ('version: "1"', 'version: "{}"', 20, "bad-version"),
    ],
)
def test_an_id_or_version_is_no_longer_than_its_column(old, new, longest, code):
    assert old in SMALLEST
    assert codes_of(SMALLEST.replace(old, new.format("a" * longest))) == []
    assert codes_of(SMALLEST.replace(old, new.format("a" * (longest + 1)))) == [code]


def test_several_files_are_checked_together_for_shared_answers():
    one = SMALLEST.replace("        weight: 2", "        reuse_key: same\n        weight: 2").encode()
    other = one.replace(b"id: smallest", b"id: other").replace(b"value: yes", b"value: aye")
    assert [loaded.problems for loaded in load_all([one, one])] == [(), ()]
    first, second = load_all([one, other])
    assert first.definition is not None
    assert second.definition is None
    (problem,) = second.problems
    assert problem.code == "reuse-mismatch"
    assert problem.message == "The answer is shared with smallest trained, so the options are no, yes."


def test_other_content_is_told_apart_by_its_kind():
    assert kind_of(b"kind: pledge\n") == "pledge"
    assert kind_of(b"kind: questionnaire\n") == "questionnaire"
    for unclear in (b"schema: 1\n", b"", b"\xff", b"- a\n", b"kind: [a]\n"):
        assert kind_of(unclear) == "questionnaire"


@settings(derandomize=True, deadline=None, database=None)
@given(st.data())
def test_no_content_raises_an_exception(data):
    kept = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(kept)))
        end = data.draw(st.integers(start, min(len(kept), start + 40)))
        kept[start:end] = data.draw(st.sampled_from(PIECES) | st.binary(max_size=8))
    loaded = load(bytes(kept))
    assert (loaded.definition is None) is any(p.severity == "error" for p in loaded.problems)
    assert json.dumps([problem.message for problem in loaded.problems])


PIECES = [
    b"",
    b"\n",
    b": ",
    b"- ",
    b"[]",
    b"{}",
    b"[a, [b]]",
    b"show_if: {question: hires, gte: 2}",
    b"\n      - id: fees",
    b"options: []",
    b"{profile: labour, includes: agency}",
    b'"',
    b"'",
    b"|",
    b"\t",
    b"  ",
    b"null",
]


@pytest.mark.parametrize("removed", range(len(WHOLE.splitlines())))
def test_any_line_can_be_missing_without_an_exception(removed):
    lines = WHOLE.splitlines(keepends=True)
    loaded = load(b"".join(lines[:removed] + lines[removed + 1 :]))
    assert (loaded.definition is None) is any(p.severity == "error" for p in loaded.problems)
