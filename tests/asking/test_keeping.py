"""How long what belongs to asking suppliers is kept, who is erased with what, and what a backup brings back."""

from datetime import timedelta
from functools import partial

import pytest
from tests.asking import making
from tests.asking.making import ADDRESS
from tests.commands.test_pruning import count, prune
from tests.organisations.rights.test_exporting import copy_of
from tests.support.firms import MAILROOM, fill_profile, submitted

from pledge.app import after_restore
from pledge.asking import answering, invitations, shares
from pledge.database import clock, sql
from pledge.database.unit import Reach, reaching, read, write
from pledge.declared import HOLDINGS
from pledge.organisations.rights import erasing
from pledge.refusals import Missing

DAY = timedelta(days=1)
TABLES = {"supplier_invitation", "supplier_answer", "supplier_share", "link"}


@pytest.fixture
async def secret(alice, acme):
    return await making.asked(alice.scope, acme)


async def report_shared(giver, secret) -> None:
    await fill_profile(giver, name="Ribble Catering")
    await submitted(giver, "recruitment", 3)
    summary = await read(partial(shares.offered, giver.scope, "recruitment"))
    share = partial(answering.share, secret, summary, summary.digest, MAILROOM)
    await write(partial(share, giver=giver.organisation, person=giver.id))


async def test_what_was_not_answered_goes_ninety_days_after_it_ran_out(alice, acme, secret):
    asked = clock.now()
    await making.answered(secret)
    assert not TABLES & set(await prune(asked + 29 * DAY))
    assert TABLES & set(await prune(asked + 32 * DAY)) == {"supplier_answer", "link"}
    assert "supplier_invitation" not in await prune(asked + 119 * DAY)
    assert (await prune(asked + 121 * DAY))["supplier_invitation"] == 1


async def test_what_was_taken_back_or_declined_goes_too(alice, acme, secret):
    await making.answered(secret)
    await write(partial(invitations.withdraw, alice.scope, acme))
    now = clock.now()
    assert (await prune(now))["supplier_answer"] == 1  # at once: nobody sees them any more
    assert "supplier_invitation" not in await prune(now + 89 * DAY)
    assert (await prune(now + 91 * DAY))["supplier_invitation"] == 1
    other = await making.asked(alice.scope, acme, "other@example.net")
    await write(partial(answering.decline, other, for_good=True))
    assert "supplier_invitation" not in await prune(now + 364 * DAY)
    assert (await prune(now + 366 * DAY))["supplier_invitation"] == 1
    assert await count("ask_refusal") == 1  # as long as this site runs


async def test_what_is_shared_goes_after_a_year_and_that_it_was_after_another(alice, acme, secret):
    await making.shared(secret)
    now = clock.now()
    assert (await prune(now + 31 * DAY))["supplier_answer"] == 1  # the supplier's own copy
    assert not (TABLES - {"supplier_answer"}) & set(await prune(now + 364 * DAY))
    assert await count("supplier_share", "content <> ''") == 1
    assert (await prune(now + 366 * DAY))["supplier_share"] == 1
    assert await count("supplier_share", "content = '' AND ended = expires") == 1
    assert await count("supplier_invitation", "email = '' AND contact = ''") == 1
    assert "supplier_share" not in await prune(now + 367 * DAY)
    assert (await prune(now + 732 * DAY))["supplier_invitation"] == 1
    assert await count("supplier_share") == 0


async def test_it_goes_with_the_supplier(alice, acme, secret):
    await making.shared(secret)
    await write(partial(sql.rows, "DELETE FROM supplier WHERE id = {}", acme))
    assert (await prune(clock.now()))["supplier_invitation"] == 1
    assert await count("supplier_share") == await count("supplier_answer") == 0
    with pytest.raises(Missing):
        await making.find(secret)


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


async def test_no_address_of_a_supplier_is_in_the_log_or_kept_with_a_sent_mail(alice, acme, secret):
    await write(partial(answering.decline, secret, for_good=True))
    assert ADDRESS not in str(await making.rows("audit_entry"))
