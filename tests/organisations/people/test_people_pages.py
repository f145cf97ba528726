"""Who may open and send what about the people of an organisation."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest
from tests.organisations.joined import PEOPLE, count, invite, members, membership
from tests.support.cast import colleague, member_of_new_organisation
from tests.support.firms import MAILROOM

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.organisations.people import members as membering

GETS = ("", "/invite", "/leave", "/{bob}", "/{bob}/remove", "/{bob}/hand-over", "/invitations/{invitation}/withdraw")
POSTS = {
    "/invite": {"email": "fred@example.org", "role": "viewer"},
    "/invitations/{invitation}/withdraw": {},
    "/{bob}": {"role": "owner"},
    "/{bob}/remove": {},
    "/{bob}/hand-over": {},
    "/leave": {},
}
OPEN_TO_ALL = {"", "/leave"}


@pytest.fixture
async def there(site, alice, bob):
    """Bob's membership and an invitation, as addresses name them."""
    await invite(alice, "dora@example.org", "viewer")
    invitation = await read(partial(sql.value, "SELECT id FROM invitation"))
    return {"bob": await membership(bob), "invitation": invitation}


async def state() -> list:
    """All that these pages could change."""
    tables = ("membership", "invitation", "link", "outbox")
    return [await read(partial(sql.rows, f"SELECT * FROM {table} ORDER BY id")) for table in tables]


async def test_everybody_in_it_sees_the_list_and_only_owners_see_the_forms(site, alice, bob, there):
    viewer = await colleague(site, "Vera", alice, "viewer")
    for person in (alice, bob, viewer):
        page = await person.get(PEOPLE)
        for words in ("Alice", "bob@example.org", "Contributor", "dora@example.org", f"{person.name} (you)"):
            assert words in page.text, (person.name, words)
        owner = person is alice
        assert bool(page.document.xpath("//main//form")) == owner
        assert (f"{PEOPLE}/invite" in page.links()) == owner
        assert (f"{PEOPLE}/{there['bob']}" in page.links()) == owner


async def test_since_when_somebody_is_here_is_a_day(site, alice):
    from datetime import UTC, datetime

    await write(partial(sql.rows, "UPDATE membership SET created = {}", datetime(2026, 3, 28, 12, tzinfo=UTC)))
    assert "28 March 2026" in (await alice.get(PEOPLE)).text


async def test_an_owner_opens_every_page(site, alice, there):
    for path in GETS:
        page = await alice.get(PEOPLE + path.format_map(there))
        assert page.status == 200 and page.url.startswith(PEOPLE), path


@pytest.mark.parametrize("role", ["contributor", "viewer"])
async def test_contributors_and_viewers_open_the_list_and_may_leave_and_no_more(site, alice, there, role):
    vera = await colleague(site, "Vera", alice, role)
    before = await state()
    for path in GETS:
        expected = 200 if path in OPEN_TO_ALL else 403
        assert (await vera.get(PEOPLE + path.format_map(there))).status == expected, path
    for path, fields in POSTS.items():
        if path != "/leave":
            carried = {"organisation": str(alice.organisation)}
            assert (await vera.post(PEOPLE + path.format_map(there), carried | fields)).status == 403, path
    assert await state() == before


async def test_another_firms_owner_reaches_nothing_of_it(site, alice, charlie, there):
    before = await state()
    for path in GETS:
        page = await charlie.get(PEOPLE + path.format_map(there))
        assert page.status == (404 if "{" in path else 200), path
        for canary in ("Alice", "bob@", "dora@", "Pendle"):
            assert canary not in page.html, (path, canary)
    for path, fields in POSTS.items():
        address = PEOPLE + path.format_map(there)
        assert (await charlie.post(address, fields | {"organisation": str(alice.organisation)})).status == 409
        if "{" in path:  # theirs and one that never was are the same page
            own = fields | {"organisation": str(charlie.organisation)}
            absent = PEOPLE + path.format_map(dict.fromkeys(there, uuid4()))
            answers = [await charlie.post(where, own) for where in (address, absent)]
            assert [answer.status for answer in answers] == [404, 404], path
            assert answers[0].text == answers[1].text
    assert await state() == before


