"""Suggesting an event or a calendar without an account, and what staff do with it."""

import asyncio
import re
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.events import making

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.events import suggestion_form
from pledge.events.running import suggesting
from pledge.web.forms import Form

SUGGEST = "/events/suggest"
STAFF = "/partnership/suggestions"
TYPED = {
    "title": "Spot the signs",
    "starts__day": "28",
    "starts__month": "3",
    "starts__year": "2027",
    "starts__time": "9:30am",
    "where": "offline",
    "place": "Guild Hall, Preston",
    "url": "https://events.example.org/signs",
    "organiser_name": "Ribble Traders",
    "why": "It shows what to look for.",
    "email": "sue@example.org",
}
CALENDAR = {
    "title": "Traders’ calendar",
    "url": "https://events.example.org/all.ics",
    "organiser_name": "Ribble Traders",
    "why": "Many events.",
    "email": "sue@example.org",
}


@pytest.fixture(autouse=True)
def clock(on_the_day):
    with time_machine.travel(making.NOW, tick=True) as traveller:
        yield traveller


async def send(browser, clock, path=SUGGEST, **changes):
    page = await browser.get(path)
    clock.shift(60)
    return await page.submit(**{**(CALENDAR if "calendar" in path else TYPED), **changes})


async def confirmed(site, clock, path=SUGGEST, **changes):
    """Suggest something and press the button in the mail; return its id."""
    browser = site.browser()
    await send(browser, clock, path, **changes)
    page = await (await browser.get((await site.mails("sue@example.org"))[-1].link)).submit()
    assert page.url == "/events?notice=suggested" and "with us" in page.text
    return await read(partial(sql.value, "SELECT id FROM suggestion ORDER BY created DESC LIMIT 1"))


async def suggestions() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM suggestion ORDER BY created"))


async def actions() -> list[str]:
    return [row["action"] for row in await read(partial(sql.rows, "SELECT action FROM audit_entry ORDER BY at"))]


# — suggesting —


async def test_the_list_of_events_leads_there(visitor):
    assert SUGGEST in (await visitor.get("/events")).links()


async def test_nothing_is_seen_before_the_link_in_the_mail_is_pressed(site, visitor, stella, clock):
    page = await send(visitor, clock)
    assert page.url == "/events/suggest/check-your-email" and "24 hours" in page.text
    (mail,) = await site.mails()
    assert mail.recipient == "sue@example.org"
    assert not re.search("Spot the signs|Ribble|Guild|events.example.org", mail.subject + mail.body)
    for _ in range(2):  # a scanner
        page = await visitor.get(mail.link)
    assert "Spot the signs" in page.text and "Nothing waits" in (await stella.get(STAFF)).text
    assert await suggestions() == []
    page = await page.submit()
    assert page.url == "/events?notice=suggested"
    (row,) = await suggestions()
    assert (row["title"], row["state"], row["kind"]) == ("Spot the signs", "waiting", "event")
    assert row["starts"].isoformat() == "2027-03-28T08:30:00+00:00"  # the clocks went forward that morning
    assert "Spot the signs" in (await stella.get(STAFF)).text
    assert "Spot the signs" not in (await visitor.get("/events")).text
    assert {"suggestion.asked", "suggestion.confirmed"} <= set(await actions())


async def test_a_calendar_needs_no_day_and_no_place(site, visitor, stella, clock):
    suggestion = await confirmed(site, clock, f"{SUGGEST}?kind=calendar")
    (row,) = await suggestions()
    assert (row["kind"], row["starts"], row["place"]) == ("calendar", None, "")
    assert "all.ics" in (await stella.get(f"{STAFF}/{suggestion}")).text


async def test_a_link_sends_one_suggestion_and_works_for_a_day(site, visitor, clock):
    await send(visitor, clock)
    link = (await site.mails())[0].link
    page = await visitor.get(link)
    with time_machine.travel(making.NOW + timedelta(hours=25), tick=True):
        assert (await visitor.get(link)).status == 404 and (await page.submit()).status == 404
    await asyncio.gather(*[page.submit() for _ in range(3)])
    assert len(await suggestions()) == 1 and (await visitor.get(link)).status == 404
    assert (await visitor.get(f"{link}x")).status == 404


