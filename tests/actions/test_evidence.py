"""Evidence of actions: links and small files, kept as they came, given back as downloads only, within their caps."""

import io
import zipfile
from functools import partial

import openpyxl
import pytest
from tests.actions.conftest import actions_of
from tests.support.cast import colleague

from pledge.actions import evidence, sniffing
from pledge.actions.evidence import File, Full
from pledge.actions.sniffing import EMPTY, FILE_BYTES, OTHER, TOO_LARGE, NotEvidence, named, sniff
from pledge.database import clock, sql
from pledge.database.unit import read, write


def workbook() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


PDF, PNG, JPEG = b"%PDF-1.7 \xff\x00" * 100, b"\x89PNG\r\n\x1a\n\x00\x01", b"\xff\xd8\xff\xe0\x00\x10JFIF"
GOOD = {"pdf": PDF, "png": PNG, "jpeg": JPEG, "xlsx": workbook()}


# — what a file is —


@pytest.mark.parametrize("format", GOOD)
def test_what_a_file_is_is_told_by_its_bytes(format):
    assert sniff(io.BytesIO(GOOD[format])) == (format, len(GOOD[format]))


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"GIF89a",
        b"PK\x03\x04 no zip",
        b"MZ\x90",
        b"\x89PNG",
        b"hello",
        b" %PDF-1.7",
    ],
)
def test_anything_else_is_refused_whatever_its_name(content):
    with pytest.raises(NotEvidence, match="no PDF, PNG, JPEG or Excel workbook"):
        sniff(io.BytesIO(content))


def test_a_workbook_with_macros_is_refused():
    content = io.BytesIO(GOOD["xlsx"])
    with zipfile.ZipFile(content, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"macros")
    with pytest.raises(NotEvidence):
        sniff(content)


def test_the_largest_file_is_taken_and_one_byte_more_is_not():
    assert sniff(io.BytesIO(PDF.ljust(5_242_880, b" "))) == ("pdf", 5_242_880)
    with pytest.raises(NotEvidence, match="larger than 5 MB"):
        sniff(io.BytesIO(PDF.ljust(5_242_881, b" ")))
    with pytest.raises(NotEvidence, match="empty"):
        sniff(io.BytesIO(b""))


def test_a_name_ends_in_what_the_file_is():
    assert named("a.JPG", "jpeg") == "a.JPG" and named("a.html", "pdf") == "a.html.pdf"
    assert evidence.shown_name("C:\\x\\..\\licence.pdf", "pdf") == "licence.pdf"
    assert evidence.shown_name("../../\u202e", "png") == "evidence.png"
    assert len(evidence.shown_name("a" * 400 + ".pdf", "pdf")) <= 200


# — pages —


async def add(person, action, content: bytes | None = PDF, name: str = "licence.pdf", **typed):
    page = await person.get(f"/actions/{action.id}/evidence")
    files = {"file": (name, content)} if content is not None else None
    return await page.submit(files=files, **{"title": "Licence", **typed})


@pytest.mark.parametrize("format", GOOD)
async def test_a_file_comes_back_byte_for_byte_as_a_download_only(firm, format):
    action = (await actions_of(firm))[0]
    content = GOOD[format] + bytes(600_000) if format == "pdf" else GOOD[format]
    page = await add(firm, action, content, "Unser Vertrag – Ü.html")
    assert page.status == 200 and "Added." in page.text and "evidence added (Alice)" in page.text
    (path,) = [link for link in page.links() if link.startswith("/actions/evidence/") and "remove" not in link]
    answer = await firm.browser.http.get(path)
    assert answer.content == content and answer.headers["content-type"] == sniffing.MEDIA_TYPES[format]
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_link_is_kept_as_a_link(firm):
    action = (await actions_of(firm))[0]
    page = await add(firm, action, None, url="https://files.example.org/policy?a=1&b=<2>")
    link = page.document.xpath("//main//a[normalize-space()='Licence']")[0]
    assert link.get("href") == "https://files.example.org/policy?a=1&b=<2>" and "noreferrer" in link.get("rel")
    (piece,) = await read(partial(evidence.everything, firm.scope))
    assert (await firm.get(f"/actions/evidence/{piece.id}")).status == 404


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://files.example.org/policy", "files.example.org"),
        ("https://www.g\u043ev.uk/policy", "www.xn--gv-fmc.uk"),  # a Cyrillic letter that looks like ours
        ("https://münchen.example/", "xn--mnchen-3ya.example"),
        ("http://FILES.example.org:8443/x", "files.example.org"),
    ],
)
async def test_where_a_link_leads_stands_beside_it_as_the_network_knows_it(firm, url, host):
    page = await add(firm, (await actions_of(firm))[0], None, url=url)
    assert f"Licence ({host})" in page.text
    assert page.document.xpath("//main//a[normalize-space()='Licence']/@href") == [url]


