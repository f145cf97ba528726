import asyncio
from datetime import timedelta
from functools import partial

import msgspec
import pytest
import time_machine
from tests.support.firms import JOINERY, MAILROOM, answer_all, fill_profile, start, submitted
from tests.support.log import logged_as

from pledge.assessments import definitions, drafts, submitting
from pledge.database import clock, sql
from pledge.database.unit import database, read, write
from pledge.questionnaires.answers import Answer

OF_SIXTY = msgspec.structs.replace(JOINERY, headcount_band="50-249")  # people: both questionnaires ask who leads


@pytest.fixture
async def drafting(alice):
    """Alice has a profile and an open procurement draft."""
    await fill_profile(alice)
    await start(alice)
    return alice


async def draft_of(person, questionnaire="procurement"):
    return await read(partial(drafts.load, person.scope, questionnaire))


async def test_before_the_first_question_says_who_sees_the_answers(alice):
    await fill_profile(alice)
    page = await alice.get("/assessments/procurement")
    assert page.status == 200
    assert "Nobody at the partnership can" in page.text and "court" in page.text
    page = await page.submit("/assessments/procurement/start")
    assert "0 of 4 parts are done" in page.text
    assert page.url == "/assessments/procurement"


async def test_a_firm_without_a_profile_fills_it_in_first(alice):
    await start(alice)
    page = await alice.get("/assessments/procurement")
    assert page.url == "/organisation/edit"


async def test_answers_are_saved_page_by_page_and_found_again(drafting):
    page = await drafting.get("/assessments/procurement/leadership")
    questions = [name for name in page.fields() if name.startswith("note-")]
    assert questions, "ordinary questions can have notes"
    names = radio_names(page)
    assert 1 <= len(names) <= 4
    page = await page.submit(**{names[0]: options(page, names[0])[0], names[1]: "?dont-know"})
    assert page.status == 200 and page.url.startswith("/assessments/procurement/")
    again = await drafting.get("/assessments/procurement/leadership")
    fields = again.fields()
    assert fields[names[1]] == ["?dont-know"] and names[2] not in fields
    tasks = await drafting.get("/assessments/procurement")
    assert "In progress" in tasks.text


async def test_save_and_go_to_your_tasks_saves_first_and_the_pages_promise_no_more(drafting):
    tasks = await drafting.get("/assessments/procurement")
    assert "Each page is saved when you press one of its buttons." in tasks.text and "when you leave" not in tasks.text
    page = await drafting.get("/assessments/procurement/leadership")
    assert "Only these two buttons save this page. A link leaves it without saving." in page.text
    assert "Save and go to your tasks" in page.text
    name = radio_names(page)[0]
    page = await page.submit(button="go=tasks", **{name: options(page, name)[-1]})
    assert page.url == "/home?notice=answers-saved"
    assert "Come back when it suits you" in page.text
    assert name.removeprefix("q-") in (await draft_of(drafting)).given


async def test_an_option_that_does_not_exist_is_refused_and_its_neighbours_are_kept(drafting):
    page = await drafting.get("/assessments/procurement/leadership")
    first, second = radio_names(page)[:2]
    good = options(page, second)[0]
    page = await page.submit(**{first: "made-up", second: good})
    assert page.status == 422 and page.errors == [
        "“Which owner or manager looks out for modern slavery, in what you buy and in how you hire?”: "
        "Choose one of the answers on the page"
    ]
    assert page.fields()[second] == [good]
    draft = await draft_of(drafting)
    assert list(draft.given) == [second.removeprefix("q-")]


async def test_an_answer_to_a_question_that_is_not_shown_is_refused_and_the_valid_ones_are_kept(drafting):
    page = await drafting.get("/assessments/procurement/leadership")
    first = radio_names(page)[0]
    good = options(page, first)[0]
    page = await page.submit(**{first: good, "q-p-c4": "once", "q-made-up": "yes"})
    assert page.status == 422 and len(page.errors) == 2
    draft = await draft_of(drafting)
    assert list(draft.given) == [first.removeprefix("q-")]


