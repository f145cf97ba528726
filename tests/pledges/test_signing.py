"""Signing, renewing and withdrawing: what is written, and that it happens once."""

import asyncio
import calendar
from datetime import date
from functools import partial

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.cast import colleague
from tests.support.firms import fill_profile
from tests.support.log import logged_as

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.pledges import publishing, reminding, signing, standing
from pledge.pledges.signing import Given, last_day
from pledge.pledges.text import edition, shipped
from pledge.reports import standing as keeping

from .signers import ALICE, REQUIRED, rows, signed

TEXT = shipped().text
unhurried = settings(deadline=None, database=None)


def on(day: str):
    return time_machine.travel(f"{day}T12:00:00Z", tick=False)


# — the term —


@pytest.mark.parametrize(
    ("signed_on", "last"),
    [("2026-11-21", "2027-11-21"), ("2028-02-29", "2029-02-28"), ("2027-02-28", "2028-02-28")],
)
def test_a_term_of_twelve_months_ends_on_the_same_day_of_the_month_or_its_last(signed_on, last):
    assert last_day(TEXT, date.fromisoformat(signed_on)) == date.fromisoformat(last)


@unhurried
@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_a_term_of_any_length_ends_in_the_right_month(signed_on, months):
    import msgspec

    last = last_day(msgspec.structs.replace(TEXT, term_months=months), signed_on)
    assert (last.year * 12 + last.month) - (signed_on.year * 12 + signed_on.month) == months
    month_end = calendar.monthrange(last.year, last.month)[1]
    assert last.day == min(signed_on.day, month_end)


# — signing —


async def test_what_was_signed_by_whom_and_when_is_kept(site, alice):
    with on("2026-11-21"):
        signature = await signed(alice, Given("Alice Example", "Director", (*REQUIRED, "signatory-name")))
    mine = await read(partial(standing.current, alice.organisation))
    assert mine is not None and mine.id == signature
    assert (mine.name, mine.role, mine.version, mine.name_public) == ("Alice Example", "Director", "2026.1", True)
    assert mine.consents == ("register", "grouped-figures", "signatory-name")
    assert (mine.signed_on, mine.expires_on, mine.status) == (date(2026, 11, 21), date(2027, 11, 21), "signed")
    entry = await read(partial(sql.row, "SELECT * FROM audit_entry WHERE action = 'pledge.signed'"))
    logged = (entry["organisation"], entry["person"], entry["subject"])
    assert logged == (alice.organisation, await logged_as(alice.id), str(signature))
    assert "Alice" not in entry["details"]


async def test_the_day_is_that_of_london(site, alice):
    with time_machine.travel("2027-06-30T23:30:00Z", tick=False):  # half past midnight there
        await signed(alice)
    assert [row["signed_on"] for row in await rows()] == [date(2027, 7, 1)]


async def test_the_name_is_kept_from_the_public_unless_it_is_offered(site, alice):
    await signed(alice)
    assert [bool(row["name_public"]) for row in await rows()] == [False]


async def test_owners_who_sign_at_once_sign_once(site, alice):
    await fill_profile(alice)
    anna = await colleague(site, "Anna", alice, "owner")
    tries = [
        write(partial(signing.sign, person.scope, shipped(), Given(person.name, "Owner", REQUIRED)))
        for person in (alice, anna) * 10
    ]
    found = [signature for signature in await asyncio.gather(*tries) if signature]
    assert len(found) == 1 and len(await rows()) == 1


async def test_the_database_itself_allows_one_live_signature(site, alice):
    await signed(alice)
    (row,) = await rows()
    names = ", ".join(row.keys())
    with pytest.raises(Exception, match=r"(?i)unique"):
        await write(
            partial(
                sql.rows,
                f"INSERT INTO signature ({names}) SELECT {names.replace('id,', '{}, ', 1)} FROM signature",
                alice.id,
            )
        )


@pytest.mark.parametrize(
    "change",
    ["status = 'certified'", "expires_on = signed_on", "ending = 'withdrawn'", "name = ''", "reminders = -1",
     "version = '1999.1'", "ended_on = signed_on"],
)  # fmt: skip
async def test_the_database_refuses_what_cannot_be(site, alice, change):
    await signed(alice)
    with pytest.raises(Exception, match=r"(?i)constraint"):
        await write(partial(sql.rows, f"UPDATE signature SET {change}"))


# — renewing —


async def test_before_the_first_reminder_signing_again_changes_nothing(site, alice):
    with on("2026-11-21"):
        await signed(alice)
    with on("2027-09-21"):  # 61 days before the end
        assert await write(partial(signing.sign, alice.scope, shipped(), ALICE)) is None
    assert len(await rows()) == 1


