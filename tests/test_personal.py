"""Every column of every table is declared as somebody's, and the notice is made from the declarations."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from pledge.declared import HOLDINGS
from pledge.personal import Held, Subject, Use, months_before, notice, words
from tests.database.test_schema import actual

HOW = (
    "Declare each column in the domain's personal.py: whose it is (person=, organisation=, supplier= or nobody=), with "
    "a use that says why it is held, on what ground, for how long and who sees it. If rows are about a person, say "
    "which (about= or authors=), and what erasing the person does to them (erase= or blank=); rows of an organisation "
    "need with_organisation=True. A new personal.py is collected in HOLDINGS in declared.py."
)
USE = Use("what", "why", "ground", "how long", "who")


def declared() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for held in HOLDINGS.held:
        for column, whose in held.whose.items():
            columns = found.setdefault(held.table, {})
            assert column not in columns, f"{held.table}.{column} is declared twice"
            columns[column] = whose
    return found


async def test_every_column_of_every_table_is_declared_and_no_other(db):
    there = {(table, column) for table, columns in (await actual(db)).items() for column in columns}
    said = {(table, column) for table, columns in declared().items() for column in columns}
    undeclared, vanished = sorted(there - said), sorted(said - there)
    assert not undeclared, f"Nobody has said whose these are: {undeclared}. {HOW}"
    assert not vanished, f"These are declared but not in the database (any more): {vanished}. {HOW}"


async def test_whatever_refers_to_an_organisation_goes_with_it(db):
    """A table with an organisation's id is erased with it, or is one of those that only mention it."""
    mention = {"session", "registration", "audit_entry"}
    owned = {table for table, columns in (await actual(db)).items() if "organisation" in columns}
    goes = {held.table for held in HOLDINGS.held if held.with_organisation}
    assert owned - mention == goes, HOW


def test_whatever_holds_a_persons_data_says_what_erasing_them_does():
    # with reasons in their declarations
    stays = {"complaint", "audit_entry", "event", "throttle", "erasure", "ask_refusal", "kept_page"}
    for held in HOLDINGS.held:
        if "person" in held.whose.values() and held.table not in stays:
            assert held.condition, f"{held.table}: {HOW}"
            assert held.erase or held.blank or held.authors, f"{held.table}: {HOW}"


def test_a_hash_a_link_or_a_password_is_never_handed_out():
    for held in HOLDINGS.held:
        if held.condition:
            for column in held.handed_out:
                secret = ("password", "token", "payload", "body", "email_key")
                assert not any(word in column for word in secret), (held.table, column)


def test_titles_are_different_for_different_tables():
    titles = [held.title for held in HOLDINGS.held if held.condition]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"person": "name"}, "say in `use` why"),
        ({"nobody": "id", "use": USE}, "say in `use` why"),
        ({"person": "name", "use": USE, "about": "id = {person}"}, "give it a title"),
    ],
)
def test_a_declaration_that_says_too_little_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Held(table="thing", **wrong)


def test_a_column_declared_twice_is_refused():
    with pytest.raises(ValueError, match=r"thing\.name is declared twice"):
        _ = Held(table="thing", use=USE, person="name", organisation="name").whose


def test_a_condition_is_filled_with_what_a_person_is_found_by():
    who = Subject(uuid4(), "A_b", "A_b@Example.org", "a_b@example.org")
    assert who.fill("x = {person} OR y = {email} OR z LIKE {like}") == (
        "x = {} OR y = {} OR z LIKE {}",
        [who.id, "a_b@example.org", '%"a!_b@example.org"%'],
    )


def test_whose_a_column_is_and_which_rows_are_about_somebody():
    held = Held(
        table="thing", title="Things", use=USE, person="name", withheld="hash", organisation="firm", supplier="source",
        nobody="id", authors="made_by changed_by",
    )  # fmt: skip
    assert held.whose == {
        "name": "person", "hash": "person", "firm": "organisation", "source": "supplier", "id": "nobody",
    }  # fmt: skip
    assert held.handed_out == ["name", "id"]
    assert held.condition == "made_by = {person} OR changed_by = {person}"
    assert (held.erase, held.with_organisation) == (False, False)  # nothing goes unless it is said


def test_a_person_is_found_by_id_as_text_by_name_and_by_the_key_of_their_address_too():
    who = Subject(uuid4(), "Alice", "Alice@Example.org", "alice@example.org")
    assert who.fill("a = {id} AND b = {key} AND c = {name}") == (
        "a = {} AND b = {} AND c = {}",
        [str(who.id), "alice@example.org", "Alice"],
    )


def test_the_notice_has_every_use_once():
    held = (Held(table="a", use=USE, person="x"), Held(table="b", use=USE, person="y"), Held(table="c", nobody="z"))
    assert notice(held) == [USE]


async def test_the_privacy_page_shows_every_use_that_is_declared(visitor):
    page = await visitor.get("/privacy")
    for use in notice(HOLDINGS.held):
        for part in (use.what, use.why, use.basis, use.kept, use.seen_by):
            assert " ".join(part.split()) in page.text, part


def test_periods_are_said_in_the_largest_unit_that_fits():
    assert words(timedelta(minutes=10)) == "10 minutes" and words(timedelta(minutes=1)) == "1 minute"
    assert words(timedelta(hours=24)) == "24 hours" and words(timedelta(hours=1)) == "1 hour"
    assert words(timedelta(days=2)) == "2 days" and words(timedelta(days=1)) == "24 hours"
    assert words(timedelta(days=30)) == "30 days" and words(timedelta(minutes=90)) == "90 minutes"


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        ((2026, 11, 22), 24, (2024, 11, 22)),
        ((2026, 8, 31), 6, (2026, 2, 28)),
        ((2028, 8, 31), 6, (2028, 2, 29)),
        ((2026, 1, 31), 1, (2025, 12, 31)),
        ((2026, 7, 31), 1, (2026, 6, 30)),
        ((2026, 12, 1), 12, (2025, 12, 1)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, earlier):
    assert months_before(datetime(*day, 9, tzinfo=UTC), months) == datetime(*earlier, 9, tzinfo=UTC)
