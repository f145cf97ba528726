"""What is shown of a report, and that no answer which can mean harm changes a byte of it."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.firms import JOINERY, answers_at

from pledge.assessments import definitions
from pledge.assessments.submitting import Submitted
from pledge.organisations.profile import Profile
from pledge.pledges.standing import Standing
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.installed import ASSESSMENTS
from pledge.questionnaires.scoring import score
from pledge.sharing import shared
from pledge.sharing.areas import areas
from pledge.sharing.shared import KINDS
from pledge.web.templates import environment

DAY = date(2026, 11, 20)
ID = UUID(int=1)
DEFINITIONS = {name: definitions.current(name) for name in ASSESSMENTS}
FACTORY = Profile(
    kind="business", postcode="BB9 7LJ", district="E07000122", area="pennine", sector="C",
    risk_sectors=("food_processing", "lettings"), headcount_band="50-249", turnover_36m=True,
    labour=("agency", "sponsored", "tied_housing"), outside_work=("crews_on_site", "subcontracting"),
    goods_abroad=True,
)  # fmt: skip


def submitted(definition: Definition, profile: Profile, answers: dict[str, Answer]) -> Submitted:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    result = score(definition, profile, answers)
    assert result.complete
    return Submitted(ID, definition, "Acme Ltd", answers, result, profile, now, DAY, True, None)


def possible(question: Question) -> list[Answer]:
    found = [Answer(dont_know=True), *(Answer(value=option.value) for option in question.options)]
    return [*found, Answer(not_applicable="CANARY why not")] if question.not_applicable else found


PAGES = environment().get_template("sharing/shown.html")


def shown(found: Submitted, kind) -> str:
    what = shared.of(found, kind, None, DAY)
    return shared.encode(what) + PAGES.render(shared=what, known=areas())


@pytest.mark.parametrize("name", ASSESSMENTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", [JOINERY, FACTORY], ids=["joinery", "factory"])
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_every_possible_answer_that_can_mean_harm_gives_the_same_bytes(name, kind, profile, data):
    definition = DEFINITIONS[name]
    answers = {
        question.id: data.draw(st.sampled_from(possible(question)), label=question.id) for question in definition.scored
    }
    before = shown(submitted(definition, profile, answers), kind)
    assert "Act first" not in before and "CANARY" not in before
    for question in definition.scored:
        if question.may_mean_harm:
            assert question.text not in before
            for answer in possible(question):
                assert shown(submitted(definition, profile, answers | {question.id: answer}), kind) == before


def test_a_summary_has_levels_and_areas_and_no_answer():
    definition = DEFINITIONS["recruitment"]
    found = shared.of(submitted(definition, JOINERY, answers_at(definition, 3)), "summary", None, DAY)
    assert found.parts == () and found.summary.level == "Established" and found.pledge is None
    assert [area.letter for area in found.areas] == list("abcdef")


def test_areas_count_the_answers_that_are_about_them_by_level():
    """Recruitment has for a firm like the joinery: (a) r-a1, (b) r-a2, (d) r-a3, … as its maps_to say."""
    definition = DEFINITIONS["procurement"]
    answers = answers_at(definition, 3) | {
        "p-f5": Answer(
            value=next(option.value for option in definition.scored_question("p-f5").options if option.points == 4)
        )
    }
    found = {
        area.letter: area for area in shared.of(submitted(definition, FACTORY, answers), "summary", None, DAY).areas
    }
    assert (found["e"].answers, found["e"].level_1, found["e"].level_2) == (1, 1, 1)
    assert (found["b"].answers, found["b"].level_1, found["b"].level_2) == (3, 3, 0)
    low = shared.of(submitted(definition, FACTORY, answers_at(definition, 2)), "summary", None, DAY).areas
    assert all(area.level_1 == area.level_2 == 0 for area in low)


def test_an_area_that_no_answer_is_about_says_so():
    definition = DEFINITIONS["recruitment"]
    nobody = Profile(**{**{name: getattr(JOINERY, name) for name in JOINERY.__struct_fields__}, "headcount_band": "0"})
    found = shown(submitted(definition, nobody, answers_at(definition, 3)), "summary")
    assert "None here" in found


def test_all_shows_answers_and_what_is_next_but_no_words_of_anybody():
    definition = DEFINITIONS["procurement"]
    answers = answers_at(definition, 1)
    optional = next(q for q in definition.scored if q.not_applicable and not q.may_mean_harm and q.id == "p-b2")
    answers[optional.id] = Answer(not_applicable="CANARY we sell our time")
    found = shared.of(submitted(definition, FACTORY, answers), "full", None, DAY)
    said = {each.question: each for part in found.parts for each in part.said}
    assert "CANARY" not in shared.encode(found)
    assert "Does not apply to us" in {each.answer for each in said.values()}
    assert any(each.to_do.startswith("Name one person who has the say") for each in said.values())


def test_the_pledge_is_said_as_signed_and_never_by_its_status():
    definition = DEFINITIONS["procurement"]
    found = submitted(definition, JOINERY, answers_at(definition, 3))
    signed = Standing(
        ID, UUID(int=2), "1", "Alice", "Owner", True, (), date(2026, 1, 5), date(2027, 1, 4), "improving", DAY
    )
    said = shared.of(found, "summary", signed, DAY)
    assert said.pledge == shared.Pledge(date(2026, 1, 5), date(2027, 1, 4), UUID(int=2))
    assert "improving" not in shared.encode(said).lower() and "Alice" not in shared.encode(said)
    assert shared.of(found, "summary", signed, date(2027, 1, 5)).pledge is None


def test_what_is_kept_is_read_again_as_it_was():
    definition = DEFINITIONS["procurement"]
    found = shared.of(submitted(definition, JOINERY, answers_at(definition, 2)), "full", None, DAY)
    assert shared.decode(shared.encode(found)) == found and shared.decode(shared.encode(found)).digest == found.digest
