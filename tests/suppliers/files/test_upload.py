"""Sending a file: what is taken, what is refused at once and later, and that nothing of it stays when it is refused."""

import asyncio
import io
from datetime import timedelta
from functools import partial

import pytest
from tests.suppliers.reading.test_hostile_files import HEAD, cell, far_cells, many_strings
from tests.suppliers.sending import LIST, confirmed, csv, id_of, imported, outlined, rows, send, states, workbook
from tests.support.cast import colleague
from tests.support.workbooks import compound_file, raw_xlsx, row_xml, sheet_xml

from pledge.database import clock
from pledge.database.unit import write
from pledge.suppliers.files import clearing, receiving, turns
from pledge.suppliers.reading.refusals import REFUSALS

KEPT = ("upload", "upload_chunk", "upload_row", "upload_issue")


@pytest.fixture
async def viewer(site, alice):
    return await colleague(site, "Vera", alice, "viewer")


async def kept() -> dict[str, int]:
    return {table: (await rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in KEPT}


async def test_without_a_list_the_page_says_what_to_do(alice):
    page = await alice.get("/suppliers")
    assert "Send us the supplier list you have" in page.text and "/suppliers/template.xlsx" in page.links()
    page = await page.submit(files={"file": ("list.xlsx", workbook(*LIST), "x")})
    assert page.status == 200 and "We are looking at your file" in page.text
    assert page.response.headers["refresh"] == "3"


async def test_a_page_that_refreshes_itself_can_be_kept_still(alice):
    page = await send(alice, workbook(*LIST))
    still = await alice.get(next(link for link in page.links() if "still" in link))
    assert "refresh" not in still.response.headers


async def test_the_bytes_are_stored_as_they_came(site, alice, monkeypatch):
    monkeypatch.setattr(receiving, "CHUNK_BYTES", 1000)
    content = workbook(*LIST)
    page = await send(alice, content)
    chunks = await rows("SELECT data FROM upload_chunk ORDER BY place")
    assert b"".join(chunk["data"] for chunk in chunks) == content and len(chunks) > 3
    with await receiving.open_copy(alice.scope, id_of(page)) as file:
        assert file.seek(0) == 0 and file.read() == content


async def test_the_template_is_for_everybody_and_can_be_sent_back(site, alice, visitor):
    page = await visitor.get("/suppliers/template.xlsx")
    assert page.status == 200 and 'filename="supplier-list.xlsx"' in page.response.headers["content-disposition"]
    page = await outlined(site, alice, page.response.content)
    assert page.fields(f"{page.url}/confirm")["column-0-0"] == ["name"]


async def test_the_same_file_twice_opens_the_same_upload(site, alice, bob):
    content = workbook(*LIST)
    first = await imported(site, alice, content)
    again = await send(bob, content, "other name.xlsx")
    assert id_of(again) == id_of(first) and "You sent this file before" in again.text
    assert await states(alice) == ["done"]


async def test_the_same_file_twice_opens_the_same_upload_while_the_first_is_still_being_read(site, alice, bob):
    content = csv(*LIST)
    first = await send(alice, content)
    for state in ("received", "outlined", "confirmed", "importing"):
        again = await send(bob, content, "other name.csv")
        assert await states(alice) == [state] and id_of(again) == id_of(first)
        assert "You sent this file before" in again.text
        if state == "received":
            await site.work()
            first = await alice.get(first.url)
        elif state == "outlined":
            await first.submit(f"{first.url}/confirm")
        elif state == "confirmed":
            await write(partial(turns.begin, alice.scope, id_of(first)))
    await site.work()
    assert await states(alice) == ["done"] and len(await rows("SELECT id FROM outbox")) == 1


async def test_two_colleagues_who_send_the_same_file_at_once_open_the_same_upload(site, alice, bob):
    one, two = await asyncio.gather(send(alice, csv(*LIST)), send(bob, csv(*LIST)))
    assert id_of(one) == id_of(two) and await states(alice) == ["received"]
    assert len(await rows("SELECT id FROM job WHERE kind = 'suppliers.outline'")) == 1


async def test_while_a_file_waits_to_be_looked_at_the_page_says_where_to_find_it(alice):
    page = await send(alice, csv(*LIST))
    assert "You can leave this page" in page.text and "/suppliers/uploads" in page.links()
    assert "e-mail" not in page.text  # nobody writes before the columns are confirmed


async def test_the_same_form_twice_is_one_upload(alice):
    page = await alice.get("/suppliers/uploads")
    files = {"file": ("list.csv", csv(*LIST), "text/csv")}
    one = await page.submit("/suppliers/uploads", files=files)
    two = await page.submit("/suppliers/uploads", files=files)
    assert one.url == two.url and await states(alice) == ["received"]


async def test_two_firms_may_send_the_same_file(site, alice, charlie):
    content = workbook(*LIST)
    hers, his = await send(alice, content), await send(charlie, content)
    assert id_of(hers) != id_of(his)


async def test_a_form_without_a_file_says_so(alice):
    page = await alice.get("/suppliers/uploads")
    page = await page.submit("/suppliers/uploads", files={"nothing": ("", b"", "text/plain")})
    assert page.status == 422 and page.errors == ["Choose the file with your supplier list"]
    assert page.title.startswith("Error: ")


REFUSED_AT_ONCE = {
    "nothing at all": (b"", "empty-file"),
    "a web page named .xls": (b"<html><body><table><tr><td>Supplier</td></tr></table>", "web-page"),
    "a workbook with a password": (compound_file("EncryptedPackage"), "password-protected"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "picture"),
    "a PDF": (b"%PDF-1.7", "pdf"),
    "a truncated workbook": (workbook(*LIST)[:-400], "damaged-file"),
    "a zip bomb": (many_strings(), "unpacks-too-large"),
    "more than 25 MB": (b"Supplier name\n" + b"x" * (25 * 1024 * 1024), "file-too-large"),
}


@pytest.mark.parametrize("content, code", REFUSED_AT_ONCE.values(), ids=REFUSED_AT_ONCE)
async def test_what_cannot_be_a_list_is_refused_at_once_and_not_kept(alice, content, code):
    page = await send(alice, content, "list.xls")
    assert page.status == 422 and page.errors == [REFUSALS[code].message]
    assert await kept() == dict.fromkeys(KEPT, 0)
    page = await page.submit("/suppliers/uploads", files={"file": ("list.xlsx", workbook(*LIST), "x")})
    assert page.status == 200 and "We are looking at your file" in page.text


REFUSED_LATER = {
    "a cell beyond column 200": (far_cells("ZZ50"), "too-many-columns"),
    "no rows": (workbook(head=["", ""]), "no-data"),
    "an empty sheet": (workbook(head=[]), "no-data"),
    "a quotation mark that never closes": (b'Supplier name,Country\n"Acme Ltd,UK\nBee,UK\n', "unclosed-quote"),
}


@pytest.mark.parametrize("content, code", REFUSED_LATER.values(), ids=REFUSED_LATER)
async def test_what_turns_out_unreadable_is_refused_with_what_to_do(site, alice, content, code):
    page = await outlined(site, alice, content)
    assert "We could not read this file" in page.text and REFUSALS[code].message in page.text
    assert "/suppliers/uploads" in page.links()
    assert await states(alice) == ["refused"]
    page = await (await page.follow("Remove this file")).submit()
    assert "The file is removed" in page.text and await kept() == dict.fromkeys(KEPT, 0)


async def test_two_cells_at_the_far_ends_of_a_sheet_harm_nobody(site, alice):
    page = await imported(site, alice, far_cells("XFD1048576"))
    assert "1 supplier from 1 row" in page.text


async def test_a_far_cell_below_what_was_looked_at_is_refused_with_a_mail(site, alice):
    filled = "".join(row_xml(number, A=f"Acme {number} Ltd") for number in range(2, 200))
    page = await imported(site, alice, raw_xlsx(("S", sheet_xml(HEAD + filled + cell("ZZ900")))))
    assert REFUSALS["too-many-columns"].message in page.text and await states(alice) == ["refused"]
    (mail,) = await site.mails("alice@example.org")
    assert mail.subject == "We could not read your supplier list" and "column 200" in mail.body
    assert not await rows("SELECT * FROM upload_row") and not await rows("SELECT id FROM supplier")


async def test_headings_without_suppliers_are_refused_once_confirmed(site, alice):
    page = await imported(site, alice, workbook())
    assert REFUSALS["no-suppliers"].message in page.text
    (mail,) = await site.mails("alice@example.org")
    assert mail.subject == "We could not read your supplier list" and REFUSALS["no-suppliers"].message in mail.body


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "utf-8", "utf-16"])
async def test_text_files_of_every_encoding_are_read(site, alice, encoding):
    text = "Supplier name,What they supply,Spend (£)\r\nCafé Müller Ltd,Bread,£1200\r\nBee Ltd,Bricks,£5\r\n"
    page = await imported(site, alice, text.encode(encoding), "list.csv")
    assert "2 suppliers from 2 rows" in page.text
    page = await alice.get("/suppliers")
    assert "Café Müller Ltd" in page.text and "£1,200" in page.text


