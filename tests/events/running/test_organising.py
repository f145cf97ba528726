import asyncio
import io
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook
from tests.events import making
from tests.events.test_booking import book
from tests.support.cast import organiser

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.events.running import organising

TYPED = {
    "title": "Know the signs",
    "summary": "Half a day.",
    "topic": "spotting-signs",
    "also": ["legal", "reporting"],
    "description": "One.\r\n\r\nTwo.",
    "speakers": "Jo Example",
    "programme": "9:30 Welcome",
    "audience": "Small firms",
    "starts__day": "9",
    "starts__month": "3",
    "starts__year": "2027",
    "starts__time": "9:30am",
    "ends__time": "1pm",
    "attendance_mode": "offline",
    "venue_name": "Guild Hall",
    "venue_address": "1 Lancaster Road\r\nPreston",
    "venue_postcode": "pr1 2ab",
    "accessibility": "Step-free.",
    "capacity": "10",
    "per_firm_cap": "2",
    "closes__day": "8",
    "closes__month": "3",
    "closes__year": "2027",
    "closes__time": "5pm",
    "price": "£10",
}
NEW = "/organise/events/new"


def id_of(page) -> UUID:
    return UUID(page.url.partition("?")[0].split("/")[3])


async def add(olive, **changes):
    page = await olive.get(NEW)
    return await page.submit(NEW, **{**TYPED, **changes})


@pytest.fixture
async def otto(site):
    """Otto organises for another body."""
    return await organiser(site, "Otto", "Ribble Chamber of Commerce")


# — adding and changing —


async def test_an_organiser_adds_an_event_previews_and_publishes_it(olive, visitor):
    page = await add(olive)
    assert page.status == 200 and "The event is saved." in page.text and "Draft" in page.text
    found = await making.stored(id_of(page))
    assert (found.state, found.topics) == ("draft", ("spotting-signs", "legal", "reporting"))
    assert found.starts == datetime(2027, 3, 9, 9, 30, tzinfo=UTC) and found.ends == datetime(
        2027, 3, 9, 13, tzinfo=UTC
    )
    assert found.registration_closes == datetime(2027, 3, 8, 17, tzinfo=UTC)
    assert (found.venue_postcode, found.district, found.area) == ("PR1 2AB", "E07000123", "central-fylde-coast")
    assert (found.capacity, found.per_firm_cap, found.description) == (10, 2, "One.\n\nTwo.")

    preview = await olive.get(f"/organise/events/{found.id}/preview")
    assert "Jo Example" in preview.text and "This is how the page will look." in preview.text
    assert (await visitor.get("/events/know-the-signs")).status == 404
    page = await page.submit(f"/organise/events/{found.id}/publish")
    assert "The event is published." in page.text
    assert (await visitor.get("/events/know-the-signs")).status == 200


async def test_a_title_is_enough_for_a_draft_and_publishing_names_what_it_lacks(olive):
    page = await olive.get(NEW)
    page = await page.submit(NEW, title="An idea")
    assert page.status == 200
    page = await page.submit(f"/organise/events/{id_of(page)}/publish")
    assert page.status == 422 and page.title.startswith("Error: ")
    assert {link.get("href")[1:] for link in page.document.xpath("//*[contains(@class, 'error-summary')]//a")} <= {
        node.get("id") for node in page.document.xpath("//main//*[@id]")
    }
    assert page.errors == [
        "Enter when it starts", "Enter when it ends", "Enter the name of the place",
        "Enter the postcode of the place", "Choose the main topic",
    ]  # fmt: skip
    assert (await making.stored(id_of(page))).state == "draft"


async def test_an_event_online_needs_no_place(olive):
    page = await add(olive, attendance_mode="online", venue_name="", venue_address="", venue_postcode="")
    page = await page.submit(f"/organise/events/{id_of(page)}/publish")
    assert page.status == 200


async def test_an_event_that_would_be_over_is_not_published(olive):
    page = await add(
        olive, past="yes", starts__year="2025", closes__day="", closes__month="", closes__year="", closes__time=""
    )
    page = await page.submit(f"/organise/events/{id_of(page)}/publish")
    assert page.errors == ["Choose a date that is still to come"]


async def test_the_form_shows_an_event_as_it_was_typed_and_saving_it_unchanged_changes_nothing(olive, chamber, event):
    page = await olive.get(f"/organise/events/{event.id}/edit")
    fields = page.fields(f"/organise/events/{event.id}")
    assert (
        fields["starts-time"] == ["09:30"] and fields["starts-day"] == ["9"] and fields["topic"] == ["spotting-signs"]
    )
    assert fields["also"] == ["reporting"] and fields["capacity"] == ["10"]
    await page.submit(f"/organise/events/{event.id}")
    after = await making.stored(event.id)
    assert after.sequence == event.sequence and after.revision == event.revision + 1
    for name in making.PLAIN.__struct_fields__:
        assert getattr(after, name) == getattr(event, name), name