async def test_a_visitor_is_asked_to_sign_in_and_staff_and_organisers_are_sent_home(
    site, alice, stella, olive, rosa, visitor, there
):
    before = await state()
    for path in GETS:
        address = PEOPLE + path.format_map(there)
        assert (await visitor.get(address)).url.startswith("/sign-in")
        for person, home in ((stella, "/partnership"), (olive, "/organise"), (rosa, "/operate")):
            assert (await person.get(address)).url.startswith(home)
    carried = {"organisation": str(alice.organisation)}
    for path, fields in POSTS.items():
        address = PEOPLE + path.format_map(there)
        assert (await visitor.post(address, carried | fields)).status == 403
        for person in (stella, olive, rosa):
            assert PEOPLE not in (await person.post(address, carried | fields)).url
    assert await state() == before


async def test_a_removed_member_reaches_nothing_of_it(site, alice, bob, there):
    await write(partial(membering.remove, alice.scope, there["bob"], MAILROOM))
    before = await state()
    for path in GETS:
        page = await bob.get(PEOPLE + path.format_map(there))
        assert page.url.startswith("/organisation/new") and "Pendle" not in page.html
    for path, fields in POSTS.items():
        carried = fields | {"organisation": str(alice.organisation)}
        assert (await bob.post(PEOPLE + path.format_map(there), carried)).url == "/organisation/new?notice=for-firms"
    assert await state() == before


async def test_a_form_without_its_organisation_or_with_more_than_its_fields_does_no_more(site, alice, bob, there):
    before = await state()
    for path, fields in POSTS.items():
        assert (await alice.post(PEOPLE + path.format_map(there), fields | {"_key": "x"})).status == 409, path
    assert await state() == before
    extra = {"organisation": str(alice.organisation), "role": "viewer", "person": str(alice.id), "id": "1"}
    extra["seen"] = "contributor"
    assert (await alice.post(f"{PEOPLE}/{there['bob']}", extra)).status == 200
    assert await members(alice.organisation) == {alice.email: "owner", bob.email: "viewer"}


async def test_the_task_list_and_the_profile_lead_there(site, alice, bob):
    assert {PEOPLE, f"{PEOPLE}/invite"} <= set((await alice.get("/home")).links())
    assert PEOPLE in (await bob.get("/home")).links() and f"{PEOPLE}/invite" not in (await bob.get("/home")).links()
    assert PEOPLE in (await bob.get("/organisation")).links()


# — several organisations —


async def test_a_person_switches_between_their_organisations(site, alice):
    second = await site.organisation("Second Firm", alice.id)
    page = await alice.get("/home")
    assert page.document.xpath("//header//a[@href='/organisation/switch']")
    page = await alice.get("/organisation/switch")
    assert page.fields()["to"] == [str(alice.organisation)] and "Second Firm" in page.text
    page = await page.submit(to=str(second))
    assert page.url == "/home?notice=organisation-switched" and "Second Firm" in page.text
    assert "Second Firm" in (await alice.get("/account")).text
    page = await (await alice.get("/organisation/switch")).submit(to=str(alice.organisation))
    assert "Pendle Joinery" in page.text


async def test_the_header_offers_it_only_to_those_who_have_a_choice(site, alice):
    assert not (await alice.get("/home")).document.xpath("//header//a[@href='/organisation/switch']")
    assert "Pendle Joinery" in (await alice.get("/organisation/switch")).text


async def test_the_old_page_of_the_switch_works_again_however_often(site, alice):
    second = await site.organisation("Second Firm", alice.id)
    page = await alice.get("/organisation/switch")
    for organisation, name in ((second, "Second Firm"), (alice.organisation, "Pendle Joinery")) * 2:
        assert name in (await page.submit(to=str(organisation))).text


async def test_nobody_switches_to_an_organisation_that_is_not_theirs(site, alice, charlie, visitor):
    page = await alice.get("/organisation/switch")
    for target in (str(charlie.organisation), str(uuid4()), "x", str(alice.organisation).upper(), "x" * 300):
        assert (await page.submit(to=target)).status in (404, 422), target
    page = await page.submit(to=None)
    assert page.status == 422 and page.errors == ["Choose which organisation you want to act for"]
    assert "Pendle Joinery" in (await alice.get("/home")).text
    assert (await visitor.get("/organisation/switch")).url.startswith("/sign-in")
    assert (await visitor.post("/organisation/switch", {"to": str(alice.organisation)})).status == 403


