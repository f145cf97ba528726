"""What one installed file names of another: each code with its file, beside valid/smallest.yaml."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pledge.cli import main
from pledge.content import ContentError
from pledge.questionnaires.installed import installed
from pledge.questionnaires.loading import load_folder
from pledge.resources import resource

FIXTURES = Path(__file__).parent / "fixtures"
INSTALLED = sorted((FIXTURES / "installed").glob("*.yaml"))
SMALLEST = (FIXTURES / "valid" / "smallest.yaml").read_bytes()
FOUND = {
    "evidence-flag": (7, "No answer to “trained” has a flag, so this would always be kept."),
    "evidence-question": (7, "There is no question “retrained” in smallest."),
    "evidence-questionnaire": (7, "There is no questionnaire “biggest”; there are smallest."),
    "evidence-topic": (7, "No questionnaire has the topic “trainning”; they have training."),
    "evidence-upload": (7, "Nobody can upload “customers”; it is suppliers."),
    "second-file": (3, "smallest.yaml has version “1” of “smallest”; keep one file."),
    "unknown-reuse": (13, "No other question has the id or the reuse_key “trained-too”, so nothing is shared."),
}


def shipped() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(resource("questionnaires").glob("*.yaml"))}


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A folder that is installed in place of the questionnaires, with a copy of them in it."""
    shutil.copytree(resource("questionnaires"), tmp_path / "questionnaires")
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(tmp_path / "questionnaires"))
    installed.cache_clear()
    yield tmp_path / "questionnaires"
    installed.cache_clear()


@pytest.mark.parametrize("path", INSTALLED, ids=lambda path: path.stem)
def test_each_code_has_a_file_with_exactly_that_problem(path):
    found = load_folder({"smallest.yaml": SMALLEST, path.name: path.read_bytes()})
    (problem,) = [problem for file in found for problem in file.problems]
    assert (problem.code, problem.severity) == (path.stem, "error")
    assert (problem.line, problem.message) == FOUND[path.stem]


def test_a_problem_of_evidence_is_said_where_it_stands():
    wrong = b"""kind: pledge
statuses:
  - id: assessed
    requires: {submitted: [smallest, biggest], attendance: trainning, upload: customers, no_flag: act-first}
  - id: kept
    requires: {questionnaire: smallest, question: [trained, retrained]}
  - id: flagged
    requires: {questionnaire: smallest, question: trained, no_flag: act_first}
"""
    found = load_folder({"a.yaml": SMALLEST, "pledge.yaml": wrong})[1].problems
    assert [(problem.code, problem.line, problem.where) for problem in found] == [
        ("evidence-questionnaire", 4, "statuses 1 › requires › submitted"),
        ("evidence-topic", 4, "statuses 1 › requires › attendance"),
        ("evidence-upload", 4, "statuses 1 › requires › upload"),
        ("evidence-flag", 4, "statuses 1 › requires › no_flag"),
        ("evidence-question", 6, "statuses 2 › requires › question"),
        ("evidence-flag", 8, "statuses 3 › requires › no_flag"),
    ]


def test_files_without_an_id_and_files_that_cannot_be_read_share_none():
    nameless = SMALLEST.replace(b"id: smallest\n", b"", 1)
    files = {
        "a.yaml": nameless,
        "b.yaml": nameless,
        "c.yaml": SMALLEST.replace(b"sections:", b"sections"),
        "d.yaml": SMALLEST,
    }
    assert [[problem.code for problem in file.problems] for file in load_folder(files)] == [
        ["missing-key"], ["missing-key"], ["yaml-syntax"], [],
    ]  # fmt: skip


def test_a_question_that_shows_nothing_is_said_where_it_stands():
    asked = SMALLEST.replace(
        b"questions:\n", b"questions:\n      - {id: count, kind: number, text: How many?, least: 0, most: 9}\n", 1
    )
    pledge = (
        b"kind: pledge\nstatuses:\n  - id: kept\n    requires:\n      questionnaire: smallest\n      question: count\n"
    )
    (problem,) = load_folder({"a.yaml": asked, "pledge.yaml": pledge})[1].problems
    assert (problem.code, problem.line, problem.where) == ("evidence-question", 6, "statuses 1 › requires › question")
    assert problem.message == "“count” is not scored, so no answer to it shows anything."


def test_what_is_installed_names_nothing_that_is_not_there():
    assert [problem for file in load_folder(shipped()) for problem in file.problems] == []


def test_a_flag_that_a_status_must_not_have_is_one_of_the_flags():
    pledge = b"kind: pledge\nstatuses:\n  - id: improving\n    requires: {no_flag: act-first}\n"
    (problem,) = load_folder({"a.yaml": SMALLEST, "pledge.yaml": pledge})[1].problems
    assert (problem.code, problem.line, problem.message) == ("evidence-flag", 4, "There is no flag “act-first”.")


def test_an_answer_shared_by_a_questions_id_needs_its_options():
    other = SMALLEST.replace(b"id: smallest", b"id: other").replace(
        b"weight: 2", b"weight: 2\n        reuse_key: trained"
    )
    assert [file.problems for file in load_folder({"a.yaml": SMALLEST, "b.yaml": other})] == [(), ()]
    other = other.replace(b"value: yes", b"value: aye")
    (problem,) = load_folder({"a.yaml": SMALLEST, "b.yaml": other})[1].problems
    assert (problem.code, problem.where) == ("reuse-mismatch", "question trained › options")


@pytest.mark.parametrize(
    ("gone", "file", "code"),
    [("p-a1", "procurement", "evidence-question"), ("r-b2", "recruitment", "unknown-reuse"),
     ("p-f2", "procurement", "evidence-question")],
)  # fmt: skip
def test_a_question_that_goes_is_an_error_of_the_check_and_stops_the_start(folder, gone, file, code):
    path = folder / f"{file}.yaml"
    text = path.read_text("utf-8")
    assert text.count(f"- id: {gone}\n") == 1
    path.write_text(text.replace(f"- id: {gone}\n", f"- id: {gone}-2\n"), "utf-8")
    run = CliRunner().invoke(main, ["questionnaires", "check"])
    assert run.exit_code == 1 and f"[{code}]" in run.output
    with pytest.raises(ContentError, match=r"^\S+/[\w-]+\.yaml, line \d+: .*"):
        installed()


def test_as_json_the_pledge_stands_after_the_questionnaires(folder):
    text = (folder / "pledge.yaml").read_text("utf-8")
    (folder / "pledge.yaml").write_text(text.replace("attendance: [training,", "attendance: [trainning,"), "utf-8")
    run = CliRunner().invoke(main, ["questionnaires", "check", "--json"])
    assert run.exit_code == 1
    assert '"kind": "pledge", "problems": [{"code": "evidence-topic", "severity": "error"' in run.output
