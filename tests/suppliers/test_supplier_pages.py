"""The list, one supplier, what a member says about it, the ten largest, and what was wrong with a file."""

import asyncio
from collections import Counter
from functools import partial
from uuid import uuid4

import pytest
from tests.suppliers.sending import (
    ACME,
    BEE,
    LIST,
    address_of,
    csv,
    imported,
    rows,
    suppliers,
    workbook,
)
from tests.support.cast import colleague

from pledge.database.unit import database, read
from pledge.organisations import profiles
from pledge.organisations.sectors import RISK_SECTORS
from pledge.suppliers.files import problems
from pledge.suppliers.listed import listing, queries
from pledge.suppliers.listed.rating import facts_of
from pledge.suppliers.risk.rules import LEVELS, RULES, Supply
from pledge.suppliers.words.countries import country_name

UNKNOWN = ["Zed Ltd", "", "", "", ""]


@pytest.fixture
async def listed(site, alice):
    """Alice has a list with suppliers of several levels."""
    await imported(site, alice, workbook(*LIST, UNKNOWN, ["Eff Foods", "Fruit", "UK", 7, "employees"]))
    return alice


def names(page) -> list[str]:
    """The suppliers of the list on the page, in their order."""
    links = page.document.xpath("//main//tbody//th/a[starts-with(@href, '/suppliers/')]")
    return [link.text_content() for link in links if "uploads" not in link.get("href")]


async def test_the_list_begins_with_what_weighs_most_and_then_costs_most(site, alice):
    rows_given = [
        ["Small Cotton Ltd", "Cotton", "China", 5, "employees"],
        ["Dear Cotton Ltd", "Cotton", "China", 900, "employees"],
        ["Bee Legal LLP", "Legal fees", "UK", 5000, "employees"],
        UNKNOWN,
        ["Agency Ltd", "Legal fees", "UK", 1, "agency"],
    ]
    await imported(site, alice, workbook(*rows_given))
    page = await alice.get("/suppliers")
    assert names(page) == ["Dear Cotton Ltd", "Small Cotton Ltd", "Agency Ltd", "Zed Ltd", "Bee Legal LLP"]


async def test_unknown_is_find_out_and_never_reads_as_safe(listed):
    page = await listed.get("/suppliers?level=unknown")
    assert names(page) == ["Eff Foods", "Zed Ltd"]
    assert "Find out" in page.text and "it is not low" in page.text
    page = await listed.get(await address_of(listed, "Zed Ltd"))
    assert "We know too little to say" in page.text and "it does not mean low" in page.text
    page = await listed.get(await address_of(listed, "Bee Legal LLP"))
    assert "That is no proof that there is none" in page.text


async def test_totals_by_level_lead_to_the_suppliers_of_that_level(listed):
    page = await listed.get("/suppliers")
    bars = page.document.xpath("//table[contains(@class, 'pledge-bars')]//tbody//tr")
    assert [" ".join(row.text_content().split()) for row in bars] == [
        "High 2", "Medium 0", "Find out 2", "Low 1",
    ]  # fmt: skip
    assert {row.xpath(".//a")[0].get("href") for row in bars} == {f"/suppliers?level={level}" for level in LEVELS}


async def test_the_list_can_be_narrowed_by_words_and_level(listed):
    everything = names(await listed.get("/suppliers"))
    assert len(everything) == 5
    for query, found in (
        ("q=acme", ["Acme Ltd"]), ("q=COTTON+shirts", ["Acme Ltd"]), ("q=t-shirts&level=high", ["Acme Ltd"]),
        ("q=cotton&level=low", []), ("level=low", ["Bee Legal LLP"]), ("q=%25", everything), ("q=_", everything),
        ("level=nonsense", everything), ("q=legal+llp", ["Bee Legal LLP"]), ("q=caf%C3%A9", []),
        ("q=" + "x" * 500, []),
    ):  # fmt: skip
        page = await listed.get(f"/suppliers?{query}")
        assert names(page) == found, query
        assert ("No supplier fits" in page.text) == (not found), query


