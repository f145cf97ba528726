"""Answers to the quick check go into an account: through the e-mail of a registration, or at a press of a member."""

import asyncio
import json
from datetime import timedelta
from functools import partial

import msgspec
import pytest
from tests.accounts.test_register import DETAILS
from tests.quick_check.test_visiting import answered
from tests.security import world as county
from tests.security.addresses import QUICK_CHECK
from tests.support.cast import colleague
from tests.support.firms import JOINERY, fill_profile, start, submitted

from pledge.assessments import definitions, drafts, saving
from pledge.assessments.quick import quick_answers
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.questionnaires.answers import Answer

# question of the questionnaires → what these answers make of it: those with other words for a small firm stay out
RECRUITMENT = {"r-b2": "ask-starters", "r-b3": "everyone", "r-d2": "all-costs", "r-d3": "on-change",
               "r-d4": "copy-and-return", "r-d7": "in-terms", "r-f1": "second-route"}  # fmt: skip


async def kept() -> list:
    return await read(partial(sql.rows, "SELECT organisation, answers FROM quick_check"))


async def registered(site, browser, **changes):
    page = await answered(browser, **changes)
    page = await page.submit("/quick-check/register")
    assert "Your answers to the quick check come along" in page.text
    page = await page.submit("/register", **DETAILS)
    assert page.url == "/register/check-your-email"
    (mail,) = await site.mails()
    return mail


async def given(person, questionnaire: str) -> dict:
    draft = await read(partial(drafts.load, person.scope, questionnaire))
    return draft.given


async def test_a_visitor_registers_and_finds_the_answers_in_both_questionnaires(site, visitor, db):
    mail = await registered(site, visitor, **{"q-fees": "someone-paid"})
    assert "someone-paid" not in mail.body and await kept() == []
    elsewhere = site.browser()  # another browser opens the link
    page = await elsewhere.get(mail.link)
    assert "Your answers to the quick check come along" in page.text and "for 90 days" in page.text
    page = await page.submit()
    assert page.url == "/organisation/edit"
    ((organisation, answers),) = [row.values() for row in await kept()]
    assert json.loads(answers)["fees"]["value"] == "someone-paid"
    page = await page.submit(
        "/organisation/edit", postcode="BB9 7LJ", kind="business", sector="F", headcount_band="10-49",
        turnover_36m="no", goods_abroad="no",
    )  # fmt: skip
    assert page.url.startswith("/organisation?notice=profile-saved"), page.errors
    page = await (await elsewhere.get("/assessments/recruitment")).submit("/assessments/recruitment/start")
    assert page.url == "/assessments/recruitment"
    row = await read(partial(sql.row, "SELECT answers FROM assessment WHERE organisation = {}", organisation))
    found = drafts.decode(row["answers"])
    assert {name: answer.value for name, answer in found.items() if answer.value} == {
        **RECRUITMENT, "r-b2": "someone-paid",
    }  # fmt: skip
    assert found["r-f4"].dont_know and {answer.source for answer in found.values()} == {"quick-check"}
    page = await (await elsewhere.get("/assessments/procurement")).submit("/assessments/procurement/start")
    row = await read(partial(
        sql.row, "SELECT answers FROM assessment WHERE organisation = {} AND questionnaire = 'procurement'",
        organisation))  # fmt: skip
    found = drafts.decode(row["answers"])
    assert found["p-b2"].not_applicable == "We sell our time" and found["p-b4"].value == "consent"


async def test_before_the_link_is_opened_nobody_can_read_them_in_the_database(site, visitor, db):
    await registered(site, visitor, **{"why-origin": "We only sell canaries"})
    await write(partial(sql.rows, "UPDATE outbox SET body = '', state = 'sent'"))  # as delivery does
    stored = repr({name: rows for name, rows in (await county.snapshot()).items() if "questionnaire" not in name})
    assert "pendle joinery" in stored.lower() and "canaries" not in stored and "on-change" not in stored
    (link,) = await read(partial(sql.rows, "SELECT payload FROM link"))
    assert len(json.loads(link["payload"])["sealed"]) > 200


async def test_somebody_who_has_an_account_keeps_it_as_it_is(site, visitor, alice):
    page = await (await answered(visitor)).submit("/quick-check/register")
    await page.submit("/register", **{**DETAILS, "email": "alice@example.org"})
    await site.mails()
    assert await kept() == []


@pytest.mark.parametrize("carried", ["[]", "{", "null", '{"fees": 3}', '{"no-such": {"value": "x"}}', "\x00", "é" * 99])
async def test_a_forged_text_brings_nothing_and_stops_nobody(site, visitor, carried):
    page = await visitor.get("/register")
    fields = page.fields("/register") | {name: [value] for name, value in DETAILS.items()}
    page = await visitor.post("/register", fields | {"carried": [carried]})
    assert page.url == "/register/check-your-email"
    page = await (await visitor.get((await site.mails())[0].link)).submit()
    assert page.url == "/organisation/edit" and await kept() == []


async def test_what_is_too_long_is_refused_and_the_rest_kept(visitor):
    page = await visitor.post("/register", {**DETAILS, "carried": "x" * 16_001})
    assert page.status == 422 and page.errors == [
        "Your answers are too long to take along. Make them shorter, then try again."
    ]
    assert page.fields("/register")["name"] == ["Alice Example"]


async def test_a_problem_with_the_registration_keeps_the_answers_in_the_page_alone(visitor, db):
    page = await (await answered(visitor)).submit("/quick-check/register")
    page = await page.submit("/register", **{**DETAILS, "email": "nonsense"})
    assert page.status == 422 and page.url == "/register" and "second-route" in page.fields("/register")["carried"][0]
    assert await read(partial(sql.value, "SELECT count(*) FROM kept_page")) == 0


