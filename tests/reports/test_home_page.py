"""The page of tasks: what is next, in which order and words, for whoever looks."""

from datetime import date, timedelta
from functools import partial

import msgspec
import pytest
import time_machine
from tests.events import making
from tests.support.cast import colleague
from tests.support.firms import JOINERY, answer_all, fill_profile, sign_pledge, start, submitted

from pledge.assessments import drafts, saving
from pledge.assessments.again import one_answer
from pledge.database import clock, sql
from pledge.database.unit import database, read, write
from pledge.declared import ONCE_SUBMITTED
from pledge.pledges.text import shipped
from pledge.questionnaires.answers import Answer
from pledge.reports import home
from pledge.words.dates import uk_date

HARM = {"r_b2": Answer(value="someone-paid")}


def in_order(page, *words: str) -> bool:
    """Tell whether these stand on a page, one after the other."""
    rest = page.text
    for each in words:
        assert each in page.text, each
        _, found, rest = rest.partition(each)
        if not found:
            return False
    return True


async def loaded(person) -> home.Home:
    return await read(partial(home.load, person.scope, shipped().text))


async def give(action: str, person, **changes) -> None:
    """Give the action of a question to a member, and change what else is said of it."""
    changes["member"] = await read(partial(sql.value, "SELECT id FROM membership WHERE person = {}", person.id))
    sets = ", ".join(f"{name} = {{}}" for name in changes)
    await write(partial(sql.rows, f"UPDATE action SET {sets} WHERE question = {{}}", *changes.values(), action))


# — how far the firm is —


async def test_a_new_firm_starts_with_the_profile_and_its_list_is_an_offer(alice):
    page = await alice.get("/home")
    assert page.status == 200 and "Next: Say who you are" in page.text and "Cannot start yet" in page.text
    assert "Dates to know" not in page.text and "What colleagues did" not in page.text and "/actions/" not in page.text
    assert "/reports" not in page.links()
    assert in_order(
        page,
        "Say who you are",
        "Sign the pledge",
        "Upload your supplier list If you like. It answers 3 questions",
        "About",
    )


@pytest.mark.parametrize(("people", "answers"), [("1-9", "1 question"), ("50-249", "3 questions")])
async def test_the_list_is_offered_before_the_questions_that_it_answers_and_is_never_next(alice, people, answers):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, headcount_band=people))
    await sign_pledge(alice)
    page = await alice.get("/home")
    offer = f"Upload your supplier list If you like. It answers {answers} for you Optional"
    assert in_order(page, "From start", "Sign the pledge", offer, "Buying", "Recruitment, training")
    assert "Next: Buying and your supply chain" in page.text and "/assessments/procurement" in page.links()
    await submitted(alice, "procurement", 4)
    assert "If you like. We look at the risk of each supplier" in (await alice.get("/home")).text


async def test_the_tasks_show_how_far_the_firm_has_come(alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    await start(alice, "recruitment")
    report = await submitted(alice, "procurement", 3)
    page = await alice.get("/home")
    assert "Signed on" in page.text and "In progress" in page.text
    assert f"/reports/{report}" in page.links()
    assert "Your newest results" in page.text and "/reports" in page.links()


async def test_with_all_done_it_says_what_comes_next_and_when(alice, bob, charlie, chamber_event):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=True):
        await fill_profile(alice)
        await sign_pledge(alice)
        for name in ("procurement", "recruitment"):
            report = await submitted(alice, name, 4)
        await write(partial(sql.rows, "DELETE FROM action"))
        # 60 days before the pledge and the reports are a year old
        for person in (alice, bob):
            page = await person.get("/home")
            assert "Nothing to do until 22 September 2027. Then: " in page.text and "Next:" not in page.text
            assert "see which events there are" in page.text
        assert f"/reports/{report}" in page.links()
        assert "Nothing to do until" not in (await charlie.get("/home")).text
        await (await alice.get(chamber_event.path)).submit(chamber_event.path)
        page = await alice.get("/home")
        assert "Nothing to do until 9 March 2027. Then: go to “Know the signs”." in page.text
        assert "Nothing to do until 9 March 2027. Then: go to “Know the signs”." in (await bob.get("/home")).text
    with time_machine.travel("2027-09-21T12:00:00Z", tick=True):
        found = await loaded(alice)
        assert found.next is None and found.rest.until == date(2027, 9, 22)
    with time_machine.travel("2027-09-22T12:00:00Z", tick=True):
        found = await loaded(alice)
        assert found.next.text == "Renew your pledge" and found.rest is None
        (task, *_) = [task for task in found.tasks if task.href == "/assessments/procurement"]
        assert task.status == "attention"
        assert task.hint == "Answered on 21 November 2026. Answer again by 21 November 2027"


@pytest.fixture
async def chamber_event(olive):
    """An event of Olive's that is to come."""
    return await making.published(await making.scope_of(olive.id), **making.ahead())


# — who looks —


