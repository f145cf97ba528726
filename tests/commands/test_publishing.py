"""A newer version of a questionnaire as whoever runs the site meets it: the start, a command, several processes."""

import json
import random
import signal
import time
from functools import partial

import httpx
import pytest
from tests.commands.test_serving import url_of
from tests.support.command import environment, pledge, start
from tests.support.newer import Newer
from tests.support.server import Server

from pledge.database import sql
from pledge.database.unit import read


@pytest.fixture
def own(tmp_path):
    """A folder of questionnaires of one's own, in which nothing is newer yet."""
    return Newer(tmp_path / "own")


@pytest.fixture
def run(db, own):
    """Run a command on the test's database and that folder."""
    return partial(pledge, PLEDGE_DATABASE_URL=url_of(db), PLEDGE_QUESTIONNAIRES=str(own.folder))


async def published() -> dict[str, str]:
    """The versions of procurement in the database, each with how it was published."""
    rows = await read(
        partial(sql.rows, "SELECT version, how FROM questionnaire_version WHERE questionnaire = 'procurement'")
    )
    return {row["version"]: row["how"] for row in rows}


async def logged() -> int:
    return await read(partial(sql.value, "SELECT count(*) FROM audit_entry WHERE action = 'questionnaire.published'"))


async def test_a_start_says_in_one_line_that_a_version_waits_and_publishes_nothing(run, own):
    own.install()
    done = run("migrate")
    assert done.returncode == 0
    assert done.stderr == (
        f"procurement.yaml is version 2099.1, which waits: version {own.now} is asked until partnership staff "
        "publish it at /partnership/questionnaires, or you do with “pledge questionnaires publish procurement”.\n"
    )
    assert await published() == {own.now: "start"}


async def test_the_command_says_what_changes_publishes_once_and_logs_it(run, own):
    own.install()
    tried = run("questionnaires", "publish", "procurement", "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, "")
    first, *_, last = tried.stdout.splitlines()
    assert first == f"procurement {own.now} → procurement 2099.1: 4 breaking, 1 review"
    assert last == "Nothing was published: that was a dry run."
    assert await published() == {own.now: "start"}
    done = run("questionnaires", "publish", "procurement", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert {name: said[name] for name in ("id", "version", "revision", "published", "before")} == {
        "id": "procurement", "version": "2099.1", "revision": 1, "published": True, "before": own.now,
    }  # fmt: skip
    assert {change["kind"] for change in said["changes"]} == {"breaking", "review"}
    assert await published() == {own.now: "start", "2099.1": "command"} and await logged() == 1
    again = run("questionnaires", "publish", "procurement")
    assert (again.returncode, again.stdout) == (0, "Published already: procurement 2099.1. Nothing was changed.\n")
    assert await published() == {own.now: "start", "2099.1": "command"} and await logged() == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "Error: There is no questionnaire “nothing”; there are procurement, quick-check, recruitment."),
        ("/none.yaml", "Error: There is no file /none.yaml."),
        ("broken.yaml", "broken.yaml, line 1: The key “schema” is missing."),
        ("clash.yaml", "Line 3: Version “"),
        (
            "other.yaml",
            "“other” is no questionnaire that Pledge asks; those are procurement, quick-check and recruitment.",
        ),
    ],
)
async def test_what_cannot_be_published_is_refused_in_a_sentence(run, own, name, said):
    (own.folder.parent / "broken.yaml").write_text("id: procurement\n", "utf-8")
    clash = own.path.read_text("utf-8").replace("weight: 2", "weight: 1", 1)
    (own.folder.parent / "clash.yaml").write_text(clash, "utf-8")
    other = own.path.read_text("utf-8").replace("id: procurement", "id: other", 1)
    (own.folder.parent / "other.yaml").write_text(other, "utf-8")
    place = str(own.folder.parent / name) if name in ("broken.yaml", "clash.yaml", "other.yaml") else name
    refused = run("questionnaires", "publish", place)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr and "Traceback" not in refused.stderr
    assert await published() == {own.now: "start"} and await logged() == 0
    as_json = run("questionnaires", "publish", place, "--json")
    assert as_json.returncode == 2 and json.loads(as_json.stdout)["refused"]["code"]


async def test_processes_that_run_ask_what_is_published_beside_them(db, run, own, tmp_path):
    """Two servers on one database, and a command: nobody is started again."""
    own.install()
    newest = own.folder.parent / "newest.yaml"
    newest.write_bytes(own.install("2099.2", title="What we buy, and from whom"))
    own.as_before()
    asked = "Is this asked since the newer version?"
    settings = {"PLEDGE_QUESTIONNAIRES": str(own.folder)}
    with (
        Server(url_of(db), tmp_path / "one.log", **settings) as one,
        Server(url_of(db), tmp_path / "two.log", **settings) as two,
    ):
        pages = [httpx.get(f"{server.url}/questions").text for server in (one, two)]
        assert not any(asked in page for page in pages)
        done = run("questionnaires", "publish", str(newest))
        assert done.returncode == 0, done.stderr
        for server in (one, two):
            assert asked in httpx.get(f"{server.url}/questions").text
            assert "What we buy, and from whom" in httpx.get(f"{server.url}/questions/procurement/paper").text
    assert "version 2099.2 was published after it" in run("migrate").stderr


async def test_kill_9_in_the_middle_leaves_it_published_and_logged_or_neither(run, db, own):
    own.install()
    chance = random.Random(11)
    for number in range(8):
        file = own.folder.parent / "killed.yaml"
        file.write_bytes(own.install(f"2099.{number}"))
        settings = environment(PLEDGE_DATABASE_URL=url_of(db), PLEDGE_QUESTIONNAIRES=str(own.folder))
        process = start("questionnaires", "publish", str(file), env=settings)
        time.sleep(chance.uniform(0.2, 1.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        there = len(await published()) - 1
        assert await logged() == there
    done = run("questionnaires", "publish", str(file))
    assert done.returncode == 0 and len(await published()) - 1 == await logged()
