"""The questions on paper: for a firm as its profile has it, and for visitors by the facts they pick."""

from functools import partial

import msgspec
import pytest
from tests.paper.reading import folded, words_of
from tests.security import world as county
from tests.support.cast import colleague
from tests.support.firms import JOINERY, answer_all, fill_profile, start

from pledge.assessments import definitions, drafts
from pledge.database import sql
from pledge.database.unit import database, read
from pledge.organisations.profile import Profile
from pledge.paper import pdf
from pledge.questionnaires.effort import choose, forms, title_in
from pledge.questionnaires.visibility import effective_answers, words

AGENCY = msgspec.structs.replace(JOINERY, headcount_band="50-249", labour=("agency",))


@pytest.fixture(autouse=True)
def nothing_kept():
    pdf._kept.clear()
    yield
    pdf._kept.clear()


def asked_and_not(name: str, profile: Profile) -> tuple[list[str], list[str]]:
    """Return the words of every question that is asked of a profile in its first form, and of every one that is not."""
    definition = definitions.current(name)
    profile = choose(definition, profile)
    shown = effective_answers(definition, profile, {})
    texts = {question.id: words(definition, question, profile).text for question in definition.questions}
    asked = [texts[id_] for id_ in shown]  # two that exclude each other may have the same words
    return asked, [text for text in texts.values() if text not in asked]


@pytest.mark.parametrize("profile", [JOINERY, AGENCY], ids=["a joinery", "with agency workers"])
@pytest.mark.parametrize("name", ["procurement", "recruitment"])
async def test_a_firm_prints_exactly_what_it_is_asked(alice, name, profile):
    await fill_profile(alice, profile)
    page = await alice.get(f"/assessments/{name}/paper")
    file = await page.browser.http.get(f"/assessments/{name}/paper.pdf")
    assert (page.status, file.status_code) == (200, 200)
    assert file.headers["content-type"] == "application/pdf"
    assert f'filename="{name}-2026.4.pdf"' in file.headers["content-disposition"]
    asked, left_out = asked_and_not(name, profile)
    assert asked and left_out
    for there in (page.text, words_of(file.content)):
        assert [text for text in asked if folded(text) not in there] == []
        assert [text for text in left_out if folded(text) in there] == []
    assert f"/assessments/{name}/paper.pdf" in {link.partition("?")[0] for link in page.links()}


async def test_what_was_answered_is_not_on_it(alice):
    await fill_profile(alice, AGENCY)
    before = await alice.get("/assessments/procurement/paper")
    await start(alice)
    await answer_all(alice, points=3)
    assert (await alice.get("/assessments/procurement/paper")).text == before.text


async def test_a_draft_is_printed_in_its_own_version(alice, monkeypatch):
    await fill_profile(alice)
    await start(alice)
    newer = msgspec.structs.replace(definitions.current("procurement"), version="2099.1")
    monkeypatch.setattr(definitions, "all_current", lambda: [newer])
    older = definitions.current("procurement")

    async def version(questionnaire, number):
        assert (questionnaire, number) == ("procurement", "2026.4")
        return older

    monkeypatch.setattr(definitions, "version", version)
    assert "version 2026.4" in (await alice.get("/assessments/procurement/paper")).text
    assert "version 2099.1" in (await alice.get("/questions/procurement/paper")).text


async def test_a_viewer_prints_it_too(site, alice):
    await fill_profile(alice)
    vera = await colleague(site, "Vera", alice, "viewer")
    page = await vera.get("/assessments/recruitment/paper")
    assert page.status == 200 and "1 to 9 people" in page.text
    assert (await vera.get("/assessments/recruitment/paper.pdf")).status == 200


async def test_each_firm_prints_its_own(alice, charlie):
    await fill_profile(alice, AGENCY)
    await fill_profile(charlie, JOINERY, name="Ribble Catering")
    assert "50 to 249 people" in (await alice.get("/assessments/recruitment/paper")).text
    assert "1 to 9 people" in (await charlie.get("/assessments/recruitment/paper")).text


@pytest.mark.parametrize("path", ["paper", "paper.pdf"])
async def test_a_firm_that_has_not_said_what_it_is_gets_the_one_for_a_typical_firm(alice, path):
    page = await alice.get(f"/assessments/recruitment/{path}")
    assert page.status == 200 and page.url == f"/questions/recruitment/{path}"


