"""Which events help with which gaps, in which order, and why. Pure: the same input gives the same output.

An event earns points in four parts, each with its reason in words:

========  =========================================================================================================
topic     For each gap that it covers: 10 × severity if the gap has the event's primary topic, else 5 × severity for a
          secondary one. The best gap counts whole, every other one half (rounded down); 60 at most.
reach     Online 15; in your district 15; in your area 10; elsewhere 3; district not known 6. The best way in counts.
date      3 to 13 days away 7; 14 to 60 days 10; 61 to 120 days 5; sooner, later or postponed 2.
places    3 or more left, or no limit, 10; 1 or 2 left 6; booked elsewhere (so not known to us) 5.
========  =========================================================================================================

Topic points come first: no reach, date or number of places lifts an event over one that helps more. Ties go by start,
then id. An event that covers no gap is left out, and so is one that is full, postponed, has begun or no longer takes
bookings, unless it is booked.
For one gap, events that come in time for it stand before later ones. Nothing else counts: no clicks, no popularity, no
payment.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from pledge.events.programme.when import days_until
from pledge.organisations.places import OUTSIDE
from pledge.words.dates import LONDON
from pledge.words.numbers import plural
from pledge.words.text import all_of

RANKING_VERSION = "2026.2"  # of the rules above; kept with every report, so that it can be explained again

MOST_TOPIC_POINTS = 60
PER_GAP = 3  # events shown for one gap
SERIOUS = 3  # a gap of this severity gets its best event before any gap gets a second one

SEVERITIES = {4: "act first", 3: "serious", 2: "medium", 1: "small"}


class Gap(msgspec.Struct, frozen=True):
    """A gap of a report. ``title`` is a few words that the reasons name it by; ``severity`` is 1 to 4.

    ``due`` is the London day by which to close it, None for any.
    """

    question: str
    title: str
    topics: tuple[str, ...]
    severity: int
    due: date | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A coming event: what ranking needs to know, and what a report needs to show.

    ``closes`` is when booking closes (UTC). ``primary`` and ``secondary`` are topics. ``places_left`` None: no limit.
    ``external``: it is booked elsewhere. ``audience`` is who it is for, in words; "" is everybody. ``postponed``: its
    days are the old ones, and there are no new ones yet.
    """

    id: UUID
    slug: str
    title: str
    organiser: str
    starts: datetime
    ends: datetime
    closes: datetime
    online: bool
    in_person: bool
    venue: str
    district: str
    area: str
    primary: str
    secondary: tuple[str, ...]
    places_left: int | None
    external: bool
    audience: str
    postponed: bool = False


class Near(msgspec.Struct, frozen=True):
    """Where an organisation is ("" is not known), and whether events online suit it."""

    district: str = ""
    area: str = ""
    online: bool = True


class Part(msgspec.Struct, frozen=True):
    """Points, what they are for, and the reason in words."""

    name: Literal["topic", "reach", "date", "places"]
    points: int
    reason: str


class Match(msgspec.Struct, frozen=True):
    """An event that helps. ``gaps`` are the questions of the gaps that it covers, the most serious first."""

    event: Candidate
    parts: tuple[Part, ...]
    gaps: tuple[str, ...]

    @property
    def points(self) -> int:
        """The sum of the parts: 6 to 95."""
        return sum(part.points for part in self.parts)

    @property
    def reasons(self) -> list[str]:
        """Why it is recommended, in words; the first reason names the gaps."""
        return [part.reason for part in self.parts]


class Ranking(msgspec.Struct, frozen=True):
    """The events for a report.

    ``matches``: in the order to show them; first the best for each serious gap, then by points. ``by_gap``: question →
    at most three events, those in time for that gap first, and of them the best; an empty one is a gap that no event
    covers. ``booked``: matching events that are booked already, to show as such. ``version``: of the rules.
    """

    matches: tuple[Match, ...]
    by_gap: dict[str, tuple[Match, ...]]
    booked: tuple[Match, ...]
    version: str = RANKING_VERSION


def severity(flag: str | None, priority: int) -> int:
    """Return how severe a gap is, 1 to 4.

    ``act_first`` 4; ``check_first`` and ``foundation`` 3. Without a flag by priority, which is weight × points short
    and so at most 12: from 6 (a weight of 3 two points short, or of 2 three points short) it is 2, else 1. An unflagged
    gap is never as severe as a flagged one: flags are what questionnaires say harm by.
    """
    if flag is not None:
        return 4 if flag == "act_first" else 3
    return 2 if priority >= 6 else 1


def rank(
    gaps: Sequence[Gap],
    candidates: Sequence[Candidate],
    now: datetime,
    near: Near,
    booked: Collection[UUID] = (),
) -> Ranking:
    """Return which events help with the gaps, in which order and why. ``booked`` are events booked already."""
    matched = [_match(gaps, event, now, near) for event in candidates if event.ends > now or event.postponed]
    helpful = sorted((match for match in matched if match is not None), key=_order)
    theirs = tuple(match for match in helpful if match.event.id in booked)
    free = [match for match in helpful if match.event.id not in booked and bookable(match.event, now)]
    return Ranking(
        matches=tuple(_cover(gaps, free, theirs)),
        by_gap={gap.question: tuple(_best_for(gap, free)[:PER_GAP]) for gap in gaps},
        booked=theirs,
    )


