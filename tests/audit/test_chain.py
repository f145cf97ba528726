"""The log of state changes: sealed in order, and any change of what was sealed is found."""

import asyncio
import json
import subprocess
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from tests.support.log import unguarded_log

from pledge.audit import chain
from pledge.audit.log import give_pseudonym, record
from pledge.database import clock, sql
from pledge.database.unit import read, write

COUNT = 7


async def entries() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM audit_entry ORDER BY position"))


async def write_log(count: int = COUNT) -> None:
    for number in range(count):
        await write(partial(one, number))


async def one(number: int) -> None:
    """One entry by a person that the log knows."""
    person = uuid4()
    await give_pseudonym(person)
    await record("thing.changed", uuid4(), person=person, organisation=uuid4() if number % 2 else None, n=number)


@pytest.fixture(autouse=True)
async def empty(db):
    """A fresh database has a few entries already: what was published with it."""
    async with unguarded_log():
        await write(partial(sql.rows, "DELETE FROM audit_entry"))


@pytest.fixture
async def sealed(empty):
    """A sealed log of seven entries, without its triggers; the fourth is the one that gets tampered with."""
    await write_log()
    assert await chain.seal() == COUNT
    async with unguarded_log():
        yield (await entries())[3]


async def test_entries_are_sealed_in_the_order_they_were_written(db):
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as now:
        for number in range(5):
            await write(partial(record, "thing.changed", number))
            now.shift(1)
    assert {entry["position"] for entry in await entries()} == {None}
    assert await chain.seal() == 5
    found = await entries()
    assert [entry["position"] for entry in found] == [1, 2, 3, 4, 5]
    assert [entry["subject"] for entry in found] == ["0", "1", "2", "3", "4"]
    assert len({entry["hash"] for entry in found}) == 5
    assert await chain.verify() == chain.Verdict(5, None, 0)


async def test_later_entries_go_on_where_the_chain_ends_and_sealed_ones_stay(db):
    await write_log(2)
    await chain.seal()
    before = await entries()
    await write_log(2)
    assert await chain.verify() == chain.Verdict(2, None, 2)  # names the unsealed tail
    assert await chain.seal() == 2 and await chain.seal() == 0
    after = await entries()
    assert after[:2] == before and await chain.verify() == chain.Verdict(4, None, 0)


async def test_an_entry_that_was_committed_late_is_sealed_too(db):
    with time_machine.travel(clock.now() - timedelta(minutes=5)):
        slow = partial(record, "slow.unit", "began earlier")
        await write_log(1)
        await chain.seal()
        await write(slow)
    assert await chain.seal() == 1 and (await chain.verify()).fault is None


async def test_more_entries_than_one_batch(db, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 3)
    await write_log(10)
    assert await chain.seal() == 10 and await chain.verify() == chain.Verdict(10, None, 0)


async def test_many_workers_sealing_at_once_make_one_chain(db):
    await write_log(20)
    counts = await asyncio.gather(*[chain.seal() for _ in range(5)], *[write_log(3) for _ in range(3)])
    total = sum(count for count in counts if count) + await chain.seal()
    assert total == 29
    assert [entry["position"] for entry in await entries()] == list(range(1, 30))
    assert await chain.verify() == chain.Verdict(29, None, 0)


# — tampering —

CHANGES = {
    "id": uuid4(),
    "at": None,  # a microsecond later, see below
    "person": uuid4(),
    "organisation": uuid4(),
    "action": "thing.chang\u0435d",  # a Cyrillic letter
    "subject": "x",
    "details": '{"n": 3}',
    "hash": "0" * 64,
}


ODD = [("at", "yesterday"), ("id", "x"), ("details", b"\x00"), ("hash", 7), ("subject", 7)]  # what SQLite would take


async def move(here: int, there: int) -> None:
    await write(partial(sql.rows, "UPDATE audit_entry SET position = {} WHERE position = {}", there, here))


