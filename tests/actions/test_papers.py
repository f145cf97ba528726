"""The papers to start from: what they say, the Word file that a firm takes, and where they are offered."""

import io
import re
import zipfile

import docx
import pytest
from lxml import etree
from tests.actions.conftest import action_on
from tests.content.conftest import FOLDER
from tests.support.cast import colleague

from pledge.actions.papers.reading import ORDER, helping, papers
from pledge.actions.papers.writing import MEDIA_TYPE, written
from pledge.app import _papers
from pledge.database import clock
from pledge.directory.contacts import contacts
from pledge.organisations.reference import ReferenceDataError
from pledge.questionnaires.loading import load
from pledge.words.dates import uk_date
from pledge.words.reading import HARDEST, grade, words

ALL = _papers()
PHONES = {key: contact.phone for key, contact in contacts().items() if contact.phone}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EVIL = '=1+1 <w:p>&amp; {helpline} {firm} میرا کام 😀 "MERGEFIELD x"'
each = pytest.mark.parametrize("name", ALL)


def said(paper):
    """Every text of a paper but its title."""
    yield paper.about
    yield paper.called or ""
    for block in paper.blocks:
        yield from filter(None, (block.heading, block.text, *block.points, *block.steps, *block.blanks))
        if block.table:
            yield from (cell for row in (block.table.head, *block.table.rows) for cell in row)


def opened(content):
    """A file as python-docx reads it, after each of its parts was parsed as XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.namelist():
            if part.endswith((".xml", ".rels")):
                etree.fromstring(packed.read(part), etree.XMLParser(resolve_entities=False))
    return docx.Document(io.BytesIO(content))


def lines(document):
    """All words of a file, of its tables too."""
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    return [each.text for each in (*document.paragraphs, *(p for cell in cells for p in cell.paragraphs))]


def test_there_are_seven():
    assert list(ALL) == [*ORDER, "response-plan"] and len(ALL) == 7


@each
def test_it_reads_easily(name):
    """Numbers and the helpline's own name are as they are, so they are left out of the measure."""
    fixed = re.compile("|".join(map(re.escape, (*PHONES.values(), "Modern Slavery & Exploitation Helpline"))))
    texts = [fixed.sub("help", text) for text in said(ALL[name])]
    assert grade(" . ".join(texts)) <= HARDEST
    one_by_one = [text for text in texts if len(words(text)) > 3 and name != "response-plan"]
    assert [text for text in one_by_one if grade(text) > HARDEST] == []


@each
def test_what_it_rests_on_was_looked_at_lately_and_no_number_is_a_literal(name):
    for source in ALL[name].sources:
        assert 0 <= (clock.today() - source.checked).days < 400
    literal = " ".join(said(papers(dict.fromkeys(PHONES, "RING"))[name])) if name in ORDER else ""
    assert not re.search(r"\d{3}", literal)
    assert "{" not in " ".join(said(ALL[name])).replace("{firm}", "").replace("{day}", "")


@each
def test_the_questions_that_it_helps_with_are_asked(name):
    helped = [each.split() for each in ALL[name].helps]
    asked = {file: load((FOLDER / f"{file}.yaml").read_bytes()).definition for file, _ in helped}
    assert helped and [question for file, question in helped if question not in asked[file]] == []


def test_the_gaps_that_people_asked_papers_for_have_one():
    wanted = {
        "r-a2": ["policy"], "p-a2": ["supplier-letter"], "r-c1": ["agency-checklist"], "r-e1": ["induction-talk"],
        "r-e3": ["attendance-sheet"], "r-e6": ["poster"], "r-f4": ["response-plan"], "r-d3": [],
    }  # fmt: skip
    for question, found in wanted.items():
        file = {"p": "procurement", "r": "recruitment"}[question[0]]
        assert list(helping(ALL, file, question)) == found
    assert helping(ALL, "quick-check", "fees") == helping(ALL, "recruitment", "p-a2") == {}


