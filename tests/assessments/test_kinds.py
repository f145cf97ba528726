"""Questions that are not scored: typed, refused in plain words, kept, emptied, shown, and never in the way."""

import re
import shutil
from functools import partial

import pytest
from tests.support.cast import colleague
from tests.support.firms import MAILROOM, fill_profile
from tests.support.kinds import as_version_of, start_on_kinds
from tests.support.publishing import publish_all

from pledge.assessments import drafts, saving, submitting
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.declared import HOLDINGS
from pledge.organisations.rights import erasing
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.installed import installed
from pledge.resources import resource

FIGURES = "/assessments/procurement/figures"
FIGURES_2 = FIGURES + "?page=2"
WORDS = "/assessments/procurement/words"


@pytest.fixture
async def answering(alice):
    await fill_profile(alice)
    await start_on_kinds(alice)
    return alice


async def given(person) -> dict[str, Answer]:
    draft = await read(partial(drafts.load, person.scope, "procurement"))
    assert draft is not None
    return {name: answer.answer for name, answer in draft.given.items()}


async def stored(person, columns: str, table: str) -> str:
    return str(await read(partial(sql.rows, f"SELECT {columns} FROM {table}")))


async def answer(person, address, **fields):
    page = await (await person.get(address)).submit(**fields)
    assert page.status == 200, page.errors
    return page


async def test_what_people_type_is_kept_in_one_way_and_shown_in_words(answering):
    await answer(answering, FIGURES, **{"q-people": " １，２００ people "})
    await answer(answering, FIGURES_2, **{"q-longest-shift": "12.50", "q-fees": "£1,200.5"})
    await answer(answering, FIGURES + "?page=3", **{"q-agency-share": "12 %"})
    await answer(answering, WORDS, **{
        "q-policy-since-day": "1", "q-policy-since-month": "March", "q-policy-since-year": "2025",
        "q-found-by": ["agency", "friends"],
    })  # fmt: skip
    await answer(answering, WORDS + "?page=2", **{"q-agency-name": "  Best   Hands "})
    await answer(answering, WORDS + "?page=3", **{"q-learned": "First line\r\nSecond line"})
    assert await given(answering) == {
        "people": Answer("1200"),
        "longest-shift": Answer("12.5"),
        "fees": Answer("1200.5"),
        "agency-share": Answer("12"),
        "policy-since": Answer("2025-03-01"),
        "found-by": Answer(values=("agency", "friends")),
        "agency-name": Answer("Best Hands"),
        "learned": Answer("First line\nSecond line"),
    }
    page = await answering.get("/assessments/procurement/check")
    for said in ("1,200 people", "12.5 hours", "£1,200.50", "12%", "1 March 2025", "Through an agency; By friends"):
        assert said in page.text
    assert "Best Hands" in page.text and 'pledge-typed">First line\nSecond line' in page.html


async def test_fields_show_what_is_kept(answering):
    await answer(answering, FIGURES, **{"q-people": "12"})
    await answer(answering, FIGURES_2, **{"q-fees": "1200.5"})
    await answer(answering, WORDS, **{"q-policy-since-day": "1/3/2025", "q-found-by": ["none"]})
    assert (await answering.get(FIGURES)).fields()["q-people"] == ["12"]
    assert (await answering.get(FIGURES_2)).fields()["q-fees"] == ["1200.50"]
    fields = (await answering.get(WORDS)).fields()
    assert [fields[f"q-policy-since-{part}"] for part in ("day", "month", "year")] == [["1"], ["3"], ["2025"]]
    assert fields["q-found-by"] == ["", "none"]


