"""A quick check with questions that are not scored: what a supplier types stays with the supplier."""

import re
from functools import partial

import pytest
from tests.asking import making
from tests.support.kinds import as_version_of, publish

from pledge.asking import answering, summaries
from pledge.database import clock, sql
from pledge.database.unit import EVERYTHING, reaching, read, write
from pledge.questionnaires.answers import Answer

TOLD = {
    "people": Answer("12"),
    "fees": Answer("1200.5"),
    "policy-since": Answer("2025-03-01"),
    "found-by": Answer(values=("agency", "adverts")),
    "agency-name": Answer("Best Hands of Burnley"),
    "learned": Answer("Mrs Secret told us"),
}
NEVER = ("12 people", "1,200", "March 2025", "Through an agency", "Best Hands", "Secret")


@pytest.fixture
async def secret(alice, acme):
    """The link of an invitation whose quick check has every kind of question, and asks all of them."""
    text = re.sub(r"\n +show_if: .*", "", as_version_of("quick-check"))
    definition = await publish(text)
    secret = await making.asked(alice.scope, acme)
    with reaching(EVERYTHING):
        invitation = (await read(partial(answering.find, secret))).id
        await write(partial(
            sql.rows,
            "INSERT INTO supplier_answer (invitation, version, answers, revision, updated) VALUES ({}, {}, {}, 0, {})",
            invitation, definition.version, "{}", clock.now(),
        ))  # fmt: skip
    return secret


def at(secret, number):
    return f"/asked/{secret}/questions/{number}"


async def test_a_supplier_types_answers_and_only_the_scored_one_is_needed(visitor, secret):
    page = await visitor.get(at(secret, 1))
    page = await page.submit(at(secret, 1), **{"q-people": "1,200 people", "q-fees": "£5"})
    page = await page.submit(at(secret, 2), **{"q-policy-since-day": "1 March 2025", "q-found-by": ["friends"]})
    assert "You have answered 0 of 1" in (await visitor.get(f"/asked/{secret}")).text
    page = await visitor.get(at(secret, 4))
    page = await page.submit(at(secret, 4), **{"q-trained": "yes"})
    assert page.url == f"/asked/{secret}/check" and "still open" not in page.text
    assert "1,200 people" in page.text and "£5" in page.text and "By friends, or by family" in page.text
    assert (await making.find(secret)).answers == {
        "people": Answer("1200"), "fees": Answer("5"), "policy-since": Answer("2025-03-01"),
        "found-by": Answer(values=("friends",)), "trained": Answer("yes"),
    }  # fmt: skip
    page = await (await visitor.get(at(secret, 1))).submit(at(secret, 1), **{"q-people": ""})
    assert "people" not in (await making.find(secret)).answers


async def test_what_cannot_be_kept_is_said_beside_the_question_and_its_neighbour_is_kept(visitor, secret):
    page = await visitor.get(at(secret, 1))
    page = await page.submit(at(secret, 1), **{"q-people": "many", "q-fees": "5"})
    assert page.status == 422
    assert page.errors == ["“How many people work for you?”: Enter how many people, in figures, like 12"]
    assert page.fields(at(secret, 1))["q-people"] == ["many"]
    assert (await making.find(secret)).answers == {"fees": Answer("5")}


async def test_no_share_shows_what_is_not_scored_and_nothing_tells_that_it_was_asked(visitor, alice, acme, secret):
    await write(partial(answering.save, secret, {**TOLD, "trained": Answer("yes")}))
    found = await making.find(secret)
    assert found.would_share == summaries.Summary(
        "answers", "Every kind of question", (summaries.Said("Are people trained?", "Yes"),), 1
    )
    page = await visitor.get(f"/asked/{secret}/share")
    shown, _, kept = page.text.partition("What stays with you")
    assert "They also see that you were asked 1 question" in shown
    assert not [text for text in NEVER if text in shown] and all(text in kept for text in NEVER)
    await page.submit(agreed="yes")
    seen = await alice.get(f"/suppliers/{acme}/ask")
    assert "Are people trained?" in seen.text and not [text for text in NEVER if text in seen.text]
    content = str((await making.rows("supplier_share"))[0]["content"])
    assert not [text for text in NEVER if text in content]


async def test_two_tabs_see_both_answers_and_nothing_is_overwritten(visitor, site, secret):
    first, second = await visitor.get(at(secret, 1)), await visitor.get(at(secret, 1))
    await second.submit(at(secret, 1), **{"q-people": "10"})
    page = await first.submit(at(secret, 1), **{"q-people": "20"})
    assert page.status == 409 and "The saved answer: 10 people" in page.text
    assert page.fields(at(secret, 1))["q-people"] == ["20"]
    assert (await making.find(secret)).answers == {"people": Answer("10")}
    again = await page.submit(at(secret, 1))
    assert again.status == 422 and (await making.find(secret)).answers == {"people": Answer("10")}
    await again.submit(at(secret, 1), **{"keep-people": "mine"})
    assert (await making.find(secret)).answers == {"people": Answer("20")}


async def test_taking_a_share_back_deletes_what_was_typed(visitor, secret):
    await write(partial(answering.save, secret, {**TOLD, "trained": Answer("yes")}))
    await (await visitor.get(f"/asked/{secret}/share")).submit(agreed="yes")
    await (await visitor.get(f"/asked/{secret}/withdraw")).submit(f"/asked/{secret}/withdraw")
    assert await making.rows("supplier_answer") == []