# — members —


async def use(person, **changes):
    page = await answered(person, **changes)
    return await page.submit("/quick-check/use")


async def test_an_owner_takes_it_without_effect_unless_they_say_so(alice):
    await fill_profile(alice)
    await start(alice)
    page = await answered(alice)
    assert "Use these answers for Pendle Joinery" in page.html
    assert await kept() == [] and await given(alice, "procurement") == {}


async def test_open_questionnaires_are_filled_in_and_no_answer_that_was_given_is_changed(alice):
    await fill_profile(alice)
    await start(alice)
    before = {"p-b4": Answer(value="free-to")}
    definition = definitions.current("procurement")
    await saving.save_page(alice.scope, definition, 0, before, {})
    page = await use(alice)
    assert page.url == "/home?notice=quick-check-kept" and "where it had not answered yet" in page.text
    found = await given(alice, "procurement")
    assert found["p-b4"].value == "free-to" and found["p-b4"].source == ""
    assert found["p-b2"].not_applicable == "We sell our time" and found["p-b2"].source == "quick-check"
    assert found["p-f2"].dont_know and found["p-f2"].revision == 2


async def test_sent_twice_it_is_done_once(alice):
    await fill_profile(alice)
    await start(alice)
    page = await answered(alice)
    fields = page.fields("/quick-check/use")
    first, second = await asyncio.gather(*(alice.post("/quick-check/use", fields) for _ in range(2)))
    assert first.url == second.url == "/home?notice=quick-check-kept"
    entries = await read(partial(sql.value, "SELECT count(*) FROM audit_entry WHERE action = 'quick-check.kept'"))
    assert entries == 1 and (await given(alice, "procurement"))["p-b4"].revision == 1


async def test_two_colleagues_at_once(site, alice, bob):
    await fill_profile(alice)
    await start(alice)
    pages = [await answered(alice), await answered(bob, **{"q-passing-on": "free-to"})]
    done = await asyncio.gather(*(page.submit("/quick-check/use") for page in pages))
    assert {page.url for page in done} == {"/home?notice=quick-check-kept"}
    assert (await given(alice, "procurement"))["p-b4"].value in ("consent", "free-to")
    assert len(await kept()) == 1


async def test_what_another_questionnaire_says_comes_before_the_quick_check(alice):
    await fill_profile(alice)
    await use(alice)
    await submitted(alice, "recruitment", 3)
    await start(alice)
    found = await given(alice, "procurement")
    assert found["p-f2"].source == "recruitment" and found["p-b4"].source == "quick-check"


async def test_it_is_only_for_those_who_may_answer(site, alice, charlie, stella, visitor):
    await fill_profile(alice)
    fields = {**QUICK_CHECK, "organisation": str(alice.organisation)}
    viewer = await colleague(site, "Vera", alice, "viewer")
    page = await answered(viewer)
    assert "Use these answers" not in page.html and "An owner or contributor at Pendle Joinery" in page.text
    for person, status in ((viewer, 403), (charlie, 409), (visitor, 403)):
        assert (await person.post("/quick-check/use", fields)).status == status
    assert (await stella.post("/quick-check/use", fields)).url == "/partnership?notice=for-firms"
    assert await kept() == []
    page = await answered(stella)
    assert "Use these answers" not in page.html


async def test_what_is_not_complete_is_asked_for(alice):
    page = await alice.post("/quick-check/use", {**QUICK_CHECK, "q-plan": "", "organisation": str(alice.organisation)})
    assert page.status == 422 and "Page 3 of 3" in page.text and await kept() == []


async def test_after_ninety_days_they_are_gone(alice):
    await fill_profile(alice)
    await use(alice)
    almost = clock.now() - timedelta(days=90) + timedelta(minutes=5)
    await write(partial(sql.rows, "UPDATE quick_check SET kept = {}", almost))
    assert await write(quick_answers.prune) == {"quick_check": 0}
    await write(partial(sql.rows, "UPDATE quick_check SET kept = {}", almost - timedelta(minutes=10)))
    await start(alice)
    assert await given(alice, "procurement") == {}, "not even before they are deleted"
    assert await write(quick_answers.prune) == {"quick_check": 1}


async def test_the_start_page_counts_for_each_form(alice):
    await fill_profile(alice)
    await use(alice)
    page = await alice.get("/assessments/procurement")
    assert "You answered up to 2 of these questions in the quick check." in page.text
    assert "The form “What matters most” has none of them." in page.text
    await fill_profile(alice, msgspec.structs.replace(JOINERY, headcount_band="10-49"))
    page = await alice.get("/assessments/procurement")
    assert "up to 2 of these" in page.text and "What matters most" not in page.text, "there is one form"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "office"),
        ({"kind": "charity"}, None),  # it reads of whoever is in charge
        ({"headcount_band": "250+"}, None),
    ],
)
async def test_what_reads_the_same_for_this_firm_is_carried(alice, changes, said):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, **changes))
    await use(alice, **{"q-speaking-up": "office"})
    await start(alice, "recruitment")
    found = await given(alice, "recruitment")
    assert (found["r-f1"].value if "r-f1" in found else None) == said


async def test_an_open_draft_is_filled_in_the_words_of_its_firm(alice):
    await fill_profile(alice)
    await start(alice, "recruitment")
    await use(alice, **{"q-speaking-up": "own-boss"})
    assert (await given(alice, "recruitment"))["r-f1"].value == "own-boss"
