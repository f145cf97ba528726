"""“Ask us to ring”: who may ask, what the partnership learns, who closes a call, and when it is forgotten."""

import asyncio
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from tests.support import cast
from tests.support.firms import MAILROOM, fill_profile, start, submitted
from tests.support.log import logged_as
from tests.support.site import BASE

from pledge.accounts import people
from pledge.database import clock, sql
from pledge.database.unit import NO_ORGANISATION, reaching, read, write
from pledge.declared import HOLDINGS, PRUNES
from pledge.directory import calls
from pledge.organisations.rights import erasing
from pledge.policy.actors import Actor
from pledge.policy.scopes import AggregateScope
from pledge.questionnaires.answers import Answer
from pledge.refusals import Refusal

DETAILS = {
    "name": "Sam",
    "phone": "01632 960583 ext 12",
    "best_time": "Weekdays after 4pm",
    "firm": "Brindlow Foods",
    "consent": "yes",
}


async def stored() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM call_request ORDER BY asked, id"))


async def ask(browser, **changes):
    return await (await browser.get("/help/ring")).submit(**{**DETAILS, **changes})


async def log() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM audit_entry WHERE action LIKE 'call.%' ORDER BY at, id"))


def a_call(name: str = "Sam", person=None):
    return partial(calls.ask, MAILROOM, None, name, "01632 960583", "", "", person=person)


def scope(person) -> AggregateScope:
    return AggregateScope(Actor(person=person.id, name=person.name, staff=True), person.id)


@pytest.fixture
async def second(site):
    """Another of the staff."""
    return await cast.with_role(site, "Sue", "staff")


# — asking —


async def test_a_visitor_asks_sees_that_it_is_there_and_takes_it_back(site, visitor):
    page = await ask(visitor)
    (call,) = await stored()
    assert page.url == f"/help/ring/{call['id']}" and "You have asked for a call" in page.text
    assert {name: call[name] for name in ("name", "phone", "best_time", "firm")} == {
        name: DETAILS[name] for name in ("name", "phone", "best_time", "firm")
    }
    assert call["person"] is None and call["closed"] is None and call["outcome"] == ""
    assert "Your number ends with 583" in page.text
    assert "960583" not in page.html and "Sam" not in page.text and "Brindlow" not in page.text
    assert "this page is the one way to take it back" in page.text
    page = await page.submit()
    assert page.url == "/help/ring?notice=call-withdrawn" and "what you typed is deleted" in page.text
    assert await stored() == []
    assert [entry["action"] for entry in await log()] == ["call.asked", "call.withdrawn"]
    assert (await visitor.get(f"/help/ring/{call['id']}")).status == 404


@pytest.mark.parametrize("role", ["viewer", "contributor", "owner"])
async def test_every_member_asks_and_finds_it_again_where_they_asked(site, alice, role):
    person = alice if role == "owner" else await cast.colleague(site, "Vera", alice, role)
    page = await person.get("/help/ring")
    assert page.fields()["name"] == [person.name] and page.fields()["firm"] == [""]  # the firm only if they type it
    assert "Pendle" not in page.html.split("<main")[1]
    await page.submit(phone="+44 (0)1632 960583", consent="yes")
    (call,) = await stored()
    assert (call["person"], call["firm"], call["name"]) == (person.id, "", person.name)
    again = await person.get("/help/ring")
    assert "You have asked for a call" in again.text and "Only you can see this page" in again.text
    assert (await again.submit()).url == "/help/ring?notice=call-withdrawn" and await stored() == []


async def test_without_consent_or_a_number_nothing_is_kept_and_everything_typed_is(visitor):
    page = await visitor.get("/help/ring")
    assert page.fields().get("consent") is None  # nobody agrees for them
    page = await page.submit(name=" ", phone="I will ring you", best_time="x" * 101, firm="Brindlow", consent=[])
    assert page.status == 422 and not await stored()
    assert page.errors == [
        "Enter the name to ask for",
        "“The number to ring” is not a number that we could dial. Enter 7 to 15 digits with the area code, or + and "
        "the code of the country. An extension goes after “ext”.",
        "“A good time to ring” is 101 characters long. Use 100 or fewer.",
        "Tick the box if we may ring you. Without it we may not",
    ]
    assert page.fields()["phone"] == ["I will ring you"] and page.fields()["firm"] == ["Brindlow"]
    page = await page.submit(name="Sam", phone="", best_time="", consent="yes")
    assert page.errors == ["Enter the number to ring"]
    page = await page.submit(phone="1" * 41)
    assert page.errors == ["“The number to ring” is 41 characters long. Use 40 or fewer."]
    assert "We have not rung yet" in (await page.submit(phone="+1 (555) 0100-99")).text


