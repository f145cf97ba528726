"""Every form that changes something writes to the log, in the same transaction.

The matrix (tests/security/test_matrix.py) sends every form that can be sent by whoever may, and looks into each
transaction. Here are those that it cannot send: they need a code, an e-mailed link, or a draft that its county has
submitted.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pyotp
import pytest
from tests.accounts.test_links import NEW, link_for
from tests.accounts.test_register import DETAILS
from tests.asking.making import asked
from tests.audit.actions import ACTIONS, NOTHING
from tests.events import making
from tests.events.test_booking import book, link_in
from tests.events.test_team_routes import CHOSEN
from tests.events.test_team_routes import invite as invite_organiser
from tests.organisations.joined import invited
from tests.security import world as county
from tests.security.addresses import FORMS, NEVER_ACCEPTED, QUICK_CHECK
from tests.suppliers.sending import LIST, imported, workbook
from tests.support.firms import MAILROOM, fill_profile, start, submitted
from tests.support.log import as_owner, look
from tests.support.site import code_now, enrol

from pledge import app
from pledge.accounts import factors
from pledge.actions import reminders
from pledge.assessments.again import reminding
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.mail.words import Mailroom
from pledge.organisations.people import appointing
from pledge.pledges.text import shipped
from pledge.web.guard import routes

Send = Callable  # sends the form


def filled_in(browser, path: str, **fields) -> Send:
    """A form of which the page is not looked at."""
    return partial(browser.post, path, {"": "", **fields})


# — forms that the matrix cannot send —


async def code(site, alice, olive, visitor) -> Send:
    await unproven(alice)
    return filled_in(alice, "/sign-in/code", code=code_now())


async def unproven(alice) -> None:
    await enrol(alice.id)
    await write(partial(sql.rows, "UPDATE session SET proven = NULL"))


async def recovery(site, alice, olive, visitor) -> Send:
    await unproven(alice)
    codes = await write(partial(factors.new_recovery_codes, alice.id))
    return filled_in(alice, "/sign-in/recovery", code=codes[0])


async def set_up(site, alice, olive, visitor) -> Send:
    await alice.post("/account/second-factor", {"": ""})
    secret = await read(partial(sql.value, "SELECT offered FROM session WHERE person = {}", alice.id))
    return filled_in(alice, "/account/second-factor/set-up", code=pyotp.TOTP(secret).at(clock.now()))


async def remove(site, alice, olive, visitor) -> Send:
    await enrol(alice.id)
    return filled_in(await site.signed_in(alice.id, alice.organisation), "/account/second-factor/remove")


async def reminders_link(site, alice, olive, visitor) -> Send:
    await fill_profile(alice)
    await submitted(alice, "recruitment", 2)
    await write(partial(sql.rows, "UPDATE action SET due = {}, told = 0", clock.today()))
    await reminders.remind(MAILROOM)
    body = (await site.mails())[-1].body
    return filled_in(visitor, "/t/" + body.rpartition("/t/")[2].split()[0])


async def renewal_link(site, alice, olive, visitor) -> Send:
    await fill_profile(alice)
    await submitted(alice, "recruitment", 2)
    await write(partial(sql.rows, "UPDATE assessment SET submitted_on = {}", clock.today() - timedelta(days=360)))
    await reminding.remind(MAILROOM, shipped().text)
    body = (await site.mails())[-1].body
    return filled_in(visitor, "/t/" + body.rpartition("/t/")[2].split()[0])


async def use_quick_check(site, alice, olive, visitor) -> Send:
    return filled_in(alice, "/quick-check/use", organisation=str(alice.organisation), **QUICK_CHECK)


async def answers(site, alice, olive, visitor) -> Send:
    await fill_profile(alice)
    await start(alice)
    await imported(site, alice, workbook(*LIST))
    return partial((await alice.get("/suppliers/answers")).submit, "/suppliers/answers")


async def widen(site, alice, olive, visitor) -> Send:
    await fill_profile(alice)
    await start(alice, "recruitment", "short")
    return partial((await alice.get("/assessments/recruitment")).submit, "/assessments/recruitment/widen")


OTHERS = {
    "/quick-check/use": use_quick_check,
    "/sign-in/code": code,
    "/sign-in/recovery": recovery,
    "/account/second-factor/set-up": set_up,
    "/account/second-factor/remove": remove,
    "/suppliers/answers": answers,
    "/assessments/{questionnaire:str}/widen": widen,
}


# — e-mailed links: each kind does something of its own —


async def pressing(browser, path: str, **fields) -> Send:
    return partial((await browser.get(path)).submit, path, **fields)


async def confirm(site, alice, olive, visitor) -> Send:
    await (await visitor.get("/register")).submit("/register", **{**DETAILS, "email": "nora@example.org"})
    return await pressing(visitor, (await site.mails("nora@example.org"))[-1].link)


async def sign_in(site, alice, olive, visitor) -> Send:
    return await pressing(visitor, await link_for(site, visitor))


async def reset(site, alice, olive, visitor) -> Send:
    return await pressing(visitor, await link_for(site, visitor, path="/sign-in/forgotten"), password=NEW)


async def enrolment(site, alice, olive, visitor) -> Send:
    appointed = await write(partial(appointing.appoint, "nora@example.org", "staff", None))
    return await pressing(visitor, appointed.path, **CHOSEN)


async def new_email(site, alice, olive, visitor) -> Send:
    await (await alice.get("/account/email")).submit("/account/email", email="new@example.org")
    return await pressing(alice, (await site.mails("new@example.org"))[-1].link)


async def invitation(site, alice, olive, visitor) -> Send:
    return await pressing(visitor, await invited(site, alice, "nora@example.org"), **CHOSEN)


async def organiser_join(site, alice, olive, visitor) -> Send:
    return await pressing(visitor, await invite_organiser(site, olive, "alice@example.org"))


async def organiser_new(site, alice, olive, visitor) -> Send:
    return await pressing(visitor, await invite_organiser(site, olive), **CHOSEN)


async def booking(site, alice, olive, visitor) -> Send:
    await book(alice, await making.published(await making.scope_of(olive.id)))
    return await pressing(visitor, link_in((await site.mails("alice@example.org"))[-1]))


async def suggestion(site, alice, olive, visitor) -> Send:
    await (await visitor.get("/events/suggest")).submit("/events/suggest", **FORMS["/events/suggest"].typed)
    return await pressing(visitor, (await site.mails("new@example.org"))[-1].link)


async def ask(site, alice, olive, visitor) -> Send:
    return await pressing(visitor, f"/t/{await asked(alice.scope)}")


LINKS = {
    "action_reminders": (reminders_link, "actions.reminders-off"),
    "renewal_reminders": (renewal_link, "reports.reminders-off"),
    "ask": (ask, "ask.opened"),
    "confirm": (confirm, "account.confirmed"),
    "sign_in": (sign_in, "sign_in.done"),
    "reset": (reset, "password.changed"),
    "enrol": (enrolment, "password.changed"),
    "new_email": (new_email, "email.changed"),
    "invitation": (invitation, "member.joined"),
    "organiser_join": (organiser_join, "organiser.member_added"),
    "organiser_new": (organiser_new, "organiser.member_added"),
    "booking": (booking, "registration.cancelled"),
    "suggestion": (suggestion, "suggestion.confirmed"),
}


def test_every_form_and_every_kind_of_link_is_tried(application):
    """The other forms are the matrix’s: it knows them all but these."""
    forms = {path for path, method, _ in routes(application[0].litestar) if method not in ("GET", "HEAD")}
    assert forms == ACTIONS.keys() | NOTHING
    assert {*OTHERS, "/t/{secret:str}"} == NEVER_ACCEPTED
    assert set(LINKS) == set(app.purposes(Mailroom("", {})))


@pytest.mark.parametrize("what", [*OTHERS, *LINKS])
async def test_it_writes_to_the_log_in_the_same_transaction(site, alice, olive, visitor, what):
    opener, action = LINKS.get(what) or (OTHERS[what], ACTIONS[what])
    send = await opener(site, alice, olive, visitor)
    before = await county.snapshot()
    written: set[str] = set()
    problems: list[str] = []

    async def look_inside() -> None:
        actions, found = look(before, await county.changed(before))
        written.update(actions)
        problems.extend(found)

    with county.nothing_is_kept(look_inside):
        await send()
    assert problems == [] and action in written


SQLITE_STOPS = ("CREATE TRIGGER no_log BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no log'); END",)
POSTGRES_STOPS = (
    "CREATE FUNCTION no_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no log'; END $$",
    "CREATE TRIGGER no_log BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION no_log()",
)


async def test_what_cannot_be_logged_is_not_done(site, db, alice):
    """The log cannot be written: the change is refused rather than made unseen."""
    page = await alice.get("/account")
    before = await county.snapshot()
    for statement in SQLITE_STOPS if db.engine_type == "sqlite" else POSTGRES_STOPS:
        await as_owner(statement)
    alice.browser.expects_failure = True
    assert (await page.submit("/account", name="Alice Renamed")).status == 500
    assert await county.snapshot() == before
