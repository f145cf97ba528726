"""The register: who is in it, in what order, and how it leaves the site."""

import csv
import io
from datetime import date
from functools import partial
from uuid import UUID

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from pledge.cells import inert
from pledge.database.unit import database, read, write
from pledge.organisations.places import gazetteer
from pledge.pledges import signing, standing
from pledge.pledges.register import COLUMNS, Entry, Filters, Register
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


async def names(filters: Filters | None = None, page: int = 1) -> list[str]:
    listing = await read(partial(REGISTER.page, filters or Filters(), page))
    return [entry.name for entry in listing.entries]


async def test_it_lists_by_name_whatever_the_case(site):
    await firms(site, ["beta", "Alpha", "Gamma", "alpha two"])
    assert await names() == ["Alpha", "alpha two", "beta", "Gamma"]


async def test_it_shows_words_and_the_signer_only_by_choice(site):
    await firms(site, ["Open"], given=Given("Olga Open", "Owner", (*ALICE.consents, "signatory-name")))
    await firms(site, ["Shy"], given=Given("Sam Shy", "Owner", ALICE.consents))
    first, second = (await read(partial(REGISTER.page, Filters(), 1))).entries
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
    assert (await read(partial(REGISTER.page, Filters(), 1))).current is None
    await firms(site, ["Other"], sector="I")
    assert (await read(partial(REGISTER.page, Filters(), 1))).current == 10
    assert (await read(partial(REGISTER.page, Filters(sector="F"), 1))).current is None


async def test_those_that_lapsed_do_not_count_and_are_gone_after_ninety_days(site):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        old = await firms(site, [f"Old {number}" for number in range(3)])
    with time_machine.travel("2027-06-01T12:00:00Z", tick=False):
        await firms(site, [f"New {number}" for number in range(8)])
    for day, listed, lapsed, current in (
        ("2027-11-21", 11, 0, 11), ("2027-11-22", 11, 3, None), ("2028-02-19", 11, 3, None), ("2028-02-20", 8, 0, None),
    ):  # fmt: skip
        with time_machine.travel(f"{day}T12:00:00Z", tick=False):
            listing = await read(partial(REGISTER.page, Filters(), 1))
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


async def test_a_page_beyond_the_last_is_the_last(site, short_pages):
    await firms(site, [f"Firm {number:02}" for number in range(11)])
    assert [len(await names(page=number)) for number in (1, 2, 3)] == [5, 5, 1]
    assert await names(page=999_999) == ["Firm 10"] and (await names(page=0))[0] == "Firm 00"
    listing = await read(partial(REGISTER.page, Filters(), 2))
    assert (listing.page, listing.pages, listing.current) == (2, 3, 11)
    assert len(await read(partial(REGISTER.all, Filters()))) == 11


async def test_a_full_page_is_not_followed_by_an_empty_one(site, short_pages):
    await firms(site, [f"Firm {number}" for number in range(5)])
    listing = await read(partial(REGISTER.page, Filters(), 1))
    assert (len(listing.entries), listing.pages) == (5, 1)
    assert (await read(partial(REGISTER.page, Filters(), 2))).page == 1


async def test_any_part_of_it_costs_one_round_trip_or_two(site, short_pages):
    (organisation,) = await firms(site, ["One"])

    async def trips(ask) -> int:
        before = database().statements
        await read(ask)
        return database().statements - before

    everything = Filters(name="o", district="E07000122", sector="F")
    assert await trips(partial(REGISTER.page, everything, 1)) == 1  # one page holds them all: nothing to count
    await firms(site, [f"Firm o {number}" for number in range(5)])
    for number in (1, 2, 999):
        assert await trips(partial(REGISTER.page, everything, number)) == 2
    assert await trips(partial(REGISTER.all, Filters())) == 1
    assert await trips(partial(REGISTER.entry, organisation)) == 1


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
