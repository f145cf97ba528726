"""A person's copy of their data: all that is theirs, nothing of the firm's or of others, and no formula."""

import io
import json
from functools import partial

from openpyxl import load_workbook
from tests.support.firms import answer_all, fill_profile, start

from pledge.accounts import people
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.limits import hit
from pledge.organisations.rights.routes import COPIES


async def copy_of(person) -> dict:
    answer = await person.browser.http.get("/account/data.json")
    assert answer.status_code == 200
    return json.loads(answer.content)["held"]


async def test_one_click_gives_everything_that_is_held_about_a_person(site, alice):
    await fill_profile(alice)
    await start(alice)
    await answer_all(alice)
    held = await copy_of(alice)
    assert held["Your account"][0] | {"signed_in": "", "created": ""} == {
        "id": str(alice.id), "email": alice.email, "name": "Alice", "created": "", "signed_in": "", "warned": None,
        "language": "",
    }  # fmt: skip
    assert [row["role"] for row in held["The firms you act for"]] == ["owner"]
    assert [row["device"] for row in held["Your sessions"]] == ["A test browser"]
    assert len(held["Answers you saved"]) == 1 and len(held["Assessments you worked on"]) == 1
    assert "profile.saved" in {row["action"] for row in held["The log of what you changed"]}


async def test_what_is_the_firms_or_others_or_secret_is_not_in_it(site, alice, bob, charlie):
    await fill_profile(alice)
    await start(alice)
    await answer_all(alice)
    await write(partial(people.set_password, alice.id, "a-hash-of-hers"))
    text = json.dumps(await copy_of(alice))
    for other in ("Bob", "bob@example.org", "charlie", "a-hash-of-hers", "token_hash", "BB9 7LJ", '"answers"'):
        assert other not in text, other
    text = json.dumps(await copy_of(bob))
    assert "alice" not in text.lower() and str(alice.id) not in text


async def test_who_has_left_a_firm_gets_nothing_of_it(site, alice, bob):
    await start(bob)
    await answer_all(bob)
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", bob.id))
    held = await copy_of(bob)
    assert held["The firms you act for"] == [] and len(held["Answers you saved"]) == 1
    assert set(held["Answers you saved"][0]) == {"person", "at", "assessment", "revision"}


async def test_the_workbook_holds_the_same_without_a_formula(site, alice):
    await write(partial(people.rename, alice.id, "=1+1"))
    page = await alice.get("/account/data")
    assert "/account/data.xlsx" in page.links() and "Your sessions" in page.text
    answer = await alice.browser.http.get("/account/data.xlsx")
    assert answer.headers["content-disposition"].startswith('attachment; filename="My data.xlsx"')
    book = load_workbook(io.BytesIO(answer.content))
    held = await copy_of(alice)
    assert len(book.sheetnames) == len(held)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"] and "=1+1" in {cell.value for cell in cells}
    account = next(sheet for sheet in book if sheet.title.endswith("Your account"))
    assert [cell.value for cell in account[1]] == list(held["Your account"][0])


async def test_it_is_kept_by_no_cache_and_it_is_in_the_log(alice):
    for name in ("data.json", "data.xlsx"):
        answer = await alice.browser.http.get(f"/account/{name}")
        assert "no-store" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    rows = await read(partial(sql.rows, "SELECT 1 AS one FROM audit_entry WHERE action = 'data.downloaded'"))
    assert len(rows) == 2


async def test_twenty_an_hour_are_made_for_one_person_and_no_more(alice, charlie):
    for _ in range(19):
        await write(partial(hit, COPIES, str(alice.id)))
    assert [(await alice.get("/account/data.json")).status for _ in range(2)] == [200, 429]
    assert (await charlie.get("/account/data.json")).status == 200


async def test_a_visitor_is_asked_to_sign_in(visitor):
    for path in ("/account/data", "/account/data.json", "/account/data.xlsx", "/account/erase"):
        assert (await visitor.get(path)).url.startswith("/sign-in")