async def test_a_form_sent_twice_makes_one_event(olive):
    page = await olive.get(NEW)
    pages = await asyncio.gather(*[page.submit(NEW, **TYPED) for _ in range(3)])
    assert len({id_of(page) for page in pages}) == 1
    assert await read(partial(sql.value, "SELECT count(*) FROM event")) == 1


async def test_events_with_one_title_have_addresses_of_their_own(chamber, visitor):
    first = await making.published(chamber, title="Éthique & travail: 100 %")
    second = await making.published(chamber, title="Ethique, travail 100")
    third = await making.published(chamber, title="现代奴隶制")
    fourth = await making.published(chamber, title="Suggest!")
    assert first.slug == "ethique-travail-100"
    assert second.slug.startswith("ethique-travail-100-") and third.slug.startswith("event-")
    assert fourth.slug.startswith("suggest-")
    for event in (first, second, third, fourth):
        assert (await visitor.get(event.path)).status == 200


BAD = [
    ({"title": ""}, "Enter a title"),
    ({"title": "T" * 5000}, "“Title” is 5,000 characters long. Use 150 or fewer."),
    ({"starts__month": "13"},
     "“Day it starts”: “9 13 2027” is not a day in the calendar. Enter day, month and year, like 28 3 2027."),
    ({"starts__day": "30", "starts__month": "2"},
     "“Day it starts”: “30 2 2027” is not a day in the calendar. Enter day, month and year, like 28 3 2027."),
    ({"starts__day": ""},
     "“Day it starts”: “– 3 2027” is not a day in the calendar. Enter day, month and year, like 28 3 2027."),
    ({"starts__day": "1" * 5000},
     "“Day it starts”: “1111111111 3 2027” is not a day in the calendar. Enter day, month and year, like 28 3 2027."),
    ({"starts__time": "half nine"},
     "“Time it starts”: We cannot read “half nine” as a time. Write it like 9:30am or 14:00."),
    ({"starts__day": "", "starts__month": "", "starts__year": ""},
     "“Day it starts” is missing. Enter day, month and year, like 28 3 2027."),
    (dict.fromkeys(("starts__day", "starts__month", "starts__year", "starts__time"), ""),
     "“Day it ends” is missing. Enter day, month and year, like 28 3 2027."),
    ({"starts__time": ""}, "“Time it starts” is missing. Enter the time too, like 9:30am or 14:00."),
    ({"starts__day": "28", "starts__time": "1:30am"},
     "The clocks go forward at 1am on 28 March 2027, so there is no 01:30. Choose another time."),
    ({"ends__time": "9am"}, "“Time it ends” must be after the start. Check the days and the times."),
    ({"ends__day": "9", "ends__month": "5", "ends__year": "2027"},
     "“Day it ends” is more than 14 days after the start. Check the days."),
    ({"closes__day": "10"},
     "Booking must close before the event starts. Leave it empty to close when it starts."),
    ({"capacity": "-1"}, "“How many places are there?” takes a whole number from 0 to 10,000."),
    ({"capacity": "many"}, "“How many places are there?” takes a whole number from 0 to 10,000."),
    ({"per_firm_cap": "0"}, "“How many of them can one organisation book?” takes a whole number from 1 to 20."),
    ({"per_firm_cap": ""}, "Enter how many places one organisation can book"),
    ({"venue_postcode": "Preston"}, "“Preston” is not a full UK postcode. Enter one like AA3 1AB."),
    ({"topic": ""}, "Choose the main topic"),
    ({"topic": "slavery"},
     "“Main topic” has an answer that is not on the page. Choose one of those that are."),
    ({"also": ["slavery"]},
     "“Other topics it covers” has an answer that is not on the page. Choose from those that are."),
    ({"attendance_mode": "by-post"},
     "“How do people take part?” has an answer that is not on the page. Choose one of those that are."),
    ({"join_link": "javascript:alert(1)"},
     "“Link to join online” takes a whole web address. Start it with https://"),
    ({"booking_url": "book.example.org"},
     "“Is it booked on another site? Its address there” takes a whole web address. Start it with https://"),
    ({"booking_url": "https://[::1"},
     "“Is it booked on another site? Its address there” takes a whole web address. Start it with https://"),
]  # fmt: skip


async def test_bad_input_is_named_and_nothing_typed_is_lost(olive):
    for changes, problem in BAD:
        page = await add(olive, **changes)
        assert page.status == 422 and page.title.startswith("Error: "), changes
        assert problem in page.errors, (changes, page.errors)
        fields = page.fields(NEW)
        for name, value in {**TYPED, **changes}.items():
            typed = [value] if isinstance(value, str) else value
            if not any(unknown in typed for unknown in ("slavery", "by-post")):
                shown = fields.get(name.replace("__", "-"), [""])
                assert [text.replace("\r", "") for text in shown] == [text.replace("\r", "") for text in typed], name
    assert await read(partial(sql.value, "SELECT count(*) FROM event")) == 0


