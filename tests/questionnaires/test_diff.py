"""``pledge questionnaires diff`` and ``check --against``: what changed, in lines, with an exit code for scripts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pledge.cli import main

PUBLISHED = Path(__file__).parents[1] / "content" / "published"


@pytest.fixture
def pledge():
    return lambda *words: CliRunner().invoke(main, ["questionnaires", *map(str, words)])


@pytest.fixture
def two(tmp_path, fixture_file):
    """Return a function that writes two versions of a small questionnaire, the second with ``changed`` words."""

    def write(changed, version="1"):
        text = fixture_file("valid/smallest").read_text("utf-8")
        (tmp_path / "old").mkdir()
        (tmp_path / "old" / "smallest.yaml").write_text(text, "utf-8")
        for before, after in {'version: "1"': f'version: "{version}"', **changed}.items():
            assert before in text
            text = text.replace(before, after, 1)
        (tmp_path / "smallest.yaml").write_text(text, "utf-8")
        return tmp_path / "old" / "smallest.yaml", tmp_path / "smallest.yaml"

    return write


def test_the_diff_has_a_line_for_each_change_and_code_1(pledge, two):
    run = pledge("diff", *two({"weight: 2": "weight: 3", "title: The smallest": "title: A small"}, version="2"))
    assert (run.exit_code, run.stderr) == (1, "")
    assert run.stdout.splitlines() == [
        "smallest 1 → smallest 2: 1 breaking, 1 safe",
        "breaking: question trained › weight: “2” → “3”",
        "safe: title: “The smallest questionnaire” → “A small questionnaire”",
    ]


def test_safe_changes_alone_end_with_0(pledge, two):
    old, new = two({"title: The smallest": "title: A small"})
    assert pledge("diff", old, new).exit_code == 0
    run = pledge("diff", old, old)
    assert (run.exit_code, run.stdout) == (0, "smallest 1 → smallest 1: no change\n")


def test_the_diff_as_json(pledge, two):
    run = pledge("diff", *two({"weight: 2": "weight: 3"}), "--json")
    assert (run.exit_code, run.stderr) == (1, "")
    assert json.loads(run.stdout) == {
        "old": {"id": "smallest", "version": "1", "revision": 1},
        "new": {"id": "smallest", "version": "1", "revision": 1},
        "changes": [{"kind": "breaking", "where": "question trained › weight", "message": "“2” → “3”"}],
    }


def test_what_came_with_pledge_before_is_compared_by_its_id(pledge):
    run = pledge("diff", PUBLISHED / "procurement-2026.1.yaml", "procurement")
    assert run.exit_code == 1
    assert "breaking: question p-f6-charity: It is new." in run.stdout.splitlines()


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_that_cannot_be_used_is_refused(pledge, two, fixture_file, which):
    files = list(two({}))
    files[which] = fixture_file("invalid/points-range")
    run = pledge("diff", *files)
    assert (run.exit_code, run.stdout) == (2, "")
    assert "points-range.yaml cannot be used: line 17" in run.stderr


def test_a_published_version_that_was_changed_is_an_error_with_its_line(pledge, two):
    _, new = two({"title: The smallest": "title: A small"})
    run = pledge("check", new, "--against", new.parent / "old", "--json")
    assert run.exit_code == 1
    (problem,) = json.loads(run.stdout)["files"][0]["problems"]
    assert problem == {
        "code": "changed-version",
        "severity": "error",
        "line": 4,
        "where": "version",
        "message": "Version “1”, revision 1, is published with another text, and what is published never changes. "
        "Give the file a new version, or the next revision if all its changes are safe.",
    }


def test_a_new_version_or_the_same_text_stands_beside_what_is_published(pledge, two):
    old, new = two({"title: The smallest": "title: A small"}, version="2")
    assert pledge("check", new, "--against", old.parent).exit_code == 0
    assert pledge("check", old, "--against", old.parent).exit_code == 0


def test_what_was_published_before_a_check_was_added_is_compared_all_the_same(pledge, two):
    """A resource without a day is an error now, and was none once."""
    old, new = two({"title: The smallest": "title: A small"})
    dateless = 'resources: {HELP: {title: Help, url: "https://example.org/"}}\n'
    old.write_text(old.read_text("utf-8") + dateless, "utf-8")
    assert pledge("check", old).exit_code == 1
    run = pledge("diff", old, new)
    assert (run.exit_code, run.stdout.splitlines()[0]) == (0, "smallest 1 → smallest 1: 2 safe")
    assert "[changed-version]" in pledge("check", new, "--against", old.parent).stdout
    old.write_text("title: no questionnaire", "utf-8")
    run = pledge("check", new, "--against", old.parent)
    assert (run.exit_code, run.stdout) == (2, "") and f"{old} cannot be used: line 1" in run.stderr


REVISED = {'version: "1"': 'version: "1"\nrevision: 2'}


def test_a_revision_whose_changes_are_safe_stands_beside_its_version(pledge, two):
    old, new = two({"title: The smallest": "title: A small"} | REVISED)
    assert pledge("check", new, "--against", old.parent).exit_code == 0
    run = pledge("diff", old, new)
    assert run.stdout.splitlines()[0] == "smallest 1 → smallest 1, revision 2: 1 safe"


def test_a_revision_that_is_older_than_what_is_published_is_only_not_published(pledge, two, tmp_path):
    _, new = two({"title: The smallest": "title: A small", "weight: 2": "weight: 3"} | REVISED)
    (tmp_path / "later").mkdir()
    new.rename(tmp_path / "later" / "smallest.yaml")
    run = pledge("check", tmp_path / "old" / "smallest.yaml", "--against", tmp_path / "later")
    assert run.exit_code == 0


def test_a_revision_that_changes_more_is_an_error_for_each_change(pledge, two):
    changed = {"title: The smallest": "title: A small", "weight: 2": "weight: 3", "due_days: 30": "due_days: 3"}
    _, new = two(changed | REVISED)
    run = pledge("check", new, "--against", new.parent / "old", "--json")
    assert run.exit_code == 1
    found = [(p["code"], p["line"], p["message"]) for p in json.loads(run.stdout)["files"][0]["problems"]]
    told = [
        "(breaking): question trained › weight: “2” → “3”",
        "(review): question trained › action › due_days: “30” → “3”",
    ]
    version = "Give the file a new version."
    assert found == [("unsafe-revision", 5, f"A revision cannot change this {change}. {version}") for change in told]


def test_a_folder_to_compare_with_that_is_none_is_refused(pledge, two, tmp_path):
    run = pledge("check", two({})[1], "--against", tmp_path / "none")
    assert (run.exit_code, run.stdout) == (2, "")
    assert run.stderr == f"Error: The folder {tmp_path}/none cannot be read: no such file or directory.\n"
