"""The public register as people and machines ask for it."""

import csv
import io
from functools import partial
from string import ascii_uppercase
from uuid import uuid4

import time_machine

from pledge.database.unit import database, write
from pledge.pledges import signing, standing

from .signers import ALICE, Given, firms, signed


async def test_everybody_sees_who_signed_with_the_label_on_every_row(site, alice, visitor, stella):
    await signed(alice)
    await firms(site, ["Alpha Cafe"], sector="I")
    for person in (visitor, alice, stella):
        page = await person.get("/signatories")
        assert page.status == 200
        rows = page.document.xpath("//main//tbody/tr")
        assert ["".join(row.xpath("./th/a/text()")) for row in rows] == ["Alpha Cafe", "Pendle Joinery"]
        for row in rows:
            assert "Self-assessed, not checked" in row.text_content() and "Pendle" in row.text_content()
        assert "Alice Example" not in page.html


async def test_nothing_about_scores_is_ever_shown(site, alice, visitor):
    await signed(alice)
    await write(partial(standing.set_status, alice.organisation, "improving"))
    for path in ("/signatories", f"/signatories/{alice.organisation}", "/signatories.csv", "/signatories.json"):
        text = (await visitor.get(path)).html
        assert "Improving" in text and "%" not in text.replace("100%", "")
        assert not {"6500", "basis points", "weighted"} & set(text.split())


async def test_an_empty_register_invites_and_does_not_say_nought(visitor):
    page = await visitor.get("/signatories")
    assert page.status == 200 and "Nobody is in the list yet" in page.text and " 0 " not in page.text


async def test_the_count_appears_with_the_tenth_signatory(site, visitor):
    await firms(site, [f"Firm {number}" for number in range(9)])
    assert "current signator" not in (await visitor.get("/signatories")).text
    await firms(site, ["Tenth"], district="E07000123")
    assert "10 current signatories" in (await visitor.get("/signatories")).text
    assert "current signator" not in (await visitor.get("/signatories?district=E07000123")).text


async def test_filters_are_in_the_address_and_kept_in_the_form(site, visitor):
    await firms(site, ["Cafe", "Bistro"], sector="I")
    await firms(site, ["Joiner"], district="E07000123")
    page = await visitor.get("/signatories?district=E07000122&sector=I&name=caf")
    assert "Cafe" in page.text and "Bistro" not in page.text and "Joiner" not in page.text
    assert page.document.xpath("//select[@name='district']/option[@selected]/@value") == ["E07000122"]
    assert page.document.xpath("//input[@name='name']/@value") == ["caf"]
    assert "/signatories.csv?district=E07000122&sector=I&name=caf" in page.links()
    csv_rows = list(csv.DictReader(io.StringIO((await visitor.get(page.links()[-2])).html.lstrip("\ufeff"))))
    assert [row["name"] for row in csv_rows] == ["Cafe"]
    nothing = await visitor.get("/signatories?sector=A")
    assert nothing.status == 200 and "Nobody in the list matches" in nothing.text


async def test_a_filter_that_does_not_exist_is_named_not_ignored(site, visitor):
    await firms(site, ["Joiner"])
    for query in ("district=E99999999", "district=Pendle", "sector=Z", "sector=FF", "district=%00x"):
        page = await visitor.get(f"/signatories?{query}")
        assert page.status == 422 and page.title.startswith("Error: ") and "Joiner" not in page.text, query
        assert len(page.errors) == 1 and "We do not know that" in page.errors[0], query
        for kind in ("csv", "json"):
            answer = await visitor.get(f"/signatories.{kind}?{query}")
            assert answer.status == 422 and "We do not know that" in answer.html, query
            assert "Joiner" not in answer.html, query


async def test_all_wrong_filters_are_named_at_once(visitor):
    page = await visitor.get(f"/signatories?district=x&sector=y&name={'z' * 300}")
    assert page.status == 422 and len(page.errors) == 3


async def test_an_old_address_with_the_number_of_a_page_is_the_first_page_with_its_filters(site, short_pages, visitor):
    await firms(site, [f"Firm {count}" for count in range(6)])
    await firms(site, ["Alpha"], sector="I")
    for number in ("1", "2", "0", "-1", "999999", "abc", "1e3", "²", "9" * 5000, "", "%00"):
        page = await visitor.get(f"/signatories?sector=F&page={number}")
        assert page.status == 200 and "Firm 0" in page.text, number
        assert "Firm 5" not in page.text and "Alpha" not in page.text, number


async def test_any_place_in_an_address_gives_a_page(site, short_pages, visitor):
    await firms(site, [f"Firm {count}" for count in range(6)])
    for place in (
        "~",
        "%00",
        "²",
        "x" * 5000,
        "firm~00000000-0000-0000-0000-00000000000g",
        "%F0%9F%98%80",
        "%ED%A0%80",
    ):
        for side in ("after", "before"):
            page = await visitor.get(f"/signatories?{side}={place}")
            assert page.status == 200 and "Firm 3" in page.text, (side, place)