def fit(gap: Gap, event: Candidate) -> int:
    """Return the topic points of an event for one gap alone."""
    if event.primary and event.primary in gap.topics:
        return 10 * gap.severity
    return 5 * gap.severity if set(event.secondary) & set(gap.topics) else 0


def late(event: Candidate, due: date | None) -> bool:
    """Tell whether an event comes after the London day by which to close a gap."""
    return due is not None and not event.postponed and event.starts.astimezone(LONDON).date() > due


def bookable(event: Candidate, now: datetime) -> bool:
    """Tell whether somebody can still get a place."""
    if event.postponed:
        return False
    if event.external:
        return event.starts > now
    return event.closes > now and event.places_left != 0


def _order(match: Match) -> tuple[int, int, datetime, UUID]:
    return (-match.parts[0].points, -match.points, match.event.starts, match.event.id)


def _best_for(gap: Gap, matches: Sequence[Match]) -> list[Match]:
    covering = [match for match in matches if gap.question in match.gaps]
    return sorted(covering, key=lambda match: (late(match.event, gap.due), -fit(gap, match.event), *_order(match)))


def _cover(gaps: Sequence[Gap], matches: Sequence[Match], booked: Sequence[Match]) -> list[Match]:
    """Return the matches with the best one for each serious gap first, and at most so many for each gap."""
    chosen: list[Match] = []
    for gap in sorted(gaps, key=lambda gap: -gap.severity):
        if gap.severity >= SERIOUS and not any(gap.question in match.gaps for match in booked):
            chosen += [match for match in _best_for(gap, matches)[:1] if match not in chosen]
    shown = {gap.question: sum(gap.question in match.gaps for match in [*booked, *chosen]) for gap in gaps}
    for match in matches:
        if match not in chosen and any(shown[question] < PER_GAP for question in match.gaps):
            chosen.append(match)
            for question in match.gaps:
                shown[question] += 1
    return chosen


def _match(gaps: Sequence[Gap], event: Candidate, now: datetime, near: Near) -> Match | None:
    covered = sorted((gap for gap in gaps if fit(gap, event)), key=lambda gap: (-gap.severity, -fit(gap, event)))
    if not covered:
        return None
    best, *rest = sorted((fit(gap, event) for gap in covered), reverse=True)
    topic = Part("topic", min(MOST_TOPIC_POINTS, best + sum(points // 2 for points in rest)), _covers(covered))
    parts = (topic, _reach(event, near), _date(event, now), _places(event))
    return Match(event, parts, tuple(gap.question for gap in covered))


def _covers(gaps: Sequence[Gap]) -> str:
    named = [f"“{gap.title}” ({SEVERITIES[gap.severity]})" for gap in gaps[:3]]
    if len(gaps) > 3:
        named.append(f"{len(gaps) - 3} more")
    return f"Helps with {all_of(named)}"


def _reach(event: Candidate, near: Near) -> Part:
    ways = [(15, "Online")] if event.online and near.online else []
    if event.in_person:
        at = f": {event.venue}" if event.venue else ""
        if not event.district or not near.district:
            ways.append((6, event.venue or "The place is still to be told"))
        elif event.district == near.district != OUTSIDE:
            ways.append((15, f"In your district{at}"))
        elif event.area == near.area not in ("", OUTSIDE):
            ways.append((10, f"In your area{at}"))
        else:
            ways.append((3, f"Further away{at}"))
    if not ways:
        return Part("reach", 0, "Online")
    points, _ = max(ways)
    return Part("reach", points, ". ".join(words for _, words in sorted(ways, reverse=True)))


def _date(event: Candidate, now: datetime) -> Part:
    if event.postponed:
        return Part("date", 2, "Postponed, with no new date yet")
    days = days_until(event.starts, now)
    points = 7 if 3 <= days <= 13 else 10 if 14 <= days <= 60 else 5 if 61 <= days <= 120 else 2
    return Part("date", points, _away(days))


def _away(days: int) -> str:
    if days < 2:
        return ("Today", "Tomorrow")[max(0, days)]
    if days < 14:
        return f"In {days} days"
    return f"In {days // 7} weeks" if days < 61 else f"In {days // 30} months"


def _places(event: Candidate) -> Part:
    if event.external:
        return Part("places", 5, "Booked on the organiser’s own site")
    if event.places_left is None:
        return Part("places", 10, "Places available")
    if event.places_left >= 3:
        return Part("places", 10, f"{event.places_left} places left")
    if event.places_left == 0:
        return Part("places", 0, "Full")
    return Part("places", 6, f"{plural(event.places_left, 'place')} left")
