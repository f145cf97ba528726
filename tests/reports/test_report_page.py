import json
import re
from functools import partial
from pathlib import Path

import msgspec
import pytest
from tests.support import kinds
from tests.support.firms import JOINERY, fill_profile, submitted

from pledge.actions import listing
from pledge.database import sql
from pledge.database.unit import database, read, write
from pledge.questionnaires.answers import Answer


@pytest.fixture
async def report(alice):
    """Alice's report on buying, with a don't know and a missing base among the answers."""
    await fill_profile(alice)
    return await submitted(alice, "procurement", 2, p_a1=Answer(value="no-one"), p_b1=Answer(dont_know=True))


JARGON = re.compile(r"weigh|basis point|context|coverage|target|points", re.IGNORECASE)


def _first_screen(page) -> str:
    """What is seen above the parts: the headline, what to do first, and what is done well."""
    (row, *_) = page.document.xpath("//*[@class='pledge-report']/*[@class='govuk-grid-row']")
    seen = row.xpath(".//text()[not(ancestor::details) or ancestor::summary]")
    return " ".join(" ".join(seen).split())


async def test_the_first_screen_says_what_it_means_and_three_things_to_do_without_jargon(alice, report):
    page = await alice.get(f"/reports/{report}")
    assert page.status == 200
    first = _first_screen(page)
    assert "Developing 44%" in first and "Some of what protects people is in place, and some is not yet." in first
    assert "Self-assessed, not checked" in first and "Three things to start this week" in first
    assert JARGON.findall(first) == []
    shown = _texts(page, "//main//*[@class='pledge-action']")
    assert [re.match(r"(\d+)\. [A-Z]", action)[1] for action in shown] == ["1", "2", "3"]
    assert all(re.search(r" By \d{1,2} [A-Z][a-z]+ 20\d\d\.", action) for action in shown)
    found = {action.question: action.id for action in await read(partial(listing.everything, alice.scope))}
    for number, question in enumerate(page.document.xpath("//main//*[@class='pledge-action']/@id")):
        assert f"/actions/{found[question.removeprefix('action-')]}" in page.links(), number
    assert "16 more actions, in the order to take them" in page.text
    assert "we aim for 3 points of 4 on each question. 17 actions are in the list only because of that." in page.text
    for heading in ("What you did not know (1)", "Your risk, and what it changed"):
        assert heading in page.text


async def test_every_figure_has_its_sum_one_click_away(alice, report):
    page = await alice.get(f"/reports/{report}")
    result = json.loads((await read(partial(sql.row, "SELECT result FROM assessment WHERE id = {}", report)))["result"])
    sums = await alice.get(f"/reports/{report}/answers")
    assert f"{result['weighted_points']} of {result['weighted_max']} weighted points" in sums.text
    assert "What would raise your score, if nothing else changed" in sums.text
    assert (
        "more weighted points" in sums.text
        and " percentage points more" in sums.text
        and "How this is worked out" in sums.text
    )
    for section in result["sections"]:
        assert f"/reports/{report}/answers#section-{section['id']}" in page.links()
        assert sums.document.xpath(f"//*[@id='section-{section['id']}']")
        assert f": {section['weighted_points']} of {section['weighted_max']} weighted points." in sums.text
    ways = [link.partition("#")[2] for link in page.links() if "/answers#question-" in link]
    assert len(ways) == len(result["gaps"]) and all(sums.document.xpath(f"//*[@id='{way}']") for way in ways)


async def test_an_answer_that_means_harm_puts_act_first_and_help_on_top(alice):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 4, r_b2=Answer(value="someone-paid"))
    page = await alice.get(f"/reports/{report}")
    assert "Act first" in page.text.split("to start this week")[0]
    assert "If someone is in danger, call 999" in page.text.split("to start this week")[0]
    sums = await alice.get(f"/reports/{report}/answers")
    assert "Without the urgent answers the level would be “Leading”" in sums.text


async def test_what_is_done_or_put_off_is_no_longer_to_do_and_urgent_help_stays(alice):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 4, r_b2=Answer(value="someone-paid"))
    (action,) = await read(partial(listing.everything, alice.scope))
    page = await alice.get(f"/actions/{action.id}")
    await page.submit(f"/actions/{action.id}", status="not_now", reason="After the summer")
    page = await alice.get(f"/reports/{report}")
    assert "Nothing is left to do from this report" in page.text and "Not now" in page.text
    assert "First call 08000 121 700" in page.text.partition("Done or put off")[2]
    assert THEN in (await alice.get(f"/actions/{action.id}")).text
    page = await alice.get(f"/actions/{action.id}")
    await page.submit(f"/actions/{action.id}", status="done")
    assert "First call" not in (await alice.get(f"/actions/{action.id}")).text
    assert "First call" not in (await alice.get(f"/reports/{report}")).text.partition("Done or put off")[2]


