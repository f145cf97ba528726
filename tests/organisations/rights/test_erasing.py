"""Erasing a person or an organisation: nothing of them is left anywhere, what is others' stays, and it stays so."""

import io
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import msgspec
import pytest
from tests.accounts.test_sign_in import PASSWORD
from tests.asking import making as asking
from tests.database.test_schema import actual
from tests.events import making
from tests.mail.test_delivery import SENDER, Sink, mail_server
from tests.organisations.joined import invite
from tests.pledges.signers import ALICE
from tests.sharing import making as sharing
from tests.suppliers.sending import LIST, imported, matched, suppliers, workbook
from tests.support.cast import Person, member_of_new_organisation
from tests.support.firms import MAILROOM, answer_all, fill_profile, start, submitted

from pledge.accounts import passwords, people
from pledge.actions import changing, evidence, listing, reminders
from pledge.actions.evidence import File
from pledge.assessments.again import reminding
from pledge.assessments.colleagues import assigning
from pledge.assessments.colleagues.assignments import Part
from pledge.assessments.quick import quick_answers, quick_check
from pledge.audit import chain
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.declared import HOLDINGS
from pledge.events.booking import needs, registering
from pledge.events.booking.letters import letters
from pledge.events.booking.needs import Need
from pledge.events.programme.event import Guest
from pledge.mail.delivery import Server, deliver_due
from pledge.organisations.rights import erasing, leaving
from pledge.pledges import signing
from pledge.pledges.text import SHOW_SIGNER, shipped
from pledge.questionnaires.answers import Answer
from pledge.refusals import Refusal
from pledge.sharing import keeping, opening

CANARY = "Zyxwyn"  # in her name and her address
FIRM = "Quibbleford Joinery"


async def everything(db) -> str:
    """Every text in every table."""
    found = []
    for table in await actual(db):
        rows = await read(partial(sql.rows, f"SELECT * FROM {table}"))
        found += [f"{table}: {row}" for row in rows if table != "migration"]
    return "\n".join(found)


def lines_with(text: str, word: object) -> list[str]:
    return [line for line in text.splitlines() if str(word).lower() in line.lower()]


async def count(table: str, where: str = "1 = 1", *args) -> int:
    return int(await read(partial(sql.value, f"SELECT count(*) FROM {table} WHERE {where}", *args)))


@pytest.fixture
async def zyxwyn(site) -> Person:
    """She owns a firm and has a password."""
    hashed = await passwords.hash_password(PASSWORD)
    email = f"{CANARY}@example.org"
    person = await write(partial(people.add, email, f"{CANARY} Example", hashed))
    organisation = await site.organisation(FIRM, person)
    return Person(f"{CANARY} Example", email, person, await site.signed_in(person, organisation), organisation, "owner")


@pytest.fixture
async def colleague(site, zyxwyn) -> Person:
    person = await site.person("Bob", "bob@example.org")
    await site.member(person, zyxwyn.organisation, "contributor")
    browser = await site.signed_in(person, zyxwyn.organisation)
    return Person("Bob", "bob@example.org", person, browser, zyxwyn.organisation, "contributor")


@pytest.fixture
async def event(olive):
    return await making.published(await making.scope_of(olive.id))


async def taken(event) -> int:
    return int(await read(partial(sql.value, "SELECT seats_taken FROM event WHERE id = {}", event.id)))


async def book(event, booking) -> None:
    write_to = letters(MAILROOM, event, booking, "confirmed", clock.now())
    await write(partial(registering.register, event, booking, write_to))


