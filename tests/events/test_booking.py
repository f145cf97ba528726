import asyncio
from datetime import timedelta
from email.message import EmailMessage
from functools import partial

import pytest
import time_machine
from icalendar import Calendar
from tests.events import making
from tests.support.log import logged_as
from tests.support.site import BASE

from pledge.database import sql
from pledge.database.unit import database, read, write
from pledge.events.booking import registering
from pledge.events.booking.letters import letters
from pledge.events.running import organising
from pledge.mail.delivery import Server, compose

ME = {"name": "Vic Visitor", "email": "vic@example.org", "organisation_name": "Vic’s Vans"}


async def registrations() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM registration ORDER BY created, id"))


async def book(browser, event, **changes):
    page = await browser.get(event.path)
    return await page.submit(event.path, **changes)


def link_in(mail) -> str:
    """The path of the link in a mail that cancels the booking."""
    return next(word for word in mail.body.split() if "/t/" in word).removeprefix(BASE)


def entry(calendar: str):
    (found,) = Calendar.from_ical(calendar).walk("VEVENT")
    return found


# — the happy way —


async def test_a_member_books_with_nothing_to_type_in_three_requests(site, alice, event):
    engine, asked = database(), []
    alice.browser.http.event_hooks["request"].append(lambda request: _note(asked, request))
    page = await alice.get(f"{event.path}?from=report")
    assert {name: value for name, value in page.fields(event.path).items() if value != [""]}.keys() == {
        "_key", "_for", "_called", "organisation", "from", "sequence", "me",
    }  # fmt: skip
    before = engine.statements
    page = await page.submit(event.path)
    # who asks, the event, its link to join; then one unit: sent before?, the seat, the firm's others, registration,
    # guests, manage link, mail, audit, the answer; then the confirmation: who asks, booking, event
    assert engine.statements - before == 2 + 1 + 9 + 3
    assert asked == ["GET", "POST", "GET"]
    assert page.status == 200 and "You are booked." in page.text and "Alice (alice@example.org)" in page.text

    (kept,) = await registrations()
    assert (kept["person"], kept["organisation"], kept["source"]) == (alice.id, alice.organisation, "report")
    assert (kept["booker_name"], kept["organisation_name"], kept["seats"]) == ("Alice", "Pendle Joinery", 1)
    assert await making.taken(event.id) == (1, 1)


async def _note(asked, request):
    asked.append(request.method)


async def test_a_visitor_books_with_a_name_and_an_address(site, visitor, event):
    page = await book(visitor, event, **ME)
    assert "You have 1 place" in page.text and "Know the signs" in page.text
    assert "vic@example.org" not in page.html and "Vic" not in page.html  # its address may be seen by others
    (kept,) = await registrations()
    assert (kept["person"], kept["organisation"], kept["source"]) == (None, None, "list")
    assert kept["organisation_name"] == "Vic’s Vans"
    (mail,) = await site.mails()
    assert mail.recipient == "vic@example.org"


async def test_colleagues_are_booked_together_and_each_address_gets_one_mail(site, alice, event):
    page = await book(
        alice, event, guest_name_1="Bob", guest_email_1="Bob@example.org", guest_name_2="Carol", guest_email_2=""
    )
    assert "Bob (Bob@example.org)" in page.text and "Carol" in page.text
    assert await making.taken(event.id) == (3, 3)
    first, second = sorted(await site.mails(), key=lambda mail: mail.recipient.lower())
    assert (first.recipient, second.recipient) == ("alice@example.org", "Bob@example.org")
    assert "You have 3 places" in first.subject and "- Carol" in first.body
    assert "Alice of Pendle Joinery has booked a place for you." in second.body and "/t/" not in second.body
    assert entry(second.calendar)["ATTENDEE"] == "mailto:Bob@example.org"


async def test_a_colleague_with_the_bookers_address_gets_no_mail_of_their_own(site, alice, event):
    await book(alice, event, guest_name_1="Bob", guest_email_1="ALICE@example.org")
    assert [mail.recipient for mail in await site.mails()] == ["alice@example.org"]