@pytest.mark.parametrize("column", CHANGES)
async def test_a_change_of_any_column_is_found(sealed, column):
    value = sealed["at"] + timedelta(microseconds=1) if column == "at" else CHANGES[column]
    await write(partial(sql.rows, f"UPDATE audit_entry SET {column} = {{}} WHERE position = 4", value))
    assert await chain.verify() == chain.Verdict(3, "Entry 4 is not what was sealed.", 0)


@pytest.mark.parametrize("column", ["person", "organisation"])
async def test_a_value_that_was_taken_out_is_found(sealed, column):
    number = 4 if sealed[column] is not None else 2
    await write(partial(sql.rows, f"UPDATE audit_entry SET {column} = NULL WHERE position = {{}}", number))
    assert (await chain.verify()).fault == f"Entry {number} is not what was sealed."


async def test_one_changed_byte_anywhere_in_an_entry_is_found(sealed):
    text = sealed["action"]
    for index in range(len(text)):
        changed = text[:index] + chr(ord(text[index]) ^ 1) + text[index + 1 :]
        await write(partial(sql.rows, "UPDATE audit_entry SET action = {} WHERE position = 4", changed))
        assert (await chain.verify()).fault == "Entry 4 is not what was sealed."
    await write(partial(sql.rows, "UPDATE audit_entry SET action = {} WHERE position = 4", text))
    assert (await chain.verify()).fault is None


@pytest.mark.parametrize("rest", ["a", "aaaaaaaa"])
async def test_text_cannot_be_moved_from_one_column_to_the_next(sealed, rest):
    moved = sealed["action"] + sealed["subject"][:3], sealed["subject"][3:]
    await write(partial(sql.rows, "UPDATE audit_entry SET action = {}, subject = {} WHERE position = 4", *moved))
    assert (await chain.verify()).fault == "Entry 4 is not what was sealed."


@pytest.mark.parametrize(("column", "value"), ODD)
async def test_a_value_that_does_not_belong_into_its_column_is_a_fault_and_no_crash(db, sealed, column, value):
    if db.engine_type == "postgres":
        pytest.skip("PostgreSQL does not take such a value")
    await write(partial(sql.rows, f"UPDATE audit_entry SET {column} = {{}} WHERE position = 4", value))
    assert await chain.verify() == chain.Verdict(3, "Entry 4 is not what was sealed.", 0)


@pytest.mark.parametrize("gone", [1, 4])
async def test_an_entry_that_was_removed_is_missed(sealed, gone):
    await write(partial(sql.rows, "DELETE FROM audit_entry WHERE position = {}", gone))
    assert await chain.verify() == chain.Verdict(gone - 1, f"Entry {gone} is missing.", 0)


async def test_an_entry_that_was_removed_is_missed_even_when_the_others_move_up(sealed):
    await write(partial(sql.rows, "DELETE FROM audit_entry WHERE position = 4"))
    for position in (5, 6, 7):
        await write(
            partial(sql.rows, "UPDATE audit_entry SET position = {} WHERE position = {}", position - 1, position)
        )
    assert (await chain.verify()).fault == "Entry 4 is not what was sealed."


async def test_an_entry_that_was_unsealed_is_missed(sealed):
    await write(partial(sql.rows, "UPDATE audit_entry SET position = NULL, hash = NULL WHERE position = 4"))
    assert await chain.verify() == chain.Verdict(3, "Entry 4 is missing.", 1)


async def test_two_entries_that_changed_places_are_found(sealed):
    for here, there in ((4, 100), (5, 4), (100, 5)):
        await move(here, there)
    assert (await chain.verify()).fault == "Entry 4 is not what was sealed."


