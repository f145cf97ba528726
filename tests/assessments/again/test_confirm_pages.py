"""Answering again: what was said last time is confirmed or changed, a few pages for a whole questionnaire."""

from functools import partial

import msgspec
import pytest
from tests.assessments.test_answering import draft_of
from tests.support import depths
from tests.support.cast import Person, colleague
from tests.support.depths import began, short_report
from tests.support.firms import JOINERY, MAILROOM, answers_at, fill_profile, submitted

from pledge.assessments import deeper, definitions, saving, submitting
from pledge.assessments.again import confirming
from pledge.assessments.drafts import Given, decode
from pledge.assessments.seeing import Seen
from pledge.database import sql
from pledge.database.unit import database, read, write
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.effort import in_depth
from pledge.questionnaires.installed import ASSESSMENTS

EVERYTHING = {
    "labour": ("agency", "seasonal", "sponsored", "minimum_wage", "tied_housing"),
    "outside_work": ("crews_on_site", "subcontracting"), "risk_sectors": ("agriculture", "lettings"),
    "turnover_36m": True, "goods_abroad": True,
}  # fmt: skip
# the longest of small firms: tests/content/test_lengths.py
LONGEST = {
    "10 to 49 people": (msgspec.structs.replace(JOINERY, headcount_band="10-49", **EVERYTHING), "full", 50),
    "1 to 9, short form": (msgspec.structs.replace(JOINERY, headcount_band="1-9", **EVERYTHING), "short", 20),
    "1 to 9, all questions": (msgspec.structs.replace(JOINERY, headcount_band="1-9", **EVERYTHING), "full", 50),
}
OURS = "/assessments/procurement"


async def newest(person: Person, questionnaire: str = "procurement"):
    return await read(partial(submitting.newest, person.scope, questionnaire))


def asked_afresh(page) -> dict[str, str]:
    """What a page asks afresh, answered as last time is not known: with the last option."""
    fields = page.fields()
    return {
        box.get("name"): box.get("value")
        for box in page.document.xpath("//input[@type='radio']")
        if not fields.get(box.get("name")) and not box.get("value").startswith("?")
    }


def on(page, names) -> list[str]:
    """Those of the questions that are on a page."""
    return sorted(name for name in names if f'id="said-{name}"' in page.html)


async def every_page(person: Person, questionnaire: str = "procurement") -> list:
    draft = await draft_of(person, questionnaire)
    return [await person.get(confirming.address(draft, group)) for group in confirming.groups(draft)]


async def confirm_all(person: Person, questionnaire: str, **depth: str) -> tuple[object, int]:
    """Answer a questionnaire again by its pages, changing nothing; return the report's page and how many submits."""
    home = f"/assessments/{questionnaire}"
    page, submits = await (await person.get(home)).submit(f"{home}/start", **depth), 1
    while "/again/" in page.url:
        page, submits = await page.submit(**asked_afresh(page)), submits + 1
    assert page.url == f"{home}/check", page.text
    page, submits = await page.submit(f"{home}/submit"), submits + 1
    assert page.url.startswith("/reports/"), page.text
    return page, submits


@pytest.mark.parametrize("name", LONGEST)
async def test_when_nothing_changed_a_small_firm_is_through_in_twelve_submits(alice, name):
    profile, depth, questions = LONGEST[name]
    await fill_profile(alice, profile)
    asked = 0
    for questionnaire in ASSESSMENTS:
        await submitted(alice, questionnaire, depth=depth)
        asked += len((await newest(alice, questionnaire)).answers)
    assert asked == questions
    submits = 0
    for questionnaire in ASSESSMENTS:
        before = await newest(alice, questionnaire)
        _, needed = await confirm_all(alice, questionnaire)
        submits += needed
        after = await newest(alice, questionnaire)
        assert after.id != before.id and after.profile.depth == depth, "the form of last time is the one that is chosen"
        assert set(after.answers) == set(before.answers)
    assert submits <= 12


