"""What a new version changes: each key of the format in its class, and no change that is not told."""

import copy
import json

import msgspec
import pytest
import yaml

from pledge.questionnaires import definition, kinds, parts
from pledge.questionnaires.checks import changes as module
from pledge.questionnaires.checks.changes import changes
from pledge.questionnaires.loading import load


@pytest.fixture
def data(make):
    """A questionnaire with every part that can change."""
    question, document = make
    first = question("first", weight=2, hint="Look around.", topics=["training", "legal"])
    first["options"][1]["action"] = OWN
    first["action"] |= {"why": "It helps.", "resources": ["HELP"]}
    first["variants"] = [{"when": {"profile": "kind", "equals": "charity"}, "text": "And how is it with you?"}]
    second = question("second", flags={0: "act_first"}, show_if={"question": "first", "gte": "2"})
    return document(
        {"one": [first, second], "two": [question("third"), question("fourth")]},
        standards=[{"id": "s54", "title": "Section 54"}],
        resources={"HELP": {"title": "Help", "url": "https://example.org/", "checked": "2026-01-01"}},
        estimated_minutes=10,
        topics=["training", "legal"],
    )


def loaded(data):
    found = load(json.dumps(data).encode())
    assert found.definition is not None, found.problems
    return found.definition


def said(data, change):
    """Return each change that ``change(new)`` makes, as (kind, place)."""
    new = copy.deepcopy(data)
    change(new)
    return [(found.kind, found.where) for found in changes(loaded(data), loaded(new))]


def put(*path):
    """Return a function that puts the last of ``path`` at the place that the rest names."""

    def change(data):
        for step in path[:-2]:
            data = data[step]
        data[path[-2]] = path[-1]

    return change


def drop(*path):
    """Return a function that takes away what is at a place."""

    def change(data):
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


NOT_IN_A_FILE = (parts.Part, parts.Rule, kinds.Unscored, kinds.Measured, kinds.Written)
OWN = {"text": "Begin with this.", "due_days": 7}
FIRST, SECOND = ("sections", 0, "questions", 0), ("sections", 0, "questions", 1)
ITS = (*FIRST, "options", 1, "action")


