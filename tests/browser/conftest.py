"""A real browser for the tests that look at pages."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright
from tests.browser import chromium


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, the same on every machine."""
    async with async_playwright() as playwright:
        try:
            started = await chromium.launch(playwright)
        except chromium.Missing as missing:
            pytest.fail(str(missing))
        yield started
        await started.close()


@pytest.fixture(scope="session")
async def county(databases, database_kind) -> tuple[Path, dict[str, str], dict[str, Any]]:
    """A database with a chamber, its events, firms, staff and an operator; the cookies and ids of `people`."""
    from tests.browser import people

    from pledge.database.unit import database

    assert database_kind == "sqlite", "the browser's tests run once"
    url = await databases.new_url()
    databases.point(database(), url)
    await database().start()
    cookies, ids = await people.everybody()
    await database().stop()
    return Path(url.removeprefix("sqlite:///")), cookies, ids


def _copy(file: Path, name: str) -> Path:
    """Return a copy of a database with what its write-ahead log holds."""
    copy = file.with_name(f"{name}.sqlite")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


@asynccontextmanager
async def serving(file: Path, cookies: dict[str, str], ids: dict[str, Any], **more: str) -> AsyncIterator[Any]:
    """A running installation on a copy of a database."""
    from tests.browser.live import Live

    started = Live(file, cookies, ids, **more)
    try:
        await started.ready()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
async def live(county) -> AsyncIterator[Any]:
    """A running installation of the county. Tests make firms of their own."""
    file, cookies, ids = county
    async with serving(_copy(file, "live"), cookies, ids) as started:
        yield started


@pytest.fixture(scope="session")
async def typed(county) -> AsyncIterator[Any]:
    """The same, where everything that people can type is as long and strange as they can type it."""
    from tests.browser import strange

    file, cookies, ids = county
    copy = _copy(file, "typed")
    strange.fill(copy)
    async with serving(copy, cookies, ids) as started:
        yield started
