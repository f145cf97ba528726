"""kill -9 at every commit on the way of a file: the next process goes on, and nothing is lost, doubled or left hanging.

Each case is a file at one point of its way. Of every case, a process is ended before and after each of its commits, and
all that is in the database is compared with what comes of it undisturbed. The ordinary run ends a few, a soak all.
"""

import os
import random
import signal
import subprocess
import sys
from functools import partial

import pytest
from tests.crash.killing import MOMENTS, Case, contents, differences, sending
from tests.suppliers.reading.test_hostile_files import HEAD as FIRST_ROW
from tests.suppliers.reading.test_hostile_files import cell
from tests.suppliers.same.labelled import names
from tests.suppliers.sending import LIST, annotated, csv, edited, id_of, imported, outlined
from tests.support.server import alive
from tests.support.waiting import eventually
from tests.support.workbooks import raw_xlsx, row_xml, sheet_xml, xlsx

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.suppliers.files import states, turns
from pledge.worker.queue import ATTEMPTS

HEAD = ["Supplier name", "UK company number", "What they supply", "Country", "Spend"]
SHEETS = 14
SIZES = {
    "suppliers.files.receiving.CHUNK_BYTES": 3000,
    "suppliers.importing.staging.ROWS_AT_ONCE": 1,  # a unit for each sheet, or for as many cells as come in one piece
    "suppliers.files.clearing._CLEARED_AT_ONCE": 30,
    "suppliers.importing.applying.SUPPLIERS_AT_ONCE": 4,
    "suppliers.importing.telling._ROWS_AT_ONCE": 3,
    "suppliers.importing.settling._SETTLED_AT_ONCE": 2,
    "suppliers.importing.rejoining._LOADED_AT_ONCE": 7,
    "suppliers.pairs.pairing.AT_ONCE": 4,
    "suppliers.pairs.pairing.IN_A_ROW": 24,
    "worker.queue.LEASE": 0,  # so that the next worker need not wait for it
}


def found(chance: random.Random, count: int) -> list[list]:
    """Rows with namesakes, names that are almost alike, numbers that two have, and rows that cannot be taken."""
    known = names(count, chance)
    listed = []
    for number, name in enumerate(known):
        listed.append([name, f"{number + 1:08}" if number % 3 == 0 else "", chance.choice(GOODS), "UK", 10 * number])
        if number % 4 == 0:
            listed.append([f"{name[:3]}{name[4:]}", "", chance.choice(GOODS), "UK", 7])
        if number % 9 == 0:
            listed.append([name.upper(), "", "Cotton", "UK", 3])
        if number % 12 == 1:
            listed.append([f"{name} Holdings of Elsewhere", "00000001", "", "India", 1])
        if number % 7 == 0:
            listed.append(["", "", "Bricks", "Narnia", "much"])
    return listed


GOODS = ("Bricks", "Cotton", "Legal fees", "")


def book(seed: int, count: int, sheets: int = SHEETS) -> bytes:
    listed = found(random.Random(seed), count)
    return xlsx(*((f"Month {n + 1}", [HEAD, *listed[n::sheets]]) for n in range(sheets)))


def wide(seed: int, count: int) -> bytes:
    """A text file with so many columns that few rows come in one piece."""
    more = 140
    listed = [[*row, *[""] * more] for row in found(random.Random(seed), count)]
    return csv(*listed, head=[*HEAD, *(f"Note {n}" for n in range(more))])


async def received(site, alice) -> dict:
    page = await alice.get("/suppliers/uploads")
    content = wide(1, 30)
    return {"request": sending(page, alice, "/suppliers/uploads", ("list.csv", content)), "page": ""}


async def first(site, alice, content: bytes | None = None) -> dict:
    """The first list, of which nothing is read yet."""
    page = await outlined(site, alice, content or book(2, 64), "first.xlsx")
    return {"request": sending(page, alice, f"{page.url}/confirm"), "page": page.url}


