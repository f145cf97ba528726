"""A real browser for the tests that look at pages."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright
from tests.support.tools import QUIET, chromium


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium as the system's packages install it."""
    program = chromium()
    if program is None:
        pytest.fail("The tests of pages need Chromium: install it (Debian package chromium), or run make test as root.")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, chromium_sandbox=False, args=QUIET)
        yield started
        await started.close()


@pytest.fixture(scope="session")
async def live(databases, database_kind):
    """A running installation with a chamber, its events, staff and an operator. Tests make firms of their own."""
    from pathlib import Path

    from tests.browser import people
    from tests.browser.live import Live

    from pledge.database.unit import database

    assert database_kind == "sqlite", "the browser's tests run once"
    url = await databases.new_url()
    databases.point(database(), url)
    await database().start()
    cookies, ids = await people.everybody()
    await database().stop()
    folder = Path(url.removeprefix("sqlite:///"))
    started = Live(folder, cookies, ids)
    try:
        await started.ready()
        yield started
    finally:
        started.stop()
