"""How long what belongs to asking suppliers is kept, who is erased with what, and what a backup brings back."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from tests.asking import making
from tests.asking.making import ADDRESS
from tests.commands.test_pruning import count
from tests.organisations.rights.test_exporting import copy_of
from tests.suppliers.sending import matched
from tests.support.firms import MAILROOM, fill_profile, submitted

from pledge.accounts import links
from pledge.app import after_restore
from pledge.asking import answering, invitations, retention, shares
from pledge.database import clock, sql
from pledge.database.unit import Reach, reaching, read, write
from pledge.declared import HOLDINGS
from pledge.organisations.rights import erasing
from pledge.refusals import Missing

WHEN = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
async def secret(alice, acme):
    return await making.asked(alice.scope, acme)


async def report_shared(giver, secret) -> None:
    await fill_profile(giver, name="Ribble Catering")
    await submitted(giver, "recruitment", 3)
    summary = await read(partial(shares.offered, giver.scope, "recruitment"))
    share = partial(answering.share, secret, summary, summary.digest, MAILROOM)
    await write(partial(share, giver=giver.organisation, person=giver.id))


async def pruned(moment) -> dict[str, int]:
    """Prune at another instant, and return the tables of which rows went."""
    with clock.at(moment):
        return {table: rows for table, rows in (await write(retention.prune)).items() if rows}


async def test_what_was_not_answered_goes_ninety_days_after_it_ran_out(alice, acme):
    with clock.at(WHEN):
        await making.answered(await making.asked(alice.scope, acme))
    ran_out = WHEN + 30 * DAY
    assert await pruned(ran_out - SECOND) == {}
    assert await pruned(ran_out) == {"supplier_answer": 1}
    assert await pruned(ran_out + 90 * DAY) == {}
    assert await pruned(ran_out + 90 * DAY + SECOND) == {"supplier_invitation": 1}


async def test_what_was_taken_back_goes_after_ninety_days_too(alice, acme):
    with clock.at(WHEN):
        await making.answered(await making.asked(alice.scope, acme))
        await write(partial(invitations.withdraw, alice.scope, acme))
    assert await pruned(WHEN) == {"supplier_answer": 1}  # at once: nobody sees them any more
    assert await pruned(WHEN + 90 * DAY) == {}
    assert await pruned(WHEN + 90 * DAY + SECOND) == {"supplier_invitation": 1}


async def test_that_somebody_declined_goes_after_a_year_and_that_they_will_not_be_asked_does_not(alice, acme):
    with clock.at(WHEN):
        await write(partial(answering.decline, await making.asked(alice.scope, acme), for_good=True))
    assert await pruned(WHEN + 365 * DAY) == {}
    assert await pruned(WHEN + 365 * DAY + SECOND) == {"supplier_invitation": 1}
    assert await count("ask_refusal") == 1  # as long as this site runs


@pytest.mark.parametrize("email", [ADDRESS, ""], ids=["by mail", "by a link"])
async def test_what_is_shared_goes_after_a_year_and_that_it_was_after_another(alice, acme, email):
    with clock.at(WHEN):
        await making.shared(await making.asked(alice.scope, acme, email))
    assert await pruned(WHEN + 30 * DAY - SECOND) == {}
    assert await pruned(WHEN + 30 * DAY) == {"supplier_answer": 1}  # the supplier's own copy
    over = WHEN + 365 * DAY
    assert await pruned(over - SECOND) == {}
    assert await count("supplier_share", "content <> ''") == await count("supplier_invitation", "contact = 'Ann'") == 1
    assert await pruned(over + DAY) == {
        "supplier_share": 1,
        "supplier_invitation": 1,
    }  # ended, and its contact forgotten
    assert await count("supplier_share", "content = '' AND ended = {}", over) == 1
    assert await count("supplier_invitation", "email = '' AND contact = ''") == 1
    assert await pruned(over + 365 * DAY) == {}
    assert await pruned(over + 365 * DAY + SECOND) == {"supplier_invitation": 1}
    assert await count("supplier_share") == 0


async def test_what_was_shared_ends_at_the_very_moment_when_its_year_is_over(alice, acme):
    with clock.at(WHEN):
        await making.shared(await making.asked(alice.scope, acme))
    assert (await pruned(WHEN + 365 * DAY))["supplier_share"] == 1


async def test_a_report_that_was_taken_back_goes_a_year_after_that(alice, charlie, acme):
    with clock.at(WHEN):
        await report_shared(charlie, await making.asked(alice.scope, acme, contact=""))
        (share,) = await making.rows("supplier_share")
    taken_back = WHEN + 10 * DAY
    with clock.at(taken_back):
        await write(partial(shares.withdraw, charlie.scope, share["id"]))
    assert await pruned(taken_back) == {"supplier_invitation": 1}  # its address is forgotten
    assert await count("supplier_invitation", "email = ''") == 1
    assert await pruned(taken_back + 365 * DAY) == {}
    assert await count("supplier_share", "ended = {}", taken_back) == 1
    assert await pruned(taken_back + 365 * DAY + SECOND) == {"supplier_invitation": 1}


async def test_what_somebody_answered_before_they_took_back_a_report_goes_at_once(alice, charlie, acme):
    with clock.at(WHEN):
        secret = await making.asked(alice.scope, acme)
        await making.answered(secret)
        await report_shared(charlie, secret)
        assert await pruned(WHEN) == {}
        (share,) = await making.rows("supplier_share")
        await write(partial(shares.withdraw, charlie.scope, share["id"]))
    assert (await pruned(WHEN))["supplier_answer"] == 1


async def test_it_goes_with_the_supplier(site, alice, acme, secret):
    await making.shared(secret)
    await matched(site, alice)  # others are in the list, and some of them became one
    await write(partial(sql.rows, "DELETE FROM supplier WHERE id = {}", acme))
    assert await pruned(clock.now()) == {"supplier_invitation": 1}
    assert await count("supplier_share") == await count("supplier_answer") == 0
    with pytest.raises(Missing):
        await making.find(secret)


async def test_it_stays_with_a_supplier_that_became_one_with_another(site, alice):
    await matched(site, alice)
    (merge,) = await making.rows("supplier_merge")
    await making.shared(await making.asked(alice.scope, merge["gone"]))
    assert await pruned(clock.now()) == {}


async def test_erasing_the_firm_that_asked_erases_all_of_it(site, alice, charlie, acme, secret, visitor):
    await report_shared(charlie, secret)
    with reaching(Reach(alice.organisation)):  # as far as its owner reaches
        await write(partial(erasing.erase_organisation, HOLDINGS, alice.organisation))
    assert await count("supplier_invitation") == await count("supplier_share") == 0
    assert await count("link", "purpose = 'ask'") == 0
    assert "You share nothing at present" in (await charlie.get("/shares")).text
    assert (await visitor.get(f"/t/{secret}")).status == (await visitor.get(f"/asked/{secret}")).status == 404


async def test_erasing_the_firm_that_shared_takes_it_back(site, alice, charlie, acme, secret):
    await report_shared(charlie, secret)
    assert "Ribble Catering" in (await alice.get(f"/suppliers/{acme}/ask")).text
    with reaching(Reach(charlie.organisation)):
        await write(partial(erasing.erase_organisation, HOLDINGS, charlie.organisation))
    page = await alice.get(f"/suppliers/{acme}/ask")
    assert "The supplier has withdrawn its answers" in page.text and "Ribble" not in page.text
    (row,) = await making.rows("supplier_share")
    assert row["giver"] is None and row["content"] == ""


async def test_forgetting_a_firm_changes_nothing_that_others_share_and_no_link_of_others(site, alice, charlie, acme):
    with clock.at(WHEN):
        secrets = [await making.asked(alice.scope, number, f"a{number}@example.net") for number in (acme, None, None)]
        back = await making.asked(charlie.scope)
        for giver, secret in ((charlie, secrets[0]), (charlie, secrets[1]), (alice, back)):
            await report_shared(giver, secret)
        await write(partial(links.make, "sign_in", DAY, {"organisation": str(alice.organisation)}))
    (ended, _) = await read(partial(sql.rows, "SELECT id FROM supplier_share WHERE giver = {}", charlie.organisation))
    with clock.at(WHEN + DAY):
        await write(partial(shares.withdraw, charlie.scope, ended["id"]))
    with clock.at(WHEN + 2 * DAY):
        await write(partial(retention.forget_firm, charlie.organisation))
    found = {(row["giver"], row["ended"], row["content"] != "") for row in await making.rows("supplier_share")}
    assert found == {
        (charlie.organisation, WHEN + DAY, False),
        (charlie.organisation, WHEN + 2 * DAY, False),
        (alice.organisation, None, True),
    }
    assert await count("link", "purpose = 'ask'") == 3  # those of Alice's firm
    assert await count("link", "purpose = 'sign_in'") == 1
    await write(partial(retention.forget_firm, alice.organisation))
    assert await count("link", "purpose = 'ask'") == 0 and await count("link", "purpose = 'sign_in'") == 1


async def test_erasing_a_person_leaves_what_is_the_firm_s(site, alice, bob, charlie, acme):
    secret = await making.asked(bob.scope, acme)
    await report_shared(charlie, secret)
    for person in (bob, charlie):
        await write(partial(erasing.erase_person, HOLDINGS, person.id))
    (invitation,), (share,) = await making.rows("supplier_invitation"), await making.rows("supplier_share")
    assert invitation["asked_by"] is None and share["shared_by"] is None and share["content"]
    page = await alice.get(f"/suppliers/{acme}/ask")
    assert "Ribble Catering" in page.text


async def test_somebody_who_was_asked_and_has_an_account_gets_a_copy_and_can_be_erased(site, alice, charlie, acme):
    secret = await making.asked(alice.scope, acme, charlie.email)
    found = await copy_of(charlie)
    assert charlie.email in str(found["Where you were asked as a supplier"]) and secret not in str(found)
    assert "token_hash" not in str(found)
    await write(partial(erasing.erase_person, HOLDINGS, charlie.id))
    (row,) = await making.rows("supplier_invitation")
    assert row["email"] == row["contact"] == "" and row["asked_by"] == alice.id


async def test_links_come_back_after_a_backup_that_has_none(site, alice, acme, visitor, secret):
    await making.shared(secret)
    other = await making.asked(alice.scope, email="other@example.net")
    await write(partial(sql.rows, "DELETE FROM link"))
    assert (await visitor.get(f"/t/{secret}")).status == 404
    for hook in await after_restore():
        await write(hook)
    for each in (secret, other):
        page = await visitor.get(f"/t/{each}")
        assert page.status == 200 and (await page.submit(f"/t/{each}")).url == f"/asked/{each}"
    assert await count("link", "expires > {}", clock.now() + 31 * DAY) == 1


async def test_links_come_back_as_they_were_but_for_those_that_are_over(alice, acme):
    with clock.at(WHEN):
        await making.asked(alice.scope)
        await making.shared(await making.asked(alice.scope, acme))
        before = await links_of()
        await write(partial(answering.decline, await making.asked(alice.scope), for_good=False))
    for moment, live in (
        (WHEN + 30 * DAY - SECOND, before),
        (WHEN + 30 * DAY, before[1:]),
        (WHEN + 365 * DAY - SECOND, before[1:]),
        (WHEN + 365 * DAY, []),
    ):
        await write(partial(sql.rows, "DELETE FROM link"))
        with clock.at(moment):
            await write(retention.bring_links_back)
        assert await links_of() == live


async def links_of() -> list[dict]:
    return await read(
        partial(sql.rows, "SELECT token_hash, purpose, payload, created, expires FROM link ORDER BY expires")
    )


async def test_no_address_of_a_supplier_is_in_the_log_or_kept_with_a_sent_mail(alice, acme, secret):
    await write(partial(answering.decline, secret, for_good=True))
    assert ADDRESS not in str(await making.rows("audit_entry"))
