"""The engine and the second scorer agree on every figure, word and place of whatever the grammar can say."""

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledge.questionnaires.answers import parse_answers
from pledge.questionnaires.loading import published
from pledge.questionnaires.result import to_json
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import effective_answers, words

from .drawing import answers_to, documents, facts_of, profiles, questions_of
from .second_scorer import assess, shown_of, words_of

CASES = settings(derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])


def frozen(result):
    """Return a result as it is frozen: without the words of the context, and questions that are not shown."""
    found = msgspec.json.decode(to_json(result))
    assert found.pop("scoring_version") == "1"
    reasons = found["context"].pop("reasons")
    assert sum(int(reason.rsplit("(", 1)[1].split()[0]) for reason in reasons) == found["context"]["points"]
    found["questions"] = [row for row in found["questions"] if row["state"] != "not_shown"]
    return found


def agree(document, profile, raw):
    definition = published(json.dumps(document)).definition
    answers, problems = parse_answers(definition, raw)
    assert not problems
    facts = facts_of(profile)
    assert list(effective_answers(definition, profile, answers)) == shown_of(document, facts, raw)
    assert frozen(score(definition, profile, answers)) == assess(document, facts, raw)
    for question in questions_of(document):
        said = words(definition, definition.question(question["id"]), profile)
        assert (said.text, said.labels) == words_of(question, document, facts)


@settings(CASES, max_examples=500)
@given(document=documents(), profile=profiles, data=st.data())
def test_both_scorers_agree_on_every_questionnaire(document, profile, data):
    agree(document, profile, data.draw(answers_to(document)))


@pytest.mark.soak
@settings(CASES, derandomize=False, max_examples=50_000)
@given(document=documents(6), profile=profiles, data=st.data())
def test_both_scorers_agree_on_many_questionnaires(document, profile, data):
    agree(document, profile, data.draw(answers_to(document)))
