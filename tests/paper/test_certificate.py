"""The certificate: tagged, dated, with a code that leads to the register’s entry; for the firm’s people alone."""

import io
from datetime import date
from functools import partial
from uuid import UUID

import msgspec
import pytest
import segno
import time_machine
from pypdf import PdfReader
from tests.paper.reading import folded, pages_of
from tests.pledges.signers import ALICE, Given, signed

from pledge.database.unit import database, write
from pledge.paper.certificate import certificate_of
from pledge.paper.typesetting import made
from pledge.pledges import signing, standing
from pledge.pledges.standing import Standing
from pledge.pledges.text import shipped

ID = UUID("9b2f1f0e-6a53-4a7e-9d0b-0c8e5b7f1a11")
ADDRESS = f"https://pledge.example.org/signatories/{ID}"
SIGNED = Standing(
    id=ID, organisation=ID, version="2026.1", name="Alice Example", role="Director", name_public=True, consents=(),
    signed_on=date(2026, 11, 21), expires_on=date(2027, 11, 21), status="assessed", status_since=date(2026, 11, 21),
)  # fmt: skip


def certificate(firm: str = "Pendle Joinery", **changes):
    return certificate_of(
        firm, msgspec.structs.replace(SIGNED, **changes), shipped().text,
        publisher="A partnership", address=ADDRESS, today=date(2026, 11, 29),
    )  # fmt: skip


def pdf(firm: str = "Pendle Joinery", **changes) -> bytes:
    return made("certificate", msgspec.json.encode(certificate(firm, **changes)))