async def newer(site, alice) -> dict:
    """A list that names some of those that are there already, and brings one back that was off the list."""
    await imported(site, alice, book(3, 24, 2), "first.xlsx")
    await write(partial(sql.rows, "UPDATE supplier SET off_list = updated WHERE spend = 30"))
    page = await outlined(site, alice, wide(3, 30), "newer.csv")
    return {"request": sending(page, alice, f"{page.url}/confirm"), "page": page.url}


async def shorter(site, alice) -> dict:
    return await first(site, alice, book(2, 20, 4))


async def sent_back(site, alice) -> dict:
    """The annotated workbook, in which every rejected row is put right and some others are changed."""
    page = await imported(site, alice, book(4, 36, 3), "first.xlsx")

    def correct(book) -> None:
        for number, sheet in enumerate(book.worksheets[:3]):
            for row in range(2, sheet.max_row + 1):
                if not sheet.cell(row, 1).value:
                    sheet.cell(row, 1, f"Put right {number} {row} Ltd")
                    sheet.cell(row, 4, "UK")
                    sheet.cell(row, 5, 12)
                elif row % 3 == 0:
                    sheet.cell(row, 5, 1000 + row)

    back = await outlined(site, alice, edited(await annotated(alice, page), correct), "back.xlsx")
    assert "We know this file" in back.text
    return {"request": sending(back, alice, f"{back.url}/confirm"), "page": back.url}


async def whole_list(site, alice) -> dict:
    await imported(site, alice, book(5, 12, 1), "first.xlsx")
    newest = await imported(site, alice, book(6, 6, 1), "newest.xlsx")
    page = await alice.get(f"{newest.url}/whole-list")
    return {"request": sending(page, alice, f"{newest.url}/whole-list", sure="yes"), "page": newest.url}


async def refused(site, alice) -> dict:
    """A file that turns out unreadable after some of its rows are kept."""
    good = [("A", FIRST_ROW + "".join(row_xml(n, A=f"Firm {n} Ltd") for n in range(2, 9)))]
    bad = ("B", FIRST_ROW + "".join(row_xml(n, A=f"Acme {n} Ltd") for n in range(2, 200)) + cell("ZZ900"))
    content = raw_xlsx(*((name, sheet_xml(cells)) for name, cells in [*good, bad]))
    page = await outlined(site, alice, content, "bad.xlsx")
    sizes = {**SIZES, "suppliers.importing.staging.ROWS_AT_ONCE": 20}  # of 700 columns two rows come in one piece
    return {"request": sending(page, alice, f"{page.url}/confirm"), "page": page.url, "sizes": sizes}


async def tried_again(site, alice) -> dict:
    """A file that failed when half of its suppliers were in the list."""
    page = await outlined(site, alice, book(7, 12, 2), "failed.xlsx")
    await page.submit(f"{page.url}/confirm")
    await write(partial(turns.begin, alice.scope, id_of(page)))
    await write(partial(states.fail, alice.scope, id_of(page)))
    await write(partial(sql.rows, "DELETE FROM job"))
    page = await alice.get(page.url)
    return {"request": sending(page, alice, f"{page.url}/retry"), "page": page.url}


CASES = (received, first, newer, sent_back, whole_list, refused, tried_again)
# One commit of each kind, in the middle of them, for the ordinary run.
SOME = {
    shorter: {
        "web.once.write_once.unit": "after",
        "suppliers.importing.staging._keep": "before",
        "suppliers.importing.applying._keep": "after",
        "suppliers.importing.jobs.import_file.finish": "after",
        "suppliers.pairs.pairing._keep": "before",
    },
    sent_back: {"suppliers.files.progress.corrects": "after", "suppliers.importing.settling._settle_some": "after"},
}


async def case(make, site, databases, lives, alice) -> Case:
    return Case(databases, lives, alice, **{"sizes": SIZES, **await make(site, alice)})


def numbers_of(name: str, commits: list[str]) -> list[int]:
    return [number for number, found in enumerate(commits, 1) if found == name]