async def test_an_entry_that_was_slipped_in_is_found(sealed):
    for position in (7, 6, 5, 4):
        await write(
            partial(sql.rows, "UPDATE audit_entry SET position = {} WHERE position = {}", position + 1, position)
        )
    slipped_in = (
        "INSERT INTO audit_entry (id, at, action, subject, details, position, hash) "
        "VALUES ({}, {}, 'a', 's', '[]', 4, {})"
    )
    await write(partial(sql.rows, slipped_in, uuid4(), sealed["at"], sealed["hash"]))
    assert (await chain.verify()).fault == "Entry 4 is not what was sealed."


async def test_a_changed_entry_cannot_be_sealed_again_without_all_that_follow(sealed):
    """Whoever recomputes one hash must recompute every later one."""
    third = (await entries())[2]
    forged = sealed | {"subject": "forged"}
    new_hash = chain.entry_hash(third["hash"], 4, forged)
    await write(partial(sql.rows, "UPDATE audit_entry SET subject = 'forged', hash = {} WHERE position = 4", new_hash))
    assert (await chain.verify()).fault == "Entry 5 is not what was sealed."


@pytest.mark.parametrize("left", [6, 3, 0])
async def test_an_end_that_was_cut_off_is_missed(sealed, left):
    await write(partial(sql.rows, "DELETE FROM audit_entry WHERE position > {}", left))
    fault = f"The log ends after entry {left}, but 7 were sealed: its end was cut off."
    assert await chain.verify() == chain.Verdict(left, fault, 0)


async def test_a_chain_that_was_made_anew_from_a_changed_entry_on_is_found(sealed):
    """Whoever recomputes all hashes has not reckoned with the end that is noted apart."""
    previous = (await entries())[2]["hash"]
    for entry in (await entries())[3:]:
        forged = entry | {"subject": "forged"}
        previous = chain.entry_hash(previous, entry["position"], forged)
        await write(
            partial(
                sql.rows, "UPDATE audit_entry SET subject = 'forged', hash = {} WHERE id = {}", previous, entry["id"]
            )
        )
    assert await chain.verify() == chain.Verdict(6, "Entry 7 is not what was sealed.", 0)


async def test_the_answers_that_the_database_itself_logs_can_be_sealed_and_verified(db):
    """A trigger writes entries too; they must be as ours are."""
    entry = (
        "INSERT INTO audit_entry (id, at, person, organisation, action, subject, details) "
        "VALUES ({}, {}, NULL, {}, 'answers.saved', {}, {})"
    )
    await write(partial(sql.rows, entry, uuid4(), clock.now(), uuid4(), str(uuid4()), "{}"))
    assert await chain.seal() == 1 and (await chain.verify()).fault is None


# — the command —


async def verify_command(db, *options: str) -> subprocess.CompletedProcess:
    from tests.support.command import pledge

    url = f"sqlite:///{db.path}" if db.engine_type == "sqlite" else db.config["dsn"]
    return await asyncio.to_thread(pledge, "audit", "verify", *options, PLEDGE_DATABASE_URL=url)


async def test_the_command_says_what_it_checked_and_ends_with_0_or_1(db):
    await write_log(3)
    await chain.seal()
    await write_log(1)
    good = await verify_command(db)
    assert good.returncode == 0 and good.stderr == ""
    assert good.stdout.splitlines() == [
        "3 entries are sealed and intact.",
        "1 newer entry is not sealed yet: the worker does that within seconds.",
    ]
    async with unguarded_log():
        await write(partial(sql.rows, "UPDATE audit_entry SET subject = 'x' WHERE position = 2"))
    bad = await verify_command(db)
    assert bad.returncode == 1 and bad.stdout.startswith("1 entry is sealed and intact.")
    assert bad.stderr == "Entry 2 is not what was sealed. Neither it nor what follows can be relied on.\n"
    told = await verify_command(db, "--json")
    assert told.returncode == 1 and told.stderr == ""
    assert json.loads(told.stdout) == {"sealed": 1, "fault": "Entry 2 is not what was sealed.", "unsealed": 1}
