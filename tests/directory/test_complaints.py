"""Complaints about personal data: taken in, acknowledged at once, answered in time, and then forgotten."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.directory import complaints
from pledge.directory.law import law
from pledge.policy.actors import Actor
from pledge.policy.scopes import AggregateScope

DETAILS = {
    "name": "Vic Visitor",
    "email": "vic@example.org",
    "text": "You wrote to me, and I never asked.\nPlease stop.",
}


async def stored() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM complaint ORDER BY received, id"))


async def complain(browser, **changes):
    return await (await browser.get("/complaints")).submit(**{**DETAILS, **changes})


async def actions() -> list[str]:
    return [row["action"] for row in await read(partial(sql.rows, "SELECT action FROM audit_entry ORDER BY at, id"))]


async def test_it_is_stored_and_acknowledged_at_once(site, visitor):
    page = await complain(visitor)
    (complaint,) = await stored()
    assert "We have your complaint" in page.text and str(complaint["id"]) in page.text
    assert (complaint["name"], complaint["text"]) == (DETAILS["name"], DETAILS["text"])
    assert complaint["answer_by"] == clock.today() + timedelta(days=30) and complaint["answered"] is None
    (mail,) = await site.mails("vic@example.org")
    assert mail.subject == "We have your complaint" and str(complaint["id"]) in mail.body
    assert "complaint.received" in await actions()


async def test_the_acknowledgement_repeats_nothing_that_was_typed(site, visitor):
    await complain(visitor, name="Buy at www.example.com", text="http://example.com")
    (mail,) = await site.mails()
    assert "example.com" not in mail.body.replace("vic@example.org", "") and "Buy" not in mail.body + mail.subject


async def test_without_an_e_mail_address_another_way_will_do(site, visitor):
    page = await complain(visitor, email="", reach="Write to 1 Example Street")
    assert page.status == 200 and not await site.mails() and (await stored())[0]["reach"] == "Write to 1 Example Street"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": ""}, "Enter your name"),
        ({"text": " "}, "Say what happened"),
        ({"email": ""}, "Enter an e-mail address, or say below how else we can reach you."),
        (
            {"email": "vic"},
            "“Your e-mail address” is not in the usual form. Enter an e-mail address like name@example.org.",
        ),
        ({"text": "x" * 5001}, "“What happened, and when” is 5,001 characters long. Use 5,000 or fewer."),
    ],
)
async def test_a_form_that_is_not_right_comes_back_with_all_that_was_typed(visitor, changes, error):
    page = await complain(visitor, **changes)
    assert page.status == 422 and error in page.errors and not await stored()
    assert page.fields()["name"] == [{**DETAILS, **changes}["name"]]


async def test_sent_twice_it_is_one_complaint(visitor):
    page = await visitor.get("/complaints")
    first, second = await page.submit(**DETAILS), await page.submit(**DETAILS)
    assert first.url == second.url and len(await stored()) == 1


async def test_nobody_can_have_one_address_flooded_and_every_complaint_is_taken(site, visitor):
    outsider = site.browser("192.0.2.1")
    for number in range(4):
        assert (await complain(outsider, text=f"Complaint {number}")).status == 200
    assert len(await site.mails("vic@example.org")) == 3
    page = await complain(visitor, text="The first that is Vic's own")
    assert "unless that address has had several" in page.text
    assert len(await stored()) == len(await site.mails("vic@example.org")) + 1 == 5


async def test_staff_see_the_days_that_are_left_and_mark_it_as_answered(site, visitor, stella):
    await complain(visitor)
    page = await stella.get("/partnership/complaints")
    assert "30 days left" in page.text and "Please stop." in page.text and "vic@example.org" in page.text
    page = await (await page.follow("I have answered it")).submit()
    assert "The complaint is marked as answered." in page.text
    assert "No complaint is waiting for an answer." in page.text
    assert "Please stop." not in page.text and "Vic Visitor" in page.text
    (complaint,) = await stored()
    assert complaint["answered_by"] == stella.id and "complaint.answered" in await actions()
    assert (await stella.get("/partnership")).document.xpath("//a[@href='/partnership/complaints']")


async def test_a_late_one_says_so_and_comes_first(visitor, stella):
    with clock.at(clock.now() - timedelta(days=31)):
        await write(partial(complaints.take, None, 30, "Late Example", "", "By post", "Old"))
    await complain(visitor, name="New Example")
    text = (await stella.get("/partnership/complaints")).text
    assert "1 day late" in text and text.index("Late Example") < text.index("New Example")


async def test_staff_see_the_twenty_that_were_answered_last(stella):
    within = AggregateScope(Actor(person=stella.id, staff=True), stella.id)
    for number in range(21):
        with clock.at(clock.now() - timedelta(days=30 - number)):
            taken = await write(partial(complaints.take, None, 30, f"Person {number:02}", "", "By post", "Old"))
            await write(partial(complaints.mark_answered, within, taken))
    text = (await stella.get("/partnership/complaints")).text
    assert text.count("Person ") == 20 and "Person 20" in text and "Person 00" not in text


async def test_only_staff_read_them(visitor, alice, olive, rosa, stella):
    await complain(visitor)
    (complaint,) = await stored()
    for person in (alice, olive, rosa):
        assert (await person.get("/partnership/complaints")).status == 403
        answer = await person.post(f"/partnership/complaints/{complaint['id']}/answered", {"_key": "x"})
        assert answer.status == 403
    assert (await stored())[0]["answered"] is None
    assert (await stella.post(f"/partnership/complaints/{uuid4()}/answered", {"_key": "y"})).status == 404


async def test_it_goes_two_years_after_the_answer_and_never_before_it(visitor, stella):
    await complain(visitor)
    with clock.at(clock.now() + timedelta(days=3000)):
        assert await write(complaints.prune) == {"complaint": 0}
    await (await (await stella.get("/partnership/complaints")).follow("I have answered it")).submit()
    with clock.at(clock.now() + timedelta(days=729)):
        assert await write(complaints.prune) == {"complaint": 0}
    with clock.at(clock.now() + timedelta(days=732)):
        assert await write(complaints.prune) == {"complaint": 1}


def test_the_days_are_those_of_the_law_in_words():
    figure = law().figures["complaint_reply"]
    assert figure.words == f"{figure.days} days"


async def test_the_page_the_answer_the_mails_and_the_staff_page_promise_the_same(site, stella, visitor):
    """At once: that we have it. Within 30 days: the answer."""
    page = await visitor.get("/complaints")
    assert "We tell you at once that we have your complaint, on the next page and by e-mail" in page.text
    assert "We answer you within 30 days: what we found, and what we do about it." in page.text
    assert "as soon as we can" not in page.text
    received = await complain(visitor)
    assert "We find out what happened, and answer you within 30 days." in received.text
    day = f"{clock.today() + timedelta(days=30):%-d %B %Y}"
    (mail,) = await site.mails("vic@example.org")
    assert f"answer you by {day}" in mail.body
    assert day in (await stella.get("/partnership/complaints")).text
