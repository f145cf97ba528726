"""A job of a file that ends every worker is given up, and the page says what happened and what to do."""

from functools import partial

import pytest
from tests.suppliers.importing.test_import import contents, job_of, long_list, run_dying, small_steps  # noqa: F401 - a fixture
from tests.suppliers.sending import LIST, confirmed, csv, id_of, imported, outlined, rows, send, states, workbook
from tests.support.cast import colleague

from pledge.database import sql
from pledge.database.unit import write
from pledge.suppliers.pairs import pairing
from pledge.worker import queue

OURS = "Something went wrong on our side"
SUBJECT = "We could not finish reading your supplier list"


async def ends_every_worker(site, page, kind: str) -> None:
    """Let worker after worker claim a file's job and die, until one gives it up."""
    due = (
        "UPDATE job SET state = 'running', lease_until = '2026-01-01 00:00:00+00:00', "
        "run_after = '2026-01-01 00:00:00+00:00' "
        "WHERE kind = {} AND payload LIKE {} AND state IN ('waiting', 'running') RETURNING id"
    )
    this = (kind, f"%{id_of(page)}%")
    for attempt in range(1, 6):
        assert len(await write(partial(sql.rows, due, *this))) == 1
        claimed = await queue.claim()
        assert (claimed.kind, claimed.attempts) == (kind, attempt)
    await write(partial(sql.rows, due, *this))
    await site.worker.run_one()
    states = [row["state"] for row in await rows("SELECT state FROM job WHERE kind = {} AND payload LIKE {}", *this)]
    assert states == ["failed"]


@pytest.fixture
async def viewer(site, alice):
    return await colleague(site, "Vera", alice, "viewer")


async def failures(site, person) -> list[str]:
    return [mail.body for mail in await site.mails(person.email) if mail.subject == SUBJECT]


async def test_looking_at_a_file(site, alice, viewer):
    page = await send(alice, workbook(*LIST))
    await ends_every_worker(site, page, "suppliers.outline")
    (mail,) = await failures(site, alice)
    assert "Nothing of it was taken" in mail and page.url in mail
    shown = await viewer.get(page.url)
    assert OURS in shown.text and "A colleague" in shown.text and not shown.document.xpath("//main//form")
    assert "refresh" not in shown.response.headers
    shown = await alice.get(page.url)
    assert "you need not send it again" in shown.text and "save the list as a CSV file" in shown.text
    await shown.submit(f"{page.url}/retry")
    await site.work()
    assert await states(alice) == ["outlined"]


async def test_looking_at_a_file_that_is_outlined_already_harms_nothing(site, alice):
    page = await send(alice, workbook(*LIST))
    await site.work()
    job = {"upload": str(id_of(page)), "organisation": str(alice.organisation), "person": str(alice.id)}
    await write(partial(queue.enqueue, "suppliers.outline", job))
    await ends_every_worker(site, page, "suppliers.outline")
    assert await states(alice) == ["outlined"] and not await failures(site, alice)


@pytest.mark.parametrize("steps, said", [(0, "Nothing of it was taken"), (4, "suppliers are in your list")])
async def test_importing_it(site, alice, charlie, small_steps, steps, said):  # noqa: F811
    content = long_list(7, 450)
    await imported(site, charlie, content)
    following = await outlined(site, alice, csv(*LIST), "next.csv") if steps else None
    page = await confirmed(site, alice, content)
    if following:
        await following.submit(f"{following.url}/confirm")
    job = await job_of(page, alice)
    assert await run_dying(site, job, steps, committed=True)
    await ends_every_worker(site, page, "suppliers.import")
    (mail,) = await failures(site, alice)
    shown = await alice.get(page.url)
    assert OURS in shown.text and said in shown.text and said in mail
    if following:
        assert "suppliers from" in (await alice.get(following.url)).text  # it did not wait for ever
        return
    await shown.submit(f"{page.url}/retry")
    await site.work()
    assert await contents(alice) == await contents(charlie)


async def test_looking_for_suppliers_that_are_there_twice(site, alice, viewer):
    page = await confirmed(site, alice, csv(*LIST))
    await site.worker.run_one()
    await ends_every_worker(site, page, pairing.JOB)
    shown = await viewer.get(page.url)
    assert f"{OURS} while we looked" in shown.text and "0 of 3 suppliers compared" in shown.text
    assert not shown.document.xpath("//main//form[contains(@action, 'retry')]")
    shown = await (await alice.get(page.url)).submit(f"{page.url}/retry")
    assert "still looking" in shown.text
    await site.work()
    shown = await alice.get(page.url)
    assert "still looking" not in shown.text and OURS not in shown.text


async def test_of_a_file_that_is_removed_nothing_is_said(site, alice):
    page = await outlined(site, alice, workbook(*LIST))
    await page.submit(f"{page.url}/confirm")
    await write(partial(sql.rows, "DELETE FROM upload"))
    await ends_every_worker(site, page, "suppliers.import")
    assert not await failures(site, alice)
