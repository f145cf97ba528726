"""Looking, after an import, for suppliers that may be one: whenever the worker dies, nothing is lost or asked twice."""

import random
from functools import partial

import pytest
from tests.suppliers.importing.test_import import Killed, run
from tests.suppliers.same.labelled import names
from tests.suppliers.sending import confirmed, csv, id_of, imported, rows, tried_until_given_up

from pledge.database import sql
from pledge.database.unit import write
from pledge.suppliers.files import uploads
from pledge.suppliers.pairs import pairing
from pledge.worker import queue
from pledge.worker.queue import Claimed


def messy(seed: int, count: int) -> bytes:
    """A list in which every other supplier comes twice, the second time with a letter too few."""
    chance = random.Random(seed)
    found = names(count, chance)
    for name in found[::2]:
        place = chance.randrange(2, 6)
        found.append(name[:place] + name[place + 1 :])
    chance.shuffle(found)
    return csv(*[[name] for name in found], head=["Supplier name"])


async def asked(person) -> list[tuple]:
    found = await rows(
        "SELECT q.likeness, a.name AS one, b.name AS other FROM match_question q "
        "JOIN supplier a ON a.organisation = q.organisation AND a.id = q.supplier "
        "JOIN supplier b ON b.organisation = q.organisation AND b.id = q.other WHERE q.organisation = {}",
        person.organisation,
    )
    return sorted((row["likeness"], *sorted((row["one"], row["other"]))) for row in found)


async def at(person) -> int | None:
    (row,) = await rows("SELECT next_paired FROM upload WHERE organisation = {}", person.organisation)
    return row["next_paired"]


async def not_yet_compared(site, person, content: bytes) -> Claimed:
    """Import a list, and return the job that compares it."""
    page = await confirmed(site, person, content, "l.csv")
    await site.worker.run_one()
    (found,) = await rows("SELECT id, payload FROM job WHERE kind = {} AND state = 'waiting'", pairing.JOB)
    await write(partial(sql.rows, "UPDATE job SET state = 'running' WHERE id = {}", found["id"]))
    return Claimed(found["id"], pairing.JOB, uploads.payload(person.scope, id_of(page)), 1)


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(pairing, "AT_ONCE", 20)


@pytest.mark.parametrize("committed", [False, True], ids=["before its commit", "after its commit"])
async def test_a_worker_that_dies_at_every_step_asks_the_same(site, alice, charlie, small_steps, committed):
    content = messy(1, 80)
    await imported(site, charlie, content, "l.csv")
    expected = await asked(charlie)
    assert len(expected) > 30
    job = await not_yet_compared(site, alice, content)
    deaths = 0
    while await dies(site, job, 0 if committed else 1, committed=committed):
        deaths += 1
    assert deaths >= 4 and await asked(alice) == expected and await at(alice) is None


async def dies(site, job: Claimed, after: int, *, committed: bool) -> bool:
    """Let a worker do a job and die when it has kept so many steps; return whether it did."""
    steps = []

    async def wrapped(unit):
        if getattr(unit, "func", unit).__name__ != "_keep":
            return await write(unit)
        steps.append(unit)
        if len(steps) - 1 != after:
            return await write(unit)
        if committed:
            await write(unit)
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pairing, "write", wrapped)
        try:
            await run(site, job)
        except Killed:
            return True
    return False


async def test_two_workers_that_compare_one_file_ask_the_same(site, alice, charlie, small_steps):
    content = messy(2, 60)
    await imported(site, charlie, content, "l.csv")
    job = await not_yet_compared(site, alice, content)
    other = await not_compared_by(job)
    while await at(alice) is not None:
        await run(site, job)
        await run(site, other)
    assert await asked(alice) == await asked(charlie)


async def not_compared_by(job: Claimed) -> Claimed:
    return Claimed(job.id, job.kind, job.payload, 2)


async def test_a_long_list_leaves_room_for_other_jobs(site, alice, small_steps, monkeypatch):
    monkeypatch.setattr(pairing, "IN_A_ROW", 40)
    job = await not_yet_compared(site, alice, messy(3, 40))
    await write(partial(queue.enqueue, "another", {}))
    await run(site, job)
    assert await at(alice) == 40
    assert await rows("SELECT id FROM job WHERE kind = {} AND state = 'waiting'", pairing.JOB)
    await write(partial(sql.rows, "DELETE FROM job WHERE kind = 'another'"))
    await site.work()
    assert await at(alice) is None and len(await asked(alice)) > 10
    assert len(await rows("SELECT id FROM job WHERE kind = {}", pairing.JOB)) == 2, "then nobody waited"


async def test_a_search_that_cannot_be_done_says_so_and_goes_on_where_it_was_when_told_to(
    site, alice, charlie, small_steps, monkeypatch
):
    content = messy(4, 40)
    await imported(site, charlie, content, "l.csv")
    job = await not_yet_compared(site, alice, content)
    assert await dies(site, job, 1, committed=False)
    page = await alice.get(f"/suppliers/uploads/{job.payload['upload']}")

    async def broken(*_args):
        raise RuntimeError("something of ours is broken")

    with monkeypatch.context() as patched:
        patched.setattr(pairing, "_new", broken)
        await tried_until_given_up(site, page, pairing.JOB)
    page = await alice.get(page.url)
    assert (
        "Something went wrong on our side while we looked" in page.text and "20 of 60 suppliers compared" in page.text
    )
    assert await at(alice) == 20 and "still looking" not in page.text
    page = await page.submit(f"{page.url}/retry")
    assert "We are still looking" in page.text and "20 of 60 suppliers compared so far" in page.text
    await page.browser.post(f"{page.url}/retry", {"organisation": str(alice.organisation)})  # nothing to try again
    await site.work()
    assert await at(alice) is None and await asked(alice) == await asked(charlie)
    assert len(await rows("SELECT id FROM job WHERE kind = {} AND state = 'done'", pairing.JOB)) == 2


async def test_while_it_looks_the_page_of_the_file_says_so(site, alice):
    job = await not_yet_compared(site, alice, messy(5, 10))
    page = await alice.get(f"/suppliers/uploads/{job.payload['upload']}")
    assert "We are still looking whether your list has suppliers twice" in page.text
    await run(site, job)
    page = await alice.get(page.url)
    assert "still looking" not in page.text and "may be the same" in page.text