async def test_all_problems_are_shown_at_once(olive):
    page = await add(olive, title="", capacity="x", starts__time="x", venue_postcode="x", join_link="x")
    assert page.errors == [
        "Enter a title", "“Time it starts”: We cannot read “x” as a time. Write it like 9:30am or 14:00.",
        "“x” is not a full UK postcode. Enter one like AA3 1AB.",
        "“Link to join online” takes a whole web address. Start it with https://",
        "“How many places are there?” takes a whole number from 0 to 10,000.",
    ]  # fmt: skip


async def test_a_time_that_comes_twice_is_taken_the_first_time_and_said(olive):
    page = await add(
        olive, starts__day="25", starts__month="10", starts__year="2026", starts__time="1:30am", ends__time="3am",
        closes__day="", closes__month="", closes__year="", closes__time="", past="yes",
    )  # fmt: skip
    assert "one of its times comes twice: we took the first, in summer time." in page.text
    assert (await making.stored(id_of(page))).starts == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


async def test_a_postcode_we_do_not_know_is_asked_its_district(olive):
    page = await add(olive, venue_postcode="PR1 9ZZ")
    assert page.status == 422 and page.errors == ["We do not know PR1 9ZZ. Check it, or choose its district."]
    page = await page.submit(NEW, district="E07000128")
    found = await making.stored(id_of(page))
    assert (found.venue_postcode, found.district, found.area) == ("PR1 9ZZ", "E07000128", "central-fylde-coast")
    page = await olive.get(f"/organise/events/{found.id}/edit")
    assert page.fields(f"/organise/events/{found.id}")["district"] == ["E07000128"]


async def test_a_published_event_cannot_lose_what_people_need(olive, event):
    page = await olive.get(f"/organise/events/{event.id}/edit")
    page = await page.submit(f"/organise/events/{event.id}", venue_name="", topic="", also=[])
    assert page.status == 422
    assert page.errors == ["Enter the name of the place", "Choose the main topic"]


async def test_two_organisers_do_not_save_over_each_other_unseen(olive, event):
    first, second = [await olive.get(f"/organise/events/{event.id}/edit") for _ in range(2)]
    await first.submit(f"/organise/events/{event.id}", summary="From the first")
    page = await second.submit(f"/organise/events/{event.id}", summary="From the second")
    assert page.status == 409 and "This event was changed meanwhile" in page.text
    assert "From the first" in page.text and "From the second" in page.text
    blind = await page.submit()  # nothing is chosen for them
    assert blind.status == 422 and blind.errors == ["In one or two sentences: choose which to keep"]
    assert (await making.stored(event.id)).summary == "From the first"
    page = await blind.submit(keep__summary="typed")
    assert page.status == 200 and (await making.stored(event.id)).summary == "From the second"


async def test_an_organiser_who_is_no_longer_one_reads_what_they_typed_in_words(olive, chamber):
    event = await making.draft(chamber)
    first, second = [await olive.get(f"/organise/events/{event.id}/edit") for _ in range(2)]
    button = await olive.get(f"/organise/events/{event.id}/delete")
    await first.submit(f"/organise/events/{event.id}", summary="From the first")
    chosen = await second.submit(f"/organise/events/{event.id}", summary="From the second")
    refused = await button.submit()
    assert refused.status == 409 and "What you typed" not in refused.text, "nobody types into a button"
    await write(partial(sql.rows, "DELETE FROM organiser_member"))
    page = await chosen.submit(keep__summary="typed")
    assert page.status == 403 and "In one or two sentences From the second" in page.text
    assert "Day it starts, month 3" in page.text and "evision" not in page.text and "hoosing" not in page.text


async def test_a_form_of_a_draft_that_a_colleague_deleted_gives_back_what_was_typed(olive, chamber):
    event = await making.draft(chamber)
    page = await olive.get(f"/organise/events/{event.id}/edit")
    await write(partial(organising.delete, chamber, event.id))
    page = await page.submit(f"/organise/events/{event.id}", summary="From the second")
    assert page.status == 404 and "In one or two sentences From the second" in page.text


async def test_what_a_colleague_saved_can_be_kept_beside_ones_own(olive, event):
    first, second = [await olive.get(f"/organise/events/{event.id}/edit") for _ in range(2)]
    await first.submit(f"/organise/events/{event.id}", summary="From the first", venue_name="Town Hall", also=[])
    page = await second.submit(f"/organise/events/{event.id}", summary="From the second", starts__time="10am")
    assert page.status == 409
    keep = {"keep-summary": "saved", "keep-venue_name": "saved", "keep-topics": "saved", "keep-when": "typed"}
    assert {box.get("name") for box in page.document.xpath("//input[@type='radio']")} == set(keep)
    page = await page.submit(**keep)
    after = await making.stored(event.id)
    assert page.status == 200 and (after.summary, after.venue_name) == ("From the first", "Town Hall")
    assert after.topics == ("spotting-signs",) and after.starts == datetime(2027, 3, 9, 10, tzinfo=UTC)


