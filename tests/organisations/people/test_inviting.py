"""Inviting a colleague: one link, for one address, one organisation and one role; good once, for a day."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.accounts.test_sign_in import account, sign_in
from tests.organisations.joined import PASSWORD, PEOPLE, actions, count, invite, invited, members
from tests.support.cast import Person, colleague
from tests.support.site import enrol

from pledge.accounts import people
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.organisations.people import inviting

DORA = "dora@example.org"
DETAILS = {"name": "Dora Example", "password": PASSWORD}


async def dora_signed_in(site, email: str = DORA) -> Person:
    """Dora has an account, and no organisation."""
    person = await account(email, name="Dora")
    return Person("Dora", email, person, await site.signed_in(person))


async def test_somebody_new_sets_a_name_and_a_password_and_is_in(site, alice, visitor):
    page = await invite(alice, DORA, "viewer")
    assert page.url == f"{PEOPLE}?notice=invited" and DORA in page.text and "Viewer" in page.text
    (mail,) = await site.mails()
    assert mail.recipient == DORA and "Alice invites you to Pendle Joinery" in mail.subject
    assert "as a viewer" in mail.body and "24 hours" in mail.body
    page = await visitor.get(mail.link)
    assert page.title.startswith("Join Pendle Joinery") and "Alice invites you" in page.text
    page = await page.submit(**DETAILS)
    assert page.url == "/home?notice=joined" and "Pendle Joinery" in page.text and visitor.session
    assert await members(alice.organisation) == {"alice@example.org": "owner", DORA: "viewer"}
    assert DORA not in str(await read(partial(sql.rows, "SELECT * FROM invitation")))
    assert {"member.invited", "account.confirmed", "member.joined"} <= set(await actions())
    (told,) = await site.mails("alice@example.org")
    assert told.subject == "Dora Example has joined Pendle Joinery" and DORA in told.body
    again = site.browser()
    assert (await sign_in(again, DORA, PASSWORD)).url == "/home"  # the address is confirmed, the password is theirs


async def test_somebody_signed_in_under_that_address_joins_and_acts_for_it(site, alice):
    dora = await dora_signed_in(site)
    await site.organisation("Dora and Daughters", dora.id)
    session = dora.browser.session
    page = await (await dora.get(await invited(site, alice, "DORA@example.org", "contributor"))).submit()
    assert page.url == "/home?notice=joined" and "Pendle Joinery" in page.text
    assert dora.browser.session == session and (await members(alice.organisation))[DORA] == "contributor"


async def test_somebody_with_an_account_signs_in_first_and_comes_back(site, alice, visitor):
    await account(DORA, PASSWORD)
    link = await invited(site, alice, DORA)
    page = await visitor.get(link)
    assert "Sign in there first" in page.text and f"/sign-in?next={link}" in page.links()
    assert not page.document.xpath("//main//form")
    refused = await visitor.post(link, DETAILS)
    assert refused.status == 403 and "Sign in there" in refused.text and not visitor.session
    page = await visitor.get(f"/sign-in?next={link}")
    page = await page.submit(email=DORA, password=PASSWORD)
    assert page.url == link
    assert (await page.submit()).url == "/home?notice=joined"
    assert DORA in await members(alice.organisation)


async def test_a_browser_on_its_way_through_somebodys_second_factor_is_a_visitors(site, alice):
    """The newcomer gets a session of their own; the other's is neither used nor changed."""
    charlie = await account("charlie@example.org", name="Charlie")
    await enrol(charlie)
    browser = site.browser()
    assert (await sign_in(browser, "charlie@example.org")).url.startswith("/sign-in/code")
    page = await (await browser.get(await invited(site, alice, DORA))).submit(**DETAILS)
    assert page.url == "/home?notice=joined" and DORA in (await browser.get("/account")).text
    assert await read(partial(sql.value, "SELECT count(*) FROM session WHERE person = {}", charlie)) == 0
    assert "charlie@example.org" not in await members(alice.organisation)


async def test_under_another_address_the_page_says_so_and_what_to_do(site, alice, charlie):
    link = await invited(site, alice, DORA)
    for page in (await charlie.get(link), await charlie.post(link, DETAILS)):
        assert DORA in page.text and charlie.email in page.text
    assert page.status == 403
    page = await charlie.get(link)
    assert page.status == 200 and "sign out, and open the link in the e-mail again" in page.text
    assert page.form().get("action") == "/sign-out"
    assert list(await members(alice.organisation)) == [alice.email] and await count("person") == 2
    assert (await site.browser().get(link)).status == 200  # and it still works


