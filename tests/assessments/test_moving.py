"""Moving a draft to a newer version: only when its firm chooses so, with every answer accounted for beforehand."""

import asyncio
import json
from functools import partial

import msgspec
import pytest
from tests.assessments.test_answering import draft_of, radio_names
from tests.assessments.test_assigning import ask
from tests.support.cast import Person, colleague
from tests.support.firms import JOINERY, MAILROOM, answer_all, fill_profile, start, submitted
from tests.support.log import logged_as
from tests.support.publishing import as_version, publish_all

from pledge.assessments import answer_notes, drafts, saving, submitting
from pledge.assessments.colleagues import assignments
from pledge.assessments.seeing import Seen
from pledge.assessments.versions import moving
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.questionnaires.answers import Answer
from pledge.refusals import Refusal

TASKS = "/assessments/procurement"
NEWER = f"{TASKS}/newer"
OFFER = "There is a newer version of these questions"


@pytest.fixture
async def firm(alice, bob, newer) -> Person:
    """Alice has answered all of a version after which another was published; Bob is her contributor."""
    await fill_profile(alice)
    await start(alice)
    await answer_all(alice)
    newer.install()
    await publish_all()
    return alice


def groups(page) -> dict[str, list[str]]:
    """The questions of the preview under each heading."""
    found: dict[str, list[str]] = {}
    for heading in page.document.xpath("//main//h2"):
        words = heading.text_content().strip()
        rest = heading.xpath("following-sibling::*[preceding-sibling::h2[1] = $own]", own=heading)
        own = [each for each in rest if each.xpath("preceding-sibling::h2[1]")[0] is heading]
        found[words] = [
            " ".join(each.text_content().split())
            for part in own for each in part.xpath(".//dt | self::ul/li")
        ]  # fmt: skip
    return found


async def test_who_asks_for_the_version_that_they_have_is_told_that_there_is_nothing_to_move(firm, newer):
    before = await draft_of(firm)
    page = await (await firm.get(NEWER)).submit(NEWER, to=newer.now)
    assert page.status == 409 and "So there is nothing to move." in page.text
    assert await draft_of(firm) == before


# — before anything moves —


async def test_the_task_list_offers_it_and_the_preview_names_every_answer_once(firm, newer):
    page = await firm.get(TASKS)
    assert OFFER in page.text and "You can finish the version that you began" in page.text
    page = await page.follow("see what would become of your answers")
    assert page.url == NEWER
    found = groups(page)
    assert found["2 answers to give again"] == [newer.text[newer.recounted], newer.text[newer.narrowed]]
    assert found["1 answer to read again"] == ["Has anybody at all thought of it, for this newer version?"]
    assert found["1 answer to questions that are not asked any more"] == [newer.text[newer.gone]]
    assert found["1 new question"] == ["Is this asked since the newer version?"]
    draft = await draft_of(firm)
    (kept,) = (words for words in found if words.endswith("answers stay as they are"))
    assert kept == f"{len(draft.shown) - 4} answers stay as they are" and newer.text[newer.same] in found[kept]
    assert "because the answer that you chose counts differently now" in page.text
    assert "because the answer that you chose is not offered any more" in page.text
    assert f"The question was: “{newer.text[newer.reworded]}”" in page.text
    assert draft == await draft_of(firm) and draft.definition.version == newer.now


async def test_keeping_the_old_one_is_offered_first_and_as_large_and_can_be_finished(firm, newer):
    page = await firm.get(NEWER)
    group = page.document.xpath("//main//form//div[@class='govuk-button-group']")[0]
    assert [" ".join(each.text_content().split()) for each in group] == [
        "Keep the version that I began", "Move to the newer version",
    ]  # fmt: skip
    assert {each.get("class").split()[0] for each in group} == {"govuk-button"}
    page = await page.follow("Keep the version that I began")
    report = await (await firm.get(f"{TASKS}/check")).submit(f"{TASKS}/submit")
    assert report.url.startswith("/reports/") and f"Version {newer.now} of the questions" in report.text


