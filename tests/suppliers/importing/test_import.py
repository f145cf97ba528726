"""What an import makes of a file; that it loses nothing and doubles nothing, whenever its worker dies."""

import asyncio
import random
from functools import partial

import pytest
from tests.suppliers.sending import (
    ACME,
    BEE,
    CEE,
    HEAD,
    LIST,
    annotated,
    confirmed,
    csv,
    id_of,
    imported,
    outlined,
    rows,
    send,
    states,
    suppliers,
    tried_until_given_up,
    workbook,
)
from tests.support.log import logged_as
from tests.support.workbooks import raw_xlsx, row_xml, sheet_xml, xlsx

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.organisations import profiles
from pledge.suppliers.files import clearing, links, receiving, turns, uploads
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.importing import applying, jobs, staging, telling
from pledge.suppliers.listed import queries
from pledge.suppliers.listed.rating import facts_of, reasons_of
from pledge.suppliers.reading import limits
from pledge.suppliers.risk.rules import VERSION, Supply
from pledge.worker import queue
from pledge.worker.queue import Claimed

FACTS = (
    "name, company_number, supplies, country_of_supply, spend, labour, on_site, reference, rows_named, level, reasons, "
    "listed_goods, words, postcode"
)


class Killed(BaseException):
    """As far as a worker can notice it: nothing runs after it."""


async def contents(person) -> dict[str, list[tuple]]:
    """Everything that came of a person's files, without ids and times."""
    found = {}
    for table, columns, order in (
        ("supplier", FACTS, "name, company_number, country_of_supply"),
        ("upload_row", "sheet, number, status, supplier_number, content, hash", "sheet, number, content"),
        (
            "upload_issue",
            "severity, sheet, number, place, code, value, message, fix",
            "sheet, number, place, code, value, fix",
        ),
        ("upload", "name, state, rows_read, accepted, rejected, suppliers, problems, next_supplier", "name"),
    ):
        listed = await rows(
            f"SELECT {columns} FROM {table} WHERE organisation = {{}} ORDER BY {order}", person.organisation
        )
        found[table] = [tuple(row.values()) for row in listed]
    linked = await rows(
        "SELECT u.number, s.name FROM upload_supplier u JOIN supplier s ON s.id = u.supplier "
        "WHERE u.organisation = {} ORDER BY u.upload, u.number",
        person.organisation,
    )
    found["links"] = sorted(tuple(row.values()) for row in linked)
    return found


async def context(person) -> bool:
    return (await read(partial(profiles.load, person.scope))).profile.listed_goods


# — what comes of a file —


async def test_suppliers_come_with_their_facts_and_their_risk(site, alice):
    await imported(site, alice, workbook(*LIST))
    found = await suppliers(alice)
    assert {name: row["level"] for name, row in found.items()} == {
        "Acme Ltd": "high", "Bee Legal LLP": "low", "Cee Cleaning Ltd": "high",
    }  # fmt: skip
    acme = facts_of(found["Acme Ltd"])
    assert (acme.supplies, acme.country_of_supply, acme.spend) == ((Supply("Cotton T-shirts"),), "CN", 100_000)
    assert found["Acme Ltd"]["listed_goods"] and found["Acme Ltd"]["risk_version"] == VERSION
    assert reasons_of(found["Acme Ltd"])[0].rule == "goods-listed"
    assert await read(partial(queries.count, alice.scope)) == 3


async def test_goods_at_risk_become_context_of_the_score(site, alice, charlie):
    await imported(site, alice, workbook(BEE))
    assert not await context(alice)
    await imported(site, alice, workbook(*LIST))
    assert await context(alice) and not await context(charlie)


async def test_payments_to_one_firm_are_one_supplier_over_all_sheets(site, alice):
    months = [(month, [HEAD, ["ACME LIMITED", "Audit", "UK", 10, ""], BEE]) for month in ("April", "May", "June")]
    page = await imported(site, alice, xlsx(*months, ("July", [HEAD, ["Acme Ltd", "Tax advice", "UK", 2.5, ""]])))
    assert "2 suppliers from 7 rows" in page.text
    acme = (await suppliers(alice))["ACME LIMITED"]
    assert (acme["spend"], acme["rows_named"]) == (3250, 4)
    assert facts_of(acme).goods == ("Audit", "Tax advice")