async def has_done_everything(site, she: Person, event) -> None:
    """She signs, answers with a note, sends suppliers, books two places, says what both need, invites a colleague."""
    await fill_profile(she, name=FIRM)
    given = msgspec.structs.replace(ALICE, name=she.name, consents=(*ALICE.consents, SHOW_SIGNER))
    assert await write(partial(signing.sign, she.scope, shipped(), given))
    await start(she)
    await answer_all(she)
    member = await read(partial(sql.value, "SELECT id FROM membership WHERE person = {}", she.id))
    wish = assigning.Wish(member, clock.today(), f"To be done by {CANARY}")
    await write(partial(assigning.ask, she.scope, "procurement", Part("leadership"), wish, MAILROOM))
    await _shares(site, she, await submitted(she, "recruitment", 2))
    await _acts(she)
    quick = {"origin": Answer(not_applicable="We buy nothing")}
    await write(partial(quick_answers.keep, she.organisation, she.id, quick_check.asked_now(), quick))
    await imported(site, she, workbook(*LIST))
    await matched(site, she)
    await asking.shared(await asking.asked(she.scope, (await suppliers(she))["Acme Ltd"]["id"]))
    guests = (Guest(she.name, she.email), Guest("Gwen Guest", "gwen@example.org"))
    await book(
        event,
        making.a_booking(
            2, name=she.name, email=she.email, email_key=she.email.lower(), person=she.id,
            organisation=she.organisation, organisation_name=FIRM, guests=guests,
        ),
    )  # fmt: skip
    booked = await read(partial(sql.value, "SELECT id FROM registration WHERE person = {}", she.id))
    await write(partial(needs.put, booked, {1: Need(f"{CANARY} bread", ""), 2: Need(access=f"Sits by {CANARY}")}))
    await invite(she, "dora@example.org")
    await site.work()


async def _shares(site, she: Person, report: UUID) -> None:
    """She shows a report to another firm, which keeps it, and keeps what that firm showed her."""
    buyer = await member_of_new_organisation(site, "Nell", "Nelson Mills")
    await fill_profile(buyer, name="Nelson Mills")
    theirs = await submitted(buyer, "recruitment", 2)
    shown = await sharing.shared(she, report, "full", recipient="A hospital")
    await write(partial(opening.look, shown))
    await write(partial(keeping.keep, buyer.scope, shown))
    await write(partial(keeping.keep, she.scope, await sharing.shared(buyer, theirs)))


async def _acts(she: Person) -> None:
    """She has begun with what her report asks for, notes whom she asked, and wants no reminders."""
    action = (await read(partial(listing.everything, she.scope)))[0]
    wanted = changing.Wanted("doing", "", action.member, action.due, "I asked in the yard")
    await write(partial(changing.change, she.scope, action.id, wanted, action.revision, MAILROOM))
    await write(partial(reminders.silence, she.scope, off=True))
    await write(partial(reminding.silence, she.scope, off=True))
    licence = File("licence.pdf", "pdf", 5, io.BytesIO(b"%PDF-"))
    await write(partial(evidence.add, she.scope, action.id, "Our licence", clock.today(), licence))


async def deliver() -> list:
    """Send every e-mail that waits, as the worker does, and return them."""
    sink = Sink()
    async with mail_server(sink) as port:
        await deliver_due(Server(f"smtp://127.0.0.1:{port}", SENDER, "pledge.example.org"))
    return sink.messages


# — a person —


@pytest.mark.parametrize("sent_before", [True, False], ids=["mails sent", "mails waiting"])
async def test_nothing_of_a_person_is_left_in_any_table(site, db, zyxwyn, colleague, event, sent_before):
    await has_done_everything(site, zyxwyn, event)
    if sent_before:
        await deliver()
    before = await everything(db)
    assert len(lines_with(before, CANARY)) > 5 and len(lines_with(before, zyxwyn.id)) > 5
    receipts = await write(
        partial(leaving.leave_for_good, HOLDINGS, MAILROOM, zyxwyn.id, {zyxwyn.organisation: str(colleague.id)})
    )
    assert zyxwyn.email.lower() in {mail["To"].lower() for mail in await deliver()}
    after = await everything(db)
    assert not lines_with(after, CANARY) and not lines_with(after, zyxwyn.id)
    assert len(receipts) == 1 and receipts[0].done["Your account"] == 1


