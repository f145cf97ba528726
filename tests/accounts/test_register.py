from datetime import timedelta
from functools import partial

import time_machine

from pledge.accounts import passwords
from pledge.database import clock, sql
from pledge.database.unit import read

DETAILS = {
    "organisation_name": "Pendle Joinery",
    "name": "Alice Example",
    "email": "Alice@Example.org",
    "password": "three brown oak tables",
}


async def register(browser, **changes):
    page = await browser.get("/register")
    return await page.submit(**{**DETAILS, **changes})


async def test_registering_and_confirming_signs_the_owner_in_and_asks_for_the_profile(site, visitor):
    page = await register(visitor)
    assert page.url == "/register/check-your-email"
    (mail,) = await site.mails()
    assert mail.recipient == "Alice@example.org" and "Pendle Joinery" in mail.body

    confirm = await visitor.get(mail.link)
    assert confirm.status == 200 and "Confirm" in confirm.title
    page = await confirm.submit()
    assert page.url == "/organisation/edit"
    assert "Pendle Joinery" in page.html


async def test_opening_the_link_as_a_mail_scanner_does_uses_nothing_up(site, visitor):
    await register(visitor)
    (mail,) = await site.mails()
    scanner = site.browser()
    for _ in range(3):
        assert (await scanner.get(mail.link)).status == 200
        assert (await scanner.http.head(mail.link)).status_code == 200
    assert await read(partial(sql.value, "SELECT count(*) FROM person")) == 0
    page = await (await visitor.get(mail.link)).submit()
    assert page.status == 200 and await read(partial(sql.value, "SELECT count(*) FROM person")) == 1


async def test_a_link_works_once(site, visitor):
    await register(visitor)
    (mail,) = await site.mails()
    page = await visitor.get(mail.link)
    await page.submit()
    again = await page.submit()
    assert again.status == 404 and "It worked, and each link works once" in again.text
    assert (await visitor.get(mail.link)).status == 404


async def test_a_link_expires(site, visitor):
    await register(visitor)
    (mail,) = await site.mails()
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=59)):
        assert (await visitor.get(mail.link)).status == 200
    with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1)):
        page = await visitor.get(mail.link)
    assert page.status == 404 and "too old" in page.text


async def test_a_known_address_gets_the_same_page_and_another_mail(site, alice, visitor):
    page = await register(visitor, email="ALICE@example.org")
    assert page.url == "/register/check-your-email"
    (mail,) = await site.mails()
    assert mail.subject == "You already have a Pledge account"
    assert await read(partial(sql.value, "SELECT count(*) FROM link")) == 0


async def test_every_problem_is_shown_at_once_and_what_was_typed_is_kept(visitor):
    page = await register(visitor, organisation_name="", email="not an address", password="short")
    assert page.status == 422 and page.title.startswith("Error: ")
    assert page.errors == [
        "Enter the name of your firm or organisation",
        "“Your e-mail address” is not in the usual form. Enter an e-mail address like name@example.org.",
        "Use a password of 12 characters or more. Three or four words in a row work well.",
    ]
    fields = page.fields()
    assert fields["email"] == ["not an address"] and fields["name"] == ["Alice Example"]
    assert fields["password"] == [""]


async def test_common_and_guessable_passwords_are_refused(visitor):
    for password in ("password1234", "qwerty123456", "aaaaaaaaaaaaaaa", "Pendle Joinery", "alice@example.org"):
        page = await register(visitor, password=password)
        assert page.status == 422 and len(page.errors) == 1, password


def test_a_password_has_12_to_128_characters():
    words = "three brown oak tables; " * 6
    refused = [length for length in (11, 12, 128, 129) if passwords.problem(words[:length])]
    assert refused == [11, 129]


async def test_a_form_sent_twice_registers_once(site, visitor):
    page = await visitor.get("/register")
    await page.submit(**DETAILS)
    await page.submit(**DETAILS)
    assert len(await site.mails()) == 1


async def test_one_network_has_three_mails_an_hour_sent_to_an_address_and_keeps_nobody_out(site, visitor):
    outsider = site.browser("192.0.2.1")
    assert [(await register(outsider)).status for _ in range(5)] == [200] * 3 + [429] * 2
    assert (await register(visitor)).url == "/register/check-your-email"
    assert len(await site.mails("Alice@example.org")) == 4


async def test_one_address_gets_nine_mails_an_hour_at_most(site):
    statuses = [(await register(site.browser(f"192.0.2.{number // 3}"))).status for number in range(11)]
    assert statuses == [200] * 9 + [429] * 2
    assert len(await site.mails("Alice@example.org")) == 9


async def test_two_confirmations_of_one_address_make_one_account(site, visitor):
    await register(visitor)
    await register(visitor)
    first, second = await site.mails()
    await (await visitor.get(first.link)).submit()
    page = await (await site.browser().get(second.link)).submit()
    assert "/sign-in" in page.url
    assert await read(partial(sql.value, "SELECT count(*) FROM person")) == 1
