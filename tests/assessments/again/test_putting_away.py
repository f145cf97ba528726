"""Putting a draft away that was begun by mistake: asked once, done once, and every report stays."""

from functools import partial

import pytest
from tests.assessments.test_answering import draft_of
from tests.assessments.test_assigning import ask
from tests.support.cast import Person, colleague
from tests.support.firms import fill_profile, submitted

from pledge.database import sql
from pledge.database.unit import read

OURS = "/assessments/procurement"
AWAY = f"{OURS}/put-away"


@pytest.fixture
async def firm(alice, bob) -> Person:
    """Alice, with a report, who has begun to answer again; Bob is her contributor."""
    await fill_profile(alice)
    await submitted(alice)
    await (await alice.get(OURS)).submit(f"{OURS}/start")
    return alice


async def test_it_says_how_many_answers_were_changed_and_goes_with_all_of_them(site, firm):
    page = await (await firm.get(OURS)).follow("Put these answers away")
    assert "You have not changed an answer yet, so nothing is lost." in page.text
    name = sorted((await draft_of(firm)).waiting)[0]
    confirm = await firm.get(f"{OURS}/again/leadership")
    await confirm.submit()  # confirming changes nothing
    page = await firm.get(AWAY)
    assert "You have not changed an answer yet" in page.text
    for section in {part.id for part in (await draft_of(firm)).definition.sections}:
        shown = await firm.get(f"{OURS}/{section}")
        if f"q-{name}" in shown.fields():
            await shown.submit(**{f"q-{name}": "?dont-know"})
    page = await firm.get(AWAY)
    assert "1 answer was given or changed, and would be gone, with the notes." in page.text
    assert "This cannot be undone. Your reports stay as they are." in page.text
    page = await page.submit(AWAY)
    assert page.url == f"{OURS}?notice=put-away" and "They are put away." in page.text
    assert await draft_of(firm) is None
    assert await read(partial(sql.value, "SELECT count(*) FROM assessment WHERE status = 'submitted'")) == 1
    assert await read(partial(sql.value, "SELECT count(*) FROM answer_change")) == await read(
        partial(sql.value, "SELECT count(*) FROM answer_change c JOIN assessment a ON a.id = c.assessment")
    )


async def test_colleagues_are_asked_no_more_and_their_link_says_so(site, firm, bob):
    await ask(firm)
    mails = len(await site.mails())
    page = await firm.get(AWAY)
    assert "Colleagues who were asked for a part of them are asked no more." in page.text
    address = (await site.mails("bob@example.org"))[-1].link
    await page.submit(AWAY)
    assert (await bob.get(address)).status == 404
    assert len(await site.mails()) == mails, "they are told by their link alone"


async def test_sent_twice_it_is_done_once_and_a_newer_draft_stays(firm):
    page = await firm.get(AWAY)
    assert (await page.submit(AWAY)).url == f"{OURS}?notice=put-away"
    await (await firm.get(OURS)).submit(f"{OURS}/start")
    newer = await draft_of(firm)
    assert (await page.submit(AWAY)).url == f"{OURS}?notice=put-away"
    assert await draft_of(firm) == newer


async def test_of_two_pages_the_second_is_told(firm):
    first, second = await firm.get(AWAY), await firm.get(AWAY)
    await first.submit(AWAY)
    page = await second.submit(AWAY)
    assert page.status == 409 and "These answers were submitted or put away already." in page.text


async def test_what_a_colleague_saved_meanwhile_is_asked_about_again(firm, bob):
    page = await firm.get(AWAY)
    other = await bob.get(f"{OURS}/again/leadership")
    name = sorted(name for name in (await draft_of(firm)).waiting if f'id="said-{name}"' in other.html)[0]
    await other.submit(**{f"q-{name}": "?dont-know"})
    page = await page.submit(AWAY)
    assert page.status == 409 and "Somebody changed something since your page was opened" in page.text
    assert "1 answer was given or changed" in page.text and await draft_of(firm) is not None


async def test_a_contributor_puts_away_what_is_theirs_alone(firm, bob):
    page = await bob.get(AWAY)
    assert page.url.startswith(f"{OURS}?") and "only an owner can put them away" in page.text
    draft = await draft_of(firm)
    sent = {"organisation": str(bob.organisation), "draft": str(draft.id), "revision": str(draft.revision)}
    page = await bob.post(AWAY, sent)
    assert page.status == 409 and "only an owner can put them away" in page.text and await draft_of(firm) == draft
    await (await firm.get(AWAY)).submit(AWAY)
    await (await bob.get(OURS)).submit(f"{OURS}/start")
    assert (await (await bob.get(AWAY)).submit(AWAY)).url == f"{OURS}?notice=put-away"
    await (await bob.get(OURS)).submit(f"{OURS}/start")
    await (await firm.get(f"{OURS}/again/leadership")).submit()
    assert "only an owner can put them away" in (await bob.get(AWAY)).text


async def test_nobody_puts_away_another_firms(site, firm, charlie):
    draft = await draft_of(firm)
    vera = await colleague(site, "Vera", firm, "viewer")
    assert (await vera.get(AWAY)).status == 403
    await fill_profile(charlie, name="Ribble Catering")
    assert (await charlie.get(AWAY)).url == OURS
    sent = {"organisation": str(charlie.organisation), "draft": str(draft.id), "revision": str(draft.revision)}
    assert (await charlie.post(AWAY, sent)).status == 409
    assert await draft_of(firm) == draft