@pytest.mark.parametrize("path", ["paper", "paper.pdf"])
async def test_a_visitor_signs_in_for_a_firms_own(visitor, path):
    page = await visitor.get(f"/assessments/recruitment/{path}")
    assert page.url.startswith("/sign-in?next=%2Fassessments%2Frecruitment%2Fpaper")


@pytest.mark.parametrize("path", ["/assessments/nothing/paper", "/assessments/quick-check/paper.pdf"])
async def test_no_such_questionnaire_of_a_firm(alice, path):
    await fill_profile(alice)
    assert (await alice.get(path)).status == 404


@pytest.mark.parametrize("path", ["nothing/paper", "nothing/paper.pdf", "quick-check/paper", "nothing/paper?kind=x"])
async def test_no_such_questionnaire_for_visitors(visitor, path):
    page = await visitor.get(f"/questions/{path}")
    assert page.status == 404 and "Traceback" not in page.html


# — visitors —


async def test_a_visitor_is_shown_a_typical_firm_first(visitor):
    page = await visitor.get("/questions/paper")
    assert page.status == 200
    typical = Profile(kind="business", headcount_band="1-9", turnover_36m=False, goods_abroad=False)
    for definition in definitions.all_current():
        for form in forms(definition, typical):
            title = title_in(definition, form.depth)
            assert f"{title} {form.questions} questions, about {form.minutes} minutes." in page.text
    assert page.document.xpath("//input[@checked]/@value") == ["business", "1-9", "no"]


async def test_a_visitor_picks_the_facts_and_keeps_them_all_the_way(visitor):
    facts = (
        "kind=charity&headcount_band=50-249&sector=Q&risk_sectors=care&turnover_36m=yes&labour=agency&labour=sponsored"
    )
    page = await visitor.get(f"/questions/paper?{facts}&outside_work=crews_on_site")
    profile = Profile(
        kind="charity", headcount_band="50-249", risk_sectors=("care",), turnover_36m=True,
        labour=("agency", "sponsored"), outside_work=("crews_on_site",),
    )  # fmt: skip
    ticked = page.document.xpath("//input[@checked]/@value")
    assert sorted(ticked) == sorted(["charity", "care", "50-249", "yes", "agency", "sponsored", "crews_on_site"])
    sheet = await page.follow("Read or print: Recruitment")
    asked, left_out = asked_and_not("recruitment", profile)
    file = await sheet.browser.http.get(next(link for link in sheet.links() if ".pdf" in link))
    for there in (sheet.text, words_of(file.content)):
        assert [text for text in asked if folded(text) not in there] == []
        assert [text for text in left_out if folded(text) in there] == []
    for words_ in ("A charity or community group", "50 to 249 people", "Workers on a visa"):
        assert words_ in sheet.text
    (back,) = sheet.document.xpath("//a[contains(@class, 'govuk-back-link')]/@href")
    assert (await visitor.get(back)).document.xpath("//input[@checked]/@value") == page.document.xpath(
        "//input[@checked]/@value"
    )


ONE = " has an answer that is not on the page. Choose one of those that are."
SOME = " has an answer that is not on the page. Choose from those that are."


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("kind=%F0%9F%A6%84", [f"“What are you?”{ONE}"]),
        (
            "headcount_band=-1&labour=slaves&labour=agency&turnover_36m=maybe",
            [
                f"“How many people work for you?”{ONE}",
                f"“Is your yearly turnover £36 million or more?”{ONE}",
                f"“Do any of these work for you?”{SOME}",
            ],
        ),
        (f"outside_work={'A' * 3000}", [f"“Do others do work for you?”{SOME}"]),
        ("risk_sectors=%00", [f"“Do you do any of these?”{SOME}"]),
    ],
    ids=["one", "several", "long", "nul"],
)
@pytest.mark.parametrize(
    "path", ["/questions/paper", "/questions/recruitment/paper", "/questions/procurement/paper.pdf"]
)
async def test_absurd_facts_are_refused_in_plain_words_and_the_rest_is_kept(visitor, path, query, errors):
    page = await visitor.get(f"{path}?{query}&outside_work=subcontracting")
    assert page.status == 422 and page.title.startswith("Error: ")
    assert page.errors == errors
    assert "subcontracting" in page.document.xpath("//input[@checked]/@value")
    assert page.document.xpath("//form[@method='get']/@action") == ["/questions/paper"]
    assert "Read or print" not in page.text


