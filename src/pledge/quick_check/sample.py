"""The report of a firm that does not exist, for visitors who want to see what they would get. Pure.

It is made as every report is, from the answers in a file, and stored nowhere.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

import msgspec

from pledge.actions.calling import Call
from pledge.events.programme.ranking import Candidate
from pledge.organisations.profile import Profile
from pledge.organisations.reference import Slug, Text, read
from pledge.questionnaires.answers import Answer, parse_answers
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.visibility import effective_answers
from pledge.quick_check import outcome
from pledge.reports.report import Report


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The invented firm. ``about`` says to readers that it is. ``answers`` are the values chosen, by question."""

    name: Text
    about: Text
    questionnaire: Slug
    profile: Profile
    answers: dict[str, Text]

    def given(self, definition: Definition) -> dict[str, Answer]:
        """Return an answer to every question that it is asked; what the file does not answer is not known there."""
        raw = {name: {"value": value} for name, value in self.answers.items()}
        answers, _ = parse_answers(definition, raw)
        while open_ := {
            name: Answer(dont_know=True)
            for name, answer in effective_answers(definition, self.profile, answers).items()
            if answer is None and name in {question.id for question in definition.scored}
        }:
            answers |= open_
        return answers


@cache
def sample() -> Sample:
    """Return the invented firm. Raises ReferenceDataError for a bad file."""
    return read(Path(__file__).parent / "data" / "sample.yaml", Sample)


def as_report(
    definition: Definition, candidates: Sequence[Candidate], call: Call, *, now: datetime, today: date
) -> Report:
    """Return the report of the invented firm as it would be today (Europe/London)."""
    firm = sample()
    return outcome.as_report(
        definition, firm.given(definition), candidates, call, now=now, today=today, name=firm.name, profile=firm.profile
    )
