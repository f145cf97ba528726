"""Every form that changes something writes to the log, in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from tests.accounts.test_links import NEW, link_for
from tests.accounts.test_register import DETAILS
from tests.accounts.test_sign_in import PASSWORD, account
from tests.organisations.joined import PEOPLE, invite, membership
from tests.organisations.test_profile_page import ANSWERS
from tests.support.cast import colleague
from tests.support.site import code_now, enrol

from pledge.accounts import factors, totp
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.web.guard import routes

OURS = ("pledge.accounts", "pledge.organisations")


@dataclass
class Form:
    """How somebody gets to a form, what they fill in, and the entry that must then be in the log."""

    action: str
    page: Callable
    fields: dict

    async def open(self, path: str, site, alice, visitor) -> Callable:
        page = await self.page(site, alice, visitor)
        return partial(page.submit, None if "{" in path else path, **self.fields)


def by_visitor(path: str) -> Callable:
    return lambda site, alice, visitor: visitor.get(path)


def by_owner(path: str) -> Callable:
    return lambda site, alice, visitor: alice.get(path)


async def sign_in(site, alice, visitor):
    await account("dora@example.org")
    return await visitor.get("/sign-in")


async def reset(site, alice, visitor):
    return await visitor.get(await link_for(site, visitor, path="/sign-in/forgotten"))


def about_bob(last: str = "") -> Callable:
    """The page about a colleague."""

    async def open(site, alice, visitor):
        bob = await colleague(site, "Bob", alice, "contributor")
        return await alice.get(f"/organisation/people/{await membership(bob)}{last}")

    return open


async def leaving(site, alice, visitor):
    await colleague(site, "Bob", alice, "owner")
    return await alice.get("/organisation/people/leave")


async def invited(site, alice, visitor):
    page = await invite(alice, "dora@example.org")
    path = page.document.xpath("//form[contains(@action, '/withdraw')]/@action")[0]
    return Button(alice, path, {"organisation": str(alice.organisation)})


async def erase_both(site, alice, visitor):
    page = await alice.get("/account/erase")
    return Choosing(page, {f"firm-{alice.organisation}": "erase"})


class Choosing:
    """A form whose fields' names are known only when it is there."""

    def __init__(self, page, fields: dict) -> None:
        self.submit = lambda action: page.submit(action, **fields)


class Button:
    """A form with nothing to fill in: the one in the header of every page, for instance."""

    def __init__(self, person, path: str, fields: dict | None = None) -> None:
        self.submit = lambda _action, **typed: person.post(path, (fields or {"": ""}) | typed)


def button(path: str) -> Callable:
    async def press(site, alice, visitor):
        return Button(alice, path)

    return press


class Filled:
    """A form of a person, filled in."""

    def __init__(self, browser, path: str, **fields) -> None:
        self.submit = lambda _action: browser.post(path, {"": "", **fields})


async def enrolled(site, alice) -> None:
    await enrol(alice.id)
    alice.browser = await site.signed_in(alice.id, alice.organisation)


async def code(site, alice, visitor):
    await unproven(site, alice)
    return Filled(alice, "/sign-in/code", code=code_now())


async def unproven(site, alice) -> None:
    await enrol(alice.id)
    await write(partial(sql.rows, "UPDATE session SET proven = NULL"))


async def recovery(site, alice, visitor):
    await unproven(site, alice)
    codes = await write(partial(factors.new_recovery_codes, alice.id))
    return Filled(alice, "/sign-in/recovery", code=codes[0])


async def confirm(site, alice, visitor):
    await enrolled(site, alice)
    return Filled(alice, "/account/confirm", code=code_now())


async def offered(site, alice, visitor):
    await alice.post("/account/second-factor", {"": ""})
    secret = await read(partial(sql.value, "SELECT offered FROM session"))
    return Filled(alice, "/account/second-factor/set-up", code=totp.code(secret, totp.step_of(clock.now())))


def for_enrolled(path: str) -> Callable:
    async def press(site, alice, visitor):
        await enrolled(site, alice)
        return Button(alice, path)

    return press


async def end_session(site, alice, visitor):
    await site.signed_in(alice.id)
    other = await read(partial(sql.value, "SELECT id FROM session ORDER BY created DESC LIMIT 1"))
    return Button(alice, f"/account/sessions/{other}/end")