async def test_not_applicable_needs_a_reason(drafting):
    page = await find_page_with(drafting, "p-b4")
    page = await page.submit(**{"q-p-b4": "?not-applicable", "why-p-b4": ""})
    assert page.status == 422 and page.errors == [
        "“Can suppliers pass your work to someone else without telling you?”: "
        "Say in a few words why this does not apply to you"
    ]
    page = await page.submit(**{"q-p-b4": "?not-applicable", "why-p-b4": "We do it all ourselves"})
    assert page.status == 200
    draft = await draft_of(drafting)
    assert draft.given["p-b4"].answer == Answer(not_applicable="We do it all ourselves")
    page = await find_page_with(drafting, "p-b4")
    assert page.fields()["why-p-b4"] == ["We do it all ourselves"]


async def test_notes_are_kept_changed_and_removed(drafting):
    page = await drafting.get("/assessments/procurement/leadership")
    note = next(name for name in page.fields() if name.startswith("note-"))
    await page.submit(**{note: "ask the accountant\nby Friday"})
    page = await drafting.get("/assessments/procurement/leadership")
    assert page.fields()[note] == ["ask the accountant\nby Friday"]
    await page.submit(**{note: ""})
    page = await drafting.get("/assessments/procurement/leadership")
    assert page.fields()[note] == [""]


async def test_a_note_is_whose_it_was_until_somebody_changes_it_and_each_change_is_logged(drafting, site, bob):
    for person, text in ((drafting, "ask Jo"), (bob, "ask Jo"), (bob, "ask Jo again"), (bob, ""), (bob, "")):
        page = await person.get("/assessments/procurement/leadership")
        note = next(name for name in page.fields() if name.startswith("note-"))
        await page.submit(**{note: text})
        if text == "ask Jo":
            assert await read(partial(sql.value, "SELECT person FROM answer_note")) == drafting.id
    rows = await read(partial(sql.rows, "SELECT person, details FROM audit_entry WHERE action = 'notes.saved'"))
    hers, his = await logged_as(drafting.id), await logged_as(bob.id)
    assert sorted(row["person"] for row in rows) == sorted([hers, his, his])
    assert {row["details"] for row in rows} == {"{}"}


async def test_notes_are_forgotten_ninety_days_after_submitting(drafting, site, bob):
    for person, submits in ((drafting, True), (bob, False)):
        page = await person.get("/assessments/procurement/leadership")
        note = next(name for name in page.fields() if name.startswith("note-"))
        await page.submit(**{note: "ask the accountant"})
        if submits:
            await submitted(person)
            await start(person)
    assert await kept_notes() == 2
    with time_machine.travel(clock.now() + timedelta(days=90, hours=-1)):
        await site.work_by_the_clock()
    assert await kept_notes() == 2
    with time_machine.travel(clock.now() + timedelta(days=90, hours=1)):
        await site.work_by_the_clock()
    assert await kept_notes() == 1  # that of the draft


async def kept_notes() -> int:
    return await read(partial(sql.value, "SELECT count(*) FROM answer_note"))


async def test_two_colleagues_on_different_questions_are_merged(drafting, bob):
    hers = await drafting.get("/assessments/procurement/leadership")
    his = await bob.get("/assessments/procurement/leadership")
    first, second = radio_names(hers)[:2]
    await hers.submit(**{first: options(hers, first)[0]})
    page = await his.submit(**{second: options(his, second)[1]})
    assert page.status == 200
    draft = await draft_of(drafting)
    assert set(draft.given) == {first.removeprefix("q-"), second.removeprefix("q-")}


