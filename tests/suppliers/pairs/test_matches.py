"""“Are these the same?”: what is asked after an import, what the answers do, and undoing them."""

import random
from functools import partial
from uuid import UUID

from tests.suppliers.sending import address_of, confirmed, csv, imported, rows, suppliers
from tests.support.cast import colleague
from tests.support.log import logged_as

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.organisations import profiles
from pledge.suppliers.pairs import deciding, merge_records, questions

NAMES = ["Skelwyke Joinery Ltd", "Skelwyk Joinery", "Marrowby Timber", "Ottermere Foods"]
HEAD = ["Supplier name", "What they supply", "Country", "Spend", "Town", "UK company number", "Supplier code"]
MATCHES = "/suppliers/matches"


def names_only(*names: str) -> bytes:
    return csv(*[[name] for name in names], head=["Supplier name"])


def table(*given: dict) -> bytes:
    fields = ("name", "goods", "country", "spend", "town", "number", "code")
    return csv(*[[row.get(field, "") for field in fields] for row in given], head=HEAD)


async def asked(person) -> list[set[str]]:
    """The names of each pair that is asked about, the likeliest first."""
    return [set(found.names) for found in await read(partial(questions.some, person.scope, 1))]


async def decided(person, *answers: str, **more: str):
    """Answer the questions on the first page, in their order."""
    page = await person.get(MATCHES)
    fields = [name for name in page.fields() if name.startswith("match-")]
    return await page.submit(**dict(zip(fields, answers, strict=False)), **more)


async def contents(person) -> dict[str, list]:
    """The list as it stands, with all that is remembered and asked, without revisions and times of change."""
    own = person.organisation
    return {
        "suppliers": [
            {name: row[name] for name in row if name not in ("revision", "updated", "updated_by", "rated")}
            for row in await rows("SELECT * FROM supplier WHERE organisation = {} ORDER BY id", own)
        ],
        "marks": await rows("SELECT * FROM supplier_mark WHERE organisation = {} ORDER BY supplier, mark", own),
        "links": await rows("SELECT * FROM upload_supplier WHERE organisation = {} ORDER BY upload, number", own),
        "questions": await rows(
            "SELECT supplier, other, likeness, company_number FROM match_question WHERE organisation = {} "
            "ORDER BY supplier, other",
            own,
        ),
        "merges": await rows(
            "SELECT supplier, gone, through FROM supplier_merge WHERE organisation = {} ORDER BY gone", own
        ),
    }


# — asking —


async def test_an_import_is_never_held_up_and_asks_afterwards(site, alice):
    page = await imported(site, alice, names_only(*NAMES), "l.csv")
    assert "4 suppliers from 4 rows" in page.text
    assert "1 pair of suppliers may be the same" in page.text and MATCHES in page.links()
    assert MATCHES in (await alice.get("/suppliers")).links()
    page = await alice.get(MATCHES)
    assert (
        "Skelwyke Joinery Ltd and Skelwyk Joinery" in page.text and "The names are spelt nearly the same." in page.text
    )
    assert await asked(alice) == [{"Skelwyke Joinery Ltd", "Skelwyk Joinery"}]
    assert (await rows("SELECT next_paired, pairs_left_out FROM upload"))[0] == {
        "next_paired": None, "pairs_left_out": 0,
    }  # fmt: skip


async def test_new_suppliers_are_compared_with_the_list_of_earlier_files(site, alice, charlie):
    await imported(site, charlie, names_only("Skelwyke Joinery"), "other firm.csv")
    await imported(site, alice, names_only(*NAMES[:1], *NAMES[2:]), "a.csv")
    assert await asked(alice) == []
    await imported(site, alice, names_only("SKELWYKE JOINERY LIMITED", "Marrowby Timbr"), "b.csv")
    assert await asked(alice) == [{"Marrowby Timber", "Marrowby Timbr"}]
    assert await asked(charlie) == []


async def test_what_agrees_and_what_differs_stand_beside_each_other(site, alice):
    one = {"name": "Acme Ltd", "town": "Colne", "code": "A7", "country": "UK", "spend": 1200, "goods": "Bricks"}
    await imported(site, alice, table(one, {**one, "town": "York", "goods": ""}), "l.csv")
    page = await alice.get(MATCHES)
    assert len(await suppliers(alice)) == 1 and len(await rows("SELECT id FROM supplier")) == 2
    for said in (
        "The names are spelt the same.", "You have the same code for both: A7.", "The towns differ: Colne and York.",
        "Both supply from the same country: United Kingdom.",
    ):  # fmt: skip
        assert said in page.text
    cells = [" ".join(cell.text_content().split()) for cell in page.document.xpath("//main//table//td")]
    assert cells.count("£1,200") == 2 and {"Colne", "York", "Bricks"} < set(cells)


