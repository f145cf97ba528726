"""The two questionnaires hold what the review of the questions asked for, point by point."""

import re

import pytest

WEIGHTS = {
    "p-a1 p-a2 p-a3 p-a4": "2232",
    "p-b1 p-b2 p-b3 p-b4 p-b5": "32321",
    "p-c1 p-c2 p-c3 p-c4 p-c5 p-c6": "313323",
    "p-d1 p-d2 p-d3 p-d4 p-d7 p-d5 p-d6": "2223222",
    "p-e1 p-e2 p-e3 p-e4": "3221",
    "p-f1 p-f2 p-f3 p-f4 p-f5 p-f6 p-f6-charity": "3322111",
    "r-a1 r-a2 r-a3": "222",
    "r-b1 r-b2 r-b3 r-b4 r-b5 r-b6 r-b7": "1332323",
    "r-c1 r-c2 r-c6 r-c3 r-c4 r-c5": "333222",
    "r-d1 r-d2 r-d3 r-d4 r-d5 r-d6 r-d7": "2333222",
    "r-e1 r-e2 r-e6": "322",
    "r-f1 r-f2 r-f7 r-f8 r-f5": "32322",
    "r-e3 r-e4 r-e5 r-f4 r-f3 r-f6": "311321",
}
# flags by the points of the option that carries them
HARM = {0: "act_first", 1: "check_first"}
FLAGS = {
    **{name: {0: "foundation"} for name in ("p-a1", "p-b1", "p-b3", "p-d6", "p-d7", "p-f1", "p-f2", "r-a1", "r-b5")},
    **{name: {0: "foundation"} for name in ("r-c1", "r-c2", "r-d6", "r-d7", "r-e3", "r-f1", "r-f4", "r-f8")},
    **dict.fromkeys(("p-c4", "r-b2", "r-c6", "r-d2", "r-d3", "r-d4", "r-f7"), HARM),
    "r-b7": {**HARM, 2: "check_first"},
    "r-b3": {0: "act_first", 1: "act_first", 2: "check_first"},
    "p-d4": {0: "check_first", 1: "check_first"},
    "p-c6": {0: "check_first", 1: "check_first"},
    "p-f6": dict.fromkeys((0, 1, 2), "act_first"),
    "p-f6-charity": dict.fromkeys((0, 1), "act_first"),
}
EXPECTED = {
    name: (int(weight), FLAGS.get(name, {}))
    for names, weights in WEIGHTS.items()
    for name, weight in zip(names.split(), weights, strict=True)
}
POINTS = {
    "p-c3": "0112234", "p-e3": "00234", "p-f6-charity": "011234", "r-b2": "012334", "r-b6": "012334", "r-b7": "01224",
    "r-d2": "012344", "r-d4": "00134", "r-d5": "0234", "r-d6": "0234", "r-d7": "0234", "r-f7": "0134",
}  # fmt: skip
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
UNSURE = re.compile(
    r"not (quite |really )?sure|unsure|(do not|don’t|don't) know|uncertain|not known|no idea|maybe|perhaps",
    re.I,
)
PHONE = re.compile(r"\b999\b|\b101\b|\b0\d{3,4} ?\d{3}")
each = pytest.mark.parametrize("name", EXPECTED)


def _own(question):
    """The actions that options have of their own, by option."""
    return {option["value"]: option["action"] for option in question["options"] if "action" in option}


def _label(question, value):
    (found,) = [option["label"] for option in question["options"] if option["value"] == value]
    return found


def _labels(question):
    return [option["label"] for option in question["options"]]


def test_every_question_of_the_draft_is_there_in_its_order(questions):
    assert list(questions) == list(EXPECTED)


def test_the_weights_add_up(files):
    def total(name, *without):
        return sum(
            int(question["weight"])
            for section in files[name]["sections"]
            for question in section["questions"]
            if question["id"] not in without
        )

    # 65 of the draft, self-employed people and homes that are let; p-f6-charity is p-f6 in the words of a large charity
    assert total("procurement", "p-f6-charity") == total("procurement", "p-f6") == 65 + 2 + 3
    # 72 of the draft; overtime and leaving are two; licences, too young, threats and unions
    assert total("recruitment") == 72 + 2 + 3 + 3 + 3 + 2


