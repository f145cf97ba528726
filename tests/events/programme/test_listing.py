import json
from datetime import timedelta
from functools import partial

import pytest
from icalendar import Calendar
from tests.events import making

from pledge.database import sql
from pledge.database.unit import database, read, write
from pledge.events.booking import places
from pledge.events.programme import listing
from pledge.events.running import organising
from pledge.questionnaires.loading import load
from pledge.questionnaires.topics import TOPICS
from pledge.resources import resource

SECRET = "https://meet.example.org/secret-room"


async def in_the_past(event):
    """Move an event a year back, which no organiser could do."""
    then = [moment - timedelta(days=365) for moment in (event.starts, event.ends)]
    await write(partial(sql.rows, "UPDATE event SET starts = {}, ends = {} WHERE id = {}", *then, event.id))


@pytest.fixture
async def several(chamber):
    """Signs in March (in person), agencies in April (online), the law in May (both), and one that is over."""
    later = partial(making.published, chamber)
    return {
        "signs": await later(),
        "agencies": await later(
            title="Agencies", attendance_mode="online", venue_name="", venue_address="", venue_postcode="", district="",
            area="", join_link=SECRET, topics=("recruitment", "legal"), capacity=None,
            starts=making.STARTS + timedelta(days=35), ends=making.ENDS + timedelta(days=35),
        ),
        "law": await later(
            title="The law", attendance_mode="mixed", join_link=SECRET, topics=("legal",),
            starts=making.STARTS + timedelta(days=70), ends=making.ENDS + timedelta(days=70),
        ),
    }  # fmt: skip


def titles(page) -> list[str]:
    return [" ".join(node.text_content().split()) for node in page.document.xpath("//main//li/h3")]


async def test_the_list_has_the_published_events_to_come_the_next_first(several, chamber, visitor):
    await making.draft(chamber, title="Not yet")
    over = await making.published(chamber, title="Long over")
    await in_the_past(over)
    page = await visitor.get("/events")
    assert page.status == 200 and titles(page) == ["Know the signs", "Agencies", "The law"]
    assert "Tuesday 9 March 2027, 9:30am to 1pm" in page.text and "10 places left" in page.text
    assert titles(await visitor.get("/events?when=past")) == ["Long over"]


FILTERS = {
    "topic=legal": ["Agencies", "The law"],
    "topic=spotting-signs": ["Know the signs"],
    "online=yes": ["Agencies", "The law"],
    "from=2027-03-10": ["Agencies", "The law"],
    "from=9/3/2027&to=9/3/2027": ["Know the signs"],
    "to=13/4/2027": ["Know the signs", "Agencies"],
    "topic=legal&online=yes&from=14/4/2027": ["The law"],
    "topic=training": [],
    "when=past": [],
}


async def test_the_address_holds_the_whole_filter(several, visitor):
    for query, expected in FILTERS.items():
        page = await visitor.get(f"/events?{query}")
        assert page.status == 200 and titles(page) == expected, query
        if not expected:
            said = "There have been no events yet." if query == "when=past" else "Show all events to come"
            assert said in page.text, query


async def test_the_form_shows_the_filter_that_is_in_force(several, visitor):
    page = await visitor.get("/events?topic=legal&from=1/1/2027&online=yes")
    (form,) = page.document.xpath("//main//form")
    assert form.get("method") == "get" and form.xpath(".//option[@selected]")[0].get("value") == "legal"
    assert form.xpath(".//input[@name='from']")[0].get("value") == "1/1/2027"
    assert form.xpath(".//input[@name='online']")[0].get("checked") is not None
    assert "/events.ics?topic=legal&online=yes" in page.links()


NONSENSE = [
    ("topic=slavery", "We do not know this topic, so you see all topics. Choose one from the list."),
    ("from=soon", "“From”: “soon” is not a day in the calendar. Enter it like 28/3/2027."),
    ("to=31/2/2027", "“To”: “31/2/2027” is not a day in the calendar. Enter it like 28/3/2027."),
    (
        "to=2027-02-99999999999999999999",
        "“To”: “2027-02-999999999999” is not a day in the calendar. Enter it like 28/3/2027.",
    ),
    ("from=" + "9" * 60, "“From” is 60 characters long. Use 50 or fewer."),
]


