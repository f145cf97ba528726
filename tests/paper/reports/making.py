"""Reports made in a test without a database: of the questionnaires as they are shipped, with what is particular."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tests.support.firms import JOINERY, answers_at

from pledge.actions.calling import Call
from pledge.assessments import definitions
from pledge.assessments.submitting import Submitted
from pledge.events.programme.ranking import Candidate
from pledge.questionnaires.scoring import score
from pledge.reports import building
from pledge.reports.building import Today

DAY = date(2026, 11, 30)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CALL = Call("Modern Slavery Helpline", "0800 012 1700", "It is open day and night.", date(2026, 11, 21))
PUBLISHER = {"publisher": "A partnership", "site": "https://pledge.example", "emergency": "999", "today": NOW.date()}


def an_event(title="Fair recruitment", topic="recruitment", days=9):
    starts = NOW + timedelta(days=days)
    return Candidate(
        id=UUID(int=7), slug="fair", title=title, organiser="A chamber", starts=starts, closes=starts,
        ends=starts + timedelta(hours=2), online=True, in_person=False, venue="", district="", area="", primary=topic,
        secondary=(), places_left=None, external=False, audience="",
    )  # fmt: skip


def a_report(
    name="recruitment", points=3, profile=JOINERY, *, events=(), firm="Pendle Joinery", peers=None, followed=(), **more
):
    """Return the report of answers with up to so many points, and of ``more`` by question id with _ for -."""
    definition = definitions.current(name) if isinstance(name, str) else name
    answers = answers_at(definition, points) | {question.replace("_", "-"): answer for question, answer in more.items()}
    result = score(definition, profile, answers)
    assert result.complete
    shown = {row.id for row in result.questions if row.state != "not_shown"}
    told = {question.id for question in definition.questions} - {question.id for question in definition.scored}
    submitted = Submitted(
        id=UUID(int=1), definition=definition, organisation_name=firm,
        answers={question: answer for question, answer in answers.items() if question in shown | told},
        result=result, profile=profile, submitted=datetime(2026, 11, 30, 8, tzinfo=UTC), on=DAY, latest=True,
        previous=None,
    )  # fmt: skip
    ranking = building.ranked(submitted, events, NOW, (), dict(followed))
    return building.build(submitted, Today(NOW.date(), ranking, {}, CALL, followed=dict(followed), peers=peers))
