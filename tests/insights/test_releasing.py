import random
from datetime import timedelta
from functools import partial

import pytest
import time_machine

from pledge.assessments import definitions
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.insights import published, releasing
from pledge.insights.figures import TOTAL
from pledge.insights.firms import REST
from pledge.organisations.places import gazetteer

from . import population

DIMENSIONS = ("sector", "size", "area")


async def release(days: int = 0):
    """Make the release of today, or of a later day."""
    with time_machine.travel(clock.now() + timedelta(days=days)):
        return await releasing.release(gazetteer())


def figures(tables):
    """(table, row, measure) → figure, of those that are shown."""
    return {(table.id, cell.row, cell.measure.id): cell.figure
            for table in tables for cell in table.cells if cell.figure}  # fmt: skip


@pytest.fixture
def rng():
    return random.Random(11)


@pytest.fixture
async def county(db, rng):
    """Ninety firms that have signed; eighty of them have submitted recruitment, and their scores."""
    firms = population.firms(rng, 90)
    await population.add(firms)
    await population.sign(firms)
    return firms, await population.submit(rng, firms[:80])


async def test_every_figure_is_the_count_or_the_mean_of_its_firms(county):
    firms, scores = county
    made = await release()
    shown = figures(made.tables)
    labels = {row: cell.row for table in made.tables for cell in table.cells for row in [cell.row]}
    assert {"F", "1-9", "pennine"} <= set(labels)
    checked = 0
    for (table, row, measure), figure in shown.items():
        series, _, dimension = table.rpartition("-")
        counted = firms if series == "signatories" else firms[:80]
        in_row = [firm for firm in counted if dimension == TOTAL or firm.place[DIMENSIONS.index(dimension)] == row]
        if row == REST:
            own = {row for shown_table, row, measure in shown if shown_table == table and measure == "count"}
            in_row = [firm for firm in counted if firm.place[DIMENSIONS.index(dimension)] not in own]
        assert figure.firms == len(in_row) >= 5 and figure.as_of == clock.today()
        if measure == "count":
            assert figure.value == len(in_row)
        else:
            values = [score for firm in in_row if (score := scores[firm.id][measure.partition(":")[2]]) is not None]
            assert len(values) >= 5
            assert figure.value == (2 * sum(values) + len(values)) // (2 * len(values))  # half up
            checked += 1
    assert checked > 40


async def test_tables_of_all_series_are_made_with_rows_in_words(county):
    made = await release()
    assert [table.id for table in made.tables] == [
        f"{series}-{dimension}"
        for series in ("signatories", "procurement", "recruitment")
        for dimension in (TOTAL, *DIMENSIONS)
    ]
    by_id = {table.id: table for table in made.tables}
    assert by_id["recruitment-area"].title == "Recruitment, training and induction, by area"
    assert by_id["recruitment-area"].versions == "2026.4"
    words = {cell.row: cell.row_label for table in made.tables for cell in table.cells}
    assert words["F"] == "Building and trades" and words["1-9"] == "Up to 9 people" and "0" not in words
    assert words["outside"] == "Outside Lancashire" and words[REST].startswith("All ")
    assert not any(cell.figure for cell in by_id["procurement-total"].cells)  # nobody has submitted it


async def test_what_is_not_shown_is_not_stored(county):
    await release()
    cells = await read(partial(sql.rows, "SELECT shown, reason, firms, value, as_of FROM release_cell"))
    hidden = [row for row in cells if not row["shown"]]
    assert hidden and all(row["firms"] is row["value"] is row["as_of"] is None and row["reason"] for row in hidden)
    assert all(row["firms"] >= 5 and not row["reason"] for row in cells if row["shown"])


async def test_what_is_read_is_what_was_published(county):
    made = await release()
    (found,) = await read(published.releases)
    assert found.day == made.day
    assert await read(partial(published.tables, found.id)) == made.tables


async def test_a_release_is_in_the_audit_log(county):
    await release()
    (entry,) = await read(partial(sql.rows, "SELECT action, details FROM audit_entry WHERE action LIKE 'release%'"))
    assert entry["action"] == "release.published" and clock.today().isoformat() in entry["details"]


async def test_a_second_release_of_a_day_changes_nothing_when_nothing_has_changed(county):
    made = await release()
    again = await release()
    assert not again.is_new and again.tables == made.tables
    assert await read(partial(sql.value, "SELECT count(*) FROM release")) == 1


