"""``pledge user``: roles given from the server."""

import asyncio
import json
import re
from datetime import timedelta
from functools import partial

import pyotp
import pytest
import time_machine
from tests.support.command import pledge
from tests.support.site import BASE, code_now

from pledge.database import clock, sql
from pledge.database.unit import read

PASSWORD = "three brown oak tables"


@pytest.fixture
def command(db):
    """Run ``pledge user`` on the test's database, as an operator does."""
    url = f"sqlite:///{db.path}" if db.engine_type == "sqlite" else db.config["dsn"]

    async def run(*arguments: str):
        return await asyncio.to_thread(pledge, "user", *arguments, PLEDGE_DATABASE_URL=url, PLEDGE_BASE_URL=BASE)

    return run


async def rows(statement: str, *args) -> list[dict]:
    return await read(partial(sql.rows, statement, *args))


def link_in(text: str) -> str:
    return re.search(rf"{re.escape(BASE)}(/t/\S+)", text)[1]


async def enrol_by(browser, link: str):
    """Go the whole way from the link, and return the page after it."""
    page = await browser.get(link)
    page = await page.submit(name="Sam Example", password=PASSWORD)
    assert page.url.startswith("/account/second-factor?next=")
    page = await page.submit("/account/second-factor")
    secret = re.search(r"The key: ((?:\w{4} ){7}\w{4})", page.text)[1].replace(" ", "")
    page = await page.submit(code=pyotp.TOTP(secret).at(clock.now()))
    assert "Keep these recovery codes" in page.text
    return await browser.get(page.links()[-1])


@pytest.mark.parametrize(
    ("role", "more", "home"),
    [("staff", (), "/partnership"), ("operator", (), "/operate"),
     ("organiser", ("--organiser", "Wyre Chamber"), "/organise")],
)  # fmt: skip
async def test_from_the_command_to_the_roles_own_page(site, visitor, command, role, more, home):
    answer = await command("add", "sam@example.org", "--role", role, *more)
    assert answer.returncode == 0 and answer.stderr == ""
    page = await enrol_by(visitor, link_in(answer.stdout))
    assert page.url == home and page.status == 200


async def test_twice_is_harmless_and_only_the_newest_link_works(site, visitor, command):
    first = await command("add", "sam@example.org", "--role", "organiser", "--organiser", "Wyre Chamber")
    second = await command("add", "SAM@example.org", "--role", "organiser", "--organiser", "wyre  chamber")
    assert first.returncode == second.returncode == 0
    assert "has an account now" in first.stdout and "has an account now" not in second.stdout
    for table in ("person", "organiser", "organiser_member", "link"):
        assert len(await rows(f"SELECT * FROM {table}")) == 1, table
    assert (await visitor.get(link_in(first.stdout))).status == 404
    link = link_in(second.stdout)
    for age, status in ((timedelta(hours=23, minutes=59), 200), (timedelta(hours=24, seconds=1), 404)):
        with time_machine.travel(clock.now() + age):
            assert (await visitor.get(link)).status == status
    await enrol_by(visitor, link)
    assert (await visitor.get(link)).status == 404  # once


async def test_the_link_asks_for_a_name_and_a_good_password(site, visitor, command):
    answer = await command("add", "sam@example.org", "--role", "staff")
    page = await visitor.get(link_in(answer.stdout))
    assert "sam@example.org" in page.text
    page = await page.submit(name="", password="short")
    assert page.status == 422 and len(page.errors) == 2
    assert await rows("SELECT id FROM session") == []
    await page.submit(name="Sam", password=PASSWORD)
    assert (await visitor.get("/partnership")).url.startswith("/account/second-factor")


async def test_somebody_with_an_account_keeps_it_and_their_firm(site, alice, command):
    answer = await command("add", alice.email, "--role", "staff", "--json")
    found = json.loads(answer.stdout)
    assert answer.returncode == 0 and answer.stderr == ""
    assert (found["email"], found["role"], found["organiser"], found["added"]) == (alice.email, "staff", None, False)
    assert found["link"].startswith(f"{BASE}/t/") and found["expires"].endswith("+00:00")
    assert (await rows("SELECT name FROM person")) == [{"name": "Alice"}]
    assert (await alice.get("/home")).url.startswith("/account/second-factor")  # the role needs a second factor


async def test_the_link_does_not_get_around_a_second_factor_that_is_there(site, stella, visitor, command):
    answer = await command("add", stella.email, "--role", "staff")
    page = await (await visitor.get(link_in(answer.stdout))).submit(name="Stella", password=PASSWORD)
    assert page.url.startswith("/sign-in/code")
    await page.submit("/sign-in/code", code=code_now())
    assert (await visitor.get("/partnership")).url == "/partnership"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sam@example.org", "--role", "organiser"), "Name the body"),
        (("sam@example.org", "--role", "staff", "--organiser", "Wyre Chamber"), "--organiser belongs to"),
        (("sam", "--role", "staff"), "is no e-mail address"),
        (("sam@example.org\nBcc: all@example.org", "--role", "staff"), "“sam@example.org Bcc: all@example.org” is no"),
        (("sam@example.org\n", "--role", "staff"), "“sam@example.org” is no e-mail address"),
        (("sam@example.org", "--role", "organiser", "--organiser", " "), "has 1 to 200 characters"),
        (("sam@example.org", "--role", "organiser", "--organiser", "B\udcff"), "letters that can be shown"),
        (("sam@example.org", "--role", "owner"), "is not one of"),
        (("sam@example.org",), "Missing option"),
        (("olive@example.org", "--role", "organiser", "--organiser", "Ribble Chamber"), "organises for Wyre Chamber"),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_changed(site, olive, command, arguments, words):
    answer = await command("add", *arguments)
    assert answer.returncode == 2 and words in answer.stderr and "Traceback" not in answer.stderr
    assert (
        answer.stdout == "" and len(await rows("SELECT id FROM person")) == 1 and await rows("SELECT 1 FROM link") == []
    )


async def test_whoever_lost_app_and_codes_is_helped_signed_out_and_told(site, stella, command):
    answer = await command("reset-factor", stella.email)
    assert answer.returncode == 0 and "is removed" in answer.stdout
    assert (await stella.get("/account")).url.startswith("/sign-in")
    (mail,) = await site.mails(stella.email)
    assert "no second step any more" in mail.subject
    again = await command("reset-factor", stella.email, "--json")
    assert again.returncode == 1 and json.loads(again.stdout) == {"email": stella.email, "removed": False}
    nobody = await command("reset-factor", "nobody@example.org")
    assert nobody.returncode == 2 and "Nobody has an account" in nobody.stderr


async def test_a_database_that_is_not_prepared_is_refused(databases):
    url = await databases.empty_url()
    answer = await asyncio.to_thread(
        pledge, "user", "add", "sam@example.org", "--role", "staff", PLEDGE_DATABASE_URL=url
    )
    assert answer.returncode == 2 and "pledge migrate" in answer.stderr and "Traceback" not in answer.stderr
