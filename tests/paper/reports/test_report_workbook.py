"""The workbook of a report: a sheet to work in, with no formula in it, that prints well."""

import io
from datetime import date
from uuid import UUID

import openpyxl
import pytest
from tests.paper.reports.making import PUBLISHER, a_report, an_event

from pledge.paper.reports.printed import printed
from pledge.paper.reports.workbook import workbook
from pledge.questionnaires.answers import Answer
from pledge.reports.report import Followed


def opened(report):
    return openpyxl.load_workbook(io.BytesIO(workbook(report, printed(report, **PUBLISHER))))


def rows(sheet):
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


@pytest.fixture(scope="module")
def report():
    return a_report(points=2, events=[an_event()], r_b2=Answer(value="someone-paid"))


def test_each_action_has_a_row_in_the_order_to_take_them_with_columns_to_fill_in(report):
    found = rows(opened(report)["Actions"])
    assert [row["What to do"] for row in found] == [action.what for action in report.actions]
    first = found[0]
    assert first["By"].date() == date(2026, 12, 7) and first["How urgent"] == "Act first"
    assert first["You answered"] == report.actions[0].answered.answer
    assert first["First"] == "First call 0800 012 1700, the Modern Slavery Helpline."
    helps = "An event that helps Fair recruitment Thursday 10 December 2026. It also helps with actions 2, "
    assert first["An event that helps"].startswith(helps)
    assert "https://" in first["Help"]
    assert all(row[name] is None for row in found for name in ("Who", "Status", "Note"))


def test_what_became_of_an_action_stands_in_its_columns_and_what_is_settled_comes_last():
    first, second = [action.answered.question for action in a_report(points=2).actions[:2]]
    done = Followed(UUID(int=5), "Done", open=False, done=True, due=date(2027, 1, 1), who="Bob")
    doing = Followed(UUID(int=6), "Doing", open=True, done=False, due=date(2027, 2, 2), who="Ann")
    found = rows(opened(a_report(points=2, followed={first: done, second: doing}))["Actions"])
    assert [(row["Who"], row["Status"], row["By"].date()) for row in (found[0], found[-1])] == [
        ("Ann", "Doing", date(2027, 2, 2)),
        ("Bob", "Done", date(2027, 1, 1)),
    ]


def test_answers_and_parts_have_their_figures_as_numbers(report):
    book = opened(report)
    answers, parts = rows(book["Answers"]), rows(book["Parts"])
    everything = [row for section in report.sections for row in section.questions]
    assert [(row["Question"], row["Weighted points"], row["Of at most"]) for row in answers] == [
        (row.text, row.weighted_points, row.weighted_max) for row in everything
    ]
    assert [row["Score in %"] for row in parts] == [section.score / 100 for section in report.sections]
    assert sum(row["Weighted points"] for row in parts) == report.weighted_points


def test_there_is_no_formula_whatever_was_typed():
    for begins in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"):
        report = a_report("procurement", points=1, firm=begins)
        cells = [cell for sheet in opened(report) for row in sheet.iter_rows() for cell in row]
        assert [cell for cell in cells if cell.data_type == "f"] == []
        assert any(str(cell.value).startswith(begins) for cell in cells)


def test_it_prints_across_a4_with_its_headings_on_every_page_and_in_sight(report):
    for sheet in opened(report):
        assert sheet.print_title_rows == "$1:$1" and sheet.freeze_panes == "A2"
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        head = list(sheet[1])
        assert all(sheet.column_dimensions[cell.column_letter].width >= 8 for cell in head)