async def test_a_scanner_uses_nothing_up(site, alice, visitor):
    link = await invited(site, alice, DORA)
    for _ in range(3):
        scanner = site.browser()
        assert (await scanner.get(link)).status == 200 and (await scanner.http.head(link)).status_code == 200
    assert await count("person") == 1
    assert (await (await visitor.get(link)).submit(**DETAILS)).url == "/home?notice=joined"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("viewer", "read everything and book places at events, and change nothing else"),
        (
            "contributor",
            "read everything, answer the questions, do and give actions, upload suppliers and book places at events",
        ),
        ("owner", "do all that a contributor can, sign the pledge, change the profile, and decide who is here"),
    ],
)
async def test_wherever_a_role_is_described_it_says_what_it_may(site, alice, visitor, role, may):
    await invite(alice, DORA, role)
    (mail,) = await site.mails()
    assert f"You can then {may}." in " ".join(mail.body.split())
    assert f"You can then {may}." in (await visitor.get(mail.link)).text
    assert f"{role.title()}: can {may}." in (await alice.get(PEOPLE)).text
    assert f"Can {may}" in (await alice.get(f"{PEOPLE}/invite")).text


@pytest.mark.parametrize("role", ["owner", "contributor", "viewer"])
async def test_the_role_is_the_one_of_the_invitation_whatever_is_sent_along(site, alice, charlie, visitor, role):
    link = await invited(site, alice, DORA, role)
    forged = {"role": "owner", "organisation": str(charlie.organisation), "email": "eve@example.org", "person": "x"}
    await visitor.post(link, DETAILS | forged)
    assert (await members(alice.organisation))[DORA] == role
    assert list(await members(charlie.organisation)) == [charlie.email]


async def test_what_is_wrong_on_the_form_is_said_and_the_link_still_works(site, alice, visitor):
    link = await invited(site, alice, DORA)
    page = await visitor.get(link)
    wrong = (("", PASSWORD), ("Dora", "short"), ("Dora", DORA), ("see https://evil.example", PASSWORD))
    for name, password in wrong:
        page = await page.submit(name=name, password=password)
        assert page.status == 422 and len(page.errors) == 1 and page.fields()["password"] == [""]
    assert (await page.submit(**DETAILS)).url == "/home?notice=joined"


# — links that do not work —


async def over(site, link: str, *words: str) -> None:
    """The link does nothing for a visitor, seen or used, and its page has these words."""
    before = await count("membership")
    browser = site.browser()
    for page in (await browser.get(link), await browser.post(link, DETAILS)):
        assert page.status == 404 and not browser.session, page.text
        for word in (*words, "Nothing has been changed."):
            assert word in page.text, page.text
    assert await count("membership") == before


async def test_a_used_one(site, alice, visitor):
    link = await invited(site, alice, DORA)
    await (await visitor.get(link)).submit(**DETAILS)
    await over(site, link, "accepted already", "sign in", "tell Alice")


async def test_an_expired_one(site, alice, visitor):
    link = await invited(site, alice, DORA)
    page = await visitor.get(link)
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=59)):
        assert (await visitor.get(link)).status == 200
    with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1)):
        await over(site, link, "has run out", "Ask Alice", "Pendle Joinery")
        late = await page.submit(**DETAILS)
        assert late.status == 404 and f"What you typed Your name {DETAILS['name']}" in late.text
        assert DETAILS["password"] not in late.html
        browser = await site.signed_in(alice.id, alice.organisation)
        assert "Ran out on" in (await browser.get(PEOPLE)).text


async def test_a_withdrawn_one_even_when_the_address_is_invited_again(site, alice, visitor):
    link = await invited(site, alice, DORA)
    page = await (await (await alice.get(PEOPLE)).follow("Withdraw")).submit()
    assert page.url == f"{PEOPLE}?notice=invitation-withdrawn" and DORA not in page.text
    await over(site, link, "was withdrawn", "ask Alice")
    newer = await invited(site, alice, DORA)
    await over(site, link, "was withdrawn")
    assert (await (await visitor.get(newer)).submit(**DETAILS)).url == "/home?notice=joined"


