import json
from datetime import date

import pytest

from pledge.questionnaires.loading import load, published

from .conftest import FIXTURES


def problems_of(data):
    return [(problem.code, problem.where) for problem in load(json.dumps(data).encode()).problems]


@pytest.fixture
def one(make):
    """Return a function from one question's data to the problems of a questionnaire of it alone."""
    question, document = make
    return lambda **more: problems_of(document({"only": [question("a", **more)]}))


def test_points_may_be_shared_and_skipped(one):
    assert one(points=(0, 4)) == []
    options = [{"value": f"v{n}", "label": f"Label {n}", "points": p} for n, p in enumerate((0, 0, 2, 4, 4))]
    assert one(options=options) == []


@pytest.mark.parametrize(
    ("points", "codes"),
    [
        ((0, 1, 2, 3), ["no-top-option"]),
        ((1, 4), ["no-zero-option"]),
        ((1, 3), ["no-top-option", "no-zero-option"]),
        ((4, 0), ["options-order"]),
        ((0, 2, 1, 4), ["options-order"]),
    ],
)
def test_points_reach_from_0_to_4_in_ascending_order(one, points, codes):
    assert [code for code, _ in one(points=points)] == codes


def test_one_flagged_option_may_have_as_many_points_as_one_without(one):
    options = [
        {"value": "harm", "label": "It happens", "points": 0, "flag": "act_first"},
        {"value": "nothing", "label": "Nothing yet", "points": 0},
        {"value": "all", "label": "All done", "points": 4},
    ]
    assert one(options=options) == []


def test_flags_stand_below_the_options_without(one):
    assert one(flags={0: "act_first", 1: "check_first"}) == []
    assert one(flags={1: "check_first"}) == [("flag-order", "question a › option p1 › flag")]
    assert one(flags={4: "check_first"}) == [("flag-on-top-option", "question a › option p4 › flag")]


def test_an_own_action_is_one_that_somebody_can_be_asked_to_take(make):
    """At the highest risk a question must reach 3 points, one of weight 3 all 4; a flag is always a gap."""
    question, document = make
    own = {"text": "Begin with this.", "due_days": 7}

    def found(points, weight, **more):
        asked = question("a", weight)
        next(each for each in asked["options"] if each["points"] == points).update(action=own, **more)
        return problems_of(document({"only": [asked]}))

    for weight, gaps in ((1, (0, 1, 2)), (2, (0, 1, 2)), (3, (0, 1, 2, 3))):
        for points in range(5):
            never = [] if points in gaps else [("action-never", f"question a › option p{points} › action")]
            assert found(points, weight) == never, (weight, points)
    assert ("action-never", "question a › option p3 › action") not in found(3, 1, flag="check_first")


def test_an_own_action_names_resources_of_the_file(make):
    question, document = make
    asked = question("a")
    asked["options"][0]["action"] = {"text": "Begin.", "due_days": 7, "resources": ["NONE"]}
    assert problems_of(document({"only": [asked]})) == [
        ("unknown-resource", "question a › option p0 › action › resources 1")
    ]
    for wrong in ({"text": "Begin."}, {"text": "", "due_days": 7}, {"text": "Begin.", "due_days": 0}, "Begin."):
        asked["options"][0]["action"] = wrong
        assert [code for code, _ in problems_of(document({"only": [asked]}))], wrong


def test_flags_when_looks_at_the_profile_and_needs_a_flag(one):
    licensed = {"profile": "licensed_labour", "equals": True}
    assert one(flags={0: "act_first"}, flags_when=licensed) == []
    assert one(flags_when=licensed) == [("flags-when-unused", "question a › flags_when")]
    never = {"all": [licensed, {"not": licensed}]}
    assert one(flags={0: "act_first"}, flags_when=never) == [("condition-never", "question a › flags_when")]


def test_not_applicable_is_fine_but_for_harm(one):
    assert one(not_applicable=True, flags={0: "foundation"}) == []
    assert one(not_applicable=True, flags={0: "act_first"}) == [
        ("not-applicable-act-first", "question a › not_applicable")
    ]


def test_the_words_of_a_variant_are_checked_too(one):
    when = {"profile": "small", "equals": True}
    assert one(variants=[{"when": when, "options": {"p0": "Not sure"}}]) == [
        ("unsure-option", "question a › variants 1 › options › p0")
    ]
    assert one(variants=[{"when": {"question": "a", "answered": True}, "text": "Other"}]) == [
        ("profile-only", "question a › variants 1 › when › question")
    ]


def test_labels_are_compared_without_case_and_space(one):
    options = [
        {"value": "no", "label": "Never ", "points": 0},
        {"value": "yes", "label": "never", "points": 4},
    ]
    assert one(options=options) == [("duplicate-label", "question a › option yes › label")]