async def test_a_licence_or_a_training_that_ends_is_kept_in_words_alone(firm):
    action = (await actions_of(firm))[0]
    ends = {"ends-day": "3", "ends-month": "5", "ends-year": str(clock.today().year + 1)}
    page = await add(firm, action, None, title="First aid course for 12 people", **ends)
    assert page.status == 200 and f"First aid course for 12 people, until 3 May {ends['ends-year']}" in page.text
    assert not page.document.xpath("//main//a[contains(., 'First aid')][not(contains(., 'Remove'))]")
    (piece,) = await read(partial(evidence.everything, firm.scope))
    assert (piece.url, piece.format, piece.host) == ("", "", "")
    assert (await firm.get(f"/actions/evidence/{piece.id}")).status == 404, "there is no file"
    content = (await firm.browser.http.get("/actions/evidence.zip")).content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert f"(until 3 May {ends['ends-year']}): in words alone." in packed.read("Evidence.txt").decode()
    wrong = await add(firm, action, None, **{"ends-day": "31", "ends-month": "2", "ends-year": "2027"})
    assert len(wrong.errors) == 1 and "is not a day in the calendar" in wrong.errors[0]


@pytest.mark.parametrize(
    ("typed", "content", "said"),
    [
        ({}, b"<html>", OTHER),
        ({}, b"", EMPTY),
        ({}, PDF.ljust(FILE_BYTES + 1), TOO_LARGE),
        ({}, None, "Enter a link, choose a file, or say its last day"),
        ({"url": "https://a.example.org"}, PDF, "Enter a link or choose a file, not both"),
        ({"url": "https://gov.uk@evil.example.org/x"}, None, "does not say clearly where it leads"),
        ({"url": "https://" + "a" * 64 + ".example.org/"}, None, "does not say clearly where it leads"),
        ({"url": "https://.../x"}, None, "does not say clearly where it leads"),
        ({"url": "https://a.b:abc/"}, None, "does not say clearly where it leads"),
        ({"url": "https://192.0.2.7/x"}, None, "does not say clearly where it leads"),
        ({"url": "data:text/html,x"}, None, "takes a whole web address. Start it with https://"),
        ({"url": "https:javascript:alert(1)"}, None, "takes a whole web address. Start it with https://"),
        ({"url": "javascript:alert(1)"}, None, "“A link to it” takes a whole web address. Start it with https://"),
        ({"title": ""}, PDF, "Say what it is, in a few words"),
        (
            {"ends-day": "1", "ends-month": "1", "ends-year": "2020"},
            PDF,
            "“Its last day, if it has one” is in the past",
        ),
        ({"ends-day": "1", "ends-month": "1", "ends-year": "2099"}, PDF, "is more than twenty years away"),
    ],
)
async def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(firm, typed, content, said):
    page = await add(firm, (await actions_of(firm))[0], content, **{"title": "Zyxwyn", **typed})
    assert page.status == 422 and any(said in error for error in page.errors), page.errors
    assert page.fields()["title"] == [typed.get("title", "Zyxwyn")]
    assert await read(partial(evidence.everything, firm.scope)) == []
    assert await read(partial(sql.value, "SELECT count(*) FROM evidence_chunk")) == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://a.b:abc/", "https://a.example.org:65536/", "https://a.example.org:0/", "https://a.example.org:-1/",
        "https://127.0.0.1/", "https://127.0.0.1./", "https://127.0.0.1:8000/x", "https://2130706433/",
        "https://0x7f.1/", "https://a.0x7f/", "https://127.0.0.%31/", "https://１２７.０.０.１/", "https://a.example.7/",
        "https://[::1]/", "https://[2001:db8::7]:443/x", "https://[::ffff:192.0.2.7]/", "https://[::1/",
        "https://localhost/", "https://localhost./", "https://intranet:8080/x", "https://a..example.org/",
        "https://user@example.org/", "https:///x",
    ],
)  # fmt: skip
def test_a_link_that_not_everybody_can_follow_does_not_lead_clearly(url):
    assert not evidence.leads_clearly(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org", "https://example.org./x", "HTTPS://EXAMPLE.ORG/X?a=1#b", "https://a.example.org:65535/",
        "https://a.example.org:/", "https://7.example.org/", "https://192.0.2.7.example.org/", "https://a_b.example.org/",
        "https://münchen.example/", "https://例え.テスト/",
    ],
)  # fmt: skip
def test_a_link_to_a_name_in_the_public_network_does(url):
    assert evidence.leads_clearly(url)


