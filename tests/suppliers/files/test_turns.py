"""Files of one firm are imported one after another in the order they were confirmed, whatever workers there are."""

import signal
from functools import partial

import pytest
from tests.suppliers.importing.test_import import job_of, run
from tests.suppliers.sending import confirmed, csv, id_of, outlined, rows, states, suppliers
from tests.support.waiting import eventually

from pledge.database import sql
from pledge.database.unit import database, write
from pledge.suppliers.files import turns

SIZES = {"suppliers.importing.staging.ROWS_AT_ONCE": 1, "suppliers.importing.applying.SUPPLIERS_AT_ONCE": 3}
FINISHED = "SELECT id FROM upload WHERE organisation = {} AND state = 'done' ORDER BY finished"


def listed(start: int) -> bytes:
    """A file that says a spend of its own about the same suppliers."""
    return csv(*[[f"Firm {number} Ltd", "Bricks", "UK", start + number, ""] for number in range(20)])


async def three_confirmed(site, person) -> list:
    pages = [await outlined(site, person, listed(100 * n), f"{n}.csv") for n in (1, 2, 3)]
    return [await page.submit(f"{page.url}/confirm") for page in pages]


async def finished(person) -> list:
    return [row["id"] for row in await rows(FINISHED, person.organisation)]


async def all_done(*people) -> bool:
    return {state for person in people for state in await states(person)} == {"done"}


@pytest.fixture
async def workers(db, databases, lives):
    """Start a worker of its own process on the test's database, which sees to it itself that files take turns."""
    await databases.as_owner(db, "CREATE UNIQUE INDEX one_at_a_time ON upload (organisation) WHERE state = 'importing'")
    started = []

    def start(**how):
        started.append(lives.start(databases.url(database()), stay=True, sizes=SIZES, **how))
        return started[-1]

    yield start
    for life in started:
        life.end(signal.SIGTERM)
        await life.ended()


async def lease_is_over() -> None:
    await write(partial(sql.rows, "UPDATE job SET lease_until = run_after WHERE state = 'running'"))


async def test_two_workers_import_one_file_of_a_firm_at_a_time_in_their_order(site, alice, charlie, workers):
    other = await outlined(site, charlie, listed(7), "c.csv")
    pages = await three_confirmed(site, alice)
    await other.submit(f"{other.url}/confirm")
    workers(), workers()
    await eventually(partial(all_done, alice, charlie), seconds=30)
    assert await finished(alice) == [id_of(page) for page in pages]
    assert {row["spend"] for row in (await suppliers(alice)).values()} == {(300 + n) * 100 for n in range(20)}
    jobs = await rows("SELECT kind, state, attempts, error FROM job WHERE kind = 'suppliers.import'")
    assert {(job["attempts"], job["error"]) for job in jobs} == {(1, "")} and len(jobs) >= 4


async def test_while_a_worker_is_at_a_file_another_does_those_of_other_firms_only(site, alice, charlie, workers):
    other = await outlined(site, charlie, listed(7), "c.csv")
    pages = await three_confirmed(site, alice)
    await other.submit(f"{other.url}/confirm")
    busy = workers(kill=("suppliers.importing.staging._keep", "after"), hold=True)
    await busy.held()
    workers()
    await eventually(partial(all_done, charlie), seconds=30)
    assert await states(alice) == ["importing", "confirmed", "confirmed"]
    assert "“1.csv” comes first" in (await alice.get(pages[1].url)).text
    last = await alice.get(pages[2].url)
    assert "Your file waits for 2 others" in last.text and "“1.csv”, “2.csv” come first" in last.text
    busy.end()
    await lease_is_over()
    await eventually(partial(all_done, alice), seconds=30)
    assert await finished(alice) == [id_of(page) for page in pages]


async def test_a_file_does_not_overtake_one_that_was_confirmed_earlier(site, alice):
    one, two, three = await three_confirmed(site, alice)
    first, second, third = [await job_of(page, alice) for page in (one, two, three)]
    await write(partial(turns.begin, alice.scope, id_of(one)))
    await run(site, second)  # not yet: it is done with when its turn comes
    await run(site, first)
    await run(site, third)  # just before another worker comes to the second
    assert await states(alice) == ["done", "confirmed", "confirmed"]
    await site.work()
    assert await finished(alice) == [id_of(page) for page in (one, two, three)]


async def test_a_file_that_is_removed_while_it_waits_does_not_hold_up_the_next(site, alice):
    one, two, three = await three_confirmed(site, alice)
    jobs = [await job_of(page, alice) for page in (one, two, three)]
    await write(partial(turns.begin, alice.scope, id_of(one)))
    for job in (jobs[1], jobs[2], jobs[0]):
        await run(site, job)
    await (await alice.get(f"{two.url}/remove")).submit()  # whose turn it was
    await site.work()
    assert await states(alice) == ["done", "done"]


async def test_a_file_that_nothing_is_before_says_that_it_starts_by_itself(site, alice):
    page = await confirmed(site, alice, listed(1))
    assert "Your file is next" in page.text and "We start by ourselves" in page.text and "first;" not in page.text
