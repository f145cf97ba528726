"""From answers to the county's figures: firms that submitted as people do, and a release worked out by hand."""

from functools import partial

import msgspec
from tests.support.cast import member_of_new_organisation
from tests.support.firms import JOINERY, answer_all, answers_at, fill_profile, sign_pledge, start, submitted

from pledge.assessments import definitions
from pledge.assessments.again import one_answer
from pledge.database.unit import write
from pledge.insights import releasing
from pledge.organisations.places import gazetteer
from pledge.questionnaires.answers import Answer

# Five builders and five shops, by the most points of any answer that they gave.
LEVELS = {"F": (1, 2, 2, 3, 3), "G": (1, 1, 2, 2, 3)}
# What those answers score: 2500, 5000 and 7500 basis points. Of the questions on terms one has no answer of 2 points,
# and two have none of 1, so that they give 11, 27 and 45 of 60 weighted points: 1833, 4500 and 7500. Of those on
# speaking up one has no answer of 2: 12, 21 and 36 of 48, which is 2500, 4375 and 7500. Of those on finding people one
# has no answer of 3: 14, 28 and 39 of 56, which is 2500, 5000 and 6964. The whole has 52, 106 and 165 of 224: 2321,
# 4732 and 7366. Below each line are the sums of score, terms, speaking up, finding people and the rest.
PARTS = ("responsibility", "induction", "response")  # without agencies: nobody is asked about them
BUILDERS = {"count": 5, "score": 5303, "terms": 5167, "voice": 5250, "finding-people": 5286} | dict.fromkeys(
    PARTS, 5500
)
# 26517, 25833, 26250, 26428 and 27500
SHOPS = {"count": 5, "score": 4294, "terms": 4033, "voice": 4250, "finding-people": 4393} | dict.fromkeys(PARTS, 4500)
# 21472, 20166, 21250, 21964 and 22500
ALL = {"count": 10, "score": 4799, "terms": 4600, "voice": 4750, "finding-people": 4839} | dict.fromkeys(PARTS, 5000)
# 47989, 45999, 47500, 48392 and 50000


async def test_a_release_has_the_means_of_what_firms_submitted_last(site):
    await firms_submit(site)
    made = await releasing.release(gazetteer())
    shown = {}
    for table in made.tables:
        for cell in table.cells:
            if cell.figure:
                assert cell.figure.firms == (5 if cell.row in ("F", "G") else 10)
                shown.setdefault((table.id, cell.row), {})[cell.measure.id.removeprefix("section:")] = cell.figure.value
    assert shown == {
        ("signatories-total", "total"): {"count": 10},
        ("signatories-sector", "F"): {"count": 5},
        ("signatories-sector", "G"): {"count": 5},
        ("signatories-size", "1-9"): {"count": 10},
        ("signatories-area", "pennine"): {"count": 10},
        ("recruitment-total", "total"): ALL,
        ("recruitment-sector", "F"): BUILDERS,
        ("recruitment-sector", "G"): SHOPS,
        ("recruitment-size", "1-9"): ALL,
        ("recruitment-area", "pennine"): ALL,
    }


async def firms_submit(site) -> None:
    for sector, levels in LEVELS.items():
        for number, level in enumerate(levels):
            firm = await member_of_new_organisation(site, f"{sector}{number}", f"Firm {sector}{number}")
            await fill_profile(firm, msgspec.structs.replace(JOINERY, sector=sector))
            await sign_pledge(firm)
            if number == 0:
                await submitted(firm, "recruitment", 4)  # and then again: only the newest counts
            if number == 1:  # and one question again, which is as if all had been answered so
                report = await submitted(firm, "recruitment", level, r_a2=Answer(dont_know=True))
                given = {"r-a2": answers_at(definitions.current("recruitment"), level)["r-a2"]}
                assert await write(partial(one_answer.answer, firm.scope, report, given))
            else:
                await submitted(firm, "recruitment", level)
    drafting = await member_of_new_organisation(site, "Drafting", "A firm that is not done")
    await fill_profile(drafting)
    await start(drafting, "recruitment")
    await answer_all(drafting, "recruitment", 4)
