"""Whatever the grammar can say, answered and submitted as people do it: what the database keeps is what the second
scorer says, on SQLite and on PostgreSQL."""

import json
from functools import partial
from itertools import count
from types import MappingProxyType

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.firms import MAILROOM

from pledge.assessments import definitions, drafts, saving, submitting
from pledge.assessments.versions import publishing
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.organisations import profiles
from pledge.organisations.places import Place
from pledge.questionnaires.answers import parse_answers
from pledge.questionnaires.loading import published
from pledge.questionnaires.visibility import pages

from .drawing import (
    REASON,
    SHARED,
    documents,
    draw_answers,
    facts_of,
    is_scored,
    possible_answers,
    questions_of,
    whole_profiles,
)
from .second_scorer import assess, find, shown_of

CASES = settings(
    derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
ASKED, OTHER = "procurement", "recruitment"  # the questionnaire that is drawn, and one that shares answers with it
ANSWER = ("value", "values", "dont_know", "not_applicable")
_versions = count(1)


def sharing(keys):
    """Return the other questionnaire: a question for each of the keys."""
    return {
        "schema": 1, "id": OTHER, "version": "shared", "title": "Other", "sections": [{"id": "only", "title": "Only",
            "questions": [{
                "id": f"other-{key}", "text": f"How is {key}?", "weight": 1, "not_applicable": True, "reuse_key": key,
                "options": [{"value": v, "label": f"Label {n}", "points": 2 * n} for n, v in enumerate(SHARED)],
                "action": {"text": "Improve it.", "due_days": 7},
            } for key in keys],
        }],
    }  # fmt: skip


class Firm:
    """A firm that answers one drawn questionnaire after the other, by the functions that the pages use.

    ``given`` is what it has said so far, also to questions that are hidden by now: what the second scorer is asked.
    Every method is part of a unit.
    """

    def __init__(self, person, monkeypatch) -> None:
        self.person, self.monkeypatch = person, monkeypatch

    async def begin(self, document, profile, other):
        """Publish a questionnaire and start it. ``other`` are answers, by key, given to the other one before."""
        self.document = {**document, "id": ASKED, "version": str(next(_versions))}
        self.facts, self.revision = facts_of(profile), 0
        self.keys = {each["reuse_key"]: each["id"] for each in questions_of(document) if "reuse_key" in each}
        await sql.rows("DELETE FROM assessment")
        await sql.rows("DELETE FROM questionnaire_version WHERE questionnaire <> 'quick-check'")
        files = [self.document, *([sharing(other)] if other else [])]
        loaded = {file["id"]: published(json.dumps(file)) for file in files}
        with self.monkeypatch.context() as patch:
            patch.setattr(publishing, "installed", lambda: MappingProxyType(loaded))
            await publishing.at_start()
        definitions.forget()  # so that it is read from the database
        await definitions.refresh()
        place = Place(*(self.facts[name] for name in ("postcode", "district", "area")))
        await profiles.save(self.person.scope, "Pendle Joinery", profile, place)
        await profiles.note_listed_goods(self.person.organisation, profile.listed_goods)
        if other:
            await self._start(OTHER)
            await self._save(OTHER, {f"other-{key}": answer for key, answer in other.items()})
        self.definition = await self._start(ASKED)
        self.given = {self.keys[key]: answer for key, answer in other.items()}

    async def _start(self, questionnaire):
        definition = definitions.current(questionnaire)
        await drafts.start(self.person.scope, definition, self.facts["depth"])
        return definition

    async def _save(self, questionnaire, raw, base=0):
        definition = definitions.current(questionnaire)
        answers, problems = parse_answers(definition, {name: answer for name, answer in raw.items() if answer})
        assert not problems
        answers |= {name: None for name, answer in raw.items() if not answer}
        return await saving.save(self.person.scope, definition, base, answers)

    async def save(self, raw):
        """Save answers as a page sends them: what is hidden is refused; what may be empty is emptied by None."""
        after = self.given | {name: answer for name, answer in raw.items() if answer}
        hidden = [name for name in raw if name not in shown_of(self.document, self.facts, after)]
        saved = await self._save(ASKED, raw, self.revision)
        assert not saved.conflicts and saved.refused == [name for name in hidden if raw[name]]
        self.revision = saved.draft.revision
        self.given |= {name: answer for name, answer in raw.items() if name not in hidden}
        self.given = {name: answer for name, answer in self.given.items() if answer}
        assert list(saved.draft.shown) == self.shown

    @property
    def shown(self):
        return shown_of(self.document, self.facts, self.given)

    async def go_through(self, answers):
        """Answer page by page. A question that is not scored is emptied where ``answers`` has None for it."""
        for page in pages(self.definition):
            if raw := {name: answers[name] for name in page.questions if name in answers}:
                await self.save(raw)

    async def fill(self):
        """Answer what is still open, page by page."""
        for page in pages(self.definition):
            asked = [find(self.document, name) for name in page.questions if name in self.shown]
            open_ = [question for question in asked if is_scored(question) and question["id"] not in self.given]
            if open_:
                await self.save({each["id"]: _some(possible_answers(each), each["id"]) for each in open_})

    async def submit(self):
        return await submitting.submit(self.person.scope, ASKED, MAILROOM)

    async def shared(self, key):
        """Return the answer that the other questionnaire has by now, and the one that was given here."""
        other = await drafts.load(self.person.scope, OTHER)
        name = self.keys[key]
        return other.given[f"other-{key}"].answer, parse_answers(self.definition, {name: self.given[name]})[0][name]


def _some(answers, name):
    return answers[int(name[1:]) % len(answers)]


async def frozen(report):
    """Return what was frozen, in the current unit: the row, and the facts of questions and of sections."""
    return (
        await sql.row("SELECT * FROM assessment WHERE id = {}", report),
        await sql.rows("SELECT * FROM answer_fact WHERE assessment = {}", report),
        await sql.rows("SELECT * FROM section_fact WHERE assessment = {}", report),
    )


def without_reasons(result):
    found = msgspec.json.decode(result)
    assert len(found["context"].pop("reasons")) <= found["context"]["points"]
    assert found.pop("scoring_version") == "1"
    return found | {"questions": [row for row in found["questions"] if row["state"] != "not_shown"]}


async def kept_as_said(firm, report):
    """Compare all that is frozen with what the second scorer says."""
    row, questions, sections = await read(partial(frozen, report))
    expected, facts = assess(firm.document, firm.facts, firm.given), firm.facts
    assert without_reasons(row["result"]) == expected
    assert (row["score"], row["headline"]) == (expected["score"], expected["headline"])
    assert msgspec.json.decode(row["profile"]) == facts
    assert [row[name] for name in ("sector", "headcount_band", "district", "area")] == [
        facts[name] for name in ("sector", "headcount_band", "district", "area")
    ]
    kept = {name: {key: given[key] for key in ANSWER if key in given}
            for name, given in msgspec.json.decode(row["answers"]).items()}  # fmt: skip
    assert kept == {name: firm.given[name] for name in firm.shown if name in firm.given}
    assert {fact.pop("question"): _without(fact) for fact in questions} == {
        each["id"]: {
            **{key: each[key] for key in ("section", "state", "points", "weight")},
            **{"target": each["target"] or 0, "flag": each["flag"] or ""},
        }
        for each in expected["questions"]
    }
    assert {fact.pop("section"): _without(fact) for fact in sections} == {
        each["id"]: {key: each[key] for key in ("weighted_points", "weighted_max", "score")}
        for each in expected["sections"]
    }


def _without(fact):
    return {name: value for name, value in fact.items() if name not in ("organisation", "assessment")}


async def agree(firm, document, profile, draw):
    if profile.headcount_band not in ("0", "1-9"):  # who has outgrown the short form cannot submit it
        profile = msgspec.structs.replace(profile, depth="full")
    shared = [question["reuse_key"] for question in questions_of(document) if "reuse_key" in question]
    other = {key: draw(st.sampled_from([{"value": "v1"}, {"dont_know": True}, REASON])) for key in shared[:1]}
    await write(partial(firm.begin, document, profile, other))
    await write(partial(firm.go_through, draw_answers(draw, document)))
    changed = {
        each["id"]: draw(st.sampled_from([*possible_answers(each), *([] if is_scored(each) else [None])]))
        for each in questions_of(document)
        if draw(st.integers(0, 2)) == 0
    }
    await write(partial(firm.go_through, changed))
    if assess(firm.document, firm.facts, firm.given)["unanswered"]:
        with pytest.raises(submitting.Incomplete):
            await write(firm.submit)
        await write(firm.fill)
    await kept_as_said(firm, await write(firm.submit))
    for key in other:  # the same answer went to the other questionnaire, which is not submitted
        there, here = await read(partial(firm.shared, key))
        assert there == here


@pytest.fixture
def firm(alice, monkeypatch):
    yield Firm(alice, monkeypatch)
    definitions.forget()


@settings(CASES, max_examples=250)
@given(document=documents(3), profile=whole_profiles, data=st.data())
async def test_what_is_frozen_is_what_the_second_scorer_says(firm, document, profile, data):
    await agree(firm, document, profile, data.draw)


@pytest.mark.soak
@settings(CASES, derandomize=False, max_examples=50_000)
@given(document=documents(6), profile=whole_profiles, data=st.data())
async def test_what_is_frozen_is_what_the_second_scorer_says_of_many(firm, document, profile, data):
    await agree(firm, document, profile, data.draw)
