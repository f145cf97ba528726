"""Questionnaires, profiles and answers drawn by Hypothesis from the whole grammar of docs/questionnaire-format.md.

All are plain data, as they stand in files: so whoever reads them needs nothing of the engine.
"""

from itertools import combinations, product

import msgspec
from hypothesis import strategies as st

from pledge.organisations.profile import FIELDS, Profile

NUMBERS = {"least": "0", "most": "24", "decimals": "1", "answers": ("0", "0.5", "7.5", "8", "24")}
UNSCORED = {  # what stands in the file, and the answers that are tried; a condition compares with the same ones
    "number": NUMBERS,
    "money": {"most": "5000", "answers": ("0", "499.99", "500", "500.01", "5000")},
    "percentage": {"answers": ("0", "12", "99", "100")},
    "date": {"earliest": "2026-01-01", "answers": ("2026-01-01", "2026-02-28", "2026-03-01", "2100-12-31")},
    "choices": {
        "options": [
            {"value": "a", "label": "A"},
            {"value": "b", "label": "B"},
            {"value": "none", "label": "None of these", "exclusive": True},
        ],
        "answers": (["a"], ["b"], ["a", "b"], ["none"]),
    },
    "short_text": {"answers": ("Ours", "Only “some”; see p. 3")},
    "long_text": {"longest": "20", "answers": ("One line", "Two\nlines")},
}
KINDS = (*("choice",) * 8, *UNSCORED)
REASON = {"not_applicable": "None here."}
SHARED = ("v0", "v1", "v2")  # the options of every question whose answer is shared with another questionnaire


