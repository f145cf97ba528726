"""With scripts, leaving a page with something typed and not sent asks first."""

import pytest
from playwright.async_api import Browser, Dialog

PAGE = "/assessments/procurement/leadership"


@pytest.fixture
async def opened(browser: Browser, live):
    """A question page, and the kinds of dialogs it showed."""
    context = await browser.new_context()
    await context.add_cookies([{"name": "pledge", "value": live.cookies["owner"], "url": live.url}])
    page = await context.new_page()
    asked: list[str] = []

    async def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    page.on("dialog", accept)
    await page.goto(live.url + PAGE)
    yield page, asked
    await context.close()


async def choose_another(page) -> None:
    await page.locator("main input[type=radio]:not(:checked)").first.check(force=True)


async def test_a_link_from_a_page_with_unsaved_answers_asks_and_from_an_untouched_one_does_not(opened, live):
    page, asked = opened
    await page.goto(live.url + "/home")
    assert asked == []
    await page.goto(live.url + PAGE)
    await choose_another(page)
    await page.goto(live.url + "/home")
    assert asked == ["beforeunload"]


async def test_sending_the_form_does_not_ask(opened):
    page, asked = opened
    await choose_another(page)
    async with page.expect_navigation():
        await page.get_by_role("button", name="Save and go to your tasks").click()
    assert asked == [] and "/home" in page.url


async def test_a_page_shown_again_with_an_error_asks(opened, live):
    page, asked = opened
    name = await page.locator("main input[type=radio]").first.get_attribute("name")
    await page.locator(f"main input[name={name}]").first.evaluate(
        "box => { box.value = 'made-up'; box.checked = true }"
    )
    async with page.expect_navigation():
        await page.get_by_role("button", name="Save and go on").click()
    assert "There is a problem" in await page.content()
    await page.locator("h1").click()  # browsers ask only people who did something on the page
    await page.goto(live.url + "/home")
    assert asked == ["beforeunload"]