@pytest.mark.parametrize(
    ("change", "kind", "where"),
    [
        (put("title", "Other"), "safe", "title"),
        (put(*ITS, "text", "Do not begin."), "review", "question first › option p1 › action › text"),
        (put(*ITS, "text", "Begin with this!"), "safe", "question first › option p1 › action › text"),
        (put(*ITS, "why", "So."), "safe", "question first › option p1 › action › why"),
        (put(*ITS, "due_days", 9), "review", "question first › option p1 › action › due_days"),
        (put("estimated_minutes", 12), "safe", "estimated_minutes"),
        (put("language", "cy"), "review", "language"),
        (put("topics", ["legal", "training"]), "review", "topics"),
        (put("id", "other"), "breaking", "id"),
        (put("standards", 0, "title", "Section 54 of the Act"), "safe", "standard s54 › title"),
        (put("standards", []), "safe", "standard s54"),
        (put("resources", "HELP", "checked", "2026-11-01"), "safe", "resources › HELP › checked"),
        (put("resources", "MORE", {"title": "More", "url": "https://example.org/more", "checked": "2026-11-01"}),
         "safe", "resources › MORE"),
        (put("sections", 0, "title", "The first"), "safe", "section one › title"),
        (put("sections", 1, "show_if", {"question": "first", "answered": "true"}), "breaking", "section two › show_if"),
        (put(*FIRST, "text", "How was first?"), "review", "question first › text"),
        (put(*FIRST, "text", "How is first, then?"), "review", "question first › text"),
        (put(*FIRST, "text", "how is  “first”?!"), "safe", "question first › text"),
        (put(*FIRST, "hint", "Look around you, and ask."), "safe", "question first › hint"),
        (put(*FIRST, "weight", 3), "breaking", "question first › weight"),
        (put(*FIRST, "not_applicable", True), "breaking", "question first › not_applicable"),
        (put(*FIRST, "time_bound", True), "review", "question first › time_bound"),
        (put(*FIRST, "page_break", True), "safe", "question first › page_break"),
        (put(*FIRST, "topics", ["legal"]), "review", "question first › topics"),
        (put(*FIRST, "maps_to", ["s54"]), "safe", "question first › maps_to"),
        (put(*FIRST, "reuse_key", "shared"), "breaking", "question first › reuse_key"),
        (put(*FIRST, "action", "text", "Do not improve first."), "review", "question first › action › text"),
        (put(*FIRST, "action", "due_days", 31), "review", "question first › action › due_days"),
        (put(*FIRST, "action", "why", "It does help."), "safe", "question first › action › why"),
        (put(*FIRST, "action", "resources", []), "safe", "question first › action › resources"),
        (put(*FIRST, "dont_know", "action", "Ask."), "review", "question first › dont_know › action"),
        (put(*FIRST, "dont_know", "due_days", 8), "review", "question first › dont_know › due_days"),
        (put(*FIRST, "dont_know", "label", "No idea"), "review", "question first › dont_know › label"),
        (put(*FIRST, "options", 1, "label", "Level one"), "review", "question first › option p1 › label"),
        (put(*FIRST, "options", 1, "label", "Level 1."), "safe", "question first › option p1 › label"),
        (put(*FIRST, "options", 1, "points", 2), "breaking", "question first › option p1 › points"),
        (put(*FIRST, "options", 1, "flag", "foundation"), "breaking", "question first › option p1 › flag"),
        (put(*SECOND, "show_if", {"question": "first", "gte": "3"}), "breaking", "question second › show_if"),
        (put(*SECOND, "flags_when", {"profile": "kind", "equals": "charity"}), "breaking",
         "question second › flags_when"),
        (put(*FIRST, "variants", []), "breaking",
         "question first › variant {profile: kind, equals: charity}"),
        (put(*FIRST, "variants", 0, "text", "How is it with you?"), "review",
         "question first › variant {profile: kind, equals: charity} › text"),
        (put(*FIRST, "variants", 0, "options", {"p0": "None"}), "review",
         "question first › variant {profile: kind, equals: charity} › options › p0"),
        (lambda new: new["sections"].reverse(), "review", "sections"),
        (lambda new: new["sections"][1]["questions"].reverse(), "review", "section two › questions"),
        (lambda new: new["sections"][1]["questions"].pop(), "breaking", "question fourth"),
        (lambda new: new["sections"][0]["questions"][0]["options"].pop(2), "breaking", "question first › option p2"),
        (lambda new: new["sections"].pop(), "breaking", "section two"),
    ],
)  # fmt: skip
def test_each_change_has_its_class_and_its_place(data, change, kind, where):
    if where == "sections":
        data["sections"][0]["questions"].pop()  # whose condition forbids another order
    assert said(data, change) == [(kind, where)]


PEOPLE, FEES, SINCE, FOUND, AGENCY = (
    *(("sections", 0, "questions", place) for place in (0, 2)),
    *(("sections", 1, "questions", place) for place in range(3)),
)


