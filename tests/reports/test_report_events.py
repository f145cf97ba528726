"""The events in a report: what is booked stays there as booked, and what comes too late says so."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest
from tests.events import making
from tests.support.firms import JOINERY, fill_profile, submitted

from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.events.running import organising
from pledge.questionnaires.answers import Answer
from pledge.words.dates import uk_date


@pytest.fixture
async def report(alice):
    """Alice's report on recruitment, with one urgent action."""
    await fill_profile(alice)
    return await submitted(alice, "recruitment", 4, r_b2=Answer(value="someone-paid"))


async def an_event(scope, days: int, **changes):
    starts = clock.now() + timedelta(days=days)
    return await making.published(
        scope, **{"topics": ("recruitment",), "starts": starts, "ends": starts + timedelta(hours=3), **changes}
    )


@pytest.fixture
async def chamber(olive):
    return await making.scope_of(olive.id)


async def the_action(browser, report) -> str:
    page = await browser.get(f"/reports/{report}")
    (action,) = page.document.xpath("//*[@id='action-r-b2']")
    return " ".join(action.text_content().split())


async def test_what_was_booked_from_an_action_stays_there_as_booked(alice, report, chamber):
    event = await an_event(chamber, 2, title="Fair recruitment")
    await an_event(chamber, 3, title="Another one")
    page = await alice.get(f"/reports/{report}")
    assert "Booked" not in await the_action(alice, report)
    page = await page.browser.get(f"{event.path}?from=report")
    booked = await page.submit(event.path, guest_name_1="Ann")
    shown = await the_action(alice, report)
    assert "Fair recruitment" in shown and "Booked You have booked 2 places. See the booking" in shown
    assert "Another one" not in shown
    page = await alice.get(f"/reports/{report}")
    assert booked.url.partition("?")[0] in page.links()
    listed = page.text.partition("More events that help")[2]
    assert "Another one" in listed and "Fair recruitment" not in listed


async def test_a_colleagues_booking_is_shown_as_theirs_and_ones_own_first(alice, bob, report, chamber):
    event = await an_event(chamber, 2)
    await (await bob.get(event.path)).submit(event.path)
    assert "Booked Bob has booked 1 place." in await the_action(alice, report)
    await (await alice.get(event.path)).submit(event.path)
    assert "Booked You have booked 1 place." in await the_action(alice, report)


async def test_a_full_event_that_is_booked_stays_and_a_cancelled_booking_goes(alice, charlie, report, chamber):
    event = await an_event(chamber, 2, capacity=1)
    booked = await (await alice.get(event.path)).submit(event.path)
    assert "Booked" in await the_action(alice, report)
    await (await (await alice.get(booked.url)).follow("Cancel this booking")).submit()
    shown = await the_action(alice, report)
    assert "Know the signs" in shown and "Booked" not in shown
    await (await charlie.get(event.path)).submit(event.path)
    assert "No event on this yet." in await the_action(alice, report)


async def test_a_booked_event_that_is_postponed_stays_and_another_one_is_offered(alice, charlie, report, chamber):
    event = await an_event(chamber, 2, title="Fair recruitment")
    await (await alice.get(event.path)).submit(event.path)
    await write(partial(organising.call_off, chamber, event.id, "postponed", "The speaker is ill"))
    began, ended = (clock.now() - timedelta(hours=hours) for hours in (3, 1))  # its old day has passed
    await write(partial(sql.rows, "UPDATE event SET starts = {}, ends = {} WHERE id = {}", began, ended, event.id))
    shown = await the_action(alice, report)
    assert "Fair recruitment, postponed." in shown and "Booked You have booked 1 place." in shown
    assert "Postponed, with no new date yet" in shown and "One that takes place" not in shown
    await an_event(chamber, 3, title="Another one")
    shown = await the_action(alice, report)
    assert shown.index("Fair recruitment") < shown.index("One that takes place") < shown.index("Another one")
    await fill_profile(charlie)
    theirs = await submitted(charlie, "recruitment", 4, r_b2=Answer(value="someone-paid"))
    assert "Fair recruitment" not in await the_action(charlie, theirs)


async def test_one_event_that_serves_several_actions_is_booked_in_each(alice, chamber):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 0)
    event = await an_event(chamber, 2)
    await (await alice.get(event.path)).submit(event.path)
    data = (await alice.get(f"/reports/{report}.json")).response.json()
    served = [action["events"] for action in data["actions"] if "recruitment" in action["topics"]]
    assert len(served) > 2 and all(events[0]["booked"] == "You have booked 1 place" for events in served)
    assert [each["id"] for each in data["events"]] == [str(event.id)]