async def test_an_older_report_says_so_and_nothing_of_what_became_of_its_actions(alice, report):
    await submitted(alice, "procurement", 3)
    page = await alice.get(f"/reports/{report}")
    assert "You have answered these questions again since." in page.text
    assert not any(link.startswith("/actions/") for link in page.links())


async def test_the_score_before_is_of_the_same_form_of_the_same_version(alice, report):
    before = Path(__file__).parents[1] / "content" / "published" / "procurement-2026.2.yaml"
    await kinds.publish(before.read_text(encoding="utf-8"))
    await write(partial(sql.rows, "UPDATE assessment SET version = '2026.2' WHERE id = {}", report))
    again = await submitted(alice, "procurement", 4)
    assert "Last time" not in (await alice.get(f"/reports/{again}")).text


async def test_the_report_is_frozen_whatever_changes_later(alice, report):
    before = await alice.get(f"/reports/{report}.json")
    await fill_profile(alice, name="Another name")
    from tests.support.firms import JOINERY

    await fill_profile(
        alice, JOINERY.__class__(**{**_fields(JOINERY), "headcount_band": "250+", "labour": ("agency",)})
    )
    after = await alice.get(f"/reports/{report}.json")
    first, second = json.loads(before.html), json.loads(after.html)
    for name in ("score", "weighted_points", "context", "actions", "sections", "on"):
        assert first[name] == second[name], name


def _fields(profile):
    import msgspec

    return msgspec.structs.asdict(profile)


async def test_the_json_has_the_same_figures(alice, report):
    response = await alice.browser.http.get(f"/reports/{report}.json")
    assert response.headers["content-type"].startswith("application/json")
    data = response.json()
    assert data["score"] == (10000 * 2 * data["weighted_points"] + data["weighted_max"]) // (2 * data["weighted_max"])
    assert len(data["actions"]) >= 5
    flags = [action["answered"]["flag"] for action in data["actions"]]
    order = {"act_first": 0, "check_first": 1, "foundation": 2, None: 3}
    assert [order[flag] for flag in flags] == sorted(order[flag] for flag in flags)


async def test_a_second_report_shows_the_score_before(alice, report):
    again = await submitted(alice, "procurement", 4)
    page = await alice.get(f"/reports/{again}")
    assert "Your report before this one said 44%." in page.text
    assert "Nothing urgent to do" in page.text
    first = _first_screen(page)
    assert "/suppliers" in page.links() and "Look at the events" in first and "A better answer" not in first


async def test_a_firm_without_gaps_is_told_what_would_lead_further(alice):
    await fill_profile(alice, msgspec.structs.replace(JOINERY, risk_sectors=(), outside_work=()))
    report = await submitted(alice, "recruitment", 3, "short", r_b7=Answer(value="proof-and-plan"))
    page = await alice.get(f"/reports/{report}")
    data = (await alice.browser.http.get(f"/reports/{report}.json")).json()
    assert data["actions"] == [] and data["score"] < 10_000
    first = _first_screen(page)
    assert first.count("A better answer than yours: “") == 3 and "Answer all 23 questions" in first
    better = [row["better"][-1]["label"] for row in data["further"][:3]]
    assert all(label in first for label in better)


async def test_colleagues_may_read_it_and_nobody_else(alice, bob, charlie, olive, stella, visitor, report):
    assert (await bob.get(f"/reports/{report}")).status == 200
    for stranger in (charlie, olive, stella):
        page = await stranger.get(f"/reports/{report}")
        assert str(report) not in page.html.replace(f"/reports/{report}", "")
        assert "weighted points" not in page.text
    assert (await charlie.get(f"/reports/{report}")).status == 404
    assert (await charlie.get(f"/reports/{report}.json")).status == 404
    assert (await charlie.get(f"/reports/{report}/answers")).status == 404
    assert (await bob.get(f"/reports/{report}/answers")).status == 200
    assert (await visitor.get(f"/reports/{report}")).url.startswith("/sign-in")


