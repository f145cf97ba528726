"""Questions that are not scored in files, conditions, answers and results: what they may steer, and never change."""

import json
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pledge.cli import main
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, parse_answers
from pledge.questionnaires.definition import Question, json_schema
from pledge.questionnaires.loading import load, load_folder
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.proving.solver import Solver
from pledge.questionnaires.proving.walks import Walks
from pledge.questionnaires.rules import compile_rule
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import effective_answers, in_words, pages, words

many = settings(derandomize=True, deadline=None, database=None)
UNSCORED = [
    {"id": "people", "kind": "number", "text": "How many?", "unit": "people", "least": "1", "most": "40"},
    {"id": "hours", "kind": "number", "text": "How long?", "decimals": "1", "most": "3"},
    {"id": "fees", "kind": "money", "text": "How much?", "most": "30"},
    {"id": "share", "kind": "percentage", "text": "What share?"},
    {"id": "since", "kind": "date", "text": "Since when?", "earliest": "2026-01-01", "latest": "2026-02-09"},
    {
        "id": "how",
        "kind": "choices",
        "text": "How?",
        "options": [
            {"value": "a", "label": "A"},
            {"value": "b", "label": "B"},
            {"value": "c", "label": "C"},
            {"value": "none", "label": "None of these", "exclusive": "true"},
        ],
    },
    {"id": "name", "kind": "short_text", "text": "Which?"},
    {"id": "more", "kind": "long_text", "text": "What else?"},
]


@pytest.fixture(scope="module")
def definition(define, make):
    question, _ = make
    return define([*UNSCORED, question("last")])


@pytest.fixture
def problems_with(make):
    """Return a function from a condition, on what is not scored, to the problems of a questionnaire that uses it."""
    question, document = make

    def problems(rule):
        return load(
            json.dumps(document({"only": [*UNSCORED, question("always"), question("last", show_if=rule)]})).encode()
        ).problems

    return problems


# ---- the file ----


def test_a_kind_of_the_fixture_is_what_its_file_says(fixture_definition):
    asked = fixture_definition("kinds").questions
    assert [type(question).__name__ for question in asked] == [
        *("Number", "Number", "Money", "Percentage", "Date", "Choices", "ShortText", "LongText", "Question"),
    ]
    people, shift, fees, share, since, found_by, name, learned, trained = asked
    assert (people.unit, people.range, people.places) == ("people", (Decimal(1), Decimal(5000)), 0)
    assert (shift.range, shift.places) == ((Decimal(0), Decimal(24)), 1)
    assert (fees.range, fees.places) == ((Decimal(0), Decimal(1000000)), 2)
    assert (share.range, share.places) == ((Decimal(0), Decimal(100)), 0)
    assert since.range == (date(2010, 1, 1), date(2030, 12, 31))
    assert [option.exclusive for option in found_by.options] == [False, False, False, True]
    assert (name.longest, name.multiline, learned.longest, learned.multiline) == (40, False, 1000, True)
    assert people.messages.too_low == "Count yourself too" and people.messages.too_high is None
    assert trained.weight == 2


@pytest.mark.parametrize("rule", [{"question": "name", "answered": True}, {"not": {"question": "more", "equals": "x"}}])
def test_nothing_depends_on_a_text(problems_with, rule):
    (problem,) = problems_with(rule)
    assert problem.code == "wrong-comparison"
    assert "is answered in people’s own words, and nothing may depend on those." in problem.message


