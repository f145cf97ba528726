"""The short form: offered to firms of up to nine people, pinned at the start, named by its result, gone on from."""

from functools import partial

import msgspec
import pytest
from tests.support import depths, kinds
from tests.support.depths import OURS, began, draft, short_report
from tests.support.firms import JOINERY, answer_all, fill_profile, sign_pledge, start, submitted

from pledge.asking import shares
from pledge.assessments import definitions, submitting
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.questionnaires.answers import Answer
from pledge.reports import standing

OWNER = msgspec.structs.replace(JOINERY, headcount_band="0")
LARGER = msgspec.structs.replace(JOINERY, headcount_band="10-49")
LEFT_OUT = "Questions about staff were left out, because you said that nobody works for you."


@pytest.fixture(autouse=True)
async def published(db):
    yield await depths.publish()
    definitions.forget()


async def test_a_firm_of_up_to_nine_is_offered_the_short_form_and_everything(alice):
    await fill_profile(alice)
    page = await alice.get(OURS)
    assert page.document.xpath("//input[@name='depth'][@checked]/@value") == ["short"]
    assert "What matters most: about 1 minute, 2 questions" in page.text
    assert "Everything: about 1 minute, 4 questions" in page.text
    page = await page.submit(f"{OURS}/start")
    assert page.url == OURS and "Short and full (short form)" in page.text
    assert (await draft(alice)).profile.depth == "short"
    assert set((await draft(alice)).shown) == {"first", "harm"}


async def test_everything_can_be_chosen_instead(alice):
    await fill_profile(alice)
    page = await began(alice, "full")
    assert "(short form)" not in page.text
    assert set((await draft(alice)).shown) == {"first", "second", "harm", "training"}


async def test_an_owner_without_staff_is_asked_nothing_about_staff(alice):
    await fill_profile(alice, OWNER)
    page = await alice.get(OURS)
    assert "What matters most: about 1 minute, 1 question" in page.text
    assert "Everything: about 1 minute, 2 questions" in page.text
    assert "on their first day" not in page.text and "agencies you use" not in page.text
    await began(alice)
    assert set((await draft(alice)).shown) == {"first"}
    assert (await alice.get(f"{OURS}/staff")).status == 404


async def test_a_larger_firm_has_no_choice(alice):
    await fill_profile(alice, LARGER)
    page = await alice.get(OURS)
    assert "on their first day" in page.text and "agencies you use" in page.text
    assert "About 1 minute, 4 questions." in page.text and not page.document.xpath("//input[@name='depth']")
    assert (await page.submit(f"{OURS}/start")).status == 200
    assert (await draft(alice)).profile.depth == "full"


async def test_a_firm_that_grew_while_its_page_was_open_is_told_and_starts_nothing(alice):
    await fill_profile(alice)
    page = await alice.get(OURS)
    await fill_profile(alice, LARGER)
    page = await page.submit(f"{OURS}/start", depth="short")
    assert page.status == 409 and "cannot be answered in that form any more" in page.text
    assert await draft(alice) is None
    assert (await (await alice.get(OURS)).submit(f"{OURS}/start")).status == 200


async def test_a_form_that_there_is_not_is_refused_plainly(alice):
    await fill_profile(alice)
    page = await (await alice.get(OURS)).submit(f"{OURS}/start", depth="deepest")
    assert page.status == 409 and "There is no such form of these questions. Nothing was started." in page.text
    assert "changed" not in page.text and await draft(alice) is None


async def test_nobody_starts_before_the_firm_has_said_what_it_is(site, alice, bob):
    page = await alice.get(OURS)
    assert "First say who you are" in page.text and "/organisation/edit" in page.links()
    assert "An owner says first who you are" in (await bob.get(OURS)).text
    for person in (alice, bob):
        page = await person.post(f"{OURS}/start", {"organisation": str(alice.organisation)})
        assert page.url == OURS
    assert await draft(alice) is None