async def test_the_receipt_is_forgotten_once_it_is_sent(db, zyxwyn):
    await write(partial(leaving.leave_for_good, HOLDINGS, MAILROOM, zyxwyn.id, {zyxwyn.organisation: leaving.ERASE}))
    (message,) = await deliver()
    assert message["To"].lower() == zyxwyn.email.lower() and "Receipt" in message.get_content()
    assert not lines_with(await everything(db), CANARY)


async def test_what_belongs_to_the_firm_stays_without_the_author(site, db, zyxwyn, colleague, event):
    await has_done_everything(site, zyxwyn, event)
    before = await count("supplier"), await count("assessment"), await count("answer_change")
    assert all(before)
    await write(
        partial(leaving.leave_for_good, HOLDINGS, MAILROOM, zyxwyn.id, {zyxwyn.organisation: str(colleague.id)})
    )
    assert (await count("supplier"), await count("assessment"), await count("answer_change")) == before
    assert await count("assessment", "updated_by IS NOT NULL AND organisation = {}", zyxwyn.organisation) == 0
    signature = await read(partial(sql.row, "SELECT name, name_public, ended FROM signature"))
    assert signature == {"name": "Name erased", "name_public": False, "ended": None}
    entry = (await colleague.get(f"/signatories?name={FIRM.split()[0]}")).text
    assert FIRM in entry and CANARY not in entry
    assert (await colleague.get("/organisation/edit")).status == 200  # an owner's page
    assert (await colleague.get("/home")).status == 200 and (await colleague.get("/suppliers")).status == 200
    mails = await site.mails("bob@example.org")
    assert [mail.subject for mail in mails] == [f"You are now the owner of {FIRM} on Pledge"]


async def test_their_place_at_an_event_goes_to_others_and_their_guest_keeps_hers(site, db, zyxwyn, event):
    await has_done_everything(site, zyxwyn, event)
    await book(event, making.a_booking(1, guests=(Guest("Z", zyxwyn.email),)))  # somebody else booked for her
    assert await taken(event) == 3
    await write(partial(leaving.leave_for_good, HOLDINGS, MAILROOM, zyxwyn.id, {zyxwyn.organisation: leaving.ERASE}))
    assert await taken(event) == 1
    rows = await read(partial(sql.rows, "SELECT name, status FROM attendee ORDER BY status, name"))
    assert [(row["name"], row["status"]) for row in rows] == [
        ("Name erased", "cancelled"), ("Name erased", "cancelled"), ("Gwen Guest", "going"),
    ]  # fmt: skip
    seats = await read(partial(sql.rows, "SELECT seats, status FROM registration ORDER BY status"))
    assert [(row["seats"], row["status"]) for row in seats] == [(1, "cancelled"), (1, "confirmed")]


async def test_her_name_goes_where_she_wrote_it_without_her_address(site, db, zyxwyn, event):
    guests = (Guest("Gwen Guest", ""), Guest(zyxwyn.name, ""))
    her = {"name": zyxwyn.name, "email": zyxwyn.email, "email_key": zyxwyn.email.lower(), "person": zyxwyn.id}
    await book(event, making.a_booking(2, guests=guests, **her))
    await write(partial(leaving.leave_for_good, HOLDINGS, MAILROOM, zyxwyn.id, {zyxwyn.organisation: leaving.ERASE}))
    await deliver()
    assert not lines_with(await everything(db), CANARY)
    assert await count("attendee", "name = 'Gwen Guest' AND status = 'going'") == await taken(event) == 1


async def test_the_log_still_verifies_and_nobody_can_tell_whose_entries_they_were(site, db, zyxwyn, colleague, event):
    await has_done_everything(site, zyxwyn, event)
    pseudonym = await read(partial(sql.value, "SELECT pseudonym FROM audit_subject WHERE person = {}", zyxwyn.id))
    assert pseudonym != zyxwyn.id and await count("audit_entry", "person = {}", pseudonym) > 5
    await chain.seal()
    sealed = (await chain.verify()).sealed
    await write(
        partial(leaving.leave_for_good, HOLDINGS, MAILROOM, zyxwyn.id, {zyxwyn.organisation: str(colleague.id)})
    )
    await chain.seal()
    verdict = await chain.verify()
    assert verdict.fault is None and verdict.sealed > sealed
    assert await count("audit_subject", "pseudonym = {}", pseudonym) == 0