@pytest.mark.parametrize(
    ("rule", "code", "message"),
    [
        ({"question": "people", "equals": "5"}, "wrong-comparison",
         "“equals” does not suit “people”; use gte or lt or answered."),
        ({"question": "people", "lte": "5"}, "wrong-comparison",
         "“lte” does not suit “people”; use gte or lt or answered."),
        ({"question": "people", "includes": "5"}, "wrong-comparison",
         "“includes” does not suit “people”; use gte or lt or answered."),
        ({"question": "how", "in": ["a"]}, "wrong-comparison", "“in” does not suit “how”; use includes or answered."),
        ({"question": "how", "gte": "2"}, "wrong-comparison", "“gte” does not suit “how”; use includes or answered."),
        ({"question": "how", "includes": "d"}, "unknown-option",
         "The question “how” has no option “d”; it has a, b, c, none."),
        ({"question": "people", "gte": "41"}, "wrong-comparison",
         "“41” can never be the answer to “people”, which is from 1 to 40."),
        ({"question": "people", "lt": "2.5"}, "wrong-comparison",
         "“2.5” can never be the answer to “people”, which is from 1 to 40."),
        ({"question": "people", "lt": "many"}, "wrong-comparison",
         "“many” can never be the answer to “people”, which is from 1 to 40."),
        ({"question": "since", "gte": "2026-02-30"}, "wrong-comparison",
         "“2026-02-30” can never be the answer to “since”, which is from 2026-01-01 to 2026-02-09."),
        ({"question": "last-but-one", "lt": "3"}, "unknown-question",
         "There is no question “last-but-one” in this file."),
        ({"profile": "headcount_band", "lt": "50-249"}, "wrong-comparison",
         "“lt” does not suit the profile field “headcount_band”; use answered or equals or gte or in or lte."),
        ({"question": "people", "lt": "1"}, "condition-never", "No answers and no profile can meet this condition."),
        ({"all": [{"question": "people", "gte": "9"}, {"question": "people", "lt": "9"}]}, "condition-never",
         "No answers and no profile can meet this condition."),
        ({"all": [{"question": "how", "includes": "a"}, {"question": "how", "includes": "none"}]}, "condition-never",
         "No answers and no profile can meet this condition."),
        ({"any": [*({"question": "how", "includes": value} for value in ("a", "b", "c", "none")),
                  {"question": "how", "answered": False}]}, "condition-always",
         "This condition is always met; leave it out."),
        ({"any": [{"question": "fees", "gte": "0"}, {"question": "fees", "answered": False}]}, "condition-always",
         "This condition is always met; leave it out."),
    ],
)  # fmt: skip
def test_a_comparison_that_does_not_suit_is_named(problems_with, rule, code, message):
    (problem,) = problems_with(rule)
    assert (problem.code, problem.message) == (code, message)


def test_lt_is_not_for_points(make):
    question, document = make
    data = document({"only": [question("first"), question("last", show_if={"question": "first", "lt": "2"})]})
    (problem,) = load(json.dumps(data).encode()).problems
    assert problem.code == "wrong-comparison" and "“lt” compares figures and dates" in problem.message


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"kind": "number", "weight": "3"}, "unknown-key", "weight"),
        ({"kind": "number", "points": "3"}, "unknown-key", "points"),
        ({"kind": "number", "reuse_key": "x"}, "unknown-key", "reuse_key"),
        ({"kind": "number", "least": "0.5"}, "empty-range", "least"),
        ({"kind": "money", "most": "0.005"}, "empty-range", "most"),
        ({"kind": "money", "most": "1e3"}, "bad-figure", "most"),
        ({"kind": "percentage", "least": "60", "most": "50"}, "empty-range", "most"),
        ({"kind": "date", "earliest": "2026"}, "bad-date", "earliest"),
        ({"kind": "short_text", "longest": "0"}, "length-range", "longest"),
        ({"kind": "number", "messages": {"too_long": "x"}}, "unknown-key", "messages › too_long"),
        ({"kind": "choices"}, "missing-key", "options"),
        ({"kind": "choices", "options": [{"value": "a", "label": "A"}]}, "too-few-options", "options"),
        ({"kind": "choices", "options": [{"value": "a", "label": "A", "points": "1"}, {"value": "b", "label": "B"}]},
         "unknown-key", "option a › points"),
        ({"kind": "choices", "options": [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]},
         "duplicate-option", "option a › value"),
        ({"kind": "choices", "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "We are not sure"}]},
         "unsure-option", "option b › label"),
        ({"kind": "choices", "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B",
                                                                        "exclusive": "true"}]},
         "exclusive-option", "option b › exclusive"),
        ({"kind": ["number"]}, "unknown-kind", "kind"),
        ({"kind": "number", "variants": [{"when": {"profile": "small", "equals": True}, "options": {"a": "A"}}]},
         "unknown-variant-option", "variants 1 › options › a"),
    ],
)  # fmt: skip
def test_each_fault_of_a_question_is_an_error_at_its_place(make, changes, code, place):
    question, document = make
    loaded = load(
        json.dumps(document({"only": [{"id": "asked", "text": "What?"} | changes, question("last")]})).encode()
    )
    (problem,) = loaded.problems
    assert (problem.code, problem.severity, loaded.definition) == (code, "error", None)
    assert problem.where == f"question asked › {place}"


