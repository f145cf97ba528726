"""All words of a report as they are printed, in their order. Pure.

They are those of the page (a test looks each of them up there), whose figures are all in the same model.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice

import msgspec

from pledge.actions.wishes import Link
from pledge.questionnaires.result import FLAG_WORDS
from pledge.questionnaires.scoring import bands_in_words
from pledge.reports.report import Action, Answered, Better, Event, Peers, Report, Section
from pledge.words.dates import uk_date, uk_day
from pledge.words.numbers import percent, percent_points, plural, whole_percent
from pledge.words.text import isolated, join_and

FURTHER = 3  # answers that could still be better, where nothing is to be done
WHOLE = 10_000  # basis points


class Happening(msgspec.Struct, frozen=True):
    """An event: what it is here for, its title, its address on this site, and what is said of it."""

    label: str
    title: str
    url: str
    said: tuple[str, ...]


class Step(msgspec.Struct, frozen=True):
    """Something to do. ``first``: whom to call before that, or "". ``state``: how far it is, where it is not open."""

    number: int
    what: str
    first: str
    flag: str
    state: str
    when: str
    why: str
    asked: str
    links: tuple[Link, ...]
    events: tuple[Happening, ...]


class Line(msgspec.Struct, frozen=True):
    """A question with the answer to it, how that counts, and what would raise it."""

    text: str
    flag: str
    answer: str
    counts: str
    better: tuple[str, ...]


class Part(msgspec.Struct, frozen=True):
    """A section. ``bar`` is its score in whole per cent, None where it has none; ``others``: that of others."""

    title: str
    score: str
    bar: int | None
    others: str
    sum: str
    lines: tuple[Line, ...]


class Group(msgspec.Struct, frozen=True):
    """A heading with sentences, points, each with a remark or "", and things to do."""

    title: str
    intro: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()


class Printed(msgspec.Struct, frozen=True):
    """A whole report. ``urgent``: the headline is “Act first”. ``events``: those that stand with nothing to do."""

    title: str
    caption: str
    publisher: str
    urgent: bool
    headline: str
    score: str
    lines: tuple[str, ...]
    remarks: tuple[str, ...]
    sum: str
    before: Group | None
    tasks: tuple[Group, ...]
    parts: tuple[Part, ...]
    peers: tuple[str, ...]
    more_events: str
    events: tuple[Happening, ...]
    groups: tuple[Group, ...]
    method: Group


def printed(report: Report, *, publisher: str, site: str, emergency: str, today: date) -> Printed:
    """Return the words of a report. ``site``: the address of this site; ``emergency``: the number to call in danger."""
    steps = _Steps(report, site, today)
    tasks = tuple(_tasks(report, steps))
    others = tuple(steps.happening(event) for event in report.events if event.slug not in steps.stood)[:5]
    return Printed(
        title=f"{report.title}: your report",
        caption=f"{isolated(report.organisation)}, {uk_date(report.on)}",
        publisher=publisher,
        urgent=report.headline == "act_first",
        headline=report.headline_words,
        score=percent(report.score) if report.score is not None else "",
        lines=tuple(_meaning(report)),
        remarks=tuple(_remarks(report)),
        sum=_sum(report),
        before=_before(report.urgent, emergency) if report.urgent else None,
        tasks=tasks,
        parts=tuple(_part(section, report.peers) for section in report.sections),
        peers=tuple(_peers(report)),
        more_events=("More events that help" if steps.stood else "Events that help") if others else "",
        events=others,
        groups=tuple(_groups(report)),
        method=Group("How this is worked out", tuple(_method(report))),
    )


def _meaning(report: Report) -> Iterator[str]:
    yield report.meaning
    if report.previous is not None:
        yield f"Your report before this one said {percent(report.previous)}."
    if report.score is None:
        yield "Too little applies to you to give a figure."


def _remarks(report: Report) -> Iterator[str]:
    if report.share:
        questions = plural(report.share.questions, "question")
        yield f"This is from {report.share.asked} of our {questions}: the short form."
    if report.without_staff:
        yield "Questions about staff were left out, because you said that nobody works for you."
    yield "Self-assessed, not checked."


def _sum(report: Report) -> str:
    whole = report.headline_words
    if report.score is not None:
        whole += f", {percent(report.score)}: {report.weighted_points} of {report.weighted_max} weighted points"
    if report.headline == "act_first" and report.band_words:
        return f"{whole}. Without the urgent answers the level would be “{report.band_words}”."
    return f"{whole}."


def _before(urgent: tuple[Action, ...], emergency: str) -> Group:
    call = urgent[0].call
    first = [call.words] if call else []
    known = [f"{call.hours} We last checked the number on {uk_date(call.checked)}.".strip()] if call else []
    return Group("Before anything else", (f"If someone is in danger, call {emergency}.", *first, *known))


def _tasks(report: Report, steps: "_Steps") -> Iterator[Group]:
    """Yield what is to be done, in its order, and then what is not to be any more."""
    top = tuple(map(steps.step, report.top))
    if top:
        yield Group(f"{('One thing', 'Two things', 'Three things')[len(top) - 1]} to start this week", steps=top)
    elif report.actions:
        yield Group("Nothing is left to do from this report", ("Everything in it is done or put off.",))
    else:
        keep = "Every answer reaches what we aim for. Keep it up, and answer again in a year."
        further = [
            (row.text, f"A better answer than yours: “{row.better[-1].label}”.") for row in report.further[:FURTHER]
        ]
        led = (f"{keep} This would lead further:",) if further else (keep,)
        yield Group("Nothing urgent to do", led, tuple(further))
    if report.later:
        many = f"{plural(len(report.later), 'more action')}, in the order to take them"
        yield Group(many, steps=tuple(map(steps.step, report.later)))
    if report.settled:
        yield Group("Done or put off", steps=tuple(map(steps.step, report.settled)))


class _Steps:
    """Things to do with their events: each event stands once, with the first thing that it helps with.

    ``stood``: the events that have stood.
    """

    def __init__(self, report: Report, site: str, today: date) -> None:
        self.numbers = {action.answered.question: number for number, action in enumerate(report.to_do, 1)}
        self.site, self.today = site, today
        self.stood: set[str] = set()

    def step(self, action: Action) -> Step:
        row, followed = action.answered, action.followed
        done = followed is not None and followed.done
        by = f"{'It was to be done by' if action.by < self.today else 'By'} {uk_date(action.by)}."
        who = f"{isolated(followed.who)}." if followed and followed.who else ""
        return Step(
            number=self.numbers.get(row.question, 0),
            what=action.what,
            first=action.call.words if action.call and not done else "",
            flag=_flag(row) if action.open else "",
            state=followed.state if followed and not action.open else "",
            when=" ".join(filter(None, ["" if done else by, who])),
            why=action.why if action.open else "",
            asked=row.text if action.open else "",
            links=action.links if action.open else (),
            events=tuple(self._events(action)) if action.open else (),
        )

    def _events(self, action: Action) -> Iterator[Happening]:
        if not action.events:
            return
        first = action.events[0]
        yield self._event(action, first, "An event that helps")
        if first.booking and (first.late or first.postponed):
            label = "One that takes place" if first.postponed else "One that is sooner"
            others = (event for event in action.events if not event.booking and not event.late)
            yield from (self._event(action, event, label) for event in islice(others, 1))

    def _event(self, action: Action, event: Event, label: str) -> Happening:
        if event.slug in self.stood:
            late = ("It is after the date by which to do this.",) if event.late else ()
            return Happening("", event.title, self._url(event), ("helps with this too.", *late))
        self.stood.add(event.slug)
        return self.happening(event, label, action.answered.question, matched=event is action.events[0])

    def happening(self, event: Event, label: str = "", besides: str = "", *, matched: bool = True) -> Happening:
        others = sorted(self.numbers[gap] for gap in event.gaps if gap in self.numbers and gap != besides)
        helps = f"{'It also helps' if besides else 'It helps'} with {'actions' if others[1:] else 'action'}"
        said = [
            f"{'postponed' if event.postponed else uk_day(event.starts)}.",
            f"{helps} {join_and(others)}." if others else "",
            "This is after the date by which to do it." if event.late else "",
            f"{event.booked}." if event.booked else "",
            f"{event.organiser}. Matched by Pledge: {'. '.join(event.reasons[1:])}." if matched else "",
        ]
        return Happening(label, event.title, self._url(event), tuple(filter(None, said)))

    def _url(self, event: Event) -> str:
        return f"{self.site}/events/{event.slug}"


def _flag(row: Answered) -> str:
    return FLAG_WORDS[row.flag] if row.flag else ""


def _part(section: Section, peers: Peers | None) -> Part:
    others = peers.sections.get(section.id) if peers else None
    score = percent(section.score) if section.score is not None else "Not assessed"
    sum_ = f"{score}: {section.weighted_points} of {section.weighted_max} weighted points."
    return Part(
        title=section.title,
        score=score,
        bar=whole_percent(section.score) if section.score is not None else None,
        others=f"Others: {percent(others)}" if others is not None else "",
        sum=f"{sum_} {section.band}." if section.score is not None else sum_,
        lines=tuple(_line(row) for row in section.questions),
    )


def _line(row: Answered) -> Line:
    counts = ""
    if row.points is not None and row.target is not None:
        counts = (
            f"{row.points} of 4 points, and the question weighs {row.weight}: {row.weighted_points} of "
            f"{row.weighted_max} weighted points. We aim for {plural(row.target, 'point')} here."
        )
    return Line(row.text, _flag(row), row.answer, counts, tuple(_better(each) for each in row.better))


def _better(better: Better) -> str:
    more = f", {percent_points(better.adds_score)}" if better.adds_score else ""
    return f"“{better.label}”: {better.points} of 4 points, {better.adds_weighted_points} more weighted points{more}"


def _peers(report: Report) -> Iterator[str]:
    peers = report.peers
    if peers is None:
        return
    form = " in its short form" if report.depth == "short" else ""
    yield f"is the mean of {peers.firms} {peers.who} that answered this questionnaire{form}, on {uk_date(peers.on)}."
    if len(peers.sections) < len(report.sections):
        yield "Where it is missing, it could tell of too few firms."


def _groups(report: Report) -> Iterator[Group]:
    """Yield what comes behind the actions, as far as there is any of it."""
    if report.strengths:
        yield Group("What you do well", (), tuple((row.text, row.answer) for row in report.strengths))
    if report.dont_know:
        intro = "An honest answer. Each counts as no points until you find out; how to is in the list of actions."
        yield Group("What you did not know", (intro,), tuple((row.text, "") for row in report.dont_know))
    if report.not_applicable:
        items = tuple((row.text, row.answer) for row in report.not_applicable)
        yield Group("What does not apply to you", (), items)
    if report.told:
        intro = "This counts for nothing in the score, and nobody but your colleagues sees it."
        yield Group("What else you told us", (intro,), tuple((told.text, told.answer) for told in report.told))
    yield Group(
        "Your risk, and what it changed",
        (
            f"Your risk is {report.context.level} ({plural(report.context.points, 'point')}). "
            "It never changes your score, only what we aim for and the order of what to do.",
            report.context_effect + _raised(report.raised_by_context),
        ),
        tuple((reason, "") for reason in report.context.reasons),
    )


def _raised(many: int) -> str:
    return f" {plural(many, 'action is', 'actions are')} in the list only because of that." if many else ""


def _method(report: Report) -> Iterator[str]:
    covered = report.coverage is not None and report.coverage < WHOLE
    yield (
        "Each answer has 0 to 4 points, and each question weighs 1, 2 or 3. The score is the sum of weight times "
        "points, divided by the most there could be, over the questions that apply to you"
        + (f" ({percent(report.coverage or 0)} of the weight asked)" if covered else "")
        + f". “Don’t know” has no points. {bands_in_words()} Some answers count more than the number: an answer that "
        "can mean harm puts “Act first” in place of the level, and an answer that nobody has checked, or a missing "
        "base, keeps the level down."
    )
    if report.depth == "short":
        yield (
            "This is the short form, for firms of up to nine people. It has the questions that matter most. A level or "
            "a score of it is not the same as one of all questions, and we never put the two into one mean."
        )
    text = f" (text {report.text_revision})" if report.text_revision > 1 else ""
    yield f"Version {report.version} of the questions{text}, version {report.scoring_version} of the scoring."
    yield "This report stays as it is."
