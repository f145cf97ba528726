"""The live signature and its status."""

from datetime import date
from functools import partial

import pytest
import time_machine

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.pledges import signing, standing
from pledge.pledges.text import shipped

from .signers import rows, signed


async def test_a_status_is_set_once_and_noted(site, alice):
    with time_machine.travel("2026-11-21T09:00:00Z", tick=False):
        await signed(alice)
    with time_machine.travel("2026-12-02T09:00:00Z", tick=False):
        assert await write(partial(standing.set_status, alice.organisation, "assessed")) is True
    with time_machine.travel("2026-12-03T09:00:00Z", tick=False):
        assert await write(partial(standing.set_status, alice.organisation, "assessed")) is False
    mine = await read(partial(standing.current, alice.organisation))
    assert mine is not None and (mine.status, mine.status_since) == ("assessed", date(2026, 12, 2))
    noted = await read(partial(sql.rows, "SELECT details FROM audit_entry WHERE action = 'pledge.status_changed'"))
    assert [row["details"] for row in noted] == ['{"status":"assessed"}']


async def test_without_a_live_signature_there_is_no_status_to_set(site, alice, charlie):
    assert await write(partial(standing.set_status, charlie.organisation, "assessed")) is False
    await signed(alice)
    await write(partial(signing.withdraw, alice.scope))
    assert await write(partial(standing.set_status, alice.organisation, "assessed")) is False
    assert [row["status"] for row in await rows()] == ["signed"]


async def test_a_status_that_does_not_exist_is_refused(site, alice):
    await signed(alice)
    with pytest.raises(ValueError, match="“certified” is not one of signed, assessed, improving"):
        await write(partial(standing.set_status, alice.organisation, "certified"))


async def test_each_firm_has_its_own_standing(site, alice, charlie):
    await signed(alice)
    await signed(charlie, name="Ribble Catering")
    await write(partial(standing.set_status, alice.organisation, "improving"))
    theirs = await read(partial(standing.current, charlie.organisation))
    assert theirs is not None and (theirs.organisation, theirs.status) == (charlie.organisation, "signed")


async def test_it_is_current_through_its_last_day_and_renewable_from_the_first_reminder(site, alice):
    with time_machine.travel("2026-11-21T09:00:00Z", tick=False):
        await signed(alice)
    mine = await read(partial(standing.current, alice.organisation))
    assert mine is not None and mine.expires_on == date(2027, 11, 21)
    assert not mine.lapsed(date(2027, 11, 21)) and mine.lapsed(date(2027, 11, 22))
    text = shipped().text
    assert not mine.renewable(date(2027, 9, 21), text) and mine.renewable(date(2027, 9, 22), text)
