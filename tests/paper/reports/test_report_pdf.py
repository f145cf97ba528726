"""The PDF of a report: PDF/UA-1 as far as its structure shows, A4, and made of any words at all."""

import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.paper.reading import pages_of
from tests.paper.reports.making import a_report, an_event
from tests.paper.reports.reading import pdf_of, squeezed, tags_of
from tests.support.firms import JOINERY

from pledge.questionnaires.answers import Answer

TREE = Path(__file__).with_name("tag-tree.txt")


@pytest.fixture(scope="module")
def report():
    return a_report(points=2, events=[an_event()], r_b2=Answer(value="someone-paid"))


@pytest.fixture(scope="module")
def file(report):
    return pdf_of(report)


def test_it_is_marked_has_a_language_and_a_title_and_says_that_it_is_pdf_ua(file):
    reader = PdfReader(io.BytesIO(file))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en-GB" and "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Recruitment, training and induction: your report"
    assert re.search(rb"<pdfuaid:part>\s*1\s*<", root["/Metadata"].get_data())
    assert all("/Tabs" not in page or page["/Tabs"] == "/S" for page in reader.pages)


def test_every_bar_says_in_words_what_it_shows(report, file):
    figures = [node for _, role, node in tags_of(file) if role == "Figure"]
    shown = [f"{section.title}: {(section.score + 50) // 100}%" for section in report.sections]
    assert [node["/Alt"] for node in figures] == shown


def test_headings_nest_and_are_the_bookmarks(file):
    levels = [int(role[1]) for _, role, _ in tags_of(file) if re.fullmatch(r"H\d", role)]
    assert levels[0] == 1 and levels.count(1) == 1 and set(levels) == {1, 2, 3}
    assert all(after <= before + 1 for before, after in pairwise(levels))

    def many(outline):
        return sum(many(entry) if isinstance(entry, list) else 1 for entry in outline)

    assert many(PdfReader(io.BytesIO(file)).outline) == len(levels)


def test_every_table_has_headers_with_a_scope_and_is_one_table_however_many_pages_it_takes(report, file):
    tables = [node for _, role, node in tags_of(file) if role == "Table"]
    assert len(tables) == 1 + len(report.sections)
    heads = [node for _, role, node in tags_of(file) if role == "TH"]
    assert len(heads) == 3 * len(tables)
    for head in heads:
        (scope,) = [each["/Scope"] for each in head["/A"] if "/Scope" in each]
        assert scope == "/Column"
    rows = [role for _, role, _ in tags_of(file) if role == "TR"]
    questions = sum(len(section.questions) for section in report.sections)
    assert len(rows) == len(tables) + len(report.sections) + questions


def test_the_heads_of_a_table_are_repeated_on_each_page_that_it_reaches(make_definition):
    hint = {"options": [
        {"value": value, "label": f"{value}, and an answer that takes some lines of its own here. " * 4, "points": n}
        for n, value in ((0, "no"), (2, "some"), (4, "yes"))
    ]}  # fmt: skip
    pages = pages_of(pdf_of(a_report(make_definition(*[hint] * 30), points=0)))
    told = [page for page in pages if "How it counts" in page]
    answers = [page for page in pages if re.search(r"of 4 weighted points. We aim", page)]
    assert len(answers) >= 3 and answers == told


def test_it_is_a4_and_each_page_says_which_it_is(file):
    reader = PdfReader(io.BytesIO(file))
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {(595, 842)}
    pages = pages_of(file)
    assert all(f"Page {n} of {len(pages)}" in page for n, page in enumerate(pages, 1))
    assert all("Pendle Joinery, 30 November 2026" in page for page in pages)


@pytest.mark.parametrize("questionnaire", ["recruitment", "procurement"])
@pytest.mark.parametrize("points", [0, 1, 2, 4])
def test_a_small_firm_has_eight_pages_at_most(questionnaire, points):
    events = [an_event(topic="recruitment"), an_event(topic="procurement")]
    assert len(PdfReader(io.BytesIO(pdf_of(a_report(questionnaire, points, events=events)))).pages) <= 8
    assert JOINERY.small


def test_a_name_from_right_to_left_turns_nothing_around_it():
    """The comma and the day stay behind the name, as on the page."""
    pages = pages_of(pdf_of(a_report(points=4, firm="ا د ر")))
    assert all("ردا,30November2026" in squeezed(page) for page in pages)


def outline_of(file):
    """Return the tag tree as lines, one for each element."""
    return "".join(f"{'  ' * depth}{role}\n" for depth, role, _ in tags_of(file))


def fixed_report(make_definition):
    """A report with one of each thing that a report can have, of words that no questionnaire changes."""
    flagged = {"options": [
        {"value": "no", "label": "No", "points": 0, "flag": "act_first"}, {"value": "yes", "label": "Yes", "points": 4},
    ]}  # fmt: skip
    written = {"kind": "short_text"}
    questions = (flagged, {}, {"not_applicable": True}, {}, written)
    answers = {
        "q2": Answer(dont_know=True), "q3": Answer(not_applicable="None here."), "q4": Answer(value="yes"),
        "q5": Answer(value="Words."),
    }  # fmt: skip
    return a_report(make_definition(*questions), points=0, events=[an_event(topic="training")], **answers)


def test_the_tag_tree_is_the_one_that_was_looked_at(make_definition, tmp_path):
    """A new typst may change it: look at the new tree, and if it is as good, put it in place of the old."""
    found = outline_of(pdf_of(fixed_report(make_definition)))
    new = tmp_path / TREE.name
    new.write_text(found)
    assert found == TREE.read_text(), f"the new tree is in {new}"
