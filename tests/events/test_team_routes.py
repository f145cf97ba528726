"""The organisers of one body: who sees whom, who is invited and how, who is removed."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.accounts.test_sign_in import PASSWORD, account
from tests.events import making
from tests.support.cast import organiser
from tests.support.site import enrol

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.limits import hit
from pledge.mail.words import Mailroom
from pledge.organisations.people import organiser_team
from pledge.policy.actors import Actor
from pledge.policy.scopes import OrganiserScope

PEOPLE = "/organise/people"
INVITE = f"{PEOPLE}/invite"
CHOSEN = {"name": "Nora New", "password": "seven slow silver trains"}


@pytest.fixture
async def otto(site):
    """Otto organises for another body."""
    return await organiser(site, "Otto", "Ribble Chamber of Commerce")


async def invite(site, olive, email="nora@example.org") -> str:
    page = await (await olive.get(PEOPLE)).submit(INVITE, email=email)
    assert "colleague-invited" in page.url, page.text
    return (await site.mails(email.lower()))[-1].link


async def organisers_of(person) -> set[str]:
    rows = await read(
        partial(
            sql.rows,
            "SELECT p.email FROM organiser_member m JOIN person p ON p.id = m.person WHERE m.organiser = "
            "(SELECT organiser FROM organiser_member WHERE person = {})",
            person.id,
        )
    )
    return {row["email"] for row in rows}


async def actions() -> list[str]:
    return [row["action"] for row in await read(partial(sql.rows, "SELECT action FROM audit_entry ORDER BY at"))]


async def colleague_of(site, olive):
    """Nora, whom Olive has invited and who has joined, in a browser where she is signed in."""
    browser = site.browser()
    page = await (await browser.get(await invite(site, olive))).submit(**CHOSEN)
    assert page.url.startswith("/account/second-factor"), page.text  # organisers need one before they see anything
    person = await read(partial(sql.value, "SELECT id FROM person WHERE email = 'nora@example.org'"))
    await enrol(person)
    return await site.signed_in(person)


async def member_id(email: str):
    statement = "SELECT m.id FROM organiser_member m JOIN person p ON p.id = m.person WHERE p.email = {}"
    return await read(partial(sql.value, statement, email))


async def test_somebody_new_sets_a_name_and_a_password_and_organises_with_you(site, olive):
    nora = await colleague_of(site, olive)
    assert await organisers_of(olive) == {"olive@example.org", "nora@example.org"}
    page = await nora.get(PEOPLE)
    assert "Olive" in page.text and "Nora New (you)" in page.text
    assert "Nora New" in (await olive.get(PEOPLE)).text
    assert {"organiser.invited", "organiser.member_added", "account.confirmed"} <= set(await actions())
    assert not await read(partial(sql.rows, "SELECT id FROM organiser_invitation"))


async def test_opening_the_link_changes_nothing_and_a_weak_password_does_not_use_it_up(site, olive, visitor):
    link = await invite(site, olive)
    for _ in range(3):  # a scanner
        assert (await visitor.get(link)).status == 200
    page = await (await visitor.get(link)).submit(name="", password="password1234")
    assert page.status == 422 and len(page.errors) == 2
    assert await organisers_of(olive) == {"olive@example.org"}
    assert (await page.submit(**CHOSEN)).status == 200
    assert len(await organisers_of(olive)) == 2


async def test_whoever_has_an_account_accepts_and_then_signs_in(site, olive, visitor):
    await account("nora@example.org")
    page = await visitor.get(await invite(site, olive, "Nora@Example.org"))
    assert not page.document.xpath("//main//input[@type='password']")
    page = await page.submit()
    assert page.url.startswith("/sign-in?") and "Sign in to go on" in page.text and visitor.session is None
    page = await page.submit(email="nora@example.org", password=PASSWORD)
    assert page.url == "/account/second-factor?next=%2Forganise" and page.status == 200
    assert await organisers_of(olive) == {"olive@example.org", "nora@example.org"}


async def test_the_link_adds_the_account_it_was_sent_to_whoever_presses_the_button(site, olive, alice):
    await account("nora@example.org")
    page = await (await alice.get(await invite(site, olive))).submit()
    assert page.status == 403  # Alice is signed in still, and organises nothing
    assert await organisers_of(olive) == {"olive@example.org", "nora@example.org"}


async def test_an_account_made_meanwhile_keeps_its_password(site, olive, visitor):
    page = await visitor.get(await invite(site, olive))
    await account("nora@example.org")
    page = await page.submit(**CHOSEN)
    assert page.url.startswith("/sign-in?") and visitor.session is None
    assert (await page.submit(email="nora@example.org", password=CHOSEN["password"])).status == 422
    assert (await page.submit(email="nora@example.org", password=PASSWORD)).url.startswith("/account/second-factor")


async def test_a_changed_address_is_not_who_was_invited(site, olive, visitor):
    person = await account("nora@example.org")
    page = await visitor.get(await invite(site, olive))
    other = "other@example.org"
    await write(partial(sql.rows, "UPDATE person SET email = {}, email_key = {} WHERE id = {}", other, other, person))
    assert (await page.submit()).status == 404
    assert await organisers_of(olive) == {"olive@example.org"}


@pytest.mark.parametrize("known", [True, False])
async def test_a_link_works_once_and_for_a_day(site, olive, visitor, known):
    if known:
        await account("nora@example.org")
    link = await invite(site, olive)
    page = await visitor.get(link)
    with time_machine.travel(making.NOW + timedelta(hours=24, minutes=1), tick=True):
        assert (await visitor.get(link)).status == 404
        assert (await page.submit(**CHOSEN)).status == 404
    assert await organisers_of(olive) == {"olive@example.org"}
    results = await asyncio.gather(*[page.submit(**CHOSEN) for _ in range(3)])
    assert sorted(result.status for result in results)[1:] == [404, 404]
    assert (await visitor.get(link)).status == 404
    assert (await actions()).count("organiser.member_added") == 2  # Olive's, and this one


async def test_a_withdrawn_invitation_no_longer_works_even_on_an_open_page(site, olive, visitor):
    link = await invite(site, olive)
    waiting = await visitor.get(link)
    page = await (await (await olive.get(PEOPLE)).follow("Withdraw the invitation to nora@example.org")).submit()
    assert "withdrawn" in page.url and "nora@example.org" not in page.text
    over = await visitor.get(link)
    assert over.status == 404 and "This link no longer works" in over.text and "It worked" not in over.text
    assert (await waiting.submit(**CHOSEN)).status == 404
    assert await organisers_of(olive) == {"olive@example.org"}
    assert "organiser.invitation_withdrawn" in await actions()


async def test_inviting_again_ends_the_first_link(site, olive, visitor):
    first, second = await invite(site, olive), await invite(site, olive)
    assert first != second and (await visitor.get(first)).status == 404 and (await visitor.get(second)).status == 200
    assert (await olive.get(PEOPLE)).text.count("nora@example.org, until") == 1


async def test_the_same_form_sent_twice_sends_one_mail(site, olive):
    page = await olive.get(PEOPLE)
    for _ in range(2):
        assert "colleague-invited" in (await page.submit(INVITE, email="nora@example.org")).url
    assert len(await site.mails("nora@example.org")) == 1


async def test_forged_and_swapped_links_do_nothing(site, olive, otto, visitor):
    first, second = await invite(site, olive), await invite(site, otto, "nina@example.org")
    for forged in (f"{first[:-1]}", f"{first}x", "/t/organiser_new", "/t/"):
        assert (await visitor.get(forged)).status in (404, 405)
    await (await visitor.get(second)).submit(**CHOSEN)
    assert await organisers_of(olive) == {"olive@example.org"} and len(await organisers_of(otto)) == 2
    await (await site.browser().get(first)).submit(**CHOSEN)
    assert await organisers_of(olive) == {"olive@example.org", "nora@example.org"}


async def test_an_address_is_needed_and_a_colleague_is_not_invited(site, olive):
    page = await olive.get(PEOPLE)
    assert (await page.submit(INVITE, email="")).errors == ["Enter their e-mail address"]
    assert "usual form" in (await page.submit(INVITE, email="nora")).errors[0]
    assert "with you already" in (await page.submit(INVITE, email="OLIVE@example.org")).errors[0]
    assert await site.mails() == []


async def test_a_body_invites_somebody_three_times_a_day_and_shuts_no_other_out(site, olive, otto):
    for _ in range(3):
        await invite(site, otto)
    page = await (await otto.get(PEOPLE)).submit(INVITE, email="nora@example.org")
    assert page.status == 429 and len(await site.mails("nora@example.org")) == 3
    await invite(site, olive)
    assert len(await site.mails("nora@example.org")) == 4


async def test_a_body_invites_twenty_times_an_hour_at_most(site, olive, otto):
    (body,) = await read(partial(sql.rows, "SELECT organiser FROM organiser_member WHERE person = {}", otto.id))
    for _ in range(19):
        await write(partial(hit, organiser_team.PER_BODY, str(body["organiser"])))
    await invite(site, otto)
    page = await (await otto.get(PEOPLE)).submit(INVITE, email="other@example.org")
    assert page.status == 429 and not await site.mails("other@example.org")
    await invite(site, olive)


async def test_somebody_who_organises_elsewhere_is_told_so_and_stays_there(site, olive, otto):
    page = await (await otto.get(await invite(site, olive, otto.email))).submit()
    assert page.status == 409 and "another body already" in page.text
    assert await organisers_of(otto) == {"otto@example.org"} and await organisers_of(olive) == {"olive@example.org"}


async def test_another_bodys_people_and_invitations_are_not_there(site, olive, otto):
    await invite(site, olive)
    page = await otto.get(PEOPLE)
    assert "Olive" not in page.text and "nora@example.org" not in page.text
    invitation = await read(partial(sql.value, "SELECT id FROM organiser_invitation"))
    member = await member_id("olive@example.org")
    for path in (f"{PEOPLE}/invitations/{invitation}/withdraw", f"{PEOPLE}/{member}/remove"):
        assert (await otto.post(path, {"": ""})).status == 404
    assert (await otto.get(f"{PEOPLE}/{member}/remove")).status == 404
    assert await read(partial(sql.value, "SELECT count(*) FROM organiser_invitation")) == 1
    assert await organisers_of(olive) == {"olive@example.org"}


async def test_nobody_else_comes_here(site, alice, stella, rosa, visitor, olive):
    member = await member_id("olive@example.org")
    for path in (PEOPLE, f"{PEOPLE}/{member}/remove"):
        assert (await visitor.get(path)).url.startswith("/sign-in")
        for person in (alice, stella, rosa):
            assert (await person.get(path)).status == 403
    for path in (INVITE, f"{PEOPLE}/{member}/remove", f"{PEOPLE}/invitations/{member}/withdraw"):
        for person in (alice, stella, rosa, visitor):
            assert (await person.post(path, {"email": "nora@example.org"})).status == 403
    assert await site.mails() == [] and await organisers_of(olive) == {"olive@example.org"}


async def test_a_removed_colleague_is_out_at_the_next_request_and_is_told(site, olive):
    nora = await colleague_of(site, olive)
    assert (await nora.get("/organise")).status == 200
    page = await olive.get(f"{PEOPLE}/{await member_id('nora@example.org')}/remove")
    page = await page.submit()
    assert "removed" in page.url and "Nora" not in page.text
    assert (await nora.get("/organise")).status == 403
    mail = (await site.mails("nora@example.org"))[-1]
    assert "no longer organise events for Wyre Chamber of Commerce" in mail.subject
    assert "organiser.member_removed" in await actions()


async def test_one_may_leave_but_the_last_one_stays(site, olive):
    page = await olive.post(f"{PEOPLE}/{await member_id('olive@example.org')}/remove", {"": ""})
    assert page.status == 409 and "only organiser" in page.text
    await colleague_of(site, olive)
    page = await olive.get(f"{PEOPLE}/{await member_id('olive@example.org')}/remove")
    assert "Stop organising" in page.title
    page = await page.submit()
    assert page.url == "/account?notice=team-left"
    assert (await olive.get("/organise")).status == 403


async def test_two_who_remove_each_other_at_once_leave_one(site, olive):
    await colleague_of(site, olive)
    body = (await making.scope_of(olive.id)).organiser
    scope = OrganiserScope(Actor(person=olive.id, organiser=body, organiser_name="Wyre"), olive.id, body)
    common = {"product": "", "partnership": {"name": ""}, "helpline": {"name": "", "phone": ""}}
    mailroom = Mailroom("", {**common, "emergency": {"phone": ""}})
    members = [await member_id(f"{name}@example.org") for name in ("olive", "nora")]

    async def remove(member) -> bool:
        try:
            await write(partial(organiser_team.remove, scope, member, mailroom))
        except organiser_team.LastOrganiser:
            return False
        return True

    assert sorted(await asyncio.gather(*map(remove, members))) == [False, True]


async def test_invitations_that_are_over_are_forgotten(site, olive):
    await invite(site, olive)
    count = partial(sql.value, "SELECT count(*) FROM organiser_invitation")
    await write(organiser_team.prune)
    assert await read(count) == 1
    with time_machine.travel(making.NOW + timedelta(hours=25), tick=True):
        await write(organiser_team.prune)
    assert await read(count) == 0