async def test_inviting_again_renews_and_ends_the_link_before(site, alice, visitor):
    link = await invited(site, alice, DORA, "viewer")
    page = await invite(alice, "Dora@example.ORG", "contributor")
    assert page.url == f"{PEOPLE}?notice=invited-again" and "They were invited before." in page.html
    await over(site, link, "There is a newer invitation", "newest")
    page = await (await alice.get(PEOPLE)).submit(f"{PEOPLE}/invite")  # “Send again”
    assert page.url == f"{PEOPLE}?notice=invited-again" and await count("invitation") == 1
    newest = (await site.mails("Dora@example.org"))[-1].link
    await (await visitor.get(newest)).submit(**DETAILS)
    assert (await members(alice.organisation)) == {alice.email: "owner", "Dora@example.org": "contributor"}


async def test_a_forged_or_truncated_one(site, alice):
    link = await invited(site, alice, DORA)
    for broken in (link[:-1], link[:20], link + "x", link.swapcase().replace("/T/", "/t/"), "/t/" + "A" * 43):
        await over(site, broken, "This link no longer works", "ask them to invite you again")


async def test_swapped_ones_each_stay_with_their_address(site, alice, charlie):
    dora, eve = await dora_signed_in(site), await dora_signed_in(site, "eve@example.org")
    to_dora = await invited(site, alice, DORA, "owner")
    to_eve = await invited(site, charlie, "eve@example.org", "viewer")
    assert (await dora.post(to_eve, {"_key": "x"})).status == 403
    assert (await eve.post(to_dora, {"_key": "x"})).status == 403
    assert await count("membership") == 2


async def test_two_presses_at_the_same_moment_join_once(site, alice):
    link = await invited(site, alice, DORA)
    pages = [await site.browser().get(link) for _ in range(4)]
    answers = await asyncio.gather(*[page.submit(**DETAILS) for page in pages])
    assert sorted(answer.status for answer in answers) == [200, 404, 404, 404]
    assert await count("membership") == 2 and await count("person") == 2


async def test_withdrawn_and_accepted_at_the_same_moment_is_one_of_both(site, alice):
    for number in range(4):
        email = f"dora{number}@example.org"
        page = await site.browser().get(await invited(site, alice, email))
        asking = await (await alice.get(PEOPLE)).follow("Withdraw")
        withdrawn, accepted = await asyncio.gather(asking.submit(), page.submit(name="Dora", password=PASSWORD))
        joined = email in await members(alice.organisation)
        assert (withdrawn.status, accepted.status) == ((404, 200) if joined else (200, 404))


async def test_an_account_made_meanwhile_has_to_sign_in(site, alice, visitor, monkeypatch):
    """Between the look and the use somebody confirmed the address elsewhere: no account is taken over."""
    link = await invited(site, alice, DORA)
    page = await visitor.get(link)
    add = people.add

    async def beaten(email, name, password_hash):
        await add(email, "Somebody else", "")
        return await add(email, name, password_hash)

    monkeypatch.setattr(people, "add", beaten)
    answer = await page.submit(**DETAILS)
    assert answer.status == 403 and "Sign in there" in answer.text and not visitor.session
    assert list(await members(alice.organisation)) == [alice.email]


# — what an owner is told —


async def test_a_member_is_not_invited_again_and_the_page_says_so(site, alice, bob):
    page = await invite(alice, "BOB@example.org", "owner")
    assert page.status == 422
    assert page.errors == ["BOB@example.org is in Pendle Joinery already. You can change their role."]
    assert page.fields()["role"] == ["owner"] and not await site.mails() and await count("invitation") == 0


async def test_bad_input_is_refused_in_plain_words_and_keeps_what_was_typed(site, alice):
    cases = (
        ({"email": ""}, "Enter your colleague’s e-mail address"),
        (
            {"email": "dora"},
            "“Your colleague’s e-mail address” is not in the usual form. "
            "Enter an e-mail address like name@example.org.",
        ),
        (
            {"email": "dоra@example.org"},
            "“Your colleague’s e-mail address” is not in the usual form. "
            "Enter an e-mail address like name@example.org.",
        ),
        ({"role": "admin"}, "“What may they do?” has an answer that is not on the page. Choose one of those that are."),
        ({"role": ""}, "Choose what your colleague may do"),
    )
    for changes, problem in cases:
        typed = {"email": DORA, "role": "viewer"} | changes
        page = await (await alice.get(f"{PEOPLE}/invite")).submit(**typed)
        assert page.status == 422 and page.errors == [problem]
        assert page.fields()["email"] == [typed["email"]]
    page = await invite(alice, "dora@example.org\r\nBcc: eve@example.org")
    assert page.status == 422
    assert not await site.mails() and await count("invitation") == 0


