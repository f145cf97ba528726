"""How hard each text of a questionnaire is to read: which texts, where, and what the command says of them."""

import json

import pytest
from click.testing import CliRunner

from pledge.cli import main
from pledge.questionnaires.grading import grades
from pledge.questionnaires.loading import published
from pledge.words.reading import grade

EASY, HARD = "We ask them all.", "Procurement governance incorporates proportionate supplier methodology."
SCORED = """
      - id: asks
        text: Do you ask?
        hint: Of all of them.
        weight: 1
        variants:
          - {when: {profile: small, equals: true}, text: Do you ask them?, hint: Each., options: {never: Not so far}}
        options:
          - {value: never, label: We do not, points: 0, action: {text: Begin now., why: It is time., due_days: 7}}
          - {value: always, label: We always do, points: 4}
        action: {text: Ask them., why: They may know., due_days: 7}
        dont_know: {label: We must look, action: Look it up., due_days: 7}
"""
UNSCORED = """
      - id: how
        kind: choices
        text: How do you ask?
        options: [{value: a, label: By phone}, {value: b, label: By post}, {value: c, label: None, exclusive: true}]
        messages: {contradiction: Choose one or the other}
      - id: many
        kind: number
        text: How many?
        hint: …
        messages: {too_low: Enter one or more}
"""


def document(*questions):
    head = "schema: 1\nid: made\nversion: '1'\ntitle: Made in a test\nsections:\n  - id: only\n    title: Only\n"
    return f"{head}    questions:{''.join(questions)}"


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a questionnaire with one text in place of another, and returns its path."""

    def write(name="made", old="Do you ask?", new="Do you ask?"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(document(SCORED, UNSCORED).replace(old, new), encoding="utf-8")
        return str(path)

    return write


def run(*words):
    return CliRunner().invoke(main, ["questionnaires", "grades", *words])


def test_every_text_that_people_see_is_graded_in_the_order_of_the_file_with_its_line_and_place():
    text = document(SCORED, UNSCORED)
    found = grades(published(text))
    assert {each.where: each.text for each in found} == {
        "question asks › text": "Do you ask?",
        "question asks › hint": "Of all of them.",
        "question asks › variants 1 › text": "Do you ask them?",
        "question asks › variants 1 › hint": "Each.",
        "question asks › variants 1 › options › never": "Not so far",
        "question asks › option never › label": "We do not",
        "question asks › option never › action › text": "Begin now.",
        "question asks › option never › action › why": "It is time.",
        "question asks › option always › label": "We always do",
        "question asks › action › text": "Ask them.",
        "question asks › action › why": "They may know.",
        "question asks › dont_know › label": "We must look",
        "question asks › dont_know › action": "Look it up.",
        "question how › text": "How do you ask?",
        "question how › option a › label": "By phone",
        "question how › option b › label": "By post",
        "question how › option c › label": "None",
        "question how › messages › contradiction": "Choose one or the other",
        "question many › text": "How many?",
        "question many › messages › too_low": "Enter one or more",
    }  # but for the hint that has no word
    lines = text.splitlines()
    assert all(each.text in lines[each.line - 1] for each in found)
    assert [each.line for each in found] == sorted(each.line for each in found)
    assert all(each.grade == round(grade(each.text), 2) for each in found)


def test_a_text_is_too_hard_above_grade_eight():
    hard = grades(published(document(SCORED.replace("Do you ask?", HARD))))[0]
    assert hard.text == HARD and hard.grade > 8 and hard.too_hard
    at_the_edge = type(hard)(1, "here", 8.0, "x"), type(hard)(1, "here", 8.01, "x")
    assert [each.too_hard for each in at_the_edge] == [False, True]


def test_the_command_prints_the_hardest_first_and_each_file_s_average(written):
    easy, hard = written("easy", new=EASY), written("hard", new=HARD)
    ended = run(easy, hard)
    *texts, of_easy, of_hard = ended.output.splitlines()
    assert ended.exit_code == 1
    assert texts[0] == f"{hard}:10: {grade(HARD):.2f}: question asks › text: {HARD}"
    measured = [float(line.split(": ")[1]) for line in texts]
    assert len(measured) == 40 and measured == sorted(measured, reverse=True)
    mean = sum(each.grade for each in grades(published(document(SCORED.replace("Do you ask?", EASY), UNSCORED)))) / 20
    assert of_easy == f"{easy}: 20 texts, {mean:.2f} on average, 0 above 8"
    assert of_hard.endswith("1 above 8") and of_hard.startswith(f"{hard}: 20 texts, ")
    assert run(easy).exit_code == 0


def test_as_json_it_is_one_object(written):
    path = written(new=HARD)
    ended = run(path, "--json")
    said = json.loads(ended.stdout)
    assert (ended.exit_code, ended.stderr, list(said)) == (1, "", ["hardest", "files", "texts"])
    assert said["hardest"] == 8
    ((file,), texts) = said["files"], said["texts"]
    assert (file["file"], file["texts"], file["too_hard"]) == (path, 20, 1)
    assert file["average"] == round(sum(each["grade"] for each in texts) / 20, 2)
    assert texts[0] == {
        "file": path, "line": 10, "where": "question asks › text", "grade": round(grade(HARD), 2), "text": HARD
    }  # fmt: skip


def test_without_a_name_it_reads_the_questionnaires_of_the_folder_and_one_can_be_named_by_its_id(written, monkeypatch):
    folder = written().rpartition("/")[0]
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", folder)
    assert run().output.splitlines()[-1].startswith(f"{folder}/made.yaml: 20 texts")
    assert run("made").output.splitlines()[-1].startswith("made: 20 texts")


def test_what_is_no_questionnaire_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "other.yaml").write_text("schema: 1", encoding="utf-8")
    for name, code in (("other.yaml", "invalid-questionnaire"), ("absent.yaml", "file-not-found")):
        ended = run(str(tmp_path / name), "--json")
        assert ended.exit_code == 2 and json.loads(ended.stdout)["refused"]["code"] == code
        assert ended.stderr.startswith("Error: ")


def test_the_questionnaires_that_come_with_pledge_are_graded_and_read_well_on_average():
    said = json.loads(run("--json").stdout)
    assert {file["file"].rpartition("/")[2] for file in said["files"]} == {
        "procurement.yaml", "quick-check.yaml", "recruitment.yaml"
    }  # fmt: skip
    assert all(file["texts"] > 90 and file["average"] < 4 for file in said["files"])
