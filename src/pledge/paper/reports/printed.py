"""All words of a report as they are printed, in their order. Pure.

They are those of the page (a test looks each of them up there), whose figures are all in the same model.
"""

from collections.abc import Iterable, Iterator

import msgspec

from pledge.actions.wishes import Link
from pledge.questionnaires.result import FLAG_WORDS
from pledge.questionnaires.scoring import bands_in_words
from pledge.reports.report import Action, Answered, Better, Event, Report, Section
from pledge.words.dates import uk_date, uk_day
from pledge.words.numbers import percent, percent_points, plural, whole_percent

WHOLE = 10_000  # basis points


class Happening(msgspec.Struct, frozen=True):
    """An event: its title, its address on this site, and what is said of it."""

    title: str
    url: str
    lines: tuple[str, ...]


class Step(msgspec.Struct, frozen=True):
    """Something to do. ``first``: whom to call before that, and since when the number is known, or ""."""

    what: str
    first: tuple[str, ...]
    flag: str
    due: str
    why: str
    asked: str
    links: tuple[Link, ...]
    event: Happening | None


class Line(msgspec.Struct, frozen=True):
    """A question with the answer to it, how that counts, and what would raise it."""

    text: str
    flag: str
    answer: str
    points: str
    counts: str
    better: tuple[str, ...]


class Part(msgspec.Struct, frozen=True):
    """A section. ``bar`` is its score in whole per cent; None where it has none."""

    title: str
    score: str
    bar: int | None
    sum: str
    lines: tuple[Line, ...]


class Group(msgspec.Struct, frozen=True):
    """A heading with sentences and points, each with a remark or ""."""

    title: str
    intro: tuple[str, ...]
    items: tuple[tuple[str, str], ...] = ()


class Printed(msgspec.Struct, frozen=True):
    """A whole report. ``events``: those to show apart from what they help with."""

    title: str
    caption: str
    publisher: str
    urgent: bool
    headline: str
    score: str
    lines: tuple[str, ...]
    caveat: str
    act_first: Group | None
    parts: tuple[Part, ...]
    to_do: Group
    steps: tuple[Step, ...]
    events: tuple[Happening, ...]
    groups: tuple[Group, ...]
    method: Group


def printed(report: Report, *, publisher: str, site: str, emergency: str) -> Printed:
    """Return the words of a report. ``site``: the address of this site; ``emergency``: the number to call in danger."""
    return Printed(
        title=f"{report.title}: your report",
        caption=f"{report.organisation}, {uk_date(report.on)}",
        publisher=publisher,
        urgent=report.headline == "act_first",
        headline=report.headline_words,
        score=percent(report.score) if report.score is not None else "",
        lines=tuple(_about_score(report)),
        caveat="Self-assessed, not checked.",
        act_first=_act_first(report.urgent, emergency) if report.urgent else None,
        parts=tuple(_part(section) for section in report.sections),
        to_do=_to_do(report),
        steps=tuple(_step(action, site) for action in report.actions),
        events=tuple(_happening(event, site, event.reasons) for event in report.events[:5]),
        groups=tuple(_groups(report)),
        method=Group("How this is worked out", tuple(_method(report))),
    )


def _about_score(report: Report) -> Iterator[str]:
    if report.share:
        questions = plural(report.share.questions, "question")
        yield f"This is from {report.share.asked} of our {questions}: the short form."
    if report.without_staff:
        yield "Questions about staff were left out, because you said that nobody works for you."
    if report.score is None:
        yield "Too little applies to you to give a figure."
        return
    yield f"{report.weighted_points} of {report.weighted_max} weighted points."
    if report.headline == "act_first" and report.band_words:
        yield f"Without the urgent answers the level would be “{report.band_words}”."
    if report.previous is not None:
        yield f"Last time it was {percent(report.previous)}."


def _act_first(urgent: tuple[Action, ...], emergency: str) -> Group:
    call = urgent[0].call
    lines = [
        "Some of your answers can mean that someone is being harmed, or that a legal duty is not met. "
        "Start with these.",
        f"If someone is in danger, call {emergency}.",
        *([call.words] if call else []),
    ]
    return Group("Act first", tuple(lines), tuple((action.what, f"By {uk_date(action.due)}.") for action in urgent))


def _to_do(report: Report) -> Group:
    if report.actions:
        return Group("What to do first" if report.later else "What to do", ())
    return Group(
        "Nothing urgent to do", ("Every answer reaches what we aim for. Keep it up, and answer again in a year.",)
    )


def _step(action: Action, site: str) -> Step:
    call = action.call
    return Step(
        what=action.what,
        first=(call.words, f"{call.hours} We last checked the number on {uk_date(call.checked)}.".strip())
        if call
        else (),
        flag=_flag(action.answered),
        due=f"By {uk_date(action.due)}.",
        why=action.why,
        asked=action.answered.text,
        links=action.links,
        event=_happening(action.events[0], site, action.events[0].reasons[1:]) if action.events else None,
    )


def _happening(event: Event, site: str, reasons: Iterable[str]) -> Happening:
    day = "postponed" if event.postponed else uk_day(event.starts)
    lines = [f"{day}. {event.organiser}."]
    if event.booked:
        lines.append(f"{event.booked}.")
    if event.late:
        lines.append("This is after the date by which to do it.")
    lines.append(f"Matched by Pledge: {'. '.join(reasons)}.")
    return Happening(event.title, f"{site}/events/{event.slug}", tuple(lines))


def _flag(row: Answered) -> str:
    return FLAG_WORDS[row.flag] if row.flag else ""


def _part(section: Section) -> Part:
    score = percent(section.score) if section.score is not None else "Not assessed"
    sum_ = f"{score}: {section.weighted_points} of {section.weighted_max} weighted points."
    return Part(
        title=section.title,
        score=score,
        bar=whole_percent(section.score) if section.score is not None else None,
        sum=f"{sum_} {section.band}." if section.score is not None else sum_,
        lines=tuple(_line(row) for row in section.questions),
    )


def _line(row: Answered) -> Line:
    points = counts = ""
    if row.points is not None and row.target is not None:
        points = f"{row.points} of 4 points"
        counts = (
            f"The question weighs {row.weight}, so it gives {row.weighted_points} of {row.weighted_max} "
            f"weighted points. We aim for {plural(row.target, 'point')} here."
        )
    return Line(row.text, _flag(row), row.answer, points, counts, tuple(_better(each) for each in row.better))


def _better(better: Better) -> str:
    more = f", {percent_points(better.adds_score)}" if better.adds_score else ""
    return f"“{better.label}”: {better.points} of 4 points, {better.adds_weighted_points} more weighted points{more}"


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
    yield (
        f"Version {report.version} of the questions{text}, version {report.scoring_version} of the scoring. "
        "This report stays as it is."
    )