async def test_a_third_change_is_seen_too_and_a_revision_to_come_is_refused(olive, event):
    address = f"/organise/events/{event.id}"
    page = await olive.get(f"{address}/edit")
    await (await olive.get(f"{address}/edit")).submit(address, summary="One")
    page = await page.submit(address, title="Mine")
    await (await olive.get(f"{address}/edit")).submit(address, summary="Two")
    page = await page.submit(**{"keep-title": "typed", "keep-summary": "saved"})
    assert page.status == 409 and "Two" in page.text and "Mine" in page.text
    page = await (await olive.get(f"{address}/edit")).submit(address, title="Mine", revision="99")
    assert page.status == 409 and (await making.stored(event.id)).title == "Know the signs"


async def test_a_problem_does_not_turn_an_old_form_into_a_new_one(olive, event):
    address = f"/organise/events/{event.id}"
    page = await olive.get(f"{address}/edit")
    await (await olive.get(f"{address}/edit")).submit(address, summary="From a colleague")
    page = await page.submit(address, title="", capacity="12")
    assert page.errors == ["Enter a title"]
    page = await page.submit(address, title="Mine")
    assert page.status == 409 and (await making.stored(event.id)).summary == "From a colleague"


async def test_the_same_change_by_both_is_no_conflict(olive, event):
    address = f"/organise/events/{event.id}"
    first, second = [await olive.get(f"{address}/edit") for _ in range(2)]
    for page in (first, second):
        assert (await page.submit(address, summary="The same")).status == 200


async def test_a_form_opened_before_the_event_was_published_or_called_off_is_asked_about(olive, chamber):
    draft = await making.draft(chamber)
    address = f"/organise/events/{draft.id}"
    opened = await olive.get(f"{address}/edit")
    await write(partial(organising.publish, chamber, draft.id))
    page = await opened.submit(address, title="Another")
    assert page.status == 409 and "The event is published" in page.text
    opened = await olive.get(f"{address}/edit")
    await write(partial(organising.call_off, chamber, draft.id, "cancelled", "The hall is flooded."))
    page = await opened.submit(address, title="Another")
    assert page.status == 409 and "The event is cancelled. The hall is flooded." in page.text
    assert (await making.stored(draft.id)).title == "Know the signs"


async def test_what_was_not_seen_is_not_published_or_deleted(olive, chamber):
    draft = await making.draft(chamber)
    address = f"/organise/events/{draft.id}"
    shown, asked = await olive.get(address), await olive.get(f"{address}/delete")
    await (await olive.get(f"{address}/edit")).submit(address, title="A colleague’s")
    for page in (await shown.submit(f"{address}/publish"), await asked.submit()):
        assert page.status == 409 and "This event was changed while you had it open" in page.text
    after = await making.stored(draft.id)
    assert (after.state, after.title) == ("draft", "A colleague’s")


async def test_whoever_calls_it_off_second_is_told_what_was_said(olive, event):
    address = f"/organise/events/{event.id}"
    pages = [await olive.get(f"{address}/call-off") for _ in range(2)]
    await pages[0].submit(state="postponed", reason="Snow.")
    page = await pages[1].submit(state="postponed", reason="Ice.")
    assert page.status == 409 and "This event was postponed already" in page.text and "Snow." in page.text
    again = await pages[0].submit(state="postponed", reason="Snow.")  # the same form: done once, and no complaint
    assert again.status == 200


async def test_a_day_alone_is_moved_and_the_end_moves_with_it(olive, event):
    address = f"/organise/events/{event.id}"
    page = await olive.get(f"{address}/edit")
    assert page.fields(address)["ends-day"] == [""] and page.fields(address)["ends-time"] == ["13:00"]
    assert (await page.submit(address, starts__day="8")).status == 200
    after = await making.stored(event.id)
    assert (after.starts.day, after.ends.day, after.ends - after.starts) == (8, 8, event.ends - event.starts)
    page = await (await olive.get(f"{address}/edit")).submit(address, ends__day="9", ends__month="3", ends__year="2027")
    assert page.status == 200
    assert (await olive.get(f"{address}/edit")).fields(address)["ends-day"] == ["9"]