def test_a_question_id_is_unique_in_the_whole_file(make):
    question, document = make
    found = problems_of(document({"one": [question("a")], "two": [question("a")]}))
    assert found == [("duplicate-question", "question a › id")]


def test_a_shared_answer_needs_the_same_values_in_one_file_too(make):
    question, document = make
    pair = [question("a", reuse_key="same"), question("b", reuse_key="same", points=(0, 4))]
    assert problems_of(document({"only": pair})) == [("reuse-mismatch", "question b › options")]
    assert problems_of(document({"only": [pair[0], question("b", reuse_key="same")]})) == []


def test_warnings_leave_the_definition_usable(make):
    question, document = make
    data = document({"only": [question("a", points=(4, 0))]})
    loaded = load(json.dumps(data).encode())
    assert [problem.severity for problem in loaded.problems] == ["warning"]
    assert loaded.definition is not None


def test_what_a_list_at_the_top_lacks_is_reported_for_each_use(make):
    question, document = make
    asked = question("a", topics=["training", "hiring", "x"], maps_to=["law"])
    asked["action"]["resources"] = ["HELP"]
    assert sorted(problems_of(document({"only": [asked]}))) == [
        ("unknown-resource", "question a › action › resources 1"),
        ("unknown-standard", "question a › maps_to 1"),
        ("unknown-topic", "question a › topics 2"),
        ("unknown-topic", "question a › topics 3"),
    ]


def test_a_missing_action_or_dont_know_is_said(make):
    question, document = make
    asked = question("a")
    del asked["action"], asked["dont_know"]
    assert sorted(problems_of(document({"only": [asked]}))) == [
        ("no-action", "question a › action"),
        ("no-dont-know", "question a › dont_know"),
    ]


def test_an_answer_is_shared_only_where_both_may_not_apply_or_neither(make):
    question, document = make
    shared = [question("a", reuse_key="same"), question("b", reuse_key="same", not_applicable=True)]
    (problem,) = load(json.dumps(document({"only": shared})).encode()).problems
    assert (problem.code, problem.where) == ("reuse-mismatch", "question b › not_applicable")
    assert (
        problem.message == "The answer is shared with made a, which cannot be said not to apply; write the same here."
    )
    shared[0]["not_applicable"] = True
    assert problems_of(document({"only": shared})) == []


def test_a_published_text_is_read_whatever_is_checked_since(make):
    question, document = make
    asked = [question("a", points=(1, 2)), question("b", show_if={"question": "a", "answered": False})]
    data = document({"only": asked})
    assert problems_of(data) != []
    twice = json.dumps(data)[:-1] + ', "version": "1"}'
    for text in (json.dumps(data), twice):
        found = published(text)
        assert [each.id for each in found.definition.questions] == ["a", "b"] and found.problems == ()
    for text in ("", "[]", "kind: pledge\nid: x\n", json.dumps({**data, "version": ["1"]})):
        with pytest.raises(ValueError, match="no questionnaire"):
            published(text)


@pytest.mark.parametrize(
    ("code", "line", "where"),
    [
        ("duplicate-topic", 5, "topics 2"),
        ("topic-without-events", 5, "topics 2"),
        ("unused-topic", 5, "topics 2"),
        ("empty-range", 10, "question since › latest"),
        ("duplicate-standard", 6, "standards 2 › id"),
        ("duplicate-section", 23, "section first › id"),
        ("no-checked-date", 7, "resources › HELP › checked"),
        ("duplicate-option", 18, "question trained › option all › value"),
        ("options-order", 17, "question trained › option some › points"),
        ("unsure-option", 17, "question trained › option some › label"),
        ("empty-variant", 28, "question repeated › variants 1"),
        ("unknown-variant-option", 28, "question repeated › variants 1 › options › monthly"),
        ("no-topic", 12, "question trained › topics"),
        ("action-never", 18, "question trained › option all › action"),
    ],
)
def test_a_problem_is_said_where_it_stands(code, line, where):
    (problem,) = load((FIXTURES / "invalid" / f"{code}.yaml").read_bytes()).problems
    assert (problem.code, problem.line, problem.where) == (code, line, where)


@pytest.mark.parametrize(
    ("checked", "code"),
    [
        ("2027-03-02", "checked-in-future"),
        ("2027-03-01", None),
        ("2026-02-28", None),  # 366 days ago
        ("2026-02-27", "checked-long-ago"),
    ],
)
def test_a_page_was_looked_at_within_twelve_months(make, checked, code):
    question, document = make
    pages = {"HELP": {"title": "Help", "url": "https://example.org/help", "checked": checked}}
    asked = question("a", action={"text": "Improve it.", "due_days": 30, "resources": ["HELP"]})
    data = json.dumps(document({"only": [asked]}, resources=pages)).encode()
    said = [(code, "resources › HELP › checked")] if code else []
    assert [(each.code, each.where) for each in load(data, today=date(2027, 3, 1)).problems] == said
    assert load(data).problems == ()  # a server is started on any day