async def test_somebody_can_book_for_others_without_coming(site, alice, event):
    await book(alice, event, me=None, guest_name_1="Bob", guest_email_1="bob@example.org")
    to_alice, to_bob = await site.mails("alice@example.org"), await site.mails("bob@example.org")
    assert not to_alice[0].calendar and "Who is coming:\n- Bob" in to_alice[0].body
    assert f"{event.path}.ics" in to_alice[0].body and to_bob[0].calendar


async def test_the_confirmation_is_an_e_mail_that_mail_programs_put_into_the_calendar(site, alice, event):
    await book(alice, event)
    await site.work()
    row = await read(partial(sql.row, "SELECT * FROM outbox"))
    mail = compose(Server("smtp://x", "pledge@example.org", "example.org"), row)
    assert isinstance(mail, EmailMessage)
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content_type() == "text/calendar" and attachment.get_param("method") == "REQUEST"
    found = entry(attachment.get_content())
    assert found["UID"] == event.uid and found["SEQUENCE"] == 0
    assert found["DTSTART"].dt == event.starts and "Guild Hall" in found["LOCATION"]


async def test_the_link_to_join_is_in_the_mails_of_people_with_a_place_and_nowhere_else(site, chamber, alice):
    online = {
        "attendance_mode": "online",
        "venue_name": "",
        "venue_postcode": "",
        "join_link": "https://meet.example.org/x",
    }
    event = await making.published(chamber, **online)
    page = await book(alice, event, guest_name_1="Bob", guest_email_1="bob@example.org")
    assert "https://meet.example.org/x" in page.html
    for mail in await site.mails():
        assert "Join online: https://meet.example.org/x" in mail.body
        assert "meet.example.org" not in mail.calendar
    assert "meet.example.org" not in (await alice.get(event.path)).html


# — not twice —


async def test_a_form_sent_twice_at_once_books_once(site, alice, visitor, event):
    for browser, details in ((alice, {}), (visitor, ME)):
        page = await browser.get(event.path)
        answers = await asyncio.gather(*[page.submit(event.path, **details) for _ in range(5)])
        assert {answer.status for answer in answers} == {200}
        assert len({answer.url.partition("?")[0] for answer in answers}) == 1
    assert len(await registrations()) == 2 and await making.taken(event.id) == (2, 2)
    assert len(await site.mails()) == 2


async def test_a_form_sent_again_is_answered_even_when_its_booking_took_the_last_place(site, chamber, visitor):
    event = await making.published(chamber, capacity=1)
    page = await visitor.get(event.path)
    first = await page.submit(event.path, **ME)
    again = await page.submit(event.path, **ME)
    assert again.status == 200 and again.url == first.url


async def test_the_same_member_again_is_shown_the_booking(site, alice, event):
    page = await alice.get(event.path)
    first = await book(alice, event)
    again = await page.browser.post(event.path, {**page.fields(event.path), "_key": "another key"})
    assert again.url.partition("?")[0] == first.url.partition("?")[0]
    assert "You have a booking for this event already. Here it is." in again.text
    assert len(await registrations()) == 1
    assert "See your booking" in (await alice.get(event.path)).text


async def test_the_same_visitor_again_is_sent_the_booking_and_nothing_of_it_is_shown(site, visitor, event):
    await book(visitor, event, **ME)
    stranger = site.browser()
    page = await book(stranger, event, **{**ME, "name": "Mallory", "email": "VIC@example.org"})
    assert "That e-mail address has a booking for this event already" in page.text
    assert "Vic" not in page.html and "/booked/" not in page.url
    assert len(await registrations()) == 1
    _, again = await site.mails()
    assert again.recipient == "vic@example.org" and again.subject.startswith("You have a booking already")
    assert "/t/" in again.body and entry(again.calendar)["SEQUENCE"] == 0


async def test_a_visitors_booking_is_the_members_who_has_the_address(site, alice, visitor, event):
    await book(visitor, event, **{**ME, "email": "alice@example.org"})
    assert "See your booking" in (await alice.get(event.path)).text
    assert "Know the signs" in (await alice.get("/bookings")).text


# — as things stand —


