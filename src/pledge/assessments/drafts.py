"""An assessment in progress: starting it, reading it, and how far each section has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from pledge.assessments import definitions
from pledge.assessments.quick import quick_answers
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.organisations import profiles
from pledge.organisations.profile import Depth, Profile
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer, Answers
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.effort import in_depth
from pledge.questionnaires.visibility import Page, effective_answers, shown_pages, words

_PROFILE = ", ".join(f"o.{name.strip()}" for name in profiles.COLUMNS.split(","))
COLUMNS = f"a.id, a.version, a.depth, a.revision, a.answers, {_PROFILE}, {definitions.HOW_MANY} AS texts"
DRAFT = f"""
SELECT {COLUMNS} FROM assessment a JOIN organisation o ON o.id = a.organisation
WHERE a.organisation = {{}} AND a.questionnaire = {{}} AND a.status = 'draft'
"""  # noqa: S608


class Given(Answer, frozen=True, omit_defaults=True, kw_only=True):
    """An answer as it is stored, with the revision of the assessment in which it was given.

    ``source`` is the questionnaire that it was taken over from, and ``since`` the version of this one in whose other
    words it was given: "" once it is saved again. ``still``: it comes from the report before, and nobody has said yet
    whether it is still so; nothing is submitted with one of those.
    """

    revision: int = 0
    source: str = ""
    since: str = ""
    still: bool = False

    @property
    def answer(self) -> Answer:
        """The answer without when it was given."""
        return Answer(self.value, self.dont_know, self.not_applicable, values=self.values)

    @classmethod
    def of(cls, answer: Answer, revision: int, source: str = "") -> "Given":
        """Return an answer as it is stored, without a note."""
        return cls(
            answer.value, answer.dont_know, answer.not_applicable, values=answer.values, revision=revision,
            source=source,
        )  # fmt: skip


_answers = msgspec.json.Decoder(dict[str, Given])


def decode(answers: str) -> dict[str, Given]:
    """Return the answers in an assessment's document."""
    return _answers.decode(answers)


@dataclass(frozen=True)
class Draft:
    """An organisation's draft: the pinned definition, the answers given so far, and the profile as it is now.

    The depth of the profile is the draft's own, pinned with the definition.
    """

    id: UUID
    definition: Definition
    revision: int
    given: dict[str, Given]
    organisation_name: str
    profile: Profile
    profiled: bool

    @cached_property
    def shown(self) -> dict[str, Answer | None]:
        """Every question that is shown, in file order, with its answer."""
        return effective_answers(self.definition, self.profile, self.given)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Every page with a question to show, in file order, with those questions only."""
        return shown_pages(self.definition, self.shown)

    @cached_property
    def waiting(self) -> frozenset[str]:
        """Every question that is shown with an answer of last time, of which nobody said whether it is still so."""
        return frozenset(name for name in self.shown if name in self.given and self.given[name].still)


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """How far a section has come: ``not_started``, ``in_progress``, ``completed`` or ``optional``; its questions shown.

    Only questions that are scored need an answer, so only they count, and a section without one is optional.
    ``waiting``: how many of them have an answer of last time, which counts as none until it is confirmed.
    """

    id: str
    title: str
    status: str
    answered: int
    shown: int
    waiting: int = 0


async def load(within: OrganisationScope, questionnaire: str) -> Draft | None:
    """Return the organisation's draft of a questionnaire, in the current unit, in one round trip; None without one."""
    row = await sql.row(DRAFT, within.organisation, questionnaire)
    return None if row is None else await from_row(questionnaire, row)


async def from_row(questionnaire: str, row: dict[str, Any]) -> Draft:
    """Return the draft in a row with the columns of ``COLUMNS``."""
    await definitions.catch_up(row["texts"])
    stored = profiles.stored(row)
    return Draft(
        id=row["id"],
        definition=await definitions.version(questionnaire, row["version"]),
        revision=row["revision"],
        given=decode(row["answers"]),
        organisation_name=stored.name,
        profile=in_depth(stored.profile, row["depth"]),
        profiled=stored.complete,
    )


