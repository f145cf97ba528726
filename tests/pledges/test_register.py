"""The register: who is in it, in what order, and how it leaves the site."""

import csv
import io
import random
from datetime import date
from functools import partial
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.insights import population
from tests.support.firms import fill_profile

from pledge.cells import inert
from pledge.database import sql
from pledge.database.unit import database, read, write
from pledge.organisations.places import gazetteer
from pledge.pledges import signing, standing
from pledge.pledges.register import COLUMNS, Entry, Filters, Register
from pledge.pledges.register_order import Place
from pledge.pledges.text import shipped

from .signers import ALICE, Given, firms, signed

REGISTER = Register(shipped().text, gazetteer())
unhurried = settings(deadline=None, database=None)


def entry(**changes) -> Entry:
    found = {
        "id": UUID(int=7), "name": "Pendle Joinery", "district": "Pendle", "sector": "Building and trades",
        "version": "2026.1", "signed_on": date(2026, 11, 21), "expires_on": date(2027, 11, 21), "status": "signed",
        "status_title": "Signed", "signer": "",
    }  # fmt: skip
    return Entry(**{**found, **changes})


async def shown(filters: Filters | None = None, **place: str):
    """The page that the query of an address names."""
    return await read(partial(REGISTER.page, filters or Filters(), Place.named(place)))


async def names(filters: Filters | None = None, **place: str) -> list[str]:
    return [entry.name for entry in (await shown(filters, **place)).entries]


def asked(query: str) -> dict[str, str]:
    """A query as the names and values in it."""
    return dict(parse_qsl(query))


async def test_it_lists_by_name_whatever_the_case(site):
    await firms(site, ["beta", "Alpha", "Gamma", "alpha two"])
    assert await names() == ["Alpha", "alpha two", "beta", "Gamma"]


async def test_it_shows_words_and_the_signer_only_by_choice(site):
    await firms(site, ["Open"], given=Given("Olga Open", "Owner", (*ALICE.consents, "signatory-name")))
    await firms(site, ["Shy"], given=Given("Sam Shy", "Owner", ALICE.consents))
    first, second = (await read(partial(REGISTER.page, Filters()))).entries
    assert (first.district, first.sector, first.status_title) == ("Pendle", "Building and trades", "Signed")
    assert (first.signer, second.signer) == ("Olga Open", "")


async def test_filters_narrow_it_together(site):
    await firms(site, ["Joiner A", "Joiner B"])
    await firms(site, ["Cafe A"], sector="I")
    await firms(site, ["Joiner C"], district="E07000123")
    await firms(site, ["100% Joiner_"], district="outside")
    assert await names(Filters(district="E07000122")) == ["Cafe A", "Joiner A", "Joiner B"]
    assert await names(Filters(sector="F", district="E07000122")) == ["Joiner A", "Joiner B"]
    assert await names(Filters(name="JOINER c")) == ["Joiner C"]
    assert await names(Filters(district="outside")) == ["100% Joiner_"]
    assert await names(Filters(name="0%")) == ["100% Joiner_"] and await names(Filters(name="r_")) == ["100% Joiner_"]
    assert await names(Filters(name="'; DROP TABLE signature; --")) == []


async def test_how_many_there_are_is_said_from_ten_on(site):
    await firms(site, [f"Firm {number}" for number in range(9)])
    assert (await read(partial(REGISTER.page, Filters()))).current is None
    await firms(site, ["Other"], sector="I")
    assert (await read(partial(REGISTER.page, Filters()))).current == 10
    assert (await read(partial(REGISTER.page, Filters(sector="F")))).current is None


async def test_those_that_lapsed_do_not_count_and_are_gone_after_ninety_days(site):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        old = await firms(site, [f"Old {number}" for number in range(3)])
    with time_machine.travel("2027-06-01T12:00:00Z", tick=False):
        await firms(site, [f"New {number}" for number in range(8)])
    for day, listed, lapsed, current in (
        ("2027-11-21", 11, 0, 11), ("2027-11-22", 11, 3, None), ("2028-02-19", 11, 3, None), ("2028-02-20", 8, 0, None),
    ):  # fmt: skip
        with time_machine.travel(f"{day}T12:00:00Z", tick=False):
            listing = await read(partial(REGISTER.page, Filters()))
            assert len(listing.entries) == listed, day
            assert [entry.status_title for entry in listing.entries if entry.lapsed] == ["Lapsed"] * lapsed, day
            assert listing.current == current, day
            found = await read(partial(REGISTER.entry, old[0]))
            assert (found is not None) == (listed == 11), day


