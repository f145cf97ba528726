"""The page that shows each commitment of the pledge with its evidence."""

from datetime import timedelta
from functools import partial

import pytest
from tests.events import making
from tests.suppliers.sending import imported, workbook
from tests.support.firms import fill_profile, sign_pledge, submitted

from pledge.database import clock
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
    reports = {name: await submitted(alice, name, 1) for name in ("procurement", "recruitment")}
    page = await alice.get("/pledge/kept")
    asked = "Which owner or manager looks out for modern slavery, in what you buy and in how you hire?"
    assert f"Your answer to “{asked}”" in page.text
    assert "Who looks out for modern slavery" not in page.text
    plan = "Your answer to “Is there a written plan for what to do if you suspect that someone is being exploited?”"
    assert page.text.count(plan) == 1  # both questionnaires ask it
    assert "Go to these questions" not in page.text
    assert f"/reports/{reports['procurement']}/answers#question-p-a1" in page.links()
    for href in (link for link in page.links() if "#question-" in link):
        address, _, place = href.partition("#")
        assert f'id="{place}"' in (await alice.get(address)).html, href


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