async def test_a_firm_with_other_users_is_never_left_without_an_owner(site, zyxwyn, colleague):
    for decided in ({}, {zyxwyn.organisation: ""}, {zyxwyn.organisation: str(uuid4())}, {uuid4(): "erase"}):
        with pytest.raises(Refusal, match="would be left without an owner"):
            await write(partial(leaving.leave_for_good, HOLDINGS, MAILROOM, zyxwyn.id, decided))
    assert await count("person", "id = {}", zyxwyn.id) == 1


async def test_somebody_who_is_gone_already_is_no_error(db):
    assert await write(partial(leaving.leave_for_good, HOLDINGS, MAILROOM, uuid4(), {})) == ()
    assert await write(partial(erasing.erase_organisation, HOLDINGS, uuid4())) is None


# — an organisation —


async def test_nothing_of_an_organisation_is_left_in_any_table(site, db, zyxwyn, colleague, event):
    await has_done_everything(site, zyxwyn, event)
    firm = zyxwyn.organisation
    tables = {held.table for held in HOLDINGS.held if held.with_organisation} - {"answer_note"}
    for table in tables - {"answer_fact", "section_fact", "upload_issue"}:
        assert await count(table, "organisation = {}", firm), f"{table}: nothing to erase, so nothing is tested"
    assert FIRM in (await site.browser().get("/signatories")).text
    others = await site.organisation("Another Firm", colleague.id)
    receipt = await write(partial(leaving.erase_firm, HOLDINGS, MAILROOM, firm, zyxwyn.id))
    assert receipt is not None and receipt.kind == "organisation" and receipt.done["Your firm"] == 1
    after = await everything(db)
    assert {line.partition(":")[0] for line in lines_with(after, firm)} <= {"audit_entry", "job"}
    assert "bob@example.org" in {mail["To"] for mail in await deliver()}
    assert not lines_with(await everything(db), FIRM)
    assert FIRM not in (await site.browser().get("/signatories")).text
    assert await count("organisation", "id = {}", others) == 1 and await count("person") >= 2
    await site.work()  # what was still to do for it finds nothing, and fails nowhere
    assert await count("job", "state = 'failed' OR error <> ''") == 0
    assert (await zyxwyn.get("/home")).url.startswith("/organisation/new")


# — the ledger —


async def test_a_restored_backup_is_erased_again_and_keeps_the_receipts(site, db, zyxwyn, colleague):
    """What a restore does: the rows are back, the ledger of before is handed over."""
    rows = {
        table: await read(partial(sql.rows, f"SELECT * FROM {table}"))
        for table in ("person", "audit_subject", "organisation", "membership")
    }
    made = await write(
        partial(leaving.leave_for_good, HOLDINGS, MAILROOM, zyxwyn.id, {zyxwyn.organisation: leaving.ERASE})
    )
    ledger = await read(erasing.ledger)
    assert sorted(ledger, key=str) == sorted(made, key=str)
    assert [each.subject_hash for each in ledger if each.kind == "person"] == [erasing.subject_hash(zyxwyn.id)]
    assert CANARY not in str(ledger) and str(zyxwyn.id) not in str(ledger)

    async def restore() -> None:
        await sql.rows("DELETE FROM erasure")
        await sql.rows("DELETE FROM outbox")
        for table, before in rows.items():
            for row in before:
                columns = ", ".join(row)
                await sql.rows(
                    f"INSERT INTO {table} ({columns}) VALUES ({sql.marks(len(row))}) ON CONFLICT DO NOTHING",
                    *row.values(),
                )

    await write(restore)
    assert await count("person", "id = {}", zyxwyn.id) == 1
    assert await write(partial(erasing.replay, HOLDINGS, ledger)) == 2
    assert await count("person", "id = {}", zyxwyn.id) == 0 and await count("person", "id = {}", colleague.id) == 1
    assert await count("organisation", "id = {}", zyxwyn.organisation) == 0
    assert await read(erasing.ledger) == ledger and await count("outbox") == 0
    assert await write(partial(erasing.replay, HOLDINGS, ledger)) == 0  # once more does nothing


