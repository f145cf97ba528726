"""The questions under one heading, printed for somebody without an account."""

import msgspec
import pytest
from tests.support.cast import colleague
from tests.support.firms import JOINERY, fill_profile, start
from tests.support.kinds import start_on_kinds

from pledge.assessments import definitions

PAPER = "/assessments/recruitment/paper"


@pytest.fixture
async def drafting(alice):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, headcount_band="50-249"))
    await start(alice, "recruitment")
    return alice


def items(page) -> list[str]:
    return [
        " ".join(" ".join(item.itertext()).split()) for item in page.document.xpath("//*[@class='pledge-sheet__item']")
    ]


async def test_it_says_who_asks_by_when_and_has_the_items_of_the_whole_sheet(drafting):
    page = await drafting.get(f"{PAPER}/responsibility?by-day=4&by-month=12&by-year=2031")
    assert page.status == 200 and page.title.startswith("On paper: Who is in charge, and your rules")
    assert "Alice at Pendle Joinery asks you to answer these questions and" in page.text
    assert "to give this page back by 4 December 2031. Tick one box for each question" in page.text
    definition = definitions.current("recruitment")
    before = [section.id for section in definition.sections].index("responsibility")
    whole = items(await drafting.get(PAPER))
    assert before == 0 and items(page) == whole[:3]
    assert items(await drafting.get(f"{PAPER}/finding-people")) == whole[3:9]
    assert [heading.tag for heading in page.document.xpath("//*[@class='pledge-sheet__item']/*[1]")] == ["h2"] * 3


async def test_where_an_answer_can_mean_harm_there_is_no_space_to_name_anybody(drafting):
    page = await drafting.get(f"{PAPER}/finding-people")
    assert ["A note." in item for item in items(page)] == [True, False, False, True, True, False], "r-b2, r-b3, r-b7"
    assert "Please name no workers or victims." in page.text


async def test_what_may_not_apply_has_a_line_for_the_reason(alice):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, headcount_band="10-49"))
    page = await alice.get("/assessments/procurement/paper/supply-chain")
    assert page.text.count("If it does not apply, say why:") == 2, "and no draft is needed"


async def test_it_has_room_for_every_kind_and_says_in_words_on_what_a_question_depends(alice):
    await fill_profile(alice)
    await start_on_kinds(alice)
    page = await alice.get("/assessments/procurement/paper/figures")
    assert items(page) == [
        "1. How many people work for you? Count agency workers too. A number (people):",
        "2. How long is the longest shift? Only if your answer to question 1 is 50 people or more. A number (hours):",
        "3. How much did agencies charge you last year? An amount in pounds:",
        "4. What share of your people come from agencies? "
        "Only if you answered question 3 and your answer to question 3 is not less than £500. A percentage:",
    ]
    assert "The questions are numbered as in the whole questionnaire." in page.text
    page = await alice.get("/assessments/procurement/paper/words")
    assert [item.rpartition("? ")[2] for item in items(page)][:2] == [
        "A date:", "Tick all that are true. Through an agency By adverts By friends None of these",
    ]  # fmt: skip
    assert len(page.document.xpath("//*[@class='pledge-rule']")) == 7, "one for a few words, six for some lines"


async def test_a_day_that_is_none_is_said_and_kept(drafting):
    page = await drafting.get(f"{PAPER}/responsibility?by-day=31&by-month=2&by-year=2027")
    assert page.status == 200 and page.errors == [
        "“By when do you need it back?”: “31 2 2027” is not a day in the calendar. "
        "Enter day, month and year, like 28 3 2027."
    ]
    assert page.document.xpath("//input[@name='by-day']/@value") == ["31"]
    assert "Please give this page back by:" in page.text


async def test_whoever_reads_may_print_and_another_firm_prints_its_own(site, drafting, charlie, visitor):
    vera = await colleague(site, "Vera", drafting, "viewer")
    assert "Vera at Pendle Joinery asks you" in (await vera.get(f"{PAPER}/responsibility")).text
    page = await charlie.get(f"{PAPER}/responsibility")
    assert page.url == "/questions/recruitment/paper" and "Pendle" not in page.text, "nothing is known of the firm yet"
    assert (await visitor.get(f"{PAPER}/responsibility")).url.startswith("/sign-in")
    for path in (f"{PAPER}/no-such", f"{PAPER}/agencies", "/assessments/no-such/paper/responsibility"):
        assert (await drafting.get(path)).status == 404, "agencies are not asked of a firm without agency workers"


async def test_an_agency_s_section_is_there_for_whoever_has_agency_workers(alice):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, labour=("agency",)))
    assert (await alice.get(f"{PAPER}/agencies")).status == 200
