"""One's own account: name, e-mail address, sessions, and showing again who one is."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import asyncpg
import pytest
import time_machine
from tests.accounts.test_sign_in import PASSWORD, account, sign_in
from tests.support.site import code_now, enrol
from tests.support.waiting import eventually
from tests.web.conftest import ask

from pledge.accounts import sessions
from pledge.database import clock, sql
from pledge.database.unit import read, write

CONFIRMED_PAGES = (
    "/account/email", "/account/second-factor/set-up", "/account/second-factor/codes", "/account/second-factor/remove",
)  # fmt: skip


async def rows(statement: str, *args) -> list[dict]:
    return await read(partial(sql.rows, statement, *args))


async def long_ago(ago: timedelta = timedelta(minutes=10)) -> None:
    """Nobody has shown for a while who they are."""
    await write(partial(sql.rows, "UPDATE session SET confirmed = {}", clock.now() - ago))


async def test_a_person_changes_their_name(alice):
    page = await alice.get("/account")
    assert alice.email in page.text and "Pendle Joinery" in page.text
    page = await page.submit("/account", name="Alice Ashworth")
    assert page.url == "/account?notice=name-saved"
    assert "Alice Ashworth" in page.html
    page = await (await alice.get("/account")).submit("/account", name="")
    assert page.status == 422 and page.errors == ["Enter your name"]


async def test_a_visitor_signs_in_first(visitor):
    for path in ("/account", "/account/sessions", "/account/confirm", "/account/second-factor", *CONFIRMED_PAGES):
        assert (await visitor.get(path)).url.startswith("/sign-in?next=%2Faccount")


# — sessions —


async def test_sessions_are_listed_with_device_and_last_use_and_this_one_is_marked(site, alice, charlie):
    phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"
    for hours, device in ((25, "Idle"), (30 * 24 + 1, "Signed in long ago"), (3, phone)):
        with time_machine.travel(clock.now() - timedelta(hours=hours)):
            await write(partial(sessions.start, alice.id, device))
    await write(partial(sql.rows, "UPDATE session SET seen = {} WHERE device LIKE 'Signed%'", clock.now()))
    await write(partial(sessions.start, charlie.id, "Firefox Windows"))
    page = await alice.get("/account/sessions")
    headings = [node.text_content() for node in page.document.xpath("//main//h2")]
    assert headings == ["A browser", "Chrome on Android"]
    assert page.text.count("This one") == 1 and page.text.index("This one") < page.text.index("Chrome on Android")
    assert page.text.count("Last used") == 2


async def test_of_an_organiser_none_is_listed_that_was_not_used_for_an_hour(olive):
    with time_machine.travel(clock.now() - timedelta(hours=1, minutes=1)):
        await write(partial(sessions.start, olive.id, "Idle"))
    assert (await olive.get("/account/sessions")).text.count("Last used") == 1


async def test_one_session_is_ended_and_the_others_stay(site, alice):
    other, third = [await site.signed_in(alice.id, alice.organisation) for _ in range(2)]
    from pledge.database.ids import token_hash

    (row,) = await rows("SELECT id FROM session WHERE token_hash = {}", token_hash(other.session))
    page = await (await alice.get("/account/sessions")).submit(f"/account/sessions/{row['id']}/end")
    assert page.url == "/account/sessions?notice=session-ended" and "That device is signed out" in page.text
    assert (await other.get("/account")).url.startswith("/sign-in")
    assert (await third.get("/account")).url == "/account"
    assert (await alice.post(f"/account/sessions/{row['id']}/end", {"": ""})).status == 404


async def test_somebody_elses_session_is_as_good_as_none(site, alice, charlie):
    (row,) = await rows("SELECT id FROM session WHERE person = {}", charlie.id)
    assert (await alice.post(f"/account/sessions/{row['id']}/end", {"": ""})).status == 404
    assert (await charlie.get("/account")).url == "/account"


async def test_ending_this_session_signs_out(alice):
    (row,) = await rows("SELECT id FROM session")
    page = await alice.post(f"/account/sessions/{row['id']}/end", {"": ""})
    assert "You are signed out" in page.text and alice.browser.session is None


async def test_all_others_are_ended_at_once_and_nobody_elses(site, alice, charlie):
    others = [await site.signed_in(alice.id, alice.organisation) for _ in range(2)]
    page = await (await alice.get("/account/sessions")).submit("/account/sessions/end-others")
    assert page.url == "/account/sessions?notice=sessions-ended"
    for browser in others:
        assert (await browser.get("/account")).url.startswith("/sign-in")
    assert (await charlie.get("/account")).url == "/account"


async def test_signing_out_everywhere_ends_every_session(site, alice):
    other = await site.signed_in(alice.id, alice.organisation)
    page = await alice.get("/account/sessions")
    page = await page.submit("/account/sign-out-everywhere")
    assert "You are signed out" in page.text
    assert (await other.get("/home")).url.startswith("/sign-in")
    assert await rows("SELECT id FROM session") == []


async def test_organisers_staff_and_operators_are_signed_out_an_hour_after_last_use(site, olive, stella, rosa, alice):
    start = clock.now()
    for minutes in (59, 118):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            for person in (olive, stella, rosa, alice):
                assert (await person.get("/account")).url == "/account"
    with time_machine.travel(start + timedelta(minutes=178, seconds=30)):
        for person in (olive, stella, rosa):
            assert (await person.get("/account")).url.startswith("/sign-in")
        assert (await alice.get("/account")).url == "/account"


async def test_organisers_staff_and_operators_are_signed_out_after_twelve_hours(site, olive, stella, rosa, alice):
    start = clock.now()
    for minutes in (*range(30, 12 * 60, 30), 12 * 60 - 1):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            for person in (olive, stella, rosa):
                assert (await person.get("/account/second-factor")).url == "/account/second-factor"
    with time_machine.travel(start + timedelta(hours=12, minutes=1)):
        for person in (olive, stella, rosa):
            assert (await person.get("/account")).url.startswith("/sign-in")
        assert (await alice.get("/account")).url == "/account"
        await write(sessions.prune)
        assert [row["person"] for row in await rows("SELECT person FROM session")] == [alice.id]


@pytest.mark.parametrize("path", ["/account", "/account/sessions", "/home", "/", "/events", "/nothing-here"])
async def test_no_page_for_somebody_who_is_signed_in_is_kept(application, alice, path):
    answer = await ask(application[0], "GET", path, headers=[("cookie", f"pledge={alice.browser.session}")])
    assert answer.header("cache-control") == "no-store"


# — showing again who one is —


@pytest.mark.parametrize("path", CONFIRMED_PAGES)
async def test_after_a_while_sensitive_pages_ask_again_who_it_is(site, olive, path):
    assert (await olive.get(path)).status == 200
    await long_ago(timedelta(minutes=9, seconds=30))
    assert not (await olive.get(path)).url.startswith("/account/confirm")
    await long_ago()
    page = await olive.get(path)
    assert page.url == f"/account/confirm?next={path.replace('/', '%2F')}"
    answer = await olive.post(path, {"email": "new@example.org", "code": code_now()})
    assert answer.status == 403 and answer.links() == ["/account/confirm"]  # what was typed waits in the page
    assert answer.fields(path) == {"_again": ["yes"], "email": ["new@example.org"]}
    assert (await olive.post(path, {"code": code_now()})).url.startswith("/account/confirm")
    assert await rows("SELECT id FROM job") == []


async def test_the_password_shows_it_and_gives_the_session_a_fresh_secret(site, visitor):
    await account("alice@example.org")
    await sign_in(visitor)
    await long_ago()
    before = visitor.session
    page = await visitor.get("/account/email")
    for wrong in ("", "three brown oak chairs"):
        page = await page.submit("/account/confirm", password=wrong)
        assert page.status == 422 and len(page.errors) == 1
        assert (await visitor.get("/account/email")).url.startswith("/account/confirm")
    assert visitor.session == before
    page = await page.submit("/account/confirm", password=PASSWORD)
    assert page.url == "/account/email" and visitor.session != before
    thief = site.browser()
    thief.http.cookies.set("pledge", before, domain="127.0.0.1")
    assert (await thief.get("/account")).url.startswith("/sign-in")
    assert (await visitor.get("/account/confirm?next=//evil.example")).url == "/account"


async def test_whoever_has_no_password_shows_it_with_a_code_that_works_once(site, olive):
    await long_ago()
    page = await olive.get("/account/email")
    assert (await page.submit("/account/confirm", code="123")).status == 422
    typed = code_now()
    assert (await page.submit("/account/confirm", code=typed)).url == "/account/email"
    await long_ago()
    assert (await page.submit("/account/confirm", code=typed)).status == 422


async def test_whoever_has_neither_gets_a_link_that_signs_in_afresh(site, alice):
    await long_ago()
    page = await alice.get("/account/email")
    assert [form.get("action") for form in page.document.xpath("//main//form")] == ["/account/confirm/link"]
    assert (await alice.post("/account/confirm", {"password": "", "code": ""})).status == 422
    page = await page.submit()
    (mail,) = await site.mails(alice.email)
    page = await (await alice.get(mail.link)).submit()
    assert page.url == "/account/email" and len(await rows("SELECT id FROM session")) == 1


# — the e-mail address —


async def ask_for(person, email: str):
    return await (await person.get("/account/email")).submit(email=email)


async def test_an_address_is_changed_by_a_link_to_the_new_one_and_the_old_one_is_told(site, alice):
    other = await site.signed_in(alice.id, alice.organisation)
    page = await ask_for(alice, "Alice.New@example.org")
    assert page.url == "/account?notice=email-asked"
    (mail,) = await site.mails()
    assert mail.recipient == "Alice.New@example.org" and alice.email in mail.body
    assert alice.email in (await alice.get("/account")).text  # nothing is changed before the button is pressed
    page = await alice.get(mail.link)
    page = await page.submit()
    assert page.url == "/account?notice=email-changed" and "Alice.New@example.org" in page.text
    told = (await site.mails())[-1]
    assert told.recipient == alice.email and "was changed" in told.subject and "Alice.New" not in told.body
    assert (await other.get("/account")).url.startswith("/sign-in")
    assert (await alice.get(mail.link)).status == 404
    (row,) = await rows("SELECT email, email_key FROM person")
    assert row == {"email": "Alice.New@example.org", "email_key": "alice.new@example.org"}


async def test_a_stranger_at_a_mistyped_address_cannot_take_the_account(site, alice, charlie, visitor):
    await ask_for(alice, "mistyped@example.org")
    (mail,) = await site.mails("mistyped@example.org")
    page = await visitor.get(mail.link)
    assert "Sign in to that account first" in page.text and alice.email not in page.html
    for browser in (visitor, charlie):
        page = await browser.post(mail.link, {"_key": "x"})
        assert page.status == 403 and "Sign in to your account in this browser first" in page.text
    assert (await alice.get(mail.link)).status == 200  # it still works for her
    assert alice.email in {row["email"] for row in await rows("SELECT email FROM person")}


async def test_an_address_that_somebody_has_gets_a_note_and_the_page_says_the_same(site, alice, charlie):
    page = await ask_for(alice, charlie.email.upper())
    assert page.url == "/account?notice=email-asked"
    (mail,) = await site.mails()
    assert mail.recipient == charlie.email and "belongs to your account" in mail.body and "/t/" not in mail.body
    assert await rows("SELECT id FROM link") == []


async def test_an_address_that_got_an_account_meanwhile_is_not_taken_over(site, alice):
    await ask_for(alice, "new@example.org")
    (mail,) = await site.mails()
    await site.person("Nora", "new@example.org")
    page = await (await alice.get(mail.link)).submit()
    assert page.status == 409 and "has an account of its own now" in page.text
    assert (await alice.get("/account")).text.count(alice.email) == 1


async def test_of_two_who_confirm_one_address_at_once_one_gets_it_and_the_other_is_told(db, site, alice, charlie):
    pages = []
    for person in (alice, charlie):
        await ask_for(person, "new@example.org")
        mail = (await site.mails("new@example.org"))[-1]
        pages.append(await person.get(mail.link))
    async with held(db, charlie) as waits:
        other = asyncio.create_task(pages[1].submit())
        await waits()
        found = [await pages[0].submit()]
    found.append(await other)
    assert sorted(page.status for page in found) == [200, 409]
    (refused,) = [page for page in found if page.status == 409]
    assert "has an account of its own now" in refused.text
    emails = {row["email"] for row in await rows("SELECT email FROM person")}
    assert "new@example.org" in emails and len(emails & {alice.email, charlie.email}) == 1


@asynccontextmanager
async def held(db, person):
    """On PostgreSQL, let whatever changes a person wait in the middle of its unit. SQLite has one writer at a time."""
    if db.engine_type == "sqlite":
        yield partial(asyncio.sleep, 0)
        return
    holder = await asyncpg.connect(db.config["dsn"])

    async def waits() -> bool:
        return await holder.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0

    async with holder.transaction():
        await holder.execute("SELECT 1 FROM person WHERE id = $1 FOR UPDATE", person.id)
        yield partial(eventually, waits)
    await holder.close()


async def test_an_address_that_is_none_or_ones_own_is_a_problem_with_the_form(site, alice):
    for typed in ("", "alice", alice.email, "alice@exämple"):
        page = await ask_for(alice, typed)
        assert page.status == 422 and len(page.errors) == 1, typed
    assert await site.mails() == []


async def test_links_that_lie_in_the_old_mailbox_work_no_longer(site, alice, visitor):
    for path in ("/sign-in/link", "/sign-in/forgotten"):
        await (await visitor.get(path)).submit(email=alice.email)
    old = [mail.link for mail in await site.mails(alice.email)]
    await ask_for(alice, "new@example.org")
    (mail,) = await site.mails("new@example.org")
    await (await alice.get(mail.link)).submit()
    for link in old:
        assert (await visitor.get(link)).status == 404


async def test_changing_it_needs_the_second_factor_of_whoever_has_one(site, alice):
    await enrol(alice.id)
    await write(partial(sql.rows, "UPDATE session SET proven = NULL"))
    assert (await alice.get("/account/email")).url.startswith("/sign-in/code")