def test_a_fault_of_a_question_hides_nothing_else_and_breaks_no_condition_on_it(make):
    question, document = make
    first = {"id": "people", "kind": "number", "text": "How many?", "least": "few"}
    second = question("last", show_if={"question": "people", "lt": "0"}, weight=9)
    problems = load(json.dumps(document({"only": [first, second]})).encode()).problems
    assert [problem.code for problem in problems] == ["bad-figure", "weight-range"]


def test_no_question_is_called_like_a_box_of_a_date(make):
    question, document = make
    asked = [{"id": "since", "kind": "date", "text": "When?"}, {"id": "since-day", "kind": "number", "text": "What?"}]
    (problem,) = load(json.dumps(document({"only": [*asked, question("last")]})).encode()).problems
    assert (problem.code, problem.message) == (
        "duplicate-question", "“since-day” is also a field of the date “since”."
    )  # fmt: skip


def test_the_pledge_takes_no_evidence_from_what_is_not_scored(make):
    question, document = make
    data = json.dumps(document({"only": [*UNSCORED, question("last")]})).encode()
    pledge = b"kind: pledge\nevidence:\n  - {questionnaire: made, question: people}\n"
    (problem,) = load_folder({"a.yaml": data, "pledge.yaml": pledge})[1].problems
    assert (problem.code, problem.line) == ("evidence-question", 3)
    assert problem.message == "“people” is not scored, so no answer to it shows anything."


def test_the_schema_for_editors_knows_every_kind_and_asks_no_scored_question_for_its_kind():
    parts = json_schema()["$defs"]
    kinds = parts["Section"]["properties"]["questions"]["items"]["discriminator"]["mapping"]
    assert list(kinds) == ["choice", "choices", "number", "money", "percentage", "date", "short_text", "long_text"]
    required = {kind: parts[place.removeprefix("#/$defs/")]["required"] for kind, place in kinds.items()}
    assert required.pop("choice") == ["id", "text", "weight", "options", "action"]
    assert required.pop("choices") == ["kind", "id", "text", "options"]
    assert all(keys == ["kind", "id", "text"] for keys in required.values())
    assert not any(parts[place.removeprefix("#/$defs/")]["additionalProperties"] for place in kinds.values())


# ---- conditions ----


@pytest.mark.parametrize(
    ("rule", "held_by", "failed_by"),
    [
        ({"question": "people", "gte": "9"}, ["9", "10", "40"], ["1", "8"]),
        ({"question": "people", "lt": "9"}, ["1", "8"], ["9", "40"]),
        ({"question": "hours", "gte": "2.5"}, ["2.5", "3"], ["0", "2.4"]),
        ({"question": "since", "lt": "2026-02-01"}, ["2026-01-31"], ["2026-02-01"]),
    ],
)
def test_a_figure_or_a_day_is_below_a_cut_point_or_at_least_it(definition, rule, held_by, failed_by):
    test = compile_rule(msgspec.convert(rule, Rule), definition)
    name = rule["question"]
    assert all(test(Profile(), {name: Answer(value)}) for value in held_by)
    assert not any(test(Profile(), {name: Answer(value)}) for value in failed_by)
    assert not test(Profile(), {})


def test_choices_include_or_do_not_include(definition):
    test = compile_rule(Rule(question="how", includes="b"), definition)
    assert test(Profile(), {"how": Answer(values=("a", "b"))})
    assert not test(Profile(), {"how": Answer(values=("a", "c"))}) and not test(Profile(), {})


FIGURES = {
    "people": [str(n) for n in range(1, 41)],
    "fees": [f"{n / 100:g}" for n in range(0, 3001, 50)],
    "since": [str(date(2026, 1, 1) + timedelta(days)) for days in range(40)],
}
CHOICES = [("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c"), ("none",)]


@st.composite
def leaves(draw):
    name = draw(st.sampled_from(["people", "fees", "since", "how"]))
    if draw(st.integers(0, 5)) == 0:
        return Rule(question=name, answered=draw(st.booleans()))
    if name == "how":
        return Rule(question=name, includes=draw(st.sampled_from(["a", "b", "c", "none"])))
    cut = draw(st.sampled_from(FIGURES[name]))
    return Rule(question=name, gte=cut) if draw(st.booleans()) else Rule(question=name, lt=cut)