async def test_one_company_number_with_quite_another_name_is_asked(site, alice):
    rows_given = [{"name": "Bellholme Dyes", "number": "01234567"}, {"name": "Quickstep Laundry", "number": "01234567"}]
    await imported(site, alice, table(*rows_given), "l.csv")
    found = await suppliers(alice)
    assert {name: row["company_number"] for name, row in found.items()} == {
        "Bellholme Dyes": "01234567", "Quickstep Laundry": None,
    }  # fmt: skip
    assert "Your files give both the company number 01234567." in (await alice.get(MATCHES)).text
    await decided(alice, "same")
    assert list(await suppliers(alice)) == ["Bellholme Dyes"]
    await imported(site, alice, table(*reversed(rows_given)), "again.csv")
    assert len(await rows("SELECT id FROM supplier")) == 1 and await asked(alice) == []


async def test_only_the_likeliest_are_asked_and_the_others_follow(site, alice, monkeypatch):
    monkeypatch.setattr(questions, "MOST", 2)
    pairs = [("Skelwyke Joinery", "Skelwyk Joinery"), ("Marrowby Timber", "Marrowby Timbre"), ("Ottermere", "Otermere")]
    await imported(site, alice, names_only(*[name for pair in pairs for name in pair]), "l.csv")
    first = await asked(alice)
    page = await alice.get(MATCHES)
    assert len(first) == 2 and "1 less likely pair" in page.text
    await decided(alice, "different", "same")
    await site.work()
    assert await asked(alice) == [set(pair) for pair in pairs if set(pair) not in first]
    assert "less likely" not in (await alice.get(MATCHES)).text
    await decided(alice, "different")
    await site.work()
    assert "There is nothing to decide" in (await alice.get(MATCHES)).text


async def test_a_long_page_of_questions_has_pages(site, alice, monkeypatch):
    monkeypatch.setattr(questions, "ON_PAGE", 2)
    await imported(site, alice, names_only("Ottermere Ltd", "Otermere Ltd", "Ottermere PLC", "Ottermer Ltd"), "l.csv")
    count = await read(partial(questions.count, alice.scope))
    pages = [await alice.get(f"{MATCHES}?page={number}") for number in (1, 2, 99)]
    assert (
        count > 2 and "1. Otter" in pages[0].text and "3. " in pages[1].text and "There is nothing" not in pages[2].text
    )
    assert (await alice.get(f"{MATCHES}?page=x")).status == 200
    page = await pages[1].submit()
    assert "Nothing was decided" in page.text and "page=2" in page.url
    assert await read(partial(questions.count, alice.scope)) == count


# — the same —


async def test_the_same_become_one_and_later_files_find_it_under_both_names(site, alice):
    await imported(site, alice, table({"name": NAMES[0], "goods": "Bricks", "country": "UK", "spend": 5}), "2025.csv")
    cotton = {"name": NAMES[1], "goods": "Cotton", "country": "China", "spend": 7, "code": "S1"}
    kept = (await suppliers(alice))[NAMES[0]]["id"]
    await imported(site, alice, table({**cotton, "country": "UK"}), "2026.csv")
    page = await decided(alice, "same")
    assert "Your answers are saved" in page.text and "There is nothing to decide" in page.text
    (one,) = (await suppliers(alice)).values()
    assert (one["id"], one["name"], one["spend"], one["reference"]) == (kept, NAMES[1], 700, "S1")
    page = await alice.get(f"/suppliers/{kept}")
    assert f"{NAMES[0]} and {NAMES[1]}, made one on" in page.text
    (entry,) = await rows("SELECT * FROM audit_entry WHERE action = 'suppliers.merged'")
    assert (entry["subject"], entry["person"]) == (str(kept), await logged_as(alice.id))
    both = table({"name": NAMES[0], "country": "UK", "spend": 1}, {"name": NAMES[1], "country": "UK", "spend": 2})
    await imported(site, alice, both, "2027.csv")
    (one,) = (await suppliers(alice)).values()
    assert (one["spend"], one["rows_named"]) == (300, 2) and await asked(alice) == []


