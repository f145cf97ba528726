"""People are told what is not as they were told last, once, in words."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from icalendar import Calendar
from tests.events import making
from tests.events.running.test_telling import LATER, booked, new_mails, read_calendar, save  # noqa: F401  booked is a fixture

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.events.running import organising, telling
from pledge.mail import delivery

PAST = {"starts": making.STARTS - timedelta(days=365 * 2), "ends": making.ENDS - timedelta(days=365 * 2)}
ONLINE = {"attendance_mode": "online", "join_link": "https://meet.example.org/x"}


async def subjects(site, after: int = 3) -> set[str]:
    return {mail.subject for mail in await new_mails(site, after)}


async def test_a_slip_into_the_past_that_is_put_right_is_told(site, chamber, booked):  # noqa: F811
    await save(chamber, booked, **PAST)
    await save(chamber, booked, **LATER)
    mails = await new_mails(site)
    assert {mail.recipient for mail in mails} == {"alice@example.org", "bob@example.org", "vic@example.org"}
    for mail in mails:
        assert mail.subject == "Changed: Know the signs"
        assert "was: Tuesday 9 March 2027, 9:30am to 1pm\n  now: Tuesday 16 March 2027, 9:30am to 1pm" in mail.body


async def test_also_when_the_slip_itself_was_told(site, chamber, booked):  # noqa: F811
    await save(chamber, booked, **PAST)
    (one, *_) = await new_mails(site)
    assert "now: Sunday 9 March 2025, 9:30am to 1pm" in one.body and "/t/" not in one.body
    await save(chamber, booked)
    mails = await new_mails(site, 6)
    assert len(mails) == 3 and all("now: Tuesday 9 March 2027, 9:30am to 1pm" in mail.body for mail in mails)


async def test_nothing_of_the_bookings_is_deleted_before_a_slip_is_put_right(site, chamber, booked):  # noqa: F811
    await save(chamber, booked, **PAST)
    await site.work_by_the_clock()  # it forgets what is old, too
    names = "SELECT booker_name FROM registration ORDER BY booker_name"
    assert [row["booker_name"] for row in await read(partial(sql.rows, names))] == ["Alice", "Vic"]
    with time_machine.travel(making.NOW + timedelta(days=8)):
        await site.work_by_the_clock()
    assert [row["booker_name"] for row in await read(partial(sql.rows, names))] == ["Name erased", "Name erased"]


async def test_a_change_that_went_back_before_anybody_was_told_is_told_to_nobody(site, chamber, booked):  # noqa: F811
    await save(chamber, booked, **LATER)
    await save(chamber, booked)
    assert not await new_mails(site) and (await making.stored(booked.id)).sequence == 2


async def test_a_change_is_told_a_minute_after_the_last_one_and_a_cancellation_at_once(site, chamber, booked):  # noqa: F811
    await save(chamber, booked, **LATER)
    await site.worker.run_all()
    await save(chamber, booked, title="Know all the signs", **LATER)
    with time_machine.travel(making.NOW + timedelta(seconds=50)):
        await site.worker.run_all()
    assert await count_of_mails() == 3
    with time_machine.travel(making.NOW + timedelta(seconds=100)):
        await site.worker.run_all()
    assert await count_of_mails() == 6  # one mail for each, with both changes
    await write(partial(organising.call_off, chamber, booked.id, "cancelled", "Rain"))
    await site.worker.run_all()
    assert await count_of_mails() == 9


async def count_of_mails() -> int:
    return await read(partial(sql.value, "SELECT count(*) FROM outbox"))


async def test_each_is_told_what_changed_since_they_were_told(site, chamber, charlie, booked):  # noqa: F811
    await save(chamber, booked, **LATER)
    await (await charlie.get(booked.path)).submit(booked.path)  # is told the later day at once
    await save(chamber, booked, venue_name="Town Hall", **LATER)
    mails = {mail.recipient: mail for mail in await new_mails(site, 4)}
    assert len(mails) == 4
    assert "- When" in mails["alice@example.org"].body and "- Where" in mails["alice@example.org"].body
    assert "- When" not in mails["charlie@example.org"].body
    assert "was: Guild Hall, 1 Lancaster Road, Preston, PR1 2AB\n" in mails["charlie@example.org"].body


WORDS = [
    ({"title": "Spot the signs"}, "- Title\n  was: Know the signs\n  now: Spot the signs\n"),
    ({"venue_postcode": "PR1 2AD"}, "now: Guild Hall, 1 Lancaster Road, Preston, PR1 2AD\n"),
    ({"price": "£5"}, "- Price\n  was: Free\n  now: £5\n"),
    (ONLINE, "- How people take part\n  was: In person\n  now: Online\n"),
    (ONLINE, "- Link to join online\n  was: none\n  now: https://meet.example.org/x\n"),
]


@pytest.mark.parametrize(("changes", "words"), WORDS)
async def test_the_mail_says_what_changed_from_what_to_what(site, chamber, booked, changes, words):  # noqa: F811
    await save(chamber, booked, **changes)
    mails = await new_mails(site)
    assert len(mails) == 3 and all(words in mail.body for mail in mails)
    assert {read_calendar(mail)[1]["SEQUENCE"] for mail in mails} == {1}


async def test_whoever_stays_away_is_not_given_the_link(site, chamber, visitor):
    event = await making.published(chamber, **ONLINE)
    page = await visitor.get(event.path)
    await page.submit(event.path, name="Vic", email="vic@example.org", me=None, guest_name_1="Ann")
    await save(chamber, event, attendance_mode="online", join_link="https://meet.example.org/y")
    mail = (await site.mails("vic@example.org"))[-1]
    assert "- Link to join online: there is a new one. Those who come have it." in mail.body
    assert "meet.example.org" not in mail.body


async def test_held_after_all_on_the_same_day_does_not_say_changed(site, chamber, olive, booked):  # noqa: F811
    await write(partial(organising.call_off, chamber, booked.id, "postponed", "The hall is flooded."))
    assert await subjects(site) == {"Postponed: Know the signs"}
    page = await olive.get(f"/organise/events/{booked.id}")
    assert "It still has the date that it was postponed from." in page.text and "Hold it after all" in page.text
    await page.submit(f"/organise/events/{booked.id}/publish")
    mails = await new_mails(site, 6)
    assert {mail.subject for mail in mails} == {"Takes place after all: Know the signs"} and len(mails) == 3
    assert all("changed" not in mail.body.casefold() for mail in mails)
    assert {read_calendar(mail)[0] for mail in mails} == {"REQUEST"}


async def test_postponed_and_held_after_all_within_the_minute_is_told_to_nobody(site, chamber, booked):  # noqa: F811
    await write(partial(organising.call_off, chamber, booked.id, "postponed", "Rain"))
    await write(partial(organising.publish, chamber, booked.id))
    assert not await new_mails(site)


async def test_a_postponed_event_that_is_cancelled_after_its_old_day_is_told(site, chamber, booked):  # noqa: F811
    await write(partial(organising.call_off, chamber, booked.id, "postponed", "Rain"))
    assert len(await new_mails(site)) == 3
    with time_machine.travel(making.ENDS + timedelta(days=9)):
        await write(partial(organising.call_off, chamber, booked.id, "cancelled", "No speaker"))
        assert await subjects(site, 6) == {"Cancelled: Know the signs"}


async def test_a_cancellation_names_the_event_as_people_know_it(site, chamber, booked):  # noqa: F811
    await save(chamber, booked, title="Another title", **LATER)
    await write(partial(organising.call_off, chamber, booked.id, "cancelled", "Rain"))
    mails = await new_mails(site)
    assert {mail.subject for mail in mails} == {"Cancelled: Know the signs"}
    assert all("It was to be: Tuesday 9 March 2027" in mail.body for mail in mails)


async def test_somebody_erased_is_told_nothing_and_their_guests_are(site, chamber, alice, booked):  # noqa: F811
    await write(
        partial(sql.rows, "UPDATE registration SET booker_email = '', email_key = 'x' WHERE person = {}", alice.id)
    )
    await write(partial(sql.rows, "UPDATE attendee SET email = '' WHERE email = 'alice@example.org'"))
    await save(chamber, booked, **LATER)
    assert {mail.recipient for mail in await new_mails(site)} == {"bob@example.org", "vic@example.org"}


async def test_the_sequence_rises_in_every_mail_and_file(site, chamber, visitor, booked):  # noqa: F811
    async def of_file(path: str):
        (entry,) = Calendar.from_ical((await visitor.get(path)).html).walk("VEVENT")
        return entry

    seen = [await of_file(f"{booked.path}.ics")]
    for step in (
        partial(save, chamber, booked, title="Spot the signs"),
        partial(save, chamber, booked, title="Spot the signs", summary="A morning."),
        partial(save, chamber, booked, title="Spot the signs", **ONLINE),
        lambda: write(partial(organising.call_off, chamber, booked.id, "postponed", "Rain")),
        partial(save, chamber, booked, **LATER),
        lambda: write(partial(organising.publish, chamber, booked.id)),
        lambda: write(partial(organising.call_off, chamber, booked.id, "cancelled", "Rain")),
    ):
        await step()
        before = await count_of_mails()
        mails = await new_mails(site, before)
        seen.append(await of_file(f"{booked.path}.ics"))
        assert {read_calendar(mail)[1]["SEQUENCE"] for mail in mails} <= {seen[-1]["SEQUENCE"]}
    assert [entry["SEQUENCE"] for entry in seen] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert {entry["UID"] for entry in seen} == {booked.uid}
    assert [entry["LAST-MODIFIED"].dt for entry in seen] == sorted(entry["LAST-MODIFIED"].dt for entry in seen)
    assert all(entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt for entry in seen)


async def test_what_was_told_before_it_was_kept_is_told_as_it_is_now(site, chamber, booked):  # noqa: F811
    await write(partial(sql.rows, "DELETE FROM event_told WHERE event = {}", booked.id))
    await save(chamber, booked, **LATER)
    mails = await new_mails(site)
    assert len(mails) == 3 and all("What has changed" not in mail.body for mail in mails)
    assert all("When: Tuesday 16 March 2027, 9:30am to 1pm" in mail.body for mail in mails)


async def test_an_answer_goes_to_the_organiser(site, chamber, booked):  # noqa: F811
    await save(chamber, booked, **LATER)
    await site.work()
    rows = await read(partial(sql.rows, "SELECT * FROM outbox"))
    assert len(rows) == 6 and {row["reply_to"] for row in rows} == {"events@example.org"}
    server = delivery.Server("smtp://127.0.0.1:1", "Pledge <pledge@example.org>", "pledge.example.org")
    mail = delivery.compose(server, {**rows[0], "recipient": "vic@example.org"})
    assert mail["Reply-To"] == "events@example.org"
    assert delivery.compose(server, {**rows[0], "reply_to": ""})["Reply-To"] is None


def test_an_event_that_was_over_for_people_and_is_over_is_no_news():
    told = making.an_event()
    after = making.ENDS + timedelta(days=1)
    assert telling.what_to_tell(told, making.an_event(title="Other", sequence=1), after) is None
    assert telling.what_to_tell(told, making.an_event(title="Other", sequence=1, **LATER), after) == "changed"
    assert telling.what_to_tell(None, making.an_event(sequence=1), after) is None


async def test_the_page_of_a_postponed_event_says_what_people_were_told(site, chamber, visitor, olive, booked):  # noqa: F811
    await save(chamber, booked, title="Another title", **LATER)
    await write(partial(organising.call_off, chamber, booked.id, "postponed", "The hall is flooded."))

    async def shown_as_told() -> None:
        shown = (await visitor.get(booked.path)).text
        assert "9 March 2027" in shown and "16 March 2027" not in shown and "Another title" not in shown

    await shown_as_told()  # the slip within the minute was told to nobody
    mails = await new_mails(site)
    assert len(mails) == 3 and all("It was to be: Tuesday 9 March 2027" in mail.body for mail in mails)
    await shown_as_told()
    assert "Publish with the new date" in (await olive.get(f"/organise/events/{booked.id}")).text
    await write(partial(organising.publish, chamber, booked.id))
    assert await subjects(site, 6) == {"New date: Another title"}


@pytest.mark.parametrize("state", ["postponed", "cancelled"])
async def test_whoever_booked_sees_everywhere_what_they_were_told(site, chamber, alice, event, state):
    booking = (await (await alice.get(event.path)).submit(event.path)).url.partition("?")[0]
    await save(chamber, event, title="Another title", venue_name="Town Hall", **LATER)
    await write(partial(organising.call_off, chamber, event.id, state, "The hall is flooded."))
    for path in (event.path, booking, "/bookings"):
        shown = (await alice.get(path)).text
        assert "Know the signs" in shown, path
        if state == "cancelled" or path == event.path:  # a postponed booking names no day
            assert "9 March 2027" in shown, path
        assert not any(words in shown for words in ("16 March 2027", "Another title", "Town Hall")), path


async def test_a_postponed_event_that_nobody_booked_is_shown_as_it_was_published_last(chamber, visitor, event):
    await save(chamber, event, **LATER)
    await write(partial(organising.call_off, chamber, event.id, "postponed", "The hall is flooded."))
    shown = (await visitor.get(event.path)).text
    assert "16 March 2027" in shown and "Tuesday 9 March 2027" not in shown


async def test_another_firm_sees_a_postponed_event_as_it_was_told(chamber, alice, charlie, event):
    await (await alice.get(event.path)).submit(event.path)
    await save(chamber, event, **LATER)
    await write(partial(organising.call_off, chamber, event.id, "postponed", "The hall is flooded."))
    shown = (await charlie.get(event.path)).text
    assert "9 March 2027" in shown and "16 March 2027" not in shown
