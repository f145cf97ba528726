"""A text revision: the same version with a slip put right. Drafts read it at once, reports keep the text they had."""

import shutil
from functools import partial

import pytest
from tests.support.firms import MAILROOM, answer_all, fill_profile, sign_pledge, start, submitted
from tests.support.publishing import publish_all

from pledge.assessments import definitions, drafts, submitting
from pledge.assessments.versions import publishing
from pledge.content import ContentError
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.questionnaires.installed import installed
from pledge.resources import resource

TITLE = "title: Buying and your supply chain"


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Return a function that puts changed words into procurement.yaml, and publishes it as the start does."""
    folder = tmp_path / "own"
    shutil.copytree(resource("questionnaires"), folder)
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(folder))
    original = (folder / "procurement.yaml").read_text("utf-8")

    async def publish(changed: dict[str, str], version: str = "2026.4", revision: int = 1) -> list[str]:
        text = original.replace('version: "2026.4"', f'version: "{version}"\nrevision: {revision}', revision > 1)
        text = text.replace('version: "2026.4"', f'version: "{version}"', 1)
        for old, new in changed.items():
            assert old in text
            text = text.replace(old, new, 1)
        (folder / "procurement.yaml").write_text(text, "utf-8")
        installed.cache_clear()
        return await publish_all()

    yield publish
    installed.cache_clear()
    definitions.forget()


async def test_a_draft_reads_the_newest_text_of_its_version_and_a_report_keeps_its_own(alice, install):
    await install({})
    await fill_profile(alice)
    first = await submitted(alice)
    await start(alice)
    assert await install({TITLE: "title: What you buy"}, revision=2) == ["procurement 2026.4"]
    draft = await read(partial(drafts.load, alice.scope, "procurement"))
    newest = draft.definition
    assert (newest.title, newest.version, newest.revision) == ("What you buy", "2026.4", 2)
    assert "What you buy" in (await alice.get("/assessments/procurement")).text
    page = await alice.get(f"/reports/{first}")
    assert "Buying and your supply chain" in page.text and "What you buy" not in page.text
    assert "Version 2026.4 of the questions. This report" in page.text
    await answer_all(alice)
    second = await write(partial(submitting.submit, alice.scope, "procurement", MAILROOM))
    await install({TITLE: "title: What is bought"}, revision=3)
    page = await alice.get(f"/reports/{second}")
    assert "What you buy" in page.text and "What is bought" not in page.text
    assert "Version 2026.4 of the questions (text 2). This report" in page.text
    assert (await alice.get(f"/reports/{second}.json")).response.json()["text_revision"] == 2


async def test_how_the_pledge_is_kept_quotes_the_text_that_was_answered(alice, install):
    old, new = "Which owner or manager looks out", "Which owner or manager, looks out"
    await install({})
    await fill_profile(alice)
    await sign_pledge(alice)
    await submitted(alice, points=1)
    await install({old: new}, revision=2)
    assert old in (await alice.get("/pledge/kept")).text
    await submitted(alice, points=1)
    assert new in (await alice.get("/pledge/kept")).text


async def test_a_process_that_starts_later_knows_the_newest_text(alice, install):
    await install({})
    await install({TITLE: "title: What you buy"}, revision=2)
    definitions.forget()
    assert (await read(partial(definitions.version, "procurement", "2026.4"))).revision == 2
    assert (await read(partial(definitions.version, "procurement", "2026.4", 1))).revision == 1
    with pytest.raises(KeyError):
        await read(partial(definitions.version, "procurement", "2026.4", 9))
    with pytest.raises(KeyError):
        await read(partial(definitions.version, "procurement", "1999.1"))


async def test_what_was_published_last_is_current_also_where_an_older_file_comes_back(site, install):
    await install({}, version="2026.1x")
    await install({TITLE: "title: What you buy"}, version="2027.1")
    await install({TITLE: "title: What is bought"}, version="2027.1", revision=2)
    assert definitions.current("procurement").title == "What is bought"
    assert await install({TITLE: "title: What you buy"}, version="2027.1") == []
    assert await read(publishing.left) == []
    assert await install({}, version="2026.1x") == []
    assert definitions.current("procurement").title == "What is bought"
    assert await read(publishing.left) == [
        "procurement.yaml is version 2026.1x, and version 2027.1 was published after it. "
        "Version 2027.1 is asked; to go back, give the file a new version."
    ]


async def test_a_later_text_of_an_older_version_does_not_bring_it_back(site, install):
    await install({}, version="2026.1x")
    await install({}, version="2027.1")
    assert await install({TITLE: "title: What you buy"}, version="2026.1x", revision=2) == ["procurement 2026.1x"]
    assert definitions.current("procurement").version == "2027.1"


async def test_a_revision_is_compared_with_the_one_before_it_and_keeps_its_own_text(site, install):
    words = "Which owner or manager"
    await install({words: "Which manager of recruittmant"}, version="2027.1")
    await install({words: "Which manager of recruitmant"}, version="2027.1", revision=2)
    await install({words: "Which manager of recruitment"}, version="2027.1", revision=3)
    assert definitions.current("procurement").revision == 3
    with pytest.raises(ContentError, match="revision 2, is published with another text"):
        await install({words: "Which manager of recruiting"}, version="2027.1", revision=2)


async def test_a_fresh_database_takes_a_version_at_any_revision(site, install):
    assert await install({}, version="2027.1", revision=3) == ["procurement 2027.1"]
    assert await install({TITLE: "title: What you buy"}, version="2027.1", revision=4) == ["procurement 2027.1"]
    assert definitions.current("procurement").revision == 4
    assert await install({}, version="2027.1", revision=2) == []


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        (1, "procurement.yaml, line 3: Version “2026.4”, revision 1, is published with another text"),
        (2, "procurement.yaml, line 4: A revision cannot change this (breaking): question p-a1 › weight"),
    ],
)
async def test_a_changed_text_stops_the_start_unless_it_is_a_safe_revision(site, install, revision, said):
    await install({})
    with pytest.raises(ContentError) as refused:
        await install({"weight: 2": "weight: 1"}, revision=revision)
    assert refused.value.problems[0].startswith(said)
    assert await read(partial(sql.value, "SELECT count(*) FROM questionnaire_revision")) == 0
