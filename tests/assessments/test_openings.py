"""Every link to a part of the questions opens a page with questions, whatever the firm is asked."""

import itertools
from uuid import uuid4

import msgspec
import pytest
from tests.support import depths, kinds
from tests.support.firms import JOINERY, fill_profile, start

from pledge.assessments import definitions, pages
from pledge.assessments.drafts import Draft, progress
from pledge.database.unit import write
from pledge.organisations.profile import FIELDS, Profile
from pledge.questionnaires.installed import installed

BUYING = "/assessments/recruitment/buying"
ALL = {
    "labour": tuple(FIELDS["labour"].values), "outside_work": tuple(FIELDS["outside_work"].values),
    "risk_sectors": ("agriculture", "lettings"), "turnover_36m": True, "goods_abroad": True,
}  # fmt: skip
KINDS = [
    Profile(kind=kind, headcount_band=band, depth=depth, **facts)
    for kind, band, depth, facts in itertools.product(
        FIELDS["kind"].values, FIELDS["headcount_band"].values, ("short", "full"), ({}, ALL)
    )
]


def draft_of(definition, profile: Profile) -> Draft:
    return Draft(uuid4(), definition, 0, {}, "Pendle Joinery", profile, True)


@pytest.mark.parametrize("name", ["procurement", "recruitment"])
def test_every_section_that_is_listed_opens_at_its_first_question_that_is_shown(name):
    for profile in KINDS:
        draft = draft_of(installed()[name].definition, profile)
        openings = pages.openings(draft)
        assert list(reversed(openings)) == [section.id for section in progress(draft)]
        for section, address in openings.items():
            number = address.partition("?page=")[2] or "1"
            page = pages.find(draft, section, number)
            first = next(q.id for s in draft.definition.sections if s.id == section for q in s.questions
                         if q.id in draft.shown)  # fmt: skip
            assert page is not None and page.questions[0] == first


@pytest.mark.parametrize("band", ["0", "1-9"])
@pytest.mark.parametrize("name", ["procurement", "recruitment"])
async def test_every_link_of_the_task_list_of_a_short_form_answers(alice, name, band):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, headcount_band=band))
    await start(alice, name, "short")
    page = await alice.get(f"/assessments/{name}")
    links = [link for link in page.links() if link.startswith(f"/assessments/{name}")]
    assert len(links) > 3
    for link in links:
        assert (await alice.get(link)).status == 200, link


@pytest.fixture
async def later(db):
    """The questions of ``depths`` on a page each, those of the first page in the full form alone."""
    text = depths.FIXTURE.read_text(encoding="utf-8").replace("id: depth", "id: recruitment", 1)
    full = "        show_if: {profile: depth, equals: full}\n"
    text = text.replace(full, "        page_break: true\n").replace("suppliers are?\n", f"suppliers are?\n{full}")
    await kinds.publish(text)
    await write(definitions.refresh)
    yield
    definitions.forget()


async def test_a_page_that_is_hidden_now_leads_to_the_first_one_of_its_section(later, alice):
    await fill_profile(alice)
    await start(alice, "recruitment", "short")
    page = await alice.get("/assessments/recruitment")
    assert {f"{BUYING}?page=2", "/assessments/recruitment/staff"} <= set(page.links())
    for typed in ("", "?page=1"):
        page = await alice.get(BUYING + typed)
        assert page.status == 200 and page.url == f"{BUYING}?page=2", typed
    assert (await alice.get(f"{BUYING}?page=3")).status == 404
    assert (await alice.get("/assessments/recruitment/nothing")).status == 404