@pytest.mark.parametrize(
    "query", ["nothing=1", "kind=", "kind=business&kind=charity", "postcode=BB9", "small=true", "sector=zzz"]
)
async def test_what_is_no_fact_changes_nothing(visitor, query):
    page, plain = await visitor.get(f"/questions/recruitment/paper?{query}"), await visitor.get(
        "/questions/recruitment/paper"
    )  # fmt: skip
    assert page.status == 200 and page.text == plain.text


async def test_nothing_is_kept_of_what_a_visitor_picks(visitor):
    await visitor.get("/questions/paper")  # now this process has read what is published
    rows = await county.snapshot()
    asked = database().statements
    page = await visitor.get("/questions/recruitment/paper?kind=charity")
    assert database().statements == asked + 1  # whether anything was published since
    assert await county.snapshot() == rows
    assert "set-cookie" not in page.response.headers


# — what costs —


async def test_an_address_has_sixty_made_in_an_hour_and_what_is_kept_costs_nothing(visitor, monkeypatch):
    made = []

    async def make(document):
        made.append(document)
        return b"%PDF-"

    monkeypatch.setattr(pdf, "make", make)
    for number in range(60):
        assert (await visitor.get(f"/questions/recruitment/paper.pdf?{_one_of(number)}")).status == 200
    page = await visitor.get(f"/questions/recruitment/paper.pdf?{_one_of(60)}")
    assert page.status == 429 and len(made) == 60
    monkeypatch.setattr(pdf, "kept", lambda document: b"%PDF-")
    assert (await visitor.get(f"/questions/recruitment/paper.pdf?{_one_of(60)}")).status == 200
    assert (await visitor.get(f"/questions/recruitment/paper?{_one_of(60)}")).status == 200


def _one_of(number: int) -> str:
    """Return one of many sets of facts."""
    names = ("agency", "seasonal", "sponsored", "minimum_wage", "tied_housing")
    ticked = [f"labour={name}" for place, name in enumerate(names) if number >> place & 1]
    return "&".join(["kind=charity" if number > 31 else "kind=business", *ticked])


async def test_a_pdf_is_made_once_for_firms_that_are_alike(alice, charlie):
    await fill_profile(alice)
    await fill_profile(charlie, name="Ribble Catering")
    first = await alice.browser.http.get("/assessments/recruitment/paper.pdf")
    second = await charlie.browser.http.get("/assessments/recruitment/paper.pdf")
    assert first.content == second.content
    (row,) = await read(partial(sql.rows, "SELECT hits FROM throttle WHERE name LIKE 'paper:%'"))
    assert row["hits"] == 1


async def test_where_none_can_be_made_the_page_says_what_to_do(visitor, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    page = await visitor.get("/questions/recruitment/paper.pdf")
    assert page.status == 503
    assert "The page itself prints well too" in page.text


# — the ways there —


async def test_every_place_before_the_first_answer_leads_there(visitor, alice):
    for path in ("/", "/questions"):
        assert "/questions/paper" in (await visitor.get(path)).links()
    await fill_profile(alice)
    assert "/assessments/procurement/paper" in (await alice.get("/assessments/procurement")).links()
    await start(alice)
    assert "/assessments/procurement/paper" in (await alice.get("/assessments/procurement")).links()


async def test_a_viewer_is_led_there_where_nobody_has_begun(site, alice):
    await fill_profile(alice)
    vera = await colleague(site, "Vera", alice, "viewer")
    assert "/assessments/procurement/paper" in (await vera.get("/assessments/procurement")).links()


async def test_answers_written_on_paper_can_be_typed_in(alice):
    """The boxes stand in the order of the screen, so that nobody looks for them."""
    await fill_profile(alice)
    paper = await alice.get("/assessments/procurement/paper?depth=full")
    await start(alice)
    screen = await alice.get("/assessments/procurement/leadership")
    on_screen = [
        " ".join(label.text_content().split())
        for label in screen.document.xpath("//label[contains(@class, 'govuk-radios__label')]")
    ]
    on_paper = [
        " ".join(box.text_content().split())
        for box in paper.document.xpath("//ul[contains(@class, 'pledge-boxes')]/li")
    ]
    assert on_screen and on_paper[: len(on_screen)] == on_screen
    assert (await read(partial(drafts.load, alice.scope, "procurement"))).given == {}
