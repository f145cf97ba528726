"""A report as a workbook: what to do as a sheet to work in, every answer, and every part. No cell can be a formula."""

import io
from collections.abc import Iterable, Iterator, Sequence

from pledge.paper.reports.printed import Printed
from pledge.questionnaires.result import FLAG_WORDS
from pledge.reports.report import Answered, Report, Told
from pledge.words.dates import uk_date
from pledge.workbooks import Column, Style, Value, Workbook

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Headings with the width of their columns in characters.
ACTIONS = {
    **{"What to do": 55, "How urgent": 14, "By": 12, "Who": 18, "Status": 14, "Note": 35, "Why": 45},
    **{"We asked": 45, "You answered": 40, "First": 35, "Help": 45, "An event that helps": 40},
}
ANSWERS = {
    **{"Part": 26, "Question": 50, "Your answer": 45, "How urgent": 14, "Points of 4": 11, "We aim for": 11},
    **{"Weight": 8, "Weighted points": 11, "Of at most": 11, "What would raise your score": 60},
}
PARTS = {
    "Part": 40,
    "Score in %": 12,
    "Firms like yours in %": 14,
    "Level": 16,
    "Weighted points": 16,
    "Of at most": 12,
}
ABOUT = {"What": 34, "In this report": 90}


def workbook(report: Report, words: Printed) -> bytes:
    """Return an .xlsx file of a report; ``words`` are its own, as they are printed."""
    content = io.BytesIO()
    with Workbook(content) as book:
        _sheet(book, "Actions", ACTIONS, _actions(report, words))
        _sheet(book, "Answers", ANSWERS, _answers(report, words))
        _sheet(book, "Parts", PARTS, _parts(report))
        _sheet(book, "About", ABOUT, _about(report, words))
    return content.getvalue()


def _sheet(book: Workbook, title: str, head: dict[str, int], rows: Iterable[Sequence[Value]]) -> None:
    columns = [Column(number, width) for number, width in enumerate(head.values(), 1)]
    wrapped: dict[int, Style] = dict.fromkeys(range(len(head)), "wrapped")
    with book.sheet(title, columns=columns, frozen=1, printed=True) as sheet:
        sheet.row(1, list(head), dict.fromkeys(range(len(head)), "heading"))
        for number, row in enumerate(rows, 2):
            sheet.row(number, row, wrapped)


def _actions(report: Report, words: Printed) -> Iterator[Sequence[Value]]:
    """Yield a row for each action, first what is to be done. Who does it and how far it is are as of today."""
    steps = [step for group in words.tasks for step in group.steps]
    for action, step in zip((*report.to_do, *report.settled), steps, strict=True):
        now = action.followed
        flag = FLAG_WORDS[action.answered.flag] if action.answered.flag else ""
        to_do: list[Value] = [action.what, flag, action.by, now.who if now else "", now.state if now else "", ""]
        links = "\n".join(f"{link.title}: {link.url}" for link in action.links)
        events = "\n".join(" ".join(filter(None, [event.label, event.title, *event.said])) for event in step.events)
        yield [*to_do, action.why, action.answered.text, action.answered.answer, step.first, links, events]


def _answers(report: Report, words: Printed) -> Iterator[Sequence[Value]]:
    for section, part in zip(report.sections, words.parts, strict=True):
        for row, line in zip(section.questions, part.lines, strict=True):
            yield [section.title, *_answer(row), "\n".join(line.better)]
    for told in report.told:
        yield _told(told)


def _answer(row: Answered) -> Sequence[Value]:
    counted = (row.points, row.target, row.weight, row.weighted_points, row.weighted_max)
    flag = FLAG_WORDS[row.flag] if row.flag else ""
    return [row.text, row.answer, flag, *(counted if row.points is not None else (None,) * len(counted))]


def _told(told: Told) -> Sequence[Value]:
    return ["What else you told us", told.text, told.answer]


def _parts(report: Report) -> Iterator[Sequence[Value]]:
    for section in report.sections:
        others = report.peers.sections.get(section.id) if report.peers else None
        yield [
            section.title,
            _hundredth(section.score),
            _hundredth(others),
            section.band,
            section.weighted_points,
            section.weighted_max,
        ]


def _hundredth(basis_points: int | None) -> float | None:
    return None if basis_points is None else basis_points / 100


def _about(report: Report, words: Printed) -> Iterator[Sequence[Value]]:
    """Yield what stands in the report outside its tables."""
    yield ["Report", words.title]
    yield ["Of", f"{report.organisation}, {uk_date(report.on)}"]
    yield ["Level", words.headline]
    for line in (*words.lines, words.sum, *words.remarks):
        yield ["", line]
    if words.peers:
        yield ["Others", " ".join(words.peers)]
    for group in (*([words.before] if words.before else []), *words.tasks, *words.groups, words.method):
        for line in group.intro or ("",):
            yield [group.title, line]
        for item, remark in group.items:
            yield [group.title, f"{item}\n{remark}" if remark else item]
    for event in words.events:
        yield [words.more_events, f"{event.title}, {' '.join(event.said)}"]
