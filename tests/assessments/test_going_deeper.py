"""Going deeper: from the report of a short form, or by answering again with everything; nothing is asked twice."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import msgspec
import pytest
from tests.support import depths
from tests.support.cast import colleague
from tests.support.depths import OURS, began, draft, short_report
from tests.support.firms import JOINERY, MAILROOM, fill_profile

from pledge.assessments import deeper, definitions, submitting
from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.questionnaires.answers import Answer

LARGER = msgspec.structs.replace(JOINERY, headcount_band="10-49")


@pytest.fixture(autouse=True)
async def published(db):
    yield await depths.publish()
    definitions.forget()


async def test_going_deeper_keeps_every_answer_and_note_and_the_report(alice):
    await fill_profile(alice)
    await began(alice)
    page = await (await alice.get(f"{OURS}/buying")).submit(**{"q-first": "some", "note-first": "Ask Ted"})
    page = await (await alice.get(f"{OURS}/staff")).submit(**{"q-harm": "yes"})
    report = await write(partial(submitting.submit, alice.scope, "recruitment", MAILROOM))
    before = await alice.get(f"/reports/{report}.json")
    page = await alice.get(f"/reports/{report}")
    assert "The short form has 2 of 4 questions. The others take about 1 minute." in page.text
    page = await page.submit(f"/reports/{report}/deeper")
    assert page.url == OURS and "(short form)" not in page.text
    assert page.text.count("1 of 2 questions answered") == 2
    now = await draft(alice)
    assert now.profile.depth == "full" and now.id != report
    assert {name: given.answer for name, given in now.given.items()} == {"first": Answer("some"), "harm": Answer("yes")}
    fields = (await alice.get(f"{OURS}/buying")).fields()
    assert fields["q-first"] == ["some"] and fields["note-first"] == ["Ask Ted"]
    await (await alice.get(f"{OURS}/buying")).submit(**{"q-second": "all"})
    await (await alice.get(f"{OURS}/staff")).submit(**{"q-training": "yearly"})
    await write(partial(submitting.submit, alice.scope, "recruitment", MAILROOM))
    after = (await alice.get(f"/reports/{report}.json")).response.json()
    assert after == before.response.json() | {"latest": False}
    assert "Go deeper" not in (await alice.get(f"/reports/{report}")).text


@pytest.mark.parametrize("profile", [JOINERY, LARGER])
async def test_answering_again_with_everything_begins_with_the_answers_of_the_short_form(alice, profile):
    await fill_profile(alice)
    await began(alice)
    await (await alice.get(f"{OURS}/buying")).submit(**{"q-first": "some", "note-first": "Ask Ted"})
    await (await alice.get(f"{OURS}/staff")).submit(**{"q-harm": "yes"})
    await write(partial(submitting.submit, alice.scope, "recruitment", MAILROOM))
    await fill_profile(alice, profile)
    page = await alice.get(OURS)
    assert "If you answer again, your answers are filled in." in page.text
    page = await page.submit(f"{OURS}/start", **({"depth": "full"} if profile.micro else {}))
    assert page.url == f"{OURS}/again/buying"
    assert (await draft(alice)).waiting == {"first", "harm"}
    assert (await alice.get(OURS)).text.count("0 of 2 questions answered") == 2
    fields = (await alice.get(f"{OURS}/buying")).fields()
    assert fields["q-first"] == ["some"] and fields["note-first"] == ["Ask Ted"]


async def test_answering_again_begins_blank_where_somebody_chooses_so(alice):
    await short_report(alice)
    page = await alice.get(OURS)
    page = await page.submit(f"{OURS}/start", blank="yes", depth="full")
    assert page.url == OURS and (await draft(alice)).given == {}


async def test_going_deeper_from_a_report_older_than_a_month_asks_whether_its_answers_are_still_so(alice):
    report = UUID(await short_report(alice))
    with clock.at(clock.now() + timedelta(days=31)):
        await write(partial(deeper.start, alice.scope, report))
        assert (await draft(alice)).waiting == frozenset() and (await draft(alice)).given
    await write(partial(sql.rows, "DELETE FROM assessment WHERE status = 'draft'"))
    with clock.at(clock.now() + timedelta(days=32)):
        await write(partial(deeper.start, alice.scope, report))
        found = await draft(alice)
        assert found.waiting == set(found.given) and found.profile.depth == "full" and found.given


async def test_going_deeper_twice_and_after_starting_again_changes_nothing(alice):
    report = await short_report(alice)
    page = await alice.get(f"/reports/{report}")
    assert (await page.submit(f"/reports/{report}/deeper")).url == OURS
    first = await draft(alice)
    assert (await page.submit(f"/reports/{report}/deeper")).url == OURS
    assert (await draft(alice)).id == first.id
    again = await alice.get(f"/reports/{report}")
    assert "You have started to answer again." in again.text and "/deeper" not in again.html


async def test_a_report_of_another_version_sends_to_the_questions_of_now(alice):
    report = await short_report(alice)
    page = await alice.get(f"/reports/{report}")
    await depths.publish(version="10")
    assert "/deeper" not in (await alice.get(f"/reports/{report}")).html
    page = await page.submit(f"/reports/{report}/deeper")
    assert page.status == 409 and "Answer again instead" in page.text and OURS in page.links()
    assert await draft(alice) is None


async def test_only_who_may_answer_goes_deeper_and_only_from_their_own(site, alice, bob, charlie):
    report = await short_report(alice)
    vera = await colleague(site, "Vera", alice, "viewer")
    page = await vera.get(f"/reports/{report}")
    assert "An owner or contributor can go on to all 4 questions" in page.text and "/deeper" not in page.html
    sent = {"organisation": str(alice.organisation)}
    assert (await vera.post(f"/reports/{report}/deeper", sent)).status == 403
    await fill_profile(charlie, name="Ribble Catering")
    theirs = {"organisation": str(charlie.organisation)}
    assert (await charlie.post(f"/reports/{report}/deeper", theirs)).status == 404
    assert (await (await bob.get(f"/reports/{report}")).submit(f"/reports/{report}/deeper")).url == OURS
