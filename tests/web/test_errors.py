"""Every failure is a page that says what happened and what to do, and nothing about our insides."""

import logging
from functools import partial

import pytest
from tests.web.conftest import ask, post

WHAT_TO_DO = {
    "Refusal": (409, "Ask an owner."),
    "Refusal410": (410, "It is over."),
    "Missing": (404, "If you typed the address"),
    "TooMany": (429, "Wait 3 minutes"),
    "Overloaded": (503, "Everything you saved is safe"),
    "NotOpen": (503, "go back and try again"),
    "ConnectionRefusedError": (503, "Everything you saved is safe"),
    "TimeoutError": (503, "Everything you saved is safe"),
    "ValueError": (500, "This is our fault"),
    "HTTP400": (400, "Go back to the page you came from"),
    "HTTP405": (405, "Go back to the page you came from"),
    "HTTP408": (408, "Go back to the page you came from"),
    "HTTP413": (413, "Go back and send less"),
    "HTTP418": (418, "Go back to the page you came from"),
    "HTTP422": (422, "send it again"),
    "HTTP500": (500, "This is our fault"),
    "HTTP507": (500, "This is our fault"),
}


@pytest.mark.parametrize("kind", WHAT_TO_DO)
async def test_each_kind_of_failure_has_its_page(broken_application, kind):
    status, words = WHAT_TO_DO[kind]
    answer = await ask(broken_application, "GET", f"/test/{kind}")
    assert answer.status == status
    assert answer.header("content-type") == "text/html; charset=utf-8"
    page = answer.text
    assert "We have not read your form" not in page  # there was none
    assert words in page and "<h1" in page and page.rstrip().endswith("</html>")
    assert "secret in the message" not in page and "Traceback" not in page and "litestar" not in page.lower()


async def test_busy_and_too_many_say_when_to_come_back(broken_application):
    assert (await ask(broken_application, "GET", "/test/Overloaded")).header("retry-after") == "5"
    assert (await ask(broken_application, "GET", "/test/TooMany")).header("retry-after") == "125"


async def test_whoever_asks_for_json_gets_a_page_all_the_same(broken_application):
    for accept in ("application/json", "text/plain", "*/*", "nonsense"):
        answer = await ask(broken_application, "GET", "/test/ValueError", headers=[("accept", accept)])
        assert answer.status == 500 and answer.text.startswith("<!DOCTYPE html>")


async def test_an_unexpected_error_can_be_found_in_the_log_by_what_the_page_quotes(broken_application, caplog):
    with caplog.at_level(logging.ERROR, "pledge"):
        answer = await ask(broken_application, "GET", "/test/ValueError?token=abc")
    (entry,) = [record for record in caplog.records if record.name == "pledge"]
    reference = entry.getMessage().split()[2]
    assert len(reference) == 8 and f"<strong>{reference}</strong>" in answer.text
    assert entry.exc_info and "abc" not in entry.getMessage()


async def test_the_log_never_holds_an_address_with_its_secrets_or_line_breaks(broken_application, caplog):
    with caplog.at_level(logging.INFO, "pledge"):
        await ask(broken_application, "GET", "/test/ValueError%0aFAKE%20ENTRY?secret=hunter2")
        await ask(broken_application, "POST", "/t/very-secret%0aFAKE", headers=[])
    assert caplog.records
    for record in caplog.records:
        assert "hunter2" not in record.getMessage() and "very-secret" not in record.getMessage()
        assert "\n" not in record.getMessage() and "FAKE" not in record.getMessage()


async def test_a_method_that_an_address_does_not_have_is_refused_naming_those_it_has(application):
    answer = await ask(application[0], "GET", "/sign-out")
    assert answer.status == 405 and "POST" in answer.header("allow")


async def test_the_form_of_another_organisation_gives_back_what_was_typed(alice, charlie):
    page = await alice.get("/organisation/edit")
    answer = await page.submit(organisation=str(charlie.organisation), name="A New Name")
    assert answer.status == 409 and "belongs to another of your organisations" in answer.text
    assert "A New Name" in answer.text and str(charlie.organisation) not in answer.html


async def test_the_name_of_a_firm_is_shown_as_text(site, visitor):
    page = await visitor.get("/register")
    answer = await page.submit(organisation_name="<script>alert(1)</script>", name="", email="", password="")
    assert answer.status == 422 and "<script>alert" not in answer.html and "&lt;script&gt;alert" in answer.html


async def test_no_page_of_an_error_needs_the_database(broken_application):
    for kind in WHAT_TO_DO:
        answer = await ask(broken_application, "GET", f"/test/{kind}")  # there is none in this test
        assert answer.status != 200 and "</html>" in answer.text, kind


async def test_an_error_in_the_middle_of_an_answer_is_not_followed_by_a_second_answer(application):
    from pledge.web.headers import SecurityHeaders

    async def half(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError

    with pytest.raises(ValueError):
        await ask(SecurityHeaders(half, secure=False), "GET", "/")


async def test_a_page_with_problems_keeps_its_status_when_posted_again(application):
    again = partial(post, application[0], "/sign-in", b"email=nobody&password=")
    assert [(await again()).status for _ in range(2)] == [422, 422]
