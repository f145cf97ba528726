"""Limits are counted in the database for everybody, pass by themselves, and keep no address."""

import asyncio
import importlib
import pkgutil
from datetime import timedelta
from functools import partial

import pytest
import time_machine

import pledge
from pledge import limits
from pledge.database import clock, sql
from pledge.database.unit import database, read, write
from pledge.limits import Limit, TooMany, hit, hit_to

LIMIT = Limit("test", hits=3, seconds=60)


async def tries(count: int, subject: str = "192.0.2.7", limit: Limit = LIMIT) -> int:
    """Try so often; return how many were allowed."""
    allowed = 0
    for _ in range(count):
        try:
            await write(partial(hit, limit, subject))
            allowed += 1
        except TooMany:
            continue
    return allowed


async def test_so_many_are_allowed_and_the_next_is_told_how_long_to_wait(db):
    with time_machine.travel("2026-11-21T10:00:20Z", tick=False) as clock_of_test:
        assert await tries(3) == 3
        for seconds, left in ((15, 45), (44.5, 1)):
            clock_of_test.shift(seconds)
            with pytest.raises(TooMany, match="the limit “test” is reached") as refused:
                await write(partial(hit, LIMIT, "192.0.2.7"))
            assert refused.value.retry_after == left and refused.value.limit is LIMIT


async def test_the_limit_passes_with_time_from_the_first_attempt_whatever_the_clock_says(db):
    with time_machine.travel("2026-11-21T23:59:50Z", tick=False) as clock_of_test:
        assert await tries(1) == 1
        clock_of_test.shift(30)
        assert await tries(5) == 2  # midnight begins no new period
        clock_of_test.shift(29)
        assert await tries(1) == 0
        clock_of_test.shift(1)
        assert await tries(5) == 3


async def test_a_clock_that_was_ahead_shuts_nobody_out(db):
    with time_machine.travel("2027-01-21T12:00:00Z", tick=False):
        assert await tries(5) == 3
    with time_machine.travel("2026-12-21T12:00:00Z", tick=False):
        assert await tries(5) == 3


async def test_a_process_whose_clock_is_a_little_behind_counts_on(db):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False) as clock_of_test:
        assert await tries(5) == 3
        clock_of_test.shift(-60)
        assert await tries(5) == 0
        clock_of_test.shift(-1)  # more than a minute is no difference between two clocks
        assert await tries(5) == 3


async def test_subjects_and_limits_are_counted_apart(db):
    assert await tries(5, "a") == 3 and await tries(5, "b") == 3
    assert await tries(5, "a", Limit("another", hits=2, seconds=60)) == 2


async def test_one_sender_uses_up_only_its_own_mails_to_an_address(db):
    async def sent(sender: str) -> bool:
        try:
            await write(partial(hit_to, LIMIT, "a@example.org", sender))
        except TooMany:
            return False
        return True

    assert [await sent("first") for _ in range(5)] == [True] * 3 + [False] * 2
    others = [await sent(f"{number // 3}") for number in range(9)]
    assert others == [True] * 6 + [False] * 3  # and so many in all


async def test_many_at_once_are_counted_exactly(db):
    results = await asyncio.gather(*[write(partial(hit, LIMIT, "x")) for _ in range(20)], return_exceptions=True)
    assert sum(result is None for result in results) == 3


async def test_another_process_counts_the_same(db):
    """What one process counted, a restarted engine still knows: nothing is kept in memory."""
    assert await tries(2) == 2
    await database().stop()
    await database().start()
    assert await tries(5) == 1


async def test_no_address_is_stored(db):
    await tries(1, "192.0.2.7")
    rows = await read(partial(sql.rows, "SELECT name FROM throttle"))
    assert len(rows) == 1 and "192" not in rows[0]["name"] and rows[0]["name"].startswith("test:")


async def test_what_has_passed_is_forgotten(db):
    await tries(1)
    await write(limits.prune)
    assert await read(partial(sql.value, "SELECT count(*) FROM throttle")) == 1
    with time_machine.travel(clock.now() + timedelta(seconds=LIMIT.seconds)):
        await write(limits.prune)
    assert await read(partial(sql.value, "SELECT count(*) FROM throttle")) == 0


HOUR, DAY = 3600, 86_400  # seconds. /privacy: two days at most, pruned each hour
ALL = {
    "actions-given": (200, DAY),
    "answered-again": (100, DAY),
    "ask-mails-of": (20, DAY), "ask-mails-to": (3, DAY),
    "assignments": (100, DAY),
    "booking-mail-to": (10, HOUR), "booking-visitor": (20, HOUR),
    "call": (5, HOUR),
    "certificate": (60, HOUR),
    "code-account": (10, HOUR), "code-address": (60, HOUR),
    "complaint": (10, HOUR), "complaint-to": (3, DAY),
    "data-copy": (20, HOUR),
    "evidence-files": (60, HOUR),
    "invitations-of": (20, DAY), "invitations-to": (3, DAY),
    "kept-page": (120, 600),
    "link": (20, HOUR), "link-to": (3, 600),
    "new-email-of": (3, 600), "new-email-to": (6, DAY),
    "organisation-new": (10, DAY),
    "organiser-invitations": (20, HOUR), "organiser-invitation-to": (3, DAY),
    "paper": (60, HOUR),
    "recovery-account": (10, HOUR),
    "register": (20, HOUR), "register-to": (3, HOUR),
    "report-pdf": (60, HOUR),
    "role-changes": (30, DAY),
    "share-code": (20, 600),
    "sign-in-account": (10, 900), "sign-in-address": (40, 900),
    "suggestions": (10, HOUR), "suggestion-mail-to": (3, DAY),
    "supplier-files": (60, HOUR),
}  # fmt: skip


def test_every_limit_there_is_has_a_name_of_its_own_and_the_numbers_that_are_written_down():
    found = {}
    for module in pkgutil.walk_packages(pledge.__path__, "pledge."):
        if module.name != "pledge.__main__":
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Limit):
                    found[id(value)] = (value.name, (value.hits, value.seconds))
    assert sorted(found.values()) == sorted(ALL.items())