async def test_two_sites_that_are_the_same_stay_the_same_in_the_next_file(site, alice):
    sites = [{"name": "Acme Ltd", "town": "Colne", "spend": 1}, {"name": "Acme Ltd", "town": "York", "spend": 2}]
    await imported(site, alice, table(*sites), "2025.csv")
    await decided(alice, "same")
    await imported(site, alice, table(*reversed(sites)), "2026.csv")
    (one,) = (await suppliers(alice)).values()
    assert one["spend"] == 300 and await asked(alice) == []


async def test_goods_at_risk_that_come_with_a_merge_become_context_of_the_score(site, alice):
    await imported(site, alice, table({"name": NAMES[0], "country": "UK"}), "a.csv")
    await imported(site, alice, table({"name": NAMES[1], "goods": "Cotton", "country": "UK"}), "b.csv")
    await write(partial(sql.rows, "UPDATE supplier SET listed_goods = {}", True))
    await write(partial(profiles.note_listed_goods, alice.organisation, True))
    await decided(alice, "same")
    (one,) = (await suppliers(alice)).values()
    assert not one["listed_goods"], "rated anew"
    assert not (await read(partial(profiles.load, alice.scope))).profile.listed_goods


async def test_three_that_are_one_are_merged_whatever_the_order_of_the_answers(site, alice):
    await imported(site, alice, names_only("Ottermere Ltd", "Otermere Ltd", "Ottermer Ltd"), "l.csv")
    assert len(await asked(alice)) == 3
    await decided(alice, "same", "same", "same")
    (one,) = (await suppliers(alice)).values()
    page = await alice.get(f"/suppliers/{one['id']}")
    assert page.text.count("made one on") == 2
    while undoing := page.document.xpath("//main//form[contains(@action, '/undo')]/@action"):
        page = await page.submit(undoing[-1])
    assert len(await suppliers(alice)) == 3


# — different, later, contradictions —


async def test_different_is_remembered_and_never_asked_again(site, alice):
    await imported(site, alice, names_only(*NAMES), "l.csv")
    page = await decided(alice, "different")
    assert "There is nothing to decide" in page.text and len(await suppliers(alice)) == 4
    await imported(site, alice, names_only(*reversed(NAMES), "Fellgarth"), "again.csv")
    assert await asked(alice) == [] and len(await suppliers(alice)) == 5
    # also when one of them was lost meanwhile and comes again
    await write(partial(sql.rows, "DELETE FROM supplier WHERE name = {}", NAMES[1]))
    await imported(site, alice, names_only(*NAMES[1:2]), "and again.csv")
    assert await asked(alice) == [] and len(await suppliers(alice)) == 5
    assert len(await rows("SELECT id FROM audit_entry WHERE action = 'suppliers.told-apart'")) == 1


async def test_what_is_not_decided_stays(site, alice):
    await imported(site, alice, names_only(*NAMES), "l.csv")
    page = await decided(alice, "later")
    assert "Nothing was decided" in page.text and len(await asked(alice)) == 1
    page = await decided(alice, "nonsense")
    assert page.status == 422 and "Choose one of those that are" in page.text and len(await asked(alice)) == 1


async def test_answers_that_contradict_each_other_are_not_taken(site, alice):
    await imported(site, alice, names_only("Ottermere Ltd", "Otermere Ltd", "Ottermer Ltd"), "l.csv")
    before = await contents(alice)
    page = await decided(alice, "same", "same", "different")
    assert page.status == 422 and page.errors == [
        "You say that these are different, and that both are the same as a third. Change one of these answers."
    ]
    assert [page.fields()[name] for name in page.fields() if name.startswith("match-")] == [
        ["same"], ["same"], ["different"],
    ]  # fmt: skip
    assert await contents(alice) == before


async def test_an_answer_that_a_colleague_gave_first_stands(site, alice, bob):
    await imported(site, alice, names_only(*NAMES), "l.csv")
    mine, theirs = await alice.get(MATCHES), await bob.get(MATCHES)
    (field,) = [name for name in mine.fields() if name.startswith("match-")]
    await mine.submit(**{field: "different"})
    page = await theirs.submit(**{field: "same"})
    assert page.status == 200 and len(await suppliers(alice)) == 4