@each
def test_weight_points_and_flags(questions, name):
    question = questions[name]
    weight, flags = EXPECTED[name]
    assert int(question["weight"]) == weight
    assert "".join(option["points"] for option in question["options"]) == POINTS.get(name, "01234")
    assert {(int(o["points"]), o["flag"]) for o in question["options"] if "flag" in o} == set(flags.items())
    for option in question["options"]:  # options of the same points carry the same flag, but where trading decides
        if not (name == "p-f6-charity" and option["value"] == "none"):
            assert option.get("flag") == flags.get(int(option["points"]))


@each
def test_every_question_says_what_to_do_why_and_by_when(questions, files, name):
    question = questions[name]
    action, content = question["action"], files["procurement" if name[0] == "p" else "recruitment"]
    assert action["text"].endswith((".", "?"))
    assert action["why"].endswith(".")
    assert action["why"].count(".") == 1, "the reason is one sentence"
    assert action["due_days"] in {"7", "30", "90", "365"}
    assert question["dont_know"]["action"].endswith(".")
    assert question["dont_know"]["due_days"] in {"7", "30"}
    assert action["resources"] and set(action["resources"]) <= set(content["resources"])
    assert question["topics"] and set(question["topics"]) <= set(content["topics"])
    assert question["maps_to"] and set(question["maps_to"]) <= {standard["id"] for standard in content["standards"]}


@each
def test_an_answer_with_an_action_of_its_own_says_as_much_as_the_question(questions, files, name):
    question, content = questions[name], files["procurement" if name[0] == "p" else "recruitment"]
    flags = {option["value"]: option.get("flag") for option in question["options"]}
    for value, action in _own(question).items():
        assert action["text"].endswith(".") and action["text"] != question["action"]["text"]
        assert action["why"].endswith(".") and action["why"].count(".") == 1
        assert action["resources"] and set(action["resources"]) <= set(content["resources"])
        assert action["due_days"] == question["action"]["due_days"], "the question’s day is the answer’s too"
        assert flags[value] in ("act_first", "check_first"), "only these begin with another step"


def test_these_answers_begin_with_another_step(questions):
    assert {name: list(_own(question)) for name, question in questions.items() if _own(question)} == {
        "p-c4": ["unlicensed"], "p-c6": ["names-only"], "p-d4": ["told"], "p-f6": ["on-request", "out-of-date"],
        "p-f6-charity": ["trade-out-of-date"],
        "r-b2": ["someone-paid"], "r-b3": ["after-start", "mostly", "employees-only"],
        "r-b7": ["too-young", "not-checked", "proof"], "r-c6": ["unlicensed"], "r-d2": ["below"],
        "r-d3": ["someone-else"], "r-d4": ["we-do", "agency-or-landlord", "not-checked"],
        "r-f7": ["happened", "never-raised"],
    }  # fmt: skip
    assert _own(questions["p-c4"]) == _own(questions["r-c6"])  # one answer serves both


@pytest.mark.parametrize(
    ("name", "value"), [("r-b2", "someone-paid"), ("r-d3", "someone-else"), ("r-d4", "agency-or-landlord")]
)
def test_where_somebody_else_has_a_hold_on_a_worker_the_first_step_is_to_find_out_what_is_safe(questions, name, value):
    text = _own(questions[name])[value]["text"]
    assert text.startswith("Find out what is safe") and "ead our help page" in text


@each
def test_what_may_mean_harm_is_due_within_a_week(questions, name):
    flags = EXPECTED[name][1].values()
    if {"act_first", "check_first"} <= set(flags):
        assert questions[name]["action"]["due_days"] == "7"
        assert questions[name]["dont_know"]["due_days"] == "7"


@each
def test_option_values_are_slugs_and_their_words_stand_alone(questions, name):
    options = questions[name]["options"]
    values = [option["value"] for option in options]
    assert len(set(values)) == len(values)
    assert len(set(_labels(questions[name]))) == len(values)
    for option in options:
        assert SLUG.fullmatch(option["value"])
        assert option["value"] != option["label"]
        assert option["value"] not in {"yes", "no", "on", "off", "true", "false"}
        assert not re.search(r"\b(as before|the above|points above)\b", option["label"], re.I)


@each
def test_no_option_means_not_sure(questions, name):
    for label in _labels(questions[name]) + [
        label for variant in questions[name].get("variants", []) for label in variant.get("options", {}).values()
    ]:
        assert not UNSURE.search(label), label


