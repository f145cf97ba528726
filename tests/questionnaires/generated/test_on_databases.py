"""Whatever the grammar can say, answered and submitted as people do it: what the database keeps is what the second
scorer says, on SQLite and on PostgreSQL."""

import json
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from tests.support.firms import MAILROOM

from pledge.assessments import definitions, drafts, saving, submitting
from pledge.assessments.versions import publishing
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.organisations import profiles
from pledge.organisations.places import Place
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import parse_answers
from pledge.questionnaires.loading import published
from pledge.questionnaires.visibility import pages

from .drawing import (
    REASON,
    SHARED,
    chosen,
    facts_of,
    is_scored,
    possible_answers,
    questions_of,
    some_answers,
    some_document,
    some_profile,
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


class Telling(NamedTuple):
    """What a firm says: answers by key to the other questionnaire before, then to this one, and what it changes."""

    profile: Profile
    other: dict[str, Any]
    first: dict[str, Any]
    changed: dict[str, Any]  # None empties what need not be answered


def _telling(choose, document):
    profile = some_profile(choose)
    if profile.headcount_band not in ("0", "1-9"):  # who has outgrown the short form cannot submit it
        profile = msgspec.structs.replace(profile, depth="full")
    other = {key: choose.one([{"value": "v1"}, {"dont_know": True}, REASON]) for key in shared_key(document)}
    changed = {
        each["id"]: choose.one([*possible_answers(each), *([] if is_scored(each) else [None])])
        for each in questions_of(document)
        if choose.one([True, False, False])
    }
    return Telling(profile, other, some_answers(choose, document), changed)


def _told(choose, most, times):
    document = some_document(choose, most)
    return document, [_telling(choose, document) for _ in range(times)]


def told(most, times):
    """Draw questionnaires, each with what so many firms say to it."""
    return chosen(_told, most, times, size=100 * most + 60 * times)


def shared_key(document):
    """Return the first key by which a question shares its answer, in a list, or none."""
    return [question["reuse_key"] for question in questions_of(document) if "reuse_key" in question][:1]


class Firm:
    """A firm that answers one drawn questionnaire after the other, by the functions that the pages use.

    ``given`` is what it has said so far, also to questions that are hidden by now: what the second scorer is asked.
    Every method is part of a unit.
    """

    def __init__(self, person, monkeypatch) -> None:
        self.person, self.monkeypatch = person, monkeypatch

    async def publish(self, document):
        """Publish a questionnaire, and one that shares an answer with it where it shares one."""
        self.document = {**document, "id": ASKED, "version": str(next(_versions))}
        self.keys = {each["reuse_key"]: each["id"] for each in questions_of(document) if "reuse_key" in each}
        await sql.rows("DELETE FROM assessment")
        await sql.rows("DELETE FROM questionnaire_version WHERE questionnaire <> 'quick-check'")
        files = [self.document, *([sharing(keys)] if (keys := shared_key(document)) else [])]
        loaded = {file["id"]: published(json.dumps(file)) for file in files}
        with self.monkeypatch.context() as patch:
            patch.setattr(publishing, "installed", lambda: MappingProxyType(loaded))
            await publishing.at_start()
        definitions.forget()  # so that it is read from the database
        await definitions.refresh()

    async def begin(self, profile, other):
        """Start the questionnaire. ``other`` are answers, by key, given to the other one before."""
        await sql.rows("DELETE FROM assessment")
        self.facts, self.revision = facts_of(profile), 0
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


async def agree(firm, telling):
    await write(partial(firm.begin, telling.profile, telling.other))
    await write(partial(firm.go_through, telling.first))
    await write(partial(firm.go_through, telling.changed))
    if assess(firm.document, firm.facts, firm.given)["unanswered"]:
        with pytest.raises(submitting.Incomplete):
            await write(firm.submit)
        await write(firm.fill)
    await kept_as_said(firm, await write(firm.submit))
    for key in telling.other:  # the same answer went to the other questionnaire, which is not submitted
        there, here = await read(partial(firm.shared, key))
        assert there == here


@pytest.fixture
def firm(alice, monkeypatch):
    yield Firm(alice, monkeypatch)
    definitions.forget()


async def all_agree(firm, document, tellings):
    await write(partial(firm.publish, document))
    for telling in tellings:
        await agree(firm, telling)


@settings(CASES, max_examples=255)
@given(drawn=told(3, 2))
async def test_what_is_frozen_is_what_the_second_scorer_says(firm, drawn):
    await all_agree(firm, *drawn)


@pytest.mark.soak
@settings(CASES, derandomize=False, max_examples=25_000)
@given(drawn=told(6, 2))
async def test_what_is_frozen_is_what_the_second_scorer_says_of_many(firm, drawn):
    await all_agree(firm, *drawn)