async def test_nothing_is_decided_while_a_file_is_imported(site, alice):
    await imported(site, alice, names_only(*NAMES), "l.csv")
    page = await alice.get(MATCHES)
    other = await confirmed(site, alice, names_only("Fellgarth"), "two.csv")
    await write(partial(sql.rows, "UPDATE upload SET state = 'importing' WHERE state = 'confirmed'"))
    (field,) = [name for name in page.fields() if name.startswith("match-")]
    page = await page.submit(**{field: "same"})
    assert page.status == 409 and "Try again in a minute" in page.text and len(await suppliers(alice)) == 4
    await write(partial(sql.rows, "UPDATE upload SET state = 'confirmed' WHERE state = 'importing'"))
    await site.work()
    assert "1 supplier from 1 row" in (await alice.get(other.url)).text


async def test_questions_about_suppliers_that_are_off_the_list_wait_until_they_are_back(site, alice):
    await imported(site, alice, names_only(*NAMES), "l.csv")
    page = await alice.get(MATCHES)
    (field,) = [name for name in page.fields() if name.startswith("match-")]
    off = "UPDATE supplier SET off_list = {} WHERE name = {}"
    await write(partial(sql.rows, off, clock.now(), NAMES[1]))
    assert await asked(alice) == [] and "There is nothing to decide" in (await alice.get(MATCHES)).text
    await page.submit(**{field: "same"})
    assert len(await rows("SELECT id FROM supplier")) == 4
    await write(partial(sql.rows, off, None, NAMES[1]))
    assert len(await asked(alice)) == 1


# — who may —


async def test_a_viewer_sees_the_questions_and_answers_none(site, alice):
    await imported(site, alice, names_only(*NAMES), "l.csv")
    vera = await colleague(site, "Vera", alice, "viewer")
    page = await vera.get(MATCHES)
    assert "The names are spelt nearly the same." in page.text and not page.document.xpath("//main//form")
    (question,) = await rows("SELECT id FROM match_question")
    answer = {"organisation": str(alice.organisation), f"match-{question['id']}": "same"}
    assert (await vera.browser.post(MATCHES, answer)).status == 403 and len(await suppliers(alice)) == 4
    await decided(alice, "same")
    page = await vera.get(await address_of(alice, NAMES[0]))
    assert "made one on" in page.text and "Undo" not in page.text


async def test_another_firm_answers_and_undoes_nothing(site, alice, charlie):
    await imported(site, alice, names_only(*NAMES), "l.csv")
    await imported(site, charlie, names_only(*NAMES), "l.csv")
    (question,) = await rows("SELECT id FROM match_question WHERE organisation = {}", alice.organisation)
    answer = {"organisation": str(charlie.organisation), f"match-{question['id']}": "same"}
    assert (await charlie.browser.post(MATCHES, answer)).status == 200 and len(await suppliers(alice)) == 4
    await decided(alice, "same")
    (merge,) = await rows("SELECT id FROM supplier_merge")
    page = await charlie.browser.post(
        f"/suppliers/merges/{merge['id']}/undo", {"organisation": str(charlie.organisation)}
    )
    assert page.status == 404 and len(await suppliers(alice)) == 3


# — undoing —


async def test_undone_both_are_as_they_were_and_not_asked_about_again(site, alice):
    given = [{"name": NAMES[0], "town": "Colne", "spend": 5}, {"name": NAMES[1], "number": "01234567", "spend": 7}]
    await imported(site, alice, table(*given), "l.csv")
    before = await contents(alice)
    await decided(alice, "same")
    (one,) = (await suppliers(alice)).values()
    assert (one["spend"], one["town"], one["company_number"]) == (1200, "Colne", "01234567")
    page = await (await alice.get(f"/suppliers/{one['id']}")).submit("/suppliers/merges/")
    assert "Undone: they are two suppliers again" in page.text and "made one on" not in page.text
    assert {**await contents(alice), "questions": before["questions"]} == before
    assert await asked(alice) == []
    (entry,) = await rows("SELECT person FROM audit_entry WHERE action = 'suppliers.merge-undone'")
    assert entry["person"] == await logged_as(alice.id)
    await imported(site, alice, table(*given, {"name": "Fellgarth"}), "again.csv")
    assert await asked(alice) == [] and len(await suppliers(alice)) == 3


