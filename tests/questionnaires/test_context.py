import pytest

from pledge.organisations.profile import Profile
from pledge.questionnaires.context import context_of, target_points


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({}, 0),
        ({"risk_sectors": ("care",)}, 2),
        ({"risk_sectors": ("care", "cleaning", "logistics")}, 2),
        ({"risk_sectors": ("logistics",)}, 1),
        ({"risk_sectors": ("logistics", "security")}, 1),
        ({"labour": ("agency",)}, 1),
        ({"labour": ("agency", "seasonal")}, 2),
        ({"labour": ("agency", "seasonal", "sponsored")}, 2),
        ({"labour": ("minimum_wage",)}, 1),
        ({"labour": ("minimum_wage", "tied_housing")}, 1),
        ({"labour": ("agency", "tied_housing")}, 2),
        ({"listed_goods": True}, 2),
        ({"listed_goods": False}, 0),
        ({"goods_abroad": True, "turnover_36m": True}, 0),
        ({"outside_work": ("crews_on_site",)}, 1),
        ({"outside_work": ("crews_on_site", "subcontracting")}, 1),
    ],
)
def test_each_fact_adds_its_points(facts, points):
    assert context_of(Profile(**facts)).points == points


WORST = Profile(
    risk_sectors=("shellfish", "logistics"),
    labour=("agency", "seasonal", "sponsored", "minimum_wage", "tied_housing"),
    outside_work=("crews_on_site", "subcontracting"),
    listed_goods=True,
)


def test_the_reasons_are_plain_sentences_with_their_points():
    assert context_of(WORST).points == 8
    assert context_of(WORST).reasons == (
        "You work where exploitation is a high risk: Shellfish gathering, fishing and aquaculture (2 points).",
        "You use agency workers, seasonal workers and workers on a visa that you sponsor (2 points).",
        "A supplier’s goods are on the US list of goods made with child or forced labour (2 points).",
        "Other firms’ crews work on your sites and others do part of your work (1 point).",
        "Some of your people are paid at or near the minimum wage and some have housing that comes with the "
        "job (1 point).",
    )


def test_several_sectors_of_the_same_level_are_named():
    (reason,) = context_of(Profile(risk_sectors=("logistics", "ppe"))).reasons
    assert reason == (
        "You work where exploitation is a medium risk: Warehousing, couriers and last-mile delivery;"
        " Gloves, PPE and uniforms (imported) (1 point)."
    )


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({}, "low"),
        ({"risk_sectors": ("ppe",)}, "low"),
        ({"risk_sectors": ("care",)}, "medium"),
        ({"risk_sectors": ("care",), "labour": ("agency", "seasonal")}, "medium"),
        (
            {
                "risk_sectors": ("care",),
                "labour": ("agency", "seasonal"),
                "outside_work": ("subcontracting",),
            },
            "high",
        ),
    ],
)
def test_the_level_follows_the_points(facts, level):
    assert context_of(Profile(**facts)).level == level


@pytest.mark.parametrize(
    ("level", "small", "targets"),
    [
        ("low", False, [2, 2, 2]),
        ("low", True, [2, 2, 2]),
        ("medium", False, [3, 3, 3]),
        ("medium", True, [3, 3, 3]),
        ("high", False, [3, 3, 4]),
        ("high", True, [3, 3, 3]),
    ],
)
def test_the_target_follows_level_weight_and_size(level, small, targets):
    assert [target_points(level, weight, small=small) for weight in (1, 2, 3)] == targets