@each
def test_the_file_opens_and_says_what_it_is(name):
    document = opened(written(ALL[name], "Pendle Joinery", clock.today()))
    about = document.core_properties
    assert (about.title, about.language, about.author) == (ALL[name].title, "en-GB", "Pendle Joinery")
    assert about.comments == about.last_modified_by == ""
    assert {lang.get(f"{W}val") for lang in document.styles.element.iter(f"{W}lang")} == {"en-GB"}
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == [ALL[name].title]
    wanted = [block.heading for block in ALL[name].blocks if block.heading]
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 2"] == wanted
    assert (round(document.sections[0].page_width.mm), round(document.sections[0].page_height.mm)) == (210, 297)
    for table in document.tables:
        head, *others = [row._tr.find(f"{W}trPr/{W}tblHeader") is not None for row in table.rows]
        assert head and not any(others)
        assert table._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val") == ALL[name].title
    text = "\n".join(lines(document))
    assert "Pendle Joinery" in text and ("{" not in text)
    assert name == "poster" or uk_date(clock.today()) in text


@each
def test_a_name_is_text_whatever_it_is(name):
    content = written(ALL[name], EVIL, clock.today())
    document = opened(content)
    assert EVIL in "\n".join(lines(document))  # once, and what it says is not filled in
    body = document.element.body
    assert not [tag for tag in ("fldChar", "fldSimple", "instrText") if list(body.iter(f"{W}{tag}"))]
    opened(written(ALL[name], "bell\x07\u202e zero\x00" + "long " * 200, clock.today()))


@each
def test_without_a_firm_there_is_a_line_for_its_name(name):
    text = "\n".join(lines(opened(written(ALL[name], "", clock.today()))))
    assert "_" * 30 in text and "None" not in text


def test_a_table_is_as_wide_as_the_page_and_has_rows_to_fill_in():
    (table,) = opened(written(ALL["attendance-sheet"], "", clock.today())).tables
    assert [cell.text for cell in table.rows[0].cells] == ["Name", "Job", "Signed"]
    assert len(table.rows) == 15 and {cell.text for row in table.rows[1:] for cell in row.cells} == {""}
    assert 169 < sum(cell.width.mm for cell in table.rows[0].cells) < 171


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('text: "{firm}, {day}"', 'text: "{nobody}"'), "nobody"),
        (("  - heading: Who leads", "  - heading: Who leads\n    text: Two"), "one of"),
        (("title:", "titel:"), "titel"),
    ],
)
def test_a_paper_that_is_wrong_says_where(tmp_path, change, problem):
    for name in ORDER:
        text = (papers.__globals__["DATA"] / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=problem):
        papers(PHONES, tmp_path)


def test_a_paper_that_is_missing_is_named(tmp_path):
    with pytest.raises(ReferenceDataError, match=r"policy\.yaml: The file is missing"):
        papers(PHONES, tmp_path)


async def test_a_firm_takes_a_paper_with_its_name_and_a_visitor_one_with_a_line(alice, visitor, olive):
    for person, name in ((alice, "Pendle Joinery"), (visitor, "_" * 30), (olive, "_" * 30)):
        file = (await person.get("/papers/policy.docx")).response
        assert file.status_code == 200 and file.headers["content-type"] == MEDIA_TYPE
        assert 'attachment; filename="Our policy on modern slavery.docx"' in file.headers["content-disposition"]
        assert f"{name}, {uk_date(clock.today())}" in lines(opened(file.content))
        assert "no-store" in file.headers["cache-control"]
    for path in ("/papers/policy", "/papers/policy.pdf", "/papers/no-such.docx", "/papers/..%2Fpolicy.docx"):
        assert (await visitor.get(path)).status == 404


async def test_all_papers_are_on_one_page_with_what_they_rest_on(alice, visitor):
    for person in (alice, visitor):
        page = await person.get("/papers")
        assert [link for link in page.links() if link.endswith(".docx")] == [f"/papers/{name}.docx" for name in ALL]
        assert page.text.count("We read it there on") == sum(len(paper.sources) for paper in ALL.values())
    assert "Pendle Joinery" in (await alice.get("/papers")).text
    assert "/papers" in (await visitor.get("/help")).links()


async def test_an_action_offers_its_paper_to_whoever_may_read_it(firm, site):
    action = await action_on(firm, "r-a2")
    reader = await colleague(site, "Vera", firm, "viewer")
    for person in (firm, reader):
        page = await person.get(f"/actions/{action.id}")
        assert [link for link in page.links() if link.startswith("/papers/")] == ["/papers/policy.docx"]
    other = await action_on(firm, "r-d3")
    assert "/papers/" not in str((await firm.get(f"/actions/{other.id}")).links())
    assert "/papers" in (await firm.get("/actions")).links()
