"""What is true of scoring and visibility in all questionnaires, profiles and answers that the grammar can say.

That every figure is right is for ``generated``, which works each out a second time.
"""

import json

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, parse_answers
from pledge.questionnaires.asked import asked
from pledge.questionnaires.explaining import explain
from pledge.questionnaires.loading import published
from pledge.questionnaires.result import from_json, to_json
from pledge.questionnaires.rules import compile_rule
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import effective_answers, pages, shown_pages, steering_questions

from .generated.drawing import answers_to, documents, profiles

many = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
definitions = documents().map(lambda document: (document, published(json.dumps(document)).definition))


def answered(data, document, definition, missing=True):
    """Draw answers to a questionnaire."""
    answers, problems = parse_answers(definition, data.draw(answers_to(document, missing=missing)))
    assert not problems
    return answers


@many
@given(drawn=definitions, profile=profiles, data=st.data())
def test_a_result_is_within_its_limits(drawn, profile, data):
    document, definition = drawn
    result = score(definition, profile, answered(data, document, definition))
    assert result.score is None or 0 <= result.score <= 10_000
    assert result.complete or (result.score, result.band) == (None, None)
    raised = {flag.flag for flag in result.flags}
    assert not ("foundation" in raised and result.band in ("established", "leading"))
    assert not ("check_first" in raised and result.band == "leading")
    assert (result.headline == "act_first") is ("act_first" in raised)
    assert from_json(to_json(result)) == result


@many
@given(drawn=definitions, profile=profiles, data=st.data())
def test_more_points_never_lower_the_score(drawn, profile, data):
    document, definition = drawn
    answers = answered(data, document, definition, missing=False)
    before = score(definition, profile, answers)
    free = [row for row in before.questions if row.points is not None and row.id not in steering_questions(definition)]
    assume(free)
    row = data.draw(st.sampled_from(free))
    better = [option for option in definition.question(row.id).options if option.points > row.points]
    assume(better)
    option = data.draw(st.sampled_from(better))
    after = score(definition, profile, answers | {row.id: Answer(option.value)})
    assert after.score >= before.score
    assert after.weighted_points > before.weighted_points
    # and the explanation foretold it exactly
    (explanation,) = [found for found in explain(definition, before) if found.question == row.id]
    (foretold,) = [found for found in explanation.improvements if found.value == option.value]
    assert foretold.adds_weighted_points == after.weighted_points - before.weighted_points
    assert foretold.adds_score == after.score - before.score
    assert foretold.flag == next((flag.flag for flag in after.flags if flag.question == row.id), None)


@many
@given(drawn=definitions, profile=profiles, data=st.data())
def test_not_applicable_takes_a_question_out_of_both_sums(drawn, profile, data):
    document, definition = drawn
    answers = answered(data, document, definition, missing=False)
    before = score(definition, profile, answers)
    steering = steering_questions(definition)
    free = [
        row
        for row in before.questions
        if row.points is not None and row.id not in steering and definition.question(row.id).not_applicable
    ]
    assume(free)
    row = data.draw(st.sampled_from(free))
    after = score(definition, profile, answers | {row.id: Answer(not_applicable="None here.")})
    assert before.weighted_points - after.weighted_points == row.weighted_points
    assert before.weighted_max - after.weighted_max == row.weighted_max
    assert row.id not in {gap.question for gap in after.gaps} | {flag.question for flag in after.flags}


@many
@given(drawn=definitions, profile=profiles, data=st.data())
def test_neither_order_nor_hidden_answers_matter(drawn, profile, data):
    document, definition = drawn
    answers = answered(data, document, definition)
    result = score(definition, profile, answers)
    shuffled = data.draw(st.permutations(list(answers)))
    assert score(definition, profile, {name: answers[name] for name in shuffled}) == result
    other = answered(data, document, definition)
    on_path = {name: answer for name, answer in answers.items() if name not in result.not_shown}
    off_path = {name: answer for name, answer in other.items() if name in result.not_shown}
    assert score(definition, profile, on_path) == result
    assert score(definition, profile, on_path | off_path) == result
    assert tuple(effective_answers(definition, profile, on_path | off_path)) == tuple(
        effective_answers(definition, profile, answers)
    )


@many
@given(drawn=definitions, profile=profiles, data=st.data())
def test_every_question_is_on_one_page_with_none_that_it_follows(drawn, profile, data):
    document, definition = drawn
    found = pages(definition)
    assert [name for page in found for name in page.questions] == [q.id for q in definition.questions]
    assert all(1 <= len(page.questions) <= 4 for page in found)
    for section in definition.sections:
        numbers = [page.number for page in found if page.section == section.id]
        assert numbers == list(range(1, len(numbers) + 1))
    answers = answered(data, document, definition)
    shown = shown_pages(definition, tuple(effective_answers(definition, profile, answers)))
    names = tuple(name for page in shown for name in page.questions)
    assert names == tuple(effective_answers(definition, profile, answers))
    fixed = {(page.section, page.number): set(page.questions) for page in found}
    assert all(set(page.questions) <= fixed[page.section, page.number] for page in shown)
    # changing the answers of a page never changes what is shown on that same page
    page = data.draw(st.sampled_from(found))
    changed = {name: answers[name] for name in answers if name not in page.questions}
    again = tuple(effective_answers(definition, profile, changed))
    assert {name for name in names if name in page.questions} == {n for n in again if n in page.questions}


@many
@given(drawn=definitions, profile=profiles, data=st.data())
def test_what_can_be_asked_is_what_is_shown_as_far_as_the_answers_let_it(drawn, profile, data):
    document, definition = drawn
    answers = answered(data, document, definition)
    shown = effective_answers(definition, profile, answers)
    counted = {name: answer for name, answer in shown.items() if answer is not None}
    possible = asked(definition, profile)
    assert [each.number for each in possible] == list(range(1, len(possible) + 1))
    # what is left of a condition needs no profile any more
    held = [
        each.question.id
        for each in possible
        if each.depends is None or compile_rule(each.depends, definition)(Profile(), counted)
    ]
    assert held == list(shown)
    assert all(bool(each.only_if) is (each.depends is not None) for each in possible)
