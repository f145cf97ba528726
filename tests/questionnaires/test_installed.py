"""The folder of content: what is wrong in it, and that everything wrong is said at once, with its file and line."""

import os
import re
import shutil

import pytest

from pledge.content import ContentError
from pledge.questionnaires.installed import installed, load_installed, read_folder
from pledge.resources import resource

NOBODY = 65534


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A folder of one's own, with a copy of what comes with Pledge."""
    path = tmp_path / "own"
    shutil.copytree(resource("questionnaires"), path)
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(path))
    installed.cache_clear()
    yield path
    installed.cache_clear()


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def errors() -> list[str]:
    """What the start says is wrong, a line each."""
    with pytest.raises(ContentError) as refused:
        installed()
    assert str(refused.value).splitlines() == refused.value.problems
    return refused.value.problems


def test_a_folder_of_ones_own_is_used_in_place_of_ours(folder):
    change(folder / "procurement.yaml", "title: Buying and your supply chain", "title: What we buy")
    assert installed()["procurement"].definition.title == "What we buy"
    assert sorted(installed()) == ["procurement", "quick-check", "recruitment"]


def test_without_the_setting_it_is_the_one_that_comes_with_pledge(monkeypatch):
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", " ")
    assert {path.rsplit("/", 1)[0] for path in read_folder()} == {str(resource("questionnaires"))}


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("a file")])
def test_a_folder_that_is_none_is_named(monkeypatch, tmp_path, make):
    make(tmp_path / "own")
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(tmp_path / "own"))
    assert errors() == [f"PLEDGE_QUESTIONNAIRES is “{tmp_path}/own”, and there is no such folder."]


def test_an_empty_folder_holds_no_questionnaire(monkeypatch, tmp_path):
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(tmp_path))
    assert errors() == [f"There is no questionnaire (a .yaml file) in {tmp_path}."]


def test_files_that_cannot_be_read_are_named_each(folder):
    for name in ("one.yaml", "two.yaml"):
        (folder / name).mkdir()
    assert errors() == [f"The file {folder}/{name}.yaml cannot be read: is a directory." for name in ("one", "two")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_or_a_file_that_is_closed_to_us_is_named(folder):
    for above in folder.parents[:3]:
        above.chmod(0o755)
    (folder / "procurement.yaml").chmod(0)
    os.seteuid(NOBODY)
    try:
        assert errors() == [f"The file {folder}/procurement.yaml cannot be read: permission denied."]
        os.seteuid(0)
        folder.chmod(0o711)
        os.seteuid(NOBODY)
        assert errors() == [f"The folder {folder} cannot be read: permission denied."]
    finally:
        os.seteuid(0)


def test_two_versions_of_one_questionnaire_are_one_too_many(folder):
    shutil.copy(folder / "recruitment.yaml", folder / "recruitment-old.yaml")
    change(folder / "recruitment-old.yaml", 'version: "', 'version: "0.')
    (said,) = errors()
    assert said.startswith(f"{folder}/recruitment.yaml, line 2: recruitment-old.yaml has version “0.2026.")
    assert said.endswith("of “recruitment”; keep one file.")


def test_a_second_pledge_is_one_too_many(folder):
    shutil.copy(folder / "pledge.yaml", folder / "our-pledge.yaml")
    rule = "One file of the folder has a questionnaire’s id; the pledge is in pledge.yaml alone."
    assert errors() == [f"{folder}/our-pledge.yaml, line 1: {rule}"]


@pytest.mark.parametrize("name", ["recruitment.yaml", "pledge.yaml", "quick-check.yaml"])
def test_a_file_that_the_pages_need_is_missed(folder, name):
    (folder / name).unlink()
    rule = "Pledge needs this file. Copy the one that comes with Pledge, and change it."
    assert f"{folder}/{name}, line 1: {rule}" in errors()


def test_a_questionnaire_may_lie_in_a_file_of_another_name(folder):
    (folder / "recruitment.yaml").rename(folder / "hiring.yaml")
    assert "recruitment" in installed()


def test_every_error_of_every_file_is_said_at_once(folder):
    change(folder / "procurement.yaml", "weight: 2", "weight: 7")
    (folder / "recruitment.yaml").write_bytes(b"title: caf\xe9\n")
    (folder / "quick-check.yaml").write_text("sections: [", "utf-8")
    weight, broken, encoding = errors()
    assert weight.startswith(f"{folder}/procurement.yaml, line ") and "weight is 1, 2 or 3" in weight
    assert broken.startswith(f"{folder}/quick-check.yaml, line ") and "not valid YAML" in broken
    assert encoding.startswith(f"{folder}/recruitment.yaml, line 1: The file is not text in UTF-8.")


def test_what_is_only_a_warning_stops_nothing(folder):
    path = folder / "procurement.yaml"
    path.write_text(re.sub(r"\n        topics: .*", "", path.read_text("utf-8"), count=1), "utf-8")
    warned = [problem.code for file in load_installed() for problem in file.problems]
    assert warned == ["no-topic"]
    assert "procurement" in installed()
