"""Questionnaires, profiles and answers drawn by Hypothesis from the whole grammar of docs/questionnaire-format.md.

All are plain data, as they stand in files: so whoever reads them needs nothing of the engine.
"""

from itertools import combinations

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


class Chooser:
    """Chooses by bytes, one for each choice: a draw of many bytes is ten times as fast as many small draws.

    A byte of zero chooses the first, and so does what comes after the last: that makes a failure small.
    """

    def __init__(self, data: bytes) -> None:
        self._left = iter(data)

    def one(self, values):
        assert len(values) <= 256
        return values[next(self._left, 0) % len(values)]

    def times(self, least, most):
        """Return a range of so many steps."""
        return range(least + next(self._left, 0) % (most - least + 1))


@st.composite
def chosen(draw, make, *more, size):
    """Draw what a function makes by a chooser, of at most ``size`` bytes."""
    return make(Chooser(draw(st.binary(min_size=size, max_size=size))), *more)


def few(values):
    """Return some of many values, the first and others as far apart."""
    found = list(values)
    return found[:: max(1, len(found) // 4)]


# ---- profiles ----


def _facts(field, *, whole):
    if field.form == "choices":
        some = [chosen for size in range(3) for chosen in combinations(few(field.values), size)]
        return [*some, tuple(field.values)]
    values = {"yes_no": [True, False], "text": ["Here"]}.get(field.form) or few(field.values)
    return values if whole or field.default else [None, *values]


_GIVEN = [field for field in FIELDS.values() if not field.derived]
_SOME_FACTS = {field.name: _facts(field, whole=False) for field in _GIVEN}
_WHOLE_FACTS = {field.name: _facts(field, whole=True) for field in _GIVEN}


def some_profile(choose, facts=_WHOLE_FACTS):
    """Return a profile in which every fact is given, as the profile page wants it."""
    return Profile(**{name: choose.one(values) for name, values in facts.items()})


profiles = chosen(some_profile, _SOME_FACTS, size=20)


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


_ABOUT_PROFILE = [rule for field in FIELDS.values() if field.steers for rule in _comparisons(field)]


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


def _rule(choose, earlier=(), depth=2):
    """Return a condition on the profile, and on questions that come earlier."""
    shape = choose.one(["one", "one", "not", "all", "any"]) if depth else "one"
    if shape == "not":
        return {"not": _rule(choose, earlier, depth - 1)}
    if shape != "one":
        return {shape: [_rule(choose, earlier, depth - 1) for _ in choose.times(1, 2)]}
    asked = [question for question in earlier if not question.get("kind", "").endswith("_text")]
    if not asked or choose.one([False, True]):
        return choose.one(_ABOUT_PROFILE)
    return choose.one(_about(choose.one(asked)))


# ---- questionnaires ----

_FLAGS = (None, None, None, "act_first", "check_first", "foundation")


def _scored(choose, name):
    shared = choose.one([False, True])
    least, most = (1, 1) if shared else (0, 2)
    middle = sorted(choose.one(range(4)) for _ in choose.times(least, most))
    options = [{"value": f"v{n}", "label": f"Label {n}", "points": p} for n, p in enumerate((0, *middle, 4))]
    for option in options[:-1]:
        if flag := choose.one(_FLAGS):
            option["flag"] = flag
        if choose.one([False, False, False, True]):
            option["action"] = {"text": f"Begin with {name} at {option['value']}.", "due_days": choose.one([14, 60])}
    question = {
        "id": name,
        "text": f"How is {name}?",
        "weight": choose.one([1, 2, 3]),
        "options": options,
        "action": {"text": f"Improve {name}.", "due_days": choose.one([7, 30, 90])},
        "topics": choose.one([[], ["training"], ["legal", "training"]]),
        "not_applicable": choose.one([False, True]) or shared,
    }
    if find_out := choose.one([None, 7, 30]):
        question["dont_know"] = {"action": f"Find out about {name}.", "due_days": find_out}
    if shared:
        question["reuse_key"] = f"key-{name}"
    if choose.one([False, False, True]):
        question["flags_when"] = _rule(choose)
    return question


def _question(choose, name, earlier):
    kind = choose.one(KINDS)
    if kind == "choice":
        question = _scored(choose, name)
    else:
        keys = {key: value for key, value in UNSCORED[kind].items() if key != "answers"}
        question = {"id": name, "kind": kind, "text": f"What of {name}?", **keys}
    if choose.one([False, False, True]):
        question["show_if"] = _rule(choose, earlier)
    if variants := choose.one([0, 0, 0, 1, 2]):
        question["variants"] = [{"when": _rule(choose), "text": f"Variant {n} of {name}?"} for n in range(variants)]
        if "options" in question:
            question["variants"][0]["options"] = {question["options"][0]["value"]: "Another label"}
    if choose.one([False, False, False, False, True]):
        question["page_break"] = True
    return question


def some_document(choose, most):
    """Return a whole questionnaire of up to three sections with up to ``most`` questions each."""
    earlier, sections = [], []
    for number in choose.times(1, 3):
        section = {"id": f"s{number}", "title": f"Section {number}", "questions": []}
        if choose.one([False, False, False, True]):
            section["show_if"] = _rule(choose, tuple(earlier))
        for _ in choose.times(1, most):
            question = _question(choose, f"q{len(earlier)}", tuple(earlier))
            section["questions"].append(question)
            earlier.append(question)
        sections.append(section)
    return {
        "schema": 1, "id": "made", "version": "1", "title": "Made in a test", "topics": ["legal", "training"],
        "sections": sections,
    }  # fmt: skip


def documents(most=4):
    """Draw questionnaires as ``some_document`` returns them."""
    return chosen(some_document, most, size=100 * most)


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


def some_answers(choose, document, missing=True):
    """Return answers to any of the questions; with ``missing`` false, to each that is scored."""
    found = {}
    for question in questions_of(document):
        free = missing or not is_scored(question)
        answer = choose.one([*possible_answers(question), *([None] if free else [])])
        if answer is not None:
            found[question["id"]] = answer
    return found


def answers_to(document, *, missing=True):
    """Draw answers as ``some_answers`` returns them."""
    return chosen(some_answers, document, missing, size=20)


def facts_of(profile):
    """Return a profile as plain data."""
    return msgspec.json.decode(msgspec.json.encode(profile))
