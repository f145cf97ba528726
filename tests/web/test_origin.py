"""A form counts only when one of our own pages sent it."""

import pytest
from tests.web.conftest import BASE, FORM, SECURE, ask, example_of

from pledge.web.origin import refusal

ELSEWHERE = "https://elsewhere.example"

# Sec-Fetch-Site, Origin → may it go on (our own address is SECURE)
MATRIX = [
    ("same-origin", None, True),
    ("same-origin", SECURE, True),
    ("same-origin", "null", True),  # the browser's own word counts; pages with a strict referrer policy send null
    ("cross-site", SECURE, False),
    ("cross-site", ELSEWHERE, False),
    ("same-site", SECURE, False),  # another host of the same registered name
    ("none", None, False),
    ("none", SECURE, False),
    ("", SECURE, False),
    ("Same-Origin", None, False),
    (None, SECURE, True),
    (None, ELSEWHERE, False),
    (None, "null", False),
    (None, "", False),
    (None, f"{SECURE}:444", False),
    (None, "http://pledge.example.org", False),
    (None, f"{SECURE}.elsewhere.example", False),
    (None, f"{SECURE}/", False),
    (None, None, False),
]


@pytest.mark.parametrize(("site", "origin", "allowed"), MATRIX)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "ANYTHING"])
def test_an_unsafe_request_must_come_from_our_own_pages(method, site, origin, allowed):
    headers = {name: value for name, value in (("sec-fetch-site", site), ("origin", origin)) if value is not None}
    assert (refusal(method, headers, SECURE) is None) == allowed


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_safe_request_may_come_from_anywhere(method):
    assert refusal(method, {"sec-fetch-site": "cross-site", "origin": ELSEWHERE}, SECURE) is None


@pytest.mark.parametrize("headers", [[], [("sec-fetch-site", "cross-site")], [("origin", ELSEWHERE)]])
async def test_it_is_refused_before_a_byte_of_the_body_is_read_and_before_anybody_is_looked_up(application, headers):
    cookie = ("cookie", "pledge=whoever")  # looking this up would need a database, and there is none here
    answer = await ask(application[0], "POST", "/sign-in", headers=[FORM, cookie, *headers], endless=True)
    assert answer.status == 403 and answer.read == 0
    assert "we did nothing with it" in answer.text and "send it again" in " ".join(answer.text.split())
    assert "text/html" in answer.header("content-type")


async def test_our_own_pages_can_send_forms(application):
    for headers in ([("sec-fetch-site", "same-origin")], [("origin", BASE)]):
        answer = await ask(application[0], "POST", "/sign-in", headers=[FORM, *headers], body=b"email=")
        assert answer.status == 422


async def test_every_unsafe_route_refuses_other_sites(application):
    from pledge.web.guard import routes

    found = [(method, path) for path, method, _ in routes(application[0].litestar) if method not in ("GET", "HEAD")]
    assert len(found) >= 7
    for method, path in found:
        headers = [("sec-fetch-site", "cross-site"), FORM]
        answer = await ask(application[0], method, example_of(path), headers=headers, endless=True)
        assert answer.status == 403 and answer.read == 0, (method, path)