async def test_an_event_after_the_date_of_an_action_says_so_unless_one_comes_in_time(alice, report, chamber):
    data = (await alice.get(f"/reports/{report}.json")).response.json()
    (days,) = [action["due_days"] for action in data["actions"] if action["answered"]["question"] == "r-b2"]
    await an_event(chamber, days + 1, title="Too late")
    assert "This is after the date by which to do it." in await the_action(alice, report)
    await an_event(chamber, days, title="In time", topics=("legal", "recruitment"))
    shown = await the_action(alice, report)
    assert "In time" in shown and "This is after" not in shown and "Too late" not in shown


async def test_a_booking_that_comes_too_late_leaves_room_for_one_that_does_not(alice, report, chamber):
    late = await an_event(chamber, 200, title="Too late")
    await (await alice.get(late.path)).submit(late.path)
    await an_event(chamber, 1, title="In time")
    shown = await the_action(alice, report)
    assert shown.index("Too late") < shown.index("This is after the date") < shown.index("One that is sooner")
    assert shown.index("One that is sooner") < shown.index("In time")


async def test_an_event_that_is_called_off_is_no_longer_shown(alice, report, chamber):
    event = await an_event(chamber, 2)
    await (await alice.get(event.path)).submit(event.path)
    await write(partial(organising.call_off, chamber, event.id, "cancelled", "Rain"))
    assert "No event on this yet." in await the_action(alice, report)


async def test_an_event_stands_once_with_all_that_it_helps_with(alice, chamber):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 0)
    event = await an_event(chamber, 2, title="Fair recruitment")
    page = await alice.get(f"/reports/{report}")
    assert page.links().count(f"{event.path}?from=report") == 1
    data = (await alice.get(f"/reports/{report}.json")).response.json()
    numbers = [number for number, action in enumerate(data["actions"], 1) if "recruitment" in action["topics"]]
    (helped,) = page.document.xpath(f"//*[@id='event-{event.slug}']")
    assert f"It also helps with actions {', '.join(map(str, numbers[1:-1]))} and {numbers[-1]}." in " ".join(
        helped.text_content().split()
    )
    assert page.links().count(f"#event-{event.slug}") == len(numbers) - 1
    assert data["events"][0]["gaps"] == [data["actions"][number - 1]["answered"]["question"] for number in numbers]


async def test_nobody_but_the_owner_hears_of_events_about_staff(alice, chamber):
    alone = msgspec.structs.replace(JOINERY, headcount_band="0", outside_work=(), labour=())
    await fill_profile(alice, alone)
    report = await submitted(alice, "recruitment", 0)
    await an_event(chamber, 2, title="Train the supervisors", topics=("training", "spotting-signs"))
    assert "Train the supervisors" not in (await alice.get(f"/reports/{report}")).text
    await an_event(chamber, 3, title="Know the signs", topics=("spotting-signs", "training"))
    assert "Know the signs" in (await alice.get(f"/reports/{report}")).text
    await fill_profile(alice, msgspec.structs.replace(alone, headcount_band="1-9"))
    staffed = await submitted(alice, "recruitment", 0)
    assert "Train the supervisors" in (await alice.get(f"/reports/{staffed}")).text


async def test_a_firm_without_gaps_is_told_which_event_still_helps(alice, chamber):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, risk_sectors=(), outside_work=()))
    for points in (3, 4):
        report = await submitted(alice, "recruitment", points, r_b7=Answer(value="proof-and-plan"))
        event = await an_event(chamber, points, title=f"Fair recruitment {points}")
        page = await alice.get(f"/reports/{report}")
        assert "Nothing urgent to do" in page.text and page.links().count(f"{event.path}?from=report") == 1
        assert "Come to Fair recruitment 3 on " in page.text and "#event-fair-recruitment-3" in page.links()


async def test_an_event_is_late_by_the_day_that_the_firm_has_set(alice, report, chamber):
    await an_event(chamber, 20, title="In three weeks")
    assert "This is after the date by which to do it." in await the_action(alice, report)
    due = clock.today() + timedelta(days=30)
    await write(partial(sql.rows, "UPDATE action SET due = {} WHERE organisation = {}", due, alice.organisation))
    shown = await the_action(alice, report)
    assert "In three weeks" in shown and "This is after" not in shown and f"By {uk_date(due)}." in shown
    past = clock.today() - timedelta(days=1)
    await write(partial(sql.rows, "UPDATE action SET due = {} WHERE organisation = {}", past, alice.organisation))
    shown = await the_action(alice, report)
    assert f"It was to be done by {uk_date(past)}." in shown and "This is after" not in shown