async def test_the_form_stays_that_which_was_started_when_the_firm_grows(alice):
    await fill_profile(alice)
    await began(alice)
    await fill_profile(alice, LARGER)
    assert set((await draft(alice)).shown) == {"first", "harm"}
    assert "(short form)" in (await alice.get(OURS)).text


async def test_the_level_says_that_it_is_of_the_short_form(alice):
    report = await short_report(alice)
    page = await alice.get(f"/reports/{report}")
    (band,) = page.document.xpath("//*[@class='pledge-headline__band']")
    assert band.text_content() == "Developing"
    (below,) = page.document.xpath("//*[@class='pledge-headline__result']/following-sibling::*[1]")
    assert below.text_content() == "This is from 2 of our 4 questions: the short form."
    assert LEFT_OUT not in page.text
    sums = await alice.get(f"/reports/{report}/answers")
    assert "This is the short form, for firms of up to nine people." in sums.text
    data = (await alice.get(f"/reports/{report}.json")).response.json()
    assert (data["depth"], data["headline"]) == ("short", "developing")
    assert "Short and full (short form)" in (await alice.get("/home")).text


async def test_act_first_says_below_that_it_is_of_the_short_form(alice):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", depth="short", harm=Answer("no"))
    await depths.publish(version="10")  # how much of it was asked stays as it was
    page = await alice.get(f"/reports/{report}")
    (band,) = page.document.xpath("//*[@class='pledge-headline__band']")
    assert band.text_content() == "Act first" and "This is from 2 of our 4 questions: the short form." in page.text


@pytest.mark.parametrize("depth", ["short", "full"])
async def test_an_owner_without_staff_is_told_that_questions_about_staff_were_left_out(alice, depth):
    await fill_profile(alice, OWNER)
    report = await submitted(alice, "recruitment", depth=depth)
    page = await alice.get(f"/reports/{report}")
    assert LEFT_OUT in page.text
    assert ("This is from 1 of our 2 questions: the short form." in page.text) is (depth == "short")


async def test_nothing_is_said_of_staff_where_no_question_was_left_out(alice):
    text = depths.FIXTURE.read_text(encoding="utf-8").replace("id: depth", "id: recruitment", 1)
    text = text.replace('version: "9"', 'version: "11"')
    await kinds.publish(text.replace("    show_if: {not: {profile: headcount_band", "    # "))
    await write(definitions.refresh)
    await fill_profile(alice, OWNER)
    report = await submitted(alice, "recruitment", depth="short")
    assert LEFT_OUT not in (await alice.get(f"/reports/{report}")).text


async def test_the_full_form_says_nothing_of_a_short_one(alice):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment")
    page = await alice.get(f"/reports/{report}")
    assert "short form" not in page.text and "Go deeper" not in page.text
    assert (await alice.get(f"/reports/{report}.json")).response.json()["depth"] == "full"
    assert "(short form)" not in (await alice.get("/home")).text


async def test_a_score_is_compared_with_the_one_before_by_the_same_form(alice):
    await fill_profile(alice)
    short = await submitted(alice, "recruitment", points=2, depth="short")
    full = await submitted(alice, "recruitment", points=4)
    assert "Last time" not in (await alice.get(f"/reports/{full}")).text
    again = await submitted(alice, "recruitment", points=4, depth="short")
    assert "Your report before this one said 50%." in (await alice.get(f"/reports/{again}")).text
    assert "Last time" not in (await alice.get(f"/reports/{short}")).text


async def rises(person) -> tuple[bool, bool]:
    history = await read(partial(submitting.history, person.organisation))
    mine = [each for each in history if each.questionnaire == "recruitment"]
    definition = await read(partial(definitions.version, "recruitment", "9"))
    found = standing.assessed(mine, definition)
    before = found.previous_score
    return before is not None and found.score is not None and found.score > before, found.had_risen


