"""The questions in another language, in a real browser: nothing typed is lost, every page is accessible and fits."""

import contextlib
import shutil
import sqlite3

import pytest
from playwright.async_api import Browser
from tests.browser import axe, looks
from tests.browser.conftest import _copy, serving
from tests.support.languages import CHECKED, made_up

from pledge.assessments import definitions
from pledge.resources import resource

TASKS = "/assessments/procurement"
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
async def polish(county, tmp_path_factory):
    """The county with a made-up translation that is checked, and the owner's draft on the version it is of."""
    file, cookies, ids = county
    folder = tmp_path_factory.mktemp("languages") / "questionnaires"
    shutil.copytree(resource("questionnaires"), folder, ignore=shutil.ignore_patterns("*.*.yaml"))
    (folder / "procurement.pl.yaml").write_bytes(made_up(definitions.current("procurement"), **CHECKED))
    copy = _copy(file, "languages")
    with contextlib.closing(sqlite3.connect(copy)) as database, database:
        version = definitions.current("procurement").version
        database.execute("UPDATE assessment SET version = ? WHERE version = '2000.1' AND status = 'draft'", (version,))
    async with serving(copy, cookies, ids, PLEDGE_QUESTIONNAIRES=str(folder)) as started:
        yield started


async def opened(browser: Browser, live, *, scripts: bool = True):
    context = await browser.new_context(java_script_enabled=scripts)
    await context.add_cookies([{"name": "pledge", "value": live.cookies["owner"], "url": live.url}])
    return await context.new_page()


@pytest.mark.parametrize("scripts", [True, False])
async def test_another_language_keeps_what_is_typed_and_return_goes_on(browser: Browser, polish, scripts):
    page = await opened(browser, polish, scripts=scripts)
    await page.goto(f"{polish.url}{TASKS}/leadership")
    note, typed = page.locator("textarea").first, f"Ask Zoë, scripts {scripts}"
    if not await note.is_visible():
        await page.locator("summary").first.click()
    await note.fill(typed)
    await page.get_by_role("button", name="Polski").click()
    await page.wait_for_url(f"{polish.url}{TASKS}/leadership")
    assert await page.locator("textarea").first.input_value() == typed
    assert "Żż" in await page.inner_text("h1")
    await page.locator("input[type=radio]").first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "leadership" not in url or "page=2" in url)
    assert "Żż" in await page.inner_text("h1"), "the first button of the form is not a language"
    await page.get_by_role("button", name="English").click()
    await page.wait_for_load_state()
    assert "Żż" not in await page.inner_text("main")
    await page.context.close()


async def test_every_page_in_another_language_is_accessible_and_fits(browser: Browser, polish):
    page = await opened(browser, polish)
    await page.goto(f"{polish.url}{TASKS}")
    await page.get_by_role("button", name="Polski").click()
    failures = []
    for path in (TASKS, f"{TASKS}/leadership", f"{TASKS}/check", f"{TASKS}/paper", "/questions?language=pl"):
        await page.goto(polish.url + path)
        assert "Żż" in await page.inner_text("main"), path
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            failures += [f"{path} at {width} px: {problem}" for problem in await looks.sideways(page, 100, 200)]
            failures += [f"{path} at {width} px: {problem}" for problem in await axe.violations(page)]
    await page.context.close()
    assert not failures, "\n".join(failures)