def test_no_phone_number_stands_in_any_text(questions, files):
    assert not PHONE.search(str(list(questions.values())))
    assert not PHONE.search(str([content["resources"] for content in files.values()]))


def test_not_applicable_is_offered_only_where_the_profile_does_not_decide(questions):
    assert {name for name, question in questions.items() if question.get("not_applicable") == "true"} == {
        "p-b2", "p-b4", "p-b5", "p-d4", "p-d7", "p-e2", "p-f1", "r-f6",
    }  # fmt: skip


def test_training_and_checks_are_asked_afresh_each_year(questions):
    assert {name for name, question in questions.items() if question.get("time_bound") == "true"} == {
        "p-a4", "p-c4", "p-d4", "p-f2", "p-f6", "p-f6-charity",
        "r-c6", "r-d2", "r-e3", "r-e4", "r-f3", "r-f4",
    }  # fmt: skip


def test_small_organisations_are_asked_about_the_owner_or_a_manager(questions):
    def small_texts(name):
        return " ".join(
            str(variant) for variant in questions[name].get("variants", []) if variant["when"].get("profile") == "small"
        )

    assert "owner or manager" in small_texts("p-a1")
    assert "the owner or a manager" in small_texts("r-f1")
    assert "Are you" in small_texts("r-e3")
    for question in questions.values():
        words = f"{question['text']} {question.get('hint', '')}"
        assert not re.search(r"\b(HR|board|senior)\b", words), question["id"]


@pytest.mark.parametrize(
    ("name", "text"),
    {
        "r-b3": "Is every person’s right to work checked before their first day?",
        "r-b2": "Has anyone who works for you paid money to get the job?",
        "r-d4": "Is anyone else keeping a worker’s passport, visa or bank card?",
        "r-d3": "Is each person’s pay sent to a bank account that they control?",
        "r-d2": "After you take off costs, does everyone get at least the minimum wage?",
        "r-d6": "Can people turn down extra hours without losing out?",
        "r-d7": "Can people give notice and leave without paying anything back?",
        "r-f3": "Have you looked for signs that one person controls several workers?",
        "r-c4": "Do you check, with the worker’s agreement, that agency workers get the pay they are owed?",
        "p-d4": "Who checks right to work for agency staff and the self-employed people you use? Have you seen proof?",
        "p-e3": "If you find a problem at a supplier and nobody is in danger, what do you do first?",
    }.items(),
)
def test_the_review_settled_these_words(questions, name, text):
    assert questions[name]["text"] == text


def test_right_to_work_parts_who_from_when_and_points_to_current_guidance(questions):
    hint = questions["r-b3"]["hint"]
    assert "When:" in hint and "Who:" in hint and "check the current government guidance" in hint
    assert "employees" in _label(questions["r-b3"], "employees-only")
    assert "check the current government guidance" in questions["p-d4"]["hint"]
    assert all("proof" in label or "told" in label for label in _labels(questions["p-d4"]))


def test_papers_kept_by_us_by_others_unchecked_copied_and_asked(questions):
    assert [(o["value"], int(o["points"])) for o in questions["r-d4"]["options"]] == [
        ("we-do", 0),
        ("agency-or-landlord", 0),
        ("not-checked", 1),
        ("copy-and-return", 3),
        ("policy-and-asked", 4),
    ]


def test_ending_the_contract_at_once_is_worth_no_more_than_doing_nothing(questions):
    points = {option["value"]: option["points"] for option in questions["p-e3"]["options"]}
    assert points["end-at-once"] == points["nothing"] == "0"


def test_joint_accounts_and_shared_homes_are_not_held_against_anyone(questions):
    assert "Joint accounts are fine" in questions["r-d3"]["hint"]
    assert "Sharing a home or a bank account can be normal" in questions["r-f3"]["hint"]
    assert "kin" not in str(questions["r-f3"]).lower()


def test_training_costs_may_lawfully_be_repaid(questions):
    assert "training costs" in questions["r-d7"]["hint"]


def test_the_only_manager_counts_as_all(questions):
    assert "counts as all" in questions["r-e3"]["hint"]


def test_agency_workers_are_asked_before_anyone_looks_at_their_payslips(questions):
    assert "no automatic right" in questions["r-c4"]["hint"]


def test_the_best_answer_on_origin_includes_the_one_below_it(questions):
    below, best = _label(questions["p-b2"], "most-spend"), _label(questions["p-b2"], "most-and-higher-risk")
    assert best.startswith(below)