async def test_rejected_rows_stay_with_their_cells_and_every_issue_has_its_place(site, alice):
    bad = ["", "Bricks", "Narnia", "x1", "robots"]
    await imported(site, alice, workbook(ACME, bad, BEE))
    found = await contents(alice)
    assert found["upload"] == [
        ("list.xlsx", "done", 4, 2, 1, 2, found["upload"][0][6], 2),
    ]  # fmt: skip
    (rejected,) = [row for row in found["upload_row"] if row[2] == "rejected"]
    assert rejected[:5] == (0, 3, "rejected", None, '["","Bricks","Narnia","x1","robots"]')
    assert [(issue[0], issue[2], issue[3], issue[4]) for issue in found["upload_issue"]] == [
        ("reject", 3, 0, "name-missing"), ("reject", 3, 2, "country-unknown"), ("reject", 3, 3, "spend-wrong"),
        ("warn", 3, 4, "labour-unclear"),
    ]  # fmt: skip


async def test_cells_that_no_database_could_hold_are_kept_all_the_same(site, alice):
    page = await imported(site, alice, b'Supplier name,Country\nAc\0me Ltd,UK\n"\0",N\0arnia\n\x02x\x03,UK\n', "l.csv")
    assert "2 suppliers from 2 rows" in page.text
    assert set(await suppliers(alice)) == {"Acme Ltd", "x"}


async def test_a_mail_says_that_the_list_is_ready(site, alice, bob):
    page = await imported(site, bob, workbook(ACME, ["", "x", "", 1, ""]))
    (mail,) = await site.mails()
    assert mail.recipient == bob.email and mail.subject == "Your supplier list is ready: 1 supplier"
    assert "1 row was not taken" in mail.body and "Pendle Joinery" in mail.body and mail.link == page.url


async def test_who_has_left_the_firm_gets_no_mail(site, alice, bob):
    await confirmed(site, bob, workbook(*LIST))
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", bob.id))
    await site.work()
    assert await states(alice) == ["done"] and await site.mails() == []


async def test_the_import_is_in_the_log_without_names(site, alice):
    page = await imported(site, alice, workbook(ACME, ["", "x", "", 1, ""]))
    (entry,) = await rows("SELECT * FROM audit_entry WHERE action = 'upload.imported'")
    assert (entry["subject"], entry["person"]) == (str(id_of(page)), await logged_as(alice.id))
    assert entry["details"] == '{"accepted":1,"rejected":1,"suppliers":1}'


async def test_a_supplier_that_takes_all_rows_takes_little_memory_and_adds_up(site, alice):
    many = [["Acme Ltd", f"Thing {number}", "UK", 1, ""] for number in range(1500)]
    await imported(site, alice, csv(*many), "l.csv")
    acme = (await suppliers(alice))["Acme Ltd"]
    assert (acme["spend"], acme["rows_named"]) == (150_000, 1500)
    assert len(facts_of(acme).supplies) == 200


# — a second file —


async def test_a_second_file_adds_and_updates_and_takes_nothing_away(site, alice):
    await imported(site, alice, workbook(*LIST))
    before = await suppliers(alice)
    dee = ["Dee Ltd", "Bricks", "India", 5, ""]
    await imported(site, alice, csv(["ACME LTD", "", "China", 70, "agency"], dee), "new.csv")
    after = await suppliers(alice)
    assert set(after) == {"ACME LTD", "Bee Legal LLP", "Cee Cleaning Ltd", "Dee Ltd"}
    assert after["ACME LTD"]["id"] == before["Acme Ltd"]["id"]
    acme = facts_of(after["ACME LTD"])
    assert (acme.spend, acme.labour, acme.goods) == (7_000, "agency", ("Cotton T-shirts",))
    assert after["Bee Legal LLP"] == before["Bee Legal LLP"]