async def test_pages_keep_the_filters(site, short_pages, visitor):
    await firms(site, [f"Firm {count} & Co" for count in range(6)])
    await firms(site, ["Firm 7"], sector="I")
    page = await visitor.get("/signatories?sector=F&name=firm")
    (following,) = [link for link in page.links() if "after=Firm" in link]
    assert following.startswith("/signatories?sector=F&name=firm&after=Firm+4+%26+Co~")
    second = await visitor.get(following)
    assert "Firm 5" in second.text and "Firm 7" not in second.text and "Firm 4" not in second.text
    (back,) = [link for link in second.links() if "before=" in link]
    assert (await visitor.get(back)).document.xpath("//main//tbody//th/a/text()") == [
        f"Firm {count} & Co" for count in range(5)
    ]
    assert second.document.xpath("//nav//a[@rel]/@rel") == ["prev"] and page.document.xpath("//nav//a[@rel]/@rel") == [
        "next"
    ]


async def test_a_list_of_several_pages_can_be_entered_at_a_letter(site, short_pages, visitor):
    await firms(site, ["Alpha", "Beta", "mill", "Mint"])
    assert not (await visitor.get("/signatories")).document.xpath("//nav[@aria-label='By first letter']")
    await firms(site, ["Quarry", "Zed"])
    page = await visitor.get("/signatories?sector=F")
    letters = page.document.xpath("//nav[@aria-label='By first letter']//a")
    assert [letter.text_content() for letter in letters] == [f"Names from {letter}" for letter in ascii_uppercase]
    page = await visitor.get(letters[12].get("href"))
    assert page.document.xpath("//main//tbody//th/a/text()") == ["mill", "Mint", "Quarry", "Zed"]
    assert page.document.xpath("//select[@name='sector']/option[@selected]/@value") == ["F"]


async def test_lapsed_ones_are_grey_then_gone(site, alice, visitor):
    with time_machine.travel("2026-11-21T12:00:00Z"):
        await signed(alice)
    with time_machine.travel("2027-11-22T12:00:00Z"):
        page = await visitor.get("/signatories")
        assert page.document.xpath("//main//tbody//th[contains(@class,'pledge-lapsed')]")
        assert "Lapsed on 21 November 2027" in page.text
        entry = await visitor.get(f"/signatories/{alice.organisation}")
        assert entry.status == 200 and "ran out on 21 November 2027 and has not been renewed" in entry.text
        assert "The pledge is current" not in entry.text
    with time_machine.travel("2028-02-20T12:00:00Z"):
        assert "Pendle Joinery" not in (await visitor.get("/signatories")).text
        assert (await visitor.get(f"/signatories/{alice.organisation}")).status == 404


async def test_an_entry_can_be_verified(site, alice, visitor):
    with time_machine.travel("2026-11-21T12:00:00Z"):
        await signed(alice, Given("Alice Example", "Owner", (*ALICE.consents, "signatory-name")))
        page = await visitor.get(f"/signatories/{alice.organisation}")
    assert page.status == 200 and page.title.startswith("Pendle Joinery")
    for words in (
        "The pledge is current", "Signed on 21 November 2026", "Lasts until 21 November 2027", "Version 2026.1",
        "Pendle", "Building and trades", "Signed by Alice Example", "Self-assessed, not checked",
        "It is not a certificate", "It is not a claim that we are free of modern slavery",
    ):  # fmt: skip
        assert words in page.text, words
    assert "/pledge?version=2026.1" in page.links()
    assert "Owner" not in page.text  # the role is not among what the register shows


async def test_what_is_not_in_the_register_is_one_and_the_same_page(site, alice, charlie, visitor):
    await signed(alice)
    await write(partial(signing.withdraw, alice.scope))
    pages = [
        await visitor.get(f"/signatories/{found}") for found in (alice.organisation, charlie.organisation, uuid4())
    ]
    assert {page.status for page in pages} == {404} and len({page.html for page in pages}) == 1
    assert "has no current pledge" in pages[0].text
    assert (await visitor.get("/signatories/pendle-joinery")).status == 404


async def test_the_spreadsheet_is_a_file_for_excel_without_formulas(site, visitor):
    await firms(site, ["=HYPERLINK(1)", "Über Café"])
    answer = await visitor.http.get("/signatories.csv")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="signatories.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "Über Café"]
    assert rows[0]["url"].startswith("http://127.0.0.1:8000/signatories/") and rows[0]["signer"] == ""


async def test_the_data_is_json(site, visitor):
    (organisation,) = await firms(site, ["Joiner"])
    document = (await visitor.http.get("/signatories.json")).json()
    assert document["label"] == "Self-assessed, not checked"
    assert [entry["url"][-36:] for entry in document["signatories"]] == [str(organisation)]


async def test_a_visitor_s_page_of_the_register_costs_one_round_trip(site, short_pages, visitor):
    await firms(site, [f"Firm {count}" for count in range(6)])
    before = database().statements
    await visitor.get("/signatories")
    assert database().statements - before == 1
