"""The page of tasks: what is next for whoever looks, what the firm has done, what is open, and the newest results."""

from datetime import date
from uuid import UUID

import msgspec

from pledge.actions import listing as actions
from pledge.assessments import definitions, history, submitting
from pledge.assessments.again import reminding
from pledge.assessments.colleagues import assignments
from pledge.assessments.colleagues.assignments import Assignment
from pledge.assessments.drafts import Draft
from pledge.assessments.submitting import Progress
from pledge.database import clock
from pledge.database.together import together
from pledge.events.booking import bookings
from pledge.events.booking.bookings import Line
from pledge.organisations import profiles
from pledge.organisations.profile import Profile
from pledge.pledges import standing as pledge_standing
from pledge.pledges.text import PledgeText
from pledge.policy.actors import MEMBER_ROLES
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.asked import asked
from pledge.questionnaires.effort import forms, in_depth, title_in
from pledge.questionnaires.result import HEADLINES
from pledge.reports import offers, pledge_tasks
from pledge.reports.news import AT_MOST, LATELY, News, news
from pledge.reports.rest import Rest, again, rest
from pledge.reports.task import Task
from pledge.reports.urgent import Urgent, urgent
from pledge.suppliers.listed import listing as supplier_listing
from pledge.words.dates import uk_date
from pledge.words.numbers import percent, plural

BOOKED = 2  # events at most


class Result(msgspec.Struct, frozen=True):
    """The newest result of a questionnaire, as a bar. ``value`` in percent. ``act_first``: its headline says so."""

    label: str
    value: float | None
    text: str
    href: str
    act_first: bool


class Home(msgspec.Struct, frozen=True):
    """What the page shows. ``rest``: where nothing is to do."""

    me: UUID
    tasks: tuple[Task, ...]
    results: tuple[Result, ...]
    urgent: Urgent | None
    booked: tuple[Line, ...]
    pledge: Task | None
    news: tuple[News, ...]
    rest: Rest | None

    @property
    def next(self) -> Task | None:
        """The first task that needs doing and that whoever looks can do; else the first that somebody else can."""
        return min(_open(self.tasks), key=lambda task: bool(task.by), default=None)

    @property
    def term(self) -> Task | None:
        """The task of the pledge while it is signed, unless it is what is next, and says so there."""
        is_next = self.pledge is not None and self.pledge is self.next and not self.pledge.by
        return None if is_next else self.pledge

    @property
    def still(self) -> list[Result]:
        """Reports that say “Act first” although no action does any more: until the question is answered again."""
        says = self.urgent is not None and self.urgent.first.flag == "act_first"
        return [] if says else [result for result in self.results if result.act_first]


async def load(within: OrganisationScope, text: PledgeText) -> Home:
    """Return the page of tasks, in the current unit, in two round trips. ``text`` is the newest of the pledge."""
    since = clock.now() - LATELY
    profile, signature, progress, suppliers, mine = await together(
        profiles.select(within.organisation),
        pledge_standing.select(within.organisation),
        submitting.select_progress(within),
        supplier_listing.counted(within),
        assignments.mine(within),
    )
    to_do, coming, sent, answered, finished = await together(
        actions.to_do(within),
        bookings.coming(within.actor, BOOKED),
        history.submitted_lately(within, since, AT_MOST),
        history.answered_lately(within, since),
        actions.finished(within, since),
    )
    today = clock.today()
    stored, signed = profiles.stored(profile[0]), pledge_standing.live_in(signature)
    begun, booked = submitting.progress_in(progress), bookings.coming_in(coming, within.actor)
    by_owner, by_contributor = _by("owner", within), _by("contributor", within)
    to_sign = pledge_tasks.to_sign(signed, text, today, complete=stored.complete, by=by_owner)
    tasks = (
        *(_asked(one, draft) for one, draft in await assignments.in_turn(mine)),
        Task(
            "Say who you are",
            "completed" if stored.complete else "not_started",
            "/organisation" if stored.complete or by_owner else "/organisation/edit",
            by_owner if by_owner and not stored.complete else "A few short questions",
            by_owner,
        ),
        to_sign,
        _supplier_list(suppliers[0]["suppliers"], by_contributor, stored, begun),
        *(_assessment(one, by_contributor, stored.profile, today, complete=stored.complete) for one in begun),
        *pledge_tasks.to_keep(signed, by_contributor),
    )
    open_actions = urgent(actions.actions_in(to_do), within.person)
    titles = {definition.id: definition.title for definition in definitions.all_current()}
    return Home(
        me=within.person,
        tasks=tasks,
        results=tuple(_result(one) for one in begun if one.report),
        urgent=open_actions,
        booked=tuple(booked),
        pledge=to_sign if signed else None,
        news=tuple(news(sent, answered, finished, titles)),
        rest=None if open_actions or _open(tasks) else rest(today, signed, text, begun, booked),
    )