async def test_every_problem_is_said_at_once_and_what_was_typed_is_kept(visitor, clock):
    page = await send(visitor, clock, title="", place="", url="javascript:alert(1)", email="sue", starts__day="31",
                      starts__month="2", why="x" * 1001, organiser_name="")  # fmt: skip
    assert page.status == 422 and len(page.errors) == 7
    assert "31 2 2027” is not a day" in " ".join(page.errors)
    assert page.fields()["url"] == ["javascript:alert(1)"] and page.fields()["place"] == [""]


@pytest.mark.parametrize(
    "url", ["ftp://example.org", "example.org", "https://", "data:text/html,x", "//example.org", "webcal://x.org/a"]
)
async def test_only_web_addresses_are_taken(visitor, clock, url):
    page = await send(visitor, clock, url=url)
    assert page.errors == ["“Its page on the web” takes a whole web address. Start it with https://"]


async def test_a_day_without_a_time_and_a_day_in_the_past_are_said(visitor, clock):
    assert (await send(visitor, clock, starts__time="")).errors == [
        "“What time does it start?” is missing. Enter the time too, like 9:30am or 14:00."
    ]
    assert "in the past" in (await send(visitor, clock, starts__year="2025")).errors[0]
    gone = {"starts__day": "", "starts__month": "", "starts__year": "", "starts__time": ""}
    assert (await send(visitor, clock, **gone)).errors == ["Enter the day and the time it starts"]


async def test_online_needs_no_place(site, clock):
    await confirmed(site, clock, where="online", place="ignored")
    (row,) = await suggestions()
    assert row["online"] and row["place"] == ""


async def test_a_machine_is_refused_and_a_quick_person_can_send_again(site, visitor, clock):
    page = await (await visitor.get(SUGGEST)).submit(**TYPED)
    assert page.status == 422 and page.errors == ["That was very quick. Wait a few seconds, and send it again."]
    clock.shift(5)
    assert (await page.submit()).url.endswith("check-your-email")
    assert (await send(visitor, clock, website="https://spam.example")).status == 422
    for opened in ("", "x", "9" * 11, "9" * 40, "²"):
        assert (await send(visitor, clock, opened=opened)).status == 422
    assert len(await site.mails()) == 1


async def test_a_kind_that_does_not_exist_and_fields_too_many_change_nothing(site, visitor, clock):
    assert (await send(visitor, clock, kind="both")).status == 422
    assert "Suggest an event" in (await visitor.get(f"{SUGGEST}?kind=both")).title
    await confirmed(site, clock, state="accepted", organiser="x")
    assert (await suggestions())[0]["state"] == "waiting"


async def test_words_cannot_become_headers_or_markup(site, stella, clock):
    suggestion = await confirmed(site, clock, title="Signs\r\nBcc: all@example.org", why="<script>alert(1)</script>")
    page = await stella.get(f"{STAFF}/{suggestion}")
    assert "Signs Bcc: all@example.org" in page.text and "<script>alert" not in page.html


async def test_an_address_gets_three_mails_a_day_and_a_sender_ten_an_hour(site, visitor, clock):
    pages = [await send(visitor, clock, email="SUE@example.org") for _ in range(4)]
    assert [page.status for page in pages] == [200, 200, 200, 429]
    assert len(await site.mails()) == 3
    assert (await send(site.browser("192.0.2.1"), clock, email="sue@example.org")).status == 200
    pages = [await send(visitor, clock, email=f"s{number}@example.org") for number in range(8)]
    assert [page.status for page in pages] == [200] * 7 + [429]


async def test_the_same_form_sent_twice_sends_one_mail(site, visitor, clock):
    page = await visitor.get(SUGGEST)
    clock.shift(60)
    for _ in range(2):
        assert (await page.submit(**TYPED)).url.endswith("check-your-email")
    assert len(await site.mails()) == 1


