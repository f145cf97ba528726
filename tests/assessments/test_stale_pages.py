"""A page that was opened before something changed: nothing is overwritten, submitted or lost without a word."""

import asyncio
import random
from functools import partial

import pytest
from tests.assessments.test_answering import draft_of, options, radio_names
from tests.support.firms import JOINERY, answer_all, fill_profile, start, submitted

from pledge.assessments import answer_notes, saving
from pledge.assessments.answer_notes import Typed, print_of
from pledge.database import sql
from pledge.database.unit import read
from pledge.questionnaires.answers import Answer

PAGE = "/assessments/procurement/leadership"


@pytest.fixture
async def drafting(alice):
    await fill_profile(alice)
    await start(alice)
    return alice


def note_name(page) -> str:
    return next(name for name in page.fields() if name.startswith("note-"))


async def notes_of(person) -> dict[str, str]:
    _, notes = await read(partial(answer_notes.load_draft, person.scope, "procurement"))
    return notes


async def test_a_page_of_the_draft_before_saves_nothing_and_gives_back_what_was_typed(drafting):
    old = await drafting.get(PAGE)
    name = radio_names(old)[0]
    await submitted(drafting)
    await start(drafting)
    fresh = await drafting.get(PAGE)
    newer, older = options(fresh, name)[0], options(fresh, name)[-1]
    await fresh.submit(**{name: newer})
    page = await old.submit(**{name: older, note_name(old): "ask Jo"})
    assert page.status == 409 and "Nothing of this page was saved" in page.text
    assert "ask Jo" in page.text
    label = old.document.xpath(f"//input[@value='{older}']/following-sibling::label")[0].text_content().strip()
    assert label in page.text
    draft = await draft_of(drafting)
    assert draft.given[name.removeprefix("q-")].value == newer and await notes_of(drafting) == {}


@pytest.mark.parametrize("stale", [{"revision": "1"}, {"revision": ""}, {"revision": "x"}, {"draft": ""}])
async def test_a_page_that_cannot_be_of_this_draft_is_refused(drafting, stale):
    page = await drafting.get(PAGE)
    name = radio_names(page)[0]
    page = await page.submit(**{name: options(page, name)[0], **stale})
    assert page.status == 409
    assert (await draft_of(drafting)).given == {}


async def test_ones_own_second_window_is_asked_too(drafting):
    one, two = await drafting.get(PAGE), await drafting.get(PAGE)
    name = radio_names(one)[0]
    first, last = options(one, name)[0], options(one, name)[-1]
    await one.submit(**{name: first})
    page = await two.submit(**{name: last})
    assert page.status == 409 and "You answered this in another window" in page.errors[0]
    assert (await draft_of(drafting)).given[name.removeprefix("q-")].value == first


async def test_two_conflicts_in_a_row_overwrite_nothing(drafting, bob):
    hers, his = await drafting.get(PAGE), await bob.get(PAGE)
    name = radio_names(hers)[0]
    one, two, three = options(hers, name)[:3]
    await hers.submit(**{name: one})
    page = await his.submit(**{name: two})
    hers = await drafting.get(PAGE)
    await hers.submit(**{name: three})
    page = await page.submit(**{name: two})
    assert page.status == 409 and name not in page.fields()
    assert (await draft_of(drafting)).given[name.removeprefix("q-")].value == three
    page = await page.submit(**{name: "?dont-know"})
    assert page.status == 200
    assert (await draft_of(drafting)).given[name.removeprefix("q-")].dont_know


async def test_a_page_shown_again_for_one_question_does_not_take_a_colleagues_answer_to_another_back(drafting, bob):
    page = await drafting.get(PAGE)
    first, second = radio_names(page)[:2]
    low, high = options(page, first)[0], options(page, first)[-1]
    await page.submit(**{first: low})
    his, hers = await bob.get(PAGE), await drafting.get(PAGE)
    await hers.submit(**{first: high})
    page = await his.submit(**{second: "made-up"})
    assert page.status == 422 and page.fields()[first] == [high]
    await page.submit(**{second: options(page, second)[0]})
    assert (await draft_of(drafting)).given[first.removeprefix("q-")].value == high


async def test_two_reasons_why_it_does_not_apply_are_a_conflict_with_both_shown(drafting, bob):
    draft = await draft_of(drafting)
    ask = partial(saving.save_page, definition=draft.definition, base=0, notes={}, draft=draft.id)
    question = next(name for name in draft.shown if draft.definition.question(name).not_applicable)
    at = next(page for page in draft.pages if question in page.questions)
    where = f"/assessments/procurement/{at.section}?page={at.number}"
    his = await bob.get(where)
    assert not (await ask(drafting.scope, answers={question: Answer(not_applicable="We make it all")})).conflicts
    page = await his.submit(**{f"q-{question}": "?not-applicable", f"why-{question}": "We rent it all"})
    assert page.status == 409
    assert "Does not apply: We make it all" in page.text and "Does not apply: We rent it all" in page.text
    assert (await draft_of(drafting)).given[question].not_applicable == "We make it all"