async def test_without_a_newer_version_nothing_is_offered(alice, newer):
    await fill_profile(alice)
    await start(alice)
    newer.install()
    assert OFFER not in (await alice.get(TASKS)).text  # it waits
    assert (await alice.get(NEWER)).url == TASKS
    assert (await alice.get("/assessments/recruitment/newer")).url == "/assessments/recruitment"
    assert (await alice.get("/assessments/nothing/newer")).status == 404
    await publish_all()
    assert OFFER in (await alice.get(TASKS)).text


async def test_a_version_that_means_the_same_leaves_every_answer_as_it_is(alice, newer):
    await fill_profile(alice)
    await start(alice)
    newer.put(as_version(newer.path.read_text("utf-8"), "2099.1"))
    await publish_all()
    page = await alice.get(NEWER)
    assert list(groups(page)) == ["Which do you want?"]  # nothing was answered yet
    await answer_all(alice)
    answered = len((await draft_of(alice)).shown)
    page = await alice.get(NEWER)
    assert list(groups(page)) == [f"{answered} answers stay as they are", "Which do you want?"]
    assert (await page.submit(NEWER)).url == f"{TASKS}?notice=moved"
    assert len((await draft_of(alice)).given) == answered


# — moving —


async def test_what_moves_and_what_is_marked(firm, newer):
    before = await draft_of(firm)
    page = await (await firm.get(NEWER)).submit(NEWER)
    assert page.url == f"{TASKS}?notice=moved" and OFFER not in page.text
    assert "1 answer was given to other words than are asked now" in page.text
    draft = await draft_of(firm)
    assert draft.id == before.id and draft.definition.version == "2099.1" and draft.revision == before.revision + 1
    left = {newer.recounted, newer.narrowed, newer.gone}
    assert draft.given.keys() == before.given.keys() - left
    for name, given in draft.given.items():
        assert given.answer == before.given[name].answer
        assert given.since == (newer.now if name == newer.reworded else "")
    check = await firm.get(f"{TASKS}/check")
    assert check.text.count("Its words changed: read it again") == 1
    assert "3 questions are still open" in check.text


async def test_the_mark_goes_once_the_page_is_saved_and_the_answer_stays(firm, newer):
    await (await firm.get(NEWER)).submit(NEWER)
    draft = await draft_of(firm)
    (page,) = (page for page in draft.pages if newer.reworded in page.questions)
    shown = await firm.get(f"{TASKS}/{page.section}?page={page.number}")
    assert "You answered this when it had other words. Read it again" in shown.text
    await shown.submit()
    after = await draft_of(firm)
    assert after.given[newer.reworded].since == ""
    assert after.given[newer.reworded].answer == draft.given[newer.reworded].answer
    assert "Its words changed" not in (await firm.get(f"{TASKS}/check")).text


async def test_a_moved_draft_is_submitted_in_its_newer_version(firm, newer):
    await (await firm.get(NEWER)).submit(NEWER)
    await answer_all(firm, points=2)
    report = await write(partial(submitting.submit, firm.scope, "procurement", MAILROOM))
    assert "Version 2099.1 of the questions" in (await firm.get(f"/reports/{report}")).text


async def test_the_history_and_the_log_say_who_moved_it_and_what_went(firm, newer):
    await (await firm.get(NEWER)).submit(NEWER)
    draft = await draft_of(firm)
    row = await read(partial(sql.row, "SELECT * FROM answer_change WHERE revision = {}", draft.revision))
    changes = json.loads(row["change"])
    assert {each["question"] for each in changes} == {newer.recounted, newer.narrowed, newer.gone}
    assert all(each["before"]["value"] and "after" not in each for each in changes) and row["person"] == firm.id
    entry = await read(partial(sql.row, "SELECT * FROM audit_entry WHERE action = 'assessment.moved'"))
    assert json.loads(entry["details"]) == {
        "before": newer.now, "questionnaire": "procurement", "version": "2099.1",
    }  # fmt: skip
    assert entry["subject"] == str(draft.id) and entry["person"] == await logged_as(firm.id)


