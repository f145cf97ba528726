"""Whoever guesses keeps nobody out: browsers that are known, links that were e-mailed, sessions that are whole."""

from datetime import timedelta
from functools import partial

import pyotp
import pytest
import time_machine
from tests.accounts.test_links import link_for
from tests.accounts.test_sign_in import PASSWORD, account, sign_in
from tests.support.site import SECRET, code_now, enrol

from pledge.accounts import factors, known, requests, sessions
from pledge.database import clock, sql
from pledge.database.ids import token_hash
from pledge.database.unit import read, write
from pledge.limits import Limit, TooMany, hit

EMAIL = "alice@example.org"
WRONG = "wrong wrong wrong"


async def rows(statement: str, *args) -> list[dict]:
    return await read(partial(sql.rows, statement, *args))


def code_later(steps: int) -> str:
    """A code that was not used yet: each is accepted once."""
    return pyotp.TOTP(SECRET).at(clock.now(), counter_offset=steps)


async def passed(browser, code: str):
    """Sign in with password and code; the page that comes."""
    return await (await sign_in(browser)).submit("/sign-in/code", code=code)


@pytest.fixture
async def person(db):
    return await account(EMAIL)


@pytest.fixture
async def organiser(person):
    await enrol(person)
    return person


async def guess_passwords(site) -> None:
    guesser = site.browser()
    statuses = [(await sign_in(guesser, password=WRONG)).status for _ in range(11)]
    assert statuses[-1] == 429


async def guess_codes(site, path: str = "/sign-in/code") -> None:
    """Somebody elsewhere who knows the password uses up the tries."""
    guesser = site.browser()
    await sign_in(guesser)
    page = await guesser.get(path)
    assert [(await page.submit(path, code="000000")).status for _ in range(11)][-1] == 429


async def test_a_browser_that_is_known_gets_in_whoever_guesses_the_password(site, visitor, person):
    await sign_in(visitor)
    await visitor.post("/sign-out", {})
    await guess_passwords(site)
    assert (await sign_in(site.browser())).status == 429
    assert (await sign_in(visitor)).status == 200 and visitor.session


async def test_a_browser_that_is_known_gets_in_whoever_uses_up_the_codes(site, visitor, organiser):
    await passed(visitor, code_now())
    await visitor.post("/sign-out", {})
    await guess_codes(site)
    page = await passed(visitor, code_later(1))
    assert page.status == 200 and (await visitor.get("/account")).url == "/account"


async def test_recovery_codes_too(site, visitor, organiser):
    codes = await write(partial(factors.new_recovery_codes, organiser))
    await passed(visitor, code_now())
    await visitor.post("/sign-out", {})
    await guess_codes(site, "/sign-in/recovery")
    await sign_in(visitor)
    await (await visitor.get("/sign-in/recovery")).submit("/sign-in/recovery", code=codes[0])
    assert (await visitor.get("/account")).url == "/account"


@pytest.mark.parametrize("path", ["/sign-in/link", "/sign-in/forgotten"])
async def test_in_a_new_browser_an_e_mailed_link_gets_in_whoever_uses_up_the_codes(site, visitor, organiser, path):
    await guess_codes(site)
    link = await link_for(site, visitor, path=path)
    changes = {"password": "four green ash chairs"} if path.endswith("forgotten") else {}
    page = await (await visitor.get(link)).submit(**changes)
    page = await page.submit("/sign-in/code", code=code_now())
    assert page.status == 200 and (await visitor.get("/account")).url == "/account"


async def test_whoever_reads_the_mail_can_try_only_so_many_codes_too(site, organiser):
    guesser = site.browser()
    tried = 0
    for _ in range(2):  # however many links, and sessions begun by them
        page = await (await guesser.get(await link_for(site, guesser))).submit()
        for _ in range(6):
            tried += (await page.submit("/sign-in/code", code="000000")).status == 422
    assert tried == 10


