"""Whatever a firm wrote and answered: its report is there as a PDF, a workbook and data, and says what was written."""

import json

import msgspec
import pytest
from tests.paper.reports.making import PUBLISHER, a_report
from tests.paper.reports.reading import in_pdf, in_workbook, pdf_of, squeezed
from tests.support.firms import JOINERY

from pledge.paper import fonts
from pledge.paper.reports.data import data
from pledge.paper.reports.printed import printed
from pledge.paper.reports.workbook import workbook
from pledge.questionnaires.answers import Answer
from pledge.reports.report import Report

ONE = '=1+1 <b>&amp;</b> #panic("x") *a* _b_ $c$ `d` [e] @f \\ // اردو میں نوٹ 🦩👩‍👩‍👧 中 x\u20dd ગુજરાતી \n- '
LONG = (ONE * (5000 // len(ONE) + 1))[:5000]


def every_format(report):
    """Return the words of the PDF and of the workbook; the data is checked to be the whole model."""
    assert msgspec.json.decode(data(report), type=Report) == report
    return in_pdf(pdf_of(report)), in_workbook(workbook(report, printed(report, **PUBLISHER)))


def test_five_thousand_characters_of_anything_in_every_field(make_definition):
    questions = [{"not_applicable": True}, {"kind": "long_text"}, {"kind": "short_text"}, {}]
    answers = {"q1": Answer(not_applicable=LONG), "q2": Answer(value=LONG), "q3": Answer(value=LONG)}
    report = a_report(make_definition(*questions), points=0, firm=LONG, **answers)
    pdf, book = every_format(report)
    markup = squeezed('<b>&amp;</b> #panic("x") *a* _b_ $c$ `d` [e] @f \\ //')
    many = LONG.count("#panic(")
    # The name is in the caption, and in the foot of each page; reasons and texts are among the answers as well.
    assert pdf.count(markup) >= 3 * many - 2 and pdf.count("🦩") >= 3 * many - 2
    assert pdf.count("U+4E2D") >= 3 * many - 2 and "xU+20DD" in pdf
    assert book.count(squeezed(LONG)) >= 4
    assert json.loads(data(report))["organisation"] == LONG
    assert len(fonts.printable(LONG)) > len(LONG)


def test_nothing_applies(make_definition):
    every = [{"not_applicable": True}] * 3
    reasons = {f"q{n}": Answer(not_applicable="We do none of this.") for n in (1, 2, 3)}
    report = a_report(make_definition(*every), **reasons)
    assert report.score is None and report.headline == "not_assessed"
    for words in every_format(report):
        assert squeezed("Too little applies to you to give a figure.") in words
        assert words.count(squeezed("Does not apply: We do none of this.")) >= 3


@pytest.mark.parametrize("questionnaire", ["procurement", "recruitment"])
def test_every_answer_is_the_worst(questionnaire):
    report = a_report(questionnaire, points=0)
    assert len(report.actions) > 15
    for words in every_format(report):
        assert all(squeezed(action.what) in words for action in report.actions)


def test_nobody_knows_anything(make_definition):
    unknown = {f"q{n}": Answer(dont_know=True) for n in range(1, 41)}
    report = a_report(make_definition(*[{}] * 40), **unknown)
    for words in every_format(report):
        assert words.count(squeezed("Don’t know")) >= 40


def test_suppliers_change_nothing_but_the_risk():
    """A report is of answers: of a list of suppliers it knows whether goods on it are known for forced labour."""
    listed = msgspec.structs.replace(JOINERY, listed_goods=True)
    without, with_goods = a_report("procurement", 3), a_report("procurement", 3, listed)
    assert with_goods.context.points == without.context.points + 2
    for words in every_format(with_goods):
        assert squeezed(with_goods.context_effect) in words
