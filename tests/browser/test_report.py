"""A report in a real browser: on a phone, at a desk and on paper, closed and with all that opens."""

import io
import os
import re
from datetime import timedelta

import msgspec
import pytest
from playwright.async_api import Browser, Page
from pypdf import PdfReader
from tests.browser import axe, looks
from tests.browser.conftest import _copy, serving
from tests.insights.released import publish, released
from tests.support.firms import JOINERY, fill_profile, submitted
from tests.support.site import session

from pledge.database import clock
from pledge.database.unit import database
from pledge.questionnaires.answers import Answer

PICTURES = os.environ.get("PLEDGE_TEST_PICTURES")  # a folder, to look at the pages by eye
WIDTHS = (320, 1280)
PHONE = 568  # pixels: what a small phone shows of a page at once
SHEETS = 5  # of paper, at most, for a small firm
HARM = {
    "r_b2": "someone-paid", "r_b3": "after-start", "r_d2": "below", "r_d3": "someone-else", "r_d4": "we-do",
}  # fmt: skip

# questionnaire, points of each answer, form, people, other answers
CASES = {
    "short": ("recruitment", 2, "short", "1-9", {}),
    "usual": ("procurement", 2, "full", "1-9", {}),
    "worst": ("recruitment", 0, "full", "1-9", {}),
    "best": ("procurement", 4, "full", "1-9", {}),
    "harm": ("recruitment", 2, "full", "10-49", HARM),
}


@pytest.fixture(scope="module")
async def reports(county, databases):
    """A running installation with a firm for each case, whose owner its ``cookies`` sign in, and report its ``ids``."""
    from tests.browser import people

    file, cookies, ids = county
    copy = _copy(file, "reports")
    databases.point(database(), f"sqlite:///{copy}")
    await database().start()
    today = clock.today() + timedelta(days=1)
    await publish([*released(day=today), *released(series="recruitment.short", day=today)], today)
    made, signed = {}, {}
    for name, (questionnaire, points, depth, band, others) in CASES.items():
        owner = await people.firm(f"Reader{name}", f"Firm {name}", full=False)
        await fill_profile(owner, msgspec.structs.replace(JOINERY, headcount_band=band), f"Firm {name}")
        more = {question: Answer(value=value) for question, value in others.items()}
        made[name] = str(await submitted(owner, questionnaire, points, depth, **more))
        signed[name] = await session(owner.id, owner.organisation)
    await database().stop()
    async with serving(copy, {**cookies, **signed}, {**ids, **made}) as started:
        yield started


async def opened(browser: Browser, reports, name: str, *, scripts: bool = True) -> Page:
    context = await browser.new_context(java_script_enabled=scripts)
    await context.add_cookies([{"name": "pledge", "value": reports.cookies[name], "url": reports.url}])
    page = await context.new_page()
    response = await page.goto(f"{reports.url}/reports/{reports.ids[name]}")
    assert response is not None and response.status == 200
    return page


async def on_paper(page: Page, name: str = "") -> list[str]:
    """Return the text of each sheet of A4."""
    paper = await page.pdf(format="A4", path=f"{PICTURES}/{name}.pdf" if PICTURES and name else None)
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper)).pages]


def _close(text: str) -> str:
    """Leave out all spaces: on paper lines break, and letters that stand close count as apart."""
    return "".join(text.split())


@pytest.mark.parametrize("name", CASES)
async def test_it_fits_on_a_phone_and_at_a_desk_closed_and_open(browser: Browser, reports, name: str):
    page = await opened(browser, reports, name)
    found = []
    for state in ("closed", "open"):
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": PHONE if width == 320 else 800})
            if PICTURES:
                await page.screenshot(path=f"{PICTURES}/{name}-{state}-{width}.png", full_page=True)
            found += [f"{state} at {width} px: {problem}" for problem in await looks.sideways(page, 100, 200)]
            found += [f"{state} at {width} px: {problem}" for problem in await axe.violations(page)]
        await page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    await page.context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", CASES)
async def test_it_takes_half_of_the_screens_that_it_took(browser: Browser, reports, name: str):
    """It was 28 screens of a phone. What to do first begins on the second or third, after whom to call."""
    page = await opened(browser, reports, name)
    await page.set_viewport_size({"width": 320, "height": PHONE})
    high = await page.evaluate("document.documentElement.scrollHeight")
    assert high <= 15 * PHONE
    first = await page.evaluate("document.getElementById('actions').getBoundingClientRect().top")
    await page.context.close()
    assert first <= 2.5 * PHONE


@pytest.mark.parametrize("name", CASES)
async def test_all_of_it_is_on_five_sheets_of_paper_without_addresses(browser: Browser, reports, name: str):
    page = await opened(browser, reports, name)
    data = await (await page.request.get(f"{reports.url}/reports/{reports.ids[name]}.json")).json()
    sheets = await on_paper(page, name)
    await page.context.close()
    text = _close("".join(sheets))
    assert len(sheets) <= SHEETS
    assert "http" not in text and "/reports/" not in text and _close("Skip to main content") not in text
    for action in data["actions"]:  # closed on the screen
        for said in (action["what"], action["why"], action["answered"]["text"], action["answered"]["answer"]):
            assert _close(said) in text, said
    for row in data["strengths"]:
        assert _close(row["text"]) in text and _close(row["answer"]) in text
    assert text.count("Others:") == len(data["peers"]["sections"] if data["peers"] else ())


async def test_it_prints_as_much_without_scripts(browser: Browser, reports):
    page = await opened(browser, reports, "usual", scripts=False)
    sheets = await on_paper(page)
    await page.context.close()
    assert len(sheets) <= SHEETS and _close("".join(sheets)).count("Youanswered:") == 19


async def test_what_opened_for_paper_is_closed_afterwards(browser: Browser, reports):
    page = await opened(browser, reports, "usual")
    details = "document.querySelectorAll('main details').length"
    closed = "document.querySelectorAll('main details:not([open])').length"
    many = await page.evaluate(details)
    assert many == await page.evaluate(closed) > 19
    await page.evaluate("document.querySelector('main details').open = true")
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert await page.evaluate(closed) == 0
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert await page.evaluate(closed) == many - 1
    await page.context.close()


async def test_an_event_is_two_clicks_from_a_thing_to_do(browser: Browser, reports):
    page = await opened(browser, reports, "usual")
    await page.locator(".pledge-action .pledge-event a").first.click()
    assert "/events/" in page.url and "from=report" in page.url
    assert await page.get_by_role("main").get_by_role("button", name=re.compile("^Book")).count() == 1
    await page.context.close()
