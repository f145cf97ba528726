"""Members: roles, removal, leaving and handing over; there is always an owner, whoever does what at the same time."""

import asyncio
import random
from datetime import timedelta
from functools import partial

import pytest
from tests.organisations.joined import PASSWORD, PEOPLE, actions, count, members, membership
from tests.support.cast import Person, colleague
from tests.support.firms import MAILROOM

from pledge.accounts import passwords, people
from pledge.accounts.links import NoLongerWorks
from pledge.accounts.signing_in import use_link
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.organisations.people import inviting
from pledge.organisations.people import members as membering
from pledge.policy.actors import Actor
from pledge.refusals import Missing, Refusal
from pledge.web.forms import Form


async def act(function, person: Person, *args) -> bool:
    """Do it, and return whether it was done rather than refused."""
    try:
        await write(partial(function, person.scope, *args, MAILROOM))
    except (Refusal, Missing):
        return False
    return True


# — what an owner does —


async def test_a_role_counts_from_the_next_request_and_they_are_told(site, alice, bob):
    assert (await bob.get(f"{PEOPLE}/invite")).status == 403
    page = await alice.get(f"{PEOPLE}/{await membership(bob)}")
    assert page.fields()["role"] == ["contributor"] and bob.email in page.text
    page = await page.submit(role="owner")
    assert page.url == f"{PEOPLE}?notice=role-changed" and (await members(alice.organisation))[bob.email] == "owner"
    assert (await bob.get(f"{PEOPLE}/invite")).status == 200
    await (await alice.get(f"{PEOPLE}/{await membership(bob)}")).submit(role="viewer")
    open_form = await bob.post("/suppliers/countries", {"organisation": str(alice.organisation)})
    assert open_form.status == 403 and (await bob.get("/suppliers")).status == 200
    mails = await site.mails(bob.email)
    assert [mail.subject for mail in mails] == ["Your role at Pendle Joinery has changed"] * 2
    assert "Alice made you an owner" in mails[0].body and "Alice made you a viewer" in mails[1].body


async def test_removal_counts_from_the_next_request_and_they_are_told(site, alice, bob):
    page = await bob.get("/suppliers")
    assert page.url == "/suppliers"
    asked = await alice.get(f"{PEOPLE}/{await membership(bob)}/remove")
    assert "Remove Bob?" in asked.title and bob.email in asked.text
    page = await asked.submit()
    assert page.url == f"{PEOPLE}?notice=member-removed" and bob.email not in page.text
    for path in ("/home", "/suppliers", PEOPLE, "/organisation"):
        assert "Pendle Joinery" not in (await bob.get(path)).html
    answer = await bob.post("/suppliers/countries", {"organisation": str(alice.organisation)})
    assert answer.url == "/organisation/new?notice=for-firms"
    (mail,) = await site.mails(bob.email)
    assert mail.subject == "You are no longer a member of Pendle Joinery" and "Alice removed you" in mail.body


async def test_whoever_is_removed_acts_for_another_of_their_organisations_in_every_window(site, alice, bob):
    other = await site.organisation("Bob and Sons", bob.id)
    windows = [bob.browser, await site.signed_in(bob.id, alice.organisation), await site.signed_in(bob.id, other)]
    form = await windows[0].get("/organisation/people/leave")
    assert await act(membering.remove, alice, await membership(bob))
    for window in windows:
        assert "Bob and Sons" in (await window.get("/home")).text
    stale = await form.submit()  # the form of the organisation that they are no longer in
    assert stale.status == 409 and list(await members(other)) == [bob.email]


async def test_what_they_wrote_and_sent_stays(site, alice, bob):
    from tests.support.firms import answer_all, fill_profile, start

    await fill_profile(alice)
    await start(bob)
    await answer_all(bob)
    before = {
        table: await read(partial(sql.rows, f"SELECT * FROM {table} ORDER BY 1"))
        for table in ("assessment", "person", "organisation")
    }
    assert str(bob.id) in str(before["assessment"])
    assert await act(membering.remove, alice, await membership(bob))
    for table, rows in before.items():
        assert await read(partial(sql.rows, f"SELECT * FROM {table} ORDER BY 1")) == rows