@pytest.mark.parametrize(
    ("exclusive", "wrong"),
    [((2,), []), ((0,), ["a"]), ((1,), ["b"]), ((1, 2), ["b"])],
)
def test_only_the_last_of_three_choices_or_more_is_exclusive(make, exclusive, wrong):
    question, document = make
    options = [{"value": name, "label": name.upper(), "exclusive": at in exclusive} for at, name in enumerate("abc")]
    how = {"id": "how", "kind": "choices", "text": "How?", "options": options}
    assert problems_of(document({"only": [how, question("last")]})) == [
        ("exclusive-option", f"question how › option {name} › exclusive") for name in wrong
    ]


def test_a_range_may_be_one_figure_and_of_an_empty_one_nothing_else_is_said(make):
    question, document = make
    people = {"id": "people", "kind": "number", "text": "How many?", "least": "5", "most": "5"}
    last = question("last", show_if={"question": "people", "gte": "5"})
    assert problems_of(document({"only": [people, question("a"), last]})) == []
    people["least"], last["show_if"] = "6", {"question": "people", "answered": True}
    assert problems_of(document({"only": [people, question("a"), last]})) == [("empty-range", "question people › most")]


@pytest.mark.parametrize("part", ["day", "month", "year"])
def test_the_boxes_of_a_date_are_called_like_no_question(make, part):
    question, document = make
    asked = [{"id": "since", "kind": "date", "text": "When?"}, question(f"since-{part}")]
    assert problems_of(document({"only": asked})) == [("duplicate-question", f"question since-{part} › id")]


def test_flags_and_words_depend_on_the_profile_alone(make):
    question, document = make
    answered = {"question": "a", "answered": True}
    asked = question("b", flags={0: "act_first"}, flags_when=answered, variants=[{"when": answered, "hint": "A hint."}])
    assert problems_of(document({"only": [question("a"), asked]})) == [
        ("profile-only", "question b › flags_when › question"),
        ("profile-only", "question b › variants 1 › when › question"),
    ]


def test_a_shared_answer_says_whether_it_may_not_apply(make):
    question, document = make
    for first, word in ((True, "can"), (False, "cannot")):
        asked = [question(name, reuse_key="x", not_applicable=first is (name == "a")) for name in "ab"]
        (problem,) = load(json.dumps(document({"only": asked})).encode()).problems
        assert (problem.code, problem.where) == ("reuse-mismatch", "question b › not_applicable")
        assert f"made a, which {word} be said not to apply" in problem.message


def test_a_list_at_the_top_that_has_nothing_is_said_to_have_none(make):
    question, document = make
    (problem,) = load(json.dumps(document({"only": [question("a", maps_to=["law"])]})).encode()).problems
    assert problem.message == "“law” is not among the standards at the top of the file, which has none."


def test_no_two_sections_have_one_title(make):
    question, document = make
    sections = {
        name: {"title": title, "questions": [question(name)]} for name, title in (("a", "Our work"), ("b", "our  WORK"))
    }
    assert problems_of(document(sections)) == [("duplicate-text", "section b › title")]


def test_a_name_that_stands_twice_says_where_it_stood_first(make):
    question, document = make
    data = document({"only": [question("a")]}, topics=["training", "hiring", "training"])
    problems = load(json.dumps(data).encode()).problems
    (problem,) = [problem for problem in problems if problem.code == "duplicate-topic"]
    assert (problem.where, problem.message) == ("topics 3", "“training” is already number 1 in this list.")


def test_a_question_without_options_is_told_only_that(one):
    assert one(options=[]) == [("too-few-options", "question a › options")]


@pytest.mark.parametrize("character", "\x00\x1b\xad\u034f\u200b\u202e\u2066\u2800\u3164\ufe0f\ufeff")
def test_a_character_that_nobody_sees_is_found_wherever_it_stands(make, character):
    question, document = make
    for place in ("text", "hint", "id"):
        asked = {**question("a", hint="A hint."), place: f"a{character}b"}
        codes = [code for code, _ in problems_of(document({"only": [asked]}))]
        assert "hidden-character" in codes, place


@pytest.mark.parametrize("character", "\U000e0041\U000e0100")
def test_hidden_characters_beyond_the_first_plane_are_found_too(make, character):
    question, document = make
    data = json.dumps(document({"only": [question("a", text=f"a{character}b")]}), ensure_ascii=False)
    assert [problem.code for problem in load(data.encode()).problems] == ["hidden-character"]