async def test_a_second_release_of_a_day_is_refused_when_a_firm_has_changed(county, rng):
    firms, _ = county
    await release()
    await population.submit(rng, firms[80:81])
    with pytest.raises(releasing.ReleaseRefused) as refused:
        await release()
    assert refused.value.code == "already-published" and "tomorrow" in refused.value.message
    assert await read(partial(sql.value, "SELECT count(*) FROM release")) == 1


async def test_of_two_releases_at_once_one_is_published(county, monkeypatch):
    async def overtaken(unit):
        monkeypatch.undo()
        assert (await release()).is_new
        return await write(unit)

    monkeypatch.setattr(releasing, "write", overtaken)
    with pytest.raises(releasing.ReleaseRefused) as refused:
        await release()
    assert refused.value.code == "already-published"
    assert await read(partial(sql.value, "SELECT count(*) FROM release")) == 1
    assert await read(partial(sql.value, "SELECT count(*) FROM release_table")) == 12


async def test_a_release_that_would_tell_of_fewer_than_five_firms_is_refused_with_its_table(db, rng):
    firms = population.firms(rng, 4)
    await population.add(firms)
    await population.sign(firms)
    with pytest.raises(releasing.ReleaseRefused) as refused:
        await release()
    assert refused.value.code == "too-few" and refused.value.table == "signatories-total"
    assert await read(partial(sql.value, "SELECT count(*) FROM release")) == 0


async def test_a_release_after_too_few_changes_is_refused_with_its_table(county, rng):
    firms, _ = county
    await release()
    await population.submit(rng, firms[80:84])
    joiners = population.firms(rng, 4)
    await population.add(joiners)
    await population.sign(joiners)
    with pytest.raises(releasing.ReleaseRefused) as refused:
        await release(days=30)
    assert refused.value.code == "too-few-changes" and refused.value.table == "signatories-total"


async def test_a_series_with_too_few_changes_keeps_its_figures_and_their_date(county, rng):
    firms, _ = county
    first = figures((await release()).tables)
    await population.submit(rng, firms[80:84])
    joiners = population.firms(rng, 9)
    await population.add(joiners)
    await population.sign(joiners)
    made = await release(days=30)
    second = figures(made.tables)
    assert second["signatories-total", TOTAL, "count"].value == 99
    assert second["signatories-total", TOTAL, "count"].as_of == made.day
    kept = {key: figure for key, figure in second.items() if key[0].startswith("recruitment")}
    assert kept == {key: figure for key, figure in first.items() if key[0].startswith("recruitment")}


async def test_a_row_that_one_firm_joined_keeps_its_figure_until_five_have_changed(county, rng):
    first = figures((await release()).tables)
    assert first["signatories-sector", "G", "count"].value >= 5

    async def join(*sectors):
        joiners = [population.Firm(sector, "1-9", "pennine") for sector in sectors]
        await population.add(joiners)
        await population.sign(joiners)

    await join(*"FFFFFFG")
    second = figures((await release(days=30)).tables)
    assert second["signatories-sector", "G", "count"] == first["signatories-sector", "G", "count"]
    assert second["signatories-total", TOTAL, "count"].value == 97
    await join(*"FFFFFFGGGG")  # five have joined G since its figure was new, four since the last release
    made = await release(days=60)
    grown = figures(made.tables)["signatories-sector", "G", "count"]
    assert grown.value == first["signatories-sector", "G", "count"].value + 5 and grown.as_of == made.day


async def test_a_firm_that_is_erased_counts_as_one_that_left(county, rng):
    firms, _ = county
    first = figures((await release()).tables)
    gone = [firm for firm in firms if firm.sector == "F"][:2]
    await write(partial(sql.many, "DELETE FROM organisation WHERE id = {}", [(firm.id,) for firm in gone]))
    joiners = [population.Firm("G", "1-9", "pennine") for _ in range(8)]
    await population.add(joiners)
    await population.sign(joiners)
    second = figures((await release(days=30)).tables)
    assert second["signatories-total", TOTAL, "count"].value == 96
    assert second["signatories-sector", "F", "count"] == first["signatories-sector", "F", "count"]


async def test_signatures_that_ended_or_ran_out_are_not_counted(county):
    firms, _ = county
    end = "UPDATE signature SET ended = {}, ended_on = {}, ending = 'withdrawn' WHERE organisation = {}"
    await write(partial(sql.rows, end, clock.now(), clock.today(), firms[0].id))
    lapse = "UPDATE signature SET signed_on = {}, expires_on = {} WHERE organisation = {}"
    yesterday = clock.today() - timedelta(days=1)
    await write(partial(sql.rows, lapse, yesterday - timedelta(days=365), yesterday, firms[1].id))
    made = await release()
    assert figures(made.tables)["signatories-total", TOTAL, "count"].value == 88


