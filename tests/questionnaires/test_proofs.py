"""What is proved of whole questionnaires, and that it is what trying everything out would find."""

import json
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from pledge.organisations.profile import Profile
from pledge.organisations.sectors import RISK_SECTORS
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.loading import load, published
from pledge.questionnaires.proving.solver import Solver
from pledge.questionnaires.visibility import effective_answers

from .conftest import document, question

CHARITY = {"profile": "kind", "equals": "charity"}
SMALL = {"profile": "small", "equals": True}


def problems(sections):
    return load(json.dumps(document(sections)).encode()).problems


def found(sections):
    return sorted((problem.code, problem.where) for problem in problems(sections))


def is_(name, *points):
    return {"question": name, "in": [f"p{point}" for point in points]}


def test_a_question_that_only_a_hidden_answer_would_show_is_never_shown():
    asked = [
        question("a"),
        question("b", show_if=is_("a", 0)),
        question("c", show_if={"all": [is_("a", 4), {"question": "b", "answered": True}]}),
    ]
    assert found({"only": asked}) == [("condition-never", "question c › show_if")]


def test_a_question_that_waits_for_no_answer_is_never_shown_to_who_answers_all():
    asked = [question("a"), question("b", show_if={"question": "a", "answered": False})]
    (problem,) = problems({"only": asked})
    assert (problem.code, problem.where) == ("condition-never", "question b › show_if")
    assert problem.message == "Nobody who has answered all that comes before can meet this condition."
    asked[0]["show_if"] = SMALL
    assert found({"only": asked}) == []


def test_an_answer_that_everybody_gives_is_no_condition():
    asked = [question("a"), question("b", show_if=is_("a", 0)), question("c", show_if=is_("b", 0))]
    asked.append(question("d", show_if={"all": [is_("c", 0), is_("a", 0)]}))
    assert found({"only": asked}) == []
    inside = {"questions": [question("e", show_if=is_("a", 0))], "show_if": {"all": [is_("a", 0), SMALL]}}
    (problem,) = problems({"only": asked, "inside": inside})
    assert (problem.code, problem.severity) == ("condition-always", "warning")
    assert problem.where == "question e › show_if"
    assert problem.message == "Everybody who gets this far meets this condition; leave it out."


def test_fourteen_questions_that_contradict_each_other_are_found_out():
    asked = [question(f"q{number}") for number in range(14)]
    every = [is_(f"q{number}", 0) for number in range(14)]
    asked.append(question("last", show_if={"all": [*every, {"not": {"all": every}}]}))
    assert found({"only": asked}) == [("condition-never", "question last › show_if")]


def all_different(questions, values):
    """A condition that no two of the questions have one answer, and none has another than these values."""
    names = [f"q{number}" for number in range(questions)]
    pairs = [(one, other) for place, one in enumerate(names) for other in names[:place]]
    alike = [{"all": [is_(one, value), is_(other, value)]} for one, other in pairs for value in range(values)]
    return {"all": [*(is_(name, *range(values)) for name in names), *({"not": each} for each in alike)]}


def differing(questions, values):
    points = [min(4, number) for number in range(values)]
    options = [{"value": f"p{n}", "label": f"Level {n}", "points": p} for n, p in enumerate(points)]
    asked = [question(f"q{number}", options=options) for number in range(questions)]
    return [*asked, question("last", show_if=all_different(questions, values))]


def test_six_answers_of_five_values_cannot_all_differ_and_five_can():
    assert found({"only": differing(6, 5)}) == [("condition-never", "question last › show_if")]
    assert found({"only": differing(5, 5)}) == []


def test_what_is_too_hard_to_prove_is_said_and_not_passed():
    (problem,) = problems({"only": differing(10, 9)})
    assert (problem.code, problem.severity) == ("not-proved", "error")


def test_every_risk_sector_with_or_without_licensed_labour():
    every = [{"profile": "risk_sectors", "includes": name} for name in RISK_SECTORS]
    unlicensed = {"profile": "licensed_labour", "equals": False}
    asked = [question("a"), question("b", show_if={"all": [*every, unlicensed]})]
    assert found({"only": asked}) == [("condition-never", "question b › show_if")]
    asked[1]["show_if"]["all"].pop()
    assert found({"only": asked}) == []


def test_dont_know_and_not_applicable_are_answers_that_a_condition_can_wait_for():
    never = [("condition-never", "question b › show_if")]
    asked = [question("a"), question("b")]
    unsure = {"question": "a", "lte": 0}  # 0 points: the option, or don't know
    asked[1]["show_if"] = {"all": [unsure, {"not": is_("a", 0)}]}
    assert found({"only": asked}) == []
    asked[1]["show_if"] = {"all": [{"question": "a", "answered": True}, {"not": {"question": "a", "lte": 4}}]}
    assert found({"only": asked}) == never
    asked[0]["not_applicable"] = True
    assert found({"only": asked}) == []