rules = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.builds(lambda parts: Rule(all=tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: Rule(any=tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: Rule(not_=part), inner),
    ),
    max_leaves=4,
)


@given(rule=rules)
@many
def test_what_a_condition_can_come_to_is_proved_as_over_every_answer_there_is(definition, rule):
    test = compile_rule(rule, definition)
    given_answers = [{}]
    for name in sorted(_asked(rule)):
        domain = [Answer(values=chosen) for chosen in CHOICES] if name == "how" else [
            Answer(value) for value in FIGURES[name]
        ]  # fmt: skip
        given_answers = [*given_answers, *({**before, name: answer} for before in given_answers for answer in domain)]
        assume(len(given_answers) <= 30_000)
    seen = set()
    for answers in given_answers:
        seen.add(test(Profile(), answers))
        if len(seen) == 2:
            break
    (section,) = definition.sections
    last = msgspec.structs.replace(section.questions[-1], show_if=rule)
    changed = msgspec.structs.replace(section, questions=(*section.questions[:-1], last))
    walks = Walks(msgspec.structs.replace(definition, sections=(changed,)), Solver(1000))
    met = walks.rule(rule)
    assert {holds for holds, literal in ((True, met), (False, -met)) if walks.can(literal)} == seen


def _asked(rule):
    parts = rule.all or rule.any or ((rule.not_,) if rule.not_ else ())
    return {name for part in parts for name in _asked(part)} if parts else {rule.question}


def test_a_page_starts_before_what_depends_on_the_page(fixture_definition):
    found = [(page.section, page.questions) for page in pages(fixture_definition("kinds"))]
    assert found == [
        ("figures", ("people",)),
        ("figures", ("longest-shift", "fees")),
        ("figures", ("agency-share",)),
        ("words", ("policy-since", "found-by")),
        ("words", ("agency-name",)),
        ("words", ("learned",)),
        ("scored", ("trained",)),
    ]


def test_words_follow_the_profile(fixture_definition):
    found = fixture_definition("kinds")
    charity = Profile(kind="charity", headcount_band="1-9")
    assert words(found, found.question("people"), charity).text == "How many people work or volunteer for you?"
    chosen = Answer(values=("adverts", "friends"))
    assert in_words(found, found.question("found-by"), charity, chosen) == "By adverts; By friends"
    large = Profile(kind="business", headcount_band="250+")
    assert in_words(found, found.question("found-by"), large, chosen) == "By adverts; By friends, or by family"


# ---- the score ----

TOLD = {
    "people": Answer("12"), "hours": Answer("2.5"), "fees": Answer("12.5"), "share": Answer("50"),
    "since": Answer("2026-01-05"), "how": Answer(values=("a", "b")), "name": Answer("x"), "more": Answer("y"),
}  # fmt: skip


@given(
    places=st.lists(st.integers(0, 4), min_size=len(UNSCORED), max_size=len(UNSCORED)),
    told=st.sets(st.sampled_from(sorted(TOLD))),
    chosen=st.lists(st.sampled_from(["p0", "p1", "p2", "p3", "p4", None, "?"]), min_size=4, max_size=4),
)
@many
def test_a_score_is_the_same_whatever_else_is_asked_and_told(define, make, places, told, chosen):
    question, _ = make
    scored = [
        question("one", weight=2, flags={0: "act_first"}), question("two", weight=3, flags={1: "check_first"}),
        question("three", show_if={"question": "one", "gte": "2"}), question("four"),
    ]  # fmt: skip
    mixed = list(scored)
    for place, asked in zip(places, UNSCORED, strict=True):
        mixed.insert(place, asked)
    answers = {
        name: Answer(dont_know=True) if value == "?" else Answer(value)
        for name, value in zip(("one", "two", "three", "four"), chosen, strict=True)
        if value
    }
    plain = score(define(scored), Profile(), answers)
    assert score(define(mixed), Profile(), answers | {name: TOLD[name] for name in told}) == plain


def test_an_answer_to_a_question_that_is_not_shown_steers_nothing(define, make):
    question, _ = make
    found = define([
        question("one"),
        UNSCORED[0] | {"show_if": {"question": "one", "equals": "p4"}},
        question("two", show_if={"question": "people", "gte": "9"}),
    ])  # fmt: skip
    answers = {"one": Answer("p0"), "people": Answer("12")}
    assert set(effective_answers(found, Profile(), answers)) == {"one"}
    assert set(effective_answers(found, Profile(), answers | {"one": Answer("p4")})) == {"one", "people", "two"}


