"""Translations in the folder of content, and on the command line."""

import json

import pytest
from click.testing import CliRunner

from pledge.cli import main
from pledge.questionnaires.installed import installed
from pledge.questionnaires.loading import load_folder

from .conftest import TRANSLATIONS


def folder_of(tmp_path, *names):
    (tmp_path / "smallest.yaml").write_bytes((TRANSLATIONS.parent / "valid" / "smallest.yaml").read_bytes())
    for name in names:
        (tmp_path / name).write_bytes((TRANSLATIONS / name).read_bytes())
    return {path.name: path.read_bytes() for path in sorted(tmp_path.glob("*.yaml"))}


def test_a_questionnaire_has_the_translations_beside_it_that_are_whole(tmp_path):
    files = folder_of(tmp_path, "smallest.pl.yaml")
    said, original = load_folder(files)
    assert original.loaded.translations == (said.translation.translation,)
    files["smallest.pl.yaml"] = (TRANSLATIONS / "invalid" / "missing-translation.yaml").read_bytes()
    said, original = load_folder(files)
    assert original.loaded.translations == () and said.error.code == "missing-translation"


def test_a_wrong_translation_keeps_nobody_from_being_asked(folder, caplog):
    (folder / "recruitment.xx.yaml").write_bytes((TRANSLATIONS / "invalid" / "no-original.yaml").read_bytes())
    assert "recruitment" in installed()
    warned = f"The translation {folder}/recruitment.xx.yaml is not used. See “pledge questionnaires check”."
    assert [record.message for record in caplog.records] == [warned]


@pytest.fixture
def pledge():
    return lambda *words: CliRunner().invoke(main, ["questionnaires", *map(str, words)])


def test_the_check_compares_a_translation_with_what_stands_beside_it(pledge, tmp_path):
    folder_of(tmp_path, "smallest.pl.yaml")
    run = pledge("check", tmp_path / "smallest.pl.yaml")
    assert run.exit_code == 0
    assert run.stdout == f"{tmp_path}/smallest.pl.yaml: smallest 1 in pl, 1 question, no problems\n"
    (tmp_path / "smallest.pl.yaml").write_bytes((TRANSLATIONS / "invalid" / "missing-translation.yaml").read_bytes())
    run = pledge("check", tmp_path / "smallest.pl.yaml")
    assert run.exit_code == 1
    assert run.stdout.splitlines() == [
        f"{tmp_path}/smallest.pl.yaml: smallest 1 in pl, 1 question, 1 error",
        f"{tmp_path}/smallest.pl.yaml:21: error: questions › trained › options › yes: The text “Yes” has no "
        "translation. [missing-translation]",
    ]


def test_the_check_of_a_translation_as_json(pledge, tmp_path):
    folder_of(tmp_path, "smallest.pl.yaml")
    run = pledge("check", tmp_path / "smallest.yaml", tmp_path / "smallest.pl.yaml", "--json")
    assert json.loads(run.stdout)["files"][1] == {
        "file": str(tmp_path / "smallest.pl.yaml"),
        "kind": "translation",
        "id": "smallest",
        "version": "1",
        "language": "pl",
        "questions": 1,
        "problems": [],
    }


def test_the_check_of_the_folder_reads_translations_too(pledge, folder):
    (folder / "recruitment.xx.yaml").write_bytes((TRANSLATIONS / "invalid" / "no-original.yaml").read_bytes())
    run = pledge("check")
    assert run.exit_code == 1
    assert f"{folder}/recruitment.xx.yaml: biggest 1 in pl, 1 question, 1 error" in run.stdout.splitlines()


def test_every_change_of_a_translation_is_safe(pledge, tmp_path):
    old, new = TRANSLATIONS / "smallest.pl.yaml", tmp_path / "new.yaml"
    text = old.read_text("utf-8").replace("Czy szkolą", "Czy uczą")
    text = text.replace("needs_check: true", "checked: {by: Anna, on: 2026-11-30}")
    new.write_text(text, "utf-8")
    run = pledge("diff", old, new)
    assert run.exit_code == 0
    assert run.stdout.splitlines() == [
        "smallest 1 in pl → smallest 1 in pl: 3 safe",
        "safe: needs_check: “true” → “false”",
        "safe: checked: nothing → “{by: Anna, on: 2026-11-30}”",
        "safe: questions › trained › text: “Czy szkolą Państwo ludzi?” → “Czy uczą Państwo ludzi?”",
    ]
    assert pledge("diff", old, new, "--json").exit_code == 0
    assert json.loads(pledge("diff", old, new, "--json").stdout)["new"] == {
        "id": "smallest",
        "version": "1",
        "language": "pl",
    }


def test_a_translation_is_not_compared_with_a_questionnaire(pledge, tmp_path):
    folder_of(tmp_path)
    run = pledge("diff", tmp_path / "smallest.yaml", TRANSLATIONS / "smallest.pl.yaml")
    assert (run.exit_code, run.stdout) == (2, "")
