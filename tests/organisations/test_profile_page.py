"""The profile: ten questions that an owner answers, and everybody in the organisation can read."""

from functools import partial

import pytest
from tests.support.cast import member_of_new_organisation

from pledge.database import sql
from pledge.database.unit import read
from pledge.organisations.profile import FIELDS

ANSWERS = {
    "name": "Pendle Joinery",
    "kind": "business",
    "postcode": "bb9 7lj",
    "sector": "F",
    "risk_sectors": ["construction"],
    "headcount_band": "10-49",
    "turnover_36m": "no",
    "labour": ["agency", "minimum_wage"],
    "outside_work": ["subcontracting"],
    "goods_abroad": "yes",
    "goods_bought": ["gloves"],
}
NEEDED = {
    "name": "Enter the name of your firm or organisation",
    "postcode": "Enter your postcode",
    "kind": "Choose what you are",
    "sector": "Choose the work that is most of what you do",
    "headcount_band": "Choose how many people work for you",
    "turnover_36m": "Choose yes or no for turnover",
    "goods_abroad": "Choose yes or no for goods from abroad",
}


async def fill_in(person, **changes):
    page = await person.get("/organisation/edit")
    return await page.submit(**(ANSWERS | changes))


async def stored(person) -> dict:
    return await read(partial(sql.row, "SELECT * FROM organisation WHERE id = {}", person.organisation))


async def test_an_owner_answers_and_everybody_in_the_organisation_reads_it(site, alice, bob):
    assert (await alice.get("/organisation")).url == "/organisation/edit"  # nothing to read yet
    assert "has not filled this in yet" in (await bob.get("/organisation")).text
    page = await fill_in(alice)
    assert page.url == "/organisation?notice=profile-saved" and "Your answers are saved." in page.html
    for text in ((await alice.get("/organisation")).text, (await bob.get("/organisation")).text):
        for words in (
            "BB9 7LJ",
            "Pendle",
            "Construction",
            "10 to 49",
            "A business",
            "Others do part of your work",
            "Rubber gloves and other protective gear",
        ):
            assert words in text, words
    assert "Change these answers" in page.text and "Change these answers" not in (await bob.get("/organisation")).text
    assert (await stored(alice))["area"] and (await stored(alice))["profiled"] is not None


async def test_the_form_shows_the_answers_again_to_change_them(site, alice):
    await fill_in(alice)
    fields = (await alice.get("/organisation/edit")).fields()
    assert {name: fields[name] for name in ("kind", "sector", "turnover_36m", "goods_abroad", "postcode")} == {
        "kind": ["business"], "sector": ["F"], "turnover_36m": ["no"], "goods_abroad": ["yes"], "postcode": ["BB9 7LJ"],
    }  # fmt: skip
    assert fields["labour"] == ["agency", "minimum_wage"] and fields["risk_sectors"] == ["construction"]
    assert fields["goods_bought"] == ["gloves"]
    page = await fill_in(
        alice, labour=None, risk_sectors=None, outside_work=None, goods_bought=None, turnover_36m="yes"
    )
    assert page.status == 200
    row = await stored(alice)
    assert [row[name] for name in ("labour", "risk_sectors", "outside_work", "goods_bought")] == ["[]"] * 4
    assert row["turnover_36m"]


async def test_an_owner_asks_for_ten_facts_and_for_no_goods_among_the_kinds_of_work(site, alice):
    page = await alice.get("/organisation/edit")
    asked = set(page.document.xpath("//form//@name")) & set(ANSWERS)
    assert asked == set(ANSWERS) and len(asked - {"name"}) == 10
    offered = page.document.xpath("//input[@name='risk_sectors']/@value")
    assert len(offered) == 18 and not {"ppe", "electronics", "seafood_goods"} & set(offered)
    assert len(page.document.xpath("//input[@name='goods_bought']")) == 10


async def test_an_owner_without_staff_says_so(site, alice, bob):
    page = await fill_in(alice, headcount_band="0")
    assert page.status == 200 and "Nobody but the owner" in (await bob.get("/organisation")).text
    assert (await stored(alice))["headcount_band"] == "0"


async def test_every_question_left_open_is_a_problem_all_at_once_and_nothing_typed_is_lost(site, alice):
    page = await alice.get("/organisation/edit")
    page = await page.submit(name="", labour=["seasonal"])
    assert page.status == 422 and set(page.errors) == set(NEEDED.values())
    assert page.fields()["labour"] == ["seasonal"]
    assert (await stored(alice))["profiled"] is None
    for name in NEEDED:
        page = await fill_in(alice, **{name: None})
        assert page.status == 422 and page.errors == [NEEDED[name]], name
        kept = page.fields()
        for other in set(ANSWERS) - {name}:
            assert kept[other] == (ANSWERS[other] if isinstance(ANSWERS[other], list) else [ANSWERS[other]])


