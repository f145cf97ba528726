"""Every form that changes something writes to the log, in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from tests.accounts.test_links import NEW, link_for
from tests.accounts.test_register import DETAILS
from tests.accounts.test_sign_in import PASSWORD, account
from tests.organisations.test_profile_page import ANSWERS

from pledge.database import sql
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


async def erase_both(site, alice, visitor):
    page = await alice.get("/account/erase")
    return Choosing(page, {f"firm-{alice.organisation}": "erase"})


class Choosing:
    """A form whose fields' names are known only when it is there."""

    def __init__(self, page, fields: dict) -> None:
        self.submit = lambda action: page.submit(action, **fields)


class Button:
    """A form with nothing to fill in: the one in the header of every page, for instance."""

    def __init__(self, person, path: str) -> None:
        self.submit = lambda _action: person.post(path, {"": ""})


def button(path: str) -> Callable:
    async def press(site, alice, visitor):
        return Button(alice, path)

    return press


FORMS = {
    "/register": Form("registration.asked", by_visitor("/register"), DETAILS),
    "/sign-in": Form("sign_in.done", sign_in, {"email": "dora@example.org", "password": PASSWORD}),
    "/sign-in/link": Form("link.asked", by_visitor("/sign-in/link"), {"email": "nobody@example.org"}),
    "/sign-in/forgotten": Form("link.asked", by_visitor("/sign-in/forgotten"), {"email": "alice@example.org"}),
    "/t/{secret:str}": Form("password.changed", reset, {"password": NEW}),
    "/sign-out": Form("sign_out.done", button("/sign-out"), {}),
    "/account": Form("person.renamed", by_owner("/account"), {"name": "Alice Renamed"}),
    "/account/sign-out-everywhere": Form("sign_out.everywhere", button("/account/sign-out-everywhere"), {}),
    "/account/erase": Form("link.asked", erase_both, {}),
    "/organisation/erase": Form("link.asked", by_owner("/organisation/erase"), {}),
    "/organisation/edit": Form("profile.saved", by_owner("/organisation/edit"), ANSWERS),
    "/organisation/new": Form("organisation.added", by_owner("/organisation/new"), {"name": "Second Firm"}),
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


TABLES = ("person", "session", "organisation", "membership", "link", "job", "outbox", "submission", "audit_entry")


async def everything() -> dict[str, list[str]]:
    """What the forms of accounts and organisations can change, row by row."""
    found = {}
    for table in TABLES:
        rows = await read(partial(sql.rows, f"SELECT * FROM {table}"))
        found[table] = sorted(str(row) for row in rows)
    return found
