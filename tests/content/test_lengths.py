"""How many questions each kind of organisation is asked, and how long that takes: docs/questionnaire-lengths.md.

No condition looks at an answer, so the profile alone decides, and the few facts that conditions read are tried in
every combination.
"""

from functools import cache
from itertools import chain, combinations, product
from pathlib import Path

import pytest
from msgspec import structs

from pledge.organisations.profile import BASES, FIELDS, Profile
from pledge.organisations.sectors import RISK_SECTORS
from pledge.questionnaires.effort import effort
from pledge.questionnaires.rules import leaves
from pledge.questionnaires.visibility import effective_answers

from .test_profiles import DEFINITIONS

LABOUR = ("agency", "seasonal", "sponsored", "minimum_wage", "tied_housing")
OUTSIDE = ("crews_on_site", "subcontracting")
EVERYTHING = {
    "labour": LABOUR, "outside_work": OUTSIDE, "risk_sectors": ("agriculture", "lettings"), "turnover_36m": True,
    "goods_abroad": True,
}  # fmt: skip
JOINERY = Profile(
    kind="business", headcount_band="10-49", turnover_36m=False, risk_sectors=("construction",), goods_abroad=True
)

_KNOWN: dict[tuple[object, ...], int] = {}  # minutes


def _like(**facts) -> Profile:
    return structs.replace(JOINERY, **facts)


# who, and how many questions on buying and on hiring
ROWS = {
    "the owner alone, short form": (_like(headcount_band="0", depth="short"), 3, 2),
    "the owner alone, all questions": (_like(headcount_band="0"), 15, 2),
    "1 to 9 people, short form": (_like(headcount_band="1-9", depth="short"), 4, 11),
    "1 to 9, short form, with all that a profile can say": (
        _like(headcount_band="1-9", depth="short", **EVERYTHING), 7, 13,
    ),
    "1 to 9, all questions": (_like(headcount_band="1-9"), 17, 23),
    "14 people": (JOINERY, 17, 23),
    "14, with crews on site and work passed on": (_like(outside_work=OUTSIDE), 20, 23),
    "14, with all kinds of labour": (_like(labour=LABOUR), 18, 27),
    "14, with all that a profile can say": (_like(**EVERYTHING), 22, 28),
    "60": (_like(headcount_band="50-249"), 27, 29),
    "60, with all that a profile can say": (_like(headcount_band="50-249", **EVERYTHING), 32, 37),
    "300": (_like(headcount_band="250+", turnover_36m=True), 27, 29),
    "a charity of 60": (_like(kind="charity", headcount_band="50-249"), 27, 29),
    "a public body of 300": (_like(kind="public_body", headcount_band="250+"), 27, 29),
}  # fmt: skip


def asked(name: str, profile: Profile) -> tuple[str, ...]:
    return tuple(effective_answers(DEFINITIONS[name], profile, {}))


def minutes(name: str, profile: Profile) -> int:
    """The minutes that Pledge says, worked out once for firms that are asked the same in the same words.

    Variants look at the kind and the size alone, which a test below holds.
    """
    alike = (name, profile.kind, profile.headcount_band, asked(name, profile))
    if alike not in _KNOWN:
        _KNOWN[alike] = effort(DEFINITIONS[name], profile).minutes
    return _KNOWN[alike]


def _conditions():
    """Every comparison of the conditions of both questionnaires, and those of their variants."""
    for definition in DEFINITIONS.values():
        rules = [part.show_if for section in definition.sections for part in (section, *section.questions)]
        yield from chain.from_iterable(leaves(rule) for rule in rules if rule is not None)


def _choices(name: str):
    """Every value that matters of a fact: of several choices, any of those that a condition names."""
    if name == "risk_sectors":  # one stands for all that need a licence
        named = [next(sector.id for sector in RISK_SECTORS.values() if sector.licensed_labour), "lettings"]
    else:
        named = sorted({leaf.includes for leaf in _conditions() if leaf.profile == name and leaf.includes})
    return list(chain.from_iterable(combinations(named, size) for size in range(len(named) + 1)))


