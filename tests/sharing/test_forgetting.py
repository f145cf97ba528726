"""How long shares are kept, and what erasing a person, a report or a firm does to them."""

from datetime import timedelta
from functools import partial

import pytest
from tests.sharing import making
from tests.sharing.test_keeping import keep
from tests.support.firms import fill_profile, submitted

from pledge.app import after_restore
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.declared import HOLDINGS
from pledge.organisations.rights import erasing
from pledge.sharing import giving, retention


@pytest.fixture
async def report(alice):
    await fill_profile(alice)
    return await submitted(alice, "procurement", 3)


async def counts() -> dict[str, int]:
    return {table: len(await making.rows(table)) for table in ("report_share", "report_share_look", "kept_share")}


async def test_what_ran_out_is_emptied_then_forgotten(alice, charlie, report):
    code = await making.shared(alice, report, days=10)
    await keep(charlie, code)
    now = clock.now()
    with clock.at(now + timedelta(days=10)):
        assert await write(retention.prune) == {"report_share": 0}
    with clock.at(now + timedelta(days=11)):
        assert await write(retention.prune) == {"report_share": 1}
        (row,) = await making.rows("report_share")
        assert row["content"] == ""
    with clock.at(now + timedelta(days=100)):
        assert await write(retention.prune) == {"report_share": 0}
    with clock.at(now + timedelta(days=101)):
        assert await write(retention.prune) == {"report_share": 1}
        assert await counts() == {"report_share": 0, "report_share_look": 0, "kept_share": 0}


async def test_what_was_taken_back_is_forgotten_ninety_days_later(alice, report):
    await making.shared(alice, report)
    (given,) = await read(partial(giving.given, alice.scope))
    await write(partial(giving.take_back, alice.scope, given.id))
    for days, left in ((89, 1), (91, 0)):
        with clock.at(clock.now() + timedelta(days=days)):
            await write(retention.prune)
        assert (await counts())["report_share"] == left


async def test_erasing_who_shared_or_kept_leaves_the_rows_and_no_name(alice, charlie, report):
    await keep(charlie, await making.shared(alice, report))
    for person in (alice, charlie):
        await write(partial(erasing.erase_person, HOLDINGS, person.id))
    (shared,), (kept,) = await making.rows("report_share"), await making.rows("kept_share")
    assert shared["shared_by"] is None and kept["kept_by"] is None


async def test_a_firm_that_goes_takes_what_it_shared_or_kept_with_it(alice, charlie, visitor, report):
    code = await making.shared(alice, report)
    await keep(charlie, code)
    await write(partial(erasing.erase_organisation, HOLDINGS, charlie.organisation))
    assert await counts() == {"report_share": 1, "report_share_look": 1, "kept_share": 0}
    await write(partial(erasing.erase_organisation, HOLDINGS, alice.organisation))
    assert await counts() == {"report_share": 0, "report_share_look": 0, "kept_share": 0}
    assert (await visitor.get(f"/s/{code}")).status == 404


async def test_a_report_that_goes_takes_its_shares_with_it(alice, charlie, visitor, report):
    code = await making.shared(alice, report)
    await keep(charlie, code)
    await write(partial(sql.rows, "DELETE FROM assessment WHERE id = {}", report))
    assert await counts() == {"report_share": 0, "report_share_look": 0, "kept_share": 0}
    assert (await visitor.get(f"/s/{code}")).status == 404


async def test_what_was_taken_back_since_a_backup_stays_so_when_it_is_restored(alice, visitor, report):
    kept, gone, changed = [await making.shared(alice, report, recipient=name) for name in ("kept", "gone", "changed")]
    backup = await making.rows("report_share")
    by_name = {row["recipient"]: row["id"] for row in backup}
    await write(partial(giving.take_back, alice.scope, by_name["gone"]))
    newer = await write(partial(giving.renew_link, alice.scope, by_name["changed"]))
    hooks = await after_restore()
    back = "UPDATE report_share SET token_hash = {}, content = {}, withdrawn = NULL WHERE id = {}"
    for row in backup:  # what a restore does
        await write(partial(sql.rows, back, row["token_hash"], row["content"], row["id"]))
    assert (await visitor.get(f"/s/{gone}")).status == 200
    for hook in hooks:
        await write(hook)
    codes = (kept, gone, changed, newer)
    assert [(await visitor.get(f"/s/{code}")).status for code in codes] == [200, 410, 404, 200]
    (row,) = [row for row in await making.rows("report_share") if row["id"] == by_name["gone"]]
    assert row["content"] == ""
