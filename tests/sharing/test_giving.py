"""An owner shows a report by a link: sees it, agrees, gets the link, sees when it was opened, takes it back."""

import asyncio
import re
from datetime import timedelta
from functools import partial

import pytest
from tests.sharing import making
from tests.support.cast import colleague
from tests.support.firms import fill_profile, sign_pledge, submitted

from pledge.database import clock
from pledge.database.unit import read, write
from pledge.questionnaires.answers import Answer
from pledge.refusals import ChangedMeanwhile, Missing, Refusal
from pledge.sharing import giving

CODE = re.compile(r"/s/([0-9A-Z]{4}(?:-[0-9A-Z]{4}){6})")
BOX = re.compile(r'<div class="pledge-shared">.*?\n</div>\n', re.S)


@pytest.fixture
async def report(alice):
    """Alice's firm has a report that says “Act first”."""
    await fill_profile(alice)
    return await submitted(alice, "recruitment", 3, r_b2=Answer(value="someone-paid"))


async def consent(person, report, kind="summary", **typed):
    page = await person.get(f"/reports/{report}/share/{kind}")
    fields = {"recipient": "Calder Hospitals", "agreed": "yes", **typed}
    return await page.submit(f"/reports/{report}/share", **fields)


def code_on(page) -> str:
    return CODE.search(page.text)[1]


@pytest.mark.parametrize("kind", ["summary", "full"])
async def test_a_report_is_seen_agreed_to_opened_and_taken_back(alice, visitor, report, kind):
    page = await (await alice.get(f"/reports/{report}")).follow("Make a link for a customer")
    page = await page.follow("Summary and answers" if kind == "full" else "A summary")
    (box,) = BOX.findall(page.html)
    assert "Act first" not in box and "paid money" not in box and "not checked" in box
    assert not await making.rows("report_share")
    page = await page.submit(f"/reports/{report}/share", recipient="Calder Hospitals", agreed="yes")
    code = code_on(page)
    assert "Calder Hospitals" in page.text and len(code.replace("-", "")) == 28

    cover = await visitor.get(f"/s/{code}")
    assert cover.status == 200 and "Pendle Joinery" not in cover.html
    opened = await visitor.get(f"/s/{code}/report")
    assert BOX.findall(opened.html) == [box]  # the same bytes that were agreed to
    assert (
        "Calder" not in opened.html and "Pendle Joinery" in opened.text and "no proof that all is well" in opened.text
    )

    mine = await alice.get("/shares")
    today = f"{clock.today():%-d %B %Y}"
    assert "Calder Hospitals" in mine.text and f"{today} 1" in mine.text and "by Alice" in mine.text
    page = await (await mine.follow("Take it back")).submit()
    assert "It is taken back" in page.text and f"Over since {today}" in page.text
    gone = await visitor.get(f"/s/{code}/report")
    assert gone.status == 410 and f"took it back on {today}" in gone.text and "Pendle" not in gone.html
    assert "Established" not in str(await making.rows("report_share"))


async def test_the_link_is_never_kept_and_shown_once(alice, report):
    page = await alice.get(f"/reports/{report}/share/summary")
    fields = {"recipient": "A trust", "agreed": "yes"}
    first = await page.submit(f"/reports/{report}/share", **fields)
    again = await page.submit(f"/reports/{report}/share", **fields)
    assert again.url.startswith("/shares?notice=link-shown") and not CODE.search(again.html)
    (row,) = await making.rows("report_share")
    code = code_on(first)
    assert code not in str(row) and code.replace("-", "") not in str(row)
    for table in ("audit_entry", "submission"):
        assert code not in str(await making.rows(table)), table


async def test_a_new_link_ends_the_one_before(alice, visitor, report):
    before = code_on(await consent(alice, report))
    page = await (await (await alice.get("/shares")).follow("Make a new link")).submit()
    after = code_on(page)
    assert after != before and (await visitor.get(f"/s/{before}")).status == 404
    assert (await visitor.get(f"/s/{after}/report")).status == 200
    assert len(await making.rows("report_share")) == 1