async def test_a_body_over_26_mb_is_the_413_page_before_anything_is_read(alice):
    page = await send(alice, b"Supplier name\n" + b"x" * (26 * 1024 * 1024))
    assert page.status == 413 and "too big" in page.text and await kept() == dict.fromkeys(KEPT, 0)


async def test_a_form_of_another_organisation_keeps_nothing(alice, charlie):
    page = await alice.get("/suppliers/uploads")
    data = page.fields("/suppliers/uploads")
    refused = await charlie.post("/suppliers/uploads", data, files={"file": ("l.xlsx", workbook(*LIST), "x")})
    assert refused.status == 409 and await kept() == dict.fromkeys(KEPT, 0)


async def test_another_firms_file_is_not_there(site, alice, charlie):
    page = await outlined(site, alice, workbook(*LIST))
    data = {**page.fields(f"{page.url}/confirm"), "organisation": [str(charlie.organisation)]}
    assert (await charlie.get(page.url)).status == 404
    for action in ("confirm", "remove", "retry"):
        assert (await charlie.post(f"{page.url}/{action}", data)).status == 404
    assert await states(alice) == ["outlined"]
    assert "list.xlsx" not in (await charlie.get("/suppliers/uploads")).text


async def test_a_viewer_looks_but_does_not_send(site, alice, viewer):
    for path in ("/suppliers", "/suppliers/uploads"):
        page = await viewer.get(path)
        assert page.status == 200 and "<form" not in page.html.partition("<main")[2]
    page = await alice.get("/suppliers/uploads")
    data = page.fields("/suppliers/uploads")
    refused = await viewer.post("/suppliers/uploads", data, files={"file": ("l.xlsx", workbook(*LIST), "x")})
    assert refused.status == 403
    page = await outlined(site, alice, workbook(*LIST))
    seen = await viewer.get(page.url)
    assert "A colleague who may change your list has to check this" in seen.text and "Read these" not in seen.text
    for action in ("confirm", "remove", "retry"):
        assert (await viewer.post(f"{page.url}/{action}", page.fields(f"{page.url}/confirm"))).status == 403