async def test_two_colleagues_on_one_question_see_both_answers_and_choose(drafting, bob):
    hers = await drafting.get("/assessments/procurement/leadership")
    his = await bob.get("/assessments/procurement/leadership")
    name, other = radio_names(hers)[:2]
    low, high = options(hers, name)[0], options(hers, name)[-1]
    await hers.submit(**{name: low})
    page = await his.submit(**{name: high, other: options(his, other)[0]})
    assert page.status == 409
    assert "Alice answered this while your page was open" in page.errors[0]
    assert name not in page.fields(), "neither answer is chosen"
    assert "The saved answer:" in page.text and "What you have just chosen:" in page.text
    draft = await draft_of(drafting)
    assert draft.given[name.removeprefix("q-")].value == low, "nothing was overwritten"
    assert other.removeprefix("q-") in draft.given, "his other answer is kept"
    page = await page.submit()
    assert page.status == 422 and [error.partition(": ")[2] for error in page.errors] == [
        "Choose the right answer. Until you do, the saved one stays."
    ]
    assert (await draft_of(drafting)).given[name.removeprefix("q-")].value == low, (
        "a blind second press changes nothing"
    )
    assert "What you have just chosen:" in page.text, "and both are still there to choose from"
    page = await page.submit(**{name: high})
    assert page.status == 200
    assert (await draft_of(drafting)).given[name.removeprefix("q-")].value == high


async def test_a_colleague_who_did_not_touch_a_question_does_not_undo_it(drafting, bob):
    page = await drafting.get("/assessments/procurement/leadership")
    name = radio_names(page)[0]
    low, high = options(page, name)[0], options(page, name)[-1]
    await page.submit(**{name: low})
    his = await bob.get("/assessments/procurement/leadership")
    hers = await drafting.get("/assessments/procurement/leadership")
    await hers.submit(**{name: high})
    page = await his.submit()
    assert page.status == 200
    assert (await draft_of(drafting)).given[name.removeprefix("q-")].value == high


async def test_twenty_saves_at_once_lose_nothing(drafting):
    page = await find_page_with(drafting, "p-a1")
    names = radio_names(page)
    sends = [
        page.submit(**{names[n % len(names)]: options(page, names[n % len(names)])[n % len(names)]}) for n in range(20)
    ]
    results = await asyncio.gather(*sends)
    assert {result.status for result in results} == {200}
    draft = await draft_of(drafting)
    assert set(draft.given) == {name.removeprefix("q-") for name in names}
    history = await read(partial(sql.rows, "SELECT revision FROM answer_change ORDER BY revision"))
    assert [row["revision"] for row in history] == list(range(1, draft.revision + 1))


async def test_the_shared_answer_is_given_once_for_both_questionnaires(drafting):
    await fill_profile(drafting, OF_SIXTY)
    await start(drafting, "recruitment")
    await answer_all(drafting, "procurement", 3)
    procurement, recruitment = await draft_of(drafting), await draft_of(drafting, "recruitment")
    assert recruitment.given["r-f4"].answer == procurement.given["p-f2"].answer


async def test_the_shared_answer_is_taken_over_when_the_other_is_started_later(drafting):
    await fill_profile(drafting, OF_SIXTY)
    await submitted_procurement(drafting)
    await start(drafting, "recruitment")
    assert (await draft_of(drafting, "recruitment")).given["r-f4"].value is not None


async def test_a_small_firm_is_asked_once_what_both_questionnaires_ask(drafting):
    await start(drafting, "recruitment")
    seen = {*(await draft_of(drafting)).shown, *(await draft_of(drafting, "recruitment")).shown}
    assert {"p-a1", "r-e3", "r-f4"} <= seen and seen.isdisjoint({"r-a1", "p-a4", "p-f2"})


TAKEN_OVER = "You have answered this before. Change it if it is not right here: that changes it under “{}” too"


async def test_a_shared_answer_says_where_it_was_given_until_it_is_saved_here(drafting):
    await fill_profile(drafting, OF_SIXTY)
    await submitted_procurement(drafting)
    await start(drafting, "recruitment")
    procurement = (await draft_of(drafting, "recruitment")).given["r-f4"]
    assert procurement.source == "procurement" and procurement.value is not None
    said = TAKEN_OVER.format(definitions.current("procurement").title)
    page = await find_page_with(drafting, "r-f4", "recruitment")
    assert page.text.count("You have answered this before") == 2 and said in page.text  # training, and the plan
    mark = f"Answered before: “{definitions.current('procurement').title}” asks it too"
    checking = "/assessments/recruitment/check"
    assert (await drafting.get(checking)).text.count(mark) == 3  # and who leads
    assert (await page.submit()).status == 200  # as it is
    page = await find_page_with(drafting, "r-f4", "recruitment")
    assert "You have answered this before" not in page.text
    assert (await drafting.get(checking)).text.count(mark) == 1
    kept = await draft_of(drafting, "recruitment")
    assert kept.given["r-f4"].answer == procurement.answer and kept.given["r-f4"].source == ""


