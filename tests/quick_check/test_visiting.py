"""A visitor takes the quick check: to the result and back, and nothing of it is stored anywhere."""

import logging

import pytest
from tests.security import world as county
from tests.security.addresses import QUICK_CHECK

HARM = {"q-fees": "someone-paid"}
PAGES = (
    ("q-fees", "q-right-to-work", "q-minimum-wage", "q-pay-account"),
    ("q-papers", "q-leaving", "q-speaking-up"),
    ("q-origin", "why-origin", "q-passing-on", "q-plan"),
)
HELP = "You can get help now"
NASTY = "Ünïcode \u202e‮ اردو 😀 <b>\x00"


async def answered(browser, **changes):
    """The result of answering page by page."""
    page = await browser.get("/quick-check")
    for number, names in enumerate(PAGES, 1):
        fields = {name: value for name, value in {**QUICK_CHECK, **changes}.items() if name in names}
        page = await page.submit(f"/quick-check/{number}", **fields)
        assert page.status == 200, page.errors
    return page


async def test_ten_questions_on_three_pages_come_to_a_result(visitor):
    page = await visitor.get("/quick-check")
    assert page.status == 200 and "10 questions, about 5 minutes" in page.text
    for number, names in enumerate(PAGES, 1):
        shown = page.document.xpath("//main//fieldset")
        assert len(shown) == [4, 3, 3][number - 1] and f"Page {number} of 3" in page.text
        page = await page.submit(f"/quick-check/{number}", **{n: v for n, v in QUICK_CHECK.items() if n in names})
    assert page.title.startswith("Your quick check") and "Established" in page.text
    assert "This is from 10 questions" in page.text and "not a full check" in page.text
    assert "Ask those in charge if there is a plan, and where it is kept." in page.text
    assert "It takes about 8 to 21 minutes for a small firm" in page.text and HELP not in page.text


async def test_nothing_is_stored_set_or_logged(visitor, db, caplog):
    caplog.set_level(logging.DEBUG)
    before = await county.snapshot()
    page = await answered(visitor, **HARM, **{"why-origin": "We only sell canaries"})
    wrong = await visitor.post("/quick-check/1", {"q-fees": "no-such", "q-plan": "?dont-know"})
    register = await page.submit("/quick-check/register")
    assert wrong.status == 422 and "canaries" in register.html
    assert await county.snapshot() == before
    assert not visitor.http.cookies and "set-cookie" not in page.response.headers
    assert "canaries" not in caplog.text and "someone-paid" not in caplog.text
    assert "?" not in page.url and "someone-paid" not in page.url


async def test_harm_shows_help_at_once_and_stands_first(visitor):
    page = await (await visitor.get("/quick-check")).submit(
        "/quick-check/1", **{**{name: QUICK_CHECK[name] for name in PAGES[0]}, **HARM}
    )
    assert page.text.index(HELP) < page.text.index("passport")
    page = await answered(visitor, **HARM)
    assert page.text.index(HELP) < page.text.index("Act first") < page.text.index("Do this first")
    assert "1. First call 08000 121 700" in page.text and "Established" not in page.text


async def test_the_best_answers_have_nothing_to_do(visitor):
    best = {
        "q-fees": "ask-twice-and-repay", "q-right-to-work": "everyone-same-way", "q-minimum-wage": "far-above",
        "q-pay-account": "on-change-and-shared", "q-papers": "policy-and-asked", "q-leaving": "told-and-checked",
        "q-speaking-up": "no-name-and-tracked", "q-origin": "most-and-higher-risk",
        "q-passing-on": "consent-and-checked", "q-plan": "written-and-practised",
    }  # fmt: skip
    page = await answered(visitor, **best)
    assert "Leading" in page.text and "Nothing urgent to do" in page.text


async def test_dont_know_everywhere_is_an_answer(visitor):
    page = await answered(visitor, **{name: "?dont-know" for name in QUICK_CHECK if name.startswith("q-")})
    assert "Starting" in page.text and "There are 7 more things to do" in page.text


async def test_a_page_goes_back_with_what_was_answered(visitor):
    page = await (await visitor.get("/quick-check")).submit(
        "/quick-check/1", **{name: QUICK_CHECK[name] for name in PAGES[0]}
    )
    page = await page.submit("/quick-check/2", button="to=1", **{"q-papers": "we-do"})
    assert "Page 1 of 3" in page.text and page.fields("/quick-check/1")["q-fees"] == ["ask-starters"]
    assert page.fields("/quick-check/1")["q-papers"] == ["we-do"], "what is not complete comes along too"
    result = await answered(visitor)
    page = await result.submit("/quick-check/3", button="to=1")
    assert "Page 1 of 3" in page.text and page.fields("/quick-check/1")["why-origin"] == ["We sell our time"]