def _open(tasks: tuple[Task, ...]) -> list[Task]:
    return [task for task in tasks if task.status not in ("completed", "cannot_start", "optional")]


def _supplier_list(suppliers: int, by: str, stored: profiles.Stored, begun: list[Progress]) -> Task:
    """Return the list of suppliers as a task: an offer, since it answers questions that come after it."""
    if suppliers:
        return Task("Your supplier list", "completed", "/suppliers", plural(suppliers, "supplier"), by)
    answers = _answered_by_list(stored, begun)
    gain = f"It answers {plural(answers, 'question')} for you" if answers else "We look at the risk of each supplier"
    return Task("Upload your supplier list", "optional", "/suppliers", by or f"If you like. {gain}", by)


def _answered_by_list(stored: profiles.Stored, begun: list[Progress]) -> int:
    """Return how many questions that are still to be answered a list of suppliers answers."""
    definition = definitions.current(offers.QUESTIONNAIRE)
    progress = next((one for one in begun if one.questionnaire == offers.QUESTIONNAIRE), None)
    if definition is None or progress is None or (progress.report and not progress.draft):
        return 0
    depth = progress.depth or forms(definition, stored.profile)[0].depth
    shown = asked(definition, in_depth(stored.profile, depth))
    return sum(each.question.id in offers.QUESTIONS for each in shown)


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


def _assessment(progress: Progress, by: str, profile: Profile, today: date, *, complete: bool) -> Task:
    definition = definitions.current(progress.questionnaire)
    assert definition is not None
    if progress.draft:
        status = "in_progress"
        hint = "A colleague has started. You can read the answers so far" if by else "Go on where you stopped"
    elif progress.on is not None and again(progress.on) <= today:
        status = "attention"
        hint = f"Answered on {uk_date(progress.on)}. Answer again by {uk_date(reminding.due(progress.on))}"
        hint = f"{hint}. {by}" if by else hint
    elif progress.report:
        status = "completed"
        hint = "Answered. You can read the report" if by else "Answered. You can answer again at any time"
    else:
        status = "not_started" if complete else "cannot_start"
        effort = forms(definition, profile)[0]
        hint = by or f"About {plural(effort.minutes, 'minute')}, {plural(effort.questions, 'question')}"
    return Task(definition.title, status, f"/assessments/{progress.questionnaire}", hint, by)


def _result(progress: Progress) -> Result:
    """Return a result as a bar. “Act first” is no end of a bar: it stands above, as what there is to do."""
    definition = definitions.current(progress.questionnaire)
    assert definition is not None
    score, act_first = progress.score, progress.headline == "act_first"
    words = HEADLINES[progress.headline]  # type: ignore[index]
    text = words if score is None else percent(score) if act_first else f"{percent(score)}, {words}"
    return Result(
        label=title_in(definition, progress.depth or "full"),
        value=None if score is None else score / 100,
        text=text,
        href=f"/reports/{progress.report}",
        act_first=act_first,
    )