async def start(
    within: OrganisationScope, definition: Definition, depth: Depth = "full", given: Mapping[str, Given] | None = None
) -> UUID | None:
    """Start a draft on a version, in the current unit, and return its id; None: there is one, and it stays as it is.

    It begins with ``given``; None: with the answers that the organisation gave to another questionnaire's question with
    the same ``reuse_key``, or else took along from the quick check (``taken_over``).
    """
    now = clock.now()
    assessment = new_id()
    given = await taken_over(within, definition) if given is None else given
    started = await sql.rows(
        "INSERT INTO assessment (id, organisation, questionnaire, version, depth, status, latest, revision, answers, "
        "change, created, updated, updated_by, profile, result, headline, sector, headcount_band, district, area) "
        "VALUES ({}, {}, {}, {}, {}, 'draft', {}, 0, {}, '', {}, {}, {}, '', '', '', '', '', '', '') "
        "ON CONFLICT DO NOTHING RETURNING id",
        assessment,
        within.organisation,
        definition.id,
        definition.version,
        depth,
        False,
        msgspec.json.encode(given).decode(),
        now,
        now,
        within.person,
    )
    if not started:
        return None
    await record(
        "assessment.started",
        assessment,
        person=within.person,
        organisation=within.organisation,
        questionnaire=definition.id,
        version=definition.version,
    )
    return assessment


async def taken_over(
    within: OrganisationScope, definition: Definition, *, since: date | None = None
) -> dict[str, Given]:
    """Return the answers to questions of other questionnaires that share theirs with one of this version.

    In the current unit. They come from drafts and newest reports, those of ``since`` and later where that is given.
    """
    shared = {question.reuse_key: question for question in definition.scored if question.reuse_key}
    if not shared:
        return {}
    rows = await sql.rows(
        "SELECT questionnaire, version, answers, submitted_on FROM assessment WHERE organisation = {} "
        "AND questionnaire <> {} AND (status = 'draft' OR latest) ORDER BY updated",
        within.organisation,
        definition.id,
    )
    rows = [row for row in rows if since is None or row["submitted_on"] is None or row["submitted_on"] >= since]
    quick = await quick_answers.of(within.organisation) if since is None else None
    found = from_quick_check(definition, (await profiles.load(within)).profile, *quick) if quick else {}
    for row in rows:
        other = await definitions.version(row["questionnaire"], row["version"])
        answers = decode(row["answers"])
        for question in other.scored:
            target = shared.get(question.reuse_key or "")
            given = answers.get(question.id)
            if target is not None and given is not None and fits(target, question, given):
                found[target.id] = msgspec.structs.replace(given, revision=0, source=other.id, since="")
    return found


def from_quick_check(definition: Definition, profile: Profile, quick: Definition, answers: Answers) -> dict[str, Given]:
    """Return the answers to the quick check that a firm can give to a questionnaire, by its questions."""
    asked = {question.reuse_key: question for question in quick.scored}
    found = {}
    for target in definition.scored:
        source = asked.get(target.reuse_key or target.id)
        given = answers.get(source.id) if source else None
        if source and given and fits(target, source, given, words(definition, target, profile).labels):
            found[target.id] = Given.of(given, 0, quick.id)
    return found


def fits(target: Question, source: Question, given: Answer, labels: Mapping[str, str] | None = None) -> bool:
    """Return whether a shared answer to ``source`` is one that can be given to ``target``, in the same words.

    Two questionnaires get their new versions one by one, so the same value may stand for other words in one of them.
    ``labels`` (option → words) are those in which ``target`` is shown to this firm, where they may be other than its
    own: either will do.
    """
    if given.not_applicable:
        return target.not_applicable
    said = {option.label for option in source.options if option.value == given.value}
    here = labels or {}
    return given.value is None or any(
        o.value == given.value and not said.isdisjoint((o.label, here.get(o.value, o.label))) for o in target.options
    )


def progress(draft: Draft) -> list[SectionProgress]:
    """Return every section that has a question to show, in file order, and how far it has come."""
    shown = draft.shown
    found = []
    for section in draft.definition.sections:
        if all(question.id not in shown for question in section.questions):
            continue
        needed = [question.id for question in section.scored if question.id in shown]
        answers = [name not in draft.waiting and shown[name] is not None for name in needed]
        answered = sum(answers)
        waiting = sum(name in draft.waiting for name in needed)
        status = "completed" if answered == len(answers) else "in_progress" if answered + waiting else "not_started"
        status = status if answers else "optional"
        found.append(SectionProgress(section.id, section.title, status, answered, len(answers), waiting))
    return found
