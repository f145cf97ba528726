"""A published version never changes: a draft is finished on the one it was begun on, a new one takes the newest."""

import shutil
from functools import partial
from pathlib import Path

import msgspec
import pytest
from tests.support.firms import JOINERY, MAILROOM, answer_all, fill_profile, sign_pledge, start, submitted
from tests.support.publishing import publish_all

from pledge.assessments import definitions, drafts, saving, submitting
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.installed import ASSESSMENTS, installed
from pledge.questionnaires.loading import load
from pledge.resources import resource

COUNCIL = msgspec.structs.replace(JOINERY, kind="public_body")
PUBLISHED = Path(__file__).parents[1] / "content" / "published"


@pytest.fixture
def release(monkeypatch, tmp_path):
    """Return a function that installs the questionnaires of an earlier release, or today's with None.

    ``renamed`` are words that stood in the earlier ones, by those that stand there now.
    """

    async def install(version: str | None, renamed: dict[str, str] | None = None) -> None:
        folder = resource("questionnaires")
        if version:
            folder = tmp_path / version
            shutil.copytree(resource("questionnaires"), folder)
            for path in PUBLISHED.glob(f"*-{version}.yaml"):
                text = path.read_text(encoding="utf-8")
                for now, then in (renamed or {}).items():
                    text = text.replace(now, then)
                (folder / path.name.replace(f"-{version}", "")).write_text(text, encoding="utf-8")
        monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(folder))
        installed.cache_clear()
        definitions.forget()
        if version:
            await write(partial(sql.rows, "DELETE FROM questionnaire_version"))  # nothing was published before it
        await publish_all()

    yield install
    installed.cache_clear()
    definitions.forget()


@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_version_that_was_published_still_loads(path):
    loaded = load(path.read_bytes())
    assert loaded.definition is not None
    assert f"{loaded.id}-{loaded.version}" == path.stem


async def test_a_draft_is_finished_on_its_version_after_an_upgrade_and_a_new_one_takes_the_newest(alice, release):
    await release("2026.1")
    await fill_profile(alice)
    await start(alice)
    await release(None)
    draft = await read(partial(drafts.load, alice.scope, "procurement"))
    assert draft is not None and draft.definition.version == "2026.1"
    assert "p-f6-charity" not in draft.definition
    page = await alice.get("/assessments/procurement/leadership")
    assert 'name="version" value="2026.1"' in page.html
    saved = await page.submit(**{"q-p-a1": "named"})
    assert saved.status == 200
    await answer_all(alice)
    report = await write(partial(submitting.submit, alice.scope, "procurement", MAILROOM))
    assert "Version 2026.1 of the questions" in (await alice.get(f"/reports/{report}")).text
    newer = await submitted(alice)
    assert "Version 2026.4 of the questions" in (await alice.get(f"/reports/{newer}")).text
    assert "Version 2026.1 of the questions" in (await alice.get(f"/reports/{report}")).text


async def test_how_the_pledge_is_kept_quotes_the_version_that_was_answered(alice, release):
    await release("2026.1")
    await fill_profile(alice, COUNCIL)
    await sign_pledge(alice)
    await submitted(alice, points=1)
    asked = "Your answer to “Which owner or manager looks out for modern slavery in what you buy?”"
    assert asked in (await alice.get("/pledge/kept")).text
    await release(None)
    assert asked in (await alice.get("/pledge/kept")).text
    await submitted(alice, points=1)
    page = await alice.get("/pledge/kept")
    assert asked not in page.text and "Your answer to “Which leader or manager looks out" in page.text


async def test_a_shared_answer_that_the_other_questionnaire_does_not_offer_stays_where_it_was_given(alice, release):
    await release("2026.1", {"written-and-practised": "practised"})
    await fill_profile(alice)
    await start(alice)
    await answer(alice, "practised")
    await release(None)
    await start(alice, "recruitment")
    assert await shared(alice) == ("practised", None)
    await answer(alice, "written")
    assert await shared(alice) == ("written", "written")
    await answer(alice, "practised")
    assert await shared(alice) == ("practised", "written")


async def answer(person, value: str) -> None:
    draft = await read(partial(drafts.load, person.scope, "procurement"))
    saved = await saving.save_page(person.scope, draft.definition, draft.revision, {"p-f2": Answer(value=value)}, {})
    assert not saved.refused and not saved.conflicts


async def shared(person) -> tuple[str, str | None]:
    """The one answer that both questionnaires ask for, as each has it."""
    buying, hiring = [await read(partial(drafts.load, person.scope, name)) for name in ASSESSMENTS]
    given = hiring.given.get("r-f4")
    return buying.given["p-f2"].value, given and given.value