@pytest.mark.parametrize("path", ["/suppliers", "/suppliers/uploads", "/suppliers/countries"])
async def test_others_have_no_supplier_list(site, visitor, stella, path):
    assert (await visitor.get(path)).url.startswith("/sign-in")
    assert (await stella.get(path)).url != path


async def test_too_many_files_in_an_hour_are_refused_for_a_while(alice, monkeypatch):
    monkeypatch.setattr(receiving, "FILES", receiving.Limit("supplier-files", hits=2, seconds=3600))
    for number in range(2):
        assert (await send(alice, csv([f"Acme {number}", "x", "UK", 1, ""]))).status == 200
    page = await send(alice, csv(["Acme", "x", "UK", 1, ""]))
    assert page.status == 429 and len(await states(alice)) == 2


async def test_a_file_that_is_not_imported_can_be_removed_with_its_bytes(site, alice):
    page = await outlined(site, alice, workbook(*LIST))
    page = await (await page.follow("Remove this file")).submit()
    assert page.url == "/suppliers/uploads?notice=file-removed" and await kept() == dict.fromkeys(KEPT, 0)


async def test_a_confirmed_file_can_be_removed_before_its_turn(site, alice):
    page = await confirmed(site, alice, workbook(*LIST))
    await (await page.follow("Stop and remove this file")).submit()
    await site.work()
    assert await kept() == dict.fromkeys(KEPT, 0) and not await rows("SELECT id FROM supplier")