async def test_what_is_prepared_for_a_postponed_event_is_seen_when_it_is_published(olive, alice, visitor, event):
    booked = await (await alice.get(event.path)).submit(event.path)
    address = f"/organise/events/{event.id}"
    said = await (await olive.get(f"{address}/call-off")).submit(state="postponed", reason="Snow.")
    assert "In a minute we e-mail everybody who has a place" in said.text and "we told everybody" not in said.text
    page = await olive.get(f"{address}/edit")
    assert "Nobody else sees it" not in page.text and "Until you publish it again" in page.text
    moved = {"title": "Another title", "starts__month": "4", "venue_name": "Another Hall", "price": "£99"}
    assert (await page.submit(address, **moved)).status == 200
    for path in (event.path, f"{event.path}.ics"):
        shown = (await visitor.get(path)).html
        assert not any(words in shown for words in ("April", "202704", "Another Hall", "Another title", "£99")), path
    assert "The date below is the old one." in (await visitor.get(event.path)).text
    for path in ("/bookings", f"/bookings/{booked.url.partition('?')[0].rpartition('/')[2]}"):
        shown = await alice.get(path)
        assert shown.status == 200 and "Postponed: there is no new date yet" in shown.text and "2027" not in shown.text
    page = await (await olive.get(address)).submit(f"{address}/publish")
    assert "The event takes place. In a minute we e-mail what is new" in page.text
    shown = (await visitor.get(event.path)).text
    assert all(words in shown for words in ("9 April 2027", "Another Hall", "Another title", "£99"))


async def test_a_start_in_the_past_is_asked_about_once(olive, event):
    address = f"/organise/events/{event.id}"
    page = await olive.get(f"{address}/edit")
    assert not page.document.xpath("//*[@id='past']")
    page = await page.submit(address, starts__year="2025", summary="Typed.")
    assert page.status == 422
    assert page.errors == ["9 March 2025 at 9:30am is in the past. Put the day right, or tick “Yes” below it."]
    assert "Yes, this event was in the past" in page.text
    assert page.fields(address)["summary"] == ["Typed."] and page.fields(address)["starts-year"] == ["2025"]
    assert (await making.stored(event.id)).starts == event.starts
    assert (await page.submit(address, past="yes")).status == 200
    assert (await making.stored(event.id)).starts == datetime(2025, 3, 9, 9, 30, tzinfo=UTC)
    page = await (await olive.get(f"{address}/edit")).submit(address, summary="More.")  # it is known
    assert page.status == 200 and (await making.stored(event.id)).summary == "More."


async def test_an_event_with_bookings_does_not_move_to_another_site(olive, alice, event):
    await (await alice.get(event.path)).submit(event.path, guest_name_1="Ann")
    address = f"/organise/events/{event.id}"
    page = await (await olive.get(f"{address}/edit")).submit(address, booking_url="https://book.example.org")
    assert page.status == 422
    assert page.errors == [
        "2 places are booked here already, so it cannot be booked on another site from now on. Take the address out. "
        "Or cancel this event, and make a copy that is booked there."
    ]
    assert page.fields(address)["booking_url"] == ["https://book.example.org"]
    assert (await making.stored(event.id)).booking_url == ""
    empty = await making.published(await making.scope_of(olive.id), title="Nobody yet")
    address = f"/organise/events/{empty.id}"
    page = await (await olive.get(f"{address}/edit")).submit(address, booking_url="https://book.example.org")
    assert page.status == 200 and (await making.stored(empty.id)).booking_url == "https://book.example.org"


async def test_the_capacity_cannot_go_below_the_places_taken(olive, alice, event):
    await (await alice.get(event.path)).submit(event.path, guest_name_1="Ann", guest_name_2="Ben")
    page = await olive.get(f"/organise/events/{event.id}/edit")
    page = await page.submit(f"/organise/events/{event.id}", capacity="2", summary="New")
    assert page.status == 422
    assert page.errors == [
        "3 places are booked already, so there cannot be fewer. Enter 3 or more, or ask somebody to cancel first."
    ]
    after = await making.stored(event.id)
    assert (after.capacity, after.summary) == (10, event.summary)
    assert (await page.submit(f"/organise/events/{event.id}", capacity="3")).status == 200
    assert (await making.stored(event.id)).places_left == 0


# — copying, cancelling, deleting —


async def test_a_copy_is_a_draft_without_days_or_link(olive, chamber):
    event = await making.published(chamber, attendance_mode="mixed", join_link="https://meet.example.org/x")
    page = await olive.get(f"/organise/events/{event.id}")
    page = await page.submit(f"/organise/events/{event.id}/copy")
    assert "This is a copy of the event" in page.text
    copied = await making.stored(id_of(page))
    assert (copied.state, copied.title, copied.starts, copied.join_link) == ("draft", event.title, None, "")
    assert copied.uid != event.uid and copied.topics == event.topics


async def test_a_draft_is_deleted_after_asking(olive, chamber):
    draft = await making.draft(chamber)
    page = await olive.get(f"/organise/events/{draft.id}/delete")
    page = await page.submit()
    assert page.url == "/organise?notice=event-deleted"
    assert await read(partial(sql.value, "SELECT count(*) FROM event")) == 0


async def test_what_people_have_seen_is_not_deleted(olive, event):
    for answer in (
        await olive.get(f"/organise/events/{event.id}/delete"),
        await olive.post(f"/organise/events/{event.id}/delete", {"_key": "k"}),
    ):
        assert answer.status in (404, 409)
    assert (await making.stored(event.id)).state == "published"