def few(values):
    """Return some of many values, the first and others as far apart."""
    found = list(values)
    return found[:: max(1, len(found) // 4)]


# ---- profiles ----


def _facts(field, *, whole):
    if field.form == "choices":
        some = [chosen for size in range(3) for chosen in combinations(few(field.values), size)]
        return st.sampled_from([*some, tuple(field.values)])
    values = {"yes_no": [True, False], "text": ["Here"]}.get(field.form) or few(field.values)
    return st.sampled_from(values if whole or field.default else [None, *values])


def _profiles(*, whole):
    given = [field for field in FIELDS.values() if not field.derived]
    return st.builds(Profile, **{field.name: _facts(field, whole=whole) for field in given})


profiles = _profiles(whole=False)
whole_profiles = _profiles(whole=True)  # every fact is given, as the profile page wants it


def _comparisons(field):
    """Return comparisons with one fact of the profile, every one of the grammar."""
    found = [{"answered": True}, {"answered": False}]
    values = few(field.values)
    if field.form == "yes_no":
        found += [{"equals": True}, {"equals": False}]
    elif field.form == "choices":
        found += [{"includes": value} for value in values]
    else:
        found += [{"equals": values[0]}, {"in": [values[0], values[-1]]}]
    if field.ordered:
        found += [{key: value} for key in ("gte", "lte") for value in values]
    return [{"profile": field.name, **comparison} for comparison in found]


_about_profile = st.sampled_from([rule for field in FIELDS.values() if field.steers for rule in _comparisons(field)])


# ---- conditions ----


def _about(question):
    """Return every comparison with the answer to one question."""
    kind = question.get("kind", "choice")
    found = [{"answered": True}, {"answered": False}]
    if kind == "choice":
        values = [option["value"] for option in question["options"]]
        found += [{"equals": values[0]}, {"in": [values[0], values[-1]]}]
        found += [{key: points} for key in ("gte", "lte") for points in range(5)]
    elif kind == "choices":
        found += [{"includes": option["value"]} for option in question["options"]]
    else:
        found += [{key: value} for key in ("gte", "lt") for value in UNSCORED[kind]["answers"]]
    return [{"question": question["id"], **comparison} for comparison in found]


@st.composite
def rules(draw, earlier=(), depth=2):
    """Draw a condition on the profile, and on questions that come earlier."""
    shape = draw(st.sampled_from(["one", "one", "not", "all", "any"])) if depth else "one"
    if shape == "not":
        return {"not": draw(rules(earlier, depth - 1))}
    if shape != "one":
        return {shape: [draw(rules(earlier, depth - 1)) for _ in range(draw(st.integers(1, 2)))]}
    asked = [question for question in earlier if not question.get("kind", "").endswith("_text")]
    if not asked or draw(st.booleans()):
        return draw(_about_profile)
    return draw(st.sampled_from(_about(draw(st.sampled_from(asked)))))


# ---- questionnaires ----

_flags = st.sampled_from([None, None, None, "act_first", "check_first", "foundation"])
_traits = st.sampled_from(
    list(product((1, 2, 3), (False, True), (7, 30, 90), (None, 7, 30), ([], ["training"], ["legal", "training"])))
)
_extras = st.sampled_from(  # which a question has: show_if, flags_when, how many variants, page_break, reuse_key
    list(product((True, False, False), (True, False, False), (0, 0, 0, 1, 2), (True, *[False] * 4), (False, True)))
)


@st.composite
def _scored(draw, name, *, flags_when, shared):
    weight, apart, due, find_out, topics = draw(_traits)
    middle = sorted(draw(st.lists(st.integers(0, 3), min_size=shared, max_size=1 if shared else 2)))
    options = [{"value": f"v{n}", "label": f"Label {n}", "points": p} for n, p in enumerate((0, *middle, 4))]
    for option in options[:-1]:
        if flag := draw(_flags):
            option["flag"] = flag
    question = {
        "id": name,
        "text": f"How is {name}?",
        "weight": weight,
        "options": options,
        "action": {"text": f"Improve {name}.", "due_days": due},
        "topics": topics,
        "not_applicable": apart or shared,
    }
    if find_out:
        question["dont_know"] = {"action": f"Find out about {name}.", "due_days": find_out}
    if shared:
        question["reuse_key"] = f"key-{name}"
    if flags_when:
        question["flags_when"] = draw(rules())
    return question


@st.composite
def _questions(draw, name, earlier):
    kind = draw(st.sampled_from(KINDS))
    show_if, flags_when, variants, page_break, shared = draw(_extras)
    if kind == "choice":
        question = draw(_scored(name, flags_when=flags_when, shared=shared))
    else:
        keys = {key: value for key, value in UNSCORED[kind].items() if key != "answers"}
        question = {"id": name, "kind": kind, "text": f"What of {name}?", **keys}
    if show_if:
        question["show_if"] = draw(rules(earlier))
    if variants:
        question["variants"] = [{"when": draw(rules()), "text": f"Variant {n} of {name}?"} for n in range(variants)]
        if "options" in question:
            question["variants"][0]["options"] = {question["options"][0]["value"]: "Another label"}
    if page_break:
        question["page_break"] = True
    return question


@st.composite
def documents(draw, most=4):
    """Draw a whole questionnaire of up to three sections with up to ``most`` questions each."""
    earlier, sections = [], []
    for number in range(draw(st.integers(1, 3))):
        section = {"id": f"s{number}", "title": f"Section {number}", "questions": []}
        if draw(st.sampled_from([False, False, False, True])):
            section["show_if"] = draw(rules(tuple(earlier)))
        for _ in range(draw(st.integers(1, most))):
            question = draw(_questions(f"q{len(earlier)}", tuple(earlier)))
            section["questions"].append(question)
            earlier.append(question)
        sections.append(section)
    return {
        "schema": 1, "id": "made", "version": "1", "title": "Made in a test", "topics": ["legal", "training"],
        "sections": sections,
    }  # fmt: skip


# ---- answers ----


def questions_of(document):
    return [question for section in document["sections"] for question in section["questions"]]


def is_scored(question):
    return "kind" not in question


def possible_answers(question):
    """Return answers that a question takes: every one where it is scored."""
    if not is_scored(question):
        key = "values" if question["kind"] == "choices" else "value"
        return [{key: answer} for answer in UNSCORED[question["kind"]]["answers"]]
    found = [{"value": option["value"]} for option in question["options"]] + [{"dont_know": True}]
    return [*found, REASON] if question["not_applicable"] else found


def draw_answers(draw, document, *, missing=True):
    """Draw answers to any of the questions; with ``missing`` false, to each that is scored."""
    found = {}
    for question in questions_of(document):
        free = missing or not is_scored(question)
        answer = draw(st.sampled_from([*possible_answers(question), *([None] if free else [])]))
        if answer is not None:
            found[question["id"]] = answer
    return found


def facts_of(profile):
    """Return a profile as plain data."""
    return msgspec.json.decode(msgspec.json.encode(profile))