async def test_a_shared_answer_that_is_changed_is_changed_in_the_other_draft_and_says_so_there(drafting):
    await fill_profile(drafting, OF_SIXTY)
    await start(drafting, "recruitment")
    await (page := await find_page_with(drafting, "p-f2")).submit(**{"q-p-f2": options(page, "q-p-f2")[0]})
    page = await find_page_with(drafting, "r-f4", "recruitment")
    assert TAKEN_OVER.format(definitions.current("procurement").title) in page.text
    high = options(page, "q-r-f4")[1]
    await page.submit(**{"q-r-f4": high})
    assert "You have answered this before" not in (await find_page_with(drafting, "r-f4", "recruitment")).text
    assert (await draft_of(drafting)).given["p-f2"].value == high
    page = await find_page_with(drafting, "p-f2")
    assert TAKEN_OVER.format(definitions.current("recruitment").title) in page.text
    before = await draft_of(drafting)
    await page.submit()
    assert (await draft_of(drafting)).revision == before.revision + 1
    await (await find_page_with(drafting, "p-f2")).submit()
    assert (await draft_of(drafting)).revision == before.revision + 1, "what is saved already is not saved again"


async def test_an_answer_that_means_harm_shows_help_at_once(alice):
    await fill_profile(alice)
    await start(alice, "recruitment")
    page = await find_page_with(alice, "r-b2", "recruitment")
    page = await page.submit(**{"q-r-b2": "someone-paid"})
    assert "You can get help now" in page.text and "Nobody has been told" in page.text
    assert "someone is being harmed, or that a legal duty is not met." in page.text


async def test_help_is_shown_wherever_saving_an_answer_that_means_harm_leads(alice):
    await fill_profile(alice)
    await start(alice, "recruitment")
    page = await find_page_with(alice, "r-b2", "recruitment")
    tasks = await page.submit(button="go=tasks", **{"q-r-b2": "someone-paid"})
    assert tasks.url == "/home?notice=answers-saved&help=now" and "You can get help now" in tasks.text
    assert "You can get help now" not in (await alice.get("/home")).text
    page = await find_page_with(alice, "r-b2", "recruitment")
    other = next(name for name in radio_names(page) if name != "q-r-b2")
    again = await page.submit(**{"q-r-b2": "someone-paid", other: "no-such-answer"})
    assert again.status == 422 and "You can get help now" in again.text


async def test_checking_lists_what_is_open_with_a_way_to_change_it(drafting):
    page = await drafting.get("/assessments/procurement/check")
    assert "questions are still open" in page.text
    assert "/assessments/procurement/submit" not in page.html
    await answer_all(drafting)
    page = await drafting.get("/assessments/procurement/check")
    assert "still open" not in page.text
    assert any("#q-p-a1" in link for link in page.links())


async def test_an_incomplete_assessment_is_not_submitted(drafting):
    tasks = await drafting.get("/assessments/procurement")
    page = await drafting.post(
        "/assessments/procurement/submit", {"organisation": str(drafting.organisation), "_key": "k" * 20}
    )
    assert "/check?notice=not-complete" in page.url and "nothing was submitted" in page.text
    assert tasks.status == 200


async def test_every_save_leaves_an_audit_entry_that_names_the_person(drafting):
    await answer_all(drafting)
    rows = await read(partial(sql.rows, "SELECT person, organisation FROM audit_entry WHERE action = 'answers.saved'"))
    assert [(row["person"], row["organisation"]) for row in rows] == [
        (await logged_as(drafting.id), drafting.organisation)
    ]


