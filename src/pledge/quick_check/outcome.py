"""What the answers to the quick check come to: the same model as a report, of a firm of which we know nothing. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pledge.actions.calling import Call
from pledge.assessments.submitting import Submitted
from pledge.events.programme.ranking import Candidate
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answers
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.scoring import score
from pledge.reports import building
from pledge.reports.report import Report

NOBODY = UUID(int=0)  # it is stored nowhere, so it has no id


def as_report(
    definition: Definition,
    answers: Answers,
    candidates: Sequence[Candidate],
    call: Call,
    *,
    now: datetime,
    today: date,
    name: str = "",
    profile: Profile | None = None,
) -> Report:
    """Return the report of answers that nobody submitted; ``today`` is the day in Europe/London."""
    profile = profile or Profile()
    submitted = Submitted(
        id=NOBODY,
        definition=definition,
        organisation_name=name,
        answers=answers,
        result=score(definition, profile, answers),
        profile=profile,
        submitted=now,
        on=today,
        latest=False,
        previous=None,
    )
    ranking = building.ranked(submitted, candidates, now, (), {})
    return building.build(submitted, building.Today(today, ranking, {}, call))