async def test_words_are_found_without_accents_and_case(site, alice):
    await imported(site, alice, csv(["Café Zoë Ltd", "Brötchen", "Germany", 1, ""]), "l.csv")
    for query in ("cafe", "CAFÉ", "broetchen zoe", "brotchen"):
        assert len(names(await alice.get(f"/suppliers?q={query}"))) == (query != "broetchen zoe")


async def test_a_long_list_has_pages(site, alice, monkeypatch):
    monkeypatch.setattr(listing, "ON_PAGE", 10)
    await imported(site, alice, csv(*[[f"Firm {n:02} Ltd", "Bricks", "UK", n, ""] for n in range(25)]), "l.csv")
    seen = []
    for number in (1, 2, 3):
        page = await alice.get(f"/suppliers?q=firm&page={number}")
        assert "25 suppliers of 25" in page.text
        seen += names(page)
    assert seen == [f"Firm {n:02} Ltd" for n in reversed(range(25))]
    assert any("q=firm&page=2" in link for link in page.links())
    assert names(await alice.get("/suppliers?page=99")) == seen[20:]
    for bad in ("0", "-1", "x", "1e3", "٣"):
        assert (await alice.get(f"/suppliers?page={bad}")).status == 200


async def test_a_supplier_shows_its_level_every_reason_with_its_source_and_one_next_step(listed):
    page = await listed.get(await address_of(listed, "Acme Ltd"))
    row = (await suppliers(listed))["Acme Ltd"]
    assert "Risk that people are exploited: High" in page.text
    assert RULES["goods-listed"].url in page.links() and "last checked" in page.text
    assert page.text.count(RULES["goods-listed"].action) == 1
    assert "Cotton T-shirts" in page.text and "China" in page.text and "£1,000" in page.text
    assert row["level"] == "high" and "Named in list.xlsx" in page.text


async def test_a_fact_said_by_hand_counts_at_once(listed):
    address = await address_of(listed, "Eff Foods")
    page = await listed.get(f"{address}/edit")
    assert page.fields()["goods"] == ["Fruit"] and page.fields()["country_of_supply"] == ["United Kingdom"]
    page = await page.submit(countries_of_origin="Turkey and Ecuador", labour="employees", on_site="no")
    assert "Saved, and rated anew" in page.text and page.url.startswith(address)
    row = (await suppliers(listed))["Eff Foods"]
    facts = facts_of(row)
    assert facts.supplies == (Supply("Fruit", ("TR", "EC")),) and facts.on_site is False
    assert row["updated_by"] == listed.id and row["revision"] == 1
    assert row["listed_goods"] == ("goods list" in page.text)


async def test_what_was_not_changed_stays_as_it_was(site, alice):
    head = ["Supplier name", "What they supply", "Country made or grown", "SIC code"]
    content = csv(["Acme", "Cotton", "China", "46410"], ["Acme", "Legal fees", "UK", ""], head=head)
    await imported(site, alice, content, "l.csv")
    address = await address_of(alice, "Acme")
    before = facts_of((await suppliers(alice))["Acme"])
    page = await (await alice.get(f"{address}/edit")).submit(labour="mixed")
    after = facts_of((await suppliers(alice))["Acme"])
    assert after.supplies == before.supplies and after.labour == "mixed" and page.status == 200
    await (await alice.get(f"{address}/edit")).submit(goods="Cotton\nBricks")
    after = facts_of((await suppliers(alice))["Acme"])
    assert after.supplies == (Supply("Cotton", ("CN",), ("46410",)), Supply("Bricks", ("CN", "GB")))


async def test_emptied_facts_are_unknown_again(listed):
    address = await address_of(listed, "Acme Ltd")
    page = await listed.get(f"{address}/edit")
    page = await page.submit(goods="", country_of_supply="", labour="unknown")
    row = (await suppliers(listed))["Acme Ltd"]
    assert row["level"] == "unknown" and facts_of(row).supplies == () and row["country_of_supply"] is None
    assert "What they supply We do not know" in page.text