async def test_cancelling_needs_a_choice_and_a_reason(olive, event):
    page = await (await olive.get(f"/organise/events/{event.id}/call-off")).submit()
    assert page.status == 422
    assert page.errors == ["Choose what happens to it", "Say why, for the people who booked"]
    page = await page.submit(state="cancelled", reason="The hall is flooded.")
    page = await page.submit(button="sure=yes")
    assert page.status == 200 and "The event is cancelled." in page.text
    found = await making.stored(event.id)
    assert (found.state, found.reason, found.sequence) == ("cancelled", "The hall is flooded.", 1)


async def test_cancelling_for_good_is_asked_once_and_postponing_is_not(site, olive, alice, visitor, event):
    await (await alice.get(event.path)).submit(event.path, guest_name_1="Ben", guest_email_1="ben@example.org")
    await (await visitor.get(event.path)).submit(event.path, name="Vic", email="vic@example.org", guest_name_1="Ann")
    address = f"/organise/events/{event.id}/call-off"
    page = await (await olive.get(address)).submit(state="cancelled", reason="Snow.\nLots.")
    assert "Cancel this event for good?" in page.text and "We e-mail 3 people at once" in page.text
    assert page.status == 422 and not page.errors  # so that the page is kept: Back and reload send nothing again
    assert (await making.stored(event.id)).state == "published" and len(await site.mails()) == 3
    back = await page.submit(button="sure=back")
    assert back.fields()["reason"] == ["Snow.\nLots."] and back.fields()["state"] == ["cancelled"]
    assert (await making.stored(event.id)).state == "published" and len(await site.mails()) == 3
    later = await back.submit(state="postponed")
    assert "The event is postponed." in later.text and (await making.stored(event.id)).state == "postponed"
    asked = await (await olive.get(address)).submit(state="cancelled", reason="Snow.")
    assert "The event is cancelled." in (await asked.submit(button="sure=yes")).text
    assert (await olive.post(address, {"_key": "k", "state": "cancelled", "reason": "Ice."})).status == 409


async def test_cancelling_what_nobody_booked_says_that_nobody_is_told(olive, event):
    page = await olive.get(f"/organise/events/{event.id}/call-off")
    page = await page.submit(state="cancelled", reason="Snow.")
    assert "Cancel this event for good?" in page.text and "There is nobody to e-mail." in page.text


async def test_what_cannot_be_called_off_is_refused_plainly(olive, chamber, event):
    draft = await making.draft(chamber)
    await write(partial(organising.call_off, chamber, event.id, "cancelled", "Rain"))
    for found, words in ((draft, "nothing to cancel"), (event, "This event is cancelled already.")):
        page = await olive.get(f"/organise/events/{found.id}/call-off")
        assert page.status == 409 and words in page.text
    assert (await olive.post(f"/organise/events/{event.id}/publish", {"_key": "k"})).status == 409


# — who comes —


async def test_the_organiser_sees_who_comes_and_takes_the_list_away(olive, alice, visitor, event):
    await (await alice.get(event.path)).submit(event.path, guest_name_1="=1+1", guest_email_1="ben@example.org")
    await (await visitor.get(event.path)).submit(event.path, name="Vic", email="vic@example.org")
    page = await olive.get(f"/organise/events/{event.id}")
    assert "Who is coming (3)" in page.text and "3 of 10" in page.text
    for words in ("Alice", "Pendle Joinery", "=1+1", "Vic", "21 November 2026"):
        assert words in page.text
    assert "@example.org" not in page.text.replace("events@example.org", "")

    answer = await olive.get(f"/organise/events/{event.id}/attendees.xlsx")
    assert answer.response.headers["content-disposition"].startswith("attachment;")
    sheet = load_workbook(io.BytesIO(answer.response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:3] for row in rows] == [
        ["=1+1", "Pendle Joinery", "Alice"], ["Alice", "Pendle Joinery", "Alice"], ["Vic", None, "Vic"],
    ]  # fmt: skip
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    logged = "SELECT count(*) FROM audit_entry WHERE action = 'attendees.downloaded'"
    assert await read(partial(sql.value, logged)) == 1


async def test_a_list_is_cut_after_three_hundred_on_the_page_and_whole_in_the_spreadsheet(olive, chamber, alice):
    event = await making.published(chamber, capacity=400)
    await (await alice.get(event.path)).submit(event.path)
    more = (
        "INSERT INTO attendee (id, event, registration, place, name, email, status) "
        "SELECT {}, event, registration, {}, {}, '', 'going' FROM attendee WHERE place = 1"
    )
    for place in range(2, 302):
        await write(partial(sql.rows, more, uuid4(), place, f"Guest {place:03}"))
    page = await olive.get(f"/organise/events/{event.id}")
    assert "Who is coming (301)" in page.text and "These are the first 300." in page.text
    assert page.text.count("Guest ") == 299 and "Guest 300" in page.text and "Guest 301" not in page.text
    answer = await olive.get(f"/organise/events/{event.id}/attendees.xlsx")
    assert load_workbook(io.BytesIO(answer.response.content)).active.max_row == 302


