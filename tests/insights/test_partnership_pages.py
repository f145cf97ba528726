import csv
import io
import json
import random
import re
from datetime import timedelta

import pytest
import time_machine
from openpyxl import load_workbook

from pledge.database import clock
from pledge.database.unit import database
from pledge.insights import releasing
from pledge.insights.documents import COLUMNS
from pledge.organisations.places import gazetteer

from . import population


@pytest.fixture(scope="module")
async def county(databases):
    """A database of 150 firms with a release of a month ago, and one of today with a few more. Its URL, and today."""
    url, rng = await databases.new_url(), random.Random(5)
    databases.point(database(), url)
    await database().start()
    firms = population.firms(rng, 150)
    with time_machine.travel(clock.now() - timedelta(days=30)):
        await population.add(firms)
        await population.sign(firms[:120])
        await population.submit(rng, firms[:110])
        await population.submit(rng, firms[40:], "procurement")
        await releasing.release(gazetteer())
    joiners = population.firms(rng, 30)
    await population.add(joiners)
    await population.sign(joiners)
    await population.submit(rng, [*joiners, *firms[:12]])
    await releasing.release(gazetteer())
    today = clock.today().isoformat()
    await database().stop()
    yield url, today
    databases.point(database(), url)
    await databases.drop(database())


@pytest.fixture
async def db(county, databases):
    """A copy of the county's database."""
    databases.point(database(), county[0])
    databases.point(database(), await databases.copy(database()))
    await database().start()
    yield database()
    await database().stop()
    await databases.drop(database())


@pytest.fixture
def released(county):
    """The day of the newest release."""
    return county[1]


@pytest.fixture
def statements(monkeypatch):
    """Every SQL statement that runs from now on."""
    seen, engine = [], database()
    query = engine.query

    async def spy(sql, args):
        seen.append(sql)
        return await query(sql, args)

    monkeypatch.setattr(engine, "query", spy)
    return seen


def paths(day):
    release = f"/partnership/releases/{day}"
    return [
        "/partnership",
        release,
        f"{release}?about=recruitment",
        f"{release}?about=recruitment&sector=C&area=E06000008",
        *(f"{release}.{kind}" for kind in ("xlsx", "csv", "json")),
    ]


# — who may see them —


async def test_staff_see_the_pages_and_nobody_else_of_the_cast(released, alice, bob, charlie, olive, stella, rosa):
    for path in paths(released):
        assert (await stella.get(path)).status == 200, path
        for person in (alice, bob, charlie, olive, rosa):
            page = await person.get(path)
            assert page.status == 403 and "partnership staff" in page.text, (person.name, path)


async def test_visitors_are_asked_to_sign_in(released, visitor):
    for path in paths(released):
        page = await visitor.get(path)
        assert page.url.startswith("/sign-in?next=%2Fpartnership"), path


# — the county —


async def test_the_county_page_has_the_latest_figures_and_those_before(released, stella):
    page = await stella.get("/partnership")
    assert "150 firms have signed (120 on " in page.text
    assert "140 firms have finished it (110 on " in page.text  # recruitment: 110, of whom 12 again, and 30 more
    assert "110 firms have finished it (110 on " in page.text
    assert re.search(r"Their mean score is \d+% \(\d+% on ", page.text)
    assert "When people start" in page.text and "Knowing your supply chain" in page.text


async def test_the_county_page_links_to_tables_files_and_earlier_releases(released, stella):
    links = (await stella.get("/partnership")).links()
    release = f"/partnership/releases/{released}"
    assert {f"{release}?about=recruitment", f"{release}.xlsx", f"{release}.csv", f"{release}.json"} <= set(links)
    assert len([link for link in links if link.startswith("/partnership/releases/") and released not in link]) == 1
    for link in links:
        if link.startswith("/partnership"):
            assert (await stella.get(link)).status == 200, link


# — a release —


async def test_a_question_about_one_sector_is_answered_in_two_clicks(released, stella):
    county = await stella.get("/partnership")
    (tables,) = [link for link in county.links() if link.endswith("?about=recruitment")]
    page = await stella.get(tables)
    answer = await stella.get(f"{page.url.partition('?')[0]}{link_to(page, 'Making things')}")
    assert answer.status == 200
    assert re.search(
        r"Making things \d+ firms have finished it.* Their mean score is \d+%.*that of all firms", answer.text
    )
    assert "By section, lowest score first" in answer.text and "Finding and choosing people" in answer.text


def link_to(page, words):
    (link,) = [node.get("href") for node in page.document.xpath("//main//table//a") if node.text.startswith(words)]
    return link


async def test_a_question_that_crosses_two_tables_is_too_few_to_show_and_answered_one_by_one(released, stella):
    # “How do Blackburn’s manufacturers do on recruitment?”
    page = await stella.get(f"/partnership/releases/{released}?about=recruitment&sector=C&area=E06000008")
    assert "Making things and Blackburn with Darwen together: too few to show." in page.text
    assert "Blackburn with Darwen counts in Pennine Lancashire" in page.text
    assert len(re.findall(r"Their mean score is", page.text)) == 2


async def test_a_row_without_a_figure_says_too_few_to_show(released, stella):
    page = await stella.get(f"/partnership/releases/{released}?about=recruitment&sector=U")
    assert page.status == 200 and "Embassies and international bodies Too few to show." in page.text
    page = await stella.get(f"/partnership/releases/{released}?about=recruitment")
    assert re.search(r"Too few to show: [^.]*Embassies and international bodies", page.text)