async def test_a_full_event_says_so_and_offers_the_others_on_its_topic(site, chamber, alice, visitor, event):
    other = await making.published(chamber, title="Another of the kind")
    small = await making.published(chamber, title="Small", capacity=1)
    page = await visitor.get(small.path)
    await book(alice, small)
    refused = await page.submit(small.path, **ME)
    assert refused.status == 409 and "Sorry, this event is full" in refused.text
    assert other.path in refused.links() and event.path in refused.links()
    assert len(await registrations()) == 1 and len(await site.mails()) == 1


CHANGED = {
    "cancelled": "This event is cancelled",
    "postponed": "This event is postponed",
    "closed": "Sorry, booking is closed",
    "over": "This event is over",
    "external": "You book this event on another site",
}


async def test_an_event_that_changed_while_the_form_was_open_is_refused(chamber, visitor):
    for state, words in CHANGED.items():
        event = await making.published(chamber, title=state)
        page = await visitor.get(event.path)
        later = timedelta()
        if state in ("cancelled", "postponed"):
            await write(partial(organising.call_off, chamber, event.id, state, "Rain"))
        elif state == "external":
            details = making.details(booking_url="https://book.example.org/1")
            await write(partial(organising.save, chamber, event.id, event.revision, details))
        else:
            later = event.starts - making.NOW + timedelta(hours=1 if state == "closed" else 24)
        with time_machine.travel(making.NOW + later):
            refused = await page.submit(event.path, **ME)
        assert refused.status == 409 and words in refused.text and "Nothing was booked" in refused.text, state
        assert f"Your e-mail address {ME['email']}" in refused.text, state
    assert not await registrations()


async def test_more_people_than_places_left_is_said_before_anything_is_booked(site, chamber, visitor):
    event = await making.published(chamber, capacity=1)
    page = await book(visitor, event, **ME, guest_name_1="Bob")
    assert page.status == 422
    assert page.errors == ["Only 1 place is left. Take somebody off the list."]
    assert page.fields(event.path)["guest_name_1"] == ["Bob"] and page.fields(event.path)["name"] == ["Vic Visitor"]
    assert page.document.xpath("//main//details[@open]")


async def test_an_organisation_has_its_share_of_places_and_no_more(site, alice, bob, charlie, event):
    await book(alice, event, guest_name_1="Ann")
    page = await book(bob, event, guest_name_1="Ben")
    assert page.status == 422
    assert page.errors == [
        "An organisation can have 3 places at this event. Yours has 2 already, so you can book 1 more."
    ]
    assert (await page.submit(event.path, guest_name_1="")).status == 200
    assert await making.taken(event.id) == (3, 3)
    assert (await book(charlie, event, guest_name_1="Dan", guest_name_2="Eve")).status == 200


async def test_two_colleagues_at_the_same_moment_do_not_get_past_their_share(site, alice, bob, event):
    pages = [await person.get(event.path) for person in (alice, bob)]
    answers = await asyncio.gather(
        *[page.submit(event.path, guest_name_1="Ann", guest_name_2="Ben" if page is pages[0] else "") for page in pages]
    )
    assert sorted(answer.status for answer in answers) == [200, 422]
    assert await making.taken(event.id) in ((3, 3), (2, 2))


async def test_colleagues_of_a_firm_with_its_share_are_told_instead_of_asked(site, alice, bob, event):
    await book(alice, event, guest_name_1="Ann", guest_name_2="Ben")
    page = await bob.get(event.path)
    assert "Your organisation has its places" in page.text and not page.document.xpath("//main//form")


async def test_somebody_who_reads_an_old_date_is_not_booked_for_a_new_one(site, chamber, event):
    """The form does not promise a time that changed while it was being sent: it is read again."""
    await write(partial(organising.save, chamber, event.id, event.revision, making.details(venue_name="Town Hall")))
    mailroom = site.application.litestar.state.mailroom
    booking = making.a_booking()
    stale = letters(mailroom, event, booking, "confirmed", making.NOW)
    with pytest.raises(registering.NotOpen):
        await write(partial(registering.register, event, booking, stale))
    page = await book(site.browser(), event, **ME)
    assert page.status == 200
    assert "Town Hall" in (await site.mails("vic@example.org"))[0].body