def test_a_form_without_anything_names_what_is_missing():
    form = Form({"kind": ["event"], "opened": ["0"]})
    suggestion_form.read_suggestion(form, making.NOW)
    assert [name for name, _ in form.errors] == ["title", "starts", "where", "url", "organiser_name", "why", "email"]


# — deciding —


async def body_of(person) -> str:
    return str((await making.scope_of(person.id)).organiser)


async def test_accepting_an_event_makes_a_draft_of_the_body_that_was_chosen(site, stella, olive, visitor, clock):
    suggestion = await confirmed(site, clock)
    page = await (await stella.get(f"{STAFF}/{suggestion}/accept")).submit(organiser=await body_of(olive))
    assert "suggestion-accepted" in page.url and "A draft of Wyre Chamber" in page.text
    (row,) = await suggestions()
    draft = await making.stored(row["event"])
    assert (draft.state, draft.title, draft.venue_name) == ("draft", "Spot the signs", "Guild Hall, Preston")
    assert "28 March 2027 at 9:30am. It is not said" in (await olive.get(f"/organise/events/{draft.id}")).text
    assert draft.booking_url == "https://events.example.org/signs" and "sue@example.org" not in draft.description
    mails = await site.mails()
    assert {mail.recipient for mail in mails[1:]} == {"events@example.org", "sue@example.org"}
    letter = next(mail for mail in mails if mail.recipient == "events@example.org")
    page = await olive.get(letter.link)
    assert page.status == 200 and "Spot the signs" in page.text
    assert "Spot the signs" in (await olive.get("/organise")).text
    assert "Spot the signs" not in (await visitor.get("/events")).text
    assert {"suggestion.accepted", "event.created"} <= set(await actions())


async def test_accepting_a_calendar_keeps_its_address_and_promises_no_more(site, stella, olive, clock):
    suggestion = await confirmed(site, clock, f"{SUGGEST}?kind=calendar")
    page = await stella.get(f"{STAFF}/{suggestion}/accept")
    assert "They may add events from it by hand. Nothing is added by itself" in page.text
    page = await page.submit(organiser=await body_of(olive))
    assert "Kept for Wyre Chamber" in page.text
    page = await stella.get(f"{STAFF}/{suggestion}")
    assert "We keep its address for Wyre Chamber" in page.text and "import" not in page.text
    assert await read(partial(sql.value, "SELECT count(*) FROM event")) == 0
    mail = (await site.mails("sue@example.org"))[-1]
    assert mail.subject == "We keep the calendar you suggested: Traders’ calendar"
    assert "We keep the address of the calendar for Wyre Chamber" in mail.body
    assert "They may add events from it by hand." in mail.body and "take its events over" not in mail.body


async def test_refusing_tells_the_sender_why(site, stella, clock):
    suggestion = await confirmed(site, clock)
    page = await stella.get(f"{STAFF}/{suggestion}")
    assert not page.document.xpath("//main//form")  # each way to decide has a page of its own
    empty = await (await stella.get(f"{STAFF}/{suggestion}/refuse")).submit(reason=" ")
    assert empty.status == 422 and "Say why" in empty.errors[0]
    page = await (await stella.get(f"{STAFF}/{suggestion}/refuse")).submit(reason="It is a sales fair.")
    assert "suggestion-refused" in page.url
    mail = (await site.mails("sue@example.org"))[-1]
    assert "It is a sales fair." in mail.body and "Spot the signs" in mail.subject
    assert "suggestion.refused" in await actions()
    page = await stella.get(f"{STAFF}/{suggestion}")
    assert "It is a sales fair." in page.text and not page.document.xpath("//main//form")


