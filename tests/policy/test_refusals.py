"""What somebody sees who may not do something."""

from tests.web.conftest import FORM, ask, example_of, post

from pledge.web.guard import routes


async def test_a_visitor_is_asked_to_sign_in_and_then_gets_the_page(site, visitor):
    from tests.accounts.test_sign_in import PASSWORD, account

    person = await account("alice@example.org")
    await site.organisation("Pendle Joinery", person)
    page = await visitor.get("/organisation/edit?from=mail")
    assert page.url.startswith("/sign-in?next=")
    page = await page.submit(email="alice@example.org", password=PASSWORD)
    assert page.url == "/organisation/edit?from=mail" and page.status == 200


async def test_a_visitor_who_sends_a_form_is_told_to_sign_in_and_nothing_is_done(application):
    answer = await post(application[0], "/organisation/edit", b"name=x")
    assert answer.status == 403 and "You are signed out" in answer.text and answer.read == 0  # it says no length
    assert "Then go back in this tab, and send the form again" in answer.text


async def test_a_contributor_is_told_who_may(site, bob):
    for page in (await bob.get("/organisation/edit"), await bob.post("/organisation/edit", {"name": "x"})):
        assert page.status == 403
        assert "owners of the active organisation" in page.text and "Nothing was changed" in page.text


async def test_somebody_without_an_organisation_is_led_to_adding_one(site):
    person = await site.person("Dora", "dora@example.org")
    browser = await site.signed_in(person)
    page = await browser.get("/organisation")
    assert page.url == "/organisation/new?notice=for-firms"


async def test_organisers_and_staff_are_led_to_their_own_pages(site, olive, stella):
    for person, own in ((olive, "/organise"), (stella, "/partnership")):
        person.browser.http.follow_redirects = False
        assert (await person.get("/organisation")).response.headers["location"] == f"{own}?notice=for-firms"


async def test_a_person_who_was_removed_is_refused_at_the_next_request(site, bob):
    from functools import partial

    from pledge.database import sql
    from pledge.database.unit import write

    assert (await bob.get("/organisation")).status == 200
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", bob.id))
    page = await bob.get("/organisation")
    assert page.url == "/organisation/new?notice=for-firms"


async def test_a_role_that_was_lowered_counts_at_the_next_request(site, alice):
    from functools import partial

    from pledge.database import sql
    from pledge.database.unit import write

    assert (await alice.get("/organisation/edit")).status == 200
    await write(partial(sql.rows, "UPDATE membership SET role = 'viewer' WHERE person = {}", alice.id))
    assert (await alice.get("/organisation/edit")).status == 403


async def test_every_route_that_is_not_public_refuses_a_visitor(application):
    """Of each address: a page sends to signing in, a form is refused, and no body is read.

    At a door nobody signs in: tests/events/running/test_door.py.
    """
    found = 0
    for path, method, handler in routes(application[0].litestar):
        if handler.opt["policy"].name not in ("public", "door"):
            headers = [("sec-fetch-site", "same-origin"), FORM]
            answer = await ask(application[0], method, example_of(path), headers=headers, endless=True)
            if method == "GET":
                assert answer.status in (303, 404), (method, path)
            else:
                assert answer.status in (403, 404), (method, path)
            assert answer.read == 0
            found += 1
    assert found >= 5


async def test_refusals_are_logged_with_who_and_what(site, bob, caplog):
    with caplog.at_level("WARNING", "pledge"):
        await bob.get("/organisation/edit")
    assert f"refused GET /organisation/edit to {bob.id}" in caplog.text
