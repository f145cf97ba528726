"""Accounts that nobody uses: warned after 23 months, erased after 24, and never without a warning."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from tests.commands.test_pruning import count, mails, prune
from tests.support.cast import colleague as add_colleague

from pledge.accounts import sessions
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.organisations.rights import inactive

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


async def signed_in_at(moment, *people) -> None:
    for person in people:
        await write(partial(sql.rows, "UPDATE person SET signed_in = {} WHERE id = {}", moment, person.id))


async def test_signing_in_is_noted_and_keeps_an_account(alice):
    with clock.at(clock.now() + 400 * DAY):
        await write(partial(sessions.start, alice.id, "A browser"))
        now = clock.now()
    assert await count("person", "id = {} AND signed_in = {} AND warned IS NULL", alice.id, now) == 1


async def test_an_unused_account_is_warned_after_23_months_and_erased_after_24(site, alice):
    last = datetime(2026, 1, 15, 9, tzinfo=UTC)
    await signed_in_at(last, alice)
    warned, erased = datetime(2027, 12, 15, 9, tzinfo=UTC), datetime(2028, 1, 15, 9, tzinfo=UTC)
    assert "person" not in await prune(warned) and not await mails()
    await prune(warned + SECOND)
    assert await mails() == ["alice@example.org: We will erase your Pledge account on 15 January 2028"]
    body = await read(partial(sql.value, "SELECT body FROM outbox"))
    assert "Pendle Joinery" in body and "15 January 2026" in body and "/sign-in" in body
    assert await count("audit_entry", "action = 'account.warned'") == 1
    await prune(erased)
    assert await count("person", "id = {}", alice.id) == 1 and len(await mails()) == 1  # warned once
    gone = await prune(erased + SECOND)
    assert gone["person"] == 1 and gone["organisation"] == 1
    assert await count("person", "id = {}", alice.id) == 0 and await count("organisation") == 0
    assert await count("erasure") == 2


async def test_an_account_that_nobody_ever_signed_in_with_counts_from_when_it_was_made(alice):
    made = datetime(2026, 1, 15, 9, tzinfo=UTC)
    await write(partial(sql.rows, "UPDATE person SET signed_in = NULL, created = {}", made))
    await prune(datetime(2027, 12, 15, 9, 0, 1, tzinfo=UTC))
    assert "15 January 2026" in await read(partial(sql.value, "SELECT body FROM outbox"))
    assert (await prune(datetime(2028, 1, 15, 9, 0, 1, tzinfo=UTC)))["person"] == 1


@pytest.fixture
def meanwhile(monkeypatch):
    """Let something happen between finding who is unused and what is done about it."""

    def set_(happens) -> None:
        async def then(unit):
            found = await read(unit)
            await happens()
            return found

        monkeypatch.setattr(inactive, "read", then)

    return set_


async def test_whoever_signs_in_at_the_last_moment_is_not_warned(alice, meanwhile):
    now = clock.now()
    await signed_in_at(now - 720 * DAY, alice)
    meanwhile(partial(signed_in_at, now, alice))
    await prune(now)
    assert not await mails() and await count("person", "warned IS NOT NULL") == 0


async def test_two_workers_at_once_warn_once(alice, meanwhile):
    now = clock.now()
    await signed_in_at(now - 720 * DAY, alice)
    meanwhile(partial(write, partial(sql.rows, "UPDATE person SET warned = {}", now)))
    await prune(now)
    assert not await mails()


@pytest.mark.parametrize("late", [-SECOND, 0 * SECOND])
async def test_whoever_signs_in_at_the_last_moment_is_not_erased(alice, charlie, meanwhile, late):
    now = datetime(2028, 1, 15, 9, tzinfo=UTC)
    await signed_in_at(now - 800 * DAY, alice, charlie)
    await prune(now - 60 * DAY)
    meanwhile(partial(signed_in_at, now.replace(year=2026) + late, alice))
    await prune(now)
    assert await count("person", "id = {}", charlie.id) == 0
    assert await count("person", "id = {}", alice.id) == (0 if late else 1)


async def test_whoever_signs_in_after_the_warning_keeps_the_account(alice):
    now = clock.now()
    await signed_in_at(now - 720 * DAY, alice)
    await prune(now)
    await write(partial(sessions.start, alice.id, "A browser"))
    await prune(now + 60 * DAY)
    assert await count("person", "id = {}", alice.id) == 1


async def test_nobody_is_erased_unwarned_when_the_worker_was_off_for_years(alice):
    now = clock.now()
    await signed_in_at(now - 2000 * DAY, alice)
    await prune(now)
    await prune(now + 28 * DAY)
    assert await count("person", "id = {}", alice.id) == 1
    await prune(now + 28 * DAY + SECOND)
    assert await count("person", "id = {}", alice.id) == 0


async def test_the_one_owner_of_a_firm_that_others_use_stays_and_nobody_else_does(site, alice, bob):
    carol = await add_colleague(site, "Carol", alice, "viewer")
    now = clock.now()
    await signed_in_at(now - 800 * DAY, alice, bob)
    await signed_in_at(now - 10 * DAY, carol)
    await prune(now)
    assert [mail.partition(":")[0] for mail in await mails()] == ["bob@example.org"]
    await prune(now + 40 * DAY)
    assert await count("person", "id = {}", bob.id) == 0 and await count("person", "id = {}", alice.id) == 1
    assert await count("organisation") == 1
    await signed_in_at(now - 800 * DAY, carol)
    await prune(now + 41 * DAY)
    await prune(now + 80 * DAY)
    assert await count("person") == 0 and await count("organisation") == 0