async def test_whoever_cancelled_is_not_on_the_list(olive, alice, event):
    page = await (await alice.get(event.path)).submit(event.path)
    await (await page.follow("Cancel this booking")).submit()
    assert "Nobody has booked yet." in (await olive.get(f"/organise/events/{event.id}")).text


async def test_the_list_of_events_tells_drafts_coming_and_past_apart(olive, chamber, event):
    await making.draft(chamber, title="An idea", starts=None, ends=None)
    over = await making.published(chamber, title="Long ago")
    then = (datetime(2025, 3, 1, 9, tzinfo=UTC), datetime(2025, 3, 1, 12, tzinfo=UTC))
    await write(partial(sql.rows, "UPDATE event SET starts = {}, ends = {} WHERE id = {}", *then, over.id))
    postponed = await making.published(chamber, title="Put off")
    await write(partial(organising.call_off, chamber, postponed.id, "postponed", "Rain"))
    page = await olive.get("/organise")
    tables = {
        table.findtext("caption"): " ".join(table.text_content().split())
        for table in page.document.xpath("//main//table")
    }
    assert "An idea" in tables["Drafts"] and "Not said yet" in tables["Drafts"]
    assert "Know the signs" in tables["To come"] and "0 of 10" in tables["To come"] and "Put off" in tables["To come"]
    assert "Long ago" in tables["Past"]


async def test_past_events_stand_twenty_on_a_page_the_latest_first(olive, chamber):
    for number in range(21):
        event = await making.published(chamber, title=f"Talk {number:02}")
        over = datetime(2025, 3, 1 + number, 9, tzinfo=UTC)
        times = (over, over + timedelta(hours=3), event.id)
        await write(partial(sql.rows, "UPDATE event SET starts = {}, ends = {} WHERE id = {}", *times))
    first, second = await olive.get("/organise"), await olive.get("/organise?page=2")
    assert first.text.count("Talk ") == 20 and "Talk 20" in first.text and "Talk 00" not in first.text
    assert second.text.count("Talk ") == 1 and "Talk 00" in second.text


async def test_an_organiser_without_events_is_told_how_to_begin(olive):
    page = await olive.get("/organise")
    assert "You have no events yet." in page.text and NEW in page.links()


# — and nobody else —

PAGES = ["", "/edit", "/preview", "/attendees.xlsx", "/call-off", "/delete"]
FORMS = ["/edit", "/publish", "/copy", "/call-off", "/delete"]


async def test_another_organisers_event_and_an_absent_one_are_the_same_404(otto, event):
    typed = {**{name.replace("__", "-"): value for name, value in TYPED.items()}, "state": "cancelled", "reason": "x"}
    for event_id in (event.id, uuid4()):
        for path in PAGES:
            assert (await otto.get(f"/organise/events/{event_id}{path}")).status == 404, path
        for path in FORMS:
            assert (await otto.post(f"/organise/events/{event_id}{path}", typed)).status == 404, path
    assert "Know the signs" not in (await otto.get("/organise")).text
    assert (await making.stored(event.id)) == event


async def test_only_organisers_organise(alice, stella, rosa, visitor, event):
    paths = ["/organise", NEW, *(f"/organise/events/{event.id}{path}" for path in PAGES)]
    for path in paths:
        for person in (alice, stella, rosa):
            assert (await person.get(path)).status == 403, path
        assert "/sign-in" in (await visitor.get(path)).url, path
    for path in [NEW, *(f"/organise/events/{event.id}{path}" for path in FORMS)]:
        for person in (alice, stella, rosa, visitor):
            assert (await person.post(path, {"_key": "k", "state": "cancelled", "reason": "x"})).status == 403, path
    assert (await making.stored(event.id)) == event


async def test_saving_says_who_will_be_told_and_when(site, olive, alice):
    event = await making.published(await making.scope_of(olive.id))
    address = f"/organise/events/{event.id}"

    async def saved(**changes) -> str:
        return (await (await olive.get(f"{address}/edit")).submit(address, **changes)).text

    told = "In a minute we e-mail what is new to everybody who has a place. Until then you can put it right."
    found = await saved(title="Know all the signs")
    assert "The event is saved." in found and told not in found  # nobody has a place
    await book(alice, event)
    assert told in await saved(venue_name="Town Hall")
    found = await saved(audience="Everybody")  # is not said in the mail
    assert "The event is saved." in found and told not in found
    await site.work()
    nothing = "Nothing is new to the people with a place, so no e-mail goes."
    assert told in await saved(title="A slip")
    found = await saved(title="Know all the signs")  # as they were told
    assert "The event is saved." in found and nothing in found and told not in found
    assert nothing in await saved(summary="Another one.")  # stands in calendars, and is not worth a mail
    await write(partial(sql.rows, "UPDATE event SET starts = {}, ends = {}", *over()))
    assert nothing not in await saved(venue_name="Guild Hall", past="yes")


