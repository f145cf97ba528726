"""Somebody who has ten minutes, in a real browser: quick check, account, and a draft with the answers."""

from tests.browser import axe, looks
from tests.browser.live import Live, link_in
from tests.browser.people import PASSWORD
from tests.browser.test_journey import Owner, owner  # noqa: F401

FIRST = (
    ("fees", "ask-starters"),
    ("right-to-work", "everyone"),
    ("minimum-wage", "all-costs"),
    ("pay-account", "on-change"),
)
SECOND = ("papers", "we-do"), ("leaving", "in-terms"), ("speaking-up", "second-route")
LAST = ("passing-on", "consent"), ("plan", "?dont-know")


async def choose(person: Owner, answers: tuple[tuple[str, str], ...]) -> None:
    for question, value in answers:
        await person.page.check(f"[name='q-{question}'][value='{value}']")


async def chosen(person: Owner) -> list[str]:
    return await person.page.eval_on_selector_all("main input:checked", "found => found.map(each => each.value)")


async def looked_at(person: Owner) -> None:
    """The page that answers a form, which no address leads to, is accessible and in one column, wide and narrow."""
    for width in (1280, 320):
        await person.page.set_viewport_size({"width": width, "height": 900})
        if person.scripted:  # type: ignore[attr-defined]
            assert await axe.violations(person.page) == []
            assert await looks.sideways(person.page, 100, 200) == []


async def test_from_the_first_page_to_a_draft_with_the_answers(owner: Owner, live: Live):  # noqa: F811
    page, address = owner.page, f"quentin-{'js' if owner.scripted else 'plain'}@example.org"  # type: ignore[attr-defined]
    await owner.open("/")
    assert "Customers and public buyers ask for this" in await owner.text()
    await owner.follow("Take the quick check")
    await choose(owner, FIRST[:3])
    await owner.press("Go on")
    assert await page.get_by_role("heading", name="There is a problem").is_visible()
    assert await chosen(owner) == [value for _, value in FIRST[:3]]
    await choose(owner, FIRST[3:])
    await owner.press("Go on")
    await choose(owner, SECOND)
    await owner.press("Go on")
    assert "You can get help now" in await owner.text()
    await looked_at(owner)
    await owner.press("Back")
    assert await chosen(owner) == [value for _, value in SECOND]
    await owner.press("Go on")
    await page.check("[name='q-origin'][value='?not-applicable']")
    await page.fill("#why-origin", "We sell our time")
    await choose(owner, LAST)
    await owner.press("See your result")
    assert "First call" in await owner.text() and "Act first" in await owner.text()
    await looked_at(owner)

    # to and fro, and again: the browser has it, and nobody else
    await page.reload()
    assert "Your quick check" in await owner.text()
    await page.go_back()
    assert await page.input_value("#why-origin") == "We sell our time"
    await page.go_forward()
    assert "Your quick check" in await owner.text()
    assert await page.context.cookies() == [] and "?" not in page.url

    await owner.press("Register and take your answers along")
    await owner.fill(organisation_name="Hodder Fitters", name="Quentin Quick", email=address, password=PASSWORD)
    await owner.press("Register")
    await page.context.clear_cookies()
    await owner.open(link_in(await live.box.wait_for(address, "Confirm")))
    assert "Your answers to the quick check come along" in await owner.text()
    await owner.press("Confirm and go on")
    assert owner.submits <= 12, owner.submits

    await owner.fill(postcode="bb9 7lj")
    await page.select_option("#sector", "F")
    await owner.tick(
        "[name=kind][value=business]", "[name=headcount_band][value='1-9']", "[name=turnover_36m][value=no]"
    )
    await owner.tick("[name=goods_abroad][value=no]")
    await owner.press("Save and go on")
    await owner.open("/assessments/recruitment")
    assert "in the quick check. What you said there is filled in" in await owner.text()
    await owner.press("Start")
    await owner.open("/assessments/recruitment/check")
    said = await owner.text()
    assert "Yes, we do" in said and "Answered before: “The quick check” asks it too" in said
    await owner.open("/assessments/procurement")
    await owner.tick("[name=depth][value=full]")
    await owner.press("Start")
    await owner.open("/assessments/procurement/check")
    assert "Does not apply: We sell our time" in await owner.text()
    assert [said for said in owner.complaints if "422" not in said] == []  # a problem is answered as it is
