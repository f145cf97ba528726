"""What is on a sheet: what the screen has too, and nothing of scores."""

import re

import msgspec
import pytest
from tests.support.firms import JOINERY

from pledge.assessments import definitions
from pledge.assessments.fragments import question_html
from pledge.directory.contacts import contacts
from pledge.organisations.profile import FIELDS, Profile
from pledge.paper.document import chosen, document_of
from pledge.paper.sheet import Space, sheet_of
from pledge.questionnaires.visibility import effective_answers
from pledge.web import templates

FIRMS = {
    "a joinery": JOINERY,
    "a council with agency workers": Profile(kind="public_body", headcount_band="250+", labour=("agency",)),
    "a small farm": Profile(
        kind="business", headcount_band="1-9", labour=("agency", "seasonal", "tied_housing", "sponsored"),
        risk_sectors=("agriculture",),
    ),
    "a large charity": Profile(kind="charity", headcount_band="50-249", turnover_36m=True),
    "nothing known": Profile(),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def screen():
    """The pages' own templates."""
    before = templates._environment
    templates.use(templates.environment())
    yield
    templates._environment = before


@pytest.mark.parametrize("profile", FIRMS.values(), ids=FIRMS)
@pytest.mark.parametrize("name", ["procurement", "recruitment"])
def test_it_asks_exactly_what_the_screen_asks_in_the_same_words(name, profile):
    definition = definitions.current(name)
    shown = list(effective_answers(definition, profile, {}))
    items = [item for part in sheet_of(definition, profile).parts for item in part.items]
    assert [item.number for item in items] == list(range(1, len(shown) + 1))
    for item, id_ in zip(items, shown, strict=True):
        html = question_html(definition, definition.question(id_), profile, "").unescape()
        for words in (item.text, item.hint or "", *item.space.boxes, item.space.why, *item.space.blanks):
            assert words in html
        assert item.note is ("<textarea" in html)
        assert len(item.space.boxes) == html.count('type="radio"')


def test_the_questions_of_a_firm_under_fifty_are_fewer():
    definition = definitions.current("recruitment")
    small, large = (sheet_of(definition, Profile(headcount_band=band)) for band in ("1-9", "250+"))
    assert small.questions == large.questions - 6
    assert [part.title for part in small.parts] == [part.title for part in large.parts if part.items]


def test_a_part_with_nothing_to_ask_is_left_out():
    definition = definitions.current("recruitment")
    without = [part.title for part in sheet_of(definition, Profile()).parts]
    with_agency = [part.title for part in sheet_of(definition, Profile(labour=("agency",))).parts]
    assert len(without) == len(with_agency) - 1


def test_what_does_not_apply_is_a_box_and_a_line_for_the_reason(make_definition):
    options = ({"value": "no", "label": "No", "points": 0}, {"value": "yes", "label": "Yes", "points": 4})
    definition = make_definition({"options": options, "not_applicable": True}, {"options": options})
    first, second = sheet_of(definition, Profile()).parts[0].items
    assert first.space == Space(
        ("No", "Yes", "Don’t know", "This does not apply to us"), "If it does not apply, say why"
    )
    assert second.space == Space(("No", "Yes", "Don’t know"))


@pytest.mark.parametrize("name", ["procurement", "recruitment"])
def test_nothing_of_points_weights_and_flags_is_on_it(name):
    definition = definitions.current(name)
    sheet = msgspec.json.encode(sheet_of(definition, JOINERY)).decode()
    assert set(re.findall(r'"(\w+)":', sheet)) == {
        *("id", "title", "version", "language", "minutes", "depth", "parts", "items"),
        *("number", "text", "only_if", "hint", "how", "space", "note", "boxes", "why", "blanks", "lines"),
    }
    assert not re.search(r"\bpoints?\b|\bscore\b|act_first|check_first|foundation", sheet)


def test_whom_to_ring_comes_from_the_contacts():
    document = document_of(definitions.current("procurement"), JOINERY, publisher="P", site="x")
    assert [contact.name for contact in document.contacts] == [
        "Emergency services",
        "Modern Slavery & Exploitation Helpline",
        "Police",
        "Fair Work Agency",
        "Crimestoppers",
    ]
    assert contacts()["helpline"].phone in document.help and contacts()["emergency"].phone in document.help
    assert [topic.title for topic in document.before] == ["What to have to hand", "This is not a report to anyone"]


def test_it_says_how_long_it_takes_this_firm_whatever_its_author_thinks(make_definition):
    def about(definition):
        return document_of(definition, Profile(), publisher="P", site="https://x.org").about

    assert about(make_definition({}, estimated_minutes=12))[0] == (
        "This is version 1, with 1 question. It takes about 1 minute, and longer if you ask around."
    )
    assert about(make_definition({}, {"hint": " ".join(["word"] * 476)}))[0] == (
        "This is version 1, with 2 questions. It takes about 3 minutes, and longer if you ask around."
    )


def test_only_the_facts_that_decide_are_named():
    found = document_of(definitions.current("recruitment"), JOINERY, publisher="P", site="x")
    assert found.chosen == ("A business", "1 to 9 people", "Construction, demolition, scaffolding and trades")
    everything = msgspec.structs.replace(JOINERY, turnover_36m=True, labour=("agency",))
    assert chosen(everything, FIELDS) == (
        "A business",
        "1 to 9 people",
        "Building and trades",
        "Construction, demolition, scaffolding and trades",
        "Agency workers, or workers from a labour provider or gangmaster",
        "Others do part of your work for you",
        "Turnover of £36 million or more",
        "Goods made or grown abroad",
    )
    assert chosen(everything, ["turnover_36m"]) == ("Turnover of £36 million or more",)
    assert chosen(Profile(), FIELDS) == ()


def test_what_is_not_scored_has_boxes_or_room_to_write(make_definition):
    kinds = [
        {"kind": "choices", "options": [{"value": "a", "label": "By adverts"}, {"value": "b", "label": "By friends"}]},
        {"kind": "number", "unit": "hours"}, {"kind": "number"}, {"kind": "money"}, {"kind": "percentage"},
        {"kind": "date"}, {"kind": "short_text"}, {"kind": "long_text"},
    ]  # fmt: skip
    (part,) = sheet_of(make_definition({}, *kinds), Profile()).parts
    assert [item.space for item in part.items[1:]] == [
        Space(boxes=("By adverts", "By friends")),
        *(Space(blanks=(words,)) for words in ("A number (hours)", "A number", "An amount in pounds")),
        Space(blanks=("A percentage",)), Space(blanks=("A date",)), Space(lines=1), Space(lines=6),
    ]  # fmt: skip
    assert [item.note for item in part.items] == [True, *[False] * 8]
    assert [(item.hint, item.how) for item in part.items] == [
        (None, ""), (None, "Tick all that are true."), *[(None, "")] * 7
    ]  # fmt: skip


def test_what_its_author_says_of_choices_stands_in_place_of_our_words(make_definition):
    options = [{"value": "a", "label": "By adverts"}, {"value": "b", "label": "By friends"}]
    (part,) = sheet_of(make_definition({}, {"kind": "choices", "options": options, "hint": "Two."}), Profile()).parts
    assert (part.items[1].hint, part.items[1].how) == ("Two.", "")