# of both questionnaires, each rounded up: every word read as if for the first time (pledge.questionnaires.effort)
MINUTES = {"10 to 49 people": 9, "1 to 9, short form": 5, "1 to 9, all questions": 9, "14 people": 6}


@pytest.mark.parametrize("name", MINUTES)
def test_when_nothing_changed_it_takes_minutes(name):
    plain = msgspec.structs.replace(JOINERY, headcount_band="10-49", outside_work=())
    profile, depth, _ = LONGEST.get(name, (plain, "full", 0))
    found = 0
    for questionnaire in ASSESSMENTS:
        definition = definitions.current(questionnaire)
        said = answers_at(definition, 3).items()
        given = {each: Given.of(answer, 0) for each, answer in said if not definition.asked_afresh(each)}
        found += confirming.minutes(definition, in_depth(profile, depth), given)
    assert found == MINUTES[name]


@pytest.fixture
async def firm(alice, bob) -> Person:
    """Alice, with a report on buying of all questions, of a firm of up to nine; Bob is her contributor."""
    await fill_profile(alice)
    await submitted(alice)
    await (await alice.get(OURS)).submit(f"{OURS}/start")
    return alice


async def test_it_begins_with_every_answer_of_the_report_to_be_confirmed_but_for_what_is_asked_afresh(firm):
    last, draft = await newest(firm), await draft_of(firm)
    afresh = {name for name in last.answers if draft.definition.asked_afresh(name)}
    assert afresh and draft.waiting == set(last.answers) - afresh
    assert {name: given.answer for name, given in draft.given.items()} == {
        name: given.answer for name, given in last.answers.items() if name not in afresh
    }
    page = await firm.get(f"{OURS}/again")
    assert page.url == f"{OURS}/again/leadership"
    assert page.text.count("Change the answer to:") == len(on(page, draft.waiting))
    name = sorted(afresh)[0]
    group = next(group for group in confirming.groups(draft) if name in group.questions)
    page = await firm.get(confirming.address(draft, group))
    question = draft.definition.question(name)
    said = next(option.label for option in question.options if option.value == last.answers[name].value)
    assert f"Last time you said: {said}" in page.text
    assert not page.fields().get(f"q-{name}"), "it is blank"


async def test_one_answer_is_changed_and_the_rest_confirmed_in_one_submit(firm):
    page = await firm.get(f"{OURS}/again")
    before = await draft_of(firm)
    on_page = on(page, before.waiting)
    changed = on_page[0]
    await page.submit(**{f"q-{changed}": "?dont-know"})
    after = await draft_of(firm)
    assert after.given[changed].answer == Answer(dont_know=True)
    assert after.waiting == before.waiting - set(on_page)
    same = [name for name in on_page if name != changed]
    assert all(after.given[name].answer == before.given[name].answer for name in same) and len(same) > 3


async def test_nothing_is_submitted_before_every_answer_is_confirmed(firm):
    draft = await draft_of(firm)
    afresh = [name for name, answer in draft.shown.items() if answer is None]
    await saving.save_page(firm.scope, draft.definition, 0, {name: Answer(dont_know=True) for name in afresh}, {})
    page = await firm.get(f"{OURS}/check")
    assert (
        f"{len(draft.waiting)} answers are from last time. Nobody has said yet whether they are still so" in page.text
    )
    assert "Now submit" not in page.text and page.text.count("Still so?") == len(draft.waiting)
    assert f"{OURS}/again/leadership#said-{next(iter(draft.shown))}" in page.links()
    with pytest.raises(submitting.Incomplete):
        await write(partial(submitting.submit, firm.scope, "procurement", MAILROOM))
    seen = Seen.of(await draft_of(firm))
    sent = {
        "organisation": str(firm.organisation), "draft": str(seen.draft), "revision": str(seen.revision),
        "profile": seen.profile, "shown": " ".join(sorted(seen.shown)),
    }  # fmt: skip
    page = await firm.post(f"{OURS}/submit", sent)
    assert page.url == f"{OURS}/check?notice=not-complete"
    assert "you have not said whether an answer is still so" in page.text