def elements(file: bytes) -> list:
    """Every element of the tag tree, parents first."""
    found, waiting = [], [PdfReader(io.BytesIO(file)).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        here = waiting.pop(0)
        kids = here.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            element = kid.get_object()
            if isinstance(element, dict) and "/S" in element:
                found.append(element)
                waiting.append(element)
    return found


def test_it_says_who_signed_what_when_until_when_and_that_nobody_checked():
    (words,) = pages_of(pdf())
    for said in (
        "Certificate of signature", "Pendle Joinery", "signed “Our pledge against modern slavery” of A partnership.",
        "Signed on: 21 November 2026", "Valid until: 21 November 2027", "Version 2026.1",
        "Signed by: Alice Example, Director. The signer said: “I am allowed to sign this for the organisation.”",
        "Status on 29 November 2026: Signed and assessed", "Self-assessed, not checked.",
        f"https://pledge.example.org/signatories/ {ID}",
        "If it says something else than this paper, the list is right.",
        "This certificate was made on: 29 November 2026",
    ):  # fmt: skip
        assert folded(said) in words, said


def test_it_is_tagged_and_has_title_language_headings_and_words_for_its_code():
    file = pdf()
    reader = PdfReader(io.BytesIO(file))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Certificate of signature: Pendle Joinery"
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"] and b"pdfuaid" in root["/Metadata"].get_data()
    tags = [element["/S"] for element in elements(file)]
    assert (tags.count("/H1"), tags.count("/H2"), tags.count("/Figure"), tags.count("/LI")) == (1, 1, 1, 6)
    (figure,) = [element for element in elements(file) if element["/S"] == "/Figure"]
    assert figure["/Alt"] == f"QR code with the address of the entry in the public list: {ADDRESS}"


def test_the_code_is_that_of_the_address():
    rows = segno.make(ADDRESS, error="m", micro=False).matrix
    code = certificate().code
    dark = {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}
    assert code.count("h1v1h-1z") == len(dark) and all(f"M{x + 4} {y + 4}h1v1h-1z" in code for x, y in dark)


def test_the_label_is_as_large_as_what_stands_around_it():
    sizes: dict[str, float] = {}

    def note(text, _matrix, text_matrix, _font, size):
        sizes[text.strip()] = size * text_matrix[3]

    PdfReader(io.BytesIO(pdf())).pages[0].extract_text(visitor_text=note)
    (label,) = [abs(size) for words, size in sizes.items() if "Self-assessed" in words]
    (dated,) = [abs(size) for words, size in sizes.items() if "21 November 2026" in words]
    assert label == pytest.approx(dated) and label >= 12


@pytest.mark.parametrize(
    "name", ["قلم اور کاغذ لمیٹڈ", "Зоря Будівництво", "🧵 Stitch 🫩", "W" * 120, "#panic(1) *x* <v> $y$ \\", "अनु 中文"]
)
def test_any_name_is_printed_on_one_page(name):
    pages = pages_of(pdf(name, name=name))
    assert len(pages) == 1 and "Certificate of signature" in pages[0]
    if name.isascii():
        assert name in pages[0].replace("\u200b", "").replace(" W", "W")


def test_the_longest_names_stay_on_one_page():
    (words,) = pages_of(pdf("W" * 120, name="W" * 200, role="R" * 60))
    assert str(ID) in words


def test_whoever_did_not_choose_to_be_named_is_not():
    assert "Alice" not in str(certificate(name_public=False))
    assert dict(certificate(name_public=False).facts)["Signed by"].startswith("Director of the firm (the name is not")
    gone = dict(certificate(name_public=False, name="Name erased", role="Name erased").facts)["Signed by"]
    assert gone.startswith("Somebody whose account is gone.")


# — the route —


def on(moment: str):
    return time_machine.travel(moment, tick=False)


async def test_the_people_of_a_firm_get_it_and_nobody_else(alice, bob, charlie, stella, olive, visitor):
    with on("2026-11-21T12:00:00Z"):
        await signed(alice, Given("Alice Example", "Director", (*ALICE.consents, "signatory-name")))
        for person in (alice, bob):
            person.browser = await person.browser.site.signed_in(person.id, person.organisation)
            answer = await person.browser.http.get("/certificate.pdf")
            assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
            assert 'filename="pledge-certificate-2026.pdf"' in answer.headers["content-disposition"]
            assert answer.headers["cache-control"] == "no-store"
            (words,) = pages_of(answer.content)
            assert "Pendle Joinery" in words and "Alice Example, Director" in words
            assert f"http://127.0.0.1:8000/signatories/ {alice.organisation}" in words
    for person, url in (
        (charlie, "/pledge/certificate"), (stella, "/partnership?notice=for-firms"),
        (olive, "/organise?notice=for-firms"), (visitor, "/sign-in?next=%2Fcertificate.pdf"),
    ):  # fmt: skip
        assert (await person.get("/certificate.pdf")).url == url


@pytest.mark.parametrize("end", ["lapse", "withdrawal"])
async def test_without_a_current_pledge_there_is_a_page_that_says_why(alice, end):
    with on("2026-11-21T12:00:00Z"):
        await signed(alice)
    with on("2027-11-22T12:00:00Z" if end == "lapse" else "2027-11-21T12:00:00Z"):
        alice.browser = await alice.browser.site.signed_in(alice.id, alice.organisation)
        if end == "withdrawal":
            assert (await alice.browser.http.get("/certificate.pdf")).content.startswith(b"%PDF-")  # its last day
            await write(partial(signing.withdraw, alice.scope))
        page = await alice.get("/certificate.pdf")
        assert page.url == "/pledge/certificate"
        said = "ran out on 21 November 2027" if end == "lapse" else "withdrawn on 21 November 2027"
        assert said in page.text and "/pledge/sign" in page.links()


async def test_it_has_the_status_of_the_day_and_the_text_that_was_signed(alice):
    await signed(alice)
    await write(partial(standing.set_status, alice.organisation, "improving"))
    before = database().statements
    (words,) = pages_of((await alice.browser.http.get("/certificate.pdf")).content)
    assert "Improving" in words and database().statements - before <= 4  # who asks, the signature, its text, the limit