async def test_the_context_of_the_score_follows_what_is_said_by_hand(listed):
    async def context() -> bool:
        return (await read(partial(profiles.load, listed.scope))).profile.listed_goods

    address = await address_of(listed, "Acme Ltd")
    assert await context()
    await (await listed.get(f"{address}/edit")).submit(goods="Legal fees", country_of_supply="UK")
    assert not await context()
    await (await listed.get(f"{address}/edit")).submit(goods="Cotton", countries_of_origin="China")
    assert await context()


async def test_every_problem_of_the_form_is_told_with_what_was_typed(listed):
    page = await listed.get(f"{await address_of(listed, 'Acme Ltd')}/edit")
    page = await page.submit(country_of_supply="Narnai", countries_of_origin="Europe", labour="robots")
    assert page.status == 422 and len(page.errors) == 3 and "“Narnai”" in page.errors[0]
    assert page.fields()["country_of_supply"] == ["Narnai"]
    page = await page.submit(country_of_supply="Gemany", countries_of_origin="", labour="agency")
    assert page.errors == [
        "“Country they supply from”: We do not know a country called “Gemany”. Did you mean Germany? Write one country"
        " by its English name or two-letter code."
    ]


async def test_two_colleagues_do_not_undo_each_other_unseen(listed, bob):
    address = await address_of(listed, "Acme Ltd")
    hers, his = await listed.get(f"{address}/edit"), await bob.get(f"{address}/edit")
    await his.submit(labour="agency")
    page = await hers.submit(labour="employees", on_site="yes")
    assert page.status == 409 and "was changed while your page was open" in page.errors[0]
    assert page.fields()["labour"] == ["agency"] and "What you typed" in page.text and "employees" in page.text
    again = await page.submit()
    assert again.status == 200 and (await suppliers(listed))["Acme Ltd"]["labour"] == "agency", "a blind second press"
    await (await listed.get(f"{address}/edit")).submit(labour="employees")
    assert (await suppliers(listed))["Acme Ltd"]["labour"] == "employees"


async def test_an_error_on_the_page_does_not_make_it_newer_than_it_is(listed, bob):
    address = await address_of(listed, "Acme Ltd")
    hers, his = await listed.get(f"{address}/edit"), await bob.get(f"{address}/edit")
    page = await hers.submit(country_of_supply="Nowhereland")
    assert page.status == 422
    await his.submit(labour="agency")
    page = await page.submit(country_of_supply="", labour="employees")
    assert page.status == 409 and (await suppliers(listed))["Acme Ltd"]["labour"] == "agency"


async def test_the_list_is_summed_up_by_country_and_sector_and_each_line_leads_to_its_suppliers(listed):
    page = await listed.get("/suppliers/totals")
    lines = {
        link.text_content(): link.getparent().getparent().xpath("string(.//*[@class='pledge-bars__text'])")
        for link in page.document.xpath("//main//table//a[not(contains(@href, 'level='))]")
    }
    found = await suppliers(listed)
    by_country = Counter(row["country_of_supply"] for row in found.values())
    (home,) = [name for name in lines if name.startswith("United Kingdom")]
    assert lines[home] == str(by_country["GB"])
    assert lines["China (1 high)"] == "1"
    (sector,) = [name.partition(" (")[0] for name in lines if "leaning" in name]
    for link in page.document.xpath("//main//table//a[not(contains(@href, 'level='))]"):
        narrowed = await listed.get(link.get("href"))
        assert f"{lines[link.text_content()]} supplier" in narrowed.text, link.text_content()
    narrowed = await listed.get("/suppliers?country=CN")
    assert "Only: China" in narrowed.text and "Acme Ltd" in narrowed.text and "Bee Legal" not in narrowed.text
    assert f"Only: {sector}" in (await listed.get(f"/suppliers?sector={sector_of(sector)}")).text


def sector_of(label: str) -> str:
    return next(sector.id for sector in RISK_SECTORS.values() if sector.label == label)


async def test_a_country_that_does_not_exist_is_a_missing_page(listed):
    assert (await listed.get("/suppliers?country=XX")).status == 404
    assert (await listed.get("/suppliers?sector=nonsense")).status == 200