async def test_notes_move_with_their_questions_and_those_without_a_place_are_shown_first(firm, newer):
    draft = await draft_of(firm)
    notes = {newer.same: "Ask Jo", newer.recounted: "In the blue file", newer.gone: "Zyxwyn knows"}
    await saving.save_page(firm.scope, draft.definition, draft.revision, {}, notes)
    page = await firm.get(NEWER)
    assert "1 note that cannot move" in page.text and "Zyxwyn knows" in page.text and "Ask Jo" not in page.text
    await page.submit(NEWER)
    _, kept = await read(partial(answer_notes.load_draft, firm.scope, "procurement"))
    assert kept == {newer.same: "Ask Jo", newer.recounted: "In the blue file"}


async def test_colleagues_stay_asked_for_what_is_still_asked_and_are_told_of_the_rest(site, firm, newer):
    for part in (newer.same, newer.gone):
        await ask(firm, part=part, path=f"{TASKS}/ask/{newer.section[part]}")
    await ask(firm, part="all", path=f"{TASKS}/ask/{newer.section[newer.gone]}")
    before = len(await site.mails())
    page = await firm.get(NEWER)
    assert groups(page)["Colleagues who are asked for something that goes"] == [f"Bob: {newer.text[newer.gone]}"]
    await page.submit(NEWER)
    draft = await draft_of(firm)
    asked = await read(partial(assignments.everything, firm.scope, draft))
    assert {each.part for each in asked} == {
        (newer.section[newer.same], newer.same), (newer.section[newer.gone], ""),
    }  # fmt: skip
    (told,) = (await site.mails())[before:]
    assert told.recipient == "bob@example.org" and newer.text[newer.gone] in told.body


async def test_a_question_that_moved_to_another_part_takes_its_colleague_along(firm, newer):
    await ask(firm, part=newer.same, path=f"{TASKS}/ask/{newer.section[newer.same]}")
    document = json.loads(newer.path.read_text("utf-8")) | {"version": "2099.2"}
    sections = document["sections"]
    (asked,) = (each for section in sections for each in section["questions"] if each["id"] == newer.same)
    for section in sections:
        section["questions"] = [each for each in section["questions"] if each is not asked]
    sections[-1]["questions"].append(asked)
    newer.put(json.dumps(document))
    await publish_all()
    await (await firm.get(NEWER)).submit(NEWER)
    found = await read(partial(assignments.everything, firm.scope, await draft_of(firm)))
    assert [each.part for each in found] == [(sections[-1]["id"], newer.same)]


async def test_a_report_stays_as_it_was(alice, newer):
    await fill_profile(alice)
    report = await submitted(alice)
    before = (await alice.get(f"/reports/{report}.json")).response.json()
    await start(alice)
    await answer_all(alice)
    newer.install()
    await publish_all()
    await (await alice.get(NEWER)).submit(NEWER)
    assert (await alice.get(f"/reports/{report}.json")).response.json() == before


# — who —


async def test_a_contributor_who_may_submit_may_move_and_a_viewer_may_only_read(site, firm, bob, newer):
    vera = await colleague(site, "Vera", firm, "viewer")
    page = await vera.get(TASKS)
    assert OFFER in page.text and "An owner or contributor can move your answers" in page.text
    assert (await vera.get(NEWER)).status == 403
    fields = (await bob.get(NEWER)).fields(NEWER)
    assert (await vera.post(NEWER, fields)).status == 403
    assert (await draft_of(firm)).definition.version == newer.now
    assert (await (await bob.get(NEWER)).submit(NEWER)).url == f"{TASKS}?notice=moved"
    assert (await draft_of(firm)).definition.version == "2099.1"


async def test_another_firm_cannot_move_it(firm, charlie, newer):
    await fill_profile(charlie, name="Ribble Catering")
    fields = (await firm.get(NEWER)).fields(NEWER)
    assert (await charlie.get(NEWER)).url == TASKS
    await charlie.post(NEWER, fields | {"organisation": str(charlie.organisation)})
    assert (await draft_of(firm)).definition.version == newer.now


# — meanwhile —


async def test_sent_twice_or_by_two_at_once_it_moves_once(firm, bob, newer):
    pages = [await firm.get(NEWER), await bob.get(NEWER)]
    before = await draft_of(firm)
    done = await asyncio.gather(*(page.submit(NEWER) for page in (*pages, pages[0])))
    assert {page.url for page in done} == {f"{TASKS}?notice=moved"}
    assert (await draft_of(firm)).revision == before.revision + 1
    assert await read(partial(sql.value, "SELECT count(*) FROM audit_entry WHERE action = 'assessment.moved'")) == 1


