"""The log names people by pseudonyms that only one row resolves, and holds ids only: no names, addresses, answers."""

from functools import partial
from uuid import uuid4

from tests.events import making
from tests.suppliers.sending import LIST, imported, workbook
from tests.support.firms import answer_all, fill_profile, sign_pledge, start
from tests.support.log import logged_as

from pledge.audit.log import give_pseudonym, record
from pledge.database import sql
from pledge.database.ids import parse_id
from pledge.database.unit import read, write


async def entries() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM audit_entry ORDER BY at, id"))


async def test_a_person_is_logged_by_a_pseudonym_also_as_what_was_changed(db):
    person = uuid4()
    await write(partial(give_pseudonym, person))
    await write(partial(give_pseudonym, person))  # once more changes nothing
    await write(partial(record, "person.renamed", person, person=person))
    (entry,) = [entry for entry in await entries() if entry["action"] == "person.renamed"]
    pseudonym = await logged_as(person)
    assert pseudonym != person
    assert entry["person"] == pseudonym and entry["subject"] == str(pseudonym)


async def test_what_is_no_person_is_logged_as_it_is(db):
    firm = uuid4()
    for subject in (firm, "nobody", "2026.1"):
        await write(partial(record, "thing.changed", subject, organisation=firm))
    found = [entry for entry in await entries() if entry["action"] == "thing.changed"]
    assert {entry["subject"] for entry in found} == {str(firm), "nobody", "2026.1"}
    assert {entry["organisation"] for entry in found} == {firm} and {entry["person"] for entry in found} == {None}


async def test_work_for_somebody_who_is_erased_meanwhile_is_logged_as_nobodys(db):
    await write(partial(record, "upload.imported", uuid4(), person=uuid4()))
    assert (await entries())[-1]["person"] is None


async def test_everything_a_firm_does_is_logged_without_a_name_an_address_or_an_answer(site, alice, olive):
    """Canaries in every text; what the log holds are ids, codes and numbers."""
    before = len(await entries())
    await fill_profile(alice, name="Canary Firm")
    await sign_pledge(alice)
    await start(alice)
    await answer_all(alice)
    await imported(site, alice, workbook(*LIST))
    await making.published(await making.scope_of(olive.id), title="Canary event")
    await (await alice.get("/account")).submit("/account", name="Canary Person")
    found = (await entries())[before:]
    assert {"answers.saved", "profile.saved", "pledge.signed", "upload.imported"} <= {each["action"] for each in found}
    for entry in found:
        text = str(entry).lower()
        for canary in ("canary", "alice", "example.org", "acme", "list.xlsx", str(alice.id), str(olive.id)):
            assert canary not in text, entry
        assert parse_id(entry["subject"]) or entry["subject"] == "nobody"
    by_her = [entry for entry in found if entry["person"] == await logged_as(alice.id)]
    assert "answers.saved" in {entry["action"] for entry in by_her}  # the database's own entry, too
