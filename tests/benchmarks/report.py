"""What a report page costs to make, from what was read to the bytes that are sent.

    python tests/benchmarks/report.py [--tiny]

The longest one that there is: all questions on recruitment, each with the worst answer, a dozen events, and figures of
other firms beside it. Times are processor time of one page; no database and no client is in them.
"""

import gzip
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2]))

import msgspec
from goals import TINY, at_most, verdict
from tests.support.firms import JOINERY, answers_at
from tests.support.site import make_application

from pledge.actions.calling import Call
from pledge.assessments.submitting import Submitted
from pledge.database import clock
from pledge.events.programme.ranking import Candidate
from pledge.menu import menu
from pledge.organisations.profile import Depth
from pledge.policy.actors import Actor
from pledge.questionnaires.installed import installed
from pledge.questionnaires.scoring import score
from pledge.questionnaires.topics import TOPICS
from pledge.questionnaires.visibility import effective_answers
from pledge.reports import building
from pledge.reports.report import Followed, Peers, Report
from pledge.web import templates

GOAL, WEIGHT = 10, 50  # milliseconds of a page; kilobytes of it, packed
EVENTS = 12
ROUNDS, REPEATS = (1, 1) if TINY else (20, 7)


def submitted(points: int = 0, depth: Depth = "full") -> Submitted:
    """Return a frozen assessment in which every answer has so many points, or else is the next worse."""
    definition = installed()["recruitment"].definition
    assert definition is not None
    profile = msgspec.structs.replace(JOINERY, labour=("agency", "sponsored"), risk_sectors=("agriculture",))
    profile = msgspec.structs.replace(profile, depth=depth)
    answers = answers_at(definition, points)
    result = score(definition, profile, answers)
    assert result.complete
    now = clock.now()
    kept = {name: given for name, given in effective_answers(definition, profile, answers).items() if given}
    return Submitted(UUID(int=1), definition, "Firm", kept, result, profile, now, clock.today(), True, 4000)


def events() -> list[Candidate]:
    """Return some events, on two topics each."""
    names, now = list(TOPICS), clock.now()
    return [
        Candidate(
            id=UUID(int=number), slug=f"event-{number}", title=f"A morning on {names[number % 6]}", organiser="Chamber",
            starts=now + timedelta(days=3 + number), ends=now + timedelta(days=4 + number),
            closes=now + timedelta(days=3 + number), online=False, in_person=True, venue="Hall", district="E07000122",
            area="pennine", primary=names[number % 6], secondary=(names[(number + 1) % 6],), places_left=9,
            external=False, audience="",
        )
        for number in range(EVENTS)
    ]  # fmt: skip


def model(frozen: Submitted, candidates: list[Candidate]) -> Report:
    """Return the report as it is today."""
    day = clock.today()
    followed = {
        gap.question: Followed(UUID(int=number), "To do", True, False, day, "Alice")
        for number, gap in enumerate(frozen.result.gaps)
    }
    peers = Peers("firms with up to 9 people", 30, day, 5000, {each.id: 5000 for each in frozen.definition.sections})
    ranking = building.ranked(frozen, candidates, clock.now(), (), followed)
    call = Call("Helpline", "08000 121 700", "", day)
    return building.build(frozen, building.Today(day, ranking, {}, call, followed, peers))


def page_of(report: Report) -> bytes:
    """Return the page of a report."""
    actor = Actor(person=UUID(int=2), organisation=UUID(int=3), organisation_name="Firm", member_role="owner")
    return templates.render(
        "reports/report.html", report=report, deeper=None, again=False, since=None, unlike=False, ahead=None,
        today=clock.today(), actor=actor, navigation=menu(actor, "/reports", demo=False), notice=None, hindered=False,
    ).encode()  # fmt: skip


def made(frozen: Submitted, candidates: list[Candidate]) -> bytes:
    """Make the page."""
    return page_of(model(frozen, candidates))


def main() -> int:
    """Time it."""
    make_application()
    frozen, candidates = submitted(), events()
    page = made(frozen, candidates)
    best = float("inf")
    for _ in range(REPEATS):
        before = time.process_time()
        for _ in range(ROUNDS):
            made(frozen, candidates)
        best = min(best, (time.process_time() - before) / ROUNDS)
    gaps, packed = len(frozen.result.gaps), len(gzip.compress(page, 6)) / 1000
    print(f"a report of {gaps} actions: {1000 * best:.1f} ms of processor time, {at_most(1000 * best, GOAL)}")
    print(f"its page: {len(page) / 1000:.0f} KB, packed {packed:.1f} KB, {at_most(packed, WEIGHT)}")
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