@pytest.mark.parametrize(
    ("change", "kind", "where"),
    [
        (put(*PEOPLE, "text", "How many work for you?"), "review", "question people › text"),
        (put(*PEOPLE, "hint", "Count agency workers as well."), "safe", "question people › hint"),
        (put(*PEOPLE, "page_break", True), "safe", "question people › page_break"),
        (put(*PEOPLE, "unit", "workers"), "review", "question people › unit"),
        (put(*PEOPLE, "least", 2), "breaking", "question people › least"),
        (put(*PEOPLE, "decimals", 1), "breaking", "question people › decimals"),
        (put(*PEOPLE, "messages", "too_low", "Count yourself as well"), "safe",
         "question people › messages › too_low"),
        (put(*FEES, "most", 2000000), "breaking", "question fees › most"),
        (put(*SINCE, "earliest", "2011-01-01"), "breaking", "question policy-since › earliest"),
        (put(*SINCE, "messages", "too_high", "Enter a day up to 2030"), "safe",
         "question policy-since › messages › too_high"),
        (put(*FOUND, "options", 1, "label", "By posters"), "review", "question found-by › option adverts › label"),
        (put(*FOUND, "options", 3, "exclusive", False), "breaking", "question found-by › option none › exclusive"),
        (put(*FOUND, "messages", "contradiction", "Choose again"), "safe",
         "question found-by › messages › contradiction"),
        (put(*AGENCY, "longest", 50), "breaking", "question agency-name › longest"),
        (put(*AGENCY, "messages", "too_long", "Shorter"), "safe", "question agency-name › messages › too_long"),
        (put(*AGENCY, "show_if", {"question": "found-by", "includes": "adverts"}), "breaking",
         "question agency-name › show_if"),
        (put(*FEES, "kind", "number"), "breaking", "question fees › kind"),
        (lambda new: new["sections"][1]["questions"].pop(3), "breaking", "question learned"),
    ],
)  # fmt: skip
def test_a_change_of_what_is_not_scored_has_its_class_too(fixture_file, change, kind, where):
    data = yaml.load(fixture_file("valid/kinds").read_text(encoding="utf-8"), yaml.BaseLoader)
    assert said(data, change) == [(kind, where)]


def test_another_kind_of_question_is_said_with_both(fixture_file):
    data = yaml.load(fixture_file("valid/kinds").read_text(encoding="utf-8"), yaml.BaseLoader)
    new = copy.deepcopy(data)
    new["sections"][2]["questions"][0] = {"id": "trained", "kind": "short_text", "text": "Are people trained?"}
    new["sections"][2]["questions"].append({**data["sections"][2]["questions"][0], "id": "other", "text": "Other?"})
    assert [change.message for change in changes(loaded(data), loaded(new))] == [
        "“choice” → “short_text”",
        "It is new.",
    ]


def test_what_is_the_same_has_no_change_and_a_new_version_is_none(data):
    assert said(data, put("version", "2")) == []


def test_a_question_that_goes_to_another_section_is_gone_there_and_new_here(data):
    def move(new):
        new["sections"][0]["questions"].append(new["sections"][1]["questions"].pop())

    assert said(data, move) == [("breaking", "question fourth")] * 2


def test_every_change_is_told_those_that_break_first(data):
    def change(new):
        new["title"] = "Other"
        new["sections"][0]["questions"][0]["weight"] = 1
        new["sections"][0]["questions"][0]["action"]["due_days"] = 9
        new["sections"][1]["questions"][0]["weight"] = 3

    assert [kind for kind, _ in said(data, change)] == ["breaking", "breaking", "review", "safe"]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("How do you recieve them?", "How do you receive them?", "safe"),
        ("Who are your suplliers here?", "Who are your suppliers here?", "safe"),
        ("Is your recruitmnt fair?", "Is your recruitment fair?", "safe"),
        ("Is your recruiitment fair?", "Is your recruitment fair?", "safe"),
        ("Do you ask your employers?", "Do you ask your employees?", "review"),
        ("Is it legal?", "Is it illegal?", "review"),
        ("Can you?", "Can’t you?", "review"),
        ("Is it form 1?", "Is it form 2?", "review"),
        ("Do they stay on?", "Do they slay on?", "review"),
        ("Do they form a team?", "Do they from a team?", "review"),
        ("Is it required?", "Is it requires?", "review"),
        ("Was it moral?", "Was it amoral?", "review"),
        ("Is it typical?", "Is it atypical?", "review"),
    ],
)
def test_a_slip_of_the_pen_is_safe_and_another_word_is_not(data, old, new, kind):
    data["sections"][0]["questions"][0]["text"] = old
    assert said(data, put(*FIRST, "text", new)) == [(kind, "question first › text")]