async def test_progress_is_told_by_one_form_and_stays_when_a_firm_goes_deeper(alice):
    await fill_profile(alice)
    await submitted(alice, "recruitment", points=2, depth="short")
    assert await rises(alice) == (False, False)
    await submitted(alice, "recruitment", points=4, depth="short")
    assert await rises(alice) == (True, False)
    await submitted(alice, "recruitment", points=2)
    assert await rises(alice) == (False, True)
    await submitted(alice, "recruitment", points=2)
    assert await rises(alice) == (False, False)


async def test_a_promise_is_not_kept_by_a_question_that_the_short_form_leaves_out(alice):
    await fill_profile(alice)
    await submitted(alice, "recruitment", depth="short")
    (submission,) = await read(partial(submitting.history, alice.organisation))
    found = standing.assessed([submission], await read(partial(definitions.version, "recruitment", "9")))
    assert set(found.answers) == {"first", "harm"}
    await fill_profile(alice, OWNER)
    await submitted(alice, "recruitment")
    *_, submission = await read(partial(submitting.history, alice.organisation))
    found = standing.assessed([submission], await read(partial(definitions.version, "recruitment", "9")))
    assert set(found.answers) == {"first", "second", "harm", "training"}  # those about staff do not apply


async def test_both_forms_count_for_the_register(alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    await submitted(alice, "procurement")
    await submitted(alice, "recruitment", depth="short")
    await write(partial(standing.refresh, alice.organisation))
    assert await read(partial(sql.value, "SELECT status FROM signature")) in ("assessed", "improving")


async def test_a_customer_is_told_that_the_summary_is_of_the_short_form(alice):
    await short_report(alice)
    summary = await read(partial(shares.offered, alice.scope, "recruitment"))
    assert summary.title == "Short and full (short form)"
    await submitted(alice, "recruitment")
    assert (await read(partial(shares.offered, alice.scope, "recruitment"))).title == "Short and full"


async def test_the_form_is_printed_that_is_chosen_or_was_started(alice, visitor):
    await fill_profile(alice)
    page = await alice.get(f"{OURS}/paper")
    assert "Short and full (short form)" in page.text and "with 2 questions." in page.text
    page = await page.follow("print all the questions")
    assert "(short form)" not in page.text and "with 4 questions." in page.text
    assert f"{OURS}/paper.pdf?depth=full" in page.links()
    await start(alice, "recruitment", "short")
    page = await alice.get(f"{OURS}/paper?depth=full")
    assert "Short and full (short form)" in page.text and "You can also" not in page.text
    page = await visitor.get("/questions/paper")
    assert "Short and full (short form) 2 questions, about 1 minute." in page.text
    assert "Short and full 4 questions, about 1 minute." in page.text
    links = [link for link in page.links() if link.startswith("/questions/recruitment/paper?")]
    titles = [(await visitor.get(link)).document.xpath("string(//h1)") for link in links]
    assert titles == ["Short and full (short form)", "Short and full"]


async def test_what_is_started_in_a_form_is_answered_page_by_page_to_its_end(alice):
    await fill_profile(alice)
    await began(alice)
    await answer_all(alice, "recruitment")
    page = await (await alice.get(f"{OURS}/check")).submit(f"{OURS}/submit")
    assert page.url.startswith("/reports/") and "questions: the short form." in page.text
    row = await read(partial(sql.row, "SELECT depth, profile FROM assessment"))
    assert row["depth"] == "short" and msgspec.json.decode(row["profile"])["depth"] == "short"


async def test_everybody_sees_how_long_the_questions_take(visitor):
    text = (await visitor.get("/questions")).text
    assert "For a firm of up to nine people: about 1 minute, 2 questions; for everything, about 1 minute, 4" in text
    assert "For a large firm: about 1 minute, 4 questions." in text


async def test_a_member_sees_how_long_the_questions_take_their_own_firm(alice, charlie):
    await fill_profile(alice, OWNER)
    text = (await alice.get("/questions")).text
    assert "For Pendle Joinery: about 1 minute, 1 question; for everything, about 1 minute, 2 questions." in text
    assert "For a large firm" not in text
    text = (await charlie.get("/questions")).text  # whose firm has said nothing yet
    assert "Pendle Joinery" not in text and "For a large firm" in text