async def test_an_edit_is_in_the_log_without_names(listed):
    address = await address_of(listed, "Acme Ltd")
    await (await listed.get(f"{address}/edit")).submit(labour="agency")
    (entry,) = await rows("SELECT * FROM audit_entry WHERE action = 'supplier.edited'")
    assert entry["subject"] == address.rpartition("/")[2] and entry["details"] == "{}"


async def test_another_firms_supplier_is_not_there(listed, charlie):
    address = await address_of(listed, "Acme Ltd")
    data = (await listed.get(f"{address}/edit")).fields()
    for path in (address, f"{address}/edit"):
        assert (await charlie.get(path)).status == 404
    assert (await charlie.post(f"{address}/edit", data)).status == 409
    data["organisation"] = [str(charlie.organisation)]
    assert (await charlie.post(f"{address}/edit", data)).status == 404
    assert names(await charlie.get("/suppliers")) == []


async def test_a_viewer_sees_and_does_not_change(site, listed):
    viewer = await colleague(site, "Vera", listed, "viewer")
    address = await address_of(listed, "Acme Ltd")
    assert "Acme Ltd" in names(await viewer.get("/suppliers"))
    page = await viewer.get(address)
    assert page.status == 200 and f"{address}/edit" not in page.links()
    assert (await viewer.get(f"{address}/edit")).status == 403
    data = (await listed.get(f"{address}/edit")).fields()
    assert (await viewer.post(f"{address}/edit", data)).status == 403
    assert (await viewer.get("/suppliers/countries")).status == 403


# — the ten largest —


async def without_countries(site, person, count: int = 14):
    content = "Vendor,Net amount\n" + "".join(f"Firm {n:02} Ltd,{n}\n" for n in range(count))
    return await imported(site, person, content.encode(), "accounts.csv")


async def test_a_list_without_countries_asks_for_the_ten_largest_only(site, alice):
    page = await without_countries(site, alice)
    assert "/suppliers/countries" in page.links()
    page = await alice.get("/suppliers")
    assert "10 countries are missing" in page.text
    page = await alice.get("/suppliers/countries")
    asked = [legend.text_content() for legend in page.document.xpath("//legend")]
    assert asked == [f"Firm {n:02} Ltd" for n in range(13, 3, -1)]


async def test_countries_are_folded_saved_and_rated_at_once(site, alice):
    await without_countries(site, alice)
    page = await alice.get("/suppliers/countries")
    ids = {name: row["id"] for name, row in (await suppliers(alice)).items()}
    given = {
        f"country-{ids['Firm 13 Ltd']}": "uk", f"country-{ids['Firm 12 Ltd']}": "Côte d'Ivoire",
        f"labour-{ids['Firm 12 Ltd']}": "agency",
    }  # fmt: skip
    page = await page.submit(**given)
    assert "Saved, and rated anew" in page.text and "8 countries are missing" in page.text
    found = await suppliers(alice)
    assert found["Firm 13 Ltd"]["country_of_supply"] == "GB"
    assert (found["Firm 12 Ltd"]["country_of_supply"], found["Firm 12 Ltd"]["labour"]) == ("CI", "agency")
    assert found["Firm 12 Ltd"]["level"] == "medium" and found["Firm 11 Ltd"]["revision"] == 0
    page = await alice.get("/suppliers/countries")
    assert page.fields()[f"country-{ids['Firm 12 Ltd']}"] == [country_name("CI")]


async def test_unknown_countries_are_told_all_at_once_and_nothing_is_saved(site, alice):
    await without_countries(site, alice)
    page = await alice.get("/suppliers/countries")
    fields = [name for name in page.fields() if name.startswith("country-")]
    page = await page.submit(**{fields[0]: "Narnia", fields[1]: "Mordor", fields[2]: "France"})
    assert page.status == 422 and len(page.errors) == 2
    assert page.fields()[fields[2]] == ["France"]
    assert not any(row["country_of_supply"] for row in (await suppliers(alice)).values())