async def test_the_form_says_first_whom_to_ring_when_it_cannot_wait_and_then_what_becomes_of_it(visitor):
    page = await visitor.get("/help/ring")
    main = page.document.xpath("//main")[0]
    phones = main.xpath(".//a[starts-with(@href, 'tel:')]/@href")
    assert phones == ["tel:999", "tel:08000121700"]
    places = [page.text.index(words) for words in ("999", "08000 121 700", "Who rings", "When:", "What we see", "Whom")]
    assert places == sorted(places)
    assert page.text.count("We read it there on ") == 2
    assert "for 30 days after the call is dealt with. If we never get to it, 90 days from now" in page.text
    assert "as soon as one of us is at work and free. We cannot name the hour" in page.text
    assert not main.xpath(".//textarea")  # no room for a case


async def test_a_partnership_says_in_its_file_when_it_rings(visitor, with_partnership):
    with_partnership(rings="within two working days")
    assert "When: we ring you within two working days." in (await visitor.get("/help/ring")).text
    assert "Anti-Slavery Partnership rings you within two working days." in (await ask(visitor)).text


async def test_sent_twice_it_is_one_call_and_a_second_one_waits_for_the_first(alice):
    page = await alice.get("/help/ring")
    first, second = await page.submit(**DETAILS), await page.submit(**DETAILS)
    assert first.url == second.url and len(await stored()) == 1
    page = await page.submit(**{**DETAILS, "phone": "01632 960999"})
    assert page.status == 409 and "You have asked for a call already" in page.text
    assert "01632 960999" in page.text and len(await stored()) == 1  # what was typed is given back


async def test_of_two_windows_at_once_one_asks(alice):
    pages = [await alice.get("/help/ring") for _ in range(3)]
    await asyncio.gather(*(page.submit(**DETAILS) for page in pages))
    assert len(await stored()) == 1


async def test_one_network_asks_five_times_an_hour_and_keeps_what_was_typed(site):
    outsider = site.browser("192.0.2.1")
    for number in range(5):
        assert (await ask(outsider, name=f"Sam {number}")).status == 200
    page = await ask(outsider, name="Sam the sixth")
    assert page.status == 429 and "Sam the sixth" in page.html and len(await stored()) == 5
    assert (await ask(site.browser("192.0.2.2"))).status == 200


# — what the partnership learns —


async def test_the_mail_says_that_somebody_asks_and_nothing_else(site, alice, stella, with_partnership):
    with_partnership(email="office@example.org")
    await ask(alice.browser)
    (mail,) = await site.mails()
    assert mail.recipient == "office@example.org" and mail.subject == "Somebody asks you to ring"
    assert f"{BASE}/partnership/calls\n" in mail.body
    (call,) = await stored()
    for secret in (*(DETAILS[name] for name in ("name", "phone", "firm", "best_time")), "960583", "Pendle", "Alice"):
        assert secret not in mail.subject + mail.body
    assert str(call["id"]) not in mail.body
    assert "No e-mail tells you" not in (await stella.get("/partnership/calls")).text


async def test_without_an_address_of_the_partnership_it_is_in_the_list_all_the_same(site, visitor, stella):
    await ask(visitor)
    assert await site.mails() == []
    page = await (await stella.get("/partnership")).follow("Calls that people ask for")
    assert "Sam" in page.text and "No e-mail tells you of a new call" in page.text


