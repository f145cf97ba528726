"""The page of tasks: what an organisation has done, what is open, and the newest results."""

import msgspec

from pledge.actions import listing as actions
from pledge.actions.listing import Action
from pledge.assessments import assignments, definitions, submitting
from pledge.assessments.assignments import Assignment
from pledge.assessments.drafts import Draft
from pledge.assessments.submitting import Progress
from pledge.database import clock
from pledge.organisations import profiles
from pledge.organisations.profile import Profile
from pledge.pledges import standing as pledge_standing
from pledge.pledges.text import PledgeText
from pledge.policy.actors import MEMBER_ROLES
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.effort import forms, title_in
from pledge.questionnaires.result import HEADLINES
from pledge.reports import pledge_tasks
from pledge.reports.task import Task
from pledge.suppliers.listed import listing as supplier_listing
from pledge.words.numbers import percent, plural


class Result(msgspec.Struct, frozen=True):
    """The newest result of a questionnaire, as a bar. ``value`` in percent."""

    label: str
    value: float | None
    text: str
    href: str
    tone: str | None = None


class Home(msgspec.Struct, frozen=True):
    """What the page shows. ``action``: the most urgent of ``actions`` that are still to be done."""

    tasks: tuple[Task, ...]
    results: tuple[Result, ...]
    action: Action | None
    actions: int

    @property
    def next(self) -> Task | None:
        """The first task that needs doing and that whoever looks can do; else the first that somebody else can."""
        open_tasks = [task for task in self.tasks if task.status not in ("completed", "cannot_start", "optional")]
        return min(open_tasks, key=lambda task: bool(task.by), default=None)


async def load(within: OrganisationScope, text: PledgeText) -> Home:
    """Return the page of tasks, in the current unit, in six round trips. ``text`` is the newest of the pledge."""
    stored = await profiles.load(within)
    signed = await pledge_standing.current(within.organisation)
    begun = await submitting.progress(within)
    suppliers = await supplier_listing.count(within)
    asked = await assignments.mine(within)
    to_do = [action for action in await actions.everything(within) if action.open]
    by_owner, by_contributor = _by("owner", within), _by("contributor", within)
    tasks = [
        *(_asked(one, draft) for one, draft in asked),
        Task(
            "Say who you are",
            "completed" if stored.complete else "not_started",
            "/organisation" if stored.complete or by_owner else "/organisation/edit",
            by_owner if by_owner and not stored.complete else "A few short questions",
            by_owner,
        ),
        pledge_tasks.to_sign(signed, text, clock.today(), complete=stored.complete, by=by_owner),
        *(_assessment(one, by_contributor, stored.profile, complete=stored.complete) for one in begun),
        Task(
            "Upload your supplier list",
            "completed" if suppliers else "not_started",
            "/suppliers",
            f"{suppliers:,} suppliers" if suppliers else by_contributor or "The list as it is, from your accounts",
            by_contributor,
        ),
        *pledge_tasks.to_keep(signed),
    ]
    results = tuple(_result(one) for one in begun if one.report)
    return Home(tuple(tasks), results, to_do[0] if to_do else None, len(to_do))


def _asked(one: Assignment, draft: Draft) -> Task:
    """Return what somebody was asked for by a colleague, as a task of theirs."""
    so_far, today = assignments.how_far(draft, one.part), clock.today()
    if one.done or not so_far.asked:
        status = "completed"
    elif not so_far.needed:
        status = "optional"
    elif one.due < today:
        status = "attention"
    else:
        status = "in_progress" if so_far.answered else "not_started"
    asker = "" if one.asked_by == one.person else f"{one.asker or 'A colleague'} asks you: "
    hint = f"{asker}{assignments.come(one, draft, today)}"
    return Task(f"Answer “{assignments.title(draft, one.part)}”", status, f"/assignments/{one.id}", hint)


def _by(least: str, within: OrganisationScope) -> str:
    """Say who can do what needs a role at least; “” when whoever looks can."""
    if MEMBER_ROLES.index(within.role) >= MEMBER_ROLES.index(least):
        return ""
    return "An owner can do this." if least == "owner" else "An owner or contributor can do this."


def _assessment(progress: Progress, by: str, profile: Profile, *, complete: bool) -> Task:
    definition = definitions.current(progress.questionnaire)
    assert definition is not None
    if progress.draft:
        status = "in_progress"
        hint = "A colleague has started. You can read the answers so far" if by else "Go on where you stopped"
    elif progress.report:
        status = "completed"
        hint = "Answered. You can read the report" if by else "Answered. You can answer again at any time"
    else:
        status = "not_started" if complete else "cannot_start"
        effort = forms(definition, profile)[0]
        hint = by or f"About {plural(effort.minutes, 'minute')}, {plural(effort.questions, 'question')}"
    return Task(definition.title, status, f"/assessments/{progress.questionnaire}", hint, by)


def _result(progress: Progress) -> Result:
    definition = definitions.current(progress.questionnaire)
    assert definition is not None
    score = progress.score
    words = HEADLINES[progress.headline]  # type: ignore[index]
    return Result(
        label=title_in(definition, progress.depth or "full"),
        value=None if score is None else score / 100,
        text=words if score is None else f"{percent(score)}, {words}",
        href=f"/reports/{progress.report}",
        tone="urgent" if progress.headline == "act_first" else None,
    )