@cache
def every_profile() -> tuple[Profile, ...]:
    """One profile for all that the conditions cannot tell apart."""
    read = sorted({BASES.get(leaf.profile, leaf.profile) for leaf in _conditions()})
    values = {
        "choice": lambda name: [*FIELDS[name].values, *([] if FIELDS[name].default else [None])],
        "choices": _choices,
        "yes_no": lambda name: [True, False, None],
    }
    found = product(*(values[FIELDS[name].form](name) for name in read))
    return tuple(Profile(**dict(zip(read, facts, strict=True))) for facts in found)


def test_the_profile_alone_decides_what_is_asked():
    assert all(leaf.question is None for leaf in _conditions())
    assert {leaf.includes for leaf in _conditions() if leaf.profile == "risk_sectors"} == {"lettings"}
    # depth, size, kind, labour, outside work, kinds of work, turnover
    assert len(every_profile()) == 2 * 6 * 4 * 8 * 4 * 4 * 3
    for definition in DEFINITIONS.values():
        when = {leaf.profile for q in definition.questions for variant in q.variants for leaf in leaves(variant.when)}
        assert when <= {"kind", "headcount_band", "small"}


def test_the_short_form_has_at_most_20_questions_and_12_minutes_for_every_small_firm():
    most = longest = 0
    for profile in every_profile():
        if profile.depth == "short" and profile.headcount_band in ("0", "1-9"):
            most = max(most, sum(len(asked(name, profile)) for name in DEFINITIONS))
            longest = max(longest, sum(minutes(name, profile) for name in DEFINITIONS))
    assert (most, longest) == (20, 11)  # of at most 20 and 12


def test_a_firm_of_14_is_asked_at_most_50_questions_whatever_it_does():
    firms = [profile for profile in every_profile() if profile.headcount_band == "10-49"]
    assert max(sum(len(asked(name, profile)) for name in DEFINITIONS) for profile in firms) == 50


def test_nobody_needs_more_than_20_minutes_for_one_questionnaire():
    longest = {name: max(minutes(name, profile) for profile in every_profile()) for name in DEFINITIONS}
    assert longest == {"procurement": 14, "recruitment": 16}
    assert longest == {name: definition.estimated_minutes for name, definition in DEFINITIONS.items()}


def test_the_short_form_keeps_every_question_that_can_mean_harm():
    urgent = {
        question.id
        for definition in DEFINITIONS.values()
        for question in definition.questions
        if any(option.flag == "act_first" for option in question.options)
    }
    assert len(urgent) == 11
    for profile in every_profile():
        if profile.depth == "short":
            whole = structs.replace(profile, depth="full")
            for name in DEFINITIONS:
                assert set(asked(name, profile)) & urgent == set(asked(name, whole)) & urgent, profile


def test_the_short_form_is_a_part_of_the_whole():
    for profile in every_profile():
        if profile.depth == "short":
            for name in DEFINITIONS:
                assert set(asked(name, profile)) <= set(asked(name, structs.replace(profile, depth="full")))


@pytest.mark.parametrize("who", ROWS)
def test_how_many_questions_each_is_asked(who):
    profile, buying, hiring = ROWS[who]
    assert [len(asked(name, profile)) for name in DEFINITIONS] == [buying, hiring]


def test_the_table_says_so():
    lines = []
    for who, (profile, buying, hiring) in ROWS.items():
        first, second = (minutes(name, profile) for name in DEFINITIONS)
        counts = (buying, hiring, buying + hiring, first, second, first + second)
        lines.append(f"| {who} | {' | '.join(map(str, counts))} |")
    path = Path(__file__).parents[2] / "docs" / "questionnaire-lengths.md"
    table = path.read_text(encoding="utf-8").split("|---|---|---|---|---|---|---|\n")[1].split("\n\n")[0]
    assert table.strip().splitlines() == lines, "\n".join(lines)
