"""The PDF: real text, tagged, with title, language, bookmarks and page numbers; made apart, and once."""

import io
import logging
import os
import subprocess
import sys

import pytest
from pypdf import PdfReader
from tests.paper.reading import folded, pages_of, words_of
from tests.support.firms import JOINERY

from pledge.assessments import definitions
from pledge.paper import pdf, typesetting
from pledge.paper.document import document_of
from pledge.refusals import Refusal


def document(definition, profile=JOINERY):
    return document_of(definition, profile, publisher="A partnership", site="https://example.org")


@pytest.fixture(autouse=True)
def nothing_kept():
    pdf._kept.clear()
    yield
    pdf._kept.clear()


@pytest.mark.parametrize("name", ["procurement", "recruitment"])
async def test_every_question_is_in_it_whole_on_one_page_and_in_order(name):
    found = document(definitions.current(name))
    pages = pages_of(await pdf.make(found))
    place = 0
    for item in [item for part in found.parts for item in part.items]:
        start = f"{item.number}. {folded(item.text)}"
        (number,) = [n for n, page in enumerate(pages) if start in page]
        assert number >= place
        place = number
        rest = pages[number].partition(start)[2]
        for words in (
            item.hint,
            *item.space.boxes,
            item.space.why,
            *item.space.blanks,
            found.note if item.note else None,
        ):
            _, there, rest = rest.partition(folded(words)) if words else ("", "nothing", rest)
            assert there, f"{words!r} is not on the page of its question"
    assert all(f"Page {n} of {len(pages)}" in page for n, page in enumerate(pages, 1))


async def test_the_first_page_says_what_it_is_and_whom_to_ring():
    found = document(definitions.current("recruitment"))
    first = pages_of(await pdf.make(found))[0]
    for words in (
        found.title, *found.about, *found.chosen, "Firm or organisation:", "Filled in by:", "Date:", found.help,
        "What to have to hand", *found.before[0].points,
        *(contact.name for contact in found.contacts), *(contact.phone or contact.url for contact in found.contacts),
    ):  # fmt: skip
        assert folded(words) in first


async def test_it_is_tagged_and_has_title_language_and_bookmarks():
    found = document(definitions.current("recruitment"))
    reader = PdfReader(io.BytesIO(await pdf.make(found)))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Recruitment, training and induction"
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_data()

    def titles(outline):
        return [title for entry in outline for title in (titles(entry) if isinstance(entry, list) else [entry.title])]

    there = titles(reader.outline)
    assert all(part.title in there for part in found.parts)
    assert all(f"{item.number}. {item.text}" in there for part in found.parts for item in part.items)


async def test_letters_and_signs_come_out_as_they_are_and_nothing_is_markup(make_definition):
    text = "Is £5 what you’d pay in Łódź – zażółć gęślą jaźń – or #panic(1) *x* _y_ $z$ @w \\ <v> [u]?"
    words = words_of(await pdf.make(document(make_definition({"text": text, "hint": "= No heading\n+ no list"}))))
    assert text in words
    assert "= No heading + no list" in words


async def test_a_condition_on_an_answer_is_said(make_definition):
    definition = make_definition({}, {"show_if": {"question": "q1", "equals": "yes"}})
    words = words_of(await pdf.make(document(definition)))
    assert "2. How is 2? Only if you answered “Yes” to question 1." in words


async def test_a_question_that_is_longer_than_what_is_left_of_a_page_starts_the_next(make_definition):
    hint = "We ask this so that nobody forgets it. " * 25
    found = document(make_definition(*[{"hint": hint}] * 9))
    pages = pages_of(await pdf.make(found))
    for number in range(1, 10):
        (page,) = [page for page in pages if f"{number}. How is {number}?" in page]
        assert folded(f"{number}. How is {number}? {hint} No Yes Don’t know") in page


async def test_it_is_made_once(make_definition):
    found = document(make_definition({}))
    assert pdf.kept(found) is None
    first = await pdf.make(found)
    assert pdf.kept(found) == first
    assert pdf.kept(document(make_definition({"hint": "Other words."}))) is None


async def test_only_so_many_are_kept(make_definition):
    for number in range(33):
        pdf._kept[str(number).encode()] = b""
    await pdf.make(document(make_definition({})))
    assert len(pdf._kept) == 1


async def test_one_that_cannot_be_made_is_a_plain_refusal_and_a_line_in_the_log(make_definition, monkeypatch, caplog):
    found = document(make_definition({}, language="en"))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with caplog.at_level(logging.ERROR, "pledge"), pytest.raises(Refusal) as refused:
        await pdf.make(found)
    assert refused.value.status == 503
    assert refused.value.message.startswith("We could not make the PDF just now.")
    assert [record.message[:19] for record in caplog.records] == ["A PDF was not made:"]
    assert pdf.kept(found) is None


async def test_when_too_many_are_being_made_one_waits_and_is_refused(make_definition, monkeypatch):
    monkeypatch.setattr(typesetting, "PATIENCE", 0.01)
    await typesetting._turn.acquire()
    await typesetting._turn.acquire()
    try:
        with pytest.raises(Refusal) as refused:
            await pdf.make(document(make_definition({})))
        assert refused.value.status == 503
    finally:
        typesetting._turn.release()
        typesetting._turn.release()
    assert await pdf.make(document(make_definition({})))


def test_the_process_gets_nothing_of_our_environment(tmp_path, monkeypatch):
    """What it says on standard error is in the log, so it must know no secret."""
    spy = tmp_path / "spy"
    spy.write_text("#!/bin/sh\nenv >&2; pwd >&2; exit 1\n")
    spy.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(spy))
    monkeypatch.setenv("PLEDGE_SECRET", "s3cret")
    with pytest.raises(Refusal) as refused:
        typesetting.made("sheet", b"{}")
    cause = refused.value.__cause__
    assert isinstance(cause, subprocess.CalledProcessError)
    assert b"s3cret" not in cause.stderr and cause.stderr.endswith(b"/\n")
    assert os.environ["PLEDGE_SECRET"] == "s3cret"
