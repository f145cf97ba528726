"""The pledge is short, can be kept, and ties each promise to evidence that the platform can see."""

import re

from pledge.words.reading import words

KINDS = [
    {"questionnaire", "question", "min_points"},
    {"questionnaire", "question", "no_flag"},
    {"submitted", "within_days"},
    {"upload"},
    {"attendance", "within_days"},
    {"consent"},
]


def _asked(rule):
    """Yield every single thing that an evidence rule asks for."""
    for key in ("all", "any"):
        for part in rule.get(key, []):
            yield from _asked(part) if "all" in part or "any" in part else [part]


def test_it_is_told_apart_from_a_questionnaire_and_versioned(pledge):
    assert (pledge["kind"], pledge["schema"], pledge["id"], pledge["version"], pledge["language"]) == (
        "pledge", "1", "business-pledge", "2026.1", "en",
    )  # fmt: skip
    assert pledge["term_months"] == "12"
    assert pledge["reminder_days"] == ["60", "30", "7"]


def test_it_makes_eight_promises_in_about_two_hundred_words(pledge):
    assert [commitment["id"] for commitment in pledge["commitments"]] == [
        "lead", "hire-fairly", "induct", "train", "know-suppliers", "buy-fairly", "listen-and-respond",
        "be-open",
    ]  # fmt: skip
    assert 160 <= sum(len(words(f"{c['title']} {c['text']}")) for c in pledge["commitments"]) <= 210


def test_it_promises_what_a_firm_can_keep(pledge):
    assert "We do not charge people for work, we ask, and we put right what we find." in pledge["preamble"]
    promises = " ".join(commitment["text"] for commitment in pledge["commitments"])
    assert not re.search(r"\b(guarantee|ensure|never|nobody pays|slavery-free|free of)\b", promises, re.I)
    assert "not a claim that we are free of modern slavery" in " ".join(pledge["what_it_is_not"])


def test_every_promise_names_evidence_that_exists(pledge, files, questions):
    for commitment in pledge["commitments"]:
        asked = list(_asked(commitment["evidence"]))
        assert asked and commitment["evidence"]["text"].endswith(".")
        for part in asked:
            assert set(part) in KINDS, part
            if "question" in part:
                question = questions[part["question"]]
                assert question["id"][0] == part["questionnaire"][0]
                if "no_flag" in part:
                    assert part["no_flag"] == "true"
                    assert any("flag" in option for option in question["options"])
                else:
                    assert part["min_points"] in {option["points"] for option in question["options"]}
            elif "submitted" in part:
                assert part["submitted"] in files
            elif "attendance" in part:
                assert set(part["attendance"]) <= set(files["recruitment"]["topics"])
            elif "consent" in part:
                assert part["consent"] in {consent["id"] for consent in pledge["signing"]["consents"]}
            else:
                assert part["upload"] == "suppliers"


def test_hiring_fairly_rests_on_the_questions_about_harm(pledge):
    (fair,) = [commitment for commitment in pledge["commitments"] if commitment["id"] == "hire-fairly"]
    asked = list(_asked(fair["evidence"]))
    assert [part["question"] for part in asked] == ["r-b2", "r-d3", "r-d4", "r-d6", "r-d7"]
    # don't know is flagged only where an answer could mean harm; elsewhere its points give it away
    assert ["no_flag" in part for part in asked] == [True, True, True, False, False]


def test_the_firm_is_public_by_signing_and_the_signer_only_by_choice(pledge):
    required = {consent["id"]: consent["required"] for consent in pledge["signing"]["consents"]}
    assert required == {"register": "true", "grouped-figures": "true", "signatory-name": "false"}
    assert "score" not in pledge["register"]["shows"]
    assert pledge["register"]["label"] == "Self-assessed, not checked"


def test_a_flag_bars_only_the_status_that_claims_progress(pledge):
    statuses = {status["id"]: status.get("requires", {}) for status in pledge["statuses"]}
    assert list(statuses) == ["signed", "assessed", "improving"]
    assert not statuses["signed"]
    assert list(_asked(statuses["assessed"])) == [{"submitted": "procurement"}, {"submitted": "recruitment"}]
    assert {"no_flag": "act_first"} in list(_asked(statuses["improving"]))
    assert {"min_score": "6500"} in list(_asked(statuses["improving"]))


def test_the_badge_is_dated_linked_and_claims_nothing(pledge):
    terms = " ".join(pledge["logo_terms"])
    for needed in ("current", "year", "register", "goods", "certified"):
        assert needed in terms


def test_a_pledge_can_be_withdrawn_or_lapse(pledge):
    assert pledge["lapse"]["removed_after_days"] == "90"
    assert pledge["withdrawal"]["text"]
    assert pledge["withdrawal"]["by_staff"] == "misuse"