async def test_handing_over_makes_one_the_owner_and_the_other_a_contributor(site, alice, bob):
    page = await alice.get(f"{PEOPLE}/{await membership(bob)}/hand-over")
    assert "Hand over to Bob?" in page.title and "you become a contributor" in page.text
    page = await page.submit()
    assert page.url == f"{PEOPLE}?notice=handed-over" and "Only an owner can invite" in page.text
    assert await members(alice.organisation) == {alice.email: "contributor", bob.email: "owner"}
    assert (await alice.get("/organisation/edit")).status == 403
    assert (await bob.get("/organisation/edit")).status == 200
    assert "made you an owner" in (await site.mails(bob.email))[-1].body
    assert (await site.mails(alice.email))[-1].subject == "You handed over Pendle Joinery"
    assert "ownership.handed_over" in await actions()


async def test_handing_over_asks_again_who_it_is(site, alice, bob):
    """Somebody at a computer that was left signed in cannot give the firm away."""
    page = await alice.get(f"{PEOPLE}/{await membership(bob)}/hand-over")
    password_hash = await passwords.hash_password(PASSWORD)
    await write(partial(people.set_password, alice.id, password_hash))
    await write(partial(sql.rows, "UPDATE session SET confirmed = {}", clock.now() - timedelta(minutes=10)))
    page = await page.submit()
    assert page.url.startswith("/account/confirm") and (await members(alice.organisation))[bob.email] == "contributor"
    page = await page.submit("/account/confirm", password="four green glass bottles")
    assert page.status == 422
    page = await page.submit("/account/confirm", password=PASSWORD)
    assert page.url == f"{PEOPLE}/{await membership(bob)}/hand-over"
    assert (await page.submit()).url == f"{PEOPLE}?notice=handed-over"


async def test_nobody_hands_over_to_themselves_or_to_somebody_who_is_not_there(site, alice, charlie):
    for member in (await membership(alice), await membership(charlie)):
        answer = await alice.post(f"{PEOPLE}/{member}/hand-over", {"organisation": str(alice.organisation)})
        assert answer.status == 404
    assert await members(alice.organisation) == {alice.email: "owner"}


async def test_the_same_role_again_changes_nothing_and_writes_to_nobody(site, alice, bob):
    page = await alice.get(f"{PEOPLE}/{await membership(bob)}")
    assert (await page.submit(role="contributor")).status == 200
    assert "member.role_changed" not in await actions() and not await site.mails()


async def test_a_role_that_does_not_exist_is_a_problem_of_the_form(site, alice, bob):
    for role in ("admin", "", "Owner", "owner\x00"):
        page = await alice.get(f"{PEOPLE}/{await membership(bob)}")
        page = await page.submit(role=role)
        assert page.status == 422 and len(page.errors) == 1
    assert (await members(alice.organisation))[bob.email] == "contributor"


async def test_a_form_sent_twice_is_done_once(site, alice, bob):
    page = await alice.get(f"{PEOPLE}/{await membership(bob)}/remove")
    answers = await asyncio.gather(*[page.submit() for _ in range(3)])
    assert {answer.url for answer in answers} == {f"{PEOPLE}?notice=member-removed"}
    assert len(await site.mails(bob.email)) == 1 and (await actions()).count("member.removed") == 1


async def test_roles_are_not_changed_without_end(site, alice, bob):
    member = await membership(bob)
    for number in range(30):
        assert await act(membering.change_role, alice, member, ("viewer", "contributor")[number % 2])
    page = await (await alice.get(f"{PEOPLE}/{member}")).submit(role="viewer")
    assert page.status == 429 and (await members(alice.organisation))[bob.email] == "contributor"
    assert (await (await alice.get(f"{PEOPLE}/{member}/remove")).submit()).status == 200  # that is never kept waiting


# — leaving —


