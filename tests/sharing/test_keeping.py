"""A buyer with an account keeps what was shared with it: a list, a file, a note, and nothing that was not shared."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from tests.sharing import making
from tests.support.cast import colleague, member_of_new_organisation
from tests.support.firms import fill_profile, submitted

from pledge.database import clock
from pledge.database.unit import EVERYTHING, Reach, reaching, read, write
from pledge.questionnaires.answers import Answer
from pledge.refusals import Missing, Refusal
from pledge.sharing import giving, keeping


@pytest.fixture
async def report(alice):
    await fill_profile(alice)
    return await submitted(alice, "recruitment", 3, r_b2=Answer(value="someone-paid"))


@pytest.fixture
async def code(alice, report):
    return await making.shared(alice, report, recipient="CANARY Calder")


async def keep(person, code):
    page = await person.get(f"/s/{code}/report")
    return await page.submit(f"/s/{code}/keep")


async def test_a_buyer_keeps_notes_and_takes_off_what_was_shared(site, alice, charlie, code):
    assert "nothing in your list" in (await charlie.get("/shared-with-us")).text
    page = await keep(charlie, code)
    assert "It is in your list" in page.text and "Pendle Joinery" in page.text
    here = page.url.partition("?")[0]
    page = await page.submit(here, note="Ask about *cleaners*\nin May")
    assert "Your note is saved" in page.text
    listed = await charlie.get("/shared-with-us")
    assert (
        "Pendle Joinery" in listed.text
        and "Established" in listed.text
        and "Ask about *cleaners* in May" in listed.text
    )
    for seen in (listed, page, await charlie.get("/shared-with-us.csv")):
        assert "CANARY" not in seen.html and "Act first" not in seen.html and "paid money" not in seen.html
    assert (await keep(charlie, code)).url.startswith(here)  # twice is once, and the note stays
    assert "cleaners" in (await charlie.get(here)).html and len(await making.rows("kept_share")) == 1
    assert "cleaners" not in (await alice.get("/shares")).html  # whoever shares does not see the note
    viewer = await colleague(site, "Vic", charlie, "viewer")
    seen = await viewer.get(here)
    assert "cleaners" in seen.text and "Take it off" not in seen.text and "Save" not in seen.text
    page = await (await (await charlie.get(here)).follow("Take it off our list")).submit()
    assert "no longer in your list" in page.text and (await charlie.get(here)).status == 404
    assert len(await making.rows("report_share")) == 1


async def test_the_file_holds_what_the_list_shows_and_no_formula(charlie, code):
    page = await keep(charlie, code)
    await page.submit(page.url.partition("?")[0], note="=cmd()")
    answer = await charlie.get("/shared-with-us.csv")
    head, row = answer.response.content.decode("utf-8-sig").splitlines()
    assert head == "firm,questions,answered_on,shows,level,shared_until,no_longer_shared_since,note,about"
    until = clock.today() + timedelta(days=90)
    assert row.startswith(
        'Pendle Joinery,"Recruitment, training and induction",' + f"{clock.today()},summary,Established,{until},,"
    )
    assert "'=cmd()" in row and "not checked" in row


@pytest.mark.parametrize("how", ["taken back", "ran out"])
async def test_what_is_over_shows_as_no_longer_shared(alice, charlie, code, how):
    here = (await keep(charlie, code)).url.partition("?")[0]
    if how == "taken back":
        (given,) = await read(partial(giving.given, alice.scope))
        await write(partial(giving.take_back, alice.scope, given.id))
    else:
        await making.run_out()
    for path in (here, "/shared-with-us"):
        page = await charlie.get(path)
        assert page.status == 200 and "No longer shared" in page.text, path
        assert "Pendle Joinery" in page.text and "Established" not in page.html and "Recruitment" not in page.html
    assert "Established" not in (await charlie.get("/shared-with-us.csv")).html
    assert (await charlie.get(f"/s/{code}/report")).status == 410
    fields = {"organisation": str(charlie.organisation), "_key": "k"}
    assert (await charlie.post(f"/s/{code}/keep", fields)).status == 409


async def test_looking_at_what_is_kept_counts_like_the_link(alice, charlie, code):
    here = (await keep(charlie, code)).url.partition("?")[0]  # the link once, the page of the list once
    await charlie.browser.http.head(here)
    assert [row["looks"] for row in await making.rows("report_share_look")] == [2]


async def test_one_does_not_keep_ones_own(alice, bob, code):
    page = await alice.get(f"/s/{code}/report")
    assert "your own firm’s report" in page.text and "Keep it" not in page.text
    fields = {"organisation": str(alice.organisation), "_key": "k"}
    assert (await bob.post(f"/s/{code}/keep", fields)).status == 409
    assert not await making.rows("kept_share")


async def test_another_firms_list_is_not_there(site, alice, charlie, visitor, stella, code):
    here = (await keep(charlie, code)).url.partition("?")[0]
    nell = await member_of_new_organisation(site, "Nell", "New Firm")
    fields = {"organisation": str(nell.organisation), "note": "x", "_key": "k"}
    for path in (here, f"{here}/remove"):
        assert (await nell.get(path)).status == 404 and (await nell.post(path, fields)).status == 404
        assert "Pendle" not in (await visitor.get(path)).html and "Pendle" not in (await stella.get(path)).html
    assert (await nell.post("/s/0000-0000-0000-0000-0000-0000-0000/keep", fields)).status == 404
    viewer = await colleague(site, "Vic", charlie, "viewer")
    theirs = {"organisation": str(charlie.organisation), "_key": "k"}
    assert (await viewer.post(f"/s/{code}/keep", theirs)).status == 403


async def test_two_colleagues_and_one_note(site, charlie, code):
    here = (await keep(charlie, code)).url.partition("?")[0]
    cora = await colleague(site, "Cora", charlie, "contributor")
    mine, theirs = await charlie.get(here), await cora.get(here)
    await theirs.submit(here, note="Cora’s")
    late = await mine.submit(here, note="Mine")
    assert late.status == 409 and "A colleague has changed this note" in late.errors[0] and "Cora’s" in late.text
    assert late.fields(here)["note"] == ["Mine"]
    assert "Your note is saved" in (await late.submit(here)).text
    assert [row["note"] for row in await making.rows("kept_share")] == ["Mine"]
    long = await (await charlie.get(here)).submit(here, note="x" * 2001)
    assert long.status == 422 and "2,001 characters" in long.errors[0] and long.fields(here)["note"] == ["x" * 2001]


async def test_a_list_has_an_end(charlie, code, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 0)
    with reaching(EVERYTHING), pytest.raises(Refusal, match="holds 0 reports already"):
        await write(partial(keeping.keep, charlie.scope, code))


async def test_kept_twice_at_once_is_kept_once(charlie, code):
    with reaching(EVERYTHING):
        places = await asyncio.gather(*(write(partial(keeping.keep, charlie.scope, code)) for _ in range(2)))
    assert places[0] == places[1] and len(await making.rows("kept_share")) == 1


async def test_the_walls_keep_a_share_with_its_firm_and_a_list_with_its_own(db, site, alice, charlie, code):
    if db.engine_type != "postgres":
        pytest.skip("SQLite has no row-level security")
    await keep(charlie, code)
    for organisation, shares, kept in ((alice.organisation, 1, 0), (charlie.organisation, 0, 1)):
        with reaching(Reach(organisation)):
            assert len(await making.rows("report_share")) == shares
            assert len(await making.rows("report_share_look")) == shares
            assert len(await making.rows("kept_share")) == kept
    with reaching(Reach()):  # staff
        for table in ("report_share", "report_share_look", "kept_share"):
            assert not await making.rows(table)
    with reaching(Reach(charlie.organisation)), pytest.raises(Missing):
        (row,) = await making.rows("kept_share")
        await read(partial(keeping.find, charlie.scope, row["id"]))
