"""The menu: for each kind of person what they need most, and no more than a phone shows."""

from pledge import menu
from pledge.policy.actors import Actor
from pledge.web.guard import routes


async def test_every_entry_of_the_menu_is_a_page(application):
    there = {path for path, method, _ in routes(application[0].litestar) if method == "GET"}
    kinds = [{}, {"organisation": 1}, {"staff": True}, {"operator": True}, {"organiser": 1}]
    shown = {item.href for kind in kinds for item in menu.menu(Actor(person=1, **kind), "/")}
    assert len(shown) > 8 and shown <= there
    assert {menu.home_of(Actor(person=1, **kind)) for kind in kinds} <= there


async def test_a_member_has_at_most_seven_entries_and_the_public_ones_at_the_foot(alice, bob, visitor):
    assert len(menu.menu(Actor(person=1, organisation=1), "/")) <= 7
    for person in (alice, bob, visitor):
        page = await person.get("/home")
        for words, path in (("The pledge", "/pledge"), ("Who has signed", "/signatories"), ("Questions", "/questions")):
            (link,) = page.document.xpath(f"//footer//a[@href='{path}']")
            assert link.text_content() == words and (await person.get(path)).status == 200
    shown = [item.text for item in menu.menu(Actor(person=1, organisation=1), "/home")]
    assert shown[:3] == ["Your tasks", "Actions", "Your reports"] and not {"The pledge", "Questions"} & set(shown)
