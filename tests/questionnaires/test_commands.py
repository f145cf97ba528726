import json
import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pledge import content
from pledge.cli import main
from pledge.resources import resource


@pytest.fixture
def pledge():
    """Return a function that runs ``pledge questionnaires`` with these words."""
    return lambda *words: CliRunner().invoke(main, ["questionnaires", *map(str, words)])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return an empty questionnaires folder that the setting names."""
    (tmp_path / "questionnaires").mkdir()
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(tmp_path / "questionnaires"))
    return tmp_path / "questionnaires"


@pytest.fixture
def answers_file(tmp_path):
    """Return a function that writes ANSWERS.json and returns its path."""

    def write(content):
        path = tmp_path / "ANSWERS.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


def refusal(run, code):
    """Check that a run with --json was refused with this code, and return the message."""
    assert run.exit_code == 2
    said = json.loads(run.stdout)
    assert list(said) == ["refused"]
    assert list(said["refused"]) == ["code", "message"]
    assert said["refused"]["code"] == code
    assert run.stderr == f"Error: {said['refused']['message']}\n"
    return said["refused"]["message"]


# ---- check ----


def test_check_prints_the_contract_as_json(pledge, fixture_file):
    good, bad = fixture_file("valid/smallest"), fixture_file("invalid/points-range")
    run = pledge("check", good, bad, "--json")
    assert (run.exit_code, run.stderr) == (1, "")
    assert json.loads(run.stdout) == {
        "alone": True,  # what goes wrong between the files of a folder was not looked for
        "files": [
            {"file": str(good), "id": "smallest", "version": "1", "questions": 1, "problems": []},
            {
                "file": str(bad),
                "id": "sample",
                "version": "1",
                "questions": 2,
                "problems": [
                    {
                        "code": "points-range",
                        "severity": "error",
                        "line": 17,
                        "where": "question trained › option some › points",
                        "message": "“5” will not do: an option’s points are a whole number from 0 to 4.",
                    }
                ],
            },
        ],
    }


def test_check_prints_a_line_for_each_file_and_problem(pledge, fixture_file):
    good, bad = fixture_file("valid/smallest"), fixture_file("invalid/points-range")
    run = pledge("check", good, bad)
    assert run.exit_code == 1
    assert run.stderr.startswith("These files were checked alone. “pledge questionnaires check” without a file also")
    assert run.stdout.splitlines() == [
        f"{good}: smallest 1, 1 question, no problems",
        f"{bad}: sample 1, 2 questions, 1 error",
        f"{bad}:17: error: question trained › option some › points: "
        "“5” will not do: an option’s points are a whole number from 0 to 4. [points-range]",
    ]


def test_warnings_are_printed_and_are_no_failure(pledge, fixture_file):
    run = pledge("check", fixture_file("invalid/no-topic"))
    assert run.exit_code == 0
    assert "1 warning" in run.stdout
    assert "[no-topic]" in run.stdout


@pytest.mark.parametrize("name", ["not-utf8", "empty-file", "yaml-syntax", "not-a-mapping", "duplicate-key"])
def test_a_bad_file_is_a_finding_with_its_line(pledge, fixture_file, name):
    run = pledge("check", fixture_file(f"invalid/{name}"), "--json")
    assert run.exit_code == 1
    (problem,) = json.loads(run.stdout)["files"][0]["problems"]
    assert problem["code"] == name
    assert problem["line"] >= 1


def test_without_a_file_every_installed_questionnaire_is_checked(pledge, folder, fixture_file):
    shutil.copytree(resource("questionnaires"), folder, dirs_exist_ok=True)
    shutil.copy(fixture_file("valid/smallest"), folder / "smallest.yaml")
    (folder / "notes.txt").write_text("not a questionnaire")
    (folder / "notes.yaml").write_text("kind: notes")
    run = pledge("check", "--json")
    assert run.exit_code == 0
    assert json.loads(run.stdout)["alone"] is False
    files = json.loads(run.stdout)["files"]
    ids = [(file["id"], file.get("language", "")) for file in files]
    asked = [(name, "") for name in ("procurement", "quick-check", "recruitment", "smallest")]
    assert ids == [*asked, ("procurement", "pl"), ("recruitment", "pl")]


def test_installed_questionnaires_are_checked_together(pledge, folder, fixture_file):
    text = fixture_file("valid/smallest").read_text(encoding="utf-8")
    shared = text.replace("        weight: 2", "        reuse_key: same\n        weight: 2")
    (folder / "one.yaml").write_text(shared, encoding="utf-8")
    (folder / "two.yaml").write_text(shared.replace("value: yes", "value: aye"), encoding="utf-8")
    run = pledge("check")
    assert run.exit_code == 1
    assert "two.yaml:15: error: question trained › options: The answer is shared" in run.stdout


def test_a_file_of_another_kind_is_refused_only_when_named(pledge, tmp_path):
    path = tmp_path / "pledge.yaml"
    path.write_text("kind: pledge\n")
    run = pledge("check", path)
    assert run.exit_code == 1
    assert "[other-kind]" in run.stdout


def test_a_file_that_is_not_there_is_refused(pledge, tmp_path, fixture_file):
    missing = tmp_path / "missing.yaml"
    run = pledge("check", fixture_file("valid/smallest"), missing, "--json")
    assert refusal(run, "file-not-found") == f"There is no file {missing}."
    run = pledge("check", missing)
    assert (run.exit_code, run.stdout) == (2, "")
    assert run.stderr == f"Error: There is no file {missing}.\n"


def test_a_folder_in_place_of_a_file_is_refused(pledge, tmp_path):
    message = refusal(pledge("check", tmp_path, "--json"), "file-unreadable")
    assert message == f"The file {tmp_path} cannot be read: is a directory."


def test_an_empty_folder_of_questionnaires_is_refused(pledge, folder):
    refusal(pledge("check", "--json"), "no-questionnaires")


def test_an_incomplete_installation_is_refused(pledge, monkeypatch):
    def missing(name):
        raise FileNotFoundError(f"Pledge is not installed completely: the folder “{name}” is missing.")

    monkeypatch.setattr(content, "resource", missing)
    message = refusal(pledge("check", "--json"), "no-questionnaires")
    assert message == "Pledge is not installed completely: the folder “questionnaires” is missing."


def test_a_file_without_end_is_read_only_as_far_as_needed(pledge):
    run = pledge("check", "/dev/zero", "--json")
    assert run.exit_code == 1
    assert json.loads(run.stdout)["files"][0]["problems"][0]["code"] == "file-too-large"


# ---- template ----


def test_the_template_of_a_file_can_be_scored_after_filling(pledge, fixture_file, answers_file):
    path = fixture_file("valid/smallest")
    empty = json.loads(pledge("template", path).stdout)
    run = pledge("score", path, answers_file(empty), "--json")
    assert (run.exit_code, json.loads(run.stdout)["unanswered"]) == (1, ["trained"])
    empty["answers"]["trained"]["value"] = next(iter(empty["options"]["answers"]["trained"]["value"]))
    run = pledge("score", path, answers_file(empty), "--json")
    assert (run.exit_code, json.loads(run.stdout)["score"]) == (0, 0)


def test_an_id_names_an_installed_questionnaire(pledge, folder, fixture_file, answers_file):
    shutil.copy(fixture_file("valid/smallest"), folder / "smallest.yaml")
    assert json.loads(pledge("template", "smallest").stdout)["answers"] == {"trained": {"value": None}}
    run = pledge("score", "smallest", answers_file({"answers": {"trained": {"value": "yes"}}}), "--json")
    assert json.loads(run.stdout)["score"] == 10_000


def test_an_unknown_id_is_refused_with_those_there_are(pledge, folder, fixture_file):
    shutil.copy(fixture_file("valid/smallest"), folder / "smallest.yaml")
    run = pledge("template", "largest")
    assert (run.exit_code, run.stdout) == (2, "")
    assert run.stderr == (
        "Error: There is no questionnaire “largest”; there are smallest. For a file, give its path.\n"
    )


def test_a_questionnaire_with_errors_is_refused(pledge, fixture_file, answers_file):
    path = fixture_file("invalid/points-range")
    run = pledge("score", path, answers_file({"answers": {}}), "--json")
    message = refusal(run, "invalid-questionnaire")
    assert message.startswith(f"{path} cannot be used: line 17, question trained › option some › points: “5”")
    assert pledge("template", path).exit_code == 2
    assert pledge("template", path.parent / "nowhere.yaml").stderr.startswith("Error: There is no file")


def test_a_questionnaire_with_warnings_is_used(pledge, fixture_file):
    assert pledge("template", fixture_file("invalid/no-topic")).exit_code == 0


# ---- score ----

FULL = {
    "profile": {"kind": "business", "labour": ["agency", "seasonal"], "risk_sectors": ["agriculture"]},
    "answers": {
        "hires": {"value": "yes"},
        "fees": {"value": "never-asked"},
        "offers": {"not_applicable": "We make no offers."},
    },
}


def test_score_prints_the_contract_as_json(pledge, fixture_file, answers_file):
    run = pledge("score", fixture_file("valid/whole-format"), answers_file(FULL), "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    assert len(found.pop("questions")) == 3
    assert found.pop("scoring_version")
    assert found.pop("depth") == "full"
    sections = found.pop("sections")
    assert sections == [
        {
            "id": "begin",
            "weighted_points": 4,
            "weighted_max": 4,
            "score": 10_000,
            "coverage": 10_000,
            "band": "leading",
        },
        {
            "id": "finding-people",
            "weighted_points": 3,
            "weighted_max": 12,
            "score": 2500,
            "coverage": 6000,
            "band": "starting",
        },
    ]
    assert found == {
        "complete": True,
        "weighted_points": 7,
        "weighted_max": 16,
        "score": 4375,
        "band": "developing",
        "headline": "developing",
        "coverage": 6667,
        "context": {
            "level": "medium",
            "points": 4,
            "reasons": [
                "You work where exploitation is a high risk: Agriculture, horticulture, seasonal picking (2 points).",
                "You use agency workers and seasonal workers (2 points).",
            ],
        },
        "flags": [{"question": "fees", "flag": "check_first"}],
        "gaps": [
            {
                "question": "fees",
                "points": 1,
                "target": 3,
                "priority": 6,
                "flag": "check_first",
                "action": "Ask every new starter, alone.",
                "due_days": 7,
                "topics": ["recruitment", "legal"],
            }
        ],
        "not_shown": [],
        "unanswered": [],
    }


def test_score_prints_the_same_in_words(pledge, fixture_file, answers_file):
    run = pledge("score", fixture_file("valid/whole-format"), answers_file(FULL))
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.stdout.splitlines() == [
        "Every key of the format, version 2026.1",
        "Developing: 44 %, 7 of 16 weighted points",
        "  Where you start: 100 %, 4 of 4",
        "  Finding and choosing people: 25 %, 3 of 12",
        "Context: medium, 4 points",
        "  You work where exploitation is a high risk: Agriculture, horticulture, seasonal picking (2 points).",
        "  You use agency workers and seasonal workers (2 points).",
        "Gaps: 1",
        "  fees [check_first] 1 of 3, in 7 days: Ask every new starter, alone.",
    ]


def test_an_incomplete_assessment_has_no_score_and_code_1(pledge, fixture_file, answers_file):
    path, answers = fixture_file("valid/whole-format"), answers_file({"answers": {}})
    run = pledge("score", path, answers, "--json")
    assert run.exit_code == 1
    found = json.loads(run.stdout)
    assert (found["complete"], found["score"], found["headline"]) == (False, None, "incomplete")
    assert (found["unanswered"], found["not_shown"]) == (["hires"], ["fees", "offers"])
    run = pledge("score", path, answers)
    assert run.exit_code == 1
    assert "Not complete: no score, 0 of 4 weighted points" in run.stdout
    assert "Not answered: hires" in run.stdout


def test_answers_to_hidden_questions_are_ignored(pledge, fixture_file, answers_file):
    path = fixture_file("valid/hidden-path")
    shown = {"induction": {"value": "yes"}, "no-agency-visit": {"value": "nobody"}}
    hidden = {"listed": {"value": "no"}, "visited": {"dont_know": True}}
    first = pledge("score", path, answers_file({"answers": shown}), "--json")
    second = pledge("score", path, answers_file({"answers": shown | hidden}), "--json")
    assert first.exit_code == 0
    assert first.stdout == second.stdout


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"answers": {"who": {"value": "no"}}}, "unknown-question"),
        ({"answers": {"hires": {"value": "maybe"}}}, "unknown-option"),
        ({"answers": {"hires": {"not_applicable": "None."}}}, "not-applicable-refused"),
        ({"profile": {"colour": "red"}, "answers": {}}, "unknown-profile-key"),
        ({"profile": {"kind": "shop"}, "answers": {}}, "unknown-profile-value"),
        (b"not json", "not-json"),
        (b"\xff", "not-utf8"),
        (b"", "not-json"),
        (b"[]", "wrong-shape"),
        (b'{"answers": {}, "answers": {}}', "duplicate-key"),
        (b"[" * 10_000, "too-deep"),
    ],
)
def test_answers_that_cannot_be_used_are_refused(pledge, fixture_file, answers_file, content, code):
    path = fixture_file("valid/whole-format")
    message = refusal(pledge("score", path, answers_file(content), "--json"), code)
    run = pledge("score", path, answers_file(content))
    assert (run.exit_code, run.stdout, run.stderr) == (2, "", f"Error: {message}\n")


def test_missing_answers_are_refused(pledge, fixture_file, tmp_path):
    path = fixture_file("valid/smallest")
    refusal(pledge("score", path, tmp_path / "nothing.json", "--json"), "file-not-found")
    refusal(pledge("score", path, tmp_path, "--json"), "file-unreadable")


def test_wrong_usage_ends_with_code_2_and_nothing_on_standard_output(pledge):
    for words in (["score"], ["template"], ["score", "a", "b", "--xml"], ["nothing"]):
        run = pledge(*words)
        assert (run.exit_code, run.stdout) == (2, "")
        assert "Error: " in run.stderr


def test_help_explains_the_answers_file(pledge):
    assert '{"dont_know": true}' in pledge("template", "--help").stdout
    assert "basis points" in pledge("score", "--help").stdout
    assert "Exit code" in pledge("check", "--help").stdout


# ---- as people run it ----


def run_for_real(*words, **environment):
    program = "from pledge.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "questionnaires", *map(str, words)],
        capture_output=True,
        timeout=60,
        check=False,
        env=os.environ | environment,
    )


def test_a_terminal_of_another_encoding_is_no_trouble(fixture_file, answers_file):
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    run = run_for_real("check", fixture_file("invalid/points-range"), **ascii_only)
    assert run.returncode == 1
    assert b"Traceback" not in run.stderr
    assert b"?5? will not do" in run.stdout
    path = fixture_file("valid/whole-format")
    odd = answers_file(rb'{"answers": {"\ud800": {"value": "\ud800"}}}')
    run = run_for_real("score", path, odd, "--json", **ascii_only)
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr
    assert json.loads(run.stdout.decode("utf-8"))["refused"]["code"] == "unknown-question"


def test_neither_a_database_nor_a_web_framework_is_loaded(fixture_file):
    program = (
        "import sys, pledge; before = set(sys.modules)\n"
        "import pledge.questionnaires.commands, pledge.questionnaires.explaining\n"
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} "
        "& {'litestar', 'piccolo', 'sqlite3', 'pysqlite3', 'asyncpg', 'jinja2', 'asyncio'}))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert found.stdout.strip() == "[]"


def test_score_says_that_it_is_of_the_short_form(pledge, fixture_file, answers_file):
    given = {"first": {"value": "some"}, "harm": {"value": "yes"}}
    short = answers_file({"profile": {"headcount_band": "1-9", "depth": "short"}, "answers": given})
    run = pledge("score", fixture_file("valid/depth"), short, "--json")
    found = json.loads(run.stdout)
    assert (run.exit_code, found["depth"], found["weighted_points"], found["weighted_max"]) == (0, "short", 18, 24)
    assert found["not_shown"] == ["second", "training"]
    assert pledge("score", fixture_file("valid/depth"), short).stdout.startswith("Short and full (short form), version")


def test_an_answers_file_that_says_nothing_of_the_form_is_of_the_full_one(pledge, fixture_file, answers_file):
    given = {name: {"value": "no"} for name in ("first", "second", "harm", "training")}
    file = answers_file({"profile": {"headcount_band": "1-9"}, "answers": given})
    run = pledge("score", fixture_file("valid/depth"), file, "--json")
    assert (run.exit_code, json.loads(run.stdout)["depth"], json.loads(run.stdout)["not_shown"]) == (0, "full", [])
