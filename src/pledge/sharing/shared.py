"""What a customer sees of a report, frozen when it is shared: a summary, or the answers too. Pure.

Nothing is in it that any answer to a question with an act_first option could change (docs/decisions/0007), and nothing
that somebody wrote in their own words.
"""

import hashlib
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from pledge.asking import summaries
from pledge.asking.summaries import Summary
from pledge.assessments.submitting import Submitted
from pledge.pledges.standing import Standing
from pledge.questionnaires.result import QuestionResult
from pledge.questionnaires.visibility import words
from pledge.sharing.areas import Covered, covered

Kind = Literal["summary", "full"]
KINDS: tuple[Kind, ...] = ("summary", "full")
NOT_APPLICABLE = "Does not apply to us"


class Said(msgspec.Struct, frozen=True):
    """A question, its answer in words, and what the report asks to do about it, "" for nothing."""

    question: str
    answer: str
    to_do: str


class Part(msgspec.Struct, frozen=True):
    """A section with its answers, in file order."""

    title: str
    said: tuple[Said, ...]


class Pledge(msgspec.Struct, frozen=True):
    """The pledge as it stood on the day of sharing: ``entry`` is the address of the register's entry."""

    signed: date
    until: date
    entry: UUID


class Shared(msgspec.Struct, frozen=True):
    """What is shown. ``version`` and ``text`` are the questionnaire's; ``parts`` is empty in a summary."""

    kind: Kind
    summary: Summary
    version: str
    text: int
    pledge: Pledge | None
    areas: tuple[Covered, ...]
    parts: tuple[Part, ...] = ()

    @property
    def digest(self) -> str:
        """A hash of exactly this: consent names what it was given to."""
        return hashlib.sha256(encode(self).encode()).hexdigest()


def encode(shared: Shared) -> str:
    """Return it as JSON."""
    return msgspec.json.encode(shared).decode()


def decode(content: str) -> Shared:
    """Return what ``encode`` wrote."""
    return msgspec.json.decode(content, type=Shared)


def of(submitted: Submitted, kind: Kind, standing: Standing | None, today: date) -> Shared:
    """Return what would be shown of a submitted report; ``standing`` is the organisation's live signature.

    The status in the register is left out: urgent answers can change it.
    """
    definition = submitted.definition
    rows = summaries.left_of(definition, submitted.result)
    pledge = None
    if standing is not None and not standing.lapsed(today):
        pledge = Pledge(standing.signed_on, standing.expires_on, standing.organisation)
    return Shared(
        kind=kind,
        summary=summaries.of_report(definition, submitted.result, submitted.organisation_name, submitted.on),
        version=definition.version,
        text=definition.revision,
        pledge=pledge,
        areas=covered(definition, rows),
        parts=_parts(submitted, rows) if kind == "full" else (),
    )


def _parts(submitted: Submitted, rows: list[QuestionResult]) -> tuple[Part, ...]:
    asked = {gap.question: gap.action for gap in submitted.result.gaps}
    found = []
    for section in submitted.definition.sections:
        said = tuple(_said(submitted, row, asked.get(row.id, "")) for row in rows if row.section == section.id)
        if said:
            found.append(Part(section.title, said))
    return tuple(found)


def _said(submitted: Submitted, row: QuestionResult, to_do: str) -> Said:
    question = submitted.definition.scored_question(row.id)
    shown = words(submitted.definition, question, submitted.profile)
    if row.state == "not_applicable":
        answer = NOT_APPLICABLE
    else:
        answer = shown.labels[row.value] if row.value is not None else question.dont_know_label
    return Said(shown.text, answer, to_do)