async def test_answers_are_confirmed_one_by_one_too(firm):
    draft = await draft_of(firm)
    page = await firm.get(f"{OURS}/leadership")
    assert "This is your answer of last time. Change it if it is not so any more." in page.text
    on_page = [name for name in draft.waiting if f"q-{name}" in page.fields()]
    await page.submit()
    assert on_page and (await draft_of(firm)).waiting == draft.waiting - set(on_page)
    again = await firm.get(f"{OURS}/leadership")
    assert "This is your answer of last time" not in again.text


async def test_turning_to_another_language_confirms_nothing(firm):
    draft = await draft_of(firm)
    given = {name: draft.given[name].answer for name in draft.waiting}
    saved = await saving.save_page(firm.scope, draft.definition, 0, given, {}, confirm=False)
    assert saved is not None and saved.draft.waiting == draft.waiting


async def test_what_is_asked_since_stands_out_and_what_is_not_asked_any_more_is_left_out(alice):
    was = msgspec.structs.replace(JOINERY, headcount_band="10-49", outside_work=("subcontracting",))
    await fill_profile(alice, was)
    await submitted(alice, "recruitment")
    await submitted(alice, "procurement")
    await fill_profile(alice, msgspec.structs.replace(was, labour=("agency",), outside_work=()))
    await (await alice.get("/assessments/recruitment")).submit("/assessments/recruitment/start")
    last, draft = await newest(alice, "recruitment"), await draft_of(alice, "recruitment")
    new = set(draft.shown) - set(last.answers)
    assert new == {"r-c2", "r-c4"}
    assert sum(page.text.count("New for you") for page in await every_page(alice, "recruitment")) == 2
    await (await alice.get(OURS)).submit(f"{OURS}/start")
    last, draft = await newest(alice), await draft_of(alice)
    gone = set(last.answers) - set(draft.shown)
    assert gone and not gone & draft.waiting
    assert not any(on(page, gone) for page in await every_page(alice))


async def test_a_follow_up_that_a_change_shows_is_asked_on_the_same_page(alice):
    await depths.publish()
    await short_report(alice)
    await began(alice)
    draft = await draft_of(alice, "recruitment")
    group = confirming.groups(draft)[0]
    assert group.questions == ("first", "harm") and confirming.find(draft, "staff") == group
    page = await alice.get("/assessments/recruitment/again")
    await write(partial(deeper.widen, alice.scope, draft.id))
    page = await page.submit()
    assert page.url == "/assessments/recruitment/again/buying" and page.text.count("New for you") == 2
    assert (await draft_of(alice, "recruitment")).waiting == frozenset()


# — two colleagues —


async def test_two_who_confirm_the_same_page_at_once_do_no_harm(firm, bob):
    first, second = await firm.get(f"{OURS}/again"), await bob.get(f"{OURS}/again")
    one = await first.submit()
    two = await second.submit()
    assert one.url == two.url and two.status == 200
    waiting = (await draft_of(firm)).waiting
    assert waiting and not on(first, waiting)


async def test_what_a_colleague_confirmed_is_not_changed_unseen(firm, bob):
    first, second = await firm.get(f"{OURS}/again"), await bob.get(f"{OURS}/again")
    name = on(first, (await draft_of(firm)).waiting)[0]
    kept = (await draft_of(firm)).given[name].answer
    await first.submit()
    page = await second.submit(**{f"q-{name}": "?dont-know"})
    assert page.status == 409 and "Alice answered this while your page was open. Choose the right answer." in page.text
    assert (await draft_of(firm)).given[name].answer == kept
    page = await page.submit(**{f"q-{name}": "?dont-know"})
    assert (await draft_of(firm)).given[name].answer == Answer(dont_know=True)