@pytest.mark.parametrize("name", ["nothing", "00000000-0000-0000-0000-000000000000", "x.json", "a.b.c"])
async def test_what_is_not_there_is_a_404(alice, name):
    assert (await alice.get(f"/reports/{name}")).status == 404


async def test_a_draft_has_no_report(alice):
    await fill_profile(alice)
    from tests.support.firms import start

    await start(alice)
    draft = await read(partial(sql.value, "SELECT id FROM assessment"))
    assert (await alice.get(f"/reports/{draft}")).status == 404


async def test_a_report_page_is_four_round_trips_at_most(alice, report):
    """One more at most every ten minutes in a process: how other firms do is kept that long."""
    for most in (5, 4):
        before = database().statements
        page = await alice.get(f"/reports/{report}")
        assert page.status == 200
        assert database().statements - before == most
    before = database().statements
    assert (await alice.get(f"/reports/{report}/answers")).status == 200
    assert database().statements - before == 2


async def test_submitting_mails_the_way_to_the_report_and_nothing_of_what_is_in_it(site, alice, report):
    (mail,) = await site.mails(alice.email)
    assert mail.link == f"/reports/{report}"
    assert "%" not in mail.body and "Act first" not in mail.body


async def test_a_signatory_who_has_answered_both_becomes_signed_and_assessed(site, alice):
    from tests.support.firms import sign_pledge

    await fill_profile(alice)
    await sign_pledge(alice)
    await submitted(alice, "procurement", 2)
    await site.work()
    assert await _status(alice) == "signed"
    await submitted(alice, "recruitment", 2)
    await site.work()
    assert await _status(alice) == "assessed"


async def _status(person) -> str:
    return await read(partial(sql.value, "SELECT status FROM signature WHERE organisation = {}", person.organisation))


HARM = {
    "r_b2": "someone-paid", "r_b3": "after-start", "r_c6": "unlicensed", "r_d2": "below", "r_d3": "someone-else",
    "r_d4": "we-do",
}  # fmt: skip
FIRST = "First call 08000 121 700, the Modern Slavery & Exploitation Helpline. "
THEN = f"{FIRST}See their website for hours. We last checked the number on 21 November 2026. "


def _texts(page, path):
    return [" ".join(node.text_content().split()) for node in page.document.xpath(path)]


async def test_what_to_do_about_an_answer_that_can_mean_harm_begins_with_whom_to_call(alice):
    """In the box on top, in the list, and in what opens below it; and nothing else does."""
    from tests.support.firms import JOINERY

    grower = {**_fields(JOINERY), "risk_sectors": ("agriculture",), "labour": ("agency",)}
    await fill_profile(alice, JOINERY.__class__(**grower))
    harm = {name: Answer(value=value) for name, value in HARM.items()}
    page = await alice.get(f"/reports/{await submitted(alice, 'recruitment', 2, **harm)}")
    (box,) = _texts(page, "//main//*[@class='pledge-urgent']")
    assert 0 < box.index("If someone is in danger, call 999") < box.index(THEN.strip())
    headings = _texts(page, "//*[@class='pledge-action']/h3")
    assert [re.sub(r"^\d\. ", "", text).startswith(FIRST) for text in headings] == [True] * 3
    assert headings[0] == (
        f"1. {FIRST}Find out what is safe for the person who paid, before you speak to anyone about the money. Do not "
        "confront whoever took it. Read our help page. Then plan how the person gets all of it back."
    )
    links = page.document.xpath("//*[@class='pledge-action']/h3//a/@href")
    assert links == ["tel:08000121700"] * 3
    assert "3 more answers of yours cannot wait." in page.text and "#later" in page.links()
    later = [text for text in _texts(page, "//main//details") if re.match(r"\d+\. ", text)]
    assert [FIRST in text for text in later] == [True] * 3 + [False] * (len(later) - 3) and later[3:]
    assert "First call" not in (await alice.get(f"/reports/{await submitted(alice, 'recruitment', 2)}")).text


async def test_the_data_has_whom_to_call_before_what_to_do(alice):
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 2, r_b2=Answer(value="someone-paid"))
    first, *others = (await alice.browser.http.get(f"/reports/{report}.json")).json()["actions"]
    assert first["call"] == {
        "name": "Modern Slavery & Exploitation Helpline",
        "phone": "08000 121 700",
        "hours": "See their website for hours.",
        "checked": "2026-11-21",
    }
    assert list(first).index("call") < list(first).index("what")
    assert others and {action["call"] for action in others} == {None}