def test_only_what_is_exclusive_is_never_chosen_with_others():
    options = [{"value": name, "label": name.upper()} for name in ("x", "y", "none")]
    options[2]["exclusive"] = True
    how = {"id": "how", "kind": "choices", "text": "How?", "options": options}
    for one, other, expected in (("x", "y", []), ("x", "none", [("condition-never", "question b › show_if")])):
        both = {"all": [{"question": "how", "includes": name} for name in (one, other)]}
        assert found({"only": [question("a"), how, question("b", show_if=both)]}) == expected


def test_a_fact_that_is_true_or_false_can_be_either():
    abroad, at_home = ({"profile": "goods_abroad", "equals": value} for value in (True, False))
    for rule in (abroad, at_home, {"not": {"any": [abroad, at_home]}}):
        assert found({"only": [question("a"), question("b", show_if=rule)]}) == []
    both = {"all": [abroad, at_home]}
    assert found({"only": [question("a"), question("b", show_if=both)]}) == [
        ("condition-never", "question b › show_if")
    ]
    for rule, word in ((abroad, "false"), (at_home, "true")):
        (problem,) = problems({"only": {"questions": [question("a")], "show_if": rule}})
        assert problem.message == f"An organisation with goods_abroad {word} is asked nothing that counts."


def test_a_flag_or_words_that_nobody_meets_are_said_where_they_stand():
    asked = [question("a"), question("b", show_if=CHARITY, flags={0: "act_first"}, flags_when={"not": CHARITY})]
    asked[1]["variants"] = [{"when": {"profile": "kind", "equals": "business"}, "text": "How?"}]
    assert found({"only": asked}) == [
        ("flag-never", "question b › flags_when"),
        ("variant-never", "question b › variants 1 › when"),
    ]


def test_variants_that_leave_nobody_for_the_last_are_found_together():
    kinds = [{"when": {"profile": "kind", "equals": kind}, "text": f"Of a {kind}?"} for kind in ("business", "charity")]
    asked = [
        question("a", variants=[*kinds, {"when": {"not": {"profile": "kind", "in": ["public_body"]}}, "text": "?"}])
    ]
    assert found({"only": asked}) == []  # a profile without a kind reads it
    asked[0]["variants"][2]["when"] = {"profile": "kind", "in": ["business", "charity"]}
    assert found({"only": asked}) == [("variant-shadowed", "question a › variants 3 › when")]


def test_a_question_that_nobody_is_asked_is_said_once_and_not_its_flags_and_words():
    never = {"all": [CHARITY, {"not": CHARITY}]}
    variants = [{"when": SMALL, "text": "And if you are small?"}]
    asked = [question("a"), question("b", show_if=never, flags={0: "act_first"}, flags_when=SMALL, variants=variants)]
    assert found({"only": asked}) == [("condition-never", "question b › show_if")]


def test_a_section_that_nobody_is_asked_is_said_once_and_not_its_questions():
    never = {"all": [CHARITY, {"not": CHARITY}]}
    sections = {"only": [question("a")], "other": {"questions": [question("b", show_if=SMALL)], "show_if": never}}
    assert found(sections) == [("condition-never", "section other › show_if")]


def test_whoever_is_asked_nothing_is_named():
    (problem,) = problems({"only": {"questions": [question("a")], "show_if": {"not": CHARITY}}})
    assert (problem.code, problem.where) == ("nothing-asked", "sections")
    assert problem.message == "An organisation with kind charity is asked nothing that counts."
    hired = {"any": [{"profile": "labour", "answered": True}, {"profile": "small", "equals": False}]}
    (problem,) = problems({"only": [question("a", show_if=hired)]})
    assert "headcount_band 10-49" in problem.message and problem.message.count("no labour ") == 5
    agency = {"profile": "labour", "includes": "agency"}
    (problem,) = problems({"only": {"questions": [question("a")], "show_if": agency}})
    assert problem.message == "An organisation with no labour agency is asked nothing that counts."
    (problem,) = problems({"only": {"questions": [question("a")], "show_if": {"not": agency}}})
    assert problem.message == "An organisation with labour agency is asked nothing that counts."


def test_the_same_words_may_ask_two_that_are_never_both_asked():
    asked = [question("a", text="Why?", show_if=SMALL), question("b", text="why?", show_if={"not": SMALL})]
    assert found({"only": asked}) == []
    asked[1]["show_if"] = CHARITY
    assert found({"only": [*asked, question("c")]}) == [("duplicate-text", "question b › text")]