async def test_an_answer_that_changed_meanwhile_is_seen_before_anything_moves(firm, bob, newer):
    page = await firm.get(NEWER)
    draft = await draft_of(bob)
    await saving.save_page(bob.scope, draft.definition, draft.revision, {newer.recounted: Answer(dont_know=True)}, {})
    again = await page.submit(NEWER)
    assert again.status == 409 and "Something changed since your page was opened, so nothing was moved" in again.text
    assert groups(again)["1 answer to give again"] == [newer.text[newer.narrowed]]
    assert (await again.submit(NEWER)).url == f"{TASKS}?notice=moved"
    assert (await draft_of(firm)).given[newer.recounted].dont_know


async def test_a_version_that_came_after_the_page_is_seen_before_anything_moves(firm, newer):
    page = await firm.get(NEWER)
    newer.install("2099.2")
    await publish_all()
    again = await page.submit(NEWER)
    assert again.status == 409 and "Version 2099.2 is asked" in again.text
    assert (await draft_of(firm)).definition.version == newer.now


async def test_a_profile_that_changed_meanwhile_is_seen_before_anything_moves(firm):
    page = await firm.get(NEWER)
    await fill_profile(firm, msgspec.structs.replace(JOINERY, headcount_band="250+"))
    assert (await page.submit(NEWER)).status == 409


async def test_a_draft_that_was_submitted_meanwhile_is_left_alone_in_plain_words(firm, newer):
    page = await firm.get(NEWER)
    report = await write(partial(submitting.submit, firm.scope, "procurement", MAILROOM))
    done = await page.submit(NEWER)
    assert done.status == 409 and "were submitted, or started again" in done.text and "nothing was moved" in done.text
    assert f"Version {newer.now} of the questions" in (await firm.get(f"/reports/{report}")).text
    await start(firm)
    assert (await page.submit(NEWER)).status == 409


async def test_submitting_and_moving_truly_at_once_one_of_them_is_done(firm, newer):
    draft = await draft_of(firm)
    seen = Seen.of(draft)

    async def submit():
        return await write(partial(submitting.submit, firm.scope, "procurement", MAILROOM, seen))

    async def move():
        return await write(partial(moving.move, firm.scope, "procurement", seen, "2099.1", MAILROOM))

    done = await asyncio.gather(submit(), move(), return_exceptions=True)
    expected = (submitting.NotSeen, submitting.Incomplete, saving.SavedMeanwhile, Refusal)
    assert sum(isinstance(each, expected) for each in done) == 1, done
    now = await draft_of(firm)
    assert (now is None) == isinstance(done[1], Refusal)
    if now is None:
        version = await read(partial(sql.value, "SELECT version FROM assessment WHERE id = {}", draft.id))
        assert version == newer.now


async def test_a_page_of_the_older_version_saves_nothing_and_gives_back_what_was_typed(firm, newer):
    draft = await draft_of(firm)
    (where,) = (page for page in draft.pages if newer.reworded in page.questions)
    old = await firm.get(f"{TASKS}/{where.section}?page={where.number}")
    await (await firm.get(NEWER)).submit(NEWER)
    before = await draft_of(firm)
    note = next(name for name in old.fields() if name.startswith("note-"))
    page = await old.submit(**{radio_names(old)[0]: "dont_know", note: "ask Jo"})
    assert page.status == 409 and "Your answers were moved to a newer version" in page.text
    assert "ask Jo" in page.text and "What you typed stands below" in page.text
    assert await draft_of(firm) == before


async def test_a_check_page_of_the_older_version_submits_nothing(firm, newer):
    page = await firm.get(f"{TASKS}/check")
    await (await firm.get(NEWER)).submit(NEWER)
    await answer_all(firm, points=2)
    again = await page.submit(f"{TASKS}/submit")
    assert again.status == 409 and "nothing is submitted yet" in again.text
    assert await read(partial(drafts.load, firm.scope, "procurement")) is not None