async def test_a_file_removed_while_the_worker_looks_at_it_is_gone(site, alice, monkeypatch):
    page = await send(alice, workbook(*LIST))
    real = receiving.open_copy

    async def removed_meanwhile(within, upload):
        copy = await real(within, upload)
        await (await page.follow("Stop and remove this file")).submit()
        return copy

    monkeypatch.setattr(receiving, "open_copy", removed_meanwhile)
    await site.work()
    assert await kept() == dict.fromkeys(KEPT, 0)


async def test_an_imported_file_cannot_be_removed(site, alice):
    page = await imported(site, alice, workbook(*LIST))
    data = {"organisation": [str(alice.organisation)]}
    refused = await alice.post(f"{page.url}/remove", data)
    assert refused.status == 409 and "in your supplier list already" in refused.text
    assert await states(alice) == ["done"]


async def test_bytes_go_after_thirty_days_and_what_was_read_stays(site, alice):
    content = workbook(*LIST)
    page = await imported(site, alice, content)
    left_over = await outlined(site, alice, csv(*LIST), "other.csv")
    sent = clock.now()
    with clock.at(sent + timedelta(days=30, minutes=-1)):
        await clearing.prune()
        assert (await kept())["upload_chunk"] == 2
    with clock.at(sent + timedelta(days=30)):
        await clearing.prune()
        assert await kept() == {"upload": 1, "upload_chunk": 0, "upload_row": 3, "upload_issue": 0}
    assert (await alice.get(left_over.url)).status == 404
    page = await alice.get(page.url)
    assert "3 suppliers from 3 rows" in page.text
    assert "You sent this file before" in (await send(alice, content)).text


async def test_files_are_listed_with_what_became_of_them(site, alice):
    await imported(site, alice, workbook(*LIST), "one.xlsx")
    await outlined(site, alice, csv(*LIST), "two.csv")
    await outlined(site, alice, b'Supplier name,x\n"a', "three.csv")
    page = await alice.get("/suppliers/uploads")
    assert "one.xlsx" in page.text and "In your list" in page.text
    assert "two.csv" in page.text and "Needs you" in page.text
    assert "three.csv" in page.text and "Not read" in page.text
    for odd in ("x", "999999999"):
        assert (await alice.get(f"/suppliers/uploads?page={odd}")).status == 200


NAMES = {
    "C:\\fakepath\\my list.xlsx": "my list.xlsx",
    "../../etc/passwd": "passwd",
    "evil\u202exslx.exe\x00": "evilxslx.exe",
    "<script>alert(1)</script>.csv": "script>.csv",
    "": "supplier list",
    "x" * 300 + ".xlsx": "x" * 190 + "…" + "xxxx.xlsx",
}


@pytest.mark.parametrize("given, shown", NAMES.items())
def test_a_files_name_is_only_something_to_show(given, shown):
    assert receiving.shown_name(given) == shown
    assert len(receiving.shown_name(given)) <= 200


async def test_no_room_on_the_disk_is_a_plain_page(alice, monkeypatch):
    from pledge.suppliers import upload_routes

    async def full(_request):
        raise OSError(28, "No space left on device")

    page = await alice.get("/suppliers/uploads")
    monkeypatch.setattr(upload_routes, "read_form", full)
    page = await page.submit("/suppliers/uploads", files={"file": ("l.csv", io.BytesIO(csv(*LIST)), "x")})
    assert page.status == 503 and "storage is full" in page.text
