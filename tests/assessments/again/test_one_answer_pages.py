"""The page on which one question is answered again, as the right person and as the wrong one."""

from functools import partial

import pytest
from tests.actions.conftest import action_on
from tests.support.cast import colleague
from tests.support.firms import MAILROOM, answer_all, fill_profile, start, submitted
from tests.support.kinds import publish

from pledge.assessments import drafts, submitting
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.questionnaires.answers import Answer

STEERING = """
schema: 1
id: procurement
version: "2099.9"
title: Buying
topics: [training]
sections:
  - id: only
    title: Only
    questions:
      - id: licence
        text: Does your agency have a licence?
        weight: 2
        options:
          - {value: "no", label: "No, it has none", points: 0, flag: act_first}
          - {value: said, label: "They say so", points: 1}
          - {value: seen, label: "We have seen it", points: 4}
        not_applicable: true
        action: {text: Ask to see it., due_days: 7}
        topics: [training]
      - id: when
        show_if: {question: licence, equals: seen}
        text: How often do you look?
        weight: 1
        options:
          - {value: once, label: "We looked once", points: 0}
          - {value: yearly, label: "Each year", points: 4}
        action: {text: Look each year., due_days: 30}
        topics: [training]
      - id: number
        kind: short_text
        show_if: {question: licence, equals: seen}
        text: What is its number?
      - id: other
        text: Do you train people?
        weight: 1
        options:
          - {value: "no", label: "We do not", points: 0}
          - {value: some, label: "Some of them", points: 2}
          - {value: all, label: "All of them", points: 4}
        action: {text: Train people., due_days: 30}
        topics: [training]
"""


@pytest.fixture
async def report(alice):
    await fill_profile(alice)
    return await submitted(alice, "procurement", 1)


@pytest.fixture
async def steered(alice):
    """A report on questions of which one shows two others."""
    await fill_profile(alice)
    definition = await publish(STEERING)
    await write(partial(drafts.start, alice.scope, definition))
    await answer_all(alice, licence=Answer("said"), other=Answer("some"))
    return await write(partial(submitting.submit, alice.scope, "procurement", MAILROOM))


async def reports(person):
    return await read(partial(sql.rows, "SELECT id, latest, score FROM assessment WHERE status = 'submitted'"))


async def test_from_the_action_to_the_new_score(alice, report):
    action = await action_on(alice, "p-a1")
    page = await (await alice.get(f"/actions/{action.id}")).follow("Answer this question again")
    assert page.status == 200 and "says: It is taken for granted, but not written down" in page.text
    assert page.fields()["q-p-a1"] == ["assumed"]
    assert page.text.count("Your score would ") == 4, "of the other answers; nobody is paid for not knowing"
    page = await page.submit(**{"q-p-a1": "named-with-time"})
    assert "notice=answered-again" in page.url and "1 answer changed since your report of" in page.text
    old = await alice.get(f"/reports/{report}")
    assert f"/reports/{report}" in page.links() and old.status == 200 and "changed since" not in old.text
    assert (await action_on(alice, "p-a1")).closed_by == "answer"


