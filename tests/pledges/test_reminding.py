"""Reminders before a pledge runs out: each once, to every owner, never afterwards."""

from functools import partial

import time_machine
from tests.support.cast import colleague

from pledge.database.unit import write
from pledge.pledges import reminding, signing
from pledge.pledges.text import shipped

from .signers import ALICE, signed


async def mails_of(site, day: str) -> int:
    """Let the reminders be sent on a day, twice, and return how many were."""
    before = len(await site.mails())
    mailroom = site.application.litestar.state.mailroom
    with time_machine.travel(f"{day}T08:00:00Z", tick=False):
        for _ in range(2):
            await reminding.remind(mailroom, shipped().text)
    return len(await site.mails()) - before


async def sign_in_november(alice):
    with time_machine.travel("2026-11-21T09:00:00Z", tick=False):
        await signed(alice)


async def test_owners_are_reminded_sixty_thirty_and_seven_days_before_the_end(site, alice):
    await sign_in_november(alice)
    sent = {}
    for day in ("2027-09-21", "2027-09-22", "2027-10-21", "2027-10-22", "2027-11-13", "2027-11-14", "2027-11-21"):
        sent[day] = await mails_of(site, day)
    assert list(sent.values()) == [0, 1, 0, 1, 0, 1, 0]
    mail = (await site.mails("alice@example.org"))[-1]
    assert mail.subject == "Your pledge runs out on 21 November 2027"
    assert mail.link == "/pledge/sign" and "Pendle Joinery" in mail.body


async def test_every_owner_is_reminded_and_nobody_else(site, alice, bob):
    await colleague(site, "Anna", alice, "owner")
    await sign_in_november(alice)
    assert await mails_of(site, "2027-10-01") == 2
    assert {mail.recipient for mail in await site.mails()} == {"alice@example.org", "anna@example.org"}


async def test_reminders_that_were_missed_become_one(site, alice):
    await sign_in_november(alice)
    assert await mails_of(site, "2027-11-20") == 1
    assert await mails_of(site, "2027-11-21") == 0


async def test_nobody_is_reminded_of_a_pledge_that_ended_was_renewed_or_ran_out(site, alice, charlie):
    await sign_in_november(alice)
    assert await mails_of(site, "2027-11-22") == 0
    with time_machine.travel("2027-10-01T09:00:00Z", tick=False):
        await write(partial(signing.sign, alice.scope, shipped(), ALICE))
    assert await mails_of(site, "2027-11-14") == 0
    with time_machine.travel("2027-11-15T09:00:00Z", tick=False):
        await write(partial(signing.withdraw, alice.scope))
    assert await mails_of(site, "2028-09-25") == 0


async def test_the_worker_reminds_by_itself(site, alice):
    await sign_in_november(alice)
    with time_machine.travel("2027-10-01T09:00:00Z", tick=False):
        await site.worker.run_all()
    assert [mail.subject for mail in await site.mails()] == ["Your pledge runs out on 21 November 2027"]
