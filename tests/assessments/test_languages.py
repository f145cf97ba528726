"""Questions in another language: who is offered one, that it is remembered, and that every foreign word is marked."""

from functools import partial

import pytest
from tests.support.firms import answer_all, fill_profile, start
from tests.support.languages import CHECKED, LANGUAGE, choose, foreign, installing, make_demo

from pledge.database import sql
from pledge.database.unit import read
from pledge.questionnaires.installed import ASSESSMENTS, installed
from pledge.questionnaires.parts import Rule

TASKS = "/assessments/recruitment"
PAGE = "/assessments/recruitment/responsibility"
DRAFT = "Draft translation: needs a human translator’s check"


@pytest.fixture
def translated(monkeypatch, tmp_path):
    """Return a function that installs a made-up translation: a draft, or CHECKED."""
    yield from installing(monkeypatch, tmp_path)


@pytest.fixture
def demo(site, monkeypatch):
    """The site is the demo."""
    make_demo(site, monkeypatch)


@pytest.fixture
async def drafting(alice):
    """Alice has a profile and an open recruitment draft."""
    await fill_profile(alice)
    await start(alice, "recruitment")
    return alice


async def language_of(person) -> str:
    return await read(partial(sql.value, "SELECT language FROM person WHERE id = {}", person.id))


# — who is offered it —


async def test_a_checked_translation_is_offered_and_remembered(drafting, translated):
    translated(**CHECKED)
    page = await drafting.get(TASKS)
    assert foreign(page) == (["Polski"], [])
    page = await page.submit(LANGUAGE, button="language=pl")
    assert page.url == TASKS and await language_of(drafting) == "pl"
    assert page.document.findtext(".//h1/span") == "Żż Recruitment, training and induction"
    page = await drafting.get(PAGE)
    assert "Żż" in page.text and DRAFT not in page.text and "Raport jest po angielsku." in page.text
    back = await choose(drafting, "en")
    assert back.status == 200 and await language_of(drafting) == "" and "Żż" not in (await drafting.get(PAGE)).text


async def test_a_draft_is_nowhere_in_a_real_installation(drafting, visitor, translated):
    translated()
    for address in (TASKS, f"{TASKS}?language=pl", f"{PAGE}?language=pl", f"{TASKS}/check?language=pl"):
        page = await drafting.get(address)
        assert "Żż" not in page.html and "Polski" not in page.html, address
    for address in ("/questions", "/questions?language=pl"):
        page = await visitor.get(address)
        assert "Żż" not in page.html and "Polski" not in page.html, address
    assert (await choose(drafting)).status == 404
    assert await language_of(drafting) == ""


async def test_what_ships_in_polish_is_a_draft_of_both_short_forms(visitor):
    found = {name: installed()[name].translations for name in ASSESSMENTS}
    short = [(each.language, each.needs_check, each.covers) for (each,) in found.values()]
    assert short == [("pl", True, Rule(profile="depth", equals="short"))] * 2
    assert "niewolnictwo" not in (await visitor.get("/questions?language=pl")).html


async def test_what_somebody_chose_does_not_show_them_a_draft(drafting, translated):
    translated(**CHECKED)
    await choose(drafting)
    translated()  # the same is marked again
    assert await language_of(drafting) == "pl"
    assert "Żż" not in (await drafting.get(PAGE)).html


async def test_the_demo_shows_a_draft_and_says_that_it_is_one(drafting, visitor, translated, demo):
    translated()
    await choose(drafting)
    for address in (TASKS, PAGE, f"{TASKS}/check"):
        page = await drafting.get(address)
        assert DRAFT in page.text and "Robocze tłumaczenie." in foreign(page)[0], address
    assert DRAFT in (await visitor.get("/questions?language=pl")).text


async def test_it_is_for_those_alone_whom_it_covers(drafting, translated):
    translated(**CHECKED, covers={"profile": "kind", "equals": "charity"})
    assert "Polski" not in (await drafting.get(TASKS)).html
    assert (await choose(drafting)).status == 404
    translated(**CHECKED, covers={"profile": "kind", "equals": "business"})
    assert "Polski" in (await drafting.get(TASKS)).html
    assert (await choose(drafting)).status == 200


@pytest.mark.parametrize("language", ["xx", "", "pl'--", "PL"])
async def test_a_language_that_is_not_offered_is_not_found(drafting, translated, language):
    translated(**CHECKED)
    assert (await choose(drafting, language)).status == 404
    assert await language_of(drafting) == ""


async def test_it_leads_back_to_the_page_and_nowhere_else(drafting, translated):
    translated(**CHECKED)
    assert (await choose(drafting, back=f"{TASKS}/check")).url == f"{TASKS}/check"
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "/account", f"{TASKS}x/check", ""):
        assert (await choose(drafting, back=back)).url == TASKS


async def test_it_is_each_persons_own(drafting, bob, translated):
    translated(**CHECKED)
    await choose(drafting)
    assert "Żż" not in (await bob.get(PAGE)).html


