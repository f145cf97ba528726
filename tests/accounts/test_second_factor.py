"""The second factor: setting it up, signing in with it, recovery codes, and what a session reaches before."""

import asyncio
import math
import re
from datetime import timedelta
from functools import partial

import pyotp
import pytest
import time_machine
from tests.accounts.test_links import NEW, link_for
from tests.accounts.test_sign_in import PASSWORD, account, actions, sign_in
from tests.support.cast import add_body_with
from tests.support.site import SECRET, code_now, enrol
from tests.web.conftest import FORM, OURS, ask, example_of

from pledge.accounts import factors
from pledge.database import clock, sql
from pledge.database.ids import new_id, token_hash
from pledge.database.unit import read, write
from pledge.web.guard import routes

EMAIL = "alice@example.org"
# What a session reaches that has not passed the second factor: what everybody reaches, no more.
# The page of a door is found by its own link, whoever is signed in; without one it is nowhere.
OPEN = {"public", "door"}


async def rows(statement: str, *args) -> list[dict]:
    return await read(partial(sql.rows, statement, *args))


@pytest.fixture
async def person(db):
    """Somebody with a password and a second factor."""
    found = await account(EMAIL)
    await enrol(found)
    return found


async def key_on(page) -> str:
    """The key that the page gives to be typed."""
    found = re.search(r"The key: ((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


async def set_up(browser) -> tuple[str, list[str]]:
    """Set a second factor up as a person does, without scripts. Return the app's secret and the recovery codes."""
    page = await (await browser.get("/account/second-factor")).submit("/account/second-factor")
    assert page.url.startswith("/account/second-factor/set-up") and "<svg" in page.html
    secret = await key_on(page)
    page = await page.submit(code=code_of(secret))
    assert page.status == 200, page.errors
    codes = [node.text_content() for node in page.document.xpath("//main//li/code")]
    assert len(codes) == len(set(codes)) == 10
    return secret, codes


# — signing in —


async def test_after_the_password_the_code_is_asked_for_and_then_the_page_comes(site, visitor, person):
    await site.organisation("Pendle Joinery", person)
    page = await visitor.get("/organisation/edit?from=mail")
    page = await page.submit(email=EMAIL, password=PASSWORD)
    assert page.url.startswith("/sign-in/code?next=") and "Enter your code" in page.title
    page = await page.submit("/sign-in/code", code=code_now())
    assert page.url == "/organisation/edit?from=mail" and page.status == 200
    assert {"sign_in.done", "factor.passed"} <= set(await actions())


@pytest.mark.parametrize(("path", "changes"), [("/sign-in/link", {}), ("/sign-in/forgotten", {"password": NEW})])
async def test_a_link_does_not_replace_the_code(site, visitor, person, path, changes):
    link = await link_for(site, visitor, path=path)
    page = await (await visitor.get(link)).submit(**changes)
    assert page.url.startswith("/sign-in/code?next=")
    assert (await visitor.get("/account")).url.startswith("/sign-in/code")
    page = await (await visitor.get("/sign-in/code")).submit("/sign-in/code", code=code_now())
    assert (await visitor.get("/account")).status == 200


async def test_a_wrong_code_is_a_problem_with_the_form_and_is_logged(visitor, person):
    page = await sign_in(visitor)
    wrong = f"{(int(code_now()) + 1) % 10**6:06d}"
    for typed in (wrong, "", "abcdef"):
        page = await page.submit("/sign-in/code", code=typed)
        assert page.status == 422 and len(page.errors) == 1
    assert page.fields("/sign-in/code")["next"] == ["/home"]
    assert (await actions()).count("factor.failed") == 2


async def test_a_code_is_accepted_once(site, visitor, person):
    typed = code_now()
    await (await sign_in(visitor)).submit("/sign-in/code", code=typed)
    assert (await visitor.get("/account")).url == "/account"
    other = site.browser()
    page = await (await sign_in(other)).submit("/sign-in/code", code=typed)
    assert page.status == 422 and (await other.get("/account")).url.startswith("/sign-in/code")


async def test_a_code_is_accepted_once_even_at_the_same_moment(site, person):
    browsers = [site.browser() for _ in range(4)]
    pages = [await sign_in(browser) for browser in browsers]
    typed = code_now()
    answers = await asyncio.gather(*[page.submit("/sign-in/code", code=typed) for page in pages])
    assert sorted(answer.status for answer in answers)[1:] == [422, 422, 422]
    assert len(await rows("SELECT id FROM session WHERE proven IS NOT NULL")) == 1


async def test_codes_are_throttled_by_account_and_the_throttle_passes(site, visitor, person):
    page = await sign_in(visitor)
    for _ in range(10):
        assert (await page.submit("/sign-in/code", code="nonsense")).status == 422
    answer = await page.submit("/sign-in/code", code=code_now())
    assert answer.status == 429 and 3540 < int(answer.response.headers["retry-after"]) <= 3600
    (code,) = (await write(partial(factors.new_recovery_codes, person)))[:1]
    assert (await visitor.get("/sign-in/code")).status == 200
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        await page.submit("/sign-in/code", code=code_now())
        assert (await visitor.get("/account")).url == "/account"
    other = site.browser()  # the throttle of the app's codes leaves the recovery codes
    await sign_in(other)
    await (await other.get("/sign-in/recovery")).submit(code=code)
    assert (await other.get("/account")).url == "/account"


async def test_codes_are_throttled_by_network_address_over_all_accounts(site):
    people = [await site.person(f"P{number}", f"p{number}@example.org") for number in range(7)]
    attempts = [person for person in people for _ in range(9)]
    from pledge.limits import TooMany

    async def count(person, address: str) -> None:
        await factors.count(factors.CODES_PER_ACCOUNT, person, new_id(), browser="", address=address)

    for person in attempts[:60]:
        await count(person, "192.0.2.9")
    with pytest.raises(TooMany):
        await count(attempts[60], "192.0.2.9")
    await count(people[0], "192.0.2.10")


# — what a session reaches that has not passed —


@pytest.fixture
async def all_at_once(site):
    """Somebody with every role, whose session has not passed the second factor."""
    from pledge.accounts import people

    person = await account(EMAIL)
    firm = await site.organisation("Canary Joinery 7f3a", person)
    await write(partial(add_body_with, person, "Canary Chamber", "chamber", "events@example.org"))
    for role in ("staff", "operator"):
        await write(partial(people.give_role, person, role))
    return person, firm


def reached(application, wanted) -> list[tuple[str, str]]:
    return [(path, method) for path, method, handler in routes(application[0].litestar)
            if handler.opt["policy"].name in wanted]  # fmt: skip


async def test_a_session_that_has_not_passed_reaches_nothing(site, application, all_at_once):
    """Every route of the application: what is not for everybody leads to the code page, and no body is read."""
    person, firm = all_at_once
    await enrol(person)
    tried = 0
    for path, method, handler in routes(application[0].litestar):
        browser = await site.signed_in(person, firm)
        await write(partial(sql.rows, "UPDATE session SET proven = NULL"))
        headers = [OURS, FORM, ("cookie", f"pledge={browser.session}")]
        private = handler.opt["policy"].name not in OPEN
        answer = await ask(application[0], method, example_of(path), headers=headers, body=b"_key=&x=", endless=private)
        assert b"Canary" not in answer.body, (method, path)
        if private:
            location = answer.header("location") or ""
            assert answer.status == 303 and location.startswith("/sign-in/code"), (method, path, answer.status)
            assert answer.read == 0
            tried += 1
    assert tried > 50


async def test_somebody_with_a_role_and_no_second_factor_reaches_only_their_account(site, application, all_at_once):
    person, firm = all_at_once
    tried = 0
    for path, method, handler in routes(application[0].litestar):
        browser = await site.signed_in(person, firm)
        answer = await ask(
            application[0], method, example_of(path),
            headers=[OURS, FORM, ("cookie", f"pledge={browser.session}")], body=b"_key=&x=",
        )  # fmt: skip
        if handler.opt["policy"].name not in OPEN | {"account", "confirmed"}:
            assert answer.status == 303, (method, path, answer.status)
            assert answer.header("location").startswith("/account/second-factor"), (method, path)
            tried += 1
        else:
            assert (answer.header("location") or "/").startswith("/"), (method, path)
    assert tried > 40
    assert {path for path, _ in reached(application, {"account", "confirmed"})} == {
        path for path, _, _ in routes(application[0].litestar) if path.startswith("/account")
    }


async def test_a_session_that_has_not_passed_books_and_shows_nothing_in_the_persons_name(site, visitor, person):
    await sign_in(visitor)
    page = await visitor.get("/events")
    assert "Alice Example" not in page.html and EMAIL not in page.html
    assert (await visitor.get("/sign-in")).url.startswith("/sign-in/code")


async def test_whoever_cannot_pass_can_sign_out_and_be_somebody_else(site, visitor, person):
    page = await sign_in(visitor)
    page = await page.submit("/sign-out")
    assert "You are signed out" in page.text and await rows("SELECT id FROM session") == []
    assert (await visitor.get("/sign-in/code")).url == "/sign-in"


async def test_the_code_page_is_for_whoever_is_on_the_way_only(site, visitor, alice):
    for path in ("/sign-in/code", "/sign-in/recovery"):
        assert (await visitor.get(path)).url == "/sign-in"
        assert (await visitor.post(path, {"code": "123456"})).url == "/sign-in"
        assert (await alice.get(f"{path}?next=/account")).url == "/account"
        assert (await alice.get(f"{path}?next=//evil.example")).url.startswith("/home")


# — fixation and rotation —


async def test_passing_gives_the_session_a_fresh_secret_and_the_old_one_is_worth_nothing(site, visitor, person):
    page = await sign_in(visitor)
    before = visitor.session
    await page.submit("/sign-in/code", code=code_now())
    assert visitor.session != before
    thief = site.browser()
    thief.http.cookies.set("pledge", before, domain="127.0.0.1")
    assert (await thief.get("/account")).url.startswith("/sign-in?")
    (row,) = await rows("SELECT token_hash FROM session")
    assert row["token_hash"] == token_hash(visitor.session)


async def test_setting_it_up_gives_a_fresh_secret_and_ends_every_other_session(site, alice):
    other = await site.signed_in(alice.id, alice.organisation)
    before = alice.browser.session
    await set_up(alice)
    assert alice.browser.session != before and (await alice.get("/account")).url == "/account"
    for secret in (before, other.session):
        thief = site.browser()
        thief.http.cookies.set("pledge", secret, domain="127.0.0.1")
        assert (await thief.get("/account")).url.startswith("/sign-in?")


# — setting it up —


async def test_staff_set_it_up_before_they_reach_anything_and_then_go_on_where_they_wanted(site, visitor):
    from pledge.accounts import people

    person = await account("sam@example.org")
    await write(partial(people.give_role, person, "staff"))
    await visitor.get("/partnership")
    page = await (await visitor.get("/sign-in?next=/partnership")).submit(email="sam@example.org", password=PASSWORD)
    assert page.url == "/account/second-factor?next=%2Fpartnership" and "Your role lets you see" in page.text
    page = await page.submit("/account/second-factor")
    page = await page.submit(code=code_of(await key_on(page)))
    assert "/partnership" in page.links()
    assert (await visitor.get("/partnership")).url == "/partnership"


async def test_the_person_is_told_by_mail_and_can_sign_in_with_the_app(site, visitor):
    await account(EMAIL)
    await sign_in(visitor)
    secret, codes = await set_up(visitor)
    (mail,) = await site.mails(EMAIL)
    assert "second step protects" in mail.subject and secret not in mail.body and codes[0] not in mail.body
    other = site.browser()
    await (await sign_in(other)).submit("/sign-in/code", code=code_of(secret, 1))
    assert (await other.get("/account")).url == "/account"


async def test_the_code_that_set_it_up_does_not_sign_in(site, visitor):
    await account(EMAIL)
    with time_machine.travel(clock.now(), tick=False):  # within the half minute of one code
        await sign_in(visitor)
        secret, _ = await set_up(visitor)
        page = await (await sign_in(site.browser())).submit("/sign-in/code", code=code_of(secret))
    assert page.status == 422


async def test_a_wrong_code_sets_nothing_up_and_the_key_stays(site, alice):
    page = await (await alice.get("/account/second-factor")).submit("/account/second-factor")
    secret = await key_on(page)
    for typed in ("", "000000x", code_of(pyotp.random_base32())):
        page = await page.submit(code=typed)
        assert page.status == 422 and len(page.errors) == 1 and await key_on(page) == secret
    assert await rows("SELECT person FROM factor") == []
    await page.submit(code=code_of(secret))
    assert len(await rows("SELECT person FROM factor")) == 1


async def test_the_offered_key_belongs_to_one_session(site, alice):
    other = await site.signed_in(alice.id, alice.organisation)
    page = await (await alice.get("/account/second-factor")).submit("/account/second-factor")
    secret = await key_on(page)
    assert (await other.get("/account/second-factor/set-up")).url == "/account/second-factor"
    await other.post("/account/second-factor/set-up", {"code": code_of(secret)})
    assert await rows("SELECT person FROM factor") == []


async def test_sent_again_the_form_sets_nothing_up_and_the_recovery_codes_stay(site, alice):
    page = await (await alice.get("/account/second-factor")).submit("/account/second-factor")
    typed = code_of(await key_on(page))
    assert "Keep these recovery codes" in (await page.submit(code=typed)).text
    before = await rows("SELECT code_hash FROM recovery_code ORDER BY code_hash")
    assert (await page.submit(code=typed)).url == "/account/second-factor"
    assert await rows("SELECT code_hash FROM recovery_code ORDER BY code_hash") == before


async def test_another_app_takes_the_place_of_the_first(site, visitor, person):
    page = await sign_in(visitor)
    await page.submit("/sign-in/code", code=code_now())
    secret, _ = await set_up(visitor)
    assert secret != SECRET
    assert "Another app" in (await site.mails(EMAIL))[-1].subject
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        page = await (await sign_in(site.browser())).submit("/sign-in/code", code=code_now())
        assert page.status == 422
        page = await page.submit("/sign-in/code", code=code_of(secret))
        assert page.status == 200


# — recovery codes —


async def test_a_recovery_code_lets_one_in_once_and_the_person_is_told(site, visitor, person):
    codes = await write(partial(factors.new_recovery_codes, person))
    await sign_in(visitor)
    page = await (await visitor.get("/sign-in/recovery")).submit(code=f" {codes[3].upper().replace('-', ' ')} ")
    assert page.url.startswith("/account/second-factor") and "You have 9 recovery codes left" in page.text
    (mail,) = await site.mails(EMAIL)
    assert "recovery code" in mail.subject and "9 recovery codes left" in mail.body
    other = site.browser()
    await sign_in(other)
    page = await (await other.get("/sign-in/recovery")).submit(code=codes[3])
    assert page.status == 422 and (await other.get("/account")).url.startswith("/sign-in/code")


async def test_a_recovery_code_works_once_even_at_the_same_moment(site, person):
    codes = await write(partial(factors.new_recovery_codes, person))
    pages = []
    for _ in range(4):
        browser = site.browser()
        await sign_in(browser)
        pages.append(await browser.get("/sign-in/recovery"))
    answers = await asyncio.gather(*[page.submit(code=codes[0]) for page in pages])
    assert sorted(answer.status for answer in answers) == [200, 422, 422, 422]


async def test_somebody_elses_recovery_code_and_code_are_worth_nothing(site, visitor, person):
    other = await account("bob@example.org", name="Bob")
    await write(partial(factors.put, other, pyotp.random_base32(), 1))
    codes = await write(partial(factors.new_recovery_codes, other))
    page = await sign_in(visitor)
    secret = (await rows("SELECT secret FROM factor WHERE person = {}", other))[0]["secret"]
    assert (await page.submit("/sign-in/code", code=code_of(secret))).status == 422
    assert (await (await visitor.get("/sign-in/recovery")).submit(code=codes[0])).status == 422
    assert len(await rows("SELECT id FROM recovery_code WHERE used IS NULL")) == len(codes)


async def test_recovery_codes_are_stored_as_hashes_and_new_ones_replace_the_old(site, visitor, person):
    page = await sign_in(visitor)
    await page.submit("/sign-in/code", code=code_now())
    old = await write(partial(factors.new_recovery_codes, person))
    before = visitor.session
    page = await (await visitor.get("/account/second-factor/codes")).submit()
    new = [node.text_content() for node in page.document.xpath("//main//li/code")]
    assert len(new) == 10 and not set(new) & set(old) and visitor.session != before
    letters = {len(code.replace("-", "")) for code in new}
    assert min(letters) * math.log2(len(set(factors._LETTERS))) > 112  # OWASP ASVS 5.0, 6.5.2
    stored = str(await rows("SELECT * FROM recovery_code"))
    assert not any(code in stored or code.replace("-", "") in stored for code in new)
    assert not await write(partial(factors.use_recovery_code, person, old[0]))
    assert await write(partial(factors.use_recovery_code, person, new[0]))
    assert "new recovery codes" in (await site.mails(EMAIL))[-1].subject


# — taking it away —


async def test_whoever_needs_none_may_remove_it_and_is_told(site, visitor, person):
    page = await sign_in(visitor)
    await page.submit("/sign-in/code", code=code_now())
    page = await (await visitor.get("/account/second-factor/remove")).submit()
    assert "is removed" in page.text and await rows("SELECT person FROM factor") == []
    assert await rows("SELECT id FROM recovery_code") == []
    assert "no second step any more" in (await site.mails(EMAIL))[-1].subject
    other = site.browser()
    await sign_in(other)
    assert (await other.get("/account")).url == "/account"


async def test_whoever_has_a_role_that_needs_it_cannot_remove_it(site, olive, stella, rosa):
    for person in (olive, stella, rosa):
        assert "/account/second-factor/remove" not in (await person.get("/account/second-factor")).links()
        page = await person.post("/account/second-factor/remove", {"": ""})
        assert page.status == 409 and "Your role needs a second step" in page.text
    assert len(await rows("SELECT person FROM factor")) == 3


async def test_whoever_has_none_has_nothing_to_replace_or_remove(site, alice):
    for path in ("/account/second-factor/codes", "/account/second-factor/remove", "/account/second-factor/set-up"):
        assert (await alice.get(path)).url == "/account/second-factor"
    assert (await alice.post("/account/second-factor/codes", {"": ""})).url == "/account/second-factor"
    assert await rows("SELECT id FROM recovery_code") == []
