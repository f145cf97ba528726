"""The page, the PDF, the workbook and the data of a report say the same, because all are made of one model."""

from datetime import date, timedelta
from functools import partial

import msgspec
import pytest
from tests.events import making as events
from tests.paper.reports.reading import FORMATS, in_pdf, in_workbook, squeezed
from tests.support.firms import fill_profile, submitted

from pledge.database import clock
from pledge.directory.contacts import contacts
from pledge.insights.beside import Beside
from pledge.paper.reports.printed import printed
from pledge.questionnaires.answers import Answer
from pledge.reports.report import Peers, Report
from pledge.words.dates import uk_date
from pledge.words.numbers import percent


@pytest.fixture(params=["procurement", "recruitment", "short", "nothing to do"])
async def formats(request, alice, olive, monkeypatch):
    """A report in each format as the site answers with it, and the model of it."""
    await fill_profile(alice)
    make = partial(submitted, alice)
    if request.param == "procurement":
        unknown, reason = Answer(dont_know=True), Answer(not_applicable="We buy =nothing & <b>none</b>.")
        report = await make("procurement", 2, p_b1=unknown, **{await a_question_that_need_not_apply(): reason})
    elif request.param == "recruitment":
        monkeypatch.setattr(Beside, "__call__", others)
        scope = await events.scope_of(olive.id)
        await an_event(scope, 2, "Fair recruitment")
        late = await an_event(scope, 40, "Later on")
        await (await alice.get(late.path)).submit(late.path)
        report = await make("recruitment", 2, r_b2=Answer(value="someone-paid"))
    elif request.param == "short":
        report = await make("recruitment", 1, depth="short")
    else:
        report = await make("procurement", 4)
    page, sums = await alice.get(f"/reports/{report}"), await alice.get(f"/reports/{report}/answers")
    files = {kind: (await alice.browser.http.get(f"/reports/{report}.{kind}")).content for kind in FORMATS}
    words = {
        "html": squeezed(page.text + sums.text),
        "pdf": in_pdf(files["pdf"]),
        "xlsx": in_workbook(files["xlsx"]),
    }
    return msgspec.json.decode(files["json"], type=Report), words


async def others(self, submitted):
    return Peers("firms in Lancashire", 12, date(2026, 11, 1), 5000, {submitted.definition.sections[0].id: 4400})


async def an_event(scope, days, title):
    starts = clock.now() + timedelta(days=days)
    more = {"topics": ("recruitment",), "starts": starts, "ends": starts + timedelta(hours=3), "title": title}
    return await events.published(scope, **more)


async def a_question_that_need_not_apply():
    from pledge.assessments import definitions

    found = next(question for question in definitions.current("procurement").scored if question.not_applicable)
    return found.id.replace("-", "_")


NOT_WORDS = ("url", "publisher")
# A workbook has the figures of parts and answers, and the days of actions, as numbers and days in columns.
FIGURES = ("score", "sum", "others", "counts", "when")


def texts(value, without):
    """Yield every text of the words that are printed, but for what is named so."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            if name not in without:
                yield from texts(getattr(value, name), without)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each, without)


async def test_every_word_that_is_printed_is_in_each(formats):
    report, words = formats
    whole = printed(report, publisher="", site="", emergency=contacts()["emergency"].phone, today=clock.today())
    for kind, there in words.items():
        without = (*NOT_WORDS, *FIGURES) if kind == "xlsx" else NOT_WORDS
        missing = [text for text in texts(whole, without) if squeezed(text) not in there]
        assert missing == [], kind


async def test_every_action_answer_section_score_and_band_of_the_data_is_in_each(formats):
    report, words = formats
    for kind, there in words.items():
        said = [report.organisation, report.title, report.headline_words, uk_date(report.on)]
        said += [text for section in report.sections for text in (section.title, section.band)]
        for section in report.sections:
            said += [text for row in section.questions for text in (row.text, row.answer)]
        for action in report.actions:
            said += [action.what, action.why, action.answered.text, *(link.title for link in action.links)]
            said.append(str(action.due) if kind == "xlsx" else uk_date(action.due))
        said += [text for told in report.told for text in (told.text, told.answer)]
        if report.score is not None:
            said += [percent(report.score), f"{report.weighted_points} of {report.weighted_max} weighted points"]
        missing = [text for text in said if squeezed(text) not in there]
        assert missing == [], kind