async def test_a_page_whose_questions_a_colleague_made_go_away_gives_back_what_was_typed(drafting, bob):
    small, large = JOINERY, JOINERY.__class__(**{**_fields(JOINERY), "headcount_band": "250+"})
    fewer = {(page.section, page.number) for page in (await draft_of(drafting)).pages}
    await fill_profile(drafting, large)
    lost = [each for each in (await draft_of(drafting)).pages if (each.section, each.number) not in fewer]
    assert lost, "a large firm has pages of its own"
    his = await bob.get(f"/assessments/procurement/{lost[0].section}?page={lost[0].number}")
    await fill_profile(drafting, small)
    page = await his.submit(**{radio_names(his)[0]: "?dont-know"})
    assert page.status == 409 and "are not asked any more" in page.text and "What you typed" in page.text


def _fields(profile) -> dict[str, object]:
    return {name: getattr(profile, name) for name in profile.__struct_fields__}


# — notes —


async def test_two_notes_are_both_shown_and_none_is_overwritten(drafting, bob):
    hers, his = await drafting.get(PAGE), await bob.get(PAGE)
    note = note_name(hers)
    keep = note.replace("note-", "keep-")
    await hers.submit(**{note: "hers"})
    page = await his.submit(**{note: "his"})
    assert page.status == 409 and [error.partition(": ")[2] for error in page.errors] == [
        "Alice changed the note while your page was open. Choose which one to keep."
    ]
    assert "hers" in page.text and page.fields()[note] == ["his"]
    page = await page.submit()
    assert page.status == 422 and set((await notes_of(drafting)).values()) == {"hers"}
    assert (await page.submit(**{keep: "theirs"})).status == 200
    assert set((await notes_of(drafting)).values()) == {"hers"}
    assert (await page.submit(**{keep: "mine"})).status == 200
    assert set((await notes_of(drafting)).values()) == {"his"}


@pytest.mark.parametrize("now", ["a newer note", ""])
async def test_a_note_left_as_it_was_does_not_bring_back_what_a_colleague_replaced_or_cleared(drafting, bob, now):
    page = await drafting.get(PAGE)
    note = note_name(page)
    await page.submit(**{note: "an old note"})
    his, hers = await bob.get(PAGE), await drafting.get(PAGE)
    await hers.submit(**{note: now})
    assert (await his.submit()).status == 200
    assert set((await notes_of(drafting)).values()) == ({now} - {""})
    again = await his.submit(**{note: "an old note, longer"})
    assert again.status == 409
    assert set((await notes_of(drafting)).values()) == ({now} - {""})


async def test_the_label_of_a_note_says_who_reads_it(drafting):
    page = await drafting.get(PAGE)
    assert "Colleagues can read and change it" in page.text and "for yourself" not in page.text


# — submitting —


async def test_what_a_colleague_changed_since_is_shown_before_it_is_submitted(drafting, bob):
    await answer_all(drafting)
    check = await drafting.get("/assessments/procurement/check")
    his = await bob.get(PAGE)
    name = radio_names(his)[0]
    await his.submit(**{name: "?dont-know"})
    page = await check.submit("/assessments/procurement/submit")
    assert page.status == 409 and "nothing is submitted yet" in page.text
    assert "Changed since your page was opened, by Bob" in page.text
    assert (await draft_of(drafting)) is not None
    page = await page.submit("/assessments/procurement/submit")
    assert page.url.startswith("/reports/")
    assert await draft_of(drafting) is None


async def test_a_note_and_the_profile_count_as_changes_too(drafting, bob):
    await answer_all(drafting)
    check = await drafting.get("/assessments/procurement/check")
    his = await bob.get(PAGE)
    await his.submit(**{note_name(his): "wait for Jo"})
    page = await check.submit("/assessments/procurement/submit")
    assert page.status == 409 and "Note changed since your page was opened, by Bob" in page.text
    await fill_profile(drafting, JOINERY.__class__(**{**_fields(JOINERY), "goods_abroad": False}))
    page = await page.submit("/assessments/procurement/submit")
    assert page.status == 409 and "Your organisation’s details were changed" in page.text