async def test_only_the_latest_submitted_assessment_of_a_firm_counts(county, rng):
    firms, _ = county
    await population.submit(rng, firms[:40])
    made = await release()
    assert figures(made.tables)["recruitment-total", TOTAL, "count"].value == 80


async def test_firms_that_have_not_said_where_they_are_make_a_row(db, rng):
    firms = [population.Firm("F", "1-9", "") for _ in range(9)] + [
        population.Firm("F", "1-9", "north") for _ in range(9)
    ]
    await population.add(firms)
    await population.sign(firms)
    cells = {
        cell.row: cell for table in (await release()).tables if table.id == "signatories-area" for cell in table.cells
    }
    assert cells["-"].row_label == "Not given" and cells["-"].figure.value == 9


async def test_a_questionnaire_that_is_no_longer_shipped_is_still_counted(county, monkeypatch):
    monkeypatch.setattr(definitions, "ASSESSMENTS", ("procurement",))
    made = await release()
    titles = {table.id: table.title for table in made.tables}
    assert titles["recruitment-total"] == "Recruitment, training and induction"
    assert ("recruitment-total", TOTAL, "score") in figures(made.tables)


async def test_scores_of_the_two_forms_are_never_in_one_mean(county, rng):
    firms, scores = county
    deeper = [firm for firm in firms[:80] if firm.place[1] == "1-9"][:30]
    short = await population.submit(rng, deeper, depth="short")
    made = await release()
    by_id = {table.id: table for table in made.tables}
    assert by_id["recruitment.short-total"].title == "Recruitment, training and induction (short form)"
    shown = figures(made.tables)
    full = [scores[firm.id] for firm in firms[:80] if firm not in deeper]
    for series, found in (("recruitment", full), ("recruitment.short", [short[firm.id] for firm in deeper])):
        assert shown[f"{series}-total", TOTAL, "count"].value == len(found)
        compared = 0
        for section in found[0]:
            known = [value for each in found if (value := each[section]) is not None]
            measure = f"section:{section}" if section else "score"
            if (figure := shown.get((f"{series}-total", TOTAL, measure))) is not None:
                assert figure.value == (2 * sum(known) + len(known)) // (2 * len(known))
                compared += 1
        assert compared > 3
    assert {table.series for table in made.tables} == {"signatories", "procurement", "recruitment", "recruitment.short"}


async def test_firms_that_go_deeper_leave_one_series_and_join_the_other_five_at_a_time(county, rng):
    firms, _ = county
    some = [firm for firm in firms[:80] if firm.place[1] == "1-9"][:30]
    await population.submit(rng, some, depth="short")
    before = figures((await release()).tables)
    await population.submit(rng, some[:3])  # too few for new figures of either form
    still = figures((await release(days=1)).tables)
    await population.submit(rng, some[3:12])
    after = figures((await release(days=2)).tables)
    for series, change in (("recruitment", 12), ("recruitment.short", -12)):
        for measure in ("count", "score"):
            key = (f"{series}-total", TOTAL, measure)
            assert still[key] == before[key] and after[key].as_of > before[key].as_of
        key = (f"{series}-total", TOTAL, "count")
        assert after[key].value - before[key].value == change


async def test_a_release_later_than_today_stops_the_next(county):
    await release(days=3)
    with pytest.raises(releasing.ReleaseRefused) as refused:
        await release()
    assert refused.value.code == "later-release"


async def test_who_was_counted_is_kept_without_scores(county):
    await release()
    rows = await read(partial(sql.rows, "SELECT * FROM release_contributor WHERE series = 'recruitment'"))
    assert len(rows) == 80
    assert {row["headcount_band"] for row in rows} == {"1-9", "10-49", "50-249", "250+"}  # “0” is counted with “1-9”
    assert set(dict(rows[0])) == {"release", "series", "firm", "counted", "sector", "headcount_band", "area"}


async def test_without_a_release_the_page_says_how_one_is_made(stella):
    page = await stella.get("/partnership")
    assert page.status == 200 and "There is no release yet" in page.text and "Ask whoever runs Pledge" in page.text
    assert (await stella.get("/partnership/releases/2026-11-21")).status == 404
