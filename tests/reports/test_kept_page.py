"""The page that shows each commitment of the pledge with its evidence."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest
from tests.events import making
from tests.suppliers.sending import imported, workbook
from tests.support.firms import JOINERY, fill_profile, sign_pledge, submitted

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.events.booking import registering
from pledge.events.running import door
from pledge.policy.scopes import DoorScope


async def test_a_firm_that_has_only_signed_sees_what_is_missing_and_where(alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    page = await alice.get("/pledge/kept")
    assert page.status == 200 and page.text.count("Not yet") >= 7
    assert "You have not uploaded a supplier list yet." in page.text
    assert {"/assessments/procurement", "/assessments/recruitment"} <= set(page.links())


async def test_answers_and_a_supplier_list_are_evidence(site, alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    before = (await alice.get("/pledge/kept")).text.count("Not yet")
    for questionnaire in ("procurement", "recruitment"):
        await submitted(alice, questionnaire, 4)
    answered = await alice.get("/pledge/kept")
    assert "Your answers say that a named person is in charge." in answered.text
    assert answered.text.count("Not yet") < before
    await imported(site, alice, workbook(["Marrowby Timber Ltd", "Timber", "Brazil", 12000, "robots"]))
    assert "You have not uploaded a supplier list yet." not in (await alice.get("/pledge/kept")).text


async def test_an_answer_is_quoted_as_it_was_asked_once_with_the_way_to_it(alice):
    await fill_profile(alice)  # nine people
    await sign_pledge(alice)
    for name in ("procurement", "recruitment"):
        await submitted(alice, name, 1)
    page = await alice.get("/pledge/kept")
    asked = "Which owner or manager looks out for modern slavery, in what you buy and in how you hire?"
    assert f"Your answer to “{asked}”" in page.text
    assert "Who looks out for modern slavery" not in page.text
    plan = "Your answer to “Is there a written plan for what to do if you suspect that someone is being exploited?”"
    assert page.text.count(plan) == 1  # both questionnaires ask it
    assert "Go to these questions" not in page.text
    rows = await read(partial(sql.rows, "SELECT id FROM action WHERE question = 'p-a1'"))
    assert f"/actions/{rows[0]['id']}" in page.links()
    for href in set(page.links()):
        address, _, place = href.partition("#")
        there = await alice.get(address)
        assert there.status == 200 and (not place or f'id="{place}"' in there.html), href


async def test_each_promise_that_is_not_kept_has_one_link(alice, olive):
    await fill_profile(alice)
    await sign_pledge(alice)
    scope = await making.scope_of(olive.id)
    await making.published(scope, topics=("training",), title="How to train people")
    page = await alice.get("/pledge/kept")
    assert "0 of 8 promises shown so far." in page.text and "Your status: Signed" in page.text
    assert "What is missing for the next status, “Signed and assessed”:" in page.text
    links = {}
    for heading in page.document.xpath("//main//h3"):
        links[heading.text_content().split(".")[0]] = [
            link.get("href")
            for link in heading.xpath("following-sibling::*[preceding-sibling::h3[1] = $h]//a", h=heading)
        ]
    assert len(links) == 8 and all(len(each) == 1 for each in links.values()), links
    assert links["4"][0].startswith("/events/")


async def test_an_owner_alone_is_told_that_a_promise_has_no_question_and_holds(alice):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, headcount_band="0"))
    await sign_pledge(alice)
    for name in ("procurement", "recruitment"):
        await submitted(alice, name, 3)
    page = await alice.get("/pledge/kept")
    assert "Does not apply" not in page.text
    assert "1. Lead No question for you" in page.text and "The promise holds all the same." in page.text


async def test_what_a_short_form_does_not_ask_is_no_broken_promise(alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    for name in ("procurement", "recruitment"):
        await submitted(alice, name, 4, depth="short")
    page = await alice.get("/pledge/kept")
    asked = [title for title in page.document.xpath("//main//h3") if "Not asked yet" in title.text_content()]
    assert len(asked) == 4 and "of 8 promises shown so far" in page.text
    for title in asked:
        (link,) = title.xpath("following-sibling::p[preceding-sibling::h3[1] = $h]/a", h=title)
        assert link.text_content().startswith("Go deeper from your report")
        assert (await alice.get(link.get("href"))).html.count("/deeper") >= 1


async def test_the_way_deeper_leads_to_the_newest_report(alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    for day in (200, 2):
        with clock.at(clock.now() - timedelta(days=day)):
            for name in ("procurement", "recruitment"):
                await submitted(alice, name, 4, depth="short")
    page = await alice.get("/pledge/kept")
    rows = await read(partial(sql.rows, "SELECT id, latest FROM assessment WHERE status = 'submitted'"))
    links = {link.removeprefix("/reports/").partition("/")[0] for link in page.links() if link.startswith("/reports/")}
    assert links and len(rows) == 4 and links <= {str(row["id"]) for row in rows if row["latest"]}


def train(page) -> str:
    """What the page says of the promise to train."""
    return page.text.partition("4. Train")[2].partition("5. ")[0]


async def went(olive, firm, *, days_ago: int = 3, topics=("spotting-signs",), came: bool = True) -> None:
    """Book somebody of the firm a place at an event of so many days ago; the volunteer at the door checks them in."""
    starts = clock.now() - timedelta(days=days_ago)
    scope = await making.scope_of(olive.id)
    with clock.at(starts - timedelta(days=9)):
        event = await making.published(scope, starts=starts, ends=starts + timedelta(hours=2), topics=topics)
        booking = making.a_booking(person=firm.id, organisation=firm.organisation)
        await write(partial(registering.register, event, booking, lambda _path: []))
    with clock.at(starts):
        await write(partial(door.make, scope, event.id, str(event.id)))
        volunteer = await read(partial(door.enter, str(event.id)))
        assert volunteer.door and volunteer.door_event
        at_door = DoorScope(volunteer, volunteer.door, volunteer.door_event)
        (guest,) = await read(partial(door.find, at_door, "Bea Booker"))
        if came:
            await write(partial(door.check_in, at_door, guest.id))


async def test_somebody_who_came_to_an_event_is_evidence(alice, bob, charlie, olive):
    await fill_profile(alice)
    await sign_pledge(alice)
    await went(olive, alice, came=False)
    await went(olive, alice, topics=("legal",))
    await went(olive, charlie)
    assert train(await alice.get("/pledge/kept")).startswith(" Not yet")
    await went(olive, bob)
    page = await alice.get("/pledge/kept")
    assert train(page).startswith(" Shown") and "one of you came to an event about it" in train(page)


@pytest.mark.parametrize(("days", "state"), [(729, "Shown"), (731, "Not yet")])
async def test_an_event_counts_for_two_years(alice, olive, days, state):
    await fill_profile(alice)
    await sign_pledge(alice)
    await went(olive, alice, days_ago=days, topics=("recruitment", "training"))
    assert train(await alice.get("/pledge/kept")).startswith(f" {state}")


async def test_without_a_signature_the_way_leads_to_the_pledge(alice):
    page = await alice.get("/pledge/kept")
    assert page.url == "/pledge?notice=not-signed" and "has not signed the pledge" in page.document.text_content()


async def test_colleagues_see_it_and_nobody_else(alice, bob, charlie, olive, stella, visitor):
    await fill_profile(alice)
    await sign_pledge(alice)
    assert "How you keep your pledge" in (await bob.get("/pledge/kept")).text
    assert (await charlie.get("/pledge/kept")).url == "/pledge?notice=not-signed"  # his own firm has not signed
    for person in (olive, stella):
        page = await person.get("/pledge/kept")
        assert "How you keep your pledge" not in page.text
        (banner,) = page.document.xpath("//*[@aria-labelledby='notice']")
        assert "That page is for people who act for a firm" in banner.text_content()
        assert "Success" not in banner.text_content()
    assert (await visitor.get("/pledge/kept")).url.startswith("/sign-in")