async def test_a_check_page_of_what_was_submitted_leads_to_its_report(drafting, bob):
    await answer_all(drafting)
    hers, his = [await person.get("/assessments/procurement/check") for person in (drafting, bob)]
    report = await hers.submit("/assessments/procurement/submit")
    await start(drafting)
    again = await his.submit("/assessments/procurement/submit")
    assert again.url.partition("?")[0] == report.url.partition("?")[0]
    assert (await draft_of(drafting)) is not None, "the new draft stays"


# — every order in which two colleagues can open and save one page —


@pytest.mark.parametrize("schedules", [60, pytest.param(10_000, marks=pytest.mark.soak)])
async def test_two_colleagues_one_section_no_silent_overwrite(drafting, bob, schedules):
    """Whatever a save replaces, its page showed. Pages are opened, left as they are, changed and saved in any order."""
    chance = random.Random(9)
    draft = await draft_of(drafting)
    questions = draft.pages[0].questions[:2]
    noted = next(name for name in draft.pages[0].questions if not draft.definition.question(name).may_mean_harm)
    scopes, opened = (drafting.scope, bob.scope), {}
    for turn in range(schedules):
        who = chance.randrange(2)
        if who not in opened or chance.random() < 0.4:
            now, notes = await read(partial(answer_notes.load_draft, scopes[who], "procurement"))
            opened[who] = (now, notes.get(noted, ""))
            continue
        page, note = opened[who]
        given = {name: page.given[name].answer for name in questions if name in page.given}
        for name in questions:
            if chance.random() < 0.5:
                values = [option.value for option in draft.definition.question(name).options]
                given[name] = chance.choice([Answer(value=values[0]), Answer(value=values[-1]), Answer(dont_know=True)])
        text = chance.choice([note, "", f"note {turn}"])
        before, notes_before = await read(partial(answer_notes.load_draft, scopes[who], "procurement"))
        saved = await saving.save_page(
            scopes[who], draft.definition, page.revision, given, {noted: Typed(text, print_of(note))}, draft=page.id
        )
        after, notes_after = await read(partial(answer_notes.load_draft, scopes[who], "procurement"))
        for name in questions:
            was, shown, is_now = before.given.get(name), page.given.get(name), after.given.get(name)
            if is_now != was:
                assert was is None or (shown is not None and shown.answer == was.answer), "it replaced what it showed"
            elif name in given and given[name] != (was and was.answer):
                told = {conflict.question for conflict in saved.conflicts}
                assert name in told or (shown is not None and shown.answer == given[name])
        if notes_after.get(noted) != notes_before.get(noted):
            assert notes_before.get(noted, "") == note
        elif text not in (note, notes_before.get(noted, "")):
            assert [conflict.question for conflict in saved.note_conflicts] == [noted]
    revisions = await read(partial(sql.rows, "SELECT revision FROM answer_change ORDER BY revision"))
    assert [row["revision"] for row in revisions] == list(range(1, (await draft_of(drafting)).revision + 1))


# — other forms —


async def test_a_profile_that_a_colleague_changed_is_shown_as_it_is_with_what_was_typed(drafting):
    one, two = await drafting.get("/organisation/edit"), await drafting.get("/organisation/edit")
    assert (await one.submit(headcount_band="10-49")).status == 200
    page = await two.submit(name="Pendle Joiners")
    assert page.status == 409 and "What you typed" in page.text and "Pendle Joiners" in page.text
    assert page.fields()["headcount_band"] == ["10-49"] and page.fields()["name"] == ["Pendle Joinery"]
    page = await page.submit()
    assert page.status == 200
    assert (await draft_of(drafting)).profile.headcount_band == "10-49", "a blind second press changes nothing"


async def test_a_profile_page_with_an_error_is_still_the_page_that_was_opened(drafting):
    one, two = await drafting.get("/organisation/edit"), await drafting.get("/organisation/edit")
    page = await two.submit(name="")
    await one.submit(headcount_band="10-49")
    assert page.status == 422 and (await page.submit(name="Pendle Joiners")).status == 409


async def test_of_two_writers_truly_at_once_one_is_kept_and_the_other_told(drafting, bob):
    hers, his = await drafting.get(PAGE), await bob.get(PAGE)
    name = radio_names(hers)[0]
    low, high = options(hers, name)[0], options(hers, name)[-1]
    note = note_name(hers)
    pages = await asyncio.gather(hers.submit(**{name: low, note: "hers"}), his.submit(**{name: high, note: "his"}))
    assert sorted(page.status for page in pages) == [200, 409]
    kept = ("hers", low) if pages[0].status == 200 else ("his", high)
    given = (await draft_of(drafting)).given[name.removeprefix("q-")].value
    assert (*(await notes_of(drafting)).values(), given) == kept
