"""How likely exploitation is where an organisation works, by its profile alone; and the points to reach.

Context changes the order and number of actions, never the score.
"""

from typing import Literal

import msgspec

from pledge.organisations.profile import Profile
from pledge.organisations.sectors import RISK_SECTORS
from pledge.words.numbers import plural
from pledge.words.text import all_of

Level = Literal["low", "medium", "high"]

_LABOUR = {
    "agency": "agency workers",
    "seasonal": "seasonal workers",
    "sponsored": "workers on a visa that you sponsor",
}
_OUTSIDE = {
    "crews_on_site": "Other firms’ crews work on your sites",
    "subcontracting": "Others do part of your work",
}
_PAY = {
    "minimum_wage": "Some of your people are paid at or near the minimum wage",
    "tied_housing": "Some have housing that comes with the job",
}


class Context(msgspec.Struct, frozen=True):
    """The level, its points, and a plain sentence for each thing that added points."""

    level: Level
    points: int
    reasons: tuple[str, ...]


def context_of(profile: Profile) -> Context:
    """Return the context of a profile.

    Pledge scoring rule: a high-risk sector 2, else a medium one 1; agency, seasonal and sponsored workers
    1 each, at most 2; goods on the US list 2; crews on site or subcontracting 1; minimum wage or tied
    housing 1. 0–1 low, 2–4 medium, 5 or more high. An unknown fact adds nothing.
    """
    found: list[tuple[int, str]] = []
    sectors = [RISK_SECTORS[name] for name in profile.risk_sectors]
    if sectors:
        worst = "high" if any(sector.level == "high" for sector in sectors) else "medium"
        labels = "; ".join(sector.label for sector in sectors if sector.level == worst)
        found.append((2 if worst == "high" else 1, f"You work where exploitation is a {worst} risk: {labels}"))
    labour = [words for name, words in _LABOUR.items() if name in profile.labour]
    if labour:
        found.append((min(2, len(labour)), f"You use {all_of(labour)}"))
    if profile.listed_goods:
        found.append((2, "A supplier’s goods are on the US list of goods made with child or forced labour"))
    for facts, sentences in ((profile.outside_work, _OUTSIDE), (profile.labour, _PAY)):
        said = [sentence for name, sentence in sentences.items() if name in facts]
        if said:
            found.append((1, all_of([said[0], *(f"{sentence[0].lower()}{sentence[1:]}" for sentence in said[1:])])))
    total = sum(points for points, _ in found)
    return Context(
        "low" if total <= 1 else "medium" if total <= 4 else "high",
        total,
        tuple(f"{reason} ({plural(points, 'point')})." for points, reason in found),
    )


def target_points(level: Level, weight: int, *, small: bool) -> int:
    """Return the points a question should reach, flags aside.

    Pledge scoring rule: low 2; medium 3; high 4 where the weight is 3, else 3; never above 3 for a small
    organisation (under 50 people).
    """
    if level == "low":
        return 2
    return 4 if level == "high" and weight == 3 and not small else 3
