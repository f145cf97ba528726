"""Where people are sent, what a page says once, and the names of downloads."""

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.web.conftest import BASE, ask

from pledge.declared import NOTICES
from pledge.web.notices import together
from pledge.web.pages import download, local_path

SITE = "https://pledge.example.org"


@pytest.mark.parametrize("target", ["/", "/home", "/report/1?x=1&y=/a", "/a#b", "/a//b", "/%2F%2Fevil.example", "/ü"])
def test_a_path_of_this_site_is_kept(target):
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "", "home", "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", " //evil.example", "\t//evil.example", "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1", "/a\x00", "http:/evil.example", "http:evil.example", "/" + "x" * 500, "/a\\b", "?x",
    ],
)  # fmt: skip
def test_anything_else_is_not(target):
    assert local_path(target) is None


@given(st.text(alphabet=st.sampled_from("/\\:.@?#%2Fe\t\n\r ahttps"), max_size=20) | st.text(max_size=40))
@example("//evil.example")
@example("/\\evil.example")
@example("/\u3002/evil")
@example("/.//evil.example")
@example("/..//evil.example")
@example("/\t/evil.example")
def test_whatever_is_kept_stays_on_this_site_as_browsers_read_it(target):
    kept = local_path(target)
    if kept is not None:
        # browsers take tabs and line ends out and read a backslash as a slash (WHATWG URL)
        read = kept.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")
        assert urlsplit(urljoin(f"{SITE}/sign-in", read)).netloc == "pledge.example.org"
        assert not read.startswith("//")


async def test_after_signing_in_nobody_is_sent_elsewhere(db, site, visitor):
    from tests.accounts.test_sign_in import PASSWORD, account

    await account("alice@example.org")
    visitor.http.follow_redirects = False
    cases = {
        "//evil.example": "/home", "https://evil.example": "/home", "/\\evil.example": "/home",
        "/organisation/edit": "/organisation/edit", "/ü?a=b": "/%C3%BC?a=b",
    }  # fmt: skip
    for asked, then in cases.items():
        page = await visitor.get("/sign-in")
        answer = await page.submit(email="alice@example.org", password=PASSWORD, next=asked)
        assert answer.response.headers["location"] == then
        visitor.http.cookies.clear()


async def test_whoever_must_sign_in_comes_back_to_the_page_with_all_of_its_address(application):
    answer = await ask(application[0], "GET", "/organisation/edit?a=1&b=%2Fx%26y")
    location = urlsplit(answer.header("location"))
    from urllib.parse import parse_qs

    assert answer.status == 303 and location.path == "/sign-in"
    assert parse_qs(location.query) == {"next": ["/organisation/edit?a=1&b=%2Fx%26y"]}


async def test_a_notice_is_one_of_ours(application):
    for notice, words in NOTICES.items():
        assert words in (await ask(application[0], "GET", f"/sign-in?notice={notice}")).text
    answer = await ask(application[0], "GET", "/sign-in?notice=Your+bank+called")
    assert "bank" not in answer.text and "govuk-notification-banner" not in answer.text


def test_every_notice_that_an_address_names_is_there():
    named = {
        word
        for path in Path("src/pledge").rglob("*.py")
        for word in re.findall(r"notice=([a-z-]+[a-z])(?=[\"'])", path.read_text("utf-8"))
    }
    assert len(named) > 40 and named <= set(NOTICES), named - set(NOTICES)


def test_two_rooms_cannot_use_one_word():
    with pytest.raises(ValueError, match="two rooms have a notice called saved"):
        together({"saved": "One."}, {"saved": "Another."})


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("report.pdf", "report.pdf"),
        ('a"b\r\nX: y.csv', "a-b--X- y.csv"),
        ("Büro/../x.xlsx", "B-ro-..-x.xlsx"),
        ("\\", "-"),
    ],
)
def test_a_download_has_a_plain_name_and_its_own_beside_it(name, plain):
    header = download(b"x", name, "text/csv").headers["Content-Disposition"]
    assert header.startswith(f'attachment; filename="{plain}"; ')
    assert header.isascii() and "\r" not in header and "\n" not in header
    from urllib.parse import unquote

    assert unquote(header.partition("filename*=UTF-8''")[2]) == name


def test_the_base_of_the_tests_is_this_machine():
    assert urlsplit(BASE).hostname == "127.0.0.1"