async def test_spend_is_that_of_the_newest_file_which_says_it(site, alice):
    await imported(site, alice, csv(["Acme", "x", "UK", 10, ""], ["Acme", "x", "UK", 5, ""]), "2025.csv")
    await imported(site, alice, csv(["Acme", "x", "UK", 7, ""]), "2026.csv")
    assert (await suppliers(alice))["Acme"]["spend"] == 700
    await imported(site, alice, b"Supplier name,Country\nAcme,UK\n", "names.csv")
    found = (await suppliers(alice))["Acme"]
    assert (found["spend"], found["rows_named"]) == (700, 1)


async def test_what_a_member_said_is_found_again_under_the_name_of_the_file(site, alice):
    """A list without countries must not make a second supplier of one whose country was given by hand."""
    bare = b"Supplier name,Amount\nAcme Ltd,5\nBee Ltd,4\n"
    await imported(site, alice, bare, "2025.csv")
    page = await alice.get("/suppliers/countries")
    acme = (await suppliers(alice))["Acme Ltd"]["id"]
    await page.submit(**{f"country-{acme}": "Germany"})
    await imported(site, alice, bare.replace(b",5", b",6"), "2026.csv")
    found = await suppliers(alice)
    assert set(found) == {"Acme Ltd", "Bee Ltd"} and found["Acme Ltd"]["spend"] == 600
    assert found["Acme Ltd"]["country_of_supply"] == "DE"
    await imported(site, alice, csv(["ACME LIMITED", "Bricks", "Germany", 8, ""]), "with.csv")
    assert (await suppliers(alice))["ACME LIMITED"]["id"] == acme


async def test_the_company_number_finds_a_supplier_whatever_its_name(site, alice):
    head = ["Supplier name", "UK company number"]
    await imported(site, alice, csv(["Acme Ltd", "01234567"], head=head), "a.csv")
    await imported(site, alice, csv(["Acme Trading", "1234567"], ["Acme Ltd", ""], head=head), "b.csv")
    await imported(site, alice, csv(["Acme Ltd", "07654321"], ["acme trading", ""], head=head), "c.csv")
    found = await rows("SELECT name, company_number FROM supplier ORDER BY name")
    assert [tuple(row.values()) for row in found] == [("Acme Ltd", "07654321"), ("acme trading", "01234567")]


async def test_names_that_are_merely_alike_stay_apart(site, alice):
    await imported(site, alice, csv(["Acme Ltd", "x", "UK", 1, ""]), "a.csv")
    await imported(site, alice, csv(["Acne Ltd", "x", "UK", 1, ""], ["Acme Ltd", "x", "China", 1, ""]), "b.csv")
    assert len(await rows("SELECT id FROM supplier")) == 3


# — a worker that dies —