async def test_those_without_an_organisation_are_sent_where_they_belong(olive, stella, visitor):
    assert (await olive.get("/home")).url.startswith("/organise")
    assert (await stella.get("/home")).url.startswith("/partnership")
    assert (await visitor.get("/home")).url.startswith("/sign-in")


async def test_nobody_is_sent_to_what_only_others_can_do(site, alice, bob):
    vera = await colleague(site, "Vera", alice, "viewer")
    for person in (bob, vera):
        page = await person.get("/home")
        assert "/organisation/edit" not in page.links()
        assert "Nothing for you to do now. Next: Say who you are. An owner can do this." in page.text
        assert ("If you like." in page.text) is (person is bob)
    await fill_profile(alice)
    await sign_pledge(alice)
    await start(alice, "recruitment")
    await submitted(alice, "procurement", 4)
    await write(partial(sql.rows, "DELETE FROM action"))
    seen = {person.name: (await person.get("/home")).text for person in (alice, bob, vera)}
    for name in (alice.name, bob.name):
        assert "Go on where you stopped" in seen[name] and "You can answer again" in seen[name]
        assert "can do this" not in seen[name]
    viewed = seen["Vera"]
    assert "Go on where you stopped" not in viewed and "answer again" not in viewed
    assert "A colleague has started. You can read the answers so far" in viewed
    assert "Answered. You can read the report" in viewed and "from your accounts" not in viewed
    assert "An owner or contributor can do this." in viewed.partition("Next: ")[2]


# — what cannot wait —


async def test_what_can_mean_harm_stands_first_as_a_word_to_act_on_with_its_date(alice):
    assert not [link for link in (await alice.get("/home")).links() if link.startswith("/actions/")]
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 2, **HARM)
    page = await alice.get("/home")
    due = uk_date(clock.today() + timedelta(days=7))
    assert in_order(page, "Act first First call 08000 121 700", f"By {due}. It is yours.", "Next: ")
    assert in_order(page, "Next: ", "Upload your supplier list") and "/actions" in page.links()
    assert "%, Act first" not in page.text and page.text.count("Act first") == 1
    (link,) = [link for link in page.links() if link.startswith("/actions/")]
    action = await alice.get(link)
    assert (
        "Has anyone who works for you paid" in action.text
        and f"/reports/{report}/answers#question-r-b2" in action.links()
    )
    await action.submit(status="done")
    after = await alice.get("/home")
    assert link not in after.links() and "Do this first: " in after.text
    assert "says “Act first” until you answer its question again." in after.text


async def test_others_to_act_on_first_are_counted(alice):
    await fill_profile(alice)
    await submitted(alice, "recruitment", 2, **HARM)
    assert "more to act on first" not in (await alice.get("/home")).text
    await write(partial(sql.rows, "UPDATE action SET flag = 'act_first' WHERE place IN (1, 2)"))
    acting = await read(partial(sql.value, "SELECT count(*) FROM action WHERE flag = 'act_first'"))
    assert f"And {acting - 1} more to act on first." in (await alice.get("/home")).text and acting > 1


async def test_what_is_theirs_comes_before_a_colleagues_and_what_can_mean_harm_before_all(alice, bob):
    await fill_profile(alice)
    await submitted(alice, "recruitment", 2, **HARM)
    await write(partial(sql.rows, "UPDATE action SET member = NULL"))
    statement = "SELECT question, what FROM action WHERE question <> 'r-b2' ORDER BY priority DESC, due, question"
    others = await read(partial(sql.rows, statement))
    last = others[-1]
    await give("r-b2", bob)
    await give(last["question"], alice)
    hers, his = await alice.get("/home"), await bob.get("/home")
    assert in_order(hers, "Act first First call", "It is Bob’s.", f"Yours to do first: {last['what']}", "All ")
    assert in_order(his, "Act first First call", "It is yours.") and "Yours to do first" not in his.text
    await write(partial(sql.rows, "UPDATE action SET status = 'not_now', reason = 'Later' WHERE question = 'r-b2'"))
    hers, his = await alice.get("/home"), await bob.get("/home")
    assert f"Do this first: {last['what']}" in hers.text and "It is yours." in hers.text
    assert f"Do this first: {others[0]['what']}" in his.text and "Nobody has it yet." in his.text


async def test_another_firm_sees_nothing_of_it(alice, charlie):
    await fill_profile(alice)
    await submitted(alice, "recruitment", 2, **HARM)
    page = await charlie.get("/home")
    assert "Act first" not in page.text and "sent in" not in page.text and "Next: Say who you are" in page.text


# — what comes up, and what colleagues did —