async def test_a_filter_that_cannot_be_read_is_left_out_and_named(several, visitor):
    for query, problem in NONSENSE:
        page = await visitor.get(f"/events?{query}")
        assert page.status == 422 and page.title.startswith("Error: "), query
        assert page.errors == [problem]
        assert titles(page) == ["Know the signs", "Agencies", "The law"], query
        for file in ("/events.ics", "/events.json"):  # a machine must not take more for what it asked for
            answer = await visitor.get(f"{file}?{query}")
            named = problem.replace("“From”", "“from”").replace("“To”", "“to”")  # as the address has it
            assert answer.status == 422 and named in answer.html and "BEGIN" not in answer.html, query


async def test_pages_of_twenty_and_a_page_that_is_not_there_shows_the_first(chamber, visitor):
    for number in range(21):
        await making.published(
            chamber, title=f"Event {number:02}", starts=making.STARTS + timedelta(days=number),
            ends=making.ENDS + timedelta(days=number),
        )  # fmt: skip
    first, second = await visitor.get("/events?topic=reporting"), await visitor.get("/events?topic=reporting&page=2")
    assert len(titles(first)) == 20 and titles(second) == ["Event 20"]
    assert "/events?topic=reporting&page=2" in first.links() and "21 events" in first.text
    for nonsense in ("99", "0", "-1", "x", "9" * 30):
        assert len(titles(await visitor.get(f"/events?page={nonsense}"))) == 20, nonsense


async def test_an_empty_list_helps_on(site, visitor):
    page = await visitor.get("/events")
    assert "There are no events to come just now" in page.text and "/events?when=past" in page.links()


async def test_an_event_page_says_everything_but_the_link_to_join(several, visitor):
    page = await visitor.get(several["signs"].path)
    for words in ("Know the signs", "Guild Hall", "PR1 2AB", "Free", "Jo Example, trainer", "10:00 The signs",
                  "Step-free way in.", "Wyre Chamber of Commerce", "Spotting the signs", "And what not"):  # fmt: skip
        assert words in page.html, words
    for event in several.values():
        for path in (event.path, f"{event.path}.ics", "/events", "/events.ics", "/events.json"):
            assert "secret-room" not in (await visitor.get(path)).html, path


async def test_a_draft_and_an_unknown_address_are_the_same_404(chamber, visitor):
    draft = await making.draft(chamber)
    for path in (draft.path, f"{draft.path}.ics", "/events/nothing-here", "/events/nothing.ics", "/events/.ics"):
        assert (await visitor.get(path)).status == 404, path


async def test_what_an_organiser_types_is_text_on_the_page(chamber, visitor):
    script = "<script>alert(1)</script>"
    event = await making.published(
        chamber, title=f"Title {script}", description=script, speakers=script, audience=script
    )
    page = await visitor.get(event.path)
    assert script not in page.html and page.html.count("&lt;script&gt;alert(1)") >= 4


async def test_an_event_that_takes_no_bookings_says_why_and_offers_others(several, chamber, visitor):
    cases = {
        "full": ({"capacity": 0}, "This event is full"),
        "closed": ({"registration_closes": making.NOW}, "Booking is closed"),
        "external": (
            {"booking_url": "https://book.example.org/7"},
            "You book this event with the organiser",
        ),
    }
    for name, (changes, words) in cases.items():
        event = await making.published(chamber, title=f"Case {name}", topics=("legal",), **changes)
        page = await visitor.get(event.path)
        assert page.status == 200 and words in page.text, name
        assert not page.document.xpath("//main//form"), name
        if name != "external":
            assert titles(page)[:2] == ["Agencies", "The law"], name


async def test_a_cancelled_event_keeps_its_page_and_says_so(several, chamber, visitor):
    event = several["signs"]
    await write(partial(organising.call_off, chamber, event.id, "cancelled", "The hall is flooded."))
    page = await visitor.get(event.path)
    assert page.status == 200 and "This event is cancelled. The hall is flooded." in page.text
    assert not page.document.xpath("//main//form")
    calendar = Calendar.from_ical((await visitor.get(f"{event.path}.ics")).html)
    assert calendar.walk("VEVENT")[0]["STATUS"] == "CANCELLED"
    assert "Know the signs" not in titles(await visitor.get("/events"))