async def test_undoing_twice_undoes_once(site, alice):
    await imported(site, alice, names_only(*NAMES), "l.csv")
    await decided(alice, "same")
    page = await alice.get(await address_of(alice, NAMES[0]))
    assert (await page.submit("/suppliers/merges/")).status == 200
    assert (await page.submit("/suppliers/merges/")).status == 200, "the same form again"
    (fresh,) = [page.form("/suppliers/merges/").get("action")]
    assert (await alice.browser.post(fresh, {"organisation": str(alice.organisation)})).status == 404
    assert len(await suppliers(alice)) == 4


async def test_what_came_with_another_supplier_goes_back_with_it(site, alice):
    await imported(site, alice, names_only("Ottermere Ltd", "Otermere Ltd", "Ottermer Ltd"), "l.csv")
    before = await contents(alice)
    first, second, third = [row["id"] for row in before["suppliers"]]

    async def merge(one, other):
        return await write(partial(deciding._merge, alice.scope, one, other))

    await merge(second, third)
    middle = await contents(alice)
    await merge(first, second)
    (own, nested) = await read(partial(merge_records.of, alice.scope, first, all_of_them=True))
    if own.through is not None:
        own, nested = nested, own
    assert (own.gone, nested.gone, nested.through) == (second, third, own.id)
    page = await alice.get(f"/suppliers/{first}")
    assert "came with O" in page.text
    refused = await alice.browser.post(f"/suppliers/merges/{nested.id}/undo", {"organisation": str(alice.organisation)})
    assert refused.status == 409 and "Undo that one first" in refused.text
    await write(partial(deciding.undo, alice.scope, own.id))
    assert {**await contents(alice), "questions": []} == {**middle, "questions": []}
    await write(partial(deciding.undo, alice.scope, nested.id))
    assert {**await contents(alice), "questions": []} == {**before, "questions": []}


async def test_any_merges_undone_in_any_order_leave_the_list_as_it_was(site, alice):
    """With questions open about some of them, and files that name several of them."""
    chance = random.Random(4)
    spelt = [
        "Ottermere Ltd",
        "Otermere Ltd",
        "Ottermer Ltd",
        "Ottermere",
        "Ottermere Ltd T/A Otter",
        "Ottermere UK Ltd",
    ]
    for number in range(2):
        given = [
            {"name": name, "spend": chance.randrange(9), "town": chance.choice(["", "Colne"]), "code": f"{place}"}
            for place, name in enumerate(spelt[number : number + 5])
        ]
        await imported(site, alice, table(*given), f"{number}.csv")
    before = await contents(alice)
    ids = [row["id"] for row in before["suppliers"]]
    for _ in range(3):
        there = list(ids)
        while len(there) > 1:
            one, other = chance.sample(there, 2)
            gone = other
            await write(partial(deciding._merge, alice.scope, one, gone))
            there.remove(gone)
        assert len(await rows("SELECT id FROM supplier")) == 1
        while open_ones := await rows("SELECT id FROM supplier_merge WHERE through IS NULL"):
            await write(partial(deciding.undo, alice.scope, chance.choice(open_ones)["id"]))
        assert {**await contents(alice), "questions": []} == {**before, "questions": []}


async def test_questions_about_a_supplier_that_went_are_asked_about_the_one_that_stayed(site, alice):
    await imported(site, alice, names_only("Ottermere Ltd", "Otermere Ltd", "Ottermer Ltd"), "l.csv")
    before = await contents(alice)
    await decided(alice, "same")
    assert len(await asked(alice)) == 1 and len(await suppliers(alice)) == 2
    (merge,) = await rows("SELECT id FROM supplier_merge")
    await write(partial(deciding.undo, alice.scope, merge["id"]))
    after = await contents(alice)
    assert len(after["questions"]) == 2 and all(question in before["questions"] for question in after["questions"])


# — people and files —


async def test_who_decided_is_noted(site, alice, bob):
    await imported(site, alice, names_only("Ottermere Ltd", "Otermere Ltd", "Ottermer Ltd"), "l.csv")
    await decided(bob, "same", "different")
    assert {row["merged_by"] for row in await rows("SELECT merged_by FROM supplier_merge")} == {bob.id}
    assert {row["decided_by"] for row in await rows("SELECT decided_by FROM match_difference")} == {bob.id}


def test_what_is_the_same_as_the_same_is_one_group():
    one, two, three, four, five = (UUID(int=number) for number in range(5))
    assert deciding.groups([(one, two), (three, four), (two, three)]) == [{one, two, three, four}]
    assert deciding.groups([(one, two), (four, five)]) == [{one, two}, {four, five}]