FORMS = {
    "/register": Form("registration.asked", by_visitor("/register"), DETAILS),
    "/sign-in": Form("sign_in.done", sign_in, {"email": "dora@example.org", "password": PASSWORD}),
    "/sign-in/link": Form("link.asked", by_visitor("/sign-in/link"), {"email": "nobody@example.org"}),
    "/sign-in/forgotten": Form("link.asked", by_visitor("/sign-in/forgotten"), {"email": "alice@example.org"}),
    "/t/{secret:str}": Form("password.changed", reset, {"password": NEW}),
    "/sign-out": Form("sign_out.done", button("/sign-out"), {}),
    "/account": Form("person.renamed", by_owner("/account"), {"name": "Alice Renamed"}),
    "/account/sign-out-everywhere": Form("sign_out.everywhere", button("/account/sign-out-everywhere"), {}),
    "/sign-in/code": Form("factor.passed", code, {}),
    "/sign-in/recovery": Form("factor.recovery_code_used", recovery, {}),
    "/account/confirm": Form("factor.passed", confirm, {}),
    "/account/confirm/link": Form("link.asked", button("/account/confirm/link"), {}),
    "/account/email": Form("email.asked", by_owner("/account/email"), {"email": "new@example.org"}),
    "/account/sessions/{session:uuid}/end": Form("session.ended", end_session, {}),
    "/account/sessions/end-others": Form("session.others_ended", button("/account/sessions/end-others"), {}),
    "/account/second-factor": Form("factor.offered", button("/account/second-factor"), {}),
    "/account/second-factor/set-up": Form("factor.enrolled", offered, {}),
    "/account/second-factor/codes": Form(
        "factor.recovery_codes_made", for_enrolled("/account/second-factor/codes"), {}
    ),
    "/account/second-factor/remove": Form("factor.removed", for_enrolled("/account/second-factor/remove"), {}),
    "/account/erase": Form("account.erased", erase_both, {}),
    "/organisation/erase": Form("organisation.erased", by_owner("/organisation/erase"), {}),
    "/organisation/edit": Form("profile.saved", by_owner("/organisation/edit"), ANSWERS),
    "/organisation/new": Form("organisation.added", by_owner("/organisation/new"), {"name": "Second Firm"}),
    "/organisation/switch": Form("organisation.switched", by_owner("/organisation/switch"), {}),
    f"{PEOPLE}/invite": Form("member.invited", by_owner(f"{PEOPLE}/invite"), {"email": "dora@example.org"}),
    f"{PEOPLE}/invitations/{{invitation:uuid}}/withdraw": Form("invitation.withdrawn", invited, {}),
    f"{PEOPLE}/{{member:uuid}}": Form("member.role_changed", about_bob(), {"role": "viewer"}),
    f"{PEOPLE}/{{member:uuid}}/remove": Form("member.removed", about_bob("/remove"), {}),
    f"{PEOPLE}/{{member:uuid}}/hand-over": Form("ownership.handed_over", about_bob("/hand-over"), {}),
    f"{PEOPLE}/leave": Form("member.left", leaving, {}),
}


def forms_of_ours(application) -> set[str]:
    return {
        path
        for path, method, handler in routes(application[0].litestar)
        if method not in ("GET", "HEAD") and handler.fn.__module__.startswith(OURS)
    }


def test_every_form_of_accounts_and_organisations_is_tried_here(application):
    assert forms_of_ours(application) == set(FORMS)


@pytest.mark.parametrize("path", FORMS)
async def test_it_writes_to_the_log(site, alice, visitor, path):
    send = await FORMS[path].open(path, site, alice, visitor)
    before = await read(partial(sql.value, "SELECT count(*) FROM audit_entry"))
    page = await send()
    assert page.status in (200, 404), page.text  # 404: the page after it belongs to another part of the site
    rows = await read(partial(sql.rows, "SELECT action FROM audit_entry ORDER BY at, id"))
    assert FORMS[path].action in {row["action"] for row in rows[before:]}


SQLITE_STOPS = ("CREATE TRIGGER no_log BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no log'); END",)
POSTGRES_STOPS = (
    "CREATE FUNCTION no_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no log'; END $$",
    "CREATE TRIGGER no_log BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION no_log()",
)


@pytest.mark.parametrize("path", FORMS)
async def test_what_cannot_be_logged_is_not_done(site, db, alice, visitor, path):
    """The log cannot be written: the change is refused rather than made unseen."""
    send = await FORMS[path].open(path, site, alice, visitor)
    before = await everything()
    for statement in SQLITE_STOPS if db.engine_type == "sqlite" else POSTGRES_STOPS:
        await write(partial(sql.rows, statement))
    for browser in site.browsers:
        browser.expects_failure = True
    assert (await send()).status == 500
    assert await everything() == before


TABLES = (
    "person",
    "session",
    "factor",
    "recovery_code",
    "organisation",
    "membership",
    "invitation",
    "link",
    "job",
    "outbox",
    "submission",
    "audit_entry",
)


async def everything() -> dict[str, list[str]]:
    """What the forms of accounts and organisations can change, row by row."""
    found = {}
    for table in TABLES:
        rows = await read(partial(sql.rows, f"SELECT * FROM {table}"))
        found[table] = sorted(str(row) for row in rows)
    return found