def long_list(seed: int, count: int) -> bytes:
    """A list over two sheets with namesakes, numbers, bad rows and totals."""
    chance = random.Random(seed)
    head = ["Supplier name", "UK company number", "What they supply", "Country", "Spend"]

    def row() -> list:
        if chance.random() < 0.1:
            return [chance.choice(["", "n/a", "Total"]), "x", "Bricks", "Narnia", "much"]
        number = chance.randrange(count // 2)
        return [
            chance.choice([f"Firm {number} Ltd", f"FIRM {number} LIMITED"]),
            chance.choice([f"{number + 1:08}", "", ""]) if number % 3 else "",
            chance.choice(["Bricks", "Cotton", "Legal fees", ""]),
            chance.choice(["UK", "United Kingdom", "India", ""]),
            chance.randrange(1000),
        ]

    return xlsx(*((name, [head, *(row() for _ in range(count))]) for name in ("One", "Two")))


async def run(site, job: Claimed) -> None:
    await site.worker.handlers[job.kind](job)


async def job_of(page, person) -> Claimed:
    (found,) = await rows("SELECT id FROM job WHERE kind = 'suppliers.import' AND payload LIKE {}", f"%{id_of(page)}%")
    await write(partial(sql.rows, "UPDATE job SET state = 'running' WHERE id = {}", found["id"]))
    return Claimed(found["id"], "suppliers.import", uploads.payload(person.scope, id_of(page)), 1)


@pytest.fixture
def small_steps(monkeypatch):
    for module, name, size in (
        (staging, "ROWS_AT_ONCE", 100), (applying, "SUPPLIERS_AT_ONCE", 60), (telling, "_ROWS_AT_ONCE", 37),
        (receiving, "CHUNK_BYTES", 3000), (clearing, "_CLEARED_AT_ONCE", 150),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, size)


def dying(monkeypatch, at: int, *, committed: bool) -> None:
    """Let the worker die at the ``at``-th write that brings the import forward, before or after its COMMIT."""
    steps = []

    async def wrapped(unit):
        if getattr(unit, "func", unit).__name__ not in ("_keep", "finish"):
            return await write(unit)
        steps.append(unit)
        if len(steps) - 1 != at:
            return await write(unit)
        if committed:
            await write(unit)
        raise Killed

    for module in (staging, applying, jobs):
        monkeypatch.setattr(module, "write", wrapped)


async def run_dying(site, job: Claimed, at: int, *, committed: bool) -> bool:
    """Let a worker do a job and die; return whether it did."""
    with pytest.MonkeyPatch.context() as patched:
        dying(patched, at, committed=committed)
        try:
            await run(site, job)
        except Killed:
            return True
    return False


@pytest.mark.parametrize("committed", [False, True], ids=["before its commit", "after its commit"])
async def test_a_worker_that_dies_at_every_step_loses_and_doubles_nothing(site, alice, charlie, small_steps, committed):
    """At every step of two imports: of the first list, and of one that changes half of it."""
    files = [("one.xlsx", long_list(1, 450)), ("two.xlsx", long_list(2, 450))]
    for name, content in files:
        await imported(site, charlie, content, name)
    expected = await contents(charlie)
    assert len(expected["supplier"]) > 200 and len(expected["upload_issue"]) > 100
    for name, content in files:
        page = await confirmed(site, alice, content, name)
        job = await job_of(page, alice)
        deaths = 0
        while await run_dying(site, job, 0 if committed else 1, committed=committed):
            deaths += 1
        assert deaths > 8
    assert await contents(alice) == expected
    assert len(await rows("SELECT id FROM outbox WHERE recipient = {}", alice.email)) == 2


async def test_two_workers_on_one_file_do_its_work_once(site, alice, charlie, small_steps):
    content = long_list(3, 450)
    await imported(site, charlie, content)
    page = await confirmed(site, alice, content)
    job = await job_of(page, alice)
    await asyncio.gather(*(run(site, job) for _ in range(3)), return_exceptions=False)
    while await states(alice) != ["done"]:
        await run(site, job)
    assert await contents(alice) == await contents(charlie)
    assert len(await rows("SELECT id FROM outbox WHERE recipient = {}", alice.email)) == 1


async def test_the_lease_is_kept_while_rows_are_read_and_suppliers_added(site, alice, small_steps, monkeypatch):
    renewed = []

    async def noted(job):
        renewed.append(job)

    monkeypatch.setattr(queue, "renew", noted)
    await imported(site, alice, long_list(4, 300))
    assert len(renewed) > 5


async def test_a_worker_told_to_stop_hands_the_import_back(site, alice, small_steps, monkeypatch):
    page = await confirmed(site, alice, long_list(5, 450))
    stopped = []

    async def then_stop(unit):
        found = await write(unit)
        if getattr(unit, "func", unit).__name__ == "_keep" and not stopped:
            stopped.append(task.cancel())
        return found

    monkeypatch.setattr(staging, "write", then_stop)
    task = asyncio.create_task(site.worker.run_one())
    with pytest.raises(asyncio.CancelledError):
        await task
    (job,) = await rows("SELECT state, attempts FROM job WHERE kind = 'suppliers.import'")
    assert (job["state"], job["attempts"]) == ("waiting", 0)
    monkeypatch.undo()
    await site.work()
    assert "suppliers from" in (await alice.get(page.url)).text


# — one after another —


async def two_confirmed(site, person):
    """Two files of one firm, both waiting for their import."""
    pages = [
        await outlined(site, person, workbook(ACME), "one.xlsx"),
        await outlined(site, person, csv(BEE), "two.csv"),
    ]
    return [await page.submit(f"{page.url}/confirm") for page in pages]


async def test_files_of_one_firm_are_imported_one_after_another(site, alice, charlie):
    other = await outlined(site, charlie, workbook(CEE))
    one, two = await two_confirmed(site, alice)
    job_one, job_two = await job_of(one, alice), await job_of(two, alice)
    other = await other.submit(f"{other.url}/confirm")
    await write(partial(turns.begin, alice.scope, id_of(one)))
    await run(site, job_two)
    assert await states(alice) == ["importing", "confirmed"], "it waits for the other"
    shown = await alice.get(two.url)
    assert "Your file is next" in shown.text and "“one.xlsx” comes first" in shown.text
    await run(site, await job_of(other, charlie))
    assert await states(charlie) == ["done"], "another firm does not wait"
    await run(site, job_one)
    await site.work()
    assert await states(alice) == ["done", "done"]
    assert set(await suppliers(alice)) == {"Acme Ltd", "Bee Legal LLP"}


async def test_a_file_can_be_sent_while_another_is_imported(site, alice):
    one = await confirmed(site, alice, workbook(ACME), "one.xlsx")
    await job_of(one, alice)
    await write(partial(turns.begin, alice.scope, id_of(one)))
    two = await outlined(site, alice, csv(BEE), "two.csv")
    assert "Check the columns" in two.text


def progress(page) -> dict[str, str]:
    """What the page says of how far it has come."""
    said = page.document.xpath("//main//dl[@class='govuk-summary-list']/div")
    return {div.findtext("dt"): " ".join(div.findtext("dd").split()) for div in said}


async def test_progress_is_shown_while_rows_are_read(site, alice, bob, small_steps, monkeypatch):
    page = await confirmed(site, alice, long_list(6, 450))
    job = await job_of(page, alice)
    assert await run_dying(site, job, 0, committed=True)
    shown = await alice.get(page.url)
    said, (row,) = progress(shown), await rows("SELECT * FROM upload")
    assert list(said) == [
        "Rows read",
        "Rows taken",
        "Rows not taken",
        "Other rows, such as totals and notes",
        "Suppliers in your list and rated",
        "Suppliers compared, to find those that are there twice",
    ]
    assert said["Rows read"] == f"{row['rows_read']} so far" and said["Rows taken"] == f"{row['accepted']}"
    assert said["Suppliers in your list and rated"] == "When all rows are read" and row["accepted"] > 50
    assert shown.response.headers["refresh"] == "3" and "nothing is lost" in shown.text
    assert "We send you an e-mail" in shown.text
    assert "Whoever sent the file gets an e-mail" in (await bob.get(page.url)).text
    assert await run_dying(site, job, 4, committed=True)
    shown = await alice.get(page.url)
    said, (row,) = progress(shown), await rows("SELECT * FROM upload")
    assert said["Rows read"] == str(row["rows_read"]) and 0 < row["next_supplier"] < row["suppliers"]
    assert said["Suppliers in your list and rated"] == f"{row['next_supplier']} of {row['suppliers']}"
    assert "remove" not in shown.html.partition("<main")[2]


# — what goes wrong —


async def broken(*_args):
    raise RuntimeError("something of ours is broken")


async def test_what_fails_for_good_says_so_and_can_be_tried_again(site, alice, monkeypatch):
    page = await send(alice, workbook(*LIST))
    with monkeypatch.context() as patched:
        patched.setattr(receiving, "open_copy", broken)
        await tried_until_given_up(site, page, "suppliers.outline")
    shown = await alice.get(page.url)
    assert "Something went wrong on our side" in shown.text and await states(alice) == ["failed"]
    await shown.submit(f"{page.url}/retry")
    await site.work()
    assert await states(alice) == ["outlined"]


async def test_an_import_that_failed_half_way_goes_on_when_tried_again(site, alice, charlie, small_steps, monkeypatch):
    content = long_list(7, 450)
    await imported(site, charlie, content)
    page = await confirmed(site, alice, content)
    await job_of(page, alice)
    with monkeypatch.context() as patched:
        patched.setattr(links, "suppliers_between", broken)
        await tried_until_given_up(site, page, "suppliers.import")
    shown = await alice.get(page.url)
    assert await states(alice) == ["failed"] and "/remove" not in shown.html
    await shown.submit(f"{page.url}/retry")
    await site.work()
    assert await contents(alice) == await contents(charlie)


async def test_rows_read_in_vain_are_read_again_when_tried_again(site, alice, charlie, small_steps, monkeypatch):
    content = long_list(8, 450)
    await imported(site, charlie, content)
    page = await confirmed(site, alice, content)
    await job_of(page, alice)
    kept, calls = staging._keep, []

    async def fails_later(*args):
        calls.append(1)
        if len(calls) % 3 == 0:
            raise RuntimeError("something of ours is broken")
        return await kept(*args)

    with monkeypatch.context() as patched:
        patched.setattr(staging, "_keep", fails_later)
        patched.setattr(queue, "ATTEMPTS", 1)
        await tried_until_given_up(site, page, "suppliers.import")
    assert await rows("SELECT sheet FROM upload_row WHERE organisation = {}", alice.organisation)
    shown = await alice.get(page.url)
    assert "Nothing of it was taken" in shown.text and f"{page.url}/remove" in shown.html
    await shown.submit(f"{page.url}/retry")
    await site.work()
    assert await contents(alice) == await contents(charlie)


async def test_a_file_that_fails_lets_the_next_one_go_on(site, alice, monkeypatch):
    one, two = await two_confirmed(site, alice)
    for page in (one, two):
        await job_of(page, alice)
    await write(partial(turns.begin, alice.scope, id_of(one)))
    with monkeypatch.context() as patched:
        patched.setattr(receiving, "open_copy", broken)
        await tried_until_given_up(site, one, "suppliers.import")
    await site.work()
    assert await states(alice) == ["failed", "done"]


async def test_bytes_that_are_gone_end_as_failed_not_as_waiting_for_ever(site, alice):
    page = await confirmed(site, alice, workbook(*LIST))
    await write(partial(sql.rows, "DELETE FROM upload_chunk"))
    await tried_until_given_up(site, page, "suppliers.import")
    assert await states(alice) == ["failed"]


async def test_more_rows_than_allowed_are_refused_also_after_a_restart(site, alice, small_steps, monkeypatch):
    page = await confirmed(site, alice, csv(*[[f"Firm {n}", "x", "UK", 1, ""] for n in range(900)]), "l.csv")
    job = await job_of(page, alice)
    assert await run_dying(site, job, 0, committed=True)
    monkeypatch.setattr(limits, "ROWS", 700)
    await run(site, job)
    assert await states(alice) == ["refused"] and not await rows("SELECT * FROM upload_row")


def test_the_states_in_which_a_file_may_be_removed():
    def upload(state: str, next_supplier: int | None) -> Upload:
        defaults = dict.fromkeys(Upload.__struct_fields__)
        return Upload(**{**defaults, "state": state, "next_supplier": next_supplier})

    removable = {state for state in ("received", "outlined", "confirmed", "importing", "done", "refused", "failed")
                 if upload(state, None).removable}  # fmt: skip
    assert removable == {"received", "outlined", "confirmed", "refused", "failed"}
    assert not upload("failed", 3).removable


async def test_numbers_that_are_no_amounts_are_rows_to_put_right(site, alice):
    wrong = enumerate(("NaN", "INF", "-1e999", "1e307", "9" * 5000), 3)
    rest = [
        f'<row r="{n}"><c r="A{n}" t="str"><v>Bee {n}</v></c><c r="B{n}"><v>{raw}</v></c></row>' for n, raw in wrong
    ]
    head = row_xml(1, A="Supplier name", B="Spend") + row_xml(2, A="Acme Ltd", B="12.50")
    page = await imported(site, alice, raw_xlsx(("List", sheet_xml(head + "".join(rest)))))
    assert list(await suppliers(alice)) == ["Acme Ltd"]
    found = await rows("SELECT code, number FROM upload_issue WHERE severity = 'reject' ORDER BY number")
    assert [(row["code"], row["number"]) for row in found] == [("spend-wrong", number) for number in range(3, 8)]
    for number in range(3, 8):
        assert "is not an amount of money" in (await alice.get(f"{page.url}/rows/0-{number}")).text
    assert await annotated(alice, page)
