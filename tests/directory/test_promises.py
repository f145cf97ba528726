"""What SECURITY.md, the notices and the footers promise, where no other test holds it (the table: docs/security.md)."""

import re
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from tests.accounts.test_sign_in import account, sign_in
from tests.support.firms import MAILROOM, fill_profile, sign_pledge, submitted

from pledge.database import sql
from pledge.database.unit import database, read

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def report(alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    return await submitted(alice)


async def test_another_firms_report_is_the_same_page_as_none(alice, charlie, report):
    assert (await alice.get(f"/reports/{report}")).status == 200
    theirs, none = await charlie.get(f"/reports/{report}"), await charlie.get(f"/reports/{uuid4()}")
    assert (theirs.status, theirs.text) == (404, none.text)


async def test_whoever_is_not_a_colleague_reaches_neither_report_nor_what_is_kept(
    bob, olive, stella, rosa, visitor, report
):
    assert "Self-assessed, not checked" in (await bob.get(f"/reports/{report}")).text
    for person in (olive, stella, rosa, visitor):
        for path in (f"/reports/{report}", f"/reports/{report}.json", "/pledge/kept", "/assessments/procurement/check"):
            page = await person.get(path)
            assert "weighted" not in page.text and "How you keep your pledge" not in page.text, path
            assert "Check your answers" not in page.text


async def test_sqlite_waits_for_the_disk(db):
    if database().engine_type == "sqlite":
        row = await read(partial(sql.row, "PRAGMA synchronous"))
        assert list(row.values()) == [2]  # FULL


async def test_there_are_the_three_cookies_that_the_notice_names(site, visitor):
    await account("alice@example.org")
    await visitor.get("/sign-in")
    assert list(visitor.http.cookies.jar) == []
    await sign_in(visitor, "not her password at all")
    assert sorted(cookie.name for cookie in visitor.http.cookies.jar) == ["pledge-page"]
    await sign_in(visitor)
    assert sorted(cookie.name for cookie in visitor.http.cookies.jar) == ["pledge", "pledge-known"]
    assert "There are three cookies. You get two of them only when you sign in." in (await visitor.get("/privacy")).text


@pytest.mark.parametrize("path", ["/", "/privacy", "/help", "/help/law", "/questions", "/events", "/signatories"])
async def test_no_page_loads_anything_from_another_place(visitor, path):
    page = await visitor.get(path)
    loaded = page.document.xpath("//script/@src | //img/@src | //iframe/@src | //link[@rel!='canonical']/@href")
    assert loaded and all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert "default-src 'none'" in page.response.headers["content-security-policy"]


def test_every_mail_ends_with_the_helpline_and_the_emergency_number():
    mail = MAILROOM.write("a@example.org", "report_ready", name="A", title="T", report="1")
    assert mail.body.endswith(
        "Worried that someone is being exploited? Modern Slavery & Exploitation Helpline: 08000 121 700\n"
        "If someone is in danger now, call 999.\n"
    )


def test_no_words_promise_that_a_page_saves_itself():
    said = []
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "src/pledge").rglob("data/*.yaml")]:
        text = " ".join(path.read_text().split())
        said += [(path.name, text[at.end() : at.end() + 15]) for at in re.finditer("[Pp]age is saved", text)]
    assert len(said) == 3 and {after for _, after in said} == {" when you press"}, said