async def test_what_one_books_is_what_one_has_seen(chamber, visitor, event):
    page = await visitor.get(event.path)
    await write(partial(organising.save, chamber, event.id, event.revision, making.details(venue_name="Town Hall")))
    page = await page.submit(event.path, **ME)
    assert page.status == 409 and "Town Hall" in page.text
    assert page.errors == [
        "The event has changed since you opened this page. Look at it as it is now, then book again."
    ]
    assert not await registrations() and page.fields(event.path)["name"] == ["Vic Visitor"]
    assert (await page.submit(event.path)).status == 200 and len(await registrations()) == 1


# — bad input —


BAD = [
    ({"name": ""}, "Enter your name"),
    ({"name": "N" * 5000}, "“Your name” is 5,000 characters long. Use 100 or fewer."),
    ({"email": "vic@@example"},
     "“Your e-mail address” is not in the usual form. Enter an e-mail address like name@example.org."),
    ({"email": "vïc@example.org"},
     "“Your e-mail address” is not in the usual form. Enter an e-mail address like name@example.org."),
    ({"me": None}, "Say who is coming: tick the box, or enter a name below"),
    ({"guest_email_1": "bob@example.org"}, "Enter the name of whoever has this address"),
    ({"guest_name_1": "Bob", "guest_email_1": "bob"},
     "“E-mail address: person 1” is not in the usual form. Enter an e-mail address like name@example.org."),
    ({"guest_name_1": "Win at https://evil.example.org"},
     "“Name: person 1” has a web address in it. Enter a name without one."),
    ({"name": "www.evil.example.org"},
     "“Your name” has a web address in it. Enter a name without one."),
    ({"guest_name_1": "Bob bit.ly/3abc"},
     "“Name: person 1” has a web address in it. Enter a name without one, or put a space after each full stop."),
    ({"guest_name_1": "bob@home"}, "“Name: person 1” has an e-mail address in it. Enter a name without one."),
    ({"organisation_name": "hmrc.example.com/claim"},
     "“Your organisation” has a web address in it. Enter a name without one, or put a space after each full stop."),
    ({f"guest_name_{row}": f"Person {row}" for row in range(1, 40)},
     "An organisation can have 3 places at this event. Take somebody off the list."),
]  # fmt: skip


async def test_every_problem_is_named_and_nothing_typed_is_lost(site, visitor, event):
    for changes, problem in BAD:
        typed = {**ME, **changes}
        page = await book(visitor, event, **typed)
        assert page.status == 422 and page.title.startswith("Error: "), changes
        assert problem in page.errors, (changes, page.errors)
        for name, value in typed.items():
            row = int(name.rpartition("_")[2]) if name[-1].isdigit() else 0
            if value is not None and row <= 20:
                assert page.fields(event.path)[name] == [value], name
    assert not await registrations() and not await site.mails()


async def test_all_problems_are_shown_at_once(visitor, event):
    page = await book(visitor, event, name="", email="", guest_email_1="x", me=None)
    assert len(page.errors) == 4


async def test_names_cannot_add_headers_or_lines(site, visitor, event):
    await book(visitor, event, **{**ME, "name": "Vic\r\nBcc: all-of-them\r\n\r\nHello"}, guest_name_1="Bob\nX: 1",
               guest_email_1="bob@example.org")  # fmt: skip
    for row in await read(partial(sql.rows, "SELECT * FROM outbox")):
        mail = compose(Server("smtp://x", "pledge@example.org", "example.org"), row)
        assert mail["Bcc"] is None and "\n" not in mail["Subject"] and mail["To"].count("@") == 1
        Calendar.from_ical(row["calendar"])
    assert (await registrations())[0]["booker_name"] == "Vic Bcc: all-of-them Hello"


async def test_a_form_of_another_organisation_than_the_active_one_is_refused(site, alice, charlie, event):
    page = await alice.get(event.path)
    fields = {**page.fields(event.path), "organisation": [str(charlie.organisation)]}
    refused = await alice.post(event.path, fields)
    assert refused.status == 409 and not await registrations()


async def test_booking_at_an_address_that_is_not_there_is_404(chamber, visitor):
    draft = await making.draft(chamber)
    for path in ("/events/nothing-here", draft.path):
        assert (await visitor.post(path, {**ME, "me": "yes"})).status == 404


