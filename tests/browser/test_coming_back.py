"""A form that failed, or came without a session, in a real browser: Back, Forward and reload lose nothing."""

import re

from tests.browser.live import Live, link_in
from tests.browser.people import PASSWORD
from tests.browser.test_journey import Owner, owner  # noqa: F401


async def goes_to_and_fro(person: Owner, away: str, **fields: str) -> None:
    """Leave the page about an error and come back to it in every way: it is there as it was, with what was typed."""
    page = person.page

    async def is_there() -> None:
        assert await page.get_by_role("heading", name="There is a problem").is_visible(), await person.text()
        for name, value in fields.items():
            assert await page.input_value(f"#{name}") == value

    await is_there()
    address = page.url
    await page.reload()
    await is_there()
    await page.go_back()
    assert page.url != address and "ERR_" not in await page.content()
    await page.go_forward()
    assert page.url == address
    await is_there()
    await page.goto(person.live.url + away)
    await page.go_back()
    await is_there()


async def test_a_form_with_an_error_is_left_come_back_to_and_mended(owner: Owner, live: Live):  # noqa: F811
    kind = "js" if owner.scripted else "plain"  # type: ignore[attr-defined]
    address = f"nora-{kind}@example.org"
    # registering
    await owner.open("/register")
    await owner.fill(organisation_name="Calder Joinery", email=address, password=PASSWORD)
    await owner.press("Register")
    await goes_to_and_fro(owner, "/help", organisation_name="Calder Joinery", email=address, password="")
    await owner.fill(name="Nora North", password=PASSWORD)
    await owner.press("Register")
    assert "Check your e-mail" in await owner.text()
    await owner.page.go_back()
    assert await owner.page.input_value("#organisation_name") == "Calder Joinery"
    await owner.open(link_in(await live.box.wait_for(address, "Confirm")))
    await owner.press("Confirm and go on")

    # who they are
    await owner.fill(postcode="bb9 7lj")
    await owner.press("Save and go on")
    await goes_to_and_fro(owner, "/help", postcode="bb9 7lj")
    await owner.page.select_option("#sector", "F")
    await owner.tick("[name=kind][value=business]", "[name=risk_sectors][value=construction]")
    await owner.tick("[name=headcount_band][value='1-9']", "[name=turnover_36m][value=no]")
    await owner.tick("[name=outside_work][value=subcontracting]", "[name=goods_abroad][value=yes]")
    await owner.press("Save and go on")

    # signing
    await owner.open("/pledge/sign")
    await owner.fill(name="Nora North of Calder")
    await owner.press("Sign the pledge")
    await goes_to_and_fro(owner, "/home", name="Nora North of Calder")
    await owner.tick("main input[name=role] >> nth=0", "[name=authority]")
    for box in await owner.page.query_selector_all("main input[name^=consent-]"):
        await box.check(force=True)
    await owner.press("Sign the pledge")
    assert "signed" in (await owner.text()).lower()

    # a question that does not apply, without a word why
    await owner.open("/assessments/procurement")
    await owner.tick("[name=depth][value=full]")
    await owner.press("Start")
    await owner.follow(re.compile("Knowing your supply chain"))
    await owner.answer_page(1)
    await owner.page.check("main input[value='?not-applicable'] >> nth=0", force=True)
    await owner.press("Save and go on")
    await goes_to_and_fro(owner, "/home")
    await owner.answer_page(1)

    # signed out in another tab: what was answered is sent again after signing in, in a new tab
    other = await owner.page.context.new_page()
    await other.goto(live.url + "/home")
    await other.get_by_role("button", name="Sign out").click()
    await other.get_by_text("You are signed out.").wait_for()
    await owner.press("Save and go on")
    assert await owner.page.title() == "You are signed out – Pledge"
    async with owner.page.context.expect_page() as opened:
        await owner.page.get_by_role("link", name="Sign in in a new tab").click()
    new_tab = Owner(await opened.value, live)
    await new_tab.page.wait_for_load_state()
    await new_tab.fill(email=address, password="not the password")
    await new_tab.press("Sign in")
    await goes_to_and_fro(new_tab, "/help", email=address, password="")
    await new_tab.fill(password=PASSWORD)
    await new_tab.press("Sign in")
    await owner.press("Send this again")
    assert "/assessments/procurement/" in owner.page.url and "There is a problem" not in await owner.text()
    await owner.open("/assessments/procurement")
    assert "1 of 6 parts are done" in await owner.text()
    if owner.scripted:  # type: ignore[attr-defined]
        assert await owner.page.evaluate("window.__violations") == []


async def test_an_organiser_comes_back_to_an_event_with_an_error(owner: Owner, live: Live):  # noqa: F811
    await owner.page.context.add_cookies([{"name": "pledge", "value": live.cookies["organiser"], "url": live.url}])
    await owner.open("/organise")
    await owner.open("/organise/events/new")
    await owner.fill(summary="Two hours on buying.")
    await owner.press("Save the draft")
    await goes_to_and_fro(owner, "/organise", summary="Two hours on buying.")
    await owner.fill(title="A morning on buying")
    await owner.press("Save the draft")
    assert "The event is saved" in await owner.text()
    await owner.page.reload()  # what was done is said once, where scripts can take it from the address
    assert ("The event is saved" in await owner.text()) is not owner.scripted  # type: ignore[attr-defined]
    assert ("notice=" in owner.page.url) is not owner.scripted  # type: ignore[attr-defined]