async def test_staff_read_name_number_and_time_and_nothing_of_the_firm_that_is_not_named(alice, stella):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 3, r_b2=Answer(value="someone-paid"))
    page = await alice.get(f"/reports/{report}")
    links = [link for link in page.document.xpath("//main//a/@href") if "/ring" in link]
    assert links == ["/help/ring"]  # it carries nothing of where somebody came from
    await (await page.follow("ask us to ring you")).submit(phone="01632 960583", best_time="After 4pm", consent="yes")
    page = await stella.get("/partnership/calls")
    main = page.html.split("<main")[1]
    assert "Alice" in main and 'href="tel:01632960583"' in main and "After 4pm" in main
    for secret in (
        "Pendle",
        "alice@example.org",
        str(alice.id),
        str(alice.organisation),
        "r-b2",
        "recruit",
        str(report),
    ):
        assert secret not in main, secret
    assert "Firm Not given" in page.text
    columns = set((await stored())[0])
    assert columns == {
        *("id", "person", "name", "phone", "best_time", "firm", "asked", "outcome", "closed", "closed_by"),
    }


async def test_the_oldest_waits_on_top(visitor, stella):
    for days, name in ((1, "Young"), (3, "Old"), (0, "New")):
        with clock.at(clock.now() - timedelta(days=days)):
            await write(a_call(name))
    page = await stella.get("/partnership/calls")
    names = [" ".join(node.text_content().split()) for node in page.document.xpath("//main//h2")]
    assert names == ["Old 3 days waiting", "Young 1 day waiting", "New Asked today"]


# — closing —


async def test_a_closed_call_says_who_and_when_to_all_staff_at_once(visitor, alice, stella, second):
    await ask(alice.browser)
    (call,) = await stored()
    page = await (await stella.get("/partnership/calls")).follow("Say what became of it")
    assert (await page.submit()).errors == ["Say what became of the call"]
    page = await page.submit(outcome="called")
    assert page.url == "/partnership/calls?notice=call-closed" and "The call is closed." in page.text
    theirs = await second.get("/partnership/calls")
    assert "Nobody is waiting for a call." in theirs.text
    row = [" ".join(cell.text_content().split()) for cell in theirs.document.xpath("//main//tbody/tr/*")]
    assert row[:3] == ["Sam", "We spoke", "Stella"] and " at " in row[3]
    assert "960583" not in theirs.html
    (call,) = await stored()
    assert (call["outcome"], call["closed_by"]) == ("called", stella.id)
    (asked, closed) = await log()
    assert (asked["action"], asked["person"]) == ("call.asked", await logged_as(alice.id))
    assert (closed["action"], closed["person"]) == ("call.closed", await logged_as(stella.id))
    assert all(entry["organisation"] is None and "Sam" not in entry["details"] for entry in (asked, closed))
    mine = await alice.get(f"/help/ring/{call['id']}")
    assert "This call is dealt with" in mine.text and "We spoke" in mine.text and "Stella" not in mine.text
    again = await alice.get("/help/ring")
    assert "Whom shall we ask for?" in again.text  # and they may ask again
    assert "Your last call: We spoke, " in again.text and f"/help/ring/{call['id']}" in again.links()
    await ask(alice.browser)
    assert len(await stored()) == 2


async def test_whoever_closes_a_call_that_was_taken_back_reads_not_to_ring(alice, stella):
    await ask(alice.browser)
    (call,) = await stored()
    page = await stella.get(f"/partnership/calls/{call['id']}/close")
    await (await alice.get(f"/help/ring/{call['id']}")).submit(f"/help/ring/{call['id']}/withdraw")
    page = await page.submit(outcome="called")
    assert page.status == 404 and "Whoever asked for it has taken it back" in page.text and "do not ring" in page.text
    assert page.document.xpath("//main//a[@href='/partnership/calls']")


async def test_of_two_staff_the_second_is_told_who_closed_it(visitor, stella, second):
    await ask(visitor)
    (call,) = await stored()
    path = f"/partnership/calls/{call['id']}/close"
    pages = [await person.get(path) for person in (stella, second)]
    await pages[0].submit(outcome="called")
    page = await pages[1].submit(outcome="closed")
    assert page.status == 409 and "Stella closed this call on " in page.text and "“We spoke”" in page.text
    assert page.document.xpath("//main//a[@href='/partnership/calls']")
    assert (await stored())[0]["closed_by"] == stella.id
    assert (await second.get(path)).status == 409
    assert len([entry for entry in await log() if entry["action"] == "call.closed"]) == 1