async def test_a_colleagues_country_is_not_overwritten_unseen(site, alice, bob):
    await without_countries(site, alice)
    ids = {name: row["id"] for name, row in (await suppliers(alice)).items()}
    thirteen, twelve, eleven = (f"country-{ids[f'Firm {number} Ltd']}" for number in (13, 12, 11))
    labour = thirteen.replace("country", "labour")
    hers, his = [await person.get("/suppliers/countries") for person in (alice, bob)]
    await his.submit(**{thirteen: "China", labour: "agency", eleven: "Spain"})
    page = await hers.submit(**{thirteen: "India", labour: "agency", twelve: "France"})
    assert page.status == 409 and page.errors == [
        "“Country that Firm 13 Ltd supplies from” was changed while your page was open. It is “China” now, and you "
        "have “India”. Put in what is right. Left empty, it stays as it is now."
    ]
    shown = page.fields()
    assert (shown[thirteen], shown[twelve], shown[eleven], shown[labour]) == ([""], ["France"], ["Spain"], ["agency"])
    found = await suppliers(alice)
    assert found["Firm 12 Ltd"]["country_of_supply"] is None, "nothing is saved yet"
    assert (await page.submit()).status == 200
    found = await suppliers(alice)
    told = [found[f"Firm {number} Ltd"]["country_of_supply"] for number in (13, 12, 11)]
    assert told == ["CN", "FR", "ES"], "a blind second press overwrites nothing"
    page = await alice.get("/suppliers/countries")
    assert (await page.submit(**{thirteen: "India"})).status == 200
    assert (await suppliers(alice))["Firm 13 Ltd"]["country_of_supply"] == "IN"


async def test_what_an_older_page_of_countries_leaves_alone_stays_as_it_is_now(site, alice, bob):
    await imported(site, alice, workbook(ACME, BEE))
    acme, bee = [f"country-{row['id']}" for row in (await suppliers(alice)).values()]
    hers, his = [await person.get("/suppliers/countries") for person in (alice, bob)]
    await his.submit(**{acme: "India"})
    assert (await hers.submit(**{bee: "France"})).status == 200
    found = await suppliers(alice)
    assert [row["country_of_supply"] for row in found.values()] == ["IN", "FR"]


async def test_countries_of_suppliers_that_are_not_the_largest_any_more_are_saved(site, alice):
    await without_countries(site, alice)
    page = await alice.get("/suppliers/countries")
    four = f"country-{(await suppliers(alice))['Firm 04 Ltd']['id']}"
    await imported(site, alice, b"Vendor,Net amount\nAcme Ltd,99\n", "more.csv")
    assert four not in (await alice.get("/suppliers/countries")).fields()
    assert (await page.submit(**{four: "Spain"})).status == 200
    assert (await suppliers(alice))["Firm 04 Ltd"]["country_of_supply"] == "ES"
    gone = await page.submit(**{four: "Italy", f"country-{uuid4()}": ""})  # of one that became another meanwhile
    assert gone.status == 404 and "Country that Firm 04 Ltd supplies from Italy" in gone.text


async def test_two_countries_at_the_same_moment_are_one_country_and_one_question(site, alice, bob):
    await without_countries(site, alice)
    field = f"country-{(await suppliers(alice))['Firm 13 Ltd']['id']}"
    pages = [await person.get("/suppliers/countries") for person in (alice, bob)]
    answers = await asyncio.gather(
        *(page.submit(**{field: name}) for page, name in zip(pages, ("ES", "FR"), strict=True))
    )
    assert sorted(answer.status for answer in answers) == [200, 409]


async def test_a_list_with_countries_does_not_ask(site, alice):
    page = await imported(site, alice, workbook(ACME, BEE))
    assert "/suppliers/countries" not in page.links()
    assert "missing" not in (await alice.get("/suppliers")).text


async def test_without_a_list_there_is_nobody_to_ask_about(alice):
    page = await alice.get("/suppliers/countries")
    assert page.status == 200 and "no suppliers in your list yet" in page.text


