"""E-mailed links: a page with a button, used once, for ten minutes or a day, and never for anything else."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.accounts.test_sessions import session_rows, works
from tests.accounts.test_sign_in import PASSWORD, account, sign_in

from pledge.accounts import links
from pledge.database import clock, sql
from pledge.database.ids import token_hash
from pledge.database.unit import read, write

NEW = "four green glass bottles"


async def link_for(site, browser, email="alice@example.org", path="/sign-in/link"):
    """Ask for a link and return its path from the newest mail."""
    page = await browser.get(path)
    page = await page.submit(email=email)
    assert page.url == "/sign-in/check-your-email"
    return (await site.mails(email))[-1].link


async def test_a_link_signs_in_on_the_device_where_the_button_is_pressed(site, visitor):
    await site.organisation("Pendle Joinery", await account("alice@example.org"))
    link = await link_for(site, visitor)
    for _ in range(3):  # a scanner
        assert (await site.browser().get(link)).status == 200
    assert not await works(visitor)
    page = await (await visitor.get(link)).submit()
    assert visitor.session and await works(visitor) and page.url == "/home"


async def test_an_unknown_address_gets_the_same_page_and_no_mail(site, visitor):
    await account("alice@example.org")
    known = await (await visitor.get("/sign-in/link")).submit(email="alice@example.org")
    unknown = await (await visitor.get("/sign-in/link")).submit(email="nobody@example.org")
    assert known.url == unknown.url and known.html == unknown.html
    assert {mail.recipient for mail in await site.mails()} == {"alice@example.org"}


async def test_a_reset_changes_the_password_ends_every_session_and_tells_the_owner(site, visitor):
    await site.organisation("Pendle Joinery", await account("alice@example.org"))
    elsewhere = site.browser()
    await sign_in(elsewhere)
    link = await link_for(site, visitor, path="/sign-in/forgotten")
    page = await (await visitor.get(link)).submit(password=NEW)
    assert "password-changed" in page.url and await works(visitor)
    assert not await works(elsewhere) and len(await session_rows()) == 1
    assert [mail.subject for mail in await site.mails("alice@example.org")][-1] == "Your Pledge password was changed"

    fresh = site.browser()
    assert (await sign_in(fresh)).status == 422
    await sign_in(fresh, password=NEW)
    assert fresh.session


async def test_a_password_that_is_refused_leaves_the_link_working(site, visitor):
    await account("alice@example.org")
    page = await visitor.get(await link_for(site, visitor, path="/sign-in/forgotten"))
    for bad in ("short", "password1234", "aaaaaaaaaaaaaaaa", "x" * 129, ""):
        page = await page.submit(password=bad)
        assert page.status == 422 and len(page.errors) == 1 and page.fields()["password"] == [""]
    page = await page.submit(password=NEW)
    assert visitor.session


@pytest.mark.parametrize("path", ["/sign-in/link", "/sign-in/forgotten"])
async def test_a_link_lives_ten_minutes(site, visitor, path):
    await account("alice@example.org")
    link = await link_for(site, visitor, path=path)
    page = await visitor.get(link)
    with time_machine.travel(clock.now() + timedelta(minutes=9)):
        assert (await visitor.get(link)).status == 200
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert (await visitor.get(link)).status == 404
        assert (await page.submit(**({"password": NEW} if "forgotten" in path else {}))).status == 404
    assert visitor.session is None


@pytest.mark.parametrize("path", ["/sign-in/link", "/sign-in/forgotten"])
async def test_a_link_works_once_even_at_the_same_moment(site, visitor, path):
    await account("alice@example.org")
    link = await link_for(site, visitor, path=path)
    pages = [await browser.get(link) for browser in [site.browser() for _ in range(4)]]
    changes = {"password": NEW} if "forgotten" in path else {}
    answers = await asyncio.gather(*[page.submit(**changes) for page in pages])
    assert sum("each link works once" in answer.text for answer in answers if answer.status == 404) >= 3
    assert len(await session_rows()) == 1
    assert (await pages[0].submit(**changes)).status == 404


async def test_a_damaged_link_says_so_plainly(site, visitor):
    await account("alice@example.org")
    link = await link_for(site, visitor)
    secret = link.removeprefix("/t/")
    for broken in (secret[:-1], secret[:10], secret + "x", secret.swapcase(), secret + "%20", "x", token_hash(secret)):
        for answer in (await visitor.get(f"/t/{broken}"), await visitor.post(f"/t/{broken}", {"_key": "x"})):
            assert answer.status == 404 and "This link no longer works" in answer.title
            assert "ask for a new link" in answer.text
    assert (await visitor.get(link)).status == 200


async def test_a_link_is_for_its_own_person_and_purpose(site, visitor):
    """Nothing that is sent along changes whose link it is or what it does."""
    alice, bob = await account("alice@example.org"), await account("bob@example.org", name="Bob")
    to_alice = await link_for(site, visitor)
    reset_for_bob = await link_for(site, visitor, "bob@example.org", "/sign-in/forgotten")
    await visitor.post(to_alice, {"password": NEW, "purpose": "reset", "person": str(bob), "then": "//evil.example"})
    (session,) = await session_rows()
    assert session["person"] == alice
    page = await visitor.post(reset_for_bob, {"purpose": "sign_in"})
    assert page.status == 422  # it still asks for a password
    assert await read(partial(sql.value, "SELECT count(*) FROM session WHERE person = {}", bob)) == 0


async def test_a_link_whose_purpose_this_version_does_not_have_says_so_plainly(site, visitor):
    person = await account("alice@example.org")
    path = await write(lambda: links.make("no-such-purpose", timedelta(hours=1), {}, person=person))
    assert (await visitor.get(path)).status == 404
    answer = await visitor.post(path, {"_key": "x"})
    assert answer.status == 404 and "no longer works" in answer.text
    assert await read(partial(sql.value, "SELECT count(*) FROM link WHERE used IS NULL")) == 1


async def test_the_secret_of_a_link_is_stored_only_as_its_hash_and_the_mail_forgets_it(site, visitor):
    await account("alice@example.org")
    link = await link_for(site, visitor)
    (row,) = await read(partial(sql.rows, "SELECT * FROM link"))
    secret = link.removeprefix("/t/")
    assert len(secret) == 43 and row["token_hash"] == token_hash(secret) and secret not in str(row)


async def test_links_are_forgotten_a_day_after_they_end(db):
    person = await account("alice@example.org")
    await write(lambda: links.make("sign_in", timedelta(minutes=10), {"then": ""}, person=person))
    for hours, left in ((23, 1), (25, 0)):
        with time_machine.travel(clock.now() + timedelta(hours=hours)):
            await write(links.prune)
        assert await read(partial(sql.value, "SELECT count(*) FROM link")) == left


async def test_a_web_address_cannot_ride_along_in_a_name(visitor):
    """We write to an address that nobody has confirmed: it must not carry a stranger's advertisement."""
    from tests.accounts.test_register import register

    for name in ("Win at https://evil.example", "see WWW.evil.example now"):
        page = await register(visitor, name=name)
        assert page.status == 422 and page.errors == ["“Your name” has a web address in it. Enter a name without one."]
        page = await register(visitor, organisation_name=name)
        assert page.status == 422
    for field in ("name", "organisation_name"):
        page = await register(visitor, **{field: "go to bit.ly/3abc"})
        assert page.status == 422 and "or put a space after each full stop" in page.errors[0]
        page = await register(visitor, **{field: "call 0900 123456"})
        assert page.status == 422 and "has a telephone number in it" in page.errors[0]
    assert (await register(visitor, organisation_name="Booking.com Ltd")).status == 200


async def test_the_password_is_the_one_that_was_chosen_when_the_account_is_confirmed(site, visitor):
    from tests.accounts.test_register import register

    await register(visitor, email="alice@example.org", password=PASSWORD)
    (mail,) = await site.mails()
    await (await visitor.get(mail.link)).submit()
    other = site.browser()
    await sign_in(other)
    assert other.session