async def test_another_firm_sees_nothing_of_it(drafting, charlie):
    await answer_all(drafting)
    page = await charlie.get("/assessments/procurement/leadership")
    assert page.url == "/assessments/procurement" and "Before the first question" in page.text
    page = await drafting.get("/assessments/procurement/leadership")
    data = page.fields() | {radio_names(page)[0]: ["nobody"]}
    refused = await charlie.post("/assessments/procurement/leadership", data)
    assert refused.status == 409, "the form belongs to another organisation than the active one"
    assert (await draft_of(drafting)).revision == 1


async def test_a_visitor_signs_in_first_and_comes_back(visitor):
    page = await visitor.get("/assessments/procurement/leadership?page=2")
    assert page.url.startswith("/sign-in?next=%2Fassessments%2Fprocurement%2Fleadership%3Fpage%3D2")


@pytest.mark.parametrize(
    "path", ["nothing", "procurement/nothing", "procurement/leadership?page=9", "procurement/leadership?page=x"]
)
async def test_what_is_not_there_is_a_404(drafting, path):
    assert (await drafting.get(f"/assessments/{path}")).status == 404


async def test_every_question_can_be_read_without_an_account(visitor):
    page = await visitor.get("/questions")
    assert page.status == 200
    for definition in definitions.all_current():
        for question in definition.questions:
            assert " ".join(question.text.split()) in page.text
            assert all(" ".join(option.label.split()) in page.text for option in question.options)


async def test_a_question_page_is_three_round_trips_at_most_and_small(drafting):
    await answer_all(drafting)
    before = database().statements
    page = await drafting.get("/assessments/procurement/leadership")
    assert database().statements - before <= 3
    assert len(page.html.encode()) <= 15_000


async def test_saving_a_page_is_three_round_trips_at_most(drafting):
    """The session, and in the transaction reading and writing the draft; the audit entry comes with it.

    An answer that another questionnaire asks for too needs one more, to look there.
    """
    page = await drafting.get("/assessments/procurement/supply-chain")
    name = radio_names(page)[0]
    form = page.fields() | {name: [options(page, name)[0]]}
    before = database().statements
    response = await drafting.browser.http.post(
        "/assessments/procurement/supply-chain", data=form, follow_redirects=False
    )
    assert response.status_code == 303
    assert database().statements - before <= 3


async def submitted_procurement(person):
    await answer_all(person)
    return await write(partial(submitting.submit, person.scope, "procurement", MAILROOM))


def radio_names(page) -> list[str]:
    seen = dict.fromkeys(field.get("name") for field in page.document.xpath("//main//input[@type='radio']"))
    return list(seen)


def options(page, name) -> list[str]:
    """The option values of a question, without don't know and not applicable."""
    found = [field.get("value") for field in page.document.xpath(f"//main//input[@name='{name}']")]
    return [value for value in found if not value.startswith("?")]


async def find_page_with(person, question, questionnaire="procurement"):
    """The page that asks a question."""
    check = await person.get(f"/assessments/{questionnaire}/check")
    link = next(link for link in check.links() if link.endswith(f"#q-{question}"))
    return await person.get(link.partition("#")[0])


def test_an_answer_is_shared_only_where_it_is_given_in_the_same_words():
    own, *_ = definitions.current("recruitment").scored
    option = own.options[1]
    given = drafts.Given(option.value)
    assert drafts.fits(own, own, given)
    for change in ({"label": "Other words"}, {"value": "else"}):
        options = (own.options[0], msgspec.structs.replace(option, **change), *own.options[2:])
        newer = msgspec.structs.replace(own, options=options)
        assert not drafts.fits(newer, own, given), change
        assert not drafts.fits(own, newer, drafts.Given(options[1].value)), change
        assert drafts.fits(newer, own, drafts.Given(own.options[0].value))
    assert drafts.fits(own, own, drafts.Given(dont_know=True))
    with_reason, without = (msgspec.structs.replace(own, not_applicable=may) for may in (True, False))
    nothing = drafts.Given(not_applicable="We have none")
    assert drafts.fits(with_reason, with_reason, nothing) and not drafts.fits(without, with_reason, nothing)
