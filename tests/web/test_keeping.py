"""A form that failed is answered by a page that Back, Forward and reload show again: a GET, kept for ten minutes."""

import random
import zlib
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.organisations.test_profile_page import ANSWERS
from tests.web.test_resending import signs_in

from pledge.database import clock, sql
from pledge.database.unit import Overloaded, read
from pledge.policy.actors import VISITOR
from pledge.web import keeping, kept

TYPED = {
    "organisation_name": "Canary Joinery",
    "name": "",
    "email": "nora@example.org",
    "password": "three green apples",
}
GONE = "This page is no longer kept"


async def rows() -> list:
    return await read(partial(sql.rows, "SELECT * FROM kept_page ORDER BY created, id"))


async def failed(browser):
    """The page about a form to register that lacks a name."""
    return await (await browser.get("/register")).submit(**TYPED)


async def test_a_form_with_an_error_is_a_page_to_come_back_to(visitor):
    page = await failed(visitor)
    assert page.status == 422 and page.title.startswith("Error: ") and page.url.startswith("/register?again=")
    (redirect,) = page.response.history
    assert redirect.status_code == 303 and redirect.headers["cache-control"] == "no-store"
    again = await visitor.get(page.url)
    assert again.html == page.html and again.status == 422 and again.url == page.url
    assert again.fields()["organisation_name"] == ["Canary Joinery"] and "three green apples" not in again.html
    for name in ("cache-control", "content-security-policy", "x-content-type-options"):
        assert again.response.headers[name] == (await visitor.get("/register")).response.headers[name]
    done = await again.submit(name="Nora", password="three green apples 9")
    assert done.url == "/register/check-your-email"
    assert (await visitor.get(page.url)).html == page.html


async def test_what_is_kept_cannot_be_read_from_the_database(visitor):
    page = await failed(visitor)
    (row,) = await rows()
    assert set(row) == {"id", "browser", "content", "created"} and len(row["browser"]) == 64
    assert str(row["id"]) in page.url
    for nonce in range(32):  # sealed, and not only packed, whatever comes before it
        with suppress(zlib.error):
            assert b"Canary" not in zlib.decompressobj().decompress(row["content"][nonce:])
    secret = visitor.http.cookies.get("pledge-page")
    assert len(secret) == 43 and secret not in str(row)


async def test_the_address_shows_nothing_to_another_browser(site, visitor):
    page = await failed(visitor)
    stranger = site.browser()
    await failed(stranger)  # has a key of its own
    for other in (stranger, site.browser()):
        shown = await other.get(page.url)
        assert shown.status == 410 and GONE in shown.text and "Canary" not in shown.html
        assert shown.links() == ["/register"]


async def test_it_is_there_for_ten_minutes(visitor):
    with time_machine.travel(clock.now(), tick=False) as now:
        page = await failed(visitor)
        now.shift(timedelta(minutes=9, seconds=59))
        assert (await visitor.get(page.url)).status == 422
        now.shift(timedelta(seconds=1))
        assert (await visitor.get(page.url)).status == 410
        await failed(visitor)
        assert len(await rows()) == 1  # the old one is deleted


async def test_each_of_several_is_found_by_its_own_address_until_it_is_over(visitor):
    with time_machine.travel(clock.now(), tick=False) as now:
        first = await failed(visitor)
        now.shift(timedelta(minutes=5))
        second = await (await visitor.get("/sign-in")).submit(email="nobody", password="")
        assert second.url.startswith("/sign-in?again=")
        for page in (first, second):
            assert (await visitor.get(page.url)).html == page.html
        now.shift(timedelta(minutes=5))
        assert (await visitor.get(first.url)).status == 410 and (await visitor.get(second.url)).html == second.html


@pytest.mark.parametrize("change", ["sign out", "other person", "other organisation", "role", "signed out elsewhere"])
async def test_it_is_gone_with_the_session_the_person_the_organisation_and_the_role(site, alice, bob, change):
    from pledge.database.unit import write

    page = await (await alice.get("/organisation/edit")).submit(name="Canary Joinery")
    assert page.status == 422 and (await alice.get(page.url)).status == 422
    key = alice.browser.http.cookies.get("pledge-page")
    if change == "sign out":
        await alice.post("/sign-out", {})
        assert alice.browser.http.cookies.get("pledge-page") is None and await rows() == []
    elif change == "other person":
        await signs_in(alice.browser, bob)
    elif change == "other organisation":
        second = await site.organisation("Hyndburn Metal", alice.id)
        await write(partial(sql.rows, "UPDATE session SET organisation = {} WHERE person = {}", second, alice.id))
    elif change == "role":
        await write(partial(sql.rows, "UPDATE membership SET role = 'viewer' WHERE person = {}", alice.id))
    else:
        await write(partial(sql.rows, "DELETE FROM session"))
    alice.browser.http.cookies.set("pledge-page", key, domain="127.0.0.1")
    shown = await alice.get(page.url)
    assert shown.status == 410 and GONE in shown.text and "Canary" not in shown.html