async def test_nobody_can_have_an_address_flooded_with_bookings(site, chamber):
    events = [await making.published(chamber, title=f"Event {number}") for number in range(12)]
    statuses = []
    for event in events:
        page = await book(site.browser(), event, name="Mallory", email=f"m{len(statuses)}@example.org",
                          guest_name_1="Victim", guest_email_1="victim@example.org")  # fmt: skip
        statuses.append(page.status)
    assert statuses == [200] * 10 + [429] * 2
    assert len(await site.mails("victim@example.org")) == 10
    page = await book(site.browser("192.0.2.1"), events[-1], name="Victim", email="victim@example.org")
    assert page.status == 200  # whoever lives there books elsewhere than the flood comes from


async def test_one_network_address_books_twenty_times_an_hour_without_an_account(site, chamber):
    event = await making.published(chamber, capacity=None)
    statuses = [
        (await book(site.browser(), event, name="Person", email=f"p{number}@example.org")).status
        for number in range(22)
    ]
    assert statuses == [200] * 20 + [429] * 2


# — giving places back by the link in the mail —


async def test_the_link_in_the_mail_cancels_with_one_press_and_a_scanner_changes_nothing(site, visitor, event):
    await book(visitor, event, **ME, guest_name_1="Bob", guest_email_1="bob@example.org")
    (mail, _) = await site.mails()
    path = link_in(mail)
    scanner = site.browser()
    for _ in range(3):
        page = await scanner.get(path)
        assert page.status == 200 and "Know the signs" in page.text and "vic@example.org" not in page.html
    assert await making.taken(event.id) == (2, 2)
    done = await page.submit("/t/")
    assert done.url == f"{event.path}?notice=booking-cancelled" and "The booking is cancelled" in done.text
    assert await making.taken(event.id) == (0, 0)
    to_vic, to_bob = (await site.mails("vic@example.org"))[1], (await site.mails("bob@example.org"))[1]
    for mail in (to_vic, to_bob):
        assert Calendar.from_ical(mail.calendar)["METHOD"] == "CANCEL"
        assert entry(mail.calendar)["UID"] == event.uid
    assert (await page.submit("/t/")).status == 404
    assert await making.taken(event.id) == (0, 0)


async def test_the_link_works_until_the_event_ends(site, visitor, event):
    await book(visitor, event, **ME)
    (mail,) = await site.mails()
    path = link_in(mail)
    with time_machine.travel(event.ends - timedelta(minutes=1)):
        assert (await visitor.get(path)).status == 200
    with time_machine.travel(event.ends + timedelta(minutes=1)):
        assert (await visitor.get(path)).status == 404


async def test_after_cancelling_one_can_book_again(site, visitor, event):
    first = await book(visitor, event, **ME)
    (mail,) = await site.mails()
    path = link_in(mail)
    await (await visitor.get(path)).submit("/t/")
    assert "This booking is cancelled" in (await visitor.get(first.url)).text
    again = await book(visitor, event, **ME)
    assert again.status == 200 and again.url != first.url
    assert await making.taken(event.id) == (1, 1)
    *_, last = await site.mails()
    assert Calendar.from_ical(last.calendar)["METHOD"] == "REQUEST"


async def test_the_confirmation_of_a_visitor_belongs_to_its_event(site, chamber, visitor, event):
    page = await book(visitor, event, **ME)
    other = await making.published(chamber, title="Other")
    wrong = page.url.replace(event.path, other.path)
    assert (await visitor.get(wrong)).status == 404
    assert (await visitor.get(f"{event.path}/booked/00000000-0000-4000-8000-000000000000")).status == 404
    assert (await visitor.get(f"{event.path}/booked/x")).status == 404


async def test_what_happened_is_in_the_log_without_names(site, alice, event):
    page = await book(alice, event)
    await (await page.follow("Cancel this booking")).submit()
    entries = await read(partial(sql.rows, "SELECT * FROM audit_entry WHERE action LIKE 'registration%' ORDER BY at"))
    assert [entry["action"] for entry in entries] == ["registration.confirmed", "registration.cancelled"]
    for found in entries:
        assert found["person"] == await logged_as(alice.id) and found["organisation"] == alice.organisation
        assert "lice" not in found["details"] and str(event.id) in found["details"]
