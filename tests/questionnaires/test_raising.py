"""What another answer would make of a result."""

import json

from hypothesis import given
from hypothesis import strategies as st

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, parse_answers
from pledge.questionnaires.loading import published
from pledge.questionnaires.raising import aim, outcomes
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import effective_answers

from .generated.drawing import answers_to, documents, profiles
from .test_scoring_properties import many


def test_every_other_answer_with_what_it_makes_of_the_score_and_the_flags(make, define):
    question, _ = make
    definition = define([
        question("a", weight=2, flags={0: "foundation", 4: "check_first"}, not_applicable=True), question("b"),
    ])  # fmt: skip
    answers = {"a": Answer("p0"), "b": Answer("p2")}
    before = score(definition, Profile(), answers)
    assert before.score == 1667  # 2 of 12
    found = outcomes(definition, Profile(), answers, before, definition.question("a"))
    assert [(each.answer.value, each.score, each.adds, each.clears, each.raises) for each in found] == [
        ("p1", 3333, 1666, ("foundation",), ()),
        ("p2", 5000, 3333, ("foundation",), ()),
        ("p3", 6667, 5000, ("foundation",), ()),
        ("p4", 8333, 6666, ("foundation",), ("check_first",)),
        (None, 1667, 0, ("foundation",), ()),  # don't know
        (None, 5000, 3333, ("foundation",), ()),  # does not apply: 2 of 4
    ]
    assert found[1].headline == "developing"
    reached = [aim(definition, Profile(), answers, before, definition.question(name)) for name in ("a", "b")]
    assert reached == [found[1], None]  # low risk aims for 2 points, which b has


def test_an_answer_that_would_ask_more_has_no_score_until_that_is_answered(make, define):
    question, _ = make
    definition = define([question("a"), question("b", show_if={"question": "a", "gte": 2})])
    answers = {"a": Answer("p1")}
    before = score(definition, Profile(), answers)
    found = outcomes(definition, Profile(), answers, before, definition.question("a"))
    assert [(each.score, each.asks) for each in found[:2]] == [(0, ()), (None, ("b",))]


@many
@given(document=documents(), profile=profiles, data=st.data())
def test_an_outcome_is_the_result_of_answering_all_again_with_it(document, profile, data):
    definition = published(json.dumps(document)).definition
    answers, _ = parse_answers(definition, data.draw(answers_to(document, missing=False)))
    shown = effective_answers(definition, profile, answers)
    answers = {name: answer for name, answer in answers.items() if name in shown}
    before = score(definition, profile, answers)
    for row in before.questions:
        if row.state in ("not_shown", "unanswered"):
            continue
        for each in outcomes(definition, profile, answers, before, definition.question(row.id)):
            after = score(definition, profile, {**answers, row.id: each.answer})
            assert (each.score, each.headline, each.asks) == (after.score, after.headline, after.unanswered)
            if row.points is not None and each.points is not None and not each.asks and not after.not_shown:
                assert (each.adds or 0) * (each.points - row.points) >= 0  # more points never lower the score
