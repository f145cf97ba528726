"""kill -9 of a real worker in the middle of an import: the next one goes on, and nothing is lost or doubled."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from functools import partial

import pytest
from tests.suppliers.sending import confirmed, csv, id_of, imported, rows, states
from tests.suppliers.test_import import contents
from tests.support.waiting import eventually

from pledge.database import sql
from pledge.database.unit import write


def url_of(database) -> str:
    return f"sqlite:///{database.path}" if database.engine_type == "sqlite" else database.config["dsn"]


async def progress(page) -> tuple:
    (row,) = await rows("SELECT state, rows_read, next_supplier FROM upload WHERE id = {}", id_of(page))
    return tuple(row.values())


async def survive(site, database, alice, charlie, *, kills: int, chance: random.Random) -> None:
    names = [f"Firm {chance.randrange(5000)} Ltd" for _ in range(6000)]
    content = csv(*[[name, chance.choice(["Bricks", "Cotton", ""]), "India", 5, "robots"] for name in names])
    await imported(site, charlie, content, "long.csv")
    page = await confirmed(site, alice, content, "long.csv")
    environment = {**os.environ, "PLEDGE_DATABASE_URL": url_of(database)}
    died = 0
    while await states(alice) != ["done"]:
        before = await progress(page)
        with subprocess.Popen([sys.executable, "-m", "pledge", "worker"], env=environment) as worker:
            try:
                await eventually(partial(moved, page, before), seconds=60)
                if died < kills:
                    await asyncio.sleep(chance.uniform(0, 0.1))
                    died += 1
                else:
                    await eventually(lambda: is_done(alice), seconds=60)
            finally:
                worker.send_signal(signal.SIGKILL)
        # Five minutes later another worker may take the job.
        await write(lambda: sql.rows("UPDATE job SET lease_until = run_after WHERE state = 'running'"))
    assert died
    assert await contents(alice) == await contents(charlie)
    assert len(await rows("SELECT id FROM outbox WHERE recipient = {}", alice.email)) == 1


async def moved(page, before) -> bool:
    return await progress(page) != before


async def is_done(person) -> bool:
    return await states(person) == ["done"]


async def test_an_import_survives_two_kills(site, db, alice, charlie):
    await survive(site, db, alice, charlie, kills=2, chance=random.Random(1))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(40))
async def test_an_import_survives_many_kills(site, db, alice, charlie, seed):
    await survive(site, db, alice, charlie, kills=4, chance=random.Random(seed))
