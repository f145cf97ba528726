"""An owner invites the partnership to read a report, and staff read that one like a buyer, and nothing else."""

from functools import partial

import pytest
from tests.sharing import making
from tests.sharing.test_giving import BOX, consent
from tests.support.firms import fill_profile, submitted

from pledge.database.unit import Reach, reaching, read, write
from pledge.questionnaires.answers import Answer
from pledge.sharing import giving


@pytest.fixture
async def report(alice):
    await fill_profile(alice)
    return await submitted(alice, "recruitment", 3, r_b2=Answer(value="someone-paid"))


async def invited(alice, report, **typed):
    page = await alice.get(f"/reports/{report}/share/full")
    (box,) = BOX.findall(page.html)
    await consent(alice, report, "full", **typed)
    return box, (await making.rows("report_share"))[0]["id"]


async def test_staff_read_what_a_firm_invited_them_to(alice, stella, report):
    assert "No firm shows you a report" in (await stella.get("/partnership/shared")).text
    box, share = await invited(alice, report, partnership="yes")
    page = await (await stella.get("/partnership")).follow("Reports that firms show you")
    page = await page.follow("Pendle Joinery")
    assert BOX.findall(page.html) == [box] and "Calder" not in page.html and "Act first" not in page.html
    assert "may read it too" in (await alice.get("/shares")).text
    assert [row["looks"] for row in await making.rows("report_share_look")] == [1]
    actions = {row["action"] for row in await making.rows("audit_entry")}
    assert "report.share-read-by-staff" in actions
    await write(partial(giving.take_back, alice.scope, share))
    assert (await stella.get(f"/partnership/shared/{share}")).status == 404
    assert "Pendle" not in (await stella.get("/partnership/shared")).html


async def test_without_the_tick_staff_find_nothing(alice, bob, olive, stella, report):
    _, share = await invited(alice, report)
    assert (await stella.get(f"/partnership/shared/{share}")).status == 404
    assert "Pendle" not in (await stella.get("/partnership/shared")).html
    assert "may read it too" not in (await alice.get("/shares")).text
    for person in (bob, olive):
        assert (await person.get("/partnership/shared")).status == 403
        assert (await person.get(f"/partnership/shared/{share}")).status == 403


async def test_what_ran_out_is_not_there(alice, stella, report):
    _, share = await invited(alice, report, partnership="yes")
    await making.run_out()
    assert (await stella.get(f"/partnership/shared/{share}")).status == 404


async def test_the_wall_stands_for_staff_all_the_same(db, alice, stella, report):
    if db.engine_type != "postgres":
        pytest.skip("SQLite has no row-level security")
    await invited(alice, report, partnership="yes")
    with reaching(Reach()):
        assert not await making.rows("report_share")
    assert len(await read(partial(giving.given, alice.scope))) == 1