@pytest.mark.parametrize(
    ("address", "fields", "message"),
    [
        (FIGURES, {"q-people": "a few"}, "“How many people work for you?”: Enter how many people, in figures, like 12"),
        (FIGURES, {"q-people": "0"}, "“How many people work for you?”: Count yourself too"),
        (FIGURES, {"q-people": "5,001"}, "“How many people work for you?”: Enter 5,000 people or less"),
        (FIGURES_2, {"q-fees": "1,5"}, "“How much did agencies charge you last year?”: Enter an amount in pounds, like "
         "1,200.50, with at most 2 digits after the point"),
        (FIGURES_2, {"q-fees": "12\u202e"}, "“How much did agencies charge you last year?”: Character 3 cannot be seen "
         "and may change what others read. Delete it, or type the text again"),
        (WORDS, {"q-policy-since-day": "31", "q-policy-since-month": "2", "q-policy-since-year": "2026"},
         "“Since when do you have a policy?”: “31 2 2026” is not a day of the calendar"),
        (WORDS, {"q-policy-since-day": "1", "q-policy-since-month": "2"},
         "“Since when do you have a policy?”: Enter a day, a month and a year, like 1 3 2026 or 1 March 2026"),
        (WORDS, {"q-policy-since-day": "1 1 2031"}, "“Since when do you have a policy?”: Enter a day that is not after "
         "2030"),
        (WORDS, {"q-found-by": ["agency", "none"]}, "“How do people find work with you?”: Choose “None of these”, or "
         "what is true"),
        (WORDS, {"q-found-by": ["made-up"]},
         "“How do people find work with you?”: Choose from the answers on the page"),
    ],
)  # fmt: skip
async def test_what_cannot_be_kept_is_said_beside_the_question_and_stays_typed(answering, address, fields, message):
    await answer(answering, FIGURES, **{"q-people": "60"})
    page = await (await answering.get(address)).submit(**fields)
    assert page.status == 422 and page.errors == [message]
    (name, *_) = fields
    question = name.removesuffix("-day")
    (link,) = page.document.xpath("//*[contains(@class,'govuk-error-summary__list')]//a")
    assert link.get("href") == f"#{question}"
    assert page.document.get_element_by_id(f"{question}-error").text_content().strip().endswith(message)
    known = {"agency", "adverts", "friends", "none", ""}
    for field, typed in fields.items():
        shown = [typed] if isinstance(typed, str) else ["", *(value for value in typed if value in known)]
        assert page.fields()[field] == shown
    assert await given(answering) == {"people": Answer("60")}


async def test_a_refused_answer_keeps_its_neighbours(answering):
    await answer(answering, FIGURES, **{"q-people": "60"})
    page = await (await answering.get(FIGURES_2)).submit(**{"q-longest-shift": "long", "q-fees": "£50"})
    assert len(page.errors) == 1
    assert await given(answering) == {"people": Answer("60"), "fees": Answer("50")}
    assert page.fields()["q-longest-shift"] == ["long"] and page.fields()["q-fees"] == ["50"]


async def test_a_text_is_refused_when_it_is_too_long_or_hides_something(answering):
    await answer(answering, WORDS, **{"q-found-by": ["agency"]})
    page = await answering.get(WORDS + "?page=2")
    assert "Please name no victims or workers." in page.text
    page = await page.submit(**{"q-agency-name": "x" * 41})
    assert page.errors == ["“Which agency?”: Use the short name"]
    assert page.fields()["q-agency-name"] == ["x" * 41]
    page = await page.submit(**{"q-agency-name": "Best\u0000Hands"})
    assert page.errors == [
        "“Which agency?”: Character 5 cannot be seen and may change what others read. Delete it, or type the text again"
    ]
    page = await page.submit(**{"q-agency-name": "x" * 40})
    assert page.status == 200 and (await given(answering))["agency-name"] == Answer("x" * 40)


async def test_an_answer_is_emptied_by_emptying_its_field(answering):
    await answer(answering, FIGURES, **{"q-people": "12"})
    await answer(answering, WORDS, **{"q-found-by": ["adverts", "friends"]})
    await answer(answering, FIGURES, **{"q-people": ""})
    await answer(answering, WORDS, **{"q-found-by": [""]})
    assert await given(answering) == {}


async def test_an_empty_field_of_a_question_that_is_not_asked_any_more_is_no_mistake(answering, bob):
    await answer(answering, WORDS, **{"q-found-by": ["agency"]})
    told = await answering.get(WORDS + "?page=2")
    await answer(bob, WORDS, **{"q-found-by": ["adverts"]})
    late = await told.submit(**{"q-agency-name": "Best Hands"})
    assert late.status == 409 and "Best Hands" in late.text
    draft = await read(partial(drafts.load, answering.scope, "procurement"))
    empty = await saving.save_page(answering.scope, draft.definition, draft.revision, {"agency-name": None}, {})
    assert empty.refused == []
    full = await saving.save_page(
        answering.scope, draft.definition, draft.revision, {"agency-name": Answer("Best Hands")}, {}
    )
    assert full.refused == ["agency-name"] and "agency-name" not in await given(answering)


async def test_questions_follow_figures_days_and_choices(answering):
    await answer(answering, FIGURES, **{"q-people": "49"})
    assert "longest shift" not in (await answering.get(FIGURES_2)).text
    await answer(answering, FIGURES, **{"q-people": "50"})
    assert "longest shift" in (await answering.get(FIGURES_2)).text
    await answer(answering, FIGURES_2, **{"q-fees": "499.99"})
    assert (await answering.get(FIGURES + "?page=3")).url == FIGURES  # its questions are hidden
    await answer(answering, FIGURES_2, **{"q-fees": "500"})
    assert (await answering.get(FIGURES + "?page=3")).url == FIGURES + "?page=3"
    await answer(answering, WORDS, **{"q-policy-since-day": "28/2/2026", "q-found-by": ["adverts"]})
    assert (await answering.get(WORDS + "?page=3")).url == WORDS + "?page=3"
    await answer(answering, WORDS, **{"q-found-by": ["none"]})
    assert (await answering.get(WORDS + "?page=3")).url == WORDS
    await answer(
        answering, WORDS, **{"q-policy-since-day": "1", "q-policy-since-month": "3", "q-found-by": ["adverts"]}
    )
    assert (await answering.get(WORDS + "?page=3")).url == WORDS