@pytest.mark.parametrize("make", SOME, ids=lambda make: make.__name__)
async def test_a_process_may_end_at_some_commits(site, databases, lives, alice, make):
    async with await case(make, site, databases, lives, alice) as made:
        asked, worked, expected = await made.expected()
        for name, moment in SOME[make].items():
            asking = name in asked
            places = numbers_of(name, asked if asking else worked)
            found = await made.killed((places[len(places) // 2], moment), asking=asking)
            assert differences(expected, found) == [], (name, moment)


@pytest.mark.soak
@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
async def test_a_process_may_end_at_any_commit(site, databases, lives, alice, make):
    async with await case(make, site, databases, lives, alice) as made:
        asked, worked, expected = await made.expected()
        wrong = {}
        for asking, commits in ((True, asked), (False, worked)):
            for number, name in enumerate(commits, 1):
                for moment in MOMENTS:
                    found = differences(expected, await made.killed((number, moment), asking=asking))
                    if found:
                        wrong[f"{moment} {number}. {name}"] = found
        assert not wrong
        assert make is not first or len(worked) > 60
        print(f"{make.__name__}: ended before and after each of {len(asked) + len(worked)} commits")


@pytest.mark.soak
@pytest.mark.parametrize("make", [first, newer, sent_back], ids=lambda make: make.__name__)
async def test_as_many_processes_may_end_as_a_job_is_tried(site, databases, lives, alice, make):
    chance = random.Random(make.__name__)
    async with await case(make, site, databases, lives, alice) as made:
        _, worked, expected = await made.expected()
        for _ in range(10):
            kills = [(chance.randrange(3, len(worked) // 3), chance.choice(MOMENTS)) for _ in range(ATTEMPTS - 1)]
            assert differences(expected, await made.killed(*kills)) == [], kills


READER = """
import time
from pledge.suppliers.reading.child import limit_ourselves
limit_ourselves()
print("reading", flush=True)
time.sleep(60)
"""
WORKER = """
import subprocess, sys
reader = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, process_group=0)
print(reader.pid, reader.stdout.readline().decode(), flush=True)
reader.wait()
"""


async def test_whoever_reads_a_file_ends_with_the_worker_though_there_is_nothing_to_write():
    with subprocess.Popen([sys.executable, "-c", WORKER, READER], stdout=subprocess.PIPE, text=True) as worker:
        number, _, said = worker.stdout.readline().partition(" ")
        try:
            assert said == "reading\n" and alive(int(number))
            worker.kill()
            await eventually(lambda: not alive(int(number)), seconds=5)
        finally:
            if alive(int(number)):
                os.kill(int(number), signal.SIGKILL)


HARM = {
    "supplier lacks": "DELETE FROM supplier WHERE spend = 100000",
    "supplier has also": "UPDATE supplier SET revision = revision + 1 WHERE spend = 100000",
    "upload_row lacks": "UPDATE upload_row SET supplier_number = 2 WHERE supplier_number = 1",
    "upload_supplier lacks": "DELETE FROM upload_supplier WHERE number = 1",
    "upload has also": "UPDATE upload SET rows_read = rows_read + 1",
    "outbox lacks": "DELETE FROM outbox",
    "job has also": "UPDATE job SET state = 'waiting' WHERE kind = 'suppliers.pair'",
}


async def test_the_comparison_sees_each_kind_of_harm(site, alice):
    """A check that never fails proves nothing."""
    await imported(site, alice, csv(*LIST))
    before = await read(contents), ""
    assert differences(before, (await read(contents), "")) == []

    class Undone(Exception):
        pass

    for words, statement in HARM.items():
        harmed = []

        async def harm(statement=statement, harmed=harmed):
            await sql.rows(statement)
            harmed.append((await contents(), ""))
            raise Undone

        with pytest.raises(Undone):
            await write(harm)
        assert any(line.startswith(words) for line in differences(before, harmed[0])), words
