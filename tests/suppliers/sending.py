"""Sending supplier lists as a member does, and looking at what came of them."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from openpyxl import Workbook, load_workbook
from tests.support.cast import Person
from tests.support.site import Page, Site
from tests.support.workbooks import saved, xlsx

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.suppliers.pairs import deciding, questions
from pledge.worker import queue

HEAD = ["Supplier name", "What they supply", "Country", "Spend", "Labour"]
ACME = ["Acme Ltd", "Cotton T-shirts", "China", 1000, "employees"]
BEE = ["Bee Legal LLP", "Legal fees", "UK", 250.5, "employees"]
CEE = ["Cee Cleaning Ltd", "Office cleaning", "UK", 40, "agency"]
LIST = [ACME, BEE, CEE]


def workbook(*rows: list[Any], head: list[str] = HEAD) -> bytes:
    return xlsx(("Suppliers", [head, *rows]))


def csv(*rows: list[Any], head: list[str] = HEAD) -> bytes:
    return "".join(f"{','.join(map(str, row))}\r\n" for row in (head, *rows)).encode()


async def send(person: Person, content: bytes, name: str = "list.xlsx") -> Page:
    """Send a file with the form on the page; the answer is its own page, or the form with what is wrong."""
    page = await person.get("/suppliers/uploads")
    return await page.submit("/suppliers/uploads", files={"file": (name, content, "application/octet-stream")})


async def outlined(site: Site, person: Person, content: bytes, name: str = "list.xlsx") -> Page:
    """Send a file, let the worker look at it, and return its page."""
    page = await send(person, content, name)
    assert page.url.startswith("/suppliers/uploads/"), page.text
    await site.work()
    return await person.get(page.url.partition("?")[0])


async def confirmed(site: Site, person: Person, content: bytes, name: str = "list.xlsx", **changes: Any) -> Page:
    """Send a file and confirm what is proposed (with changes); the import is queued."""
    page = await outlined(site, person, content, name)
    return await page.submit(f"{page.url}/confirm", **changes)


async def imported(site: Site, person: Person, content: bytes, name: str = "list.xlsx", **changes: Any) -> Page:
    """Send a file, confirm it, let the worker import it, and return its page."""
    page = await confirmed(site, person, content, name, **changes)
    assert page.status == 200, page.errors
    await site.work()
    return await person.get(page.url)


async def matched(site: Site, person: Person) -> tuple[UUID, UUID]:
    """Let a firm have two suppliers that became one, two that are different, two that are asked about, and a number
    that two have; return the supplier that was kept, and the merge."""
    names = (
        "Ottermere Ltd",
        "Otermere Ltd",
        "Ottermer Ltd",
        "Ottermere PLC",
        "Ottermere Foods",
        "Skelwyke",
        "Marrowby",
    )
    numbers = ("00000001", "", "", "", "", "00000002", "00000002")
    content = csv(*zip(names, numbers, strict=True), head=["Supplier name", "UK company number"])
    await imported(site, person, content, "names.csv")
    for answer in ("same", "different"):
        found = await read(partial(questions.some, person.scope, 1))
        await write(partial(deciding.answer, person.scope, {found[0].id: answer}))
    assert await read(partial(questions.count, person.scope))
    merge, *_ = await rows("SELECT id, supplier FROM supplier_merge WHERE organisation = {}", person.organisation)
    return merge["supplier"], merge["id"]


def id_of(page: Page) -> UUID:
    """The file that a page is about."""
    return UUID(page.url.split("/")[3].partition("?")[0])


async def _job(page: Page, kind: str) -> dict:
    (job,) = await rows("SELECT state, attempts FROM job WHERE kind = {} AND payload LIKE {}", kind, f"%{id_of(page)}%")
    return job


async def tried_until_given_up(site: Site, page: Page, kind: str) -> None:
    """Let the worker try the job of a file that fails, until it gives it up."""
    for _ in range(queue.ATTEMPTS):
        await write(
            partial(
                sql.rows,
                "UPDATE job SET state = 'waiting', run_after = created WHERE kind = {} AND payload LIKE {} "
                "AND state IN ('waiting', 'running')",
                kind,
                f"%{id_of(page)}%",
            )
        )
        tried = (await _job(page, kind))["attempts"]
        while (job := await _job(page, kind))["attempts"] == tried:  # others may stand before it
            assert await site.worker.run_one()
    assert job["state"] == "failed"


async def rows(text: str, *args: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await read(partial(sql.rows, text, *args))]


async def states(person: Person) -> list[str]:
    found = await rows("SELECT state FROM upload WHERE organisation = {} ORDER BY uploaded", person.organisation)
    return [row["state"] for row in found]


async def suppliers(person: Person) -> dict[str, dict[str, Any]]:
    """The organisation's list by name."""
    found = await rows("SELECT * FROM supplier WHERE organisation = {} ORDER BY name", person.organisation)
    return {row["name"]: row for row in found}


async def address_of(person: Person, name: str) -> str:
    return f"/suppliers/{(await suppliers(person))[name]['id']}"


async def annotated(person: Person, page: Page) -> bytes:
    """The file of a page with our notes in it."""
    answer = await person.get(f"{page.url.partition('?')[0]}/annotated.xlsx")
    assert answer.status == 200, answer.text
    return answer.response.content


def edited(content: bytes, change: Callable[[Workbook], None]) -> bytes:
    """A workbook as somebody leaves it who opened, changed and saved it."""
    book = load_workbook(io.BytesIO(content))
    change(book)
    return saved(book)
