"""What is kept about people who ask colleagues or are asked: in their copies, and after they are erased."""

from functools import partial

import pytest
from tests.assessments.test_assigning import NOTE, asked_id, count
from tests.assessments.test_assigning import ask as ask_for
from tests.organisations.rights.test_exporting import copy_of
from tests.support.cast import Person, colleague
from tests.support.firms import MAILROOM, fill_profile, start

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.declared import HOLDINGS
from pledge.organisations.rights import leaving

ASKED, ASKING = "What you were asked to answer", "What you asked colleagues for"


@pytest.fixture
async def firm(site, alice, bob) -> Person:
    """Alice owns it with Carol, has an open draft, and has asked Bob."""
    await colleague(site, "Carol", alice, "owner")
    await fill_profile(alice)
    await start(alice)
    await ask_for(alice, note=NOTE)
    return alice


async def erase(person: Person) -> None:
    assert await write(partial(leaving.leave_for_good, HOLDINGS, MAILROOM, person.id, {}))


async def test_it_is_in_the_copy_of_who_asked_and_of_who_was_asked(firm, bob, charlie):
    hers, his = await copy_of(firm), await copy_of(bob)
    assert hers[ASKED] == [] and his[ASKING] == []
    (row,) = his[ASKED]
    assert row["section"] == "leadership" and row["question"] == "" and row["note"] == NOTE
    assert set(row) == {"member", "note", "due", "reminded", "done", "section", "question"}
    (row,) = hers[ASKING]
    assert row["asked_by"] == str(firm.id) and set(row) == {"asked_by", "asked", "id", "assessment", "revision"}
    nobodys = await copy_of(charlie)
    assert nobodys[ASKED] == [] and nobodys[ASKING] == []


async def test_when_who_was_asked_is_erased_it_goes_with_them(firm, bob):
    await erase(bob)
    assert await count() == 0
    assert "Who was asked for what" not in (await firm.get("/assessments/procurement")).text


async def test_when_who_asked_is_erased_nobody_can_tell_who_it_was(firm, bob):
    await erase(firm)
    assert await read(partial(sql.rows, "SELECT asked_by, note FROM assignment")) == [{"asked_by": None, "note": NOTE}]
    page = await bob.get(f"/assignments/{await asked_id()}")
    assert "A colleague asks you to answer this" in page.text
    await page.submit(f"/assignments/{await asked_id()}/done")


async def test_the_notice_says_what_is_kept_and_for_how_long(visitor):
    page = await visitor.get("/privacy")
    assert "Which part of the questions a colleague was asked for" in page.text
    assert "Once you leave the firm, nobody can tell any more that you were asked" in page.text