async def test_a_withdrawn_one_is_gone_at_once_and_a_renewed_one_stands_once(site, alice):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        await signed(alice)
    with time_machine.travel("2027-11-01T12:00:00Z", tick=False):
        await write(partial(signing.sign, alice.scope, shipped(), ALICE))
        assert await names() == ["Pendle Joinery"]
        await write(partial(signing.withdraw, alice.scope))
        assert await names() == [] and await read(partial(REGISTER.entry, alice.organisation)) is None


async def test_the_status_is_the_one_that_was_earned(site, alice):
    await signed(alice)
    for status, title in (("assessed", "Signed and assessed"), ("improving", "Improving")):
        await write(partial(standing.set_status, alice.organisation, status))
        found = await read(partial(REGISTER.entry, alice.organisation))
        assert found is not None and (found.status, found.status_title) == (status, title)


async def test_pages_follow_each_other_by_name_both_ways_and_each_firm_stands_on_one(site, short_pages):
    found = [f"firm {number:02}" for number in range(7)] + ["Same"] * 4 + ["Zed"]
    await firms(site, found)
    pages, listing = [], await shown()
    while True:
        pages.append(listing)
        if not listing.next:
            break
        listing = await shown(**asked(listing.next))
    assert [[entry.name for entry in page.entries] for page in pages] == [found[:5], found[5:10], found[10:]]
    assert len({entry.id for page in pages for entry in page.entries}) == 12
    assert [page.current for page in pages] == [12, None, None]
    assert (pages[0].previous, pages[2].next) == ("", "")
    for page, before in ((pages[2], pages[1]), (pages[1], pages[0])):
        back = await shown(**asked(page.previous))
        assert back.entries == before.entries and (back.previous, back.next) == (before.previous, before.next)
    assert len(await read(partial(REGISTER.all, Filters()))) == 12


async def test_a_page_stays_where_it_is_when_others_join_and_leave(site, short_pages):
    *_, last = await firms(site, [f"Firm {number}" for number in range(5)])
    await firms(site, ["Firm 5", "Firm 6"])
    following = (await shown()).next
    await firms(site, ["Alpha", "Firm 4 and a half"])
    assert await names(**asked(following)) == ["Firm 4 and a half", "Firm 5", "Firm 6"]
    await write(partial(sql.rows, "DELETE FROM organisation WHERE id = {}", last))
    assert await names(**asked(following)) == ["Firm 4 and a half", "Firm 5", "Firm 6"]


async def test_any_words_are_a_place_in_the_order_of_names(site, short_pages):
    await firms(site, ["2 Brothers", "Alpha", "m", "Mill", "Zed ~ Sons"])
    assert await names(after="m") == await names(after="M") == ["m", "Mill", "Zed ~ Sons"]
    assert await names(before="m") == ["2 Brothers", "Alpha"]
    assert await names(after="Zed ~ Sons") == ["Zed ~ Sons"] and await names(after="mi~not-an-id") == ["Zed ~ Sons"]
    assert await names(after="'; DROP TABLE signature; --") == await names()
    assert await names(after="", before=" \0") == await names(after="\x7f") == await names()


async def test_where_nothing_stands_on_one_side_of_a_place_the_other_side_is_shown(site, short_pages):
    await firms(site, [f"Firm {number}" for number in range(7)])
    beyond, in_front = await shown(after="zzz"), await shown(before="a")
    assert [entry.name for entry in beyond.entries] == [f"Firm {number}" for number in range(2, 7)]
    assert beyond.previous and not beyond.next
    assert [entry.name for entry in in_front.entries] == [f"Firm {number}" for number in range(5)]
    assert in_front.next and not in_front.previous
    nobody = await shown(Filters(sector="A"), after="m")
    assert (nobody.entries, nobody.previous, nobody.next, nobody.current) == ((), "", "", None)


async def test_a_page_knows_whether_there_is_one_before_it(site, short_pages):
    await firms(site, ["Beta", "Gamma"])
    first, later = await shown(after="a"), await shown(after="c")
    assert (len(first.entries), first.previous) == (2, "")
    assert [entry.name for entry in later.entries] == ["Gamma"] and asked(later.previous)["before"].startswith("Gamma~")


async def test_the_order_follows_a_change_of_name(site, alice):
    await signed(alice)
    await firms(site, ["Quarry"])
    assert await names() == ["Pendle Joinery", "Quarry"]
    await fill_profile(alice, name="ZETA Joinery")
    assert await names() == ["Quarry", "ZETA Joinery"] and await names(after="z") == ["ZETA Joinery"]
    stored = await read(partial(sql.rows, "SELECT listed_as FROM signature ORDER BY listed_as"))
    assert [row["listed_as"] for row in stored] == ["quarry", "zeta joinery"]