# — the pages —


async def test_the_page_erases_and_shows_a_receipt(site, zyxwyn, colleague):
    page = await zyxwyn.get("/account/erase")
    assert "What goes" in page.text and "What stays" in page.text and f"the one owner of {FIRM}" in page.text
    page = await page.submit(**{f"firm-{zyxwyn.organisation}": str(colleague.id)})
    assert page.status == 200 and page.url.startswith("/erased/") and "The account is gone" in page.text
    assert (await zyxwyn.get("/account")).url.startswith("/sign-in")
    (mail,) = await site.mails(zyxwyn.email)
    number = page.url.removeprefix("/erased/")
    assert number in mail.body and mail.subject == "Your Pledge account is erased"
    assert (await site.browser().get(page.url)).status == 200 and CANARY not in page.text
    assert await count("membership", "person = {} AND role = 'owner'", colleague.id) == 1
    page = await (await site.browser().get("/sign-in")).submit(email=zyxwyn.email, password=PASSWORD)
    assert page.status == 422


@pytest.mark.parametrize(
    ("decision", "error"),
    [
        ("", f"Choose what happens with {FIRM}"),
        (
            "00000000-0000-4000-8000-000000000000",
            "“You are the one owner of Quibbleford Joinery. What happens with it?” "
            "has an answer that is not on the page. Choose one of those that are.",
        ),
    ],
)
async def test_a_form_that_is_not_right_erases_nothing(zyxwyn, colleague, decision, error):
    page = await (await zyxwyn.get("/account/erase")).submit(**{f"firm-{zyxwyn.organisation}": decision})
    assert page.status == 422 and error in page.errors
    assert await count("person", "id = {}", zyxwyn.id) == 1 and await count("erasure") == 0


async def test_whoever_signed_in_a_while_ago_shows_first_who_they_are(zyxwyn):
    opened = await zyxwyn.get("/organisation/erase")
    await write(partial(sql.rows, "UPDATE session SET confirmed = {}", clock.now() - timedelta(minutes=10)))
    page = await opened.submit()
    assert page.url.startswith("/account/confirm") and await count("erasure") == 0
    page = await page.submit("/account/confirm", password=PASSWORD)
    assert page.url == "/organisation/erase"


async def test_what_was_chosen_is_sent_again_after_one_has_shown_who_one_is(zyxwyn):
    opened = await zyxwyn.get("/account/erase")
    await write(partial(sql.rows, "UPDATE session SET confirmed = {}", clock.now() - timedelta(minutes=10)))
    page = await opened.submit(**{f"firm-{zyxwyn.organisation}": "erase"})
    assert page.status == 403 and page.links() == ["/account/confirm"] and await count("erasure") == 0
    assert (await (await zyxwyn.get("/account/confirm")).submit("/account/confirm", password=PASSWORD)).status == 200
    await page.submit()
    assert await count("erasure") >= 1 and await count("person", "id = {}", zyxwyn.id) == 0


async def test_an_owner_erases_the_firm_and_nobody_else_can(site, zyxwyn, colleague):
    assert (await colleague.get("/organisation/erase")).status == 403
    page = await (await zyxwyn.get("/organisation/erase")).submit()
    assert "The firm is gone" in page.text and await count("organisation", "id = {}", zyxwyn.organisation) == 0
    (mail,) = await site.mails(colleague.email)
    assert mail.subject == f"{FIRM} is no longer on Pledge"


async def test_a_receipt_that_does_not_exist_is_a_missing_page(visitor):
    assert (await visitor.get(f"/erased/{uuid4()}")).status == 404


def test_the_code_of_a_subject_does_not_tell_the_id():
    subject = UUID("00000000-0000-4000-8000-000000000000")
    assert erasing.subject_hash(subject) == erasing.subject_hash(subject) and len(erasing.subject_hash(subject)) == 64
