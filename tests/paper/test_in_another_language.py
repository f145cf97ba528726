"""The questions on paper in another language: page, part and PDF, with every foreign word marked."""

import io

import pytest
from pypdf import PdfReader
from tests.paper.reading import words_of
from tests.support.firms import JOINERY, fill_profile, start
from tests.support.languages import CHECKED, choose, foreign, installing, made_up, make_demo

from pledge.assessments import definitions
from pledge.paper import pdf
from pledge.paper.document import document_of
from pledge.questionnaires.translations.reading import read_translations
from pledge.questionnaires.translations.translating import translate

PAPER = "/assessments/recruitment/paper"
PUBLIC = "/questions/recruitment/paper"


@pytest.fixture
def translated(monkeypatch, tmp_path):
    """Return a function that installs a made-up translation: a draft, or CHECKED."""
    yield from installing(monkeypatch, tmp_path)


@pytest.fixture
def demo(site, monkeypatch):
    """The site is the demo."""
    make_demo(site, monkeypatch)


@pytest.fixture
async def reading(alice, translated):
    """Alice has an open draft, and reads it in the made-up language."""
    translated(**CHECKED)
    await fill_profile(alice)
    await start(alice, "recruitment")
    await choose(alice)
    return alice


async def test_a_firms_page_and_part_are_in_its_language(reading):
    for address in (PAPER, f"{PAPER}/responsibility"):
        page = await reading.get(address)
        marked, unmarked = foreign(page)
        assert "Żż Recruitment, training and induction" in marked and "Nie wiem" in marked, address
        assert [text for text in unmarked if "Only if you" not in text] == [], address
        page = await page.submit("/assessments/recruitment/language", button="language=en")
        assert page.url == address and "Żż" not in page.text
        await choose(reading)


async def test_a_visitor_has_a_link_to_each_language_that_keeps_the_facts(visitor, translated):
    translated(**CHECKED)
    page = await visitor.get(f"{PUBLIC}?kind=charity")
    page = await visitor.get(page.document.xpath("//nav[contains(@class,'language')]//a/@href")[0])
    marked, _ = foreign(page)
    assert "Żż Recruitment, training and induction (wersja krótka)" in marked
    assert "A charity or community group" in page.text
    (file,) = page.document.xpath("//main//a[contains(@href,'.pdf')]/@href")
    assert "language=pl&" in file and "kind=charity" in file
    answer = await visitor.http.get(file)
    assert f"recruitment-{definitions.current('recruitment').version}-pl.pdf" in answer.headers["Content-Disposition"]
    assert "Żż Recruitment" in words_of(answer.content)


async def test_a_draft_is_on_no_paper_of_a_real_installation(visitor, translated):
    translated()
    for address in (f"{PUBLIC}?language=pl", "/questions/paper?language=pl"):
        page = await visitor.get(address)
        assert "Żż" not in page.html and "Polski" not in page.html
    answer = await visitor.http.get(f"{PUBLIC}.pdf?language=pl")
    assert "Żż" not in words_of(answer.content)


async def test_the_demo_says_on_paper_that_it_is_a_draft(visitor, translated, demo):
    translated()
    page = await visitor.get(f"{PUBLIC}?language=pl")
    assert "Draft translation: needs a human translator’s check" in page.text
    assert "Robocze tłumaczenie." in foreign(page)[0]
    words = words_of((await visitor.http.get(f"{PUBLIC}.pdf?language=pl")).content)
    assert "Draft translation: needs a human translator’s check Robocze tłumaczenie." in words


async def test_the_pdf_has_every_letter_and_tags_each_language():
    definition = definitions.current("recruitment")
    data = made_up(definition, **CHECKED).replace("Żż ".encode(), "Zażółć gęślą jaźń ".encode())
    (read,) = read_translations([data], [definition])
    said = translate(definition, read.translation)
    found = document_of(said, JOINERY, publisher="A partnership", site="https://example.org")
    reader = PdfReader(io.BytesIO(await pdf.make(found)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en" and b"pdfuaid" in root["/Metadata"].get_data()
    tagged = set(languages(root["/StructTreeRoot"]))
    assert {("/H1", "pl"), ("/H2", "pl"), ("/H3", "pl"), ("/P", "pl"), ("/L", "pl")} <= tagged
    assert "Zażółć gęślą jaźń Recruitment, training and induction" in reader.pages[0].extract_text()


def languages(node):
    """Yield (kind, language) of every tag below a node that names a language."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from languages(child)
    elif hasattr(node, "get"):
        if "/Lang" in node:
            yield node["/S"], node["/Lang"]
        if "/K" in node:
            yield from languages(node["/K"])
