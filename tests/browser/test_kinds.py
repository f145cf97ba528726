"""Questions that are not scored, in a real browser: on a phone and at a desk, with scripts and without."""

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page
from tests.browser import axe, looks
from tests.browser.conftest import _copy, serving
from tests.support.kinds import as_version_of

FIGURES = "/assessments/procurement/figures"
WORDS = "/assessments/procurement/words"
WIDTHS = (320, 1280)
PICTURES = os.environ.get("PLEDGE_TEST_PICTURES")  # a folder, to look at the pages by eye


def _pin(file: Path) -> None:
    """Put the owner's open draft on a version with every kind of question."""
    text = as_version_of("procurement")
    digest = hashlib.sha256(text.encode()).hexdigest()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "INSERT INTO questionnaire_version (questionnaire, version, sha256, text, published) "
            "VALUES ('procurement', '1', ?, ?, '2026-11-21 12:00:00+00:00')",
            (digest, text),
        )
        connection.execute("UPDATE assessment SET version = '1', answers = '{}' WHERE status = 'draft'")


@pytest.fixture(scope="module")
async def kinds(county):
    file, cookies, ids = county
    copy = _copy(file, "kinds")
    _pin(copy)
    async with serving(copy, cookies, ids) as started:
        yield started


async def opened(browser: Browser, kinds, *, scripts: bool = True) -> Page:
    context = await browser.new_context(java_script_enabled=scripts)
    await context.add_cookies([{"name": "pledge", "value": kinds.cookies["owner"], "url": kinds.url}])
    return await context.new_page()


async def send(page: Page, button: str = "Save and go on") -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name=button, exact=True).click()


async def look(page: Page, name: str) -> list[str]:
    """Return what is wrong with a page as it is now, at each width."""
    found = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name} at {width} px: {problem}" for problem in await looks.sideways(page, 100, 200)]
        found += [f"{name} at {width} px: {problem}" for problem in await axe.violations(page)]
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    return found


async def test_none_of_these_unticks_the_others_with_scripts_and_is_asked_about_without(browser: Browser, kinds):
    with_scripts, plain = await opened(browser, kinds), await opened(browser, kinds, scripts=False)
    for page in (with_scripts, plain):
        await page.goto(kinds.url + WORDS)
        await page.get_by_label("By adverts").check()
        await page.get_by_label("None of these").check()
    assert not await with_scripts.get_by_label("By adverts").is_checked()
    assert await plain.get_by_label("By adverts").is_checked()
    await send(plain)
    text = await plain.inner_text(".govuk-error-summary")
    assert "Choose “None of these”, or what is true" in text
    assert (
        await plain.get_by_label("By adverts").is_checked() and await plain.get_by_label("None of these").is_checked()
    )
    await plain.get_by_label("None of these").uncheck()
    await plain.fill("#q-policy-since", "1 March 2025")
    await send(plain)
    await plain.goto(kinds.url + WORDS)
    assert await plain.input_value("#q-policy-since-month") == "3"
    for page in (with_scripts, plain):
        await page.context.close()


async def test_every_kind_is_accessible_and_fits_with_and_without_a_mistake(browser: Browser, kinds):
    page = await opened(browser, kinds)
    failures = []
    await page.goto(kinds.url + FIGURES)
    failures += await look(page, "number")
    await page.fill("#q-people", "a few")
    await send(page)
    failures += await look(page, "number-refused")
    await page.fill("#q-people", "60 people")
    await send(page)
    failures += await look(page, "hours-and-money")
    await page.fill("#q-longest-shift", "long")
    await page.fill("#q-fees", "£1,200")
    await send(page)
    failures += await look(page, "hours-refused")
    await page.goto(kinds.url + FIGURES + "?page=3")
    failures += await look(page, "percentage")
    await page.goto(kinds.url + WORDS)
    failures += await look(page, "date-and-choices")
    await page.fill("#q-policy-since", "31")
    await page.fill("#q-policy-since-month", "February")
    await page.fill("#q-policy-since-year", "2025")
    await page.get_by_label("Through an agency").check()
    await send(page)
    failures += await look(page, "date-refused")
    await page.fill("#q-policy-since", "1")
    await send(page)
    failures += await look(page, "short-text")
    await page.fill("#q-agency-name", "x" * 41)
    await send(page)
    failures += await look(page, "short-text-refused")
    await page.goto(kinds.url + WORDS + "?page=3")
    await page.fill("#q-learned", "A long word: " + "w" * 80)
    failures += await look(page, "long-text")
    await send(page)
    for path, name in (("", "tasks"), ("/check", "check")):
        await page.goto(f"{kinds.url}/assessments/procurement{path}")
        failures += await look(page, name)
    await page.goto(f"{kinds.url}/assessments/procurement/scored")
    await page.get_by_label("Yes", exact=True).check()
    await send(page)
    await send(page, "Submit and see the report")
    failures += await look(page, "report")
    assert "What else you told us" in await page.content()
    await page.context.close()
    assert not failures, "\n".join(failures)
