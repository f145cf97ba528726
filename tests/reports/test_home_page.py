"""The page of tasks."""

from datetime import timedelta

from tests.support.cast import colleague
from tests.support.firms import fill_profile, sign_pledge, start, submitted

from pledge.database import clock
from pledge.questionnaires.answers import Answer
from pledge.words.dates import uk_date


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


async def test_nobody_is_sent_to_what_only_others_can_do(site, alice, bob):
    vera = await colleague(site, "Vera", alice, "viewer")
    for person in (bob, vera):
        page = await person.get("/home")
        assert "/organisation/edit" not in page.links() and "An owner can do this." in page.text
        assert ("Next: Upload your supplier list" in page.text) is (person is bob)
    await fill_profile(alice)
    await sign_pledge(alice)
    await start(alice, "recruitment")
    await submitted(alice, "procurement", 3)
    seen = {person.name: (await person.get("/home")).text for person in (alice, bob, vera)}
    for name in (alice.name, bob.name):
        assert "Go on where you stopped" in seen[name] and "You can answer again" in seen[name]
        assert "can do this" not in seen[name]
    viewed = seen["Vera"]
    assert "Go on where you stopped" not in viewed and "answer again" not in viewed
    assert "A colleague has started. You can read the answers so far" in viewed
    assert "Answered. You can read the report" in viewed and "from your accounts" not in viewed
    assert "An owner or contributor can do this." in viewed.partition("Next: ")[2]


async def test_the_most_urgent_action_stands_there_with_its_date(alice):
    assert "/actions" not in (await alice.get("/home")).links()
    await fill_profile(alice)
    report = await submitted(alice, "recruitment", 2, r_b2=Answer(value="someone-paid"))
    page = await alice.get("/home")
    assert "This cannot wait: First call 08000 121 700" in page.text
    due = uk_date(clock.today() + timedelta(days=7))
    assert f"By {due}." in page.text and "/actions" in page.links()
    (link,) = [link for link in page.links() if link.startswith("/actions/")]
    action = await alice.get(link)
    assert (
        "Has anyone who works for you paid" in action.text
        and f"/reports/{report}/answers#question-r-b2" in action.links()
    )
    await action.submit(status="done")
    after = await alice.get("/home")
    assert link not in after.links() and "Do this first" in after.text