async def test_a_past_event_stays_to_be_read(chamber, visitor):
    event = await making.published(chamber)
    await in_the_past(event)
    page = await visitor.get(event.path)
    assert page.status == 200 and "This event is over." in page.text and not page.document.xpath("//main//form")


async def test_the_calendar_of_all_events_is_valid_and_can_be_filtered(several, visitor):
    answer = await visitor.get("/events.ics")
    assert answer.response.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.html)
    assert [str(entry["SUMMARY"]) for entry in calendar.walk("VEVENT")] == ["Know the signs", "Agencies", "The law"]
    assert len({str(entry["UID"]) for entry in calendar.walk("VEVENT")}) == 3
    filtered = Calendar.from_ical((await visitor.get("/events.ics?topic=recruitment")).html)
    assert [str(entry["SUMMARY"]) for entry in filtered.walk("VEVENT")] == ["Agencies"]
    file = await visitor.get(f"{several['law'].path}.ics")
    assert file.response.headers["content-disposition"] == 'attachment; filename="the-law.ics"'
    assert len(Calendar.from_ical(file.html).walk("VEVENT")) == 1


async def test_the_json_has_public_facts_with_londons_time(several, visitor):
    await write(partial(places.claim, several["signs"].id, 4, sequence=0))
    found = json.loads((await visitor.get("/events.json")).html)["events"]
    assert [event["title"] for event in found] == ["Know the signs", "Agencies", "The law"]
    assert found[0]["starts"] == "2027-03-09T09:30:00+00:00" and found[1]["starts"] == "2027-04-13T10:30:00+01:00"
    assert [event["places_left"] for event in found] == [6, None, 10]
    assert found[1]["venue"] is None and found[0]["url"].endswith("/events/know-the-signs")


async def test_candidates_for_ranking_cost_one_round_trip_however_many_there_are(several):
    engine = database()
    before = engine.statements
    found = await read(listing.candidates)
    assert engine.statements - before == 1
    assert [(event.title, event.primary, event.secondary) for event in found] == [
        ("Know the signs", "spotting-signs", ("reporting",)),
        ("Agencies", "recruitment", ("legal",)),
        ("The law", "legal", ()),
    ]
    assert [event.places_left for event in found] == [10, None, 10] and found[0].district == "E07000123"


async def test_an_event_page_is_one_round_trip_and_one_more_when_it_offers_others(several, chamber, visitor, alice):
    full = await making.published(chamber, title="Full", capacity=0)
    engine = database()
    for browser, event, trips in (
        (visitor, several["signs"], 1),
        (alice, several["signs"], 2),
        (visitor, full, 2),
        (alice, full, 3),
    ):
        before = engine.statements
        await browser.get(event.path)
        assert engine.statements - before == trips
    before = engine.statements
    await visitor.get("/events")
    assert engine.statements - before == 1


@pytest.mark.parametrize("name", ["procurement", "recruitment"])
def test_every_topic_of_the_questionnaires_has_words(name):
    definition = load((resource("questionnaires") / f"{name}.yaml").read_bytes()).definition
    asked = {topic for section in definition.sections for question in section.questions for topic in question.topics}
    assert asked and asked <= set(TOPICS)


async def test_a_feed_holds_five_hundred_events_the_next_ones(chamber, visitor):
    times = [making.STARTS + timedelta(hours=number) for number in range(501)]
    for number, starts in enumerate(times):
        await making.published(chamber, title=f"Event {number}", starts=starts, ends=starts + timedelta(hours=1))
    named = [event["title"] for event in json.loads((await visitor.get("/events.json")).html)["events"]]
    assert len(named) == 500 and named[0] == "Event 0" and named[-1] == "Event 499"
    calendar = (await visitor.get("/events.ics")).html
    assert calendar.count("BEGIN:VEVENT") == 500
