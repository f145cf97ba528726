"""The page of tasks: what an organisation has done, what is open, and the newest results."""

import msgspec

from pledge.assessments import definitions, submitting
from pledge.assessments.submitting import Standing
from pledge.organisations import profiles
from pledge.pledges import standing as pledge_standing
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.result import HEADLINES
from pledge.suppliers import listing as supplier_listing


class Task(msgspec.Struct, frozen=True):
    """One line of the task list: what it is, how far it has come, where it is done."""

    text: str
    status: str
    href: str
    hint: str


class Result(msgspec.Struct, frozen=True):
    """The newest result of a questionnaire, as a bar. ``value`` in percent."""

    label: str
    value: float | None
    text: str
    href: str
    tone: str | None = None


class Home(msgspec.Struct, frozen=True):
    """What the page shows."""

    tasks: tuple[Task, ...]
    results: tuple[Result, ...]

    @property
    def next(self) -> Task | None:
        """The first task that is not done."""
        return next((task for task in self.tasks if task.status not in ("completed", "cannot_start")), None)


async def load(within: OrganisationScope) -> Home:
    """Return the page of tasks, in the current unit, in four round trips."""
    stored = await profiles.load(within)
    signed = await pledge_standing.current(within.organisation)
    standings = await submitting.standings(within)
    suppliers = await supplier_listing.count(within)
    tasks = [
        Task(
            "Say who you are",
            "completed" if stored.complete else "not_started",
            "/organisation" if stored.complete else "/organisation/edit",
            "Nine short questions",
        ),
        Task(
            "Sign the pledge",
            "completed" if signed else ("not_started" if stored.complete else "cannot_start"),
            "/pledge/sign",
            f"Signed on {signed.signed_on:%-d %B %Y}" if signed else "Eight promises that a firm can keep",
        ),
        *(_assessment(standing, complete=stored.complete) for standing in standings),
        Task(
            "Upload your supplier list",
            "completed" if suppliers else "not_started",
            "/suppliers",
            f"{suppliers:,} suppliers" if suppliers else "The list as it is, from your accounts",
        ),
    ]
    return Home(tuple(tasks), tuple(_result(standing) for standing in standings if standing.report))


def _assessment(standing: Standing, *, complete: bool) -> Task:
    definition = definitions.current(standing.questionnaire)
    assert definition is not None
    if standing.draft:
        status, hint = "in_progress", "Go on where you stopped"
    elif standing.report:
        status, hint = "completed", "Answered. You can answer again at any time"
    else:
        status = "not_started" if complete else "cannot_start"
        hint = f"About {definition.estimated_minutes} minutes"
    return Task(definition.title, status, f"/assessments/{standing.questionnaire}", hint)


def _result(standing: Standing) -> Result:
    definition = definitions.current(standing.questionnaire)
    assert definition is not None
    score = standing.score
    words = HEADLINES[standing.headline]  # type: ignore[index]
    return Result(
        label=definition.title,
        value=None if score is None else score / 100,
        text=words if score is None else f"{(score + 50) // 100}%, {words}",
        href=f"/reports/{standing.report}",
        tone="urgent" if standing.headline == "act_first" else None,
    )