def test_words_are_twice_only_where_somebody_reads_both():
    not_small = {"profile": "small", "equals": False}
    asked = [question("a", variants=[{"when": SMALL, "text": "Same?"}])]
    asked.append(question("b", variants=[{"when": not_small, "text": "same?"}]))
    assert found({"only": asked}) == []
    asked[1]["variants"] = [{"when": CHARITY, "text": "Other?"}, {"when": SMALL, "text": "Same?"}]
    assert found({"only": asked}) == [("duplicate-text", "question b › variants 2 › text")]
    asked[0]["variants"][0]["when"] = {"all": [SMALL, CHARITY]}  # whom the second one’s first variant takes
    assert found({"only": asked}) == []
    asked[1]["variants"][0] = {"when": CHARITY, "hint": "Its own words are read."}
    asked[1]["text"] = "Same?"
    assert found({"only": asked}) == [("duplicate-text", "question b › text")]


def test_hundreds_of_questions_in_the_same_words_take_no_longer_than_others(monkeypatch):
    """With a search for each pair this took six minutes."""
    asked = [
        question("a", text="Why?"),
        *(question(f"q{n}", text="Which?", show_if=is_("a", n % 5)) for n in range(400)),
    ]
    searches, real = [], Solver.solve
    monkeypatch.setattr(Solver, "solve", lambda *of: searches.append(of) or real(*of))
    assert found({"only": asked}) == [
        ("duplicate-text", f"question q{n} › text") for n in sorted(range(5, 400), key=str)
    ]
    assert len(searches) < 50


def test_what_is_wrong_in_itself_proves_nothing_about_others():
    wrong = {"question": "nowhere", "answered": True}
    asked = [question("a", show_if=wrong), question("b", show_if=is_("a", 0)), question("c", variants=[])]
    assert found({"only": asked}) == [("unknown-question", "question a › show_if › question")]
    assert found({"only": asked[:1]}) == [
        ("unknown-question", "question a › show_if › question")
    ]  # nor of who is asked
    asked = [question("a"), question("b", show_if=is_("a", 3))]
    asked[0]["options"][3]["points"] = "many"
    assert found({"only": asked}) == [("points-range", "question a › option p3 › points")]


LEAVES = st.sampled_from([is_(name, point) for name in "abc" for point in (0, 4)] + [SMALL, CHARITY] + [
    {"question": name, "answered": True} for name in "abc"
])  # fmt: skip
RULES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(lambda part: {"not": part}, parts),
        st.builds(
            lambda key, several: {key: several},
            st.sampled_from(["all", "any"]),
            st.lists(parts, min_size=1, max_size=3),
        ),
    ),
    max_leaves=6,
)


def names_in(rule):
    parts = rule.get("all") or rule.get("any") or ([rule["not"]] if "not" in rule else [])
    return {rule["question"]} if "question" in rule else {name for part in parts for name in names_in(part)}


def tried_out(definition):
    """What trying out every profile and every answer finds: the questions that nobody who answers all is shown."""
    never, nothing = set("abcd"), False
    for kind, band in product(("business", "charity", "public_body", None), ("0", "50-249", None)):
        profile = Profile(kind=kind, headcount_band=band)
        for given_answers in product(("p0", "p4", None), repeat=4):
            answers = {
                name: Answer(value) if value else Answer(dont_know=True)
                for name, value in zip("abcd", given_answers, strict=True)
            }
            shown = effective_answers(definition, profile, answers)
            never -= set(shown)
            nothing |= not shown and kind is not None and band is not None
    return never, nothing


@settings(derandomize=True, deadline=None)
@given(st.lists(st.none() | RULES, min_size=4, max_size=4))
def test_a_proof_finds_what_trying_everything_out_finds(rules):
    asked = []
    for name, rule in zip("abcd", rules, strict=True):
        usable = rule is not None and all(earlier < name for earlier in names_in(rule))
        asked.append(question(name, points=(0, 4), **({"show_if": rule} if usable else {})))
    never, nothing = tried_out(published(json.dumps(document({"only": asked}))).definition)
    said = found({"only": asked})
    assert {where[9] for code, where in said if code == "condition-never"} == never
    assert (("nothing-asked", "sections") in said) is nothing


def test_what_only_one_depth_is_asked_is_proved_with_it_and_nobody_has_none():
    short, full = ({"profile": "depth", "equals": depth} for depth in ("short", "full"))
    asked = [question("a"), question("b", show_if=full), question("c", show_if=short)]
    assert found({"only": asked}) == []
    asked[2]["show_if"] = {"all": [short, {"question": "b", "answered": True}]}
    assert found({"only": asked}) == [("condition-never", "question c › show_if")]
    asked[2]["show_if"] = {"not": {"profile": "depth", "answered": False}}
    assert found({"only": asked}) == [("condition-always", "question c › show_if")]
    asked[2]["show_if"] = {"any": [short, full]}
    assert found({"only": asked}) == [("condition-always", "question c › show_if")]
    assert found({"only": {"questions": [question("d")], "show_if": full}}) == [("nothing-asked", "sections")]


def test_every_value_of_a_fact_is_everybody_once_the_profile_is_filled_in():
    kinds = {"profile": "kind", "in": ["business", "charity", "public_body"]}
    assert found({"only": {"questions": [question("a")], "show_if": kinds}}) == []