async def test_the_page_of_an_action_foretells_the_new_score_exactly(alice, report):
    action = await action_on(alice, "p-a1")
    page = await alice.get(f"/actions/{action.id}")
    said = page.text.split("We aim for: ")[1].split(" Your score would rise from ")[1][:10]
    before, after = said.split("%")[0], said.split(" to ")[1].split("%")[0]
    await (await alice.get(f"/reports/{report}/again/p-a1")).submit(**{"q-p-a1": "named-with-time"})
    scores = {bool(each["latest"]): each["score"] for each in await reports(alice)}
    assert (before, after) == (str((scores[False] + 50) // 100), str((scores[True] + 50) // 100))
    assert f"score {before}% to {after}%" not in (await alice.get("/actions")).text, "it is done"


async def test_who_marks_an_action_done_is_asked_there_and_then(alice, report):
    action = await action_on(alice, "p-a1")
    page = await (await alice.get(f"/actions/{action.id}")).submit(status="done")
    assert page.url.startswith(f"/reports/{report}/again/p-a1") and "Now choose the answer that is right" in page.html
    page = await page.submit()
    assert page.url.startswith(f"/actions/{action.id}") and "there is no new result" in page.html
    assert len(await reports(alice)) == 1
    assert (await action_on(alice, "p-a1")).closed_by == "people"


async def test_two_colleagues_answer_at_once_and_nothing_is_overwritten_unseen(alice, bob, report):
    mine, his = [await person.get(f"/reports/{report}/again/p-a1") for person in (alice, bob)]
    assert (await mine.submit(**{"q-p-a1": "named"})).status == 200
    page = await his.submit(**{"q-p-a1": "named-with-time"})
    assert page.status == 409 and "nothing was overwritten" in page.errors[0]
    assert "says: A named person does, but with no time or say" in page.text, "what Alice saved"
    assert page.fields()["q-p-a1"] == ["named-with-time"] and "What you typed" in page.text
    assert len(await reports(alice)) == 2
    page = await page.submit()
    assert "2 answers" not in page.text and "1 answer changed" in page.text and len(await reports(alice)) == 3


async def test_two_colleagues_with_the_same_answer_have_one_new_report(alice, bob, report):
    mine, his = [await person.get(f"/reports/{report}/again/p-a1") for person in (alice, bob)]
    await mine.submit(**{"q-p-a1": "named"})
    page = await his.submit(**{"q-p-a1": "named"})
    assert page.status == 200 and "Somebody had given that answer already" in page.html
    assert len(await reports(alice)) == 2


async def test_sent_twice_it_is_one_report(alice, report):
    page = await alice.get(f"/reports/{report}/again/p-a1")
    first, second = await page.submit(**{"q-p-a1": "named"}), await page.submit(**{"q-p-a1": "named"})
    assert first.url == second.url and len(await reports(alice)) == 2


async def test_a_firm_makes_so_many_new_reports_in_a_day(alice, bob, report):
    made = await (await alice.get(f"/reports/{report}/again/p-a1")).submit(**{"q-p-a1": "named"})
    newest = made.url.split("?")[0]
    await write(partial(sql.rows, "UPDATE throttle SET hits = 99 WHERE name LIKE 'answered-again:%'"))
    made = await (await alice.get(f"{newest}/again/p-a1")).submit(**{"q-p-a1": "named-with-time"})
    assert "notice=answered-again" in made.url, "the hundredth"
    newest = made.url.split("?")[0]
    page = await (await bob.get(f"{newest}/again/p-a1")).submit(**{"q-p-a1": "named"})
    assert page.status == 429 and 86_000 < int(page.response.headers["retry-after"]) <= 86_400
    assert "Your firm has made 100 new reports in a day. You can make more tomorrow." in page.errors[0]
    assert page.fields()["q-p-a1"] == ["named"] and len(await reports(alice)) == 3
    same = await page.submit(**{"q-p-a1": "named-with-time"})
    assert "notice=answer-as-before" in same.url, "what makes no report is not counted"
    await write(partial(sql.rows, "UPDATE throttle SET hits = 99 WHERE name LIKE 'answered-again:%'"))
    assert "notice=answered-again" in (await page.submit()).url, "the same form, once there is room"


async def test_what_is_missing_or_wrong_is_said(alice, report):
    page = await alice.get(f"/reports/{report}/again/p-a1")
    for sent in (None, "nonsense"):
        again = await page.submit(**{"q-p-a1": sent})
        assert again.status == 422 and "Choose one of the answers on the page" in again.errors[0]
    assert len(await reports(alice)) == 1


async def test_questions_that_the_answer_shows_are_asked_on_the_next_step(alice, steered):
    page = await alice.get(f"/reports/{steered}/again/licence")
    assert "We would then ask 1 more question." in page.text
    page = await page.submit(**{"q-licence": "seen"})
    assert page.status == 422 and page.errors == [] and "we ask 2 more questions" in page.text
    assert len(await reports(alice)) == 1, "nothing is half-stored"
    page = await page.submit(**{"q-number": "GLAA 7"})
    assert page.status == 422 and "Answer this too" in page.errors[0] and page.fields()["q-number"] == ["GLAA 7"]
    page = await page.submit(**{"q-when": "yearly"})
    assert page.status == 200 and "3 answers changed since" in page.text and "GLAA 7" in page.text
    assert "87.5%" not in page.text and "88%" in page.text  # 14 of 16
    back = await (await alice.get(page.url.split("?")[0] + "/again/licence")).submit(**{"q-licence": "said"})
    assert back.status == 200 and "0 answers changed since" in back.text and "GLAA 7" not in back.text


async def test_an_answer_that_may_mean_harm_shows_help_and_names_nobody(alice, steered):
    page = await alice.get(f"/reports/{steered}/again/licence")
    assert not page.document.xpath("//main//textarea"), "no note is taken"
    assert "If it is so, say so. You can get help at once" in page.text, "and no figure"
    page = await page.submit(**{"q-licence": "?not-applicable"})
    assert page.status == 422 and "Say in a few words why" in page.errors[0]
    page = await page.submit(**{"q-licence": "no"})
    assert page.status == 200 and "Act first" in page.text and "Nobody but your colleagues" in page.text
    assert (await alice.get("/actions")).text.count("First call") >= 1


async def test_a_question_that_is_gone_is_not_offered_and_that_is_said(alice, report):
    action = await action_on(alice, "p-a1")
    page = await alice.get(f"/reports/{report}/again/p-a1")
    definition = await publish(STEERING)
    await write(partial(drafts.start, alice.scope, definition))
    await answer_all(alice, licence=Answer("said"), other=Answer("some"))
    newest = await write(partial(submitting.submit, alice.scope, "procurement", MAILROOM))
    typed = await page.submit(**{"q-p-a1": "named"})
    assert typed.status == 409 and "does not have this question" in typed.text
    assert (await alice.get(f"/reports/{report}/again/p-a1")).status == 409
    shown = await alice.get(f"/actions/{action.id}")
    assert "does not have this question" in shown.text and "Answer this question again" not in shown.text
    done = await shown.submit(status="done")
    assert done.url.startswith(f"/actions/{action.id}")
    found = await alice.get(f"/reports/{newest}")
    assert "the scores are not compared" in found.text and "Your report before this one said" not in found.text


async def test_an_older_reports_address_leads_to_the_newest(alice, report):
    made = await (await alice.get(f"/reports/{report}/again/p-a1")).submit(**{"q-p-a1": "named"})
    newest = made.url.split("?")[0]
    page = await alice.get(f"/reports/{report}/again/p-a3")
    assert page.url == f"{newest}/again/p-a3"
    for name in ("nothing", "c-e1"):
        assert (await alice.get(f"{newest}/again/{name}")).status == 404


async def test_an_open_draft_is_untouched_and_the_page_says_so(alice, report):
    await start(alice)
    page = await alice.get(f"/reports/{report}/again/p-a1")
    assert "You have also begun to answer all of these questions again" in page.text
    before = await read(partial(drafts.load, alice.scope, "procurement"))
    await page.submit(**{"q-p-a1": "named"})
    assert await read(partial(drafts.load, alice.scope, "procurement")) == before


async def test_a_viewer_and_another_firm_may_not(site, alice, charlie, report):
    vera = await colleague(site, "Vera", alice, "viewer")
    assert (await vera.get(f"/reports/{report}/again/p-a1")).status == 403
    action = await action_on(alice, "p-a1")
    for page in (await vera.get(f"/actions/{action.id}"), await vera.get(f"/reports/{report}")):
        assert not [link for link in page.links() if "/again/" in link]
    assert (await charlie.get(f"/reports/{report}/again/p-a1")).status == 404
    assert len(await reports(alice)) == 1


async def test_the_report_and_the_list_say_how_the_next_level_is_reached(alice, report):
    page = await alice.get(f"/reports/{report}")
    listed = await alice.get("/actions")
    for shown in (page, listed):
        assert "would bring you to “" in shown.text, shown.text
    old = (await (await alice.get(f"/reports/{report}/again/p-a1")).submit(**{"q-p-a1": "named"})) and await alice.get(
        f"/reports/{report}"
    )
    assert "would bring you to “" not in old.text, "only the newest says so"