async def test_figures_by_size_say_that_small_firms_have_other_questions(released, stella):
    page = await stella.get(f"/partnership/releases/{released}?about=recruitment")
    assert "fewer than 50 people are asked fewer questions" in page.text
    page = await stella.get(f"/partnership/releases/{released}?about=signatories")
    (tables, _, _) = page.text.partition("How to read")
    assert "asked fewer questions" not in tables


async def test_figures_of_an_earlier_release_are_shown_with_their_date(released, stella):
    page = await stella.get(f"/partnership/releases/{released}?about=recruitment")
    assert "Rows with an earlier date have no new figure" in page.text
    marked = [
        node.text_content()
        for node in page.document.xpath("//main//tr/th[@scope='row']")
        if "(on " in node.text_content()
    ]
    assert marked


async def test_rows_of_the_newest_day_come_first_and_the_last_says_that_it_counts_the_others(released, stella):
    for about in ("signatories", "recruitment"):
        page = await stella.get(f"/partnership/releases/{released}?about={about}")
        mixed = 0
        for table in page.document.xpath("//main//table[contains(string(caption), 'By ')]"):
            *rows, last = [" ".join(node.text_content().split()) for node in table.xpath(".//tr/th[@scope='row']")]
            if "together" not in last:
                rows.append(last)
            else:
                assert re.match("All (sectors|sizes|areas) without a new figure, together", last), last
            earlier = ["(on " in row for row in rows]
            assert earlier == sorted(earlier), rows
            if len(set(earlier)) == 2:
                mixed += 1
                assert "earlier figures last" in table.xpath("string(caption)")
        assert mixed, about


async def test_what_was_looked_up_stays_chosen(released, stella):
    page = await stella.get(f"/partnership/releases/{released}?about=recruitment&size=250%2B")
    chosen = page.document.xpath("//main//select/option[@selected]/@value")
    assert chosen == ["recruitment", "250+"]


async def test_choices_that_do_not_exist_are_named_and_the_tables_shown(released, stella):
    page = await stella.get(
        f"/partnership/releases/{released}?about=recruitment&sector=ZZ&area=atlantis&size=E06000008"
    )
    assert page.status == 422 and page.title.startswith("Error: ")
    assert page.errors == [
        f"“{label}” has an answer that is not on the page. Choose one of those that are."
        for label in ("Sector", "Number of people", "Area or district")
    ]
    assert "By area" in page.text


async def test_releases_series_and_files_that_do_not_exist_are_not_found(released, stella):
    for name in ("2020-01-01", "yesterday", "{day}.pdf", "2020-01-01.csv", "{day}?about=nonsense"):
        page = await stella.get(f"/partnership/releases/{name.format(day=released)}")
        assert page.status == 404, name
    assert (await stella.get(f"/partnership/releases/{released}.")).status == 200


# — what the pages read —


async def test_staff_pages_read_the_tables_of_releases_only_in_two_round_trips(released, stella, statements):
    for path in paths(released):
        statements.clear()
        assert (await stella.get(path)).status == 200
        read = [statement for statement in statements if "FROM session" not in statement]
        tables = {name for statement in read for name in re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", statement)}
        waits = {"questionnaire_version"} if path == "/partnership" else set()  # what waits for staff, of no firm
        assert tables and tables <= {"release", "release_table", "release_cell"} | waits, path
        assert len(read) <= 2 + len(waits), path


# — files —


async def file(stella, day, kind):
    response = await stella.browser.http.get(f"/partnership/releases/{day}.{kind}")
    assert response.headers["content-disposition"].startswith(f'attachment; filename="pledge-release-{day}.{kind}"')
    return response.content


async def test_the_csv_file_has_every_figure_and_says_where_there_is_none(released, stella):
    rows = list(csv.DictReader(io.StringIO((await file(stella, released, "csv")).decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    total = next(row for row in rows if (row["table"], row["measure"]) == ("signatories-total", "count"))
    assert (total["value"], total["as_of"], total["shown"]) == ("150", released, "yes")
    hidden = [row for row in rows if row["shown"] != "yes"]
    assert hidden and all(row["shown"] == "too few to show" and not row["value"] and not row["firms"] for row in hidden)


async def test_the_json_file_has_the_same_figures(released, stella):
    found = json.loads(await file(stella, released, "json"))
    rows = list(csv.DictReader(io.StringIO((await file(stella, released, "csv")).decode("utf-8-sig"))))
    assert found["day"] == released and len(found["figures"]) == len(rows)
    assert [str(each["value"] or "") for each in found["figures"]] == [row["value"] for row in rows]
    assert "reason" not in found["figures"][0]  # whether a row is small or protects one


async def test_the_workbook_has_a_sheet_for_each_series_numbers_as_numbers_and_no_formula(released, stella):
    book = load_workbook(io.BytesIO(await file(stella, released, "xlsx")))
    assert book.sheetnames == ["About", "signatories", "procurement", "recruitment"]
    sheet = book["recruitment"]
    head = [cell.value for cell in sheet[2]]
    assert head[:4] == ["Table", "Row", "Firms", "Mean score"] and head[-1] == "Repeated from earlier releases"
    total = [cell.value for cell in sheet[3]]
    assert total[:3] == ["total", "All", 140] and 0 < total[3] < 1 and sheet.cell(3, 4).number_format == "0%"
    kinds = {cell.data_type for each in book for row in each.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    words = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert "too few to show" in words and any(re.match(r"\d+ \w+ 20\d\d: .*Mean score", each) for each in words)