async def test_a_known_browser_can_guess_only_so_often_and_only_for_whom_it_is_known(site, visitor, person):
    await account("other@example.org")
    await sign_in(visitor)
    thief = site.browser()
    thief.http.cookies.set("pledge-known", visitor.http.cookies["pledge-known"], domain="127.0.0.1")
    statuses = [(await sign_in(thief, password=WRONG)).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert not await rows("SELECT * FROM throttle WHERE name LIKE 'sign-in-address%' AND hits > 1")  # the first sign-in
    for _ in range(10):
        await sign_in(site.browser(), "other@example.org", WRONG)
    assert (await sign_in(thief, "other@example.org", WRONG)).status == 429  # there it is as any other


async def test_whoever_guesses_from_the_same_address_keeps_no_known_browser_out(site, visitor, person):
    await sign_in(visitor)
    await visitor.post("/sign-out", {})
    guesser = site.browser()
    for number in range(40):
        await guesser.post("/sign-in", {"email": f"nobody{number % 5}@example.org", "password": WRONG})
    assert (await sign_in(site.browser())).status == 429
    await sign_in(visitor)
    assert visitor.session


async def test_whoever_is_signed_in_shows_again_who_they_are_whoever_guesses(site, visitor, organiser):
    await passed(visitor, code_now())
    await guess_passwords(site)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        await guess_passwords(site)
        page = await (await visitor.get("/account/email")).submit("/account/confirm", password=PASSWORD)
    assert page.url == "/account/email"


async def test_a_browser_is_known_only_after_both_steps_and_only_by_a_secret_of_ours(site, visitor, organiser):
    visitor.http.cookies.set("pledge-known", "chosen-by-somebody", domain="127.0.0.1")
    page = await sign_in(visitor)
    assert await rows("SELECT * FROM known_browser") == []
    await page.submit("/sign-in/code", code=code_now())
    (row,) = await rows("SELECT token_hash, person FROM known_browser")
    (secret,) = {cookie.value for cookie in visitor.http.cookies.jar if cookie.name == "pledge-known"} - {
        "chosen-by-somebody"
    }
    assert row == {"token_hash": token_hash(secret), "person": organiser} and len(secret) == 43


async def test_one_browser_of_two_people_is_known_for_both(site, visitor, person):
    other = await account("other@example.org")
    for email in (EMAIL, "other@example.org", EMAIL):
        await sign_in(visitor, email)
        await visitor.post("/sign-out", {})
    found = await rows("SELECT token_hash, person FROM known_browser")
    assert {row["person"] for row in found} == {person, other} and len({row["token_hash"] for row in found}) == 1


@pytest.mark.parametrize("path", ["/account/sign-out-everywhere", "/account/sessions/end-others"])
async def test_ending_every_other_session_forgets_the_browsers(site, visitor, person, path):
    await sign_in(visitor)
    await visitor.post(path, {})
    assert await rows("SELECT * FROM known_browser") == []


async def test_a_browser_that_is_not_used_is_forgotten(site, visitor, person):
    await sign_in(visitor)
    with time_machine.travel(clock.now() + timedelta(days=181)):
        await guess_passwords(site)
        await (await visitor.get("/sign-in")).submit(email=EMAIL, password=PASSWORD)
        assert (await visitor.get("/account")).url.startswith("/sign-in")
        assert await write(known.prune) == {"known_browser": 1}


async def test_a_secret_that_we_did_not_issue_makes_no_browser_known(site, visitor, person):
    await sign_in(visitor)
    await visitor.post("/sign-out", {})
    statuses = []
    for number in range(10):
        guesser = site.browser()
        guesser.http.cookies.set("pledge-known", f"chosen-by-somebody-{number}", domain="127.0.0.1")
        statuses.append((await sign_in(guesser, password=WRONG)).status)
    assert statuses == [422] * 9 + [429]  # the first sign-in counts, too
    assert (await sign_in(visitor)).status == 200 and visitor.session  # its own tries are untouched


@pytest.mark.parametrize(("since", "is_known"), [(timedelta(days=180, seconds=-1), True), (timedelta(days=180), False)])
async def test_a_browser_is_known_for_180_days(person, since, is_known):
    secret = await write(partial(known.remember, await write(partial(sessions.start, person, "A browser")), ""))
    ((seen,),) = [row.values() for row in await rows("SELECT seen FROM known_browser")]
    own, everybody, links = (Limit(f"test-{name}", hits=1, seconds=60) for name in ("own", "everybody", "links"))
    address = "192.0.2.7"

    async def left(limit: Limit) -> bool:
        try:
            await write(partial(hit, limit, address))
        except TooMany:
            return False
        return True

    with clock.at(seen + since):
        where = {"browser": secret, "address": address}
        await write(partial(known.count, own, everybody, person=person, stranger="x", **where))
        await write(partial(known.count_request, links, email_key=EMAIL, **where))
        assert (await left(everybody), await left(links)) == (is_known, is_known)  # else the network counts


async def test_whoever_asks_for_somebodys_address_uses_up_none_of_their_links(site, visitor, person):
    other = await account("other@example.org")
    third = await account("third@example.org")

    async def ask(who, email: str) -> None:
        await write(partial(requests.ask_for_new_email, who, email))

    for _ in range(5):
        await ask(other, EMAIL)
        await ask(other, "alice@example.net")
    assert len(await site.mails()) == 3
    assert await link_for(site, visitor)  # to alice@example.org, who signs in by it
    await ask(person, "alice@example.net")
    await ask(third, "third@example.net")
    assert [mail.recipient for mail in (await site.mails())[-2:]] == ["alice@example.net", "third@example.net"]


async def test_one_account_keeps_nobody_from_an_address_that_is_to_be_theirs(site, person):
    other = await account("other@example.org")
    for minutes in range(0, 60, 10):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            for _ in range(3):
                await write(partial(requests.ask_for_new_email, other, "new@example.org"))
            await site.work()
    assert len(await site.mails("new@example.org")) == 6
    await write(partial(requests.ask_for_new_email, person, "new@example.org"))
    assert len(await site.mails("new@example.org")) == 7


async def test_a_known_browser_has_links_sent_whoever_asks_for_many_on_the_same_network(site, visitor, person):
    await sign_in(visitor)
    await visitor.post("/sign-out", {})
    outsider = site.browser()

    async def ask(browser, email: str) -> int:
        return (await browser.post("/sign-in/link", {"email": email})).status

    for number in range(20):
        assert await ask(outsider, f"nobody{number}@example.org") == 200
    assert await ask(outsider, EMAIL) == await ask(visitor, "other@example.org") == 429  # there it is as any other
    assert await link_for(site, visitor)
    assert [await ask(visitor, EMAIL) for _ in range(20)] == [200] * 19 + [429]
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        await sign_in(visitor)
        for number in range(20):
            assert await ask(outsider, f"nobody{number}@example.org") == 200
        page = await (await visitor.get("/account/email")).submit(email="alice@example.net")
        assert page.url == "/account?notice=email-asked"  # whoever is signed in is counted by themselves
