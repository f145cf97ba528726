"""A folder of one's own questionnaires, as an operator meets it: every command says plainly what is wrong in it."""

import json
import shutil

import httpx
import pytest
from tests.support.command import pledge
from tests.support.server import Server, free_port

from pledge.resources import resource

COMMANDS = {"serve": ("serve",), "worker": ("worker",), "migrate": ("migrate",), "config": ("config",)}


@pytest.fixture
def own(tmp_path):
    """A copy of the folder that comes with Pledge."""
    shutil.copytree(resource("questionnaires"), tmp_path / "own")
    return tmp_path / "own"


def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path}/pledge.sqlite"


def run(tmp_path, folder, *words):
    if words[0] == "serve":
        words = (*words, "--port", str(free_port()))
    return pledge(*words, PLEDGE_DATABASE_URL=url(tmp_path), PLEDGE_QUESTIONNAIRES=str(folder))


def test_every_page_asks_what_the_folder_says(own, tmp_path):
    path = own / "procurement.yaml"
    title = "title: Buying and your supply chain"
    path.write_text(path.read_text("utf-8").replace(title, "title: What we buy, and from whom"), "utf-8")
    with Server(url(tmp_path), tmp_path / "log", PLEDGE_QUESTIONNAIRES=str(own)) as server:
        assert "What we buy, and from whom" in httpx.get(f"{server.url}/questions").text


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_wrong_in_it_is_said_at_once_and_nothing_is_made(own, tmp_path, command):
    if command == "worker":
        assert run(tmp_path, own, "migrate").returncode == 0
    path = own / "procurement.yaml"
    path.write_text(path.read_text("utf-8").replace("points: 4}", "points: 9}", 1), "utf-8")
    (own / "recruitment.yaml").write_bytes(b"title: caf\xe9\n")
    (own / "pledge.yaml").write_text("kind: pledge\nschema: 1\n", "utf-8")
    before = sorted(tmp_path.iterdir())
    refused = run(tmp_path, own, *COMMANDS[command])
    assert (refused.returncode, refused.stdout) == (2, "")
    points, encoding, *more = refused.stderr.splitlines()
    assert points.startswith(f"{own}/procurement.yaml, line ") and "points are a whole number from 0 to 4" in points
    assert encoding == (
        f"{own}/recruitment.yaml, line 1: The file is not text in UTF-8. Save it again with the encoding UTF-8."
    )
    assert more and all(line.startswith("pledge.yaml: Line ") for line in more)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("command", [*COMMANDS, "check"])
def test_a_folder_that_is_not_there_is_one_sentence(tmp_path, command):
    words = COMMANDS.get(command, ("questionnaires", "check"))
    refused = run(tmp_path, tmp_path / "none", *words)
    assert (refused.returncode, refused.stdout) == (2, "")
    said = f"PLEDGE_QUESTIONNAIRES is “{tmp_path}/none”, and there is no such folder.\n"
    assert refused.stderr == ("Error: " if command == "check" else "") + said


def test_the_check_names_every_problem_of_the_folder(own, tmp_path):
    (own / "recruitment.yaml").unlink()
    shutil.copy(own / "quick-check.yaml", own / "again.yaml")
    found = run(tmp_path, own, "questionnaires", "check", "--json")
    assert (found.returncode, found.stderr) == (1, "")
    codes = {
        file["file"].removeprefix(f"{own}/"): [problem["code"] for problem in file["problems"]]
        for file in json.loads(found.stdout)["files"]
        if file["problems"]
    }
    assert codes["recruitment.yaml"] == ["missing-content"] and "second-file" in codes["quick-check.yaml"]
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = run(tmp_path, empty, "questionnaires", "check")
    assert refused.returncode == 2
    assert refused.stderr == f"Error: There is no questionnaire (a .yaml file) in {empty}.\n"