async def test_an_option_that_does_not_exist_is_a_problem_of_its_field(site, alice):
    for name, value, label in (
        ("kind", "bank", "What are you?"),
        ("sector", "Z", "What is most of your work?"),
        ("headcount_band", "10", "How many people work for you?"),
        ("turnover_36m", "perhaps", "Is your yearly turnover £36 million or more?"),
    ):
        page = await fill_in(alice, **{name: value})
        message = f"“{label}” has an answer that is not on the page. Choose one of those that are."
        assert page.status == 422 and message in page.errors, name
    for name, label in (
        ("labour", "Do any of these work for you?"),
        ("risk_sectors", "Do you do any of these?"),
        ("goods_bought", "Do you buy any of these?"),
        ("outside_work", "Do others do work for you?"),
    ):
        page = await fill_in(alice, **{name: ["agency", "robots"]})
        message = f"“{label}” has an answer that is not on the page. Choose from those that are."
        assert page.status == 422 and page.errors == [message], name
    assert (await stored(alice))["profiled"] is None


async def test_a_postcode_that_is_none_is_a_problem_with_words(site, alice):
    for typed in ("XYZ", "BB9", "12345", "BB9 7L", "😀"):
        page = await fill_in(alice, postcode=typed)
        assert page.status == 422 and len(page.errors) == 1 and page.fields()["postcode"] == [typed]


async def test_outside_the_county_is_welcome(site, alice):
    page = await fill_in(alice, postcode="SW1A 1AA")
    assert page.status == 200 and "You are welcome here all the same." in page.text
    assert (await stored(alice))["district"] == "outside"


async def test_a_postcode_that_we_do_not_know_asks_for_the_district(site, alice):
    page = await fill_in(alice, postcode="BB9 9ZZ")
    assert page.status == 422 and "choose your district" in page.errors[0]
    codes = page.document.xpath("//select[@name='district']/option/@value")
    chosen = next(code for code in codes if code and code != "outside")
    page = await page.submit(district=chosen)
    assert page.status == 200 and (await stored(alice))["district"] == chosen


async def test_only_owners_change_it(site, alice, bob, charlie, stella, visitor):
    await fill_in(alice)
    assert (await bob.get("/organisation/edit")).status == 403
    assert (await bob.post("/organisation/edit", ANSWERS | {"organisation": str(alice.organisation)})).status == 403
    theirs = ANSWERS | {"organisation": str(alice.organisation), "name": "Ours"}
    answers = [await other.post("/organisation/edit", theirs) for other in (charlie, visitor)]
    assert [answer.status for answer in answers] == [409, 403]
    assert (await stella.post("/organisation/edit", theirs)).url != "/organisation?notice=profile-saved"
    assert (await stored(alice))["name"] == "Pendle Joinery"


async def test_another_organisations_profile_is_never_shown(site, alice, charlie):
    await fill_in(alice, name="Canary Joinery")
    for path in ("/organisation", "/organisation/edit"):
        assert "Canary" not in (await charlie.get(path)).html


async def test_a_person_with_two_organisations_acts_for_the_one_added_last(site, alice):
    await fill_in(alice)
    page = await (await alice.get("/organisation/new")).submit(name="Second Firm")
    assert page.url == "/organisation/edit" and "Second Firm" in page.html
    assert (await stored(alice))["name"] == "Pendle Joinery"


async def test_a_name_is_needed_for_another_organisation(site, alice):
    page = await (await alice.get("/organisation/new")).submit(name=" ")
    assert page.status == 422 and page.errors == ["Enter the name of your firm or organisation"]


async def test_nobody_adds_organisations_without_end(site, alice):

    page = await alice.get("/organisation/new")
    statuses = [(await page.submit(name=f"Firm {number}")).status for number in range(11)]
    assert statuses == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Pendle Joinery", "Pendle Joinery"),
        ("Pendle and Ribble Valley Joinery, Shopfitting and Restoration Company Limited",
         "Pendle and Ribble Valley Joinery, Shopfitting and…"),
        ("J" * 150, "J" * 59 + "…"),
    ],
)  # fmt: skip
async def test_the_head_of_each_page_has_room_for_the_name(site, name, shown):
    page = await (await member_of_new_organisation(site, "Alice", name)).get("/home")
    (head,) = page.document.xpath("//*[@class='pledge-acting-for']")
    assert head.text_content().strip("\u2068\u2069") == shown


@pytest.mark.parametrize("ticked", ["seasonal", "sponsored", "minimum_wage", "tied_housing"])
async def test_an_owner_alone_who_ticks_staff_is_told_what_contradicts(alice, ticked):
    page = await fill_in(alice, headcount_band="0", labour=[ticked])
    assert page.status == 422 and page.document.xpath("//a[@href='#labour']")
    words = FIELDS["labour"].values[ticked]
    assert f"You ticked “{words}”, and said that nobody but the owner works for you." in page.text
    assert "If you pay them, choose how many they are. If an agency or a labour provider does, tick that" in page.text
    assert page.fields()["labour"] == [ticked] and page.fields()["headcount_band"] == ["0"]  # nothing typed is lost
    assert (await stored(alice))["profiled"] is None
    page = await page.submit(labour=["agency", ticked])  # somebody else's staff
    assert page.url == "/organisation?notice=profile-saved"


async def test_several_kinds_of_staff_are_named_together(alice):
    page = await fill_in(alice, headcount_band="0", labour=["seasonal", "minimum_wage"])
    assert "You ticked “Seasonal workers” and “People paid at or near the minimum wage”, and said" in page.text
    assert (await page.submit(headcount_band="1-9")).url == "/organisation?notice=profile-saved"