async def test_countries_of_another_organisation_are_not_saved(site, alice, charlie):
    await without_countries(site, alice)
    data = (await alice.get("/suppliers/countries")).fields()
    assert (await charlie.post("/suppliers/countries", data)).status == 409


async def test_the_largest_without_any_spend_are_those_named_most(site, alice):
    names_given = "".join(f"Firm {n:02}\n" * (n + 1) for n in range(14))
    await imported(site, alice, f"Vendor\n{names_given}".encode(), "l.csv")
    largest = await read(partial(listing.largest, alice.scope))
    assert [row["name"] for row in largest] == [f"Firm {n:02}" for n in range(13, 3, -1)]


# — what was wrong with a file —


def bad_list() -> bytes:
    good = [[f"Firm {n:02} Ltd", "Bricks", "UK", n, "robots" if n % 2 else ""] for n in range(30)]
    return workbook(*good, *[["", "x", "UK", 1, ""]] * 12, ["Gee Ltd", "x", "Narnia", "much", ""])


async def test_problems_are_grouped_counted_and_listed_cell_by_cell(site, alice, monkeypatch):
    monkeypatch.setattr(problems, "ON_PAGE", 10)
    page = await imported(site, alice, bad_list())
    assert "13 rows were not taken" in page.text
    assert "Why rows were not taken (14)" in page.text and "With a warning (15)" in page.text
    cells = page.document.xpath("//caption[starts-with(., 'Page')]/..//tbody//th")
    assert [cell.text_content() for cell in cells][:2] == ["Suppliers, cell A32", "Suppliers, cell A33"]
    assert len(cells) == 10 and "This row has no supplier name" in page.text
    seen = [*cells]
    page = await alice.get(f"{page.url}?severity=reject&page=2")
    seen += page.document.xpath("//caption[starts-with(., 'Page')]/..//tbody//th")
    assert len(seen) == 14


async def test_problems_can_be_narrowed_to_a_kind_or_a_severity(site, alice):
    page = await imported(site, alice, bad_list())
    kinds = [link for link in page.links() if "?code=" in link]
    assert {link.partition("code=")[2].partition("#")[0] for link in kinds} == {
        "name-missing", "country-unknown", "spend-wrong",
    }  # fmt: skip
    narrow = await alice.get(f"{page.url}?code=country-unknown")
    assert "Suppliers, cell C44" in narrow.text and "Narnia" in narrow.text and "cell A32" not in narrow.text
    warned = await alice.get(f"{page.url}?severity=warn")
    assert "robots" in warned.text and "Narnia" not in warned.text
    for odd in ("severity=x", "code=x", "severity=mended"):
        assert (await alice.get(f"{page.url}?{odd}")).status == 200
    assert (await alice.get(f"{page.url}?page=0")).status == 200


async def test_a_file_without_problems_says_so(site, alice):
    page = await imported(site, alice, workbook(ACME, BEE))
    assert "Every row was taken" in page.text and "What we noted" not in page.text


async def test_a_file_of_which_nothing_could_be_taken_says_so(site, alice):
    page = await imported(site, alice, workbook(["", "x", "UK", 1, ""], ["n/a", "x", "UK", 1, ""]))
    assert "No row could be taken" in page.text and "2 rows were not taken" in page.text


async def test_what_files_say_is_shown_as_text(site, alice):
    evil = ["<script>alert(1)</script> Ltd", "<b>Cotton</b>", "China", "<i>1</i>", '"><img src=x>']
    page = await imported(site, alice, workbook(evil, [*evil[:3], 5, evil[4]]))
    for shown in (page, await alice.get("/suppliers"), await alice.get(await address_of(alice, evil[0]))):
        assert "<script>alert" not in shown.html and "<b>Cotton" not in shown.html and "<img" not in shown.html
        assert "&lt;" in shown.html


async def test_the_list_is_a_handful_of_round_trips(listed):
    await listed.get("/suppliers")
    before = database().statements
    await listed.get("/suppliers")
    assert database().statements - before <= 7
    before = database().statements
    await read(partial(queries.count, listed.scope))
    assert database().statements - before == 1