async def test_places_that_are_booked_stand_before_the_term_of_the_pledge(alice, bob, charlie, chamber_event):
    await fill_profile(alice)
    await sign_pledge(alice)
    page = await bob.get(chamber_event.path)
    await page.submit(chamber_event.path)
    page = await alice.get("/home")
    assert in_order(
        page, "Dates to know", "Know the signs", "9:30am to 1pm. Guild Hall", "Bob has booked 1 place.", "Your pledge"
    )
    assert any(link.startswith("/bookings/") for link in page.links())
    assert "You have booked 1 place." in (await bob.get("/home")).text
    assert "Know the signs" not in (await charlie.get("/home")).text
    await write(partial(sql.rows, "UPDATE event SET state = 'postponed'"))
    assert "Know the signs" not in (await alice.get("/home")).text


@pytest.mark.parametrize(
    ("left", "hers", "his"),
    [
        (200, "Dates to know Your pledge Signed on ", "Dates to know Your pledge Signed on "),
        (46, "Next: Renew your pledge. 46 days left: it runs until ", "Dates to know Renew your pledge 46 days left: "),
        (-1, "Next: Renew your pledge. It ran out on ", "Dates to know Renew your pledge It ran out on "),
    ],
)
async def test_the_term_of_the_pledge_is_said_to_whoever_can_renew_it_as_next(alice, bob, left, hers, his):
    await fill_profile(alice)
    await sign_pledge(alice)
    ends = clock.today() + timedelta(days=left)
    await write(partial(sql.rows, "UPDATE signature SET expires_on = {}, signed_on = {}", ends, date(2026, 1, 2)))
    page = await alice.get("/home")
    assert hers in page.text and ("Dates to know" in page.text) is (left == 200)
    page = await bob.get("/home")
    assert his in page.text and "Next: Buying and your supply chain" in page.text
    assert ("An owner can do this." in page.text) is (left < 60)


async def test_it_says_what_colleagues_did_and_nothing_of_notes(alice, bob, charlie):
    await fill_profile(alice)
    await start(alice, "recruitment")
    draft = await read(partial(drafts.load, bob.scope, "recruitment"))
    first = next(iter(draft.shown))
    await saving.save_page(bob.scope, draft.definition, draft.revision, {}, {first: "Zyxwyn"})
    assert "What colleagues did" not in (await alice.get("/home")).text, "a note is nobody's news"
    await answer_all(bob, "recruitment", 3)
    page = await alice.get("/home")
    assert "What colleagues did in the last 7 days Bob answered questions of Recruitment" in page.text
    assert "Zyxwyn" not in page.text and "answered questions of" not in (await bob.get("/home")).text
    report = await submitted(bob, "procurement", 2)
    (one, *_) = await read(partial(sql.rows, "SELECT id, what FROM action ORDER BY place"))
    await (await bob.get(f"/actions/{one['id']}")).submit(status="done", note="Zyxwyn")
    page = await alice.get("/home")
    assert in_order(page, "Bob finished an action: ", "Bob sent in Buying", "Bob answered questions of")
    assert f"/reports/{report}" in page.links() and f"/actions/{one['id']}" in page.links()
    assert "Zyxwyn" not in page.text
    for stranger in (bob, charlie):
        assert "What colleagues did" not in (await stranger.get("/home")).text
    with time_machine.travel(clock.now() + timedelta(days=6), tick=True):
        assert len((await loaded(alice)).news) == 3
    with time_machine.travel(clock.now() + timedelta(days=8), tick=True):
        assert (await loaded(alice)).news == ()
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", bob.id))
    assert "Bob" not in (await alice.get("/home")).text


async def test_one_answer_again_is_news_and_makes_the_report_no_younger(alice, bob):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=True):
        await fill_profile(alice)
        report = await submitted(alice, "procurement", 4)
    with time_machine.travel("2027-09-21T12:00:00Z", tick=True):
        given = {"p-a1": Answer(value="named")}
        await write(partial(one_answer.answer, bob.scope, report, given, then=ONCE_SUBMITTED))
        found = await loaded(alice)
        assert [(each.who, each.did) for each in found.news] == [("Bob", "answered a question again in")]
        assert "attention" not in [task.status for task in found.tasks]
    with time_machine.travel("2027-09-22T12:00:00Z", tick=True):
        (task,) = [task for task in (await loaded(alice)).tasks if task.status == "attention"]
        assert task.hint == "Answered on 21 November 2026. Answer again by 21 November 2027"


# — what it costs —


async def test_it_costs_three_round_trips_however_much_there_is(alice, bob, chamber_event):
    assert await cost(alice) == 3  # who asks, and two of its own
    await fill_profile(alice)
    await sign_pledge(alice)
    await submitted(bob, "procurement", 2)
    await submitted(alice, "recruitment", 2, **HARM)
    await start(bob, "procurement")
    await answer_all(bob, "procurement", 1)
    await (await bob.get(chamber_event.path)).submit(chamber_event.path)
    page = await alice.get("/home")
    assert in_order(page, "Act first", "Next:", "Dates to know", "Know the signs", "What colleagues did", "Your newest")
    assert await cost(alice) == 3 and await cost(bob) == 3


async def cost(person) -> int:
    before = database().statements
    assert (await person.get("/home")).status == 200
    return database().statements - before