async def test_before_there_is_a_draft_it_can_be_chosen_too(alice, translated):
    translated(**CHECKED)
    await fill_profile(alice)
    page = await (await alice.get(TASKS)).submit(LANGUAGE, button="language=pl")
    assert page.document.findtext(".//h1/span") == "Żż Recruitment, training and induction"
    assert "Before the first question" in page.text


# — a page of questions —


async def test_another_language_saves_what_is_on_the_page(drafting, translated):
    translated(**CHECKED)
    page = await drafting.get(PAGE)
    question = next(name for name in page.fields() if name.startswith("note-")).removeprefix("note-")
    page = await page.submit(
        PAGE, button="go=language-pl", **{f"q-{question}": "?dont-know", f"note-{question}": "Zoë is on leave"}
    )
    assert page.url == PAGE and await language_of(drafting) == "pl"
    assert page.fields()[f"q-{question}"] == ["?dont-know"]
    assert page.fields()[f"note-{question}"] == ["Zoë is on leave"]
    assert "Żż" in page.text and "Nie wiem" in foreign(page)[0]
    page = await page.submit(PAGE, button="go=language-en")
    assert page.url == PAGE and "Żż" not in page.text and page.fields()[f"q-{question}"] == ["?dont-know"]


async def test_a_page_with_a_problem_keeps_what_was_typed_and_its_language(drafting, translated):
    translated(**CHECKED)
    page = await drafting.get(PAGE)
    question = next(name for name in page.fields() if name.startswith("note-")).removeprefix("note-")
    page = await page.submit(PAGE, button="go=language-pl", **{f"note-{question}": "x" * 5000})
    assert page.status == 422 and page.errors and "Żż" not in page.text
    assert page.fields()[f"note-{question}"] == ["x" * 5000]
    assert await language_of(drafting) == ""


async def test_return_in_a_field_goes_on_and_chooses_no_language(drafting, translated):
    translated(**CHECKED)
    page = await drafting.get(PAGE)
    first = page.form(PAGE).xpath(".//button")[0]
    assert " ".join(first.text_content().split()) == "Save and go on" and first.get("name") is None
    (named,) = [button.get("value") for button in page.form(PAGE).xpath(".//nav//button")]
    assert named == "language-pl"


async def test_nothing_is_offered_where_there_is_one_language(drafting, translated):
    page = await drafting.get(PAGE)
    assert "Language of the questions" not in page.html and "another language" not in page.text


async def test_every_word_of_another_language_is_marked(drafting, translated):
    translated(**CHECKED)
    await choose(drafting)
    await answer_all(drafting, "recruitment", 2)
    seen = set()
    for address in [TASKS, f"{TASKS}/check", "/questions?language=pl"]:
        page = await drafting.get(address)
        marked, unmarked = foreign(page)
        assert len(marked) > 5 and unmarked == [], address
        seen |= {link for link in page.links() if link.startswith(f"{TASKS}/") and "check" not in link}
    assert len(seen) > 5
    for address in sorted(link for link in seen if not any(word in link for word in ("paper", "/ask/", "put-away"))):
        marked, unmarked = foreign(await drafting.get(address))
        assert "Nie wiem" in marked and unmarked == [], address


async def test_an_answer_that_a_colleague_gave_too_is_said_in_the_language(drafting, bob, translated):
    translated(**CHECKED)
    await choose(drafting)
    mine, theirs = await drafting.get(PAGE), await bob.get(PAGE)
    name = mine.document.xpath("//main//input[@type='radio']/@name")[0]
    one, two, *_ = mine.document.xpath(f"//main//input[@name='{name}']/@value")
    await theirs.submit(PAGE, **{name: one})
    page = await mine.submit(PAGE, **{name: two})
    assert page.status == 409 and foreign(page, "//main//form")[1] == []
    assert "Żż" in page.document.xpath("//*[@class='govuk-inset-text']")[0].text_content()


async def test_a_submitted_report_is_in_english(drafting, translated):
    translated(**CHECKED)
    await choose(drafting)
    await answer_all(drafting, "recruitment", 2)
    page = await (await drafting.get(f"{TASKS}/check")).submit("/assessments/recruitment/submit")
    assert page.url.startswith("/reports/") and page.status == 200 and "Żż" not in page.html


# — all questions, for everybody —


async def test_a_visitor_reads_all_questions_by_a_link(visitor, translated):
    translated(**CHECKED)
    page = await visitor.get("/questions")
    (link,) = page.document.xpath("//nav[contains(@class,'language')]//a")
    assert (link.get("href"), link.get("lang"), link.get("hreflang")) == ("/questions?language=pl", "pl", "pl")
    page = await visitor.get(link.get("href"))
    marked, unmarked = foreign(page)
    assert unmarked == [] and "Żż Recruitment, training and induction" in marked
    assert "Buying and your supply chain" in page.text  # of which there is none in Polish