def test_a_questionnaire_asks_everybody_something_that_is_scored(make):
    question, document = make
    problems = load(json.dumps(document({"only": UNSCORED}, topics=[])).encode()).problems
    assert [problem.code for problem in problems] == ["nothing-asked"]
    steered = [*UNSCORED, question("last", show_if={"question": "people", "gte": "9"})]
    (problem,) = load(json.dumps(document({"only": steered})).encode()).problems
    assert problem.message == "An organisation with any profile is asked nothing that counts."


# ---- answers as JSON, and the command line ----


@pytest.mark.parametrize(
    ("name", "raw", "answer"),
    [
        ("people", {"value": 12}, Answer("12")),
        ("people", {"value": "12 people"}, Answer("12")),
        ("hours", {"value": 2.5}, Answer("2.5")),
        ("since", {"value": "2026-01-05"}, Answer("2026-01-05")),
        ("how", {"values": ["b", "a"]}, Answer(values=("a", "b"))),
        ("name", {"value": " Best  Hands "}, Answer("Best Hands")),
        ("people", {"value": None}, None),
        ("people", {}, None),
        ("how", {"values": []}, None),
        ("how", {"values": None}, None),
        ("more", None, None),
    ],
)
def test_an_answer_is_read_from_its_json_form(definition, name, raw, answer):
    assert parse_answers(definition, {name: raw}) == ({name: answer} if answer else {}, ())


@pytest.mark.parametrize(
    ("name", "raw", "code", "message"),
    [
        ("people", 12, "answer-shape", 'The answer to people is not in the form {"value": …}'),
        ("people", {"dont_know": True}, "answer-shape", 'The answer to people is not in the form {"value": …}'),
        ("people", {"value": True}, "answer-shape",
         "The answer to people has a “value” that is neither a text nor a number"),
        ("people", {"value": "few"}, "answer-refused",
         "The answer to people cannot be used: Enter a whole number, like 12"),
        ("people", {"value": 1e300}, "answer-refused",
         "The answer to people cannot be used: Enter a whole number, like 12"),
        ("how", {"value": "a"}, "answer-shape", 'The answer to how is not in the form {"values": ["…"]}'),
        ("how", {"values": "ab"}, "answer-shape", "The answer to how has “values” that are not a list of texts"),
        ("how", {"values": [1]}, "answer-shape", "The answer to how has “values” that are not a list of texts"),
        ("how", {"values": ["a", "none"]}, "answer-refused",
         "The answer to how cannot be used: Choose “None of these” on its own, or the others without it"),
    ],
)  # fmt: skip
def test_an_answer_with_a_problem_is_named(definition, name, raw, code, message):
    answers, (problem,) = parse_answers(definition, {name: raw})
    assert (answers, problem.code, problem.message) == ({}, code, message)


def test_the_template_asks_for_every_kind_and_is_scored_after_filling(fixture_file, tmp_path):
    path = str(fixture_file("valid/kinds"))
    template = json.loads(CliRunner().invoke(main, ["questionnaires", "template", path]).stdout)
    assert template["answers"]["people"] == {"value": None} and template["answers"]["found-by"] == {"values": []}
    said = template["options"]["answers"]
    assert said["people"]["value"] == "a number from 1 to 5000"
    assert said["policy-since"]["value"] == "a date from 2010-01-01 to 2030-12-31"
    assert list(said["found-by"]["values"]) == ["agency", "adverts", "friends", "none"]
    assert said["agency-name"]["value"] == "any text of at most 40 characters"
    template["answers"] |= {"people": {"value": 12}, "found-by": {"values": ["agency"]}, "trained": {"value": "yes"}}
    file = tmp_path / "ANSWERS.json"
    file.write_text(json.dumps(template), encoding="utf-8")
    run = CliRunner().invoke(main, ["questionnaires", "score", path, str(file), "--json"])
    assert run.exit_code == 0 and json.loads(run.stdout)["score"] == 10000
    assert [row["id"] for row in json.loads(run.stdout)["questions"]] == ["trained"]


def test_the_kinds_are_no_question_with_points(fixture_definition):
    found = fixture_definition("kinds")
    assert [question.id for question in found.scored] == ["trained"] and isinstance(found.scored[0], Question)
    with pytest.raises(KeyError):
        found.scored_question("people")