async def test_nothing_but_a_scored_question_is_needed_and_the_score_is_of_those_alone(answering):
    tasks = await answering.get("/assessments/procurement")
    assert "0 of 1 parts are done" in tasks.text and tasks.text.count("Optional") == 2
    page = await answer(answering, "/assessments/procurement/scored", **{"q-trained": "yes"})
    assert "All questions are answered." in (await answering.get("/assessments/procurement")).text
    page = await answering.get("/assessments/procurement/check")
    assert page.text.count("Not answered (optional)") == 4 and "still open" not in page.text
    report = await page.submit("/assessments/procurement/submit")
    assert report.url.startswith("/reports/")
    assert "8 of 8 weighted points" in (await answering.get(f"{report.url}/answers")).text
    assert "What else you told us" not in report.text


async def test_the_report_shows_what_else_was_told_and_it_counts_for_nothing(answering):
    await answer(answering, FIGURES, **{"q-people": "12"})
    await answer(answering, WORDS, **{"q-policy-since-day": "1 March 2025", "q-found-by": ["agency"]})
    await answer(answering, WORDS + "?page=2", **{"q-agency-name": "Best Hands"})
    await answer(answering, WORDS + "?page=3", **{"q-learned": "Ask <b>first</b>\nThen hire"})
    await answer(answering, "/assessments/procurement/scored", **{"q-trained": "yes"})
    page = await answering.get("/assessments/procurement/check")
    report = await page.submit("/assessments/procurement/submit")
    assert "8 of 8 weighted points" in (await answering.get(f"{report.url}/answers")).text
    assert "What else you told us (5)" in report.text
    assert "12 people" in report.text and "Best Hands" in report.text and "1 March 2025" in report.text
    assert "Ask &lt;b&gt;first&lt;/b&gt;\nThen hire" in report.html
    told = (await answering.get(f"{report.url.partition('?')[0]}.json")).response.json()["told"]
    assert [one["answer"] for one in told] == [
        "12 people", "1 March 2025", "Through an agency", "Best Hands", "Ask <b>first</b>\nThen hire"
    ]  # fmt: skip


async def test_answers_of_a_way_no_longer_taken_are_not_in_what_is_submitted(answering):
    await answer(answering, WORDS, **{"q-found-by": ["agency"]})
    await answer(answering, WORDS + "?page=2", **{"q-agency-name": "Best Hands"})
    await answer(answering, WORDS, **{"q-found-by": ["adverts"]})
    await answer(answering, "/assessments/procurement/scored", **{"q-trained": "yes"})
    await write(partial(submitting.submit, answering.scope, "procurement", MAILROOM))
    assert "Best Hands" not in await stored(answering, "answers, change, result", "assessment")


async def test_no_row_for_figures_of_the_county_holds_what_is_not_scored(answering):
    await answer(answering, FIGURES, **{"q-people": "12"})
    await answer(answering, WORDS, **{"q-found-by": ["agency"]})
    await answer(answering, "/assessments/procurement/scored", **{"q-trained": "yes"})
    await write(partial(submitting.submit, answering.scope, "procurement", MAILROOM))
    facts = await read(partial(sql.rows, "SELECT question FROM answer_fact"))
    assert facts == [{"question": "trained"}]
    scores = await read(partial(sql.rows, "SELECT section, score FROM section_fact ORDER BY section"))
    assert [(row["section"], row["score"]) for row in scores] == [("figures", None), ("scored", 10000), ("words", None)]


async def test_words_that_are_taken_back_are_nowhere_any_more(answering):
    await answer(answering, WORDS, **{"q-found-by": ["agency"]})
    for typed in ("Mrs Secret", "Best Hands", ""):
        await answer(answering, WORDS + "?page=2", **{"q-agency-name": typed})
    kept = await stored(answering, "answers, change", "assessment") + await stored(answering, "change", "answer_change")
    assert "agency-name" in kept and "Secret" not in kept and "Hands" not in kept