async def test_staff_see_the_fifty_that_were_decided_last(stella, clock):
    found = {
        "kind": "calendar",
        "url": "",
        "organiser_name": "Ribble Traders",
        "why": "It helps.",
        "email": "sue@example.org",
    }
    for number in range(51):
        await write(partial(suggesting.keep, suggesting.Suggested(**found, title=f"Talk {number:02}")))
    decided = "UPDATE suggestion SET state = 'refused', decided = {}, reason = 'No.' WHERE title = {}"
    for number in range(51):
        when = making.NOW + timedelta(minutes=number)
        await write(partial(sql.rows, decided, when, f"Talk {number:02}"))
    text = (await stella.get(STAFF)).text
    assert text.count("Talk ") == 50 and "Talk 50" in text and "Talk 00" not in text


async def test_a_body_must_be_chosen_and_must_exist(site, stella, olive, clock):
    suggestion = await confirmed(site, clock)
    page = await stella.get(f"{STAFF}/{suggestion}/accept")
    for organiser in ("", "x", str(suggestion)):
        assert (await page.submit(organiser=organiser)).status == 422
    assert (await suggestions())[0]["state"] == "waiting"


async def test_it_is_decided_once_whoever_presses_at_the_same_moment(site, stella, olive, clock):
    from tests.support.cast import with_role

    sam = await with_role(site, "Sam", "staff")
    suggestion = await confirmed(site, clock)
    body = await body_of(olive)
    accepting = [await person.get(f"{STAFF}/{suggestion}/accept") for person in (stella, sam)]
    refusing = await sam.get(f"{STAFF}/{suggestion}/refuse")
    answers = await asyncio.gather(*(page.submit(organiser=body) for page in accepting), refusing.submit(reason="No."))
    assert sorted(answer.status for answer in answers) == [200, 409, 409]
    assert "already, so nothing was changed" in next(answer.text for answer in answers if answer.status == 409)
    done = [action for action in await actions() if action in ("suggestion.accepted", "suggestion.refused")]
    assert len(done) == 1 and len(await site.mails("sue@example.org")) == 2  # the link, and the decision
    assert await read(partial(sql.value, "SELECT count(*) FROM event")) == (done == ["suggestion.accepted"])


async def test_only_staff_come_here_and_what_is_not_there_is_not_there(
    site, alice, olive, rosa, stella, visitor, clock
):
    suggestion = await confirmed(site, clock)
    for path in (STAFF, f"{STAFF}/{suggestion}"):
        assert (await visitor.get(path)).url.startswith("/sign-in")
        for person in (alice, olive, rosa):
            page = await person.get(path)
            assert page.status == 403 and "Spot the signs" not in page.html
    for path in (f"{STAFF}/{suggestion}/accept", f"{STAFF}/{suggestion}/refuse"):
        for person in (alice, olive, rosa, visitor):
            assert (await person.post(path, {"organiser": await body_of(olive), "reason": "x"})).status == 403
    assert (await suggestions())[0]["state"] == "waiting"
    absent = "00000000-0000-4000-8000-000000000000"
    assert (await stella.get(f"{STAFF}/{absent}")).status == 404
    for path in (f"{STAFF}/{absent}/accept", f"{STAFF}/{absent}/refuse"):
        assert (await stella.post(path, {"organiser": await body_of(olive), "reason": "x"})).status == 404


async def test_the_senders_address_is_forgotten_and_so_is_what_was_refused(site, stella, olive, clock):
    first = await confirmed(site, clock)
    second = await confirmed(site, clock, title="Another one")
    await confirmed(site, clock, title="A third one")
    await (await stella.get(f"{STAFF}/{first}/accept")).submit(organiser=await body_of(olive))
    await (await stella.get(f"{STAFF}/{second}/refuse")).submit(reason="No.")
    await write(suggesting.prune)
    assert len(await suggestions()) == 3
    with time_machine.travel(making.NOW + timedelta(days=91), tick=True):
        await write(suggesting.prune)
    assert [(row["title"], row["email"]) for row in await suggestions()] == [
        ("Spot the signs", ""), ("A third one", "sue@example.org"),
    ]  # fmt: skip