async def test_signing_in_forgets_what_a_visitor_had(visitor):
    from tests.accounts.test_sign_in import PASSWORD, account

    await account("alice@example.org")
    page = await (await visitor.get("/sign-in")).submit(email="alice@example.org", password="wrong")
    assert page.status == 422 and "again=" in page.url
    await page.submit(password=PASSWORD)
    assert visitor.session and await rows() == [] and visitor.http.cookies.get("pledge-page") is None


async def test_an_address_that_only_takes_forms_leads_to_the_first_page(visitor):
    shown = await visitor.get("/sign-out?again=00000000-0000-4000-8000-000000000000")
    assert shown.status == 410 and shown.links() == ["/"]
    for query in ("again=", "again=x", "again=%00", "x=1&again=../"):
        assert (await visitor.get(f"/register?{query}")).status == 410


async def test_forms_sent_from_a_kept_page_do_not_pile_up_in_the_address(visitor):
    data = {name: value[0] for name, value in (await failed(visitor)).fields().items()}
    page = await visitor.post("/register?x=1&again=00000000-0000-4000-8000-000000000000&y=2", data)
    assert page.status == 422 and page.url.startswith("/register?x=1&y=2&again=") and page.url.count("again=") == 1
    assert (await visitor.get(page.url)).status == 422


async def test_a_browser_keeps_twenty_and_the_rest_of_a_limit_is_answered_directly(visitor, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    pages = [await failed(visitor) for _ in range(5)]
    assert [(await visitor.get(page.url)).status for page in pages] == [410, 410, 422, 422, 422]
    monkeypatch.setattr(kept, "LIMIT", kept.Limit("kept-none", 0, 600))
    page = await failed(visitor)
    assert page.status == 422 and page.url == "/register" and not page.response.history
    assert (timedelta(minutes=10), "again") == (kept.LIVES, keeping.AGAIN)


async def test_a_page_of_more_than_64_kilobytes_packed_is_not_kept(site):
    reader = kept.Reader("secret", "session", VISITOR)
    # random bytes cannot be packed
    for length, is_kept in ((65_480, True), (65_560, False)):
        page = kept.Kept(422, [], random.Random(1).randbytes(length))
        assert (await kept.keep(page, "/register", reader, "a") is not None) is is_kept, length


async def test_a_page_that_is_too_long_is_answered_directly(visitor, monkeypatch):
    monkeypatch.setattr(kept, "BYTES", 100)
    page = await failed(visitor)
    assert page.status == 422 and page.url == "/register"


async def test_a_database_that_cannot_write_does_not_hide_the_page(visitor, monkeypatch):
    async def busy(_):
        raise Overloaded

    page = await failed(visitor)
    monkeypatch.setattr(kept, "write", busy)
    answer = await failed(visitor)
    assert answer.status == 422 and answer.url == "/register"
    monkeypatch.setattr(kept, "read", busy)
    assert (await visitor.get(page.url)).status == 410


async def test_a_script_gets_the_answer_itself(visitor):
    visitor.http.headers["sec-fetch-mode"] = "cors"
    page = await failed(visitor)
    assert page.status == 422 and not page.response.history and await rows() == []


async def test_what_worked_or_belongs_to_another_site_is_not_kept(alice):
    page = await (await alice.get("/organisation/edit")).submit(**ANSWERS)
    assert page.status == 200 and "again=" not in page.url
    await alice.post("/no-such-address", {"x": "y"})
    alice.browser.http.headers["sec-fetch-site"] = "cross-site"
    assert (await alice.post("/organisation/edit", {"name": "x"})).url == "/organisation/edit"
    assert await rows() == []


async def test_over_https_the_key_is_bound_to_the_host(db, secure_application):
    from tests.web.conftest import FORM, OURS, SECURE, ask

    async with secure_application.litestar.lifespan():
        form = {"headers": [OURS, FORM], "body": b"email=nobody&password="}
        answer = await ask(secure_application, "POST", "/sign-in", base=SECURE, **form)
    assert answer.status == 303
    cookie = answer.header("set-cookie")
    assert cookie.startswith("__Host-pledge-page=")
    for part in ("HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"):
        assert part in cookie.split("; ")


async def test_the_same_form_sent_twice_still_counts_once(visitor, site):
    page = await failed(visitor)
    data = page.fields() | {"name": ["Nora"], "password": ["three green apples 9"]}
    for _ in range(2):
        assert (await visitor.post("/register", data)).url == "/register/check-your-email"
    assert len(await site.mails("nora@example.org")) == 1