async def test_two_people_who_answer_see_both_and_one_who_left_it_alone_overwrites_nothing(answering, bob):
    await answer(answering, WORDS, **{"q-found-by": ["agency"]})
    first, second = await answering.get(WORDS + "?page=2"), await bob.get(WORDS + "?page=2")
    assert (await second.submit(**{"q-agency-name": "Bob’s"})).status == 200
    page = await first.submit(**{"q-agency-name": "Alice’s"})
    assert page.status == 409
    assert page.errors == [
        "“Which agency? The answer”: Bob answered this while your page was open. Choose the right answer."
    ]
    assert "The saved answer: Bob’s" in page.text and page.fields()["q-agency-name"] == ["Alice’s"]
    assert "keep-agency-name" not in page.fields()
    again = await page.submit()
    assert again.status == 422 and (await given(answering))["agency-name"] == Answer("Bob’s")
    assert (await again.submit(**{"keep-agency-name": "theirs"})).status == 200
    assert (await given(answering))["agency-name"] == Answer("Bob’s")
    assert (await again.submit(**{"keep-agency-name": "mine"})).status == 200
    assert (await given(answering))["agency-name"] == Answer("Alice’s")


async def test_what_a_colleague_emptied_stays_empty_when_an_older_page_is_saved(answering, bob):
    await answer(answering, FIGURES_2, **{"q-fees": "10"})
    await answer(answering, WORDS, **{"q-found-by": ["agency"]})
    await answer(answering, WORDS + "?page=2", **{"q-agency-name": "Best Hands"})
    older, other = await answering.get(WORDS + "?page=2"), await answering.get(WORDS + "?page=2")
    await answer(bob, WORDS + "?page=2", **{"q-agency-name": ""})
    assert (await older.submit()).status == 200
    assert "agency-name" not in await given(answering)
    page = await other.submit(**{"q-agency-name": "Better Hands"})
    assert page.status == 409 and "The saved answer: Not answered (optional)" in page.text
    assert "agency-name" not in await given(answering)


async def test_answering_again_starts_without_what_was_told(answering):
    await answer(answering, FIGURES, **{"q-people": "12"})
    await answer(answering, "/assessments/procurement/scored", **{"q-trained": "yes"})
    await write(partial(submitting.submit, answering.scope, "procurement", MAILROOM))
    await start_on_kinds(answering)
    assert await given(answering) == {}


async def test_a_page_of_a_draft_that_is_gone_gives_back_what_was_typed_in_words(answering):
    await answer(answering, "/assessments/procurement/scored", **{"q-trained": "yes"})
    page = await answering.get(WORDS)
    await write(partial(submitting.submit, answering.scope, "procurement", MAILROOM))
    late = await page.submit(**{"q-found-by": ["agency", "friends"], "q-policy-since-day": "1", "q-policy-since-month":
                                "March"})  # fmt: skip
    assert late.status == 409
    assert "Through an agency; By friends, or by family" in late.text and "1 March" in late.text


async def test_a_viewer_reads_and_a_stranger_sees_nothing(answering, site, charlie):
    await answer(answering, FIGURES, **{"q-people": "12"})
    victor = await colleague(site, "Victor", answering, "viewer")
    page = await victor.get(FIGURES)
    assert page.fields()["q-people"] == ["12"] and "Save and go on" not in page.text
    assert (await charlie.get(FIGURES)).url == "/assessments/procurement"


async def test_nobodys_copy_of_their_data_has_the_firms_words_and_they_go_with_the_firm(answering, bob):
    await answer(answering, WORDS, **{"q-found-by": ["agency"]})
    await answer(bob, WORDS + "?page=2", **{"q-agency-name": "Best Hands"})
    for person in (answering, bob):
        assert "Best Hands" not in (await person.browser.http.get("/account/data.json")).text
    await write(partial(erasing.erase_organisation, HOLDINGS, answering.organisation))
    assert "Best Hands" not in await stored(answering, "answers, change", "assessment")


async def test_every_question_is_read_before_anybody_answers(visitor, tmp_path, monkeypatch):
    folder = tmp_path / "questionnaires"
    shutil.copytree(resource("questionnaires"), folder)
    unscored = as_version_of("procurement").partition("sections:\n")[2].partition("  - id: scored")[0]
    text = (folder / "procurement.yaml").read_text("utf-8")
    newer = re.sub("^version: .*", 'version: "2099.1"', text, count=1, flags=re.MULTILINE)
    (folder / "procurement.yaml").write_text(newer + unscored, "utf-8")
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(folder))
    installed.cache_clear()
    await publish_all()
    page = await visitor.get("/questions")
    installed.cache_clear()
    for asked in (
        "A number (people) (optional)",
        "An amount in pounds (optional)",
        "A percentage (optional)",
        "A date (optional)",
        "A few words (optional)",
        "Some lines of text (optional)",
        "None of these",
    ):
        assert asked in page.text
