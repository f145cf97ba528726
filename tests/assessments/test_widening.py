"""An open short form is made all questions, at will; a firm that has outgrown it must, before it submits."""

from functools import partial

import msgspec
import pytest
from tests.support import depths
from tests.support.cast import colleague
from tests.support.firms import JOINERY, MAILROOM, answer_all, fill_profile, start

from pledge.assessments import definitions, drafts, submitting
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.questionnaires.answers import Answer

LARGER = msgspec.structs.replace(JOINERY, headcount_band="10-49")
OURS = "/assessments/recruitment"
WIDEN = f"{OURS}/widen"


@pytest.fixture(autouse=True)
async def published(db):
    yield await depths.publish()
    definitions.forget()


async def draft(person):
    return await read(partial(drafts.load, person.scope, "recruitment"))


async def short_form(person) -> None:
    """A short form with every answer and a note."""
    await fill_profile(person)
    await start(person, "recruitment", "short")
    await (await person.get(f"{OURS}/buying")).submit(**{"q-first": "some", "note-first": "Ask Ted"})
    await (await person.get(f"{OURS}/staff")).submit(**{"q-harm": "yes"})


def sent(person, found) -> dict[str, str]:
    return {"organisation": str(person.organisation), "draft": str(found.id)}


async def test_a_short_form_is_widened_at_will_with_every_answer_and_note(site, alice, bob):
    await short_form(alice)
    before = await draft(alice)
    page = await bob.get(OURS)
    assert "There is no way back to the short form until you answer again." in page.text
    assert "Answer all 4 questions instead" in page.text and "more work for yours" not in page.text
    page = await page.submit(WIDEN)
    assert page.url == f"{OURS}?notice=all-questions" and "These are all questions now." in page.text
    assert "(short form)" not in page.text and page.text.count("1 of 2 questions answered") == 2
    assert not page.document.xpath(f"//form[@action='{WIDEN}']")
    now = await draft(alice)
    assert (now.id, now.profile.depth, now.given) == (before.id, "full", before.given)
    fields = (await alice.get(f"{OURS}/buying")).fields()
    assert fields["q-first"] == ["some"] and fields["note-first"] == ["Ask Ted"]
    logged = "SELECT organisation, subject FROM audit_entry WHERE action = 'assessment.widened'"
    assert await read(partial(sql.rows, logged)) == [{"organisation": alice.organisation, "subject": str(now.id)}]


async def test_sent_twice_and_for_what_is_not_open_it_changes_nothing(alice):
    await short_form(alice)
    found = await draft(alice)
    assert (await alice.post(WIDEN, sent(alice, found))).url == f"{OURS}?notice=all-questions"
    now = await draft(alice)
    assert (await alice.post(WIDEN, sent(alice, found))).url == OURS
    assert (await alice.post(WIDEN, sent(alice, found) | {"draft": "x"})).url == OURS
    assert (await draft(alice)).revision == now.revision == found.revision + 1
    assert (await alice.post("/assessments/nothing/widen", sent(alice, found))).status == 404


async def test_a_page_opened_before_is_saved_and_what_was_checked_before_is_not_submitted(alice):
    await short_form(alice)
    check, buying = await alice.get(f"{OURS}/check"), await alice.get(f"{OURS}/buying")
    await alice.post(WIDEN, sent(alice, await draft(alice)))
    page = await check.submit(f"{OURS}/submit")
    assert page.status == 409 and "Something changed since your page was opened" in page.text
    await buying.submit(**{"q-first": "all"})
    now = await draft(alice)
    assert now.given["first"].answer == Answer("all") and now.profile.depth == "full"


async def test_nobody_else_widens_it(site, alice, charlie):
    await short_form(alice)
    found = await draft(alice)
    vera = await colleague(site, "Vera", alice, "viewer")
    page = await vera.get(OURS)
    assert "Answer all" not in page.text
    assert (await vera.post(WIDEN, sent(alice, found))).status == 403
    await charlie.post(WIDEN, sent(charlie, found))
    assert (await draft(alice)).profile.depth == "short"
    await fill_profile(alice, LARGER)
    page = await vera.get(OURS)
    assert "An owner or contributor can go on to all 4 questions" in page.text and "Answer all" not in page.text


async def test_a_firm_that_outgrows_its_short_form_is_told_and_goes_on(alice):
    await short_form(alice)
    page = await (await alice.get("/organisation/edit")).submit(headcount_band="10-49")
    assert page.url == "/organisation?notice=profile-saved-grown"
    assert "With ten people or more you answer all questions." in page.text
    page = await (await alice.get("/organisation/edit")).submit(headcount_band="50-249")
    assert page.url == "/organisation?notice=profile-saved"
    page = await alice.get(OURS)
    assert "The short form is for firms of up to nine people, and more work for yours now." in page.text
    page = await alice.get(f"{OURS}/check")
    assert "Now submit" not in page.text and "Answer all 4 questions" in page.text
    page = await page.submit(WIDEN)
    assert (await draft(alice)).profile.depth == "full"
    await answer_all(alice, "recruitment")
    page = await (await alice.get(f"{OURS}/check")).submit(f"{OURS}/submit")
    assert page.url.startswith("/reports/") and "short form" not in page.text


@pytest.mark.parametrize("grown", ["before", "after"])
async def test_a_firm_that_has_outgrown_a_short_form_cannot_submit_it(alice, grown):
    await short_form(alice)
    if grown == "after":  # the page that checks the answers was opened
        page = await alice.get(f"{OURS}/check")
    await fill_profile(alice, LARGER)
    if grown == "after":
        page = await page.submit(f"{OURS}/submit")
        assert "Your organisation’s details were changed." in page.text
    else:  # as the page would say it, had it a button
        seen = submitting.Seen.of(await draft(alice))
        form = {"organisation": str(alice.organisation), "draft": str(seen.draft), "revision": str(seen.revision),
                "profile": seen.profile, "shown": " ".join(seen.shown)}  # fmt: skip
        page = await alice.post(f"{OURS}/submit", form)
        assert "Something changed since" not in page.text
    assert page.status == 409 and page.document.xpath(f"//form[@action='{WIDEN}']")
    with pytest.raises(submitting.NotSeen):
        await write(partial(submitting.submit, alice.scope, "recruitment", MAILROOM))
    assert (await draft(alice)) is not None