async def test_a_switch_in_another_tab_refuses_the_form_and_keeps_what_was_typed(site, alice):
    """One browser, two tabs: the form of the first still belongs to the organisation it was opened for."""
    second = await site.organisation("Second Firm", alice.id)
    first_tab = await alice.get(f"{PEOPLE}/invite")
    other_tab = await alice.get("/organisation/switch")
    await other_tab.submit(to=str(second))
    page = await first_tab.submit(email="dora@example.org", role="viewer")
    assert page.status == 409 and "dora@example.org" in page.text and "another of your organisations" in page.text
    assert await count("invitation") == 0
    await other_tab.submit(to=str(alice.organisation))
    assert (await first_tab.submit(email="dora@example.org", role="viewer")).url == f"{PEOPLE}?notice=invited"


async def test_switching_is_for_this_browser_only(site, alice):
    second = await site.organisation("Second Firm", alice.id)
    phone = await site.signed_in(alice.id, alice.organisation)
    await (await alice.get("/organisation/switch")).submit(to=str(second))
    assert "Pendle Joinery" in (await phone.get("/home")).text


async def test_somebody_in_no_organisation_is_told_how_to_join_one(site, stella):
    page = await stella.get("/organisation/switch")
    assert "ask its owner to invite you" in page.text and not page.document.xpath("//main//form")


async def test_each_role_is_held_per_organisation(site, alice, charlie):
    """An owner here is a viewer there, and may do there what a viewer may."""
    await site.member(alice.id, charlie.organisation, "viewer")
    await (await alice.get("/organisation/switch")).submit(to=str(charlie.organisation))
    assert (await alice.get(f"{PEOPLE}/invite")).status == 403
    assert (await alice.get(PEOPLE)).status == 200
    dan = await member_of_new_organisation(site, "Dan", "Dan’s")
    assert dan.organisation != charlie.organisation and "Dan" not in (await alice.get(PEOPLE)).text


# — two owners at once —


async def test_an_owner_does_not_undo_another_owners_change_of_a_role_unseen(site, alice, bob, there):
    olaf = await colleague(site, "Olaf", alice, "owner")
    address = f"{PEOPLE}/{there['bob']}"
    hers, his = await alice.get(address), await olaf.get(address)
    await his.submit(role="owner")
    page = await hers.submit(role="viewer")
    assert page.status == 409 and page.errors == [
        "Bob’s role was changed while your page was open. It is “Owner” now. Choose again if you still want to change "
        "it."
    ]
    assert "role" not in page.fields(address) and "What may they do? Viewer" in page.text.partition("What you typed")[2]
    blind = await page.submit()
    assert blind.status == 422 and (await members(alice.organisation))[bob.email] == "owner"
    assert (await blind.submit(role="viewer")).url == f"{PEOPLE}?notice=role-changed"
    assert (await members(alice.organisation))[bob.email] == "viewer"


async def test_two_owners_who_want_the_same_are_both_done(site, alice, bob, there):
    olaf = await colleague(site, "Olaf", alice, "owner")
    pages = [await person.get(f"{PEOPLE}/{there['bob']}") for person in (alice, olaf)]
    assert [(await page.submit(role="viewer")).url for page in pages] == [f"{PEOPLE}?notice=role-changed"] * 2


async def test_of_two_owners_at_the_same_moment_one_is_asked(site, alice, bob, there):
    olaf = await colleague(site, "Olaf", alice, "owner")
    pages = [await person.get(f"{PEOPLE}/{there['bob']}") for person in (alice, olaf)]
    answers = await asyncio.gather(pages[0].submit(role="viewer"), pages[1].submit(role="owner"))
    assert sorted(answer.status for answer in answers) == [200, 409]


async def test_nobody_is_removed_in_another_role_than_the_page_said(site, alice, bob, there):
    page = await alice.get(f"{PEOPLE}/{there['bob']}/remove")
    await write(partial(membering.change_role, alice.scope, there["bob"], "owner", MAILROOM))
    page = await page.submit()
    assert page.status == 409 and "It is “Owner” now. Nobody was removed." in page.errors[0]
    assert bob.email in await members(alice.organisation)
    assert (await page.submit()).url == f"{PEOPLE}?notice=member-removed"
    assert bob.email not in await members(alice.organisation)