async def test_bad_forms_say_what_to_do_and_keep_what_was_typed(alice, report):
    tomorrow_in_a_year = clock.today() + timedelta(days=366)
    for typed, said in (
        ({"recipient": ""}, "Enter who you share it with"),
        ({"agreed": None}, "Tick the box if you agree"),
        ({"until__day": "31", "until__month": "2"}, "is not a day in the calendar"),
        ({"until__day": "1", "until__month": "1", "until__year": "2026"}, "is in the past"),
        ({"until__day": "", "until__month": "", "until__year": ""}, "Enter the last day"),
        ({f"until__{part}": str(getattr(tomorrow_in_a_year, part)) for part in ("day", "month", "year")},
         "is more than a year away"),
        ({"recipient": "x" * 201}, "201 characters long"),
    ):  # fmt: skip
        page = await consent(alice, report, **typed)
        assert page.status == 422 and said in page.errors[0], (typed, page.errors)
        assert page.fields(f"/reports/{report}/share")["recipient"] == [typed.get("recipient", "Calder Hospitals")]
    assert not await making.rows("report_share")


async def test_what_changed_meanwhile_is_shown_again_and_not_shared_unseen(alice, report):
    page = await alice.get(f"/reports/{report}/share/full")
    await sign_pledge(alice)
    late = await page.submit(f"/reports/{report}/share", recipient="A trust", agreed="yes")
    assert late.status == 409 and "has changed since you opened the page" in late.errors[0]
    assert "Signed on" in late.text and not await making.rows("report_share")
    assert late.fields(f"/reports/{report}/share")["recipient"] == ["A trust"]
    assert (await late.submit(f"/reports/{report}/share", agreed="yes")).status == 200
    with pytest.raises(ChangedMeanwhile):
        await write(partial(giving.give, alice.scope, report, "summary", "x", clock.today(), "0" * 64))


async def test_only_an_owner_shares_and_only_members_see_it(site, alice, bob, charlie, stella, report):
    viewer = await colleague(site, "Vic", alice, "viewer")
    fields = {"organisation": str(alice.organisation), "recipient": "x", "agreed": "yes", "shown": "x", "_key": "k"}
    for person in (bob, viewer):
        assert (await person.get(f"/reports/{report}/share")).status == 403
        assert (await person.post(f"/reports/{report}/share/full", fields)).status == 403
        assert "Make a link for a customer" not in (await person.get(f"/reports/{report}")).text
    for path in ("share", "share/full", "share/nonsense"):
        assert (await charlie.get(f"/reports/{report}/{path}")).status == 404
    assert (await alice.get(f"/reports/{report}/share/nonsense")).status == 404
    await consent(alice, report)
    (row,) = await making.rows("report_share")
    link = f"/shares/links/{row['id']}"
    seen = await viewer.get("/shares")
    assert "Calder Hospitals" in seen.text and "Take it back" not in seen.text and "Make a new link" not in seen.text
    assert "Make a new link" not in (await bob.get("/shares")).text
    for act in ("withdraw", "new"):
        assert (await viewer.post(f"{link}/{act}", fields)).status == 403
        assert (await charlie.get(f"{link}/{act}")).status in (403, 404)
        theirs = {**fields, "organisation": str(charlie.organisation)}
        assert (await charlie.post(f"{link}/{act}", theirs)).status == 404
        assert "Calder" not in (await stella.get(f"{link}/{act}")).html
    assert (await bob.post(f"{link}/new", fields)).status == 403
    assert "You share nothing by a link" in (await charlie.get("/shares")).text
    assert (await bob.post(f"{link}/withdraw", fields)).status == 200  # stopping is safe
    assert (await alice.post(f"{link}/withdraw", {**fields, "_key": "other"})).status == 404


async def test_a_newer_report_is_told_to_the_owner_and_never_to_the_buyer(alice, visitor, report):
    code = await making.shared(alice, report)
    before = await visitor.get(f"/s/{code}/report")
    await submitted(alice, "recruitment", 4)
    assert "You have a newer report" in (await alice.get("/shares")).text
    assert BOX.findall((await visitor.get(f"/s/{code}/report")).html) == BOX.findall(before.html)
    assert await making.shared(alice, report)  # an older report can be shared too


async def test_there_is_an_end_to_how_many_are_shared(alice, report, monkeypatch):
    monkeypatch.setattr(giving, "MOST", 1)
    await making.shared(alice, report)
    with pytest.raises(Refusal, match="You share 1 reports already"):
        await making.shared(alice, report)


async def test_two_owners_take_back_at_once(alice, report):
    await making.shared(alice, report)
    (given,) = await read(partial(giving.given, alice.scope))
    done = await asyncio.gather(
        *(write(partial(giving.take_back, alice.scope, given.id)) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each) for each in done if each) == [Missing] or [type(each) for each in done].count(Missing) == 1