async def test_an_address_with_an_account_and_one_without_look_the_same(site, alice):
    """Nobody learns from inviting who has an account."""
    await account(DORA, name="Somebody Known")
    known, unknown = await invite(alice, DORA), await invite(alice, "fred@example.org")
    assert known.url == unknown.url
    page = await alice.get(PEOPLE)
    rows = [" ".join(row.text_content().split()) for row in page.document.xpath("//table[2]/tbody/tr")]
    assert rows[1].replace(DORA, "") == rows[0].replace("fred@example.org", "")
    mails = [(await site.mails(email))[0] for email in (DORA, "fred@example.org")]
    plain = [mail.body.replace(mail.recipient, "").replace(mail.link, "") for mail in mails]
    assert plain[0] == plain[1] and mails[0].subject == mails[1].subject
    assert "Somebody Known" not in page.html + known.html


async def test_an_invitation_sent_twice_by_one_form_is_one(site, alice):
    page = await alice.get(f"{PEOPLE}/invite")
    answers = await asyncio.gather(*[page.submit(email=DORA) for _ in range(3)])
    assert {answer.url for answer in answers} == {f"{PEOPLE}?notice=invited"}
    assert len(await site.mails()) == 1 and (await actions()).count("member.invited") == 1


async def test_a_firm_invites_somebody_three_times_a_day_and_shuts_no_other_out(site, alice, charlie):
    for _ in range(3):
        assert (await invite(charlie, DORA)).status == 200
    page = await invite(charlie, "Dora@Example.org")
    assert page.status == 429 and "has had 3 invitations today" in page.errors[0]
    assert int(page.response.headers["retry-after"]) > 0 and page.fields()["email"][0]
    assert (await invite(alice, DORA)).status == 200
    assert len(await site.mails()) == 4
    await site.organisation("Charlie’s second", charlie.id)  # one person has no more by having several firms
    second = await site.organisation("Charlie’s third", charlie.id)
    browser = await site.signed_in(charlie.id, second)
    assert (await invite(browser, DORA)).status == 429
    assert (await invite(alice, "fred@example.org")).status == 200
    with time_machine.travel(clock.now() + timedelta(days=1)):
        browser = await site.signed_in(alice.id, alice.organisation)
        assert (await invite(browser, DORA)).status == 200


async def test_an_organisation_sends_twenty_a_day(site, alice, charlie):
    for number in range(20):
        assert (await invite(alice, f"person{number}@example.org")).status == 200
    page = await invite(alice, DORA)
    assert page.status == 429 and "You have sent 20 invitations today." in page.errors[0]
    assert (await invite(charlie, DORA)).status == 200
    assert len(await site.mails()) == 21


# — invitations end —


async def test_invitations_end_with_the_ownership_of_whoever_sent_them(site, alice):
    """A removed owner has no way back in."""
    for way in ("remove", "role", "leave", "hand-over"):
        olaf = await colleague(site, f"Olaf{way.replace('-', '')}", alice, "owner")
        email = f"dora-{way}@example.org"
        link = await invited(site, olaf, email, "owner")
        rows = await read(partial(sql.rows, "SELECT id FROM membership WHERE person = {}", olaf.id))
        if way == "leave":
            page = await (await olaf.get(f"{PEOPLE}/leave")).submit()
        elif way == "hand-over":
            mine = await read(partial(sql.value, "SELECT id FROM membership WHERE person = {}", alice.id))
            page = await (await olaf.get(f"{PEOPLE}/{mine}/hand-over")).submit()
        else:
            last = "/remove" if way == "remove" else ""
            fields = {} if last else {"role": "contributor"}
            page = await (await alice.get(f"{PEOPLE}/{rows[0]['id']}{last}")).submit(**fields)
        assert page.status == 200, page.text
        await over(site, link, "was withdrawn")
        assert email not in (await alice.get(PEOPLE)).text


async def test_they_are_forgotten_a_week_after_they_ran_out(site, alice):
    await invite(alice, DORA)
    for days, left in ((7, 1), (9, 0)):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            await write(inviting.prune)
        assert await count("invitation") == left


async def test_a_link_of_an_organisation_that_is_gone_says_it_was_withdrawn(site, alice):
    link = await invited(site, alice, DORA)
    await write(partial(sql.rows, "DELETE FROM organisation WHERE id = {}", alice.organisation))
    await over(site, link, "was withdrawn", "Pendle Joinery")
