"""What is known of two suppliers as one, and after that is undone, in any order and whatever came between."""

import datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pledge.suppliers.risk.rules import Supply
from pledge.suppliers.same.facts import SupplierFacts
from pledge.suppliers.same.merging import Merge, Record, merged, without
from pledge.suppliers.words.normalise import name_key

ONE, TWO = UUID(int=1), UUID(int=2)
NOTHING = st.none()

FACTS = st.builds(
    lambda name, **fields: SupplierFacts(name, name_key(name), **fields),
    name=st.sampled_from(["Acme Ltd", "ACME LIMITED", "Acme", "Bee Foods", "Cee"]),
    supplies=st.lists(
        st.sampled_from([Supply("Tea"), Supply("Bricks", ("IN",)), Supply("Sand", (), ("23320",))]), unique=True
    ).map(tuple),
    company_number=NOTHING | st.sampled_from(["00000001", "00000002"]),
    country_of_supply=NOTHING | st.sampled_from(["GB", "CN"]),
    spend=NOTHING | st.integers(0, 9),
    labour=NOTHING | st.sampled_from(["agency", "employees"]),
    on_site=NOTHING | st.booleans(),
    subcontracts=NOTHING | st.booleans(),
    town=NOTHING | st.sampled_from(["Colne", "York"]),
    email=NOTHING | st.just("a@acme.example"),
    reference=NOTHING | st.sampled_from(["1", "2"]),
    last_checked=NOTHING | st.just(datetime.date(2026, 1, 2)),
)
RECORDS = st.builds(
    lambda facts, marks, **counted: Record(facts, marks=frozenset(marks) - {facts.known_as}, **counted),
    facts=FACTS,
    rows_named=st.integers(1, 9),
    first_upload=st.sampled_from([ONE, TWO]),
    last_upload=st.sampled_from([ONE, TWO]),
    marks=st.sets(st.sampled_from([("acme", "acme ltd|||||"), ("bee", "bee|GB||||")])),
)
LATER = st.sampled_from(["kept", "gone", "together"])


def record(name: str, **fields) -> Record:
    return Record(SupplierFacts(name, name_key(name), **fields), 1, ONE, ONE, frozenset())


def test_the_newer_file_wins_and_names_are_kept() -> None:
    kept, gone = record("Acme Ltd", town="Colne", labour="agency"), record("Acme Foods", town="York", spend=5)
    found = merged(kept, replace(gone, last_upload=TWO), "gone")
    assert (found.facts.name, found.facts.town, found.facts.labour, found.facts.spend) == (
        "Acme Foods", "York", "agency", 5,
    )  # fmt: skip
    assert (found.first_upload, found.last_upload, found.rows_named) == (ONE, TWO, 1)
    assert found.marks == {("acme", "acme ltd||||colne|")}
    assert merged(kept, gone, "kept").facts.name == "Acme Ltd"


def test_what_one_file_says_of_both_adds_up() -> None:
    kept = record("Acme Ltd", supplies=(Supply("Tea"),), spend=5, labour="agency", on_site=False)
    gone = record("Acme", supplies=(Supply("Bricks"),), spend=7, labour="employees", on_site=True, town="York")
    found = merged(kept, gone, "together")
    assert found.facts.goods == ("Tea", "Bricks") and (found.facts.spend, found.rows_named) == (12, 2)
    assert (found.facts.labour, found.facts.on_site, found.facts.town) == ("mixed", True, "York")


@given(RECORDS, RECORDS, LATER)
def test_undone_at_once_all_is_as_it_was(kept, gone, later) -> None:
    merge = Merge(kept, gone, later)
    assert without([merge], 0, merge.record) == ([], kept)


@given(RECORDS, st.lists(st.tuples(RECORDS, LATER), min_size=1, max_size=4), st.data())
def test_undone_in_any_order_all_is_as_it_was(first, merging, data) -> None:
    merges: list[Merge] = []
    now = first
    for gone, later in merging:
        merges.append(Merge(now, gone, later))
        now = merges[-1].record
    while merges:
        place = data.draw(st.integers(0, len(merges) - 1))
        left = [merge.gone_was for merge in merges[:place] + merges[place + 1 :]]
        merges, now = without(merges, place, now)
        assert [merge.gone_was for merge in merges] == left
        assert not merges or now == merges[-1].record
    assert now == first


@given(RECORDS, RECORDS, LATER, st.sampled_from(["Leeds", None]), st.sampled_from(["Acme Trading", "ACME LTD"]))
def test_what_came_since_stays(kept, gone, later, town, name) -> None:
    merge = Merge(kept, gone, later)
    after = merge.record
    now = replace(
        after, facts=replace(after.facts, name=name, name_key=name_key(name), town=town, spend=77), rows_named=5
    )
    _, left = without([merge], 0, now)
    assert (left.facts.name, left.facts.name_key, left.facts.spend) == (name, name_key(name), 77)
    assert left.facts.town == (town if town != after.facts.town else kept.facts.town)
    assert left.facts.labour == kept.facts.labour


def test_an_earlier_merge_is_undone_without_what_it_brought() -> None:
    kept = record("Acme")
    first = Merge(kept, record("Bee", town="York", email="b@bee.example"), "gone")
    second = Merge(first.record, record("Cee", town="York"), "gone")
    (left,), now = without([first, second], 0, second.record)
    assert (now.facts.name, now.facts.town, now.facts.email) == ("Cee", "York", None)
    assert left.kept_was == kept and {key for key, _ in now.marks} == {"acme"}
