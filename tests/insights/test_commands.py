import asyncio
import json
import random

from tests.support.command import pledge

from pledge.database import clock

from . import population


async def run(db, *arguments):
    """Run ``pledge release`` on the test's database, as an operator would. (exit code, standard output, errors)."""
    url = f"sqlite:///{db.path}" if db.engine_type == "sqlite" else db.config["dsn"]
    return await asyncio.to_thread(run_on, url, *arguments)


def run_on(url, *arguments):
    done = pledge("release", *arguments, PLEDGE_DATABASE_URL=url)
    return done.returncode, done.stdout, done.stderr


async def county(count):
    rng = random.Random(2)
    firms = population.firms(rng, count)
    await population.add(firms)
    await population.sign(firms)
    await population.submit(rng, firms)


async def test_a_release_is_published_and_summed_up(db):
    await county(60)
    code, printed, errors = await run(db)
    assert (code, errors) == (0, "")
    assert "Firms that have signed the pledge, by sector: " in printed
    assert f"Published the release of {clock.today().isoformat()}" in printed
    code, printed, _ = await run(db)
    assert code == 0 and "Nothing has changed since the release of today" in printed


async def test_json_is_one_object_and_nothing_else(db):
    await county(60)
    code, printed, errors = await run(db, "--json")
    found = json.loads(printed)
    assert (code, errors) == (0, "") and printed.count("\n") == 1
    assert found["day"] == clock.today().isoformat() and found["published"] is True
    total = found["tables"][0]
    assert (total["id"], total["new"], total["repeated"], total["withheld"]) == ("signatories-total", 1, 0, 0)
    assert json.loads((await run(db, "--json"))[1])["published"] is False


async def test_a_release_that_would_disclose_is_refused_with_its_table(db):
    await county(4)
    code, printed, errors = await run(db)
    assert (code, printed) == (2, "") and errors.startswith("Nothing was published: the table “Firms that have signed")
    code, printed, errors = await run(db, "--json")
    refused = json.loads(printed)["refused"]
    assert code == 2 and (refused["code"], refused["table"]) == ("too-few", "signatories-total")
    assert errors.strip() == refused["message"]


def test_a_database_that_was_never_prepared_is_refused_in_one_sentence(tmp_path):
    code, printed, errors = run_on(f"sqlite:///{tmp_path}/empty.sqlite")
    assert (code, printed) == (2, "") and "pledge migrate" in errors and "Traceback" not in errors
