"""The rule by which two suppliers are one, are to be asked about, or are not; and how it does on pairs it never saw."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.suppliers.same.labelled import PAIRS, Who, facts_of, halves, names, who

from pledge.suppliers.same.candidates import Candidates
from pledge.suppliers.same.evidence import evidence
from pledge.suppliers.same.likeness import likeness
from pledge.suppliers.same.matching import compare, contact, domain, mark, parts_of, same_town
from pledge.suppliers.words import normalise
from pledge.suppliers.words.normalise import name_key, name_parts, spelling, spelling_parts

AUTO_PRECISION = 0.995
RECALL_AT_5 = 0.95
DISTRACTORS = 4_000


# — the rule —


@pytest.mark.parametrize(
    ("one", "other", "decision"),
    [
        # a name alone
        (who("Acme Ltd"), who("ACME LIMITED"), "auto"),
        (who("Acme Ltd"), who("Acme"), "ask"),
        (who("Acme Ltd"), who("Acme PLC"), "ask"),
        (who("Acme Ltd", town="Colne"), who("Acme Ltd"), "auto"),
        (who("Skelwyke Joinery"), who("Skelwyk Joinery"), "ask"),
        (who("Skelwyke Joinery"), who("Marrowby Joinery"), "new"),
        # a name and a second fact
        (who("Acme Ltd", postcode="BB11 1AA"), who("Acme", postcode="BB11 1AA", town="x"), "auto"),
        (who("Acme Ltd", email="a@acme.example"), who("Acme", website="www.acme.example"), "auto"),
        (who("Acme Ltd", reference="007"), who("Acme", reference="7"), "auto"),
        (who("Acme Ltd", town="Colne"), who("Acme", town="Colne, Lancs"), "auto"),
        (who("Acme Ltd", sic_codes=("81210",)), who("Acme", sic_codes=("81210",)), "ask"),
        (who("Acme Ltd", postcode="BB11 1AA"), who("Acme PLC", postcode="BB11 1AA"), "ask"),
        (who("Skelwyke Joinery", postcode="BB11 1AA"), who("Skelwyk Joinery", postcode="BB11 1AA"), "ask"),
        # what contradicts
        (who("Acme Ltd", town="Colne"), who("Acme Ltd", town="York"), "ask"),
        (who("Acme Ltd", postcode="BB11 1AA"), who("Acme Ltd", postcode="BB11 1AB"), "ask"),
        (who("Acme Ltd", postcode="BB1 1AA", reference="7"), who("Acme Ltd", postcode="PR1 1AA", reference="7"), "ask"),
        (who("Acme Ltd", company_number="00000001"), who("Acme Ltd", company_number="00000002"), "ask"),
        (who("Acme Ltd", country_of_supply="GB"), who("Acme Ltd", country_of_supply="CN"), "ask"),
        (who("Acme Ltd", email="a@one.example"), who("Acme Ltd", email="a@two.example"), "ask"),
        (who("Acme Ltd", reference="1"), who("Acme Ltd", reference="2"), "auto"),
        (who("Acme Ltd", sic_codes=("81210",)), who("Acme Ltd", sic_codes=("56101",)), "auto"),
        # company numbers
        (who("Acme Ltd", company_number="00000001"), who("Acme Trading", company_number="00000001", town="x"), "auto"),
        (who("Bellholme Dyes", company_number="00000001"), who("Quickstep Laundry", company_number="00000001"), "ask"),
        (who("Skelwyke Joinery", company_number="00000001"), who("Skelwyk Joinery", company_number="00000002"), "new"),
        # other names altogether
        (who("Nettle Soup", email="x@n.example", postcode="M1 1AA"),
         who("Highfold Ltd", email="x@n.example", postcode="M1 1AA"), "ask"),
        (who("Trough Farm Eggs", reference="1"), who("Zenith Cabling", reference="1"), "new"),
    ],
)  # fmt: skip
def test_the_rule(one: Who, other: Who, decision: str) -> None:
    assert compare(one, other).decision == compare(other, one).decision == decision


A_WORD = st.sampled_from(["Acme", "Acne", "Marsh", "March", "Joinery", "Ltd", "PLC", "Care", "2", "J", "T/A", "& Sons"])
SOMEBODY = st.builds(
    lambda words, fields: who(" ".join(words), **fields),
    st.lists(A_WORD, min_size=1, max_size=5),
    st.fixed_dictionaries(
        {},
        optional={
            "company_number": st.sampled_from(["00000001", "00000002"]),
            "country_of_supply": st.sampled_from(["GB", "CN"]),
            "town": st.sampled_from(["Burnley", "Burnly", "Preston", "Padiham, Burnley"]),
            "postcode": st.sampled_from(["BB11 1AA", "PR1 1AA"]),
            "email": st.sampled_from(["a@one.example", "b@two.example", "invented@gmail.com"]),
            "website": st.sampled_from(["www.one.example", "https://two.example/shop", "facebook.com/one"]),
            "reference": st.sampled_from(["1", "01", "2"]),
            "sic_codes": st.sampled_from([("81210",), ("56101", "81210")]),
        },
    ),
)


@given(SOMEBODY, SOMEBODY)
def test_it_does_not_matter_which_is_which(one: Who, other: Who) -> None:
    found, back = compare(one, other), compare(other, one)
    assert found._replace(score=0, names=0) == back._replace(score=0, names=0)
    assert (found.score, found.names) == pytest.approx((back.score, back.names))  # sums in another order
    assert 0 <= found.names <= 100.0001


@given(SOMEBODY, SOMEBODY)
def test_what_is_sure_is_never_sure_by_a_name_that_something_contradicts(one: Who, other: Who) -> None:
    found = compare(one, other)
    if found.decision == "auto" and "company_number" not in found.agrees:
        assert one.name_key == other.name_key
        assert not found.differs & {"company_number", "country", "postcode", "town", "contact", "name"}
        assert one.form == other.form or found.agrees & {"postcode", "town", "contact", "reference"}


@given(SOMEBODY)
def test_a_supplier_is_itself(one: Who) -> None:
    assert compare(one, one).decision == "auto" and mark(one) == mark(one)


@given(SOMEBODY, SOMEBODY)
def test_everything_that_agrees_or_differs_is_told_in_a_sentence(one: Who, other: Who) -> None:
    compared = compare(one, other)
    told = evidence(facts_of(one), facts_of(other), compared, "00000009")
    assert len(told) >= len(compared.agrees - {"name"}) + len(compared.differs - {"name"}) + 1
    assert all(each.text.endswith(".") and "None" not in each.text for each in told)


@given(st.text(min_size=1, max_size=60))
def test_a_mark_says_which_name_it_is_of(name: str) -> None:
    key, form = name_parts(name)
    assert spelling_parts(spelling(key, form)) == (key, form)
    assert parts_of(mark(who(name, company_number="00000001", town="a|b"))) == (key, form, "00000001")


_WORDS = "The the AND and co Ltd limited PLC llp group Acme JOINERY St 3 i & Zoë Kay".split()  # noqa: SIM905


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join))
def test_the_quick_way_to_the_parts_of_a_usual_name_gives_what_the_long_way_gives(name: str) -> None:
    quick = name_parts(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normalise, "_USUAL", lambda lower: None)
        assert name_parts(name) == quick


def test_addresses_open_to_all_say_nothing_of_whose_they_are() -> None:
    assert domain("Somebody@Mail.ACME.example") == "acme.example" and domain("https://www.a.example.co.uk/x?y") == (
        "example.co.uk"
    )
    assert domain("x@gmail.com") == domain("www.facebook.com/x") == ""
    assert contact("x@gmail.com", "acme.example") == "acme.example" and contact("X@gmail.com", None) == "x@gmail.com"
    assert contact(None, None) == ""


def test_towns_are_written_in_many_ways() -> None:
    assert same_town("COLNE", "Colne, Lancs") is True and same_town("Askrigg", "Askrig") is None
    assert same_town("Colne", "York") is False


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Oak Residential Home", "Oakley Residential Home", 0, 77), ("Stanhope Bros", "Stanhope Brothers", 95, 100),
        ("Back Carr Solutions", "Backcarr Solutions", 95, 100), ("Nursery 1", "Nursery 2", 0, 77),
        ("J R Tattershaw", "John Robert Tattershaw", 78, 100), ("Kilnsey Mgmt", "Kilnsey Management", 90, 100),
        ("Bentham Solicitors", "Solicitors Bentham", 99, 100), ("JMQ Solutions", "KIV Solutions", 0, 60),
        ("Harrowmere CC", "Harrowmere County Council", 90, 100), ("Harrowmere CC", "Harrowmere Cosy Cats", 0, 77),
        ("Three Becks Brewing", "3 Becks Brewing", 95, 100), ("NHBT", "North Harrowmere Building Trust", 78, 100),
    ],
)  # fmt: skip
def test_names_are_alike_by_the_words_that_tell_firms_apart(one, other, least, most) -> None:
    assert least <= likeness(name_key(one), name_key(other)) <= most


# — the labelled pairs —


def test_the_labelled_pairs_are_many_kinds_and_many_of_them_hard() -> None:
    pairs = [pair for half in halves() for pair in half]
    kinds = Counter((pair.kind, pair.same) for pair in pairs)
    assert len(pairs) >= 400 and len({kind for kind, _ in kinds}) >= 30
    assert sum(pair.same for pair in pairs) >= 200 and sum(not pair.same for pair in pairs) >= 200
    assert len({(pair.left, pair.right) for pair in pairs}) == len(pairs), PAIRS


def test_on_pairs_it_never_saw_hardly_any_automatic_decision_is_wrong(capsys) -> None:
    _, measured = halves()
    decisions = Counter((compare(pair.left, pair.right).decision, pair.same) for pair in measured)
    autos = decisions["auto", True] + decisions["auto", False]
    same = sum(pair.same for pair in measured)
    precision = decisions["auto", True] / autos
    asked_in_vain = decisions["ask", False]
    with capsys.disabled():
        print(
            f"\nlabelled pairs, held-out half ({len(measured)}): {autos} decided automatically, precision "
            f"{precision:.4f} (goal ≥ {AUTO_PRECISION}), {decisions['auto', True] / same:.2f} of the {same} same ones; "
            f"{decisions['ask', True]} of these asked, {decisions['new', True]} not noticed; of the "
            f"{len(measured) - same} different ones {asked_in_vain} asked"
        )
    assert precision >= AUTO_PRECISION and autos >= 60


def test_on_pairs_it_never_saw_the_other_name_is_among_the_five_best(capsys) -> None:
    looked_at, measured = halves()
    found = wanted = 0
    others = [who(name, country_of_supply="GB") for name in names(DISTRACTORS, random.Random(1))]
    for side, beside in (("left", "right"), ("right", "left")):
        candidates = Candidates()
        places = {}
        for pair in looked_at + measured:
            places[id(pair)] = candidates.add(getattr(pair, beside))
            if not pair.same:
                candidates.add(getattr(pair, side))
        for other in others:
            candidates.add(other)
        for pair in measured:
            if pair.same:
                wanted += 1
                likeliest = candidates.likeliest(getattr(pair, side), 5)
                found += places[id(pair)] in [place for place, _ in likeliest]
    with capsys.disabled():
        print(
            f"\nlabelled pairs, held-out half: recall@5 {found / wanted:.4f} (goal ≥ {RECALL_AT_5}) of {wanted} names "
            f"in a list of {len(candidates):,}"
        )
    assert found / wanted >= RECALL_AT_5
