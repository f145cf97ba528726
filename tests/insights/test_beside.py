"""What a firm sees of others beside its own report: less than a release shows, and never of fewer than ten firms."""

from datetime import date, timedelta

import msgspec
import pytest
from tests.support.firms import JOINERY, fill_profile, submitted

from pledge.database import clock
from pledge.database.unit import database
from pledge.insights.beside import peers
from pledge.insights.figures import COUNT, SCORE
from pledge.questionnaires.installed import installed
from pledge.questionnaires.parts import Rule

from .released import BUYING, DAY, EVERY, SHOWN, cell, publish, released, table

ABROAD = Rule(profile="goods_abroad", equals=True)
STAFFED = msgspec.structs.replace(JOINERY, headcount_band="10-49")


def found(tables, profile=STAFFED, day: date = DAY):
    return peers(tables, day, BUYING, profile, "Lancashire")


def test_firms_of_the_same_size_come_first():
    shown = found(released())
    assert (shown.who, shown.firms, shown.on, shown.score) == ("firms with 10 to 49 people", 30, DAY, 5500)


def test_only_parts_that_are_asked_of_every_firm_are_shown():
    """How many firms another part applied to is not published, so it could be of fewer than ten."""
    assert found(released()).sections == EVERY
    alone = msgspec.structs.replace(JOINERY, headcount_band="0", depth="short")
    shown = found(released(series="procurement.short"), alone)
    assert shown.who == "firms with up to 9 people" and shown.sections == SHOWN  # some of these have nobody to lead
    hiring = installed()["recruitment"].definition
    for band, sections in (("10-49", {"finding-people": 5000, "response": 5200}), ("1-9", {"response": 5200})):
        profile = msgspec.structs.replace(JOINERY, headcount_band=band)
        tables = released(series="recruitment")
        values = {"finding-people": 5000, "agencies": 5100, "response": 5200}
        tables = [
            each._replace(
                cells=(
                    *(found for found in each.cells if found.measure.id in (COUNT, SCORE)),
                    *(
                        cell(row, f"section:{name}", 30, value)
                        for row in ("total", "1-9", "10-49")
                        for name, value in values.items()
                    ),
                ),
                versions=hiring.version,
            )
            for each in tables
        ]
        assert peers(tables, DAY, hiring, profile, "Lancashire").sections == sections, band


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"not_applicable": True}, False),
        ({"show_if": Rule(profile="depth", in_=("short", "full"))}, True),
        ({"show_if": Rule(profile="depth", equals="full")}, False),
        ({"show_if": Rule(not_=Rule(profile="headcount_band", equals="0"))}, True),
        ({"show_if": ABROAD}, False),
        ({"show_if": Rule(not_=ABROAD)}, False),
        ({"show_if": Rule(profile="headcount_band", gte="1-9")}, False),  # it holds, but nobody has taught us to tell
        ({"show_if": Rule(question="p-a1", answered=True)}, False),
        (
            {"show_if": Rule(any=(ABROAD, Rule(profile="depth", equals="short")))},
            True,
        ),
        (
            {"show_if": Rule(all=(ABROAD, Rule(profile="depth", equals="short")))},
            False,
        ),
        (
            {"show_if": Rule(any=(ABROAD, Rule(profile="depth", equals="full")))},
            False,
        ),
    ],
)
def test_a_part_that_somebody_may_not_be_asked_is_not_shown(change, shown):
    sections = []
    for section in BUYING.sections:
        if section.id == "supply-chain":
            kept = [question for question in section.questions if question.id == "p-b1"]
            section = msgspec.structs.replace(
                section, questions=tuple(msgspec.structs.replace(question, **change) for question in kept)
            )
        sections.append(section)
    definition = msgspec.structs.replace(BUYING, sections=tuple(sections))
    profile = msgspec.structs.replace(STAFFED, depth="short")
    there = peers(released(series="procurement.short"), DAY, definition, profile, "Lancashire")
    assert ("supply-chain" in there.sections) is shown


@pytest.mark.parametrize(
    ("sizes", "who"),
    [
        ({"1-9": 51, "10-49": 9}, "firms in Lancashire"),  # too few of that size
        ({"1-9": 0, "10-49": 51}, "firms in Lancashire"),  # the others are nine: taken from the total they would show
        ({"1-9": 9, "50-249": 21, "10-49": 30}, "firms in Lancashire"),
        ({"1-9": 0, "10-49": 50}, "firms with 10 to 49 people"),
        ({"1-9": 10, "10-49": 50}, "firms with 10 to 49 people"),
        ({"1-9": 0, "10-49": 40, "*": 20}, "firms with 10 to 49 people"),
    ],
)
def test_a_size_is_shown_where_no_fewer_than_ten_firms_are_told_apart(sizes, who):
    assert found(released(sizes=sizes)).who == who


def test_the_county_as_a_whole_is_shown_from_ten_firms():
    assert found(released(10, {})).firms == 10
    assert found(released(9, {})) is None
    assert found([]) is None


def test_forms_and_versions_are_never_mixed():
    short = msgspec.structs.replace(JOINERY, depth="short")
    assert found(released(), short) is None
    assert found(released(series="procurement.short"), short).firms == 30
    for version in ("2026.2", f"2026.2 and {BUYING.version}"):
        assert found(released(version=version)) is None


def test_figures_of_earlier_releases_are_left_out():
    before = DAY - timedelta(days=90)
    assert found(released(day=before)) is None
    mixed = [table("total", {"total": 60}), table("size", {"1-9": 30, "10-49": 30}, day=before)]
    assert found(mixed).who == "firms in Lancashire"


async def test_a_report_shows_them_beside_each_part_and_reads_them_once(site, alice):
    today = clock.today()
    await publish(released(day=today - timedelta(days=9)), today - timedelta(days=9))
    await publish(released(series="procurement.short", total=70, day=today), today)
    await fill_profile(alice, msgspec.structs.replace(JOINERY, outside_work=()))
    short = await submitted(alice, depth="short")
    page = await alice.get(f"/reports/{short}")
    assert (
        "is the mean of 30 firms with up to 9 people that answered this questionnaire in its short form, on"
        in page.text
    )
    assert page.text.count("Others: ") == 3 and "Others: 42%" in page.text
    data = (await alice.get(f"/reports/{short}.json")).response.json()["peers"]
    assert data["sections"] == SHOWN and data["firms"] == 30
    before = database().statements
    await alice.get(f"/reports/{short}")
    assert database().statements - before == 4
    full = await submitted(alice)
    assert "Others: " not in (await alice.get(f"/reports/{full}")).text  # the newest release has only the short form


async def test_without_a_release_nothing_is_said_of_others(alice):
    await fill_profile(alice)
    page = await alice.get(f"/reports/{await submitted(alice)}")
    assert "Others:" not in page.text and "dark line" not in page.text
