"""Behind a proxy that nobody told us about: the log and ``pledge config`` say so."""

import asyncio
from functools import partial

from tests.support.command import pledge
from tests.support.site import BASE
from tests.support.waiting import eventually
from tests.web.conftest import ask

from pledge import app as composition
from pledge.database import installation
from pledge.database.unit import read
from pledge.settings import load

SAID = (
    "Requests carry X-Forwarded-For, which is ignored. If a reverse proxy stands in front of Pledge, set "
    "PLEDGE_TRUSTED_PROXIES: until then all people share one address’s limits."
)
FORWARDED = [("X-Forwarded-For", "203.0.113.9")]


def made(proxies: str):
    return composition.create(load({"PLEDGE_BASE_URL": BASE, "PLEDGE_TRUSTED_PROXIES": proxies}))


async def test_it_is_said_once_in_the_log_and_by_config(db, databases, caplog):
    application = made("0")
    await ask(application, "GET", "/sign-in")
    assert SAID not in caplog.text
    for _ in range(3):
        assert (await ask(application, "GET", "/sign-in", headers=FORWARDED)).status == 200
    assert caplog.text.count(SAID) == 1 and "203.0.113.9" not in caplog.text

    async def noted() -> bool:
        return await read(partial(installation.get, "proxies.ignored")) is not None

    await eventually(noted)
    url = databases.url(db)
    said = await asyncio.to_thread(pledge, "config", PLEDGE_DATABASE_URL=url)
    assert said.returncode == 0 and f"Warning: {SAID} Last seen on " in said.stderr
    told = await asyncio.to_thread(pledge, "config", PLEDGE_DATABASE_URL=url, PLEDGE_TRUSTED_PROXIES="1")
    assert told.returncode == 0 and "X-Forwarded-For, which" not in told.stderr


async def test_whoever_was_told_of_the_proxy_is_not_told_again(db, caplog):
    await ask(made("1"), "GET", "/sign-in", headers=FORWARDED)
    assert SAID not in caplog.text
    assert await read(partial(installation.get, "proxies.ignored")) is None