async def test_at_the_same_moment_one_of_them_closes_it(stella, second):
    call = await write(a_call())

    async def close(person, outcome):
        with reaching(NO_ORGANISATION):
            await write(partial(calls.close, scope(person), call, outcome))

    found = await asyncio.gather(close(stella, "called"), close(second, "closed"), return_exceptions=True)
    (refused,) = [each for each in found if each is not None]
    assert isinstance(refused, Refusal) and refused.message.startswith(("Stella closed", "Sue closed"))


async def test_only_staff_read_or_close_calls(visitor, alice, olive, rosa, stella):
    await ask(visitor)
    (call,) = await stored()
    path = f"/partnership/calls/{call['id']}/close"
    for person in (alice, olive, rosa):
        assert (await person.get("/partnership/calls")).status == 403
        assert (await person.get(path)).status == 403
        assert (await person.post(path, {"_key": "x", "outcome": "called"})).status == 403
    assert (await visitor.get("/partnership/calls")).url.startswith("/sign-in")
    assert (await stored())[0]["closed"] is None
    assert (await stella.post(path, {"_key": "z", "outcome": "forgotten"})).status == 422
    assert (await stella.get(f"/partnership/calls/{uuid4()}/close")).status == 404
    assert (await stella.post(f"/partnership/calls/{uuid4()}/close", {"_key": "y", "outcome": "called"})).status == 404


async def test_nobody_else_sees_or_takes_back_a_persons_call(alice, bob, charlie, stella, visitor):
    await ask(alice.browser)
    (call,) = await stored()
    for browser in (bob.browser, charlie.browser, stella.browser, visitor):
        assert (await browser.get(f"/help/ring/{call['id']}")).status == 404
        assert (await browser.post(f"/help/ring/{call['id']}/withdraw", {"_key": "x"})).status == 404
    assert "Whom shall we ask for?" in (await bob.get("/help/ring")).text
    assert len(await stored()) == 1


# — forgetting —


async def test_it_goes_thirty_days_after_it_was_closed_and_ninety_after_it_was_asked_for(stella):
    assert calls.prune in PRUNES
    closed, _waiting = await write(a_call("Closed")), await write(a_call("Waiting"))
    with clock.at(clock.now() + timedelta(days=80)):
        await write(partial(calls.close, scope(stella), closed, "closed"))
    for days, left in ((89, ["Closed", "Waiting"]), (91, ["Closed"]), (109, ["Closed"]), (111, [])):
        with clock.at(clock.now() + timedelta(days=days)):
            await write(calls.prune)
        assert sorted(row["name"] for row in await stored()) == left, days


async def test_a_copy_of_ones_data_has_it_and_erasing_the_account_deletes_it(alice, stella):
    await ask(alice.browser)
    copy = (await alice.browser.http.get("/account/data.json")).text
    assert all(text in copy for text in ("Calls you asked for", "01632 960583 ext 12", "Weekdays after 4pm"))
    await write(a_call("Other"))
    await write(partial(erasing.erase_person, HOLDINGS, alice.id))
    assert [row["name"] for row in await stored()] == ["Other"]


async def test_erasing_whoever_closed_it_leaves_the_call_and_not_their_name(stella, second):
    call = await write(a_call())
    await write(partial(calls.close, scope(stella), call, "called"))
    copy = (await stella.browser.http.get("/account/data.json")).text
    assert "Calls you dealt with" in copy and "Sam" not in copy and "960583" not in copy
    await write(partial(erasing.erase_person, HOLDINGS, stella.id))
    (row,) = await stored()
    assert row["closed_by"] is None and row["outcome"] == "called"
    assert "Somebody who has left" in (await second.get("/partnership/calls")).text
    assert await read(partial(people.by_id, stella.id)) is None


async def test_the_notice_says_how_long_and_who_sees_it(visitor):
    page = await visitor.get("/privacy")
    assert "30 days after the call is dealt with; 90 days after you asked, where nobody dealt with it" in page.text
    assert "That you ask us to ring you" in page.text


# — the way there —


@pytest.mark.parametrize("path", ["/help", "/assessments/recruitment/responsibility?help=now"])
async def test_help_and_notices_lead_there(alice, path):
    await fill_profile(alice)
    await start(alice, "recruitment")
    page = await alice.get(path)
    assert [link for link in page.document.xpath("//main//a/@href") if "ring" in link] == ["/help/ring"]