def test_a_spelling_that_still_stands_elsewhere_is_no_slip(data):
    data["sections"][0]["questions"][0]["text"] = "Is it casually done?"
    data["sections"][0]["questions"][1]["hint"] = "Casually means now and then."
    assert said(data, put(*FIRST, "text", "Is it causally done?")) == [("review", "question first › text")]


def test_a_long_text_is_shown_from_where_it_differs(data):
    words = "word " * 60
    data["sections"][0]["questions"][0]["hint"] = words + "before"
    new = copy.deepcopy(data)
    new["sections"][0]["questions"][0]["hint"] = words + "after"
    (change,) = changes(loaded(data), loaded(new))
    assert change.message == "“…word word word word before” → “…word word word word after”"


def test_no_key_of_the_format_is_forgotten():
    """A key without a class is breaking; those that are so on purpose are listed here."""
    on_purpose = {
        "Definition": {"schema", "id", "version", "revision", "sections", "kind", "standards", "resources"},
        "Section": {"id", "questions", "show_if"},
        "Question": {"id", "weight", "options", "action", "variants", "show_if", "flags_when", "not_applicable",
                     "reuse_key"},
        "Option": {"value", "points", "flag"}, "Choice": {"value", "exclusive"}, "Variant": {"when"},
        "Standard": {"id"}, "Choices": {"options"}, "Number": {"least", "most", "decimals"}, "Money": {"least", "most"},
        "Percentage": {"least", "most", "decimals"}, "Date": {"earliest", "latest"}, "ShortText": {"longest"},
        "LongText": {"longest"},
    }  # fmt: skip
    walked = {"id", "variants", "show_if", "messages"}  # of a question that is not scored
    for part in [*vars(definition).values(), *vars(kinds).values(), *vars(parts).values()]:
        if not isinstance(part, type) or not issubclass(part, parts.Part) or part in NOT_IN_A_FILE:
            continue
        name = part.__name__
        keys = on_purpose.get(name, set()) | (walked if issubclass(part, kinds.Unscored) else set())
        fields = {field.encode_name for field in msgspec.structs.fields(part)}
        assert fields == keys | set(module._KEYS.get(name, {})), name


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (put(*FIRST, "options", 0, "action", OWN | {"resources": ["HELP"]}), [
            ("question first › option p0 › action › text", "nothing → “Begin with this.”"),
            ("question first › option p0 › action › due_days", "nothing → “7”"),
            ("question first › option p0 › action › resources", "nothing → “HELP”"),
        ]),
        (drop(*ITS), [
            ("question first › option p1 › action › text", "“Begin with this.” → nothing"),
            ("question first › option p1 › action › due_days", "“7” → nothing"),
        ]),
        (drop(*FIRST, "dont_know"), [
            ("question first › dont_know › action", "“Find out about first.” → nothing"),
            ("question first › dont_know › due_days", "“7” → nothing"),
        ]),
    ],
)  # fmt: skip
def test_what_is_to_do_is_told_text_by_text_also_where_there_was_nothing(data, change, messages):
    newer = copy.deepcopy(data)
    change(newer)
    found = changes(loaded(data), loaded(newer))
    assert [(each.where, each.message) for each in found] == messages
    assert {each.kind for each in found} == {"review"}


def test_texts_are_cut_to_fit_a_line_but_not_for_whoever_reads_all_of_them(data):
    newer = copy.deepcopy(data)
    put(*FIRST, "action", "text", "Do so. " * 60)(newer)
    old, new = loaded(data), loaded(newer)
    assert len(changes(old, new)[0].message) == len("“Improve first.” → “”") + 121
    whole = " ".join(("Do so. " * 60).split())
    assert changes(old, new, longest=5000)[0].message == f"“Improve first.” → “{whole}”"
