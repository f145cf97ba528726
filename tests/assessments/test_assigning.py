"""Asking a colleague for a part of the questions: who is asked, what they are told, what everybody sees of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from tests.accounts.test_sign_in import PASSWORD, account
from tests.support.cast import Person, colleague
from tests.support.firms import MAILROOM, answer_all, fill_profile, start
from tests.support.kinds import as_version_of, publish, start_on_kinds
from tests.support.site import Page

from pledge.assessments import drafts, saving, submitting
from pledge.assessments.colleagues import assigning
from pledge.database import clock, sql
from pledge.database.unit import database, read, write
from pledge.limits import hit
from pledge.organisations.people import members
from pledge.questionnaires.answers import Answer
from pledge.words.dates import uk_date

DRAFT = "/assessments/procurement"
ASK = f"{DRAFT}/ask/leadership"
TITLE = "Who leads, and what you say"
QUESTION = "Which owner or manager looks out for modern slavery, in what you buy and in how you hire?"
NOTE = "You know the yard.\nAsk Zyxwyn too."


@pytest.fixture
async def firm(alice, bob) -> Person:
    """Alice has an open draft, and a contributor, Bob."""
    await fill_profile(alice)
    await start(alice)
    return alice


def in_days(days: int) -> dict[str, str]:
    day = clock.today() + timedelta(days=days)
    return {"due__day": str(day.day), "due__month": str(day.month), "due__year": str(day.year)}


def on(days: int) -> str:
    return uk_date(clock.today() + timedelta(days=days))


def choices(page: Page, name: str = "member") -> dict[str, str]:
    """What can be chosen, by the words beside it."""
    found = page.document.xpath(f"//main//input[@name='{name}'][@type='radio']")
    return {page.document.xpath(f"string(//label[@for='{radio.get('id')}'])"): radio.get("value") for radio in found}


async def ask(person: Person, whom: str = "Bob", days: int = 7, path: str = ASK, **fields: str) -> Page:
    page = await person.get(path)
    return await page.submit(path, **{"member": choices(page)[whom], **in_days(days), **fields})


async def asked_id(question: str = "") -> UUID:
    found = await read(partial(sql.value, "SELECT id FROM assignment WHERE question = {}", question))
    assert found is not None
    return found


async def count() -> int:
    return int(await read(partial(sql.value, "SELECT count(*) FROM assignment")))


async def leave(person: Person) -> None:
    page = await person.get("/organisation/people/leave")
    assert (await page.submit()).status == 200


# — asking —


async def test_a_colleague_is_asked_by_one_mail_with_one_link_and_neither_note_nor_answer(site, firm, bob):
    await answer_all(firm, p_a1=Answer(value="no-one"))
    page = await ask(firm, note=NOTE)
    assert page.url == f"{DRAFT}?notice=colleague-asked" and "We have written to your colleague" in page.text
    (mail,) = await site.mails()
    assert mail.recipient == "bob@example.org"
    assert mail.subject == "Alice asks you to answer a part of “Buying and your supply chain”"
    assert TITLE in mail.body and f"by {on(7)}" in mail.body and "at Pendle Joinery" in mail.body
    assert mail.link == f"/assignments/{await asked_id()}" and mail.body.count("http://") == 1
    assert "Zyxwyn" not in mail.body and "yard" not in mail.body and "Nobody" not in mail.body
    landed = await bob.get(mail.link)
    assert landed.status == 200 and landed.title.startswith(TITLE)
    assert f"Alice asks you to answer this by {on(7)}." in landed.text and "Ask Zyxwyn too." in landed.text
    assert len(landed.document.xpath("//main//dl/div")) == 3 and QUESTION in landed.text


async def test_whoever_must_sign_in_first_lands_there_afterwards(site, firm, visitor):
    person = await account("dora@example.org", name="Dora")
    await site.member(person, firm.organisation, "contributor")
    await ask(firm, "Dora")
    (mail,) = await site.mails()
    page = await visitor.get(mail.link)
    assert page.url.startswith("/sign-in?next=")
    page = await page.submit("/sign-in", email="dora@example.org", password=PASSWORD)
    assert page.url == mail.link and page.title.startswith(TITLE)


async def test_everybody_sees_how_far_each_has_come_whoever_answers(site, firm, bob):
    vera = await colleague(site, "Vera", firm, "viewer")
    await ask(firm)
    await ask(bob, "Alice", 3, part="p-a1")
    for person in (firm, bob, vera):
        page = await person.get(DRAFT)
        assert f"{TITLE} Bob 0 of 3 answered, due {on(7)}" in page.text
        assert f"{QUESTION} Alice 0 of 1 answered, due {on(3)}" in page.text
        assert page.text.index("Alice 0 of 1") < page.text.index("Bob 0 of 3"), "by the day it is due"
    form = await firm.get(f"{DRAFT}/leadership")
    await form.submit(**{"q-p-a1": "no-one"})
    page = await vera.get(DRAFT)
    assert "Bob 1 of 3 answered" in page.text and "Alice 1 of 1 answered" in page.text


async def test_what_somebody_is_asked_for_is_the_first_of_their_tasks_and_of_nobody_else(site, firm, bob):
    await ask(firm)
    await ask(bob, "Bob (you)", 2, part="p-a1")
    task = f"Answer “{TITLE}”"
    page = await bob.get("/home")
    assert page.text.index(QUESTION) < page.text.index(task) < page.text.index("Say who you are")
    assert f"Alice asks you: 0 of 3 answered, due {on(7)} Not started" in page.text
    assert f"{QUESTION}” 0 of 1 answered, due {on(2)} Not started" in page.text, "nobody asks oneself"
    assert task not in (await firm.get("/home")).text
    await write(partial(sql.rows, "UPDATE assignment SET due = {}", clock.today() - timedelta(days=1)))
    assert f"0 of 3 answered, was due {on(-1)} Needs you" in (await bob.get("/home")).text
    await answer_all(firm)
    await write(partial(sql.rows, "UPDATE assignment SET due = {}", clock.today()))
    assert f"3 of 3 answered, due {on(0)} In progress" in (await bob.get("/home")).text


async def test_of_one_question_the_mail_and_the_page_are_about_that_one(site, firm, bob):
    await ask(firm, part="p-a1")
    (mail,) = await site.mails()
    assert mail.subject == "Alice asks you to answer a question of “Buying and your supply chain”"
    assert QUESTION in mail.body
    page = await bob.get(mail.link)
    assert len(page.document.xpath("//main//dl/div")) == 1
    (button,) = page.document.xpath("//main//a[@role='button']")
    assert (button.text, button.get("href")) == ("Answer this question", f"{DRAFT}/leadership#q-p-a1")


async def test_the_way_leads_to_the_first_open_question_on_whatever_page_it_is(firm, bob):
    path = f"{DRAFT}/ask/buying"
    await ask(firm, path=path)
    page = await bob.get(f"/assignments/{await asked_id()}")
    names = [link.get("href").partition("#q-")[2] for link in page.document.xpath("//main//dl//a")]
    links = [link.get("href") for link in page.document.xpath("//main//dl//a")]
    assert any("?page=2#" in link for link in links)
    for link in links:
        assert (await bob.get(link)).document.get_element_by_id(link.partition("#")[2]) is not None
    draft = await read(partial(drafts.load, firm.scope, "procurement"))
    given = {name: Answer(dont_know=True) for name in names[:4]}
    await saving.save_page(firm.scope, draft.definition, draft.revision, given, {})
    page = await bob.get(f"/assignments/{await asked_id()}")
    button = page.document.xpath("//main//a[@role='button']/@href")
    assert button == [links[4]]
    assert [link.text for link in page.document.xpath("//main//dl//a")] == ["Change"] * 4 + ["Answer"] * (
        len(names) - 4
    )


async def test_to_ask_oneself_writes_to_nobody(site, firm):
    page = await ask(firm, "Alice (you)")
    assert page.url.endswith("?notice=assignment-kept") and "that part is yours" in page.text
    assert await site.mails() == []


async def test_all_that_is_wrong_is_said_at_once_and_all_that_was_typed_is_kept(site, firm):
    page = await firm.get(ASK)
    page = await page.submit(part="p-none", due__day="31", due__month="2", due__year="2027", note="x" * 501)
    assert page.status == 422 and page.title.startswith("Error: ")
    assert page.errors == [
        "“What do you ask for?” has an answer that is not on the page. Choose one of those that are.",
        "Choose whom you ask",
        "“By when do you need it?”: “31 2 2027” is not a day in the calendar. "
        "Enter day, month and year, like 28 3 2027.",
        "“A few words to them” is 501 characters long. Use 500 or fewer.",
    ]
    fields = page.fields()
    assert fields["due-day"] == ["31"] and fields["due-year"] == ["2027"] and fields["note"] == ["x" * 501]
    assert await count() == 0 and await site.mails() == []
    page = await page.submit(part=None, due__day="", due__month="", due__year="", note="x" * 500)
    assert page.errors == ["Choose what you ask for", "Choose whom you ask", "Enter by when you need it"]
    page = await page.submit(part="p-a1", member=choices(page)["Bob"], **in_days(0))
    assert page.url == f"{DRAFT}?notice=colleague-asked"


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-1, "“By when do you need it?” is in the past. Enter today or a later day."),
        (367, "“By when do you need it?” is more than a year away. Check the year."),
        (366, None),
        (0, None),
    ],
)
async def test_a_day_in_the_past_or_far_away_is_refused(firm, days, told):
    page = await ask(firm, days=days, note="Hello")
    assert page.errors == ([told] if told else [])
    assert await count() == (0 if told else 1)
    if told:
        assert page.status == 422 and page.fields()["note"] == ["Hello"]
        assert page.fields()["member"] == [choices(page)["Bob"]]


async def test_a_week_from_now_stands_in_the_form_already(firm):
    fields, day = (await firm.get(ASK)).fields(), clock.today() + timedelta(days=7)
    shown = [int(fields[f"due-{part}"][0]) for part in ("year", "month", "day")]
    assert date(*shown) == day and fields["part"] == ["all"] and "member" not in fields


# — rights —


async def test_a_viewer_reads_of_it_and_asks_nobody(site, firm, bob):
    vera = await colleague(site, "Vera", firm, "viewer")
    await ask(firm, note=NOTE)
    assert (await vera.get(ASK)).status == 403
    page = await vera.get(DRAFT)
    assert "Ask a colleague" not in page.text
    page = await vera.get(f"/assignments/{await asked_id()}")
    assert "Alice asks Bob to answer this" in page.text and not page.document.xpath("//main//form")
    assert {link.text for link in page.document.xpath("//main//dl//a")} == {"Read"}
    assert not page.document.xpath("//main//a[@role='button']")
    for path in ("change", "withdraw", "done"):
        assert (await vera.post(f"{page.url}/{path}", {"seen": "1"})).status == 403
    assert await count() == 1


async def test_only_who_can_answer_here_can_be_asked(site, firm, bob, charlie):
    await colleague(site, "Vera", firm, "viewer")
    page = await firm.get(ASK)
    assert list(choices(page)) == ["Alice (you)", "Bob"]
    rows = await read(partial(sql.rows, "SELECT id FROM membership WHERE person = {} OR role = 'viewer'", charlie.id))
    assert len(rows) == 2
    for row in rows:
        page = await (await firm.get(ASK)).submit(ASK, member=str(row["id"]))
        told = "The colleague whom you chose has left meanwhile, or may only read now. Choose somebody else."
        assert page.status == 422 and page.errors == [told]
        wish = assigning.Wish(row["id"], clock.today(), "")
        with pytest.raises(assigning.HasLeft):
            await write(partial(assigning.ask, firm.scope, "procurement", assigning.Part("leadership"), wish, MAILROOM))
    assert await count() == 0 and await site.mails() == []
    await ask(firm)
    for path in ("", "/change", "/withdraw"):
        assert (await charlie.get(f"/assignments/{await asked_id()}{path}")).status == 404


async def test_what_somebody_was_asked_for_is_the_firms_again_when_they_leave(site, firm, bob):
    await ask(firm, note="For you")
    await leave(bob)
    page = await firm.get(DRAFT)
    assert f"{TITLE} Nobody: whoever was asked has left 0 of 3 answered, due {on(7)}" in page.text
    page = await firm.get(f"/assignments/{await asked_id()}")
    assert "Whoever was asked for this has left, so nobody is asked now." in page.text
    await site.member(bob.id, firm.organisation, "contributor")
    bob.browser = await site.signed_in(bob.id, firm.organisation)
    assert TITLE not in (await bob.get("/home")).text, "coming back is being asked anew"
    mails = len(await site.mails())
    change = await firm.get(f"/assignments/{await asked_id()}/change")
    await change.submit(member=choices(change)["Bob"])
    assert TITLE in (await bob.get("/home")).text and len(await site.mails()) == mails + 1


async def test_whoever_may_only_read_now_is_asked_for_nothing(firm, bob):
    await ask(firm)
    await write(partial(sql.rows, "UPDATE membership SET role = 'viewer' WHERE person = {}", bob.id))
    assert TITLE not in (await bob.get("/home")).text
    assert f"{TITLE} Bob, who may only read now 0 of 3 answered" in (await firm.get(DRAFT)).text


# — done, changed, withdrawn —


async def test_that_is_all_from_me_is_told_once_to_who_asked_and_can_be_taken_back(site, firm, bob):
    await ask(firm)
    page = await bob.get(f"/assignments/{await asked_id()}")
    for _ in range(2):
        page = await page.submit(f"/assignments/{await asked_id()}/done")
        assert "?notice=assignment-done" in page.url and "0 of 3 answered, and that is all" in page.text
        assert "Completed" in (await bob.get("/home")).text
        page = await page.submit(f"/assignments/{await asked_id()}/done")
        assert "?notice=assignment-open" in page.url and "So far, 0 of 3 answered." in page.text
    mail, *more = await site.mails("alice@example.org")
    assert not more and mail.subject == "Bob has finished with a part of “Buying and your supply chain”"
    assert "this is all, with 0 of 3 answered" in mail.body


async def test_somebody_else_may_note_that_it_is_all(site, firm, bob):
    await ask(firm)
    page = await firm.get(f"/assignments/{await asked_id()}")
    assert "Note that this is all" in page.text
    page = await page.submit(f"/assignments/{await asked_id()}/done")
    assert "and that is all" in (await firm.get(DRAFT)).text
    assert await site.mails("alice@example.org") == [], "she did it herself"


async def test_who_asked_and_has_left_is_told_nothing_any_more(site, firm, bob):
    carol = await colleague(site, "Carol", firm, "owner")
    await ask(carol)
    await leave(carol)
    before = len(await site.mails("carol@example.org"))
    page = await bob.get(f"/assignments/{await asked_id()}")
    assert "A colleague asks you to answer this" in page.text
    await page.submit(f"/assignments/{await asked_id()}/done")
    assert len(await site.mails("carol@example.org")) == before


async def test_another_colleague_another_day_or_other_words(site, firm, bob):
    await colleague(site, "Carol", firm, "contributor")
    await ask(firm, note="Please")
    path = f"/assignments/{await asked_id()}/change"
    page = await firm.get(path)
    assert page.fields()["note"] == ["Please"] and page.fields()["member"] == [choices(page)["Bob"]]
    assert (await page.submit()).url.endswith("?notice=assignment-changed")
    assert len(await site.mails()) == 1, "nothing was changed"
    await (await bob.get(f"/assignments/{await asked_id()}")).submit(f"/assignments/{await asked_id()}/done")
    await (await firm.get(path)).submit(**in_days(9), note="Please, please")
    assert (await site.mails("bob@example.org"))[-1].subject == (f"Changed: what Alice asks you to answer, by {on(9)}")
    page = await bob.get(f"/assignments/{await asked_id()}")
    assert "Please, please" in page.text and f"by {on(9)}. So far, 0 of 3 answered." in page.text, "it is open again"
    before = {name: len(await site.mails(f"{name}@example.org")) for name in ("alice", "bob", "carol")}
    page = await bob.get(path)
    page = await page.submit(member=choices(page)["Carol"])
    assert f"{TITLE} Carol 0 of 3 answered, due {on(9)}" in (await firm.get(DRAFT)).text
    after = {name: len(await site.mails(f"{name}@example.org")) for name in ("alice", "bob", "carol")}
    assert after == {**before, "carol": before["carol"] + 1}, "Bob handed it on himself"
    assert (await site.mails("carol@example.org"))[-1].subject.startswith("Bob asks you to answer a part")
    page = await firm.get(path)
    await page.submit(member=choices(page)["Bob"])
    told = (await site.mails("carol@example.org"))[-1]
    assert told.subject == "No longer needed: your answer to a part of “Buying and your supply chain”"
    assert TITLE in told.body and "http" not in told.body


async def test_a_change_is_checked_like_an_asking(firm):
    await ask(firm)
    page = await firm.get(f"/assignments/{await asked_id()}/change")
    page = await page.submit(member=str(firm.id), **in_days(-1), note="y" * 501)
    assert page.status == 422 and len(page.errors) == 3 and page.fields()["note"] == ["y" * 501]
    assert "member" not in page.fields() and page.fields()["seen"] == ["1"]


async def test_it_is_withdrawn_after_one_question_and_who_was_asked_is_told(site, firm, bob):
    await answer_all(firm)
    await ask(firm)
    path = f"/assignments/{await asked_id()}"
    page = await firm.get(f"{path}/withdraw")
    assert "What was answered stays." in page.text and "We tell Bob." in page.text
    page = await page.submit()
    assert page.url == f"{DRAFT}?notice=assignment-withdrawn" and "Who was asked for what" not in page.text
    assert "6 of 6 parts are done" in page.text
    assert (await site.mails("bob@example.org"))[-1].subject.startswith("No longer needed")
    assert (await bob.get(path)).status == 404 and (await bob.get("/home")).status == 200
    await ask(firm)
    assert await count() == 1


# — two at once —


async def test_a_part_is_asked_for_once_and_whoever_is_second_is_told(site, firm, bob):
    await colleague(site, "Carol", firm, "contributor")
    await ask(firm)
    page = await ask(bob, "Carol", note="Mine")
    assert page.status == 422 and page.errors == [
        "This was asked for already: Bob. Choose another part, or change that on its page."
    ]
    assert "Asked already: Bob" in page.text and page.fields()["note"] == ["Mine"]
    page = await page.submit(ASK, part="p-a1")
    assert page.url == f"{DRAFT}?notice=colleague-asked" and await count() == 2


async def test_two_who_ask_for_one_part_at_once_are_one_and_an_error(site, firm, bob):
    forms = [await person.get(ASK) for person in (firm, bob)]
    whom = [choices(forms[0])["Bob"], choices(forms[1])["Alice"]]
    pages = await asyncio.gather(*(form.submit(ASK, member=one) for form, one in zip(forms, whom, strict=True)))
    assert sorted(page.status for page in pages) == [200, 422]
    assert await count() == 1 and len(await site.mails()) == 1


async def test_the_same_form_sent_twice_asks_once(site, firm, bob):
    page = await firm.get(ASK)
    whom = choices(page)["Bob"]
    sent = await asyncio.gather(*(page.submit(ASK, member=whom) for _ in range(2)))
    assert [each.status for each in sent] == [200, 200]
    assert await count() == 1 and len(await site.mails()) == 1


async def test_what_somebody_changed_meanwhile_is_shown_and_not_overwritten(site, firm, bob):
    await ask(firm)
    path = f"/assignments/{await asked_id()}"
    stale = {name: await firm.get(f"{path}{name}") for name in ("/change", "/withdraw", "")}
    await (await bob.get(f"{path}/change")).submit(**in_days(20))
    page = await stale["/change"].submit(**in_days(1), note="My words")
    assert page.status == 409 and page.errors == [
        "Somebody changed this while your page was open. Below is what it says now. Change it if it is not right."
    ]
    day = clock.today() + timedelta(days=20)
    assert page.fields()["due-day"] == [str(day.day)] and page.fields()["seen"] == ["2"]
    assert "What you typed" in page.text and "My words" in page.text
    told = "Somebody changed this while your page was open, so nothing was done."
    page = await stale["/withdraw"].submit()
    assert page.status == 409 and told in page.text
    page = await stale[""].submit(f"{path}/done")
    assert page.status == 409 and told in page.text
    rows = await read(partial(sql.rows, "SELECT due, done, note FROM assignment"))
    assert rows == [{"due": day, "done": None, "note": ""}]


async def test_two_changes_at_once_are_one_and_a_conflict(site, firm, bob):
    await ask(firm)
    path = f"/assignments/{await asked_id()}/change"
    hers, his = await firm.get(path), await bob.get(path)
    pages = await asyncio.gather(hers.submit(path, note="hers"), his.submit(path, note="his"))
    assert sorted(page.status for page in pages) == [200, 409]


async def asked_during(page: Page, whom: str, work: Callable[[], Awaitable[object]]) -> Page:
    """Ask between the moment at which ``work`` is done and the moment at which it is committed."""
    done, loop = asyncio.Event(), asyncio.get_running_loop()

    async def slowly() -> None:
        await work()
        loop.call_soon_threadsafe(done.set)
        if database().engine_type == "postgres":
            await sql.rows("SELECT pg_sleep(0.3)")
        else:
            time.sleep(0.3)  # on a thread of its own

    async def then() -> Page:
        await done.wait()
        return await page.submit(ASK, member=choices(page)[whom])

    answered = asyncio.create_task(then())  # outside the unit
    await write(slowly)
    return await answered


async def test_asking_while_it_is_submitted_leaves_nothing_behind(site, firm, bob):
    await answer_all(firm)
    form = await firm.get(ASK)
    page = await asked_during(form, "Bob", partial(submitting.submit, bob.scope, "procurement", MAILROOM))
    assert page.status == 409 and "These questions were submitted" in page.text
    assert await count() == 0


async def test_asking_somebody_who_leaves_at_that_moment_is_no_error_of_ours(site, firm, bob):
    page = await asked_during(await firm.get(ASK), "Bob", partial(members.leave, bob.scope, MAILROOM))
    assert page.status == 422 and await count() == 0


# — the end of it —


async def test_it_is_gone_when_the_questions_are_submitted(site, firm, bob):
    await answer_all(firm)
    await ask(firm)
    path = f"/assignments/{await asked_id()}"
    form = await firm.get(ASK)
    await write(partial(submitting.submit, firm.scope, "procurement", MAILROOM))
    assert await count() == 0
    page = await bob.get(path)
    assert page.status == 404 and "Nothing is left for you to do here." in page.text and "Go to your tasks" in page.text
    assert TITLE not in (await bob.get("/home")).text
    page = await form.submit(ASK, member=choices(form)["Bob"], note="Typed before")
    assert page.status == 409 and "These questions were submitted meanwhile" in page.text
    assert "Typed before" in page.text
    assert (await firm.get(ASK)).url == DRAFT


async def test_it_goes_with_the_draft(firm):
    await ask(firm)
    await write(partial(sql.rows, "DELETE FROM assessment"))
    assert await count() == 0


async def test_a_part_that_is_not_asked_any_more_says_so(firm, bob):
    await ask(firm, path=f"{DRAFT}/ask/buying")
    await write(partial(sql.rows, "UPDATE assignment SET section = 'gone'"))
    words = "Questions that are not asked any more"
    assert f"{words} Bob not asked any more" in (await firm.get(DRAFT)).text
    for path in ("", "/change", "/withdraw"):
        page = await firm.get(f"/assignments/{await asked_id()}{path}")
        assert page.status == 200 and words in page.text
    assert f"Answer “{words}” Alice asks you: not asked any more Completed" in (await bob.get("/home")).text
    assert (await firm.get(f"{DRAFT}/ask/gone")).status == 404
    assert (await firm.get("/assessments/quick-check/ask/leadership")).status == 404


async def test_a_hundred_a_day_are_asked_and_no_more(site, firm):
    async def hits() -> None:
        for _ in range(99):
            await hit(assigning.ASKED, str(firm.organisation))

    await write(hits)
    assert (await ask(firm)).status == 200
    page = await ask(firm, part="p-a1", note="Typed")
    assert page.status == 429 and int(page.response.headers["Retry-After"]) > 86_000
    assert page.errors == ["Your firm has asked 100 times today. You can ask more tomorrow."]
    assert page.fields()["note"] == ["Typed"] and await count() == 1


async def test_the_task_list_costs_one_round_trip_more_however_many_are_asked(firm):
    for part in ("all", "p-a1", "p-a2", "p-a3"):
        await ask(firm, part=part)
    for path, most in ((DRAFT, 3), ("/home", 3), (f"/assignments/{await asked_id()}", 2)):
        before = database().statements
        assert (await firm.get(path)).status == 200
        assert database().statements - before <= most, path


# — questions that are not scored —


async def test_what_needs_no_answer_is_never_open(site, alice, bob):
    await fill_profile(alice)
    await start_on_kinds(alice)
    await ask(alice, path=f"{DRAFT}/ask/figures")
    assert f"Figures Bob no answer needed, due {on(7)}" in (await alice.get(DRAFT)).text
    home = await bob.get("/home")
    assert f"Answer “Figures” Alice asks you: no answer needed, due {on(7)} Optional" in home.text
    (mail,) = await site.mails()
    page = await bob.get(mail.link)
    assert "So far, no answer needed." in page.text and "Not answered (optional)" in page.text
    assert page.document.xpath("//main//a[@role='button']") == []
    assert [link.get("href") for link in page.document.xpath("//main//dl//a")] == [
        f"{DRAFT}/figures#q-people", f"{DRAFT}/figures?page=2#q-fees",
    ]  # fmt: skip
    page = await page.submit(f"{mail.link}/done")
    assert "So far, no answer needed, and that is all." in page.text


async def test_beside_others_they_are_not_counted(alice, bob):
    await fill_profile(alice)
    beside = "title: What counts\n    questions:\n      - {id: who, kind: short_text, text: Who trains them?}\n"
    text = as_version_of("procurement").replace('version: "1"', "version: beside")
    definition = await publish(text.replace("title: What counts\n    questions:\n", beside))
    await write(partial(drafts.start, alice.scope, definition))
    await ask(alice, path=f"{DRAFT}/ask/scored")
    path = f"/assignments/{await asked_id()}"
    page = await bob.get(path)
    assert "So far, 0 of 1 answered." in page.text and len(page.document.xpath("//main//dl/div")) == 2
    (first,) = page.document.xpath("//main//a[@role='button']/@href")
    assert first.endswith("#q-trained")
    await (await bob.get(first.partition("#")[0])).submit(**{"q-trained": "yes"})
    page = await bob.get(path)
    assert "So far, 1 of 1 answered." in page.text and page.document.xpath("//main//a[@role='button']") == []
    assert f"What counts Bob 1 of 1 answered, due {on(7)}" in (await alice.get(DRAFT)).text