async def test_what_a_colleague_changed_is_not_confirmed_as_it_was(firm, bob):
    first, second = await firm.get(f"{OURS}/again"), await bob.get(f"{OURS}/again")
    name = on(first, (await draft_of(firm)).waiting)[0]
    await first.submit(**{f"q-{name}": "?dont-know"})
    page = await second.submit()
    assert page.status == 409 and "Alice answered this while your page was open. Choose the right answer." in page.text
    assert (await draft_of(firm)).given[name].answer == Answer(dont_know=True)


# — who may —


async def test_a_viewer_reads_that_answers_wait_and_cannot_confirm_them(site, firm):
    vera = await colleague(site, "Vera", firm, "viewer")
    assert (await vera.get(f"{OURS}/again/leadership")).status == 403
    page = await vera.get(OURS)
    assert "An owner or contributor says whether they are still so." in page.text and "/again" not in page.html
    page = await vera.get(f"{OURS}/check")
    assert "Nobody has said yet" in page.text and "/again" not in page.html


async def test_another_firm_meets_its_own_questions_only(firm, charlie):
    await fill_profile(charlie, name="Ribble Catering")
    assert (await charlie.get(f"{OURS}/again/leadership")).url == OURS
    assert (await firm.get(f"{OURS}/again/nothing")).status == 404
    draft = await draft_of(firm)
    sent = {
        "organisation": str(charlie.organisation), "draft": str(draft.id), "revision": "0",
        "version": draft.definition.version, f"q-{next(iter(draft.waiting))}": "?dont-know",
    }  # fmt: skip
    page = await charlie.post(f"{OURS}/again/leadership", sent)
    assert page.status == 409 and (await draft_of(firm)) == draft


async def test_a_confirm_page_is_three_round_trips(firm):
    before = database().statements
    await firm.get(f"{OURS}/again/leadership")
    assert database().statements - before <= 3


def test_answers_that_were_stored_before_this_are_read():
    assert decode('{"a":{"value":"x","revision":3},"b":{"dont_know":true,"source":"s"}}') == {
        "a": Given(value="x", revision=3), "b": Given(dont_know=True, source="s"),
    }  # fmt: skip
    assert b"still" not in msgspec.json.encode(Given(value="x"))


async def test_the_page_that_checks_tells_who_confirmed_meanwhile(firm, bob):
    draft = await draft_of(firm)
    await saving.save_page(
        firm.scope, draft.definition, 0, {name: Answer(dont_know=True) for name in draft.shown}, {}
    )  # fmt: skip
    page = await firm.get(f"{OURS}/check")
    assert "Now submit" in page.text
    name = sorted(draft.waiting)[0]
    before = await draft_of(firm)
    still = dict(before.given) | {name: msgspec.structs.replace(before.given[name], still=True)}
    await write(partial(sql.rows, "UPDATE assessment SET answers = {}, change = '[]', revision = revision + 1 "
                        "WHERE id = {}", msgspec.json.encode(still).decode(), draft.id))  # fmt: skip
    for part in draft.definition.sections:
        other = await bob.get(f"{OURS}/{part.id}")
        if f"q-{name}" in other.fields():
            await other.submit()
    page = await page.submit(f"{OURS}/submit")
    assert page.status == 409 and "Said to be still so since your page was opened, by Bob" in page.text


async def test_confirming_an_answer_that_can_mean_harm_shows_whom_to_call(alice):
    await depths.publish()
    await fill_profile(alice)
    await submitted(alice, "recruitment", points=0, depth="short")
    await began(alice)
    page = await (await alice.get("/assessments/recruitment/again")).submit()
    assert page.url == "/assessments/recruitment/check?help=now" and "If someone is in danger" in page.text
    help_page = await alice.get("/assessments/recruitment/again/buying/help")
    assert "If someone is in danger" in help_page.text
    assert "If someone is in danger" not in (await alice.get("/assessments/recruitment/again/buying")).text
