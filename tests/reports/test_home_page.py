from tests.support.firms import fill_profile, sign_pledge, start, submitted


async def test_the_tasks_of_a_new_firm_start_with_the_profile(alice):
    page = await alice.get("/home")
    assert page.status == 200 and "Say who you are" in page.text
    assert "Cannot start yet" in page.text


async def test_the_tasks_show_how_far_the_firm_has_come(alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    await start(alice, "recruitment")
    report = await submitted(alice, "procurement", 3)
    page = await alice.get("/home")
    assert "Signed on" in page.text and "In progress" in page.text
    assert f"/reports/{report}" in page.links()
    assert "Your newest results" in page.text


async def test_those_without_an_organisation_are_sent_where_they_belong(olive, stella, visitor):
    assert (await olive.get("/home")).url.startswith("/organise")
    assert (await stella.get("/home")).url.startswith("/partnership")
    assert (await visitor.get("/home")).url.startswith("/sign-in")