@pytest.mark.parametrize("day", ["2027-09-22", "2027-11-21", "2027-11-22", "2028-06-01"])
async def test_from_then_on_signing_again_renews_and_keeps_the_history(site, alice, day):
    with on("2026-11-21"):
        first = await signed(alice)
        await write(partial(standing.set_status, alice.organisation, "improving"))
    with on(day):
        again = await write(partial(signing.sign, alice.scope, shipped(), ALICE))
        assert again is not None
        mine = await read(partial(standing.current, alice.organisation))
        assert mine is not None and mine.id == again
    old, new = await rows()
    assert (old["id"], old["ending"], old["ended_on"], old["ended_by"]) == (
        first, "renewed", date.fromisoformat(day), alice.id,
    )  # fmt: skip
    assert new["signed_on"] == date.fromisoformat(day) and new["expires_on"].year == new["signed_on"].year + 1
    assert (new["status"], new["status_since"]) == ("improving", date(2026, 11, 21))


async def test_owners_who_renew_at_once_renew_once(site, alice):
    with on("2026-11-21"):
        await signed(alice)
    with on("2027-11-01"):
        tries = [write(partial(signing.sign, alice.scope, shipped(), ALICE)) for _ in range(10)]
        found = [signature for signature in await asyncio.gather(*tries) if signature]
    assert len(found) == 1
    assert [row["ending"] for row in await rows()] == ["renewed", ""]


async def test_a_signature_keeps_its_text_until_the_newer_one_is_signed_which_is_done_once_at_any_time(site, alice):
    with on("2026-11-21"):
        await signed(alice)
    newer = edition(shipped().source.replace('version: "2026.1"', 'version: "2027.1"'), shipped().path)
    await write(partial(publishing.publish, newer))
    assert [(row["version"], row["ending"]) for row in await rows()] == [("2026.1", "")]
    with on("2027-02-01"):  # nine months before the end
        tries = [write(partial(signing.sign, alice.scope, newer, ALICE)) for _ in range(10)]
        found = [signature for signature in await asyncio.gather(*tries) if signature]
    assert len(found) == 1
    ends = [(row["version"], row["ending"], row["expires_on"]) for row in await rows()]
    assert ends == [("2026.1", "renewed", date(2027, 11, 21)), ("2027.1", "", date(2028, 2, 1))]


# — withdrawing —


async def test_withdrawing_ends_it_today_and_signing_again_starts_afresh(site, alice):
    with on("2026-11-21"):
        first = await signed(alice)
        await write(partial(standing.set_status, alice.organisation, "assessed"))
    with on("2026-12-01"):
        assert await write(partial(signing.withdraw, alice.scope)) == first
        assert await read(partial(standing.current, alice.organisation)) is None
        assert await write(partial(signing.withdraw, alice.scope)) is None
        assert await write(partial(signing.sign, alice.scope, shipped(), ALICE))
    old, new = await rows()
    assert (old["ending"], old["ended_on"], old["ended_by"]) == ("withdrawn", date(2026, 12, 1), alice.id)
    assert (new["ending"], new["status"], new["signed_on"]) == ("", "signed", date(2026, 12, 1))
    audited = await read(partial(sql.rows, "SELECT action FROM audit_entry WHERE action LIKE 'pledge.%' ORDER BY at"))
    assert [row["action"] for row in audited] == [
        "pledge.signed", "pledge.status_changed", "pledge.withdrawn", "pledge.signed",
    ]  # fmt: skip


async def test_nobody_withdraws_for_another_firm(site, alice, charlie):
    await signed(alice)
    assert await write(partial(signing.withdraw, charlie.scope)) is None
    assert [row["ending"] for row in await rows()] == [""]


async def test_a_person_who_is_erased_leaves_the_signature_of_the_firm(site, alice):
    await signed(alice)
    await write(partial(sql.rows, "DELETE FROM person WHERE id = {}", alice.id))
    assert [(row["person"], row["organisation"]) for row in await rows()] == [(None, alice.organisation)]


async def test_renewing_while_the_worker_reminds_and_looks_at_the_pledge_leaves_one_live_signature(site, alice):
    with on("2026-11-21"):
        await signed(alice)
    with on("2027-11-14"):
        mailroom = site.application.litestar.state.mailroom
        await asyncio.gather(
            *(write(partial(signing.sign, alice.scope, shipped(), ALICE)) for _ in range(4)),
            *(reminding.remind(mailroom, TEXT) for _ in range(4)),
            *(keeping.refresh_daily() for _ in range(4)),
        )
        mails = await site.mails()
        await reminding.remind(mailroom, TEXT)
        await keeping.refresh_daily()
        assert len(mails) <= 1 and await site.mails() == mails
    assert [(row["ending"], row["signed_on"]) for row in await rows()] == [
        ("renewed", date(2026, 11, 21)), ("", date(2027, 11, 14)),
    ]  # fmt: skip
    assert (await rows("ended IS NULL"))[0]["keeping_on"] == date(2027, 11, 14)


async def test_withdrawing_and_renewing_at_once_does_one_after_the_other(site, alice):
    with on("2026-11-21"):
        await signed(alice)
    with on("2027-11-14"):
        await asyncio.gather(
            write(partial(signing.withdraw, alice.scope)), write(partial(signing.sign, alice.scope, shipped(), ALICE))
        )
    found = [(row["ending"], row["signed_on"]) for row in await rows()]
    old, new = date(2026, 11, 21), date(2027, 11, 14)
    assert found in ([("withdrawn", old), ("", new)], [("renewed", old), ("withdrawn", new)]), found