def over() -> tuple[datetime, datetime]:
    return making.NOW - timedelta(hours=2), making.NOW - timedelta(hours=1)


async def test_holding_it_after_all_says_whether_anything_is_new(site, olive, alice, chamber, event):
    await book(alice, event)
    address = f"/organise/events/{event.id}"
    for worked, words in ((False, "Nothing is new to the people with a place"), (True, "we e-mail what is new")):
        await write(partial(organising.call_off, chamber, event.id, "postponed", "Snow."))
        if worked:
            await site.work()
        page = await (await olive.get(address)).submit(f"{address}/publish")
        assert "The event takes place." in page.text and words in page.text


@pytest.mark.parametrize(
    ("state", "before"), [("postponed", "We e-mail everybody with a place a minute later"), ("cancelled", "at once")]
)
async def test_the_page_says_whether_they_have_been_told_that_it_is_off(
    site, olive, alice, chamber, event, state, before
):
    await book(alice, event)
    address, done = f"/organise/events/{event.id}", "We have e-mailed everybody with a place."
    await write(partial(organising.call_off, chamber, event.id, state, "Snow."))
    page = await olive.get(address)
    assert before in page.text and done not in page.text and "You said: Snow." in page.text
    await site.work()
    await (await olive.get(f"{address}/edit")).submit(f"{address}/edit", title="Another title")
    page = await olive.get(address)
    assert done in page.text and before not in page.text and "You said: Snow." in page.text


async def test_of_an_event_that_nobody_booked_the_page_does_not_say_that_we_write(olive, chamber, event):
    await write(partial(organising.call_off, chamber, event.id, "postponed", "Snow."))
    page = await olive.get(f"/organise/events/{event.id}")
    assert "You postponed this event. You said: Snow." in page.text


DRAFTS_ONLY = "Only the title is needed to save a draft."


async def test_whoever_publishes_too_early_reads_how_to_go_on(olive, chamber):
    draft = await making.draft(chamber, venue_name="")
    page = await (await olive.get(f"/organise/events/{draft.id}")).submit(f"/organise/events/{draft.id}/publish")
    assert page.status == 422 and "save, and press “Publish” again" in page.text
    assert "press “Publish” again" not in (await olive.get(f"/organise/events/{draft.id}/edit")).text


async def test_the_form_says_what_saving_does(olive, visitor, chamber, event):
    address = f"/organise/events/{event.id}/edit"
    draft = await making.draft(chamber)
    for path in ("/organise/events/new", f"/organise/events/{draft.id}/edit"):
        assert DRAFTS_ONLY in (await olive.get(path)).text
    page = await olive.get(address)
    assert "What you save shows on its page at once." in page.text and DRAFTS_ONLY not in page.text
    await write(partial(organising.call_off, chamber, event.id, "postponed", "Snow."))
    assert DRAFTS_ONLY not in (await olive.get(address)).text
    await write(partial(organising.call_off, chamber, event.id, "cancelled", "Snow."))
    page = await olive.get(address)
    assert "This event is cancelled, and people can still see its page." in page.text and DRAFTS_ONLY not in page.text
    assert "What you save shows there at once, its title too. We e-mail nobody about it." in page.text
    await page.submit(address, title="Another title")
    assert "Another title" in (await visitor.get(event.path)).text


async def test_of_an_event_that_is_over_the_form_promises_no_mails(olive, event):
    await write(partial(sql.rows, "UPDATE event SET starts = {}, ends = {}", *over()))
    page = await olive.get(f"/organise/events/{event.id}/edit")
    assert "This event is over, and" in page.text and "we e-mail everybody" not in page.text


async def test_what_a_draft_holds_of_its_time_is_shown(olive, chamber):
    start = await making.draft(chamber, ends=None)
    end = await making.draft(chamber, starts=None)
    neither = await making.draft(chamber, starts=None, ends=None)
    for draft, words in (
        (start, "9 March 2027 at 9:30am. It is not said yet when it ends"),
        (end, "It ends on 9 March 2027 at 1pm. It is not said yet when it starts"),
        (neither, "Not said yet"),
    ):
        for path in ("", "/preview"):
            assert words in (await olive.get(f"/organise/events/{draft.id}{path}")).text, path
        assert words in (await olive.get("/organise")).text


async def test_the_reason_goes_through_the_question_unchanged(olive, event):
    said = 'مغلق "today" <b>'
    page = await olive.get(f"/organise/events/{event.id}/call-off")
    page = await page.submit(state="cancelled", reason=said)
    assert page.fields()["reason"] == [said]
    await page.submit(button="sure=yes")
    assert (await making.stored(event.id)).reason == said