def test_a_page_holds_at_most_four_questions(files):
    for content in files.values():
        for section in content["sections"]:
            page = 0
            for question in section["questions"]:
                page = 1 if question.get("page_break") == "true" else page + 1
                assert page <= 4, question["id"]


@pytest.mark.parametrize("name", ["procurement", "recruitment"])
def test_each_file_lists_only_what_it_uses_with_the_day_it_was_checked(files, name):
    content = files[name]
    asked = [question for section in content["sections"] for question in section["questions"]]
    assert (content["id"], content["version"], content["language"]) == (name, "2026.4", "en")
    actions = [action for question in asked for action in (question["action"], *_own(question).values())]
    assert {key for action in actions for key in action["resources"]} == set(content["resources"])
    assert {key for question in asked for key in question["maps_to"]} == {s["id"] for s in content["standards"]}
    assert {topic for question in asked for topic in question["topics"]} == set(content["topics"])
    for resource in content["resources"].values():
        assert resource["checked"] in {"2026-11-21", "2026-11-29"}
        assert resource["url"].startswith("https://")
        assert not re.search("confirm|before launch", resource["title"])
    for standard in content["standards"]:  # a comma in an unquoted title would start another key
        assert {"id", "title"} <= set(standard) <= {"id", "title", "url"}
    sections = [section["id"] for section in content["sections"]]
    assert len(set(sections)) == len(sections) == {"procurement": 6, "recruitment": 7}[name]
    assert all(SLUG.fullmatch(section) for section in sections)


def test_the_same_resource_or_standard_says_the_same_in_both_files(files):
    first, second = files["procurement"], files["recruitment"]
    for key in set(first["resources"]) & set(second["resources"]):
        assert first["resources"][key] == second["resources"][key]
    titles = {standard["id"]: standard for standard in first["standards"]}
    for standard in second["standards"]:
        assert titles.get(standard["id"], standard) == standard


@pytest.mark.parametrize("name", ["r-b2", "r-b7", "r-d3", "r-d4", "r-f7"])
def test_nobody_is_told_to_question_a_worker_who_may_be_afraid(questions, name):
    """The help page says not to: all are asked alike, or nobody is."""
    told = f"{questions[name]['action']['text']} {questions[name]['dont_know']['action']} {_own(questions[name])}"
    assert not re.search(r"in private|\b[Aa]sk (each|every|the|two|five) (new )?(worker|person|starter)", told)
    assert "read our help page" in told


def test_how_to_look_up_a_licence_is_one_link_away(questions, files):
    for name, file in (("p-c4", "procurement"), ("r-c6", "recruitment")):
        assert "public register" in questions[name]["action"]["text"]
        assert "LICENCE" in questions[name]["action"]["resources"]
        assert "how-to-check-if-a-labour-provider-has" in files[file]["resources"]["LICENCE"]["url"]


def test_a_fair_answer_is_there_for_the_owner_of_a_small_joinery(questions):
    """What people said that they could not answer, and the points that it is worth."""
    wanted = {
        ("r-b2", "asked-all"): 3, ("p-c3", "always-ask-why"): 2, ("p-c3", "one-quote"): 1, ("r-d2", "far-above"): 4,
        ("r-b6", "own-staff"): 3,
    }  # fmt: skip
    for (name, value), points in wanted.items():
        assert [int(o["points"]) for o in questions[name]["options"] if o["value"] == value] == [points]
    assert "a bonus that you pay to staff" in questions["r-b6"]["hint"]


def test_what_happened_and_was_put_right_has_an_answer_that_is_true(questions):
    """Who is asked whether something ever happened can say that it is over, by every answer that says it is known."""
    found = {name: question for name, question in questions.items() if question["text"].startswith("Has anyone")}
    assert set(found) == {"r-b2", "r-f7"}
    for name, question in found.items():
        for option in question["options"]:
            said = re.search("put right|paid back|had it all back", option["label"])
            assert said or option["value"] == "never-asked", (name, option["value"])


def test_trustees_and_councillors_are_named_to_those_who_have_them(questions):
    for name, question in questions.items():
        said = [{key: question.get(key) for key in ("text", "hint", "options")}]
        said += [each for each in question.get("variants", []) if "kind" not in str(each["when"])]
        assert not re.search("trustee|councillor", str(said)), name
