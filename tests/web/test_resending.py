"""A form that came without its session, or when we could not take it, is in the page that says so, to be sent again."""

from functools import partial

import pytest
from tests.organisations.test_profile_page import ANSWERS

from pledge.database import sql
from pledge.database.unit import Overloaded, read, write

CANARY = "Word that was typed: é “€”\n& a second <line>"
SIGNED_OUT = "You are signed out"


async def signs_out(person) -> None:
    """As another tab of the same browser does."""
    await person.browser.post("/sign-out", {})


async def signs_in(browser, person) -> None:
    """As in a new tab of the same browser."""
    from tests.support.site import session

    browser.http.cookies.clear()
    browser.http.cookies.set("pledge", await session(person.id, person.organisation), domain="127.0.0.1")


async def name_of(organisation) -> str:
    return await read(partial(sql.value, "SELECT name FROM organisation WHERE id = {}", organisation))


async def test_a_form_sent_after_signing_out_comes_back_and_goes_through_after_signing_in(alice):
    page = await alice.get("/organisation/edit")
    before = page.fields()
    await signs_out(alice)
    answer = await page.submit(**ANSWERS | {"name": CANARY, "labour": ["agency", "seasonal"]})
    assert answer.status == 403 and SIGNED_OUT in answer.title
    (link,) = answer.document.xpath("//main//a[@target='_blank']")
    assert link.get("href") == "/sign-in" and link.get("rel") == "noopener"
    sent = answer.fields("/organisation/edit")
    assert sent["name"] == [CANARY] and sent["labour"] == ["agency", "seasonal"] and sent["_key"] == before["_key"]
    assert CANARY not in answer.text  # in the page, not on the screen

    await signs_in(alice.browser, alice)
    done = await answer.submit("/organisation/edit")
    assert done.status == 200 and done.url == "/organisation?notice=profile-saved", done.text
    assert await name_of(alice.organisation) == "Word that was typed: é “€” & a second <line>"


async def test_nothing_of_a_form_that_came_signed_out_is_stored(alice, db):
    from tests.database.test_schema import actual

    page = await alice.get("/organisation/edit")
    await signs_out(alice)

    async def counts():
        return {name: await sql.value(f'SELECT count(*) FROM "{name}"') for name in sorted(tables)}

    tables = await actual(db)
    before = await read(counts)
    answer = await page.submit(name=CANARY)
    assert answer.status == 403 and await read(counts) == before
    assert answer.url == "/organisation/edit" and answer.response.headers["cache-control"] == "no-store"


async def test_somebody_else_who_sends_it_again_is_refused_and_sees_nothing_of_it(alice, bob, charlie):
    page = await alice.get("/organisation/edit")
    await signs_out(alice)
    answer = await page.submit(name="Canary Joinery")
    for other in (charlie, bob):  # another firm's, and a colleague who may not do this
        await signs_in(alice.browser, other)
        refused = await answer.submit("/organisation/edit")
        assert refused.status == 409 and "opened by somebody else" in refused.text
        assert "Canary Joinery" not in refused.html
    assert await name_of(alice.organisation) == "Pendle Joinery"


async def test_a_colleague_with_the_same_rights_does_not_send_it_either(site, alice):
    from tests.support.cast import colleague

    carol = await colleague(site, "Carol", alice, "owner")
    page = await alice.get("/organisation/edit")
    await signs_in(alice.browser, carol)
    refused = await page.submit(name="Canary Joinery")
    assert refused.status == 409 and "Canary Joinery" not in refused.html


async def test_the_same_person_who_acts_for_another_organisation_is_refused_and_sees_nothing_of_it(site, alice):
    second = await site.organisation("Hyndburn Metal", alice.id)
    page = await alice.get("/organisation/edit")
    await signs_out(alice)
    answer = await page.submit(name="Canary Joinery")
    from tests.support.site import session

    alice.browser.http.cookies.set("pledge", await session(alice.id, second), domain="127.0.0.1")
    refused = await answer.submit("/organisation/edit")
    assert refused.status == 409 and "belongs to another of your organisations" in refused.text
    assert "Canary Joinery" not in refused.html


@pytest.mark.parametrize("ended", ["revoked", "by time"])
async def test_a_session_that_ended_by_itself_is_the_same(alice, ended):
    page = await alice.get("/organisation/edit")
    change = "DELETE FROM session" if ended == "revoked" else "UPDATE session SET seen = created, expires = created"
    await write(partial(sql.rows, change))
    answer = await page.submit(name="Canary Joinery")
    assert answer.status == 403 and answer.fields("/organisation/edit")["name"] == ["Canary Joinery"]


