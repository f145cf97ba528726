"""How long the log is kept, and that its chain goes on from where it begins then."""

from datetime import timedelta
from functools import partial

import pytest
from tests.commands.test_pruning import count, prune
from tests.support.log import unguarded_log

from pledge.audit import chain, retention
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import read, write

DAY = timedelta(days=1)


async def test_the_log_goes_after_24_months_and_its_chain_still_verifies(db):
    now = clock.now()
    before = await count("audit_entry")
    for months in (30, 25, 20):
        with clock.at(now - months * 30.4 * DAY):
            await write(partial(record, "thing.changed", months))
    async with unguarded_log():
        old = now - 40 * 31 * DAY
        await write(partial(sql.rows, "UPDATE audit_entry SET at = {} WHERE action <> 'thing.changed'", old))
    await chain.seal()
    assert (await prune(now))["audit_entry"] == before + 2
    assert (await chain.verify()) == chain.Verdict(before + 3, None, 1)
    await chain.seal()
    assert (await chain.verify()) == chain.Verdict(before + 4, None, 0)
    assert "audit_entry" not in await prune(now)
    gone = await prune(now + 365 * DAY)
    assert gone["audit_entry"] == 1  # by now the next is old enough
    await chain.seal()
    assert (await chain.verify()) == chain.Verdict(before + 5, None, 0)


async def test_the_newest_entry_stays_so_that_the_chain_goes_on(db):
    await write(partial(record, "thing.changed", 1))
    await chain.seal()
    sealed = (await chain.verify()).sealed
    await prune(clock.now() + 3000 * DAY)
    assert await count("audit_entry", "position = {}", sealed) == 1
    await write(partial(record, "thing.changed", 2))
    await chain.seal()
    assert (await chain.verify()).fault is None and (await chain.verify()).sealed > sealed


@pytest.mark.parametrize("how", ["taken away", "entry gone", "entry changed", "entry is no entry"])
async def test_taking_away_the_beginning_without_an_honest_entry_is_found(db, how):
    now = clock.now()
    async with unguarded_log():
        await write(partial(sql.rows, "DELETE FROM audit_entry"))
        for days in (900, 800, 10, 5):
            with clock.at(now - days * DAY):
                await write(partial(record, "thing.changed", days))
        await chain.seal()
        if how == "taken away":
            await write(partial(sql.rows, "DELETE FROM audit_entry WHERE position <= 2"))
            assert (await chain.verify()).fault == "Entry 1 is missing."
            return
    await prune(now)
    await chain.seal()
    assert await chain.verify() == chain.Verdict(5, None, 0)
    tamper = {
        "entry gone": "DELETE FROM audit_entry WHERE action = 'log.forgotten'",
        "entry changed": 'UPDATE audit_entry SET details = \'{"hash":"0","position":2}\' '
        "WHERE action = 'log.forgotten'",
        "entry is no entry": "UPDATE audit_entry SET details = '[]' WHERE action = 'log.forgotten'",
    }[how]
    async with unguarded_log():
        await write(partial(sql.rows, tamper))
    assert (await chain.verify()).fault is not None


async def test_what_the_rule_calls_old_is_never_younger_than_what_pruning_forgets():
    """24 months are 730 days or 731, whenever they end."""
    ends = [clock.now().replace(year=2028, month=1, day=1) + number * DAY for number in range(4 * 366)]
    assert {(end - retention.months_before(end, retention.MONTHS)).days for end in ends} == {730, 731}


async def test_pruning_forgets_to_the_day(db):
    now = clock.now().replace(year=2028, month=2, day=1)
    async with unguarded_log():
        await write(partial(sql.rows, "DELETE FROM audit_entry"))
    for moment in (timedelta(microseconds=-1), timedelta(), DAY):
        with clock.at(now.replace(year=2026) + moment):
            await write(partial(record, "thing.changed", "x"))
    await chain.seal()
    with clock.at(now):
        assert await write(retention.prune) == {"audit_entry": 1}
    assert (await chain.verify()).fault is None


# — where the chain begins —


async def test_a_chain_begins_with_64_zeros(db):
    assert await read(retention.start) == retention.Start(
        0, "0000000000000000000000000000000000000000000000000000000000000000"
    )


async def forgot(position: int, *, sealed_as: int | None = None) -> None:
    await write(partial(record, retention.FORGOTTEN, "log", position=position, hash=f"{position}" * 64))
    statement = "UPDATE audit_entry SET position = {}, hash = 'x' WHERE action = {} AND position IS NULL"
    if sealed_as:
        await write(partial(sql.rows, statement, sealed_as, retention.FORGOTTEN))


async def test_it_begins_where_the_newest_entry_about_it_says(db):
    now = clock.now()
    async with unguarded_log():
        for days, position, sealed_as in ((9, 2, 500), (8, 1, 400)):
            with clock.at(now - days * DAY):
                await forgot(position, sealed_as=sealed_as)
        assert (await read(retention.start)).position == 2  # the last in the chain, whatever its time says
        for days, position in ((6, 4), (5, 5), (7, 3)):
            with clock.at(now - days * DAY):
                await forgot(position)
        assert (await read(retention.start)).position == 5  # what is not sealed yet comes after that


async def test_an_entry_about_it_that_is_none_moves_the_beginning_nowhere(db):
    async with unguarded_log():
        await forgot(3)
        await write(partial(sql.rows, "UPDATE audit_entry SET details = '[]' WHERE action = {}", retention.FORGOTTEN))
        assert await read(retention.start) == retention.Start(0, "0" * 64)


async def test_nothing_goes_of_a_log_without_seals_nor_of_one_that_is_young(db):
    async with unguarded_log():
        await write(partial(sql.rows, "UPDATE audit_entry SET position = NULL, hash = NULL"))
    with clock.at(clock.now() + 3000 * DAY):
        assert await write(retention.prune) == {"audit_entry": 0}
    await chain.seal()
    assert await write(retention.prune) == {"audit_entry": 0}
    assert await count("audit_entry", "action = 'log.forgotten'") == 0


async def test_the_log_says_of_itself_what_it_forgot(db):
    await write(partial(record, "thing.changed", 1))
    await chain.seal()
    last = await read(partial(sql.row, "SELECT position, hash FROM audit_entry ORDER BY position DESC LIMIT 1"))
    with clock.at(clock.now() + 3000 * DAY):
        await write(partial(record, "thing.changed", 2))
        await chain.seal()
        await write(retention.prune)
    (entry,) = await read(partial(sql.rows, "SELECT subject, details FROM audit_entry WHERE action = 'log.forgotten'"))
    assert entry == {"subject": "log", "details": f'{{"hash":"{last["hash"]}","position":{last["position"]}}}'}
