"""Signing in with a password, and what a stranger can learn from trying: nothing."""

import asyncio
import os
import time
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
import time_machine

from pledge.accounts import passwords, people
from pledge.database import clock, sql
from pledge.database.unit import read, write

PASSWORD = "three brown oak tables"
WRONG = "The e-mail address or the password is not right. Check both and try again."


async def account(email: str, password: str = PASSWORD, name: str = "Alice Example") -> UUID:
    """Add an account and return its person's id."""
    password_hash = await passwords.hash_password(password)
    person = await write(lambda: people.add(email, name, password_hash))
    assert person is not None
    return person


async def sign_in(browser, email: str = "alice@example.org", password: str = PASSWORD):
    page = await browser.get("/sign-in")
    return await page.submit(email=email, password=password)


async def actions() -> list[str]:
    return [row["action"] for row in await read(partial(sql.rows, "SELECT action FROM audit_entry ORDER BY at"))]


async def test_the_right_password_signs_in_however_the_address_is_spelt(site, visitor):
    person = await account("Alice@example.org")
    await site.organisation("Pendle Joinery", person)
    visitor.http.follow_redirects = False
    page = await sign_in(visitor, " ALICE@Example.ORG ")
    assert page.status == 303 and page.response.headers["location"] == "/home" and visitor.session
    visitor.http.follow_redirects = True
    assert "Pendle Joinery" in (await visitor.get("/organisation/edit")).html
    assert "sign_in.done" in await actions()


async def test_a_wrong_password_and_an_unknown_address_get_the_same_page(site, visitor):
    await account("alice@example.org")
    wrong = await sign_in(visitor, password="three brown oak chairs")
    unknown = await sign_in(site.browser(), email="nobody@example.org")
    for page in (wrong, unknown):
        assert page.status == 422 and page.errors == [WRONG] and page.fields()["password"] == [""]

    def shape(page) -> str:
        html = page.html.replace("nobody@example.org", "alice@example.org")
        for key in page.fields()["_key"]:
            html = html.replace(key, "")
        return html

    assert shape(wrong) == shape(unknown)
    assert visitor.session is None
    assert (await actions()).count("sign_in.failed") == 2


@pytest.mark.parametrize("password", ["", "Three brown oak tables", "three brown oak tables ", "x" * 5000])
async def test_nearly_right_is_wrong(site, visitor, password):
    await account("alice@example.org")
    page = await sign_in(visitor, password=password)
    assert page.status == 422 and visitor.session is None


async def test_an_account_without_a_password_cannot_be_signed_in_to_with_one(site, visitor):
    await site.person("Dora", "dora@example.org")
    for password in ("", " ", "anything at all"):
        assert (await sign_in(visitor, "dora@example.org", password)).status == 422


async def test_an_address_with_letters_that_mail_does_not_take_is_a_problem_with_the_form(visitor):
    page = await sign_in(visitor, "jürgen@example.org")
    assert page.status == 422 and page.errors == [
        "“E-mail address” is not in the usual form. Enter an e-mail address like name@example.org."
    ]


async def test_whoever_is_signed_in_goes_on(site, alice):
    alice.browser.http.follow_redirects = False
    assert (await alice.get("/sign-in?next=/organisation/edit")).response.headers["location"] == "/organisation/edit"


# — throttles —


async def test_an_account_can_be_tried_only_so_often_and_the_link_still_works(site, visitor):
    await account("alice@example.org")
    for _ in range(10):
        assert (await sign_in(visitor, password="wrong wrong wrong")).status == 422
    page = await sign_in(site.browser())  # the right password, from another browser
    assert page.status == 429 and "your account is not locked" in page.text
    assert 840 < int(page.response.headers["retry-after"]) <= 900

    page = await (await visitor.get("/sign-in/link")).submit(email="alice@example.org")
    (mail,) = await site.mails("alice@example.org")
    await (await visitor.get(mail.link)).submit()
    assert visitor.session

    with time_machine.travel(clock.now() + timedelta(minutes=15)):
        other = site.browser()
        await sign_in(other)
        assert other.session


async def test_an_unknown_address_is_throttled_just_the_same(site, visitor):
    statuses = [(await sign_in(visitor, "nobody@example.org")).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]


async def test_one_network_address_can_try_only_so_many_accounts(db, application, monkeypatch):
    """From another address the accounts can be signed in to."""
    from tests.web.conftest import post

    monkeypatch.setattr(passwords, "_verify", lambda *_: False)  # the limit is what this is about, not the hashing
    body = "email=person{}%40example.org&password=x"
    statuses = [(await post(application[0], "/sign-in", body.format(number).encode())).status for number in range(42)]
    assert statuses == [422] * 40 + [429] * 2


async def test_asking_for_many_links_to_somebodys_address_cannot_keep_them_out(site, visitor):
    """Whenever no more links are sent, one that works lies in the mailbox."""
    await account("alice@example.org")
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False) as now:
        for _ in range(6):
            for attacker in [site.browser() for _ in range(4)]:
                await (await attacker.get("/sign-in/link")).submit(email="alice@example.org")
            mails = await site.mails("alice@example.org")
            assert (await visitor.get(mails[-1].link)).status == 200
            now.shift(200)


# — what time tells —


async def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(site, visitor, monkeypatch):
    await account("alice@example.org")
    counted = []
    original = passwords._HASHER.__class__.verify
    monkeypatch.setattr(
        passwords._HASHER.__class__, "verify", lambda *args: counted.append(args[1][:40]) or original(*args)
    )
    await sign_in(visitor, password="wrong wrong wrong")
    await sign_in(visitor, "nobody@example.org")
    known, unknown = counted
    assert known.split("$")[:4] == unknown.split("$")[:4]  # the same parameters


async def test_an_unknown_address_is_as_much_work_as_a_known_one(db, monkeypatch):
    """Time itself is measured in soak (test_timing): here nothing may depend on what else the machine does."""
    from pledge.accounts import signing_in

    await account("alice@example.org")
    hashed: list[str] = []
    verify = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda *args: hashed.append("once") or verify(*args))
    work = []
    for email in ("alice@example.org", "nobody@example.org"):
        before = db.statements
        given = {"device": "x", "browser": "from a cookie", "address": "192.0.2.1"}
        assert await signing_in.sign_in(email, "wrong wrong wrong", "/home", **given) is None
        work.append((db.statements - before, len(hashed)))
        hashed.clear()
    assert work[0] == work[1] and work[0][1] == 1


# — hashing —


def test_the_hash_is_argon2id_as_owasp_recommends(real_hasher):
    hashed = real_hasher.hash("x")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_half_the_processors_hash_and_too_many_at_once_are_refused(monkeypatch):
    from pledge.database.unit import Overloaded

    at_once, most = 0, 0

    def slow(*_):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.005)
        at_once -= 1
        return False

    monkeypatch.setattr(passwords, "_verify", slow)
    results = await asyncio.gather(*[passwords.matches("x", None) for _ in range(55)], return_exceptions=True)
    assert most == max(1, os.cpu_count() // 2)
    assert [type(result) for result in results] == [bool] * 50 + [Overloaded] * 5
    assert await passwords.matches("x", None) is False  # and it is over


async def test_a_flood_of_registrations_is_limited_before_it_costs_any_hashing(site, visitor, monkeypatch):
    from tests.accounts.test_register import DETAILS

    page = await visitor.get("/register")
    for _ in range(20):
        await page.submit(**DETAILS)
    hashed = []
    monkeypatch.setattr(passwords, "hash_password", lambda password: hashed.append(password))
    assert (await page.submit(**DETAILS)).status == 429 and hashed == []