async def test_a_firm_has_so_much_room_and_an_action_so_many_pieces(firm):
    first, second, *_ = await actions_of(firm)
    file = File("a.pdf", "pdf", 5, io.BytesIO(b"%PDF-"))
    for _ in range(20):
        await write(partial(evidence.add, firm.scope, first.id, "A", None, file))
    with pytest.raises(Full, match="20 pieces of evidence"):
        await write(partial(evidence.add, firm.scope, first.id, "A", None, "https://a.example.org"))
    await write(partial(sql.rows, "UPDATE evidence SET size = 2621440"))  # 20 × 2.5 MB: 50 MB
    some = (await read(partial(evidence.of, firm.scope, first.id)))[0]
    await write(partial(sql.rows, "UPDATE evidence SET size = 2621436 WHERE id = {}", some.id))
    with pytest.raises(Full, match="larger than 50 MB"):  # 52,428,796 bytes and these five are one too many
        await write(partial(evidence.add, firm.scope, second.id, "A", None, file))
    await write(partial(sql.rows, "UPDATE evidence SET size = 2621435 WHERE id = {}", some.id))
    await write(partial(evidence.add, firm.scope, second.id, "A", None, file))  # 52,428,800: it is just full
    with pytest.raises(Full, match="larger than 50 MB"):
        await write(partial(evidence.add, firm.scope, second.id, "A", None, file))
    assert "larger than 50 MB" in (await add(firm, second)).errors[0]
    assert (await add(firm, second, None, url="https://a.example.org")).status == 200, "a link needs no room"


async def test_what_is_removed_is_asked_for_once_and_gone_with_its_bytes(firm):
    action = (await actions_of(firm))[0]
    page = await (await add(firm, action)).follow("Remove Licence")
    assert "Remove this evidence?" in page.text
    page = await page.submit()
    assert "evidence removed (Alice)" in page.text and "Nothing yet" in page.text
    assert await read(partial(sql.value, "SELECT count(*) FROM evidence_chunk")) == 0


async def test_whoever_removes_what_a_colleague_has_removed_is_told_so(firm, bob, charlie):
    action = (await actions_of(firm))[0]
    page = await add(firm, action)
    (link,) = [link for link in page.links() if "/remove" in link]
    mine, his = await firm.get(link), await bob.get(link)
    await mine.submit()
    for gone in (await his.submit(), await bob.get(link)):
        assert gone.status == 404 and "This evidence is gone already" in gone.text
        assert f"/actions/{action.id}" in gone.links()
    assert (await firm.get(f"/actions/{action.id}")).text.count("evidence removed") == 1
    assert (await bob.get(link.partition("?")[0])).status == 404
    for address in (link, link.replace(str(action.id), "nothing")):
        assert (await charlie.get(address)).status == 404, "another firm’s action is none"


async def test_the_fields_ask_for_no_workers_documents(firm):
    page = await firm.get(f"/actions/{(await actions_of(firm))[0].id}/evidence")
    (hint,) = page.document.xpath("//*[@id=//input[@type='file']/@aria-describedby]")
    assert "No workers’ documents, please" in hint.text_content() and "up to 5 MB" in hint.text_content()


async def test_all_of_it_is_one_file_with_the_list(firm):
    first, second, *_ = await actions_of(firm)
    await add(firm, first, PDF, "a/b:c.pdf")
    await add(firm, second, None, url="https://files.example.org/policy", title="Policy")
    content = (await firm.browser.http.get("/actions/evidence.zip")).content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.namelist() == ["Actions.xlsx", "Evidence.txt", "001 b-c.pdf"]
        assert packed.read("001 b-c.pdf") == PDF
        said = packed.read("Evidence.txt").decode()
        assert f"Licence (no last day): 001 b-c.pdf. {first.what}" in said
        assert f"Policy (no last day): https://files.example.org/policy. {second.what}" in said
        openpyxl.load_workbook(io.BytesIO(packed.read("Actions.xlsx")))


async def test_a_viewer_keeps_files_and_adds_none_and_another_firm_sees_nothing(site, firm, charlie):
    action = (await actions_of(firm))[0]
    await add(firm, action)
    (piece,) = await read(partial(evidence.everything, firm.scope))
    vera = await colleague(site, "Vera", firm, "viewer")
    page = await vera.get(f"/actions/{action.id}")
    assert f"/actions/evidence/{piece.id}" in page.links() and "Add evidence" not in page.text
    assert (await vera.browser.http.get(f"/actions/evidence/{piece.id}")).content == PDF
    assert (await vera.get(f"/actions/{action.id}/evidence")).status == 403
    for path in (
        f"/actions/evidence/{piece.id}",
        f"/actions/{action.id}/evidence",
        f"/actions/evidence/{piece.id}/remove",
    ):
        assert (await charlie.get(path)).status == 404