@pytest.mark.parametrize("path", ["/quick-check/1", "/quick-check/3", "/quick-check/register"])
async def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(visitor, path):
    given = {**QUICK_CHECK, "q-right-to-work": "", "why-origin": "We sell “time” & advice"}
    page = await visitor.post(path, given)
    assert page.status == 422 and "Page 1 of 3" in page.text
    (error,) = page.errors
    assert "right to work" in error and "Choose an answer" in error
    there = page.fields("/quick-check/1")
    assert {name: there[name] for name in given if given[name]} == {n: [v] for n, v in given.items() if v}


@pytest.mark.parametrize(
    ("changes", "words", "number"),
    [
        ({"q-fees": "no-such-option"}, "Choose one of the answers on the page", 1),
        ({"q-fees": "?not-applicable", "why-fees": "No"}, "Choose one of the answers on the page", 1),
        ({"q-papers": "constructor"}, "Choose one of the answers on the page", 2),
        ({"why-origin": ""}, "Say in a few words why this does not apply to you", 3),
        ({"why-origin": "x" * 501}, "501 characters", 3),
        ({"why-origin": "x" * 10_001}, "too long", 3),
        ({"q-r-b2": "someone-paid"}, "a question that we do not ask", 3),
    ],
    ids=["forged", "not applicable", "forged elsewhere", "no reason", "long", "very long", "foreign"],
)
async def test_what_cannot_be_taken_is_named_on_its_page(visitor, changes, words, number):
    page = await visitor.post("/quick-check/3", {**QUICK_CHECK, **changes})
    assert page.status == 422 and f"Page {number} of 3" in page.text
    (error,) = page.errors
    assert words in error
    there = page.fields(f"/quick-check/{number}")
    assert there["q-leaving"] == ["in-terms"], "the others are still there"


async def test_strange_characters_are_given_back_as_text(visitor):
    page = await visitor.post("/quick-check/3", {**QUICK_CHECK, "why-origin": NASTY})
    assert page.status == 200 and "<b>" not in page.html.replace("&lt;b&gt;", "")
    register = await page.submit("/quick-check/register")
    assert register.status == 200 and "\\u202e" not in register.html and "\u202e" not in register.html
    assert "اردو" in register.fields("/register")["carried"][0]


NO_PAGES = ("0", "4", "-1", "nine", "٣", "+3", "03", "3_", "0_3", "%203")


@pytest.mark.parametrize("number", NO_PAGES)
async def test_there_is_no_other_page(visitor, number):
    assert (await visitor.post(f"/quick-check/{number}", QUICK_CHECK)).status == 404
    assert (await visitor.get(f"/quick-check/{number}")).status == 404


@pytest.mark.parametrize("path", ["/quick-check/1", "/quick-check/2", "/quick-check/3", "/quick-check/register"])
async def test_whoever_comes_by_an_address_begins(visitor, alice, path):
    """From a bookmark, or by Enter in the address bar: the answers are not in the address."""
    assert (await visitor.http.get(path, follow_redirects=False)).status_code == 303
    for who in (visitor, alice):
        page = await who.get(path)
        assert page.status == 200 and page.url == "/quick-check" and "Page 1 of 3" in page.text


@pytest.mark.parametrize("to", ["0", "4", "-1", "²", "9" * 400, "register"])
async def test_nor_one_to_go_back_to(visitor, to):
    page = await visitor.post("/quick-check/3", {**QUICK_CHECK, "to": to})
    assert page.status == 200 and page.title.startswith("Your quick check"), "it is as if the button had no words"


async def test_ten_megabytes_are_refused(visitor):
    page = await visitor.post("/quick-check/3", {**QUICK_CHECK, "why-origin": "x" * 10_000_000})
    assert page.status == 413


async def test_back_and_reload_are_the_browsers_own(visitor, alice):
    """Nothing may be kept by caches between, and nothing is kept by us: the browser alone may show a page again."""
    for who in (visitor, alice):
        page = await who.get("/quick-check")
        assert page.response.headers["cache-control"] == "private, no-cache"
        page = await page.submit("/quick-check/1", **{"q-fees": ""})
        assert page.status == 422 and page.url == "/quick-check/1"
        assert page.response.headers["cache-control"] == "private, no-cache"