async def test_a_full_page_is_not_followed_by_an_empty_one(site, short_pages):
    await firms(site, [f"Firm {number}" for number in range(5)])
    listing = await shown()
    assert (len(listing.entries), listing.previous, listing.next) == (5, "", "")


async def test_a_great_many_are_not_counted(site, short_pages, monkeypatch):
    monkeypatch.setattr("pledge.pledges.register.MOST", 12)
    await firms(site, [f"Firm {number:02}" for number in range(12)])
    assert (await shown()).count == (await shown(Filters(name="firm"))).count == "12 current signatories"
    await firms(site, ["Other 1", "Other 2"])
    assert (await shown()).count == "More than 12 current signatories"
    assert (await shown(Filters(name="firm"))).count == "12 current signatories"
    assert (await shown(after="firm 05")).count == ""


async def test_any_part_of_it_costs_one_round_trip(site, short_pages):
    (organisation,) = await firms(site, ["One"])

    async def trips(ask) -> int:
        before = database().statements
        await read(ask)
        return database().statements - before

    everything = Filters(name="o", district="E07000122", sector="F")
    await firms(site, [f"Firm o {number}" for number in range(9)])
    for place in (None, Place(">", "firm o 3"), Place("<", "o")):
        assert await trips(partial(REGISTER.page, everything, place)) == 1
    assert await trips(partial(REGISTER.page, everything, Place(">", "zzz"))) == 2
    assert await trips(partial(REGISTER.all, Filters())) == 1
    assert await trips(partial(REGISTER.entry, organisation)) == 1


async def test_every_page_is_found_by_an_index_and_nothing_is_sorted(site, databases, db, monkeypatch):
    some = population.firms(random.Random(1), 3000)
    for number, firm in enumerate(some):
        firm.name = f"Firm {number}"
    await population.add(some)
    await population.sign(some)
    await databases.as_owner(db, "ANALYZE")
    asked_for, rows = [], sql.rows

    async def seen(text, *values):
        asked_for.append((text, values))
        return await rows(text, *values)

    # from where a handful is in front of the place to where a handful is behind it
    places = [Place(sign, f"firm {name}") for sign in "<>" for name in ("1002", "11", "2", "5", "8", "98", "998")]
    explain = "EXPLAIN QUERY PLAN" if db.engine_type == "sqlite" else "EXPLAIN"
    for place in (None, *places):
        asked_for.clear()
        with monkeypatch.context() as patch:
            patch.setattr("pledge.pledges.register.sql.rows", seen)
            assert (await read(partial(REGISTER.page, Filters(), place))).entries
        ((text, values),) = asked_for
        steps = [list(row.values())[-1] for row in await read(partial(rows, f"{explain} {text}", *values))]
        plan = "\n".join(map(str, steps))
        assert "SORT" not in plan.upper() and "TEMP B-TREE" not in plan, f"{place}\n{plan}"
        assert "signature_listed" in plan, f"{place}\n{plan}"
        # the index begins at the place, on either side of it
        assert place is None or (plan.count("listed_as") >= 2 and "Seq Scan" not in plan), f"{place}\n{plan}"


def test_the_spreadsheet_has_a_byte_order_mark_and_the_label_on_every_row():
    content = REGISTER.as_csv([entry(), entry(name="Ünal’s Café, “Best”")], "https://pledge.example.org")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS and rows[1]["name"] == "Ünal’s Café, “Best”"
    assert {row["label"] for row in rows} == {"Self-assessed, not checked"}
    assert rows[0]["url"] == f"https://pledge.example.org/signatories/{UUID(int=7)}"
    assert "score" not in content.decode().lower()


def test_an_empty_spreadsheet_still_names_its_columns():
    assert REGISTER.as_csv([], "https://a.example").decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("http://x","y")']
)
def test_what_a_spreadsheet_would_run_is_made_inert(cell):
    assert inert(cell) == f"'{cell}"


@unhurried
@given(st.text())
def test_no_cell_starts_a_formula_and_ordinary_words_stay_as_they_are(cell):
    shown = inert(cell)
    assert shown in (cell, f"'{cell}")
    assert not shown.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    if cell[:1].isalnum():
        assert shown == cell


@unhurried
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), max_size=5))
def test_the_spreadsheet_gives_back_every_name(found):
    content = REGISTER.as_csv([entry(name=name) for name in found], "https://a.example").decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(content, newline=""))] == [inert(name) for name in found]


def test_the_data_file_says_what_it_is():
    document = REGISTER.as_json([entry(status="lapsed", status_title="Lapsed")], "https://a.example")
    assert document["label"] == "Self-assessed, not checked" and "never shows a score" in document["about"]
    assert document["signatories"][0]["status"] == "Lapsed"
    assert set(document["signatories"][0]) == set(COLUMNS)
