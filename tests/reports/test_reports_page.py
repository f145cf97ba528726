"""All reports of a firm: by questionnaire, the newest first, a page at a time, with the way to answer again."""

from datetime import timedelta
from functools import partial

import pytest
from tests.support.cast import colleague
from tests.support.firms import fill_profile, start, submitted
from tests.support.publishing import as_version

from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import database, read, write
from pledge.questionnaires.installed import installed


async def copies(report, how_many: int, *, version: str = "") -> None:
    """Put earlier reports beside one: a day before it each, of an older version if one is named."""
    if version:
        text = as_version(installed()["procurement"].text, version)
        columns = "(questionnaire, version, sha256, text, published)"
        await write(partial(
            sql.rows, f"INSERT INTO questionnaire_version {columns} VALUES ('procurement', {{}}, '', {{}}, {{}})",
            version, text, clock.now() - timedelta(days=900),
        ))  # fmt: skip
    for number in range(how_many):
        await write(partial(
            sql.rows,
            "INSERT INTO assessment (id, organisation, questionnaire, version, depth, status, latest, revision, "
            "answers, change, created, updated, updated_by, submitted, submitted_by, submitted_on, profile, result, "
            "score, headline, sector, headcount_band, district, area, text_revision, reminded) "
            "SELECT {}, organisation, questionnaire, CASE WHEN {} = '' THEN version ELSE {} END, depth, status, {}, "
            "revision, answers, change, created, updated, updated_by, {}, submitted_by, {}, profile, result, score, "
            "headline, sector, headcount_band, district, area, text_revision, reminded FROM assessment WHERE id = {}",
            new_id(), version, version, False, clock.now() - timedelta(days=number + 1),
            clock.today() - timedelta(days=number + 1), report,
        ))  # fmt: skip


def days(page) -> list[str]:
    return [" ".join(each.text_content().split()) for each in page.document.xpath("//main//tbody//th")]


async def test_without_a_report_it_says_how_to_get_one(alice):
    await fill_profile(alice)
    page = await alice.get("/reports")
    assert "There is no report yet." in page.text and "/assessments/procurement" in page.links()
    assert "Stop these e-mails" not in page.text


async def test_each_questionnaire_has_its_reports_the_newest_first(alice):
    await fill_profile(alice)
    first, second = await submitted(alice), await submitted(alice, points=4)
    other = await submitted(alice, "recruitment", depth="short")
    page = await alice.get("/reports")
    links = [link for link in page.links() if link.startswith("/reports/")]
    assert links == [f"/reports/{each}" for each in (second, first, other)], "also of one day"
    assert "Short form, version" in page.text and "All questions, version" in page.text
    assert page.text.count("Answer again") == 2
    await start(alice)
    assert "Go on with the answers that are open" in (await alice.get("/reports")).text


async def test_forty_reports_fill_pages(alice):
    await fill_profile(alice)
    report = await submitted(alice)
    await copies(report, 39)
    before = database().statements
    page = await alice.get("/reports")
    assert database().statements - before <= 5
    assert len(days(page)) == 20 and "/reports?page=2" in page.links()
    second = await alice.get("/reports?page=2")
    assert len(days(second)) == 20 and set(days(page)).isdisjoint(days(second))
    assert (await alice.get("/reports?page=3")).url == "/reports"
    assert (await alice.get("/reports?page=x")).status == 200


async def test_a_report_shows_what_moved_and_a_line_that_marks_earlier_questions(alice):
    await fill_profile(alice)
    first = await submitted(alice, points=2)
    await copies(first, 14, version="2025.1")
    alone = await alice.get(f"/reports/{first}")
    assert "The score of that day is of earlier questions, so the two are not compared." in alone.text
    assert "Every answer is as it was" in alone.text
    second = await submitted(alice, points=4)
    page = await alice.get(f"/reports/{second}")
    assert f"What moved since {clock.today():%-d %B %Y}" in page.text and "Better than before" in page.text
    rows = page.document.xpath("//table[caption[contains(., 'over time')]]//tbody/tr")
    assert len(rows) == 12
    words = [" ".join(row.text_content().split()) for row in rows]
    assert all("earlier questions" in row for row in words[:10]) and "earlier questions" not in words[-1]
    assert "never set off against the others" in page.text


async def test_the_score_of_another_version_is_never_said_to_be_the_one_of_last_time(alice):
    await fill_profile(alice)
    first = await submitted(alice, points=2)
    await copies(first, 1, version="2025.1")
    assert "Your report before this one said" not in (await alice.get(f"/reports/{first}")).text
    second = await submitted(alice, points=4)
    assert "Your report before this one said" in (await alice.get(f"/reports/{second}")).text


async def test_a_viewer_reads_them_and_another_firm_sees_its_own(site, alice, charlie):
    await fill_profile(alice)
    report = await submitted(alice)
    vera = await colleague(site, "Vera", alice, "viewer")
    page = await vera.get("/reports")
    assert f"/reports/{report}" in page.links() and "An owner or contributor can answer again." in page.text
    assert (await vera.post("/reports/reminders", {"organisation": str(vera.organisation), "off": "yes"})).status == 403
    await fill_profile(charlie, name="Ribble Catering")
    assert "There is no report yet." in (await charlie.get("/reports")).text
    assert await read(partial(sql.value, "SELECT count(*) FROM renewal_silence")) == 0


@pytest.mark.parametrize("off", ["yes", "no"])
async def test_an_owner_stops_the_reminders_and_has_them_again(alice, off):
    await fill_profile(alice)
    await submitted(alice)
    sent = {"organisation": str(alice.organisation), "off": off}
    page = await alice.post("/reports/reminders", sent)
    assert page.url == f"/reports?notice=renewal-reminders-{'off' if off == 'yes' else 'on'}"
    assert await read(partial(sql.value, "SELECT count(*) FROM renewal_silence")) == (off == "yes")