async def test_a_member_leaves_and_the_owners_are_told(site, alice, bob):
    page = await bob.get(f"{PEOPLE}/leave")
    assert "Leave Pendle Joinery?" in page.title
    page = await page.submit()
    assert page.url == "/organisation/new?notice=left" and "You have left." in page.html
    assert list(await members(alice.organisation)) == [alice.email]
    assert (await site.mails(alice.email))[0].subject == "Bob has left Pendle Joinery"
    assert "You left Pendle Joinery" in (await site.mails(bob.email))[0].body


async def test_the_last_owner_is_told_what_to_do_first(site, alice, bob):
    page = await alice.get(f"{PEOPLE}/leave")
    assert "First make a colleague an owner" in page.text and not page.document.xpath("//main//form")
    carried = {"organisation": str(alice.organisation), "seen": "owner"}
    mine = f"{PEOPLE}/{await membership(alice)}"
    for path, fields in ((f"{PEOPLE}/leave", {}), (f"{mine}/remove", {}), (mine, {"role": "viewer"})):
        answer = await alice.post(path, carried | fields)
        assert answer.status == 409 and "Every organisation needs an owner" in answer.text, path
    assert (await members(alice.organisation))[alice.email] == "owner" and not await site.mails()
    await (await alice.get(f"{PEOPLE}/{await membership(bob)}")).submit(role="owner")
    assert (await (await alice.get(f"{PEOPLE}/leave")).submit()).url == "/organisation/new?notice=left"
    assert await members(alice.organisation) == {bob.email: "owner"}


async def test_an_owner_alone_is_asked_to_invite_somebody_first(site, alice):
    assert "First invite a colleague as an owner" in (await alice.get(f"{PEOPLE}/leave")).text


# — at the same moment —


async def owners(organisation) -> int:
    return list((await members(organisation)).values()).count("owner")


@pytest.mark.parametrize("way", ["leave", "remove each other", "demote each other", "demote themselves", "mixed"])
async def test_two_owners_going_at_once_cannot_both_succeed(site, alice, way):
    for number in range(6):
        olaf = await colleague(site, f"Olaf{number}", alice, "owner")
        mine, theirs = await membership(alice), await membership(olaf)
        ways = {
            "leave": ((membering.leave, alice), (membering.leave, olaf)),
            "remove each other": ((membering.remove, alice, theirs), (membering.remove, olaf, mine)),
            "demote each other": (
                (membering.change_role, alice, theirs, "viewer"),
                (membering.change_role, olaf, mine, "viewer"),
            ),
            "demote themselves": (
                (membering.change_role, alice, mine, "viewer"),
                (membering.change_role, olaf, theirs, "contributor"),
            ),
            "mixed": ((membering.hand_over, alice, theirs), (membering.leave, olaf)),
        }
        done = await asyncio.gather(*[act(*one) for one in ways[way]])
        assert await owners(alice.organisation) >= 1, (way, done)
        assert sum(done) == 1, (way, done)
        await write(  # as it was, for the next round
            partial(sql.rows, "DELETE FROM membership WHERE organisation = {}", alice.organisation)
        )
        await site.member(alice.id, alice.organisation, "owner")


async def test_eight_owners_leaving_at_once_leave_one(site, alice):
    everybody = [alice, *[await colleague(site, f"Olaf{number}", alice, "owner") for number in range(7)]]
    done = await asyncio.gather(*[act(membering.leave, person) for person in everybody])
    assert sum(done) == 7 and list((await members(alice.organisation)).values()) == ["owner"]


async def test_whoever_was_demoted_a_moment_ago_does_nothing_more_as_an_owner(site, alice):
    """The request was admitted while they were an owner; the change came in between."""
    olaf = await colleague(site, "Olaf", alice, "owner")
    bob = await colleague(site, "Bob", alice, "viewer")
    assert await act(membering.change_role, alice, await membership(olaf), "viewer")
    theirs = await membership(bob)
    for change in (
        (membering.remove, olaf, theirs),
        (membering.change_role, olaf, theirs, "owner"),
        (membering.hand_over, olaf, theirs),
        (inviting.invite, olaf, "dora@example.org", "owner"),
    ):
        assert not await act(*change)
    assert await count("invitation") == 0
    assert await members(alice.organisation) == {alice.email: "owner", olaf.email: "viewer", bob.email: "viewer"}