async def test_passwords_codes_and_files_are_not_in_the_page(alice):
    data = {"_key": "k", "name": "typed", "new_password": "hunter22", "recovery_code": "abcd-1", "code": "123456"}
    await signs_out(alice)
    answer = await alice.post("/organisation/edit", data, files={"file": ("a.csv", b"secret rows")})
    assert answer.status == 403 and answer.fields("/organisation/edit") == {
        "_again": ["yes"], "_key": ["k"], "name": ["typed"]
    }  # fmt: skip
    assert "We do not repeat passwords, codes and files" in answer.text
    for secret in ("hunter22", "abcd-1", "123456", "secret rows"):
        assert secret not in answer.html


async def test_a_form_that_is_too_long_or_none_is_not_read(alice):
    await signs_out(alice)
    for body, kind in ((b"name=" + b"x" * 70_000, "application/x-www-form-urlencoded"), (b"{}", "application/json")):
        answer = await alice.post("/organisation/edit", None, content=body, headers={"content-type": kind})
        assert answer.status == 403 and SIGNED_OUT in answer.text and "_again" not in answer.html
        assert answer.url == "/organisation/edit"  # not kept either
        assert len(answer.html) < 20_000


async def test_another_sites_form_never_becomes_one_of_ours(alice):
    alice.browser.http.headers["sec-fetch-site"] = "cross-site"
    answer = await alice.post("/organisation/edit", {"name": "Canary Joinery"})
    assert answer.status == 403 and "Canary Joinery" not in answer.html


async def test_whoever_has_lost_the_role_or_the_organisation_sees_what_they_typed(alice):
    page = await alice.get("/organisation/edit")
    await write(partial(sql.rows, "UPDATE membership SET role = 'viewer' WHERE person = {}", alice.id))
    answer = await page.submit(name="Canary Joinery")
    assert answer.status == 403 and "owners of the active organisation" in answer.text
    assert "Canary Joinery" in answer.text
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", alice.id))
    answer = await page.submit(name="Canary Joinery")
    assert answer.status == 403 and "Canary Joinery" in answer.text


async def test_a_form_that_needs_who_you_are_shown_again_waits_for_it(alice):
    page = await alice.get("/account/email")
    if not page.url.startswith("/account/email"):
        page = await page.submit(password="a long enough password 7")
    await write(partial(sql.rows, "UPDATE session SET confirmed = NULL"))
    answer = await page.submit("/account/email", email="new@example.org")
    (link,) = answer.document.xpath("//main//a[@target='_blank']")
    assert answer.status == 403 and link.get("href") == "/account/confirm"
    assert answer.fields("/account/email")["email"] == ["new@example.org"]


async def test_a_form_that_we_were_too_busy_for_is_sent_again_and_counts_once(alice, monkeypatch):
    from pledge.organisations import routes

    page = await alice.get("/organisation/edit")

    async def busy(*_):
        raise Overloaded

    with monkeypatch.context() as now:
        now.setattr(routes, "answer_once", busy)
        answer = await page.submit(**ANSWERS | {"name": "Pendle & Daughters"})
    assert answer.status == 503 and answer.response.headers["retry-after"] == "5"
    assert "What you typed is still here" in answer.text
    fields = answer.fields("/organisation/edit")
    assert fields.pop("_again") == ["yes"] and fields["name"] == ["Pendle & Daughters"]
    for _ in range(2):
        done = await answer.submit("/organisation/edit")
        assert done.status == 200, done.text
    assert await name_of(alice.organisation) == "Pendle & Daughters"


async def test_the_key_of_a_form_that_is_sent_again_is_that_of_the_first_sending():
    from pledge.web.forms import Form

    first = Form({"_key": ["random"], "_for": ["mark"], "name": ["x"]})
    again = Form({"_again": ["yes"], "_key": ["random"], "_for": ["mark"], "name": ["x"]})
    assert first.key == again.key and again.came_back and not first.came_back


async def test_a_form_beyond_a_limit_is_in_the_page_too(visitor):
    from pledge.accounts import routes
    from pledge.limits import Limit

    page = await visitor.get("/register")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routes, "REGISTER_LIMIT", Limit("none", 0, 600))
        answer = await page.submit(
            organisation_name="Canary Joinery", name="Nora", email="nora@example.org", password="three green apples 9"
        )
    assert answer.status == 429 and "retry-after" in answer.response.headers
    assert answer.fields("/register")["organisation_name"] == ["Canary Joinery"]
    assert "three green apples" not in answer.html