# — anything in any order —


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_of_invitations_roles_and_goodbyes_agrees_with_the_model(site, alice, charlie, seed):
    """A random walk beside a model of two dictionaries: members by address, and the newest link by address."""
    chance = random.Random(seed)
    cast = {alice.email: alice}
    for name in ("Ann", "Ben", "Cat"):
        person = await site.person(name, f"{name.lower()}@example.org")
        cast[f"{name.lower()}@example.org"] = Person(
            name, f"{name.lower()}@example.org", person, await site.signed_in(person), alice.organisation
        )
    model, links, dead = {alice.email: "owner"}, {}, []
    done = 0
    for _ in range(70):
        acting = cast[chance.choice(sorted(model))]
        acting.role = model[acting.email]
        target = cast[chance.choice(sorted(cast))]
        role = chance.choice(["owner", "contributor", "viewer"])
        is_owner, is_member = acting.role == "owner", target.email in model
        last = model.get(target.email) == "owner" and list(model.values()).count("owner") == 1
        member = await membership(target) if is_member else charlie.id
        step = chance.choice(["invite", "accept", "accept", "withdraw", "role", "remove", "leave", "hand over", "old"])
        gone: str | None = None
        if step == "invite":
            await write(partial(sql.rows, "DELETE FROM throttle"))
            try:
                ok = await act(inviting.invite, acting, target.email, role)
            except inviting.AlreadyMember:
                ok = False
            assert ok == (is_owner and not is_member)
            if ok:
                dead += [links.pop(target.email)[:2]] if target.email in links else []
                link = (await site.mails(target.email))[-1].link.removeprefix("/t/")
                links[target.email] = (target, link, role, acting.email)
        elif step == "withdraw" and target.email in links:
            row = await read(partial(sql.row, "SELECT id FROM invitation WHERE email = {}", target.email))
            ok = True
            try:
                await write(partial(inviting.withdraw, acting.scope, row["id"]))
            except Refusal:
                ok = False
            assert ok == is_owner
            if ok:
                dead.append(links.pop(target.email)[:2])
        elif step == "accept" and target.email in links:
            _, link, given, _ = links.pop(target.email)
            ok = await press(site, target, link)
            assert ok
            model[target.email] = given
            dead.append((target, link))
        elif step == "old" and dead:
            assert not await press(site, *chance.choice(dead))
        elif step == "role" and is_member:
            ok = await act(membering.change_role, acting, member, role)
            assert ok == (is_owner and (role == "owner" or not last))
            if ok:
                gone = target.email if model[target.email] == "owner" != role else None
                model[target.email] = role
        elif step == "remove" and is_member:
            ok = await act(membering.remove, acting, member)
            assert ok == (is_owner and not last)
            if ok:
                gone = target.email
                del model[target.email]
        elif step == "leave":
            last = acting.role == "owner" and list(model.values()).count("owner") == 1
            ok = await act(membering.leave, acting)
            assert ok == (not last)
            if ok:
                gone = acting.email
                del model[acting.email]
        elif step == "hand over" and is_member:
            ok = await act(membering.hand_over, acting, member)
            assert ok == (is_owner and target is not acting)
            if ok:
                gone = acting.email
                model |= {acting.email: "contributor", target.email: "owner"}
        if gone:  # their open invitations end with their ownership
            for email in [email for email, link in links.items() if link[3] == gone]:
                dead.append(links.pop(email)[:2])
        done += 1
        assert await members(alice.organisation) == model
        assert await count("invitation") == len(links)
        assert "owner" in model.values()
    assert done == 70


async def press(site, person: Person, secret: str) -> bool:
    """Press the button of a link as somebody who is signed in, and return whether it worked."""
    session = await read(partial(sql.value, "SELECT id FROM session WHERE person = {}", person.id))
    actor = Actor(person=person.id, name=person.name, email=person.email, session=session)
    purposes = site.application.litestar.state.purposes
    try:
        return await use_link(secret, purposes, Form({"_key": ["x"]}), "A test", actor) is not None
    except NoLongerWorks:
        return False
