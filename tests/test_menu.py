from pledge import menu
from pledge.policy.actors import Actor
from pledge.web.guard import routes


async def test_every_entry_of_the_menu_is_a_page(application):
    there = {path for path, method, _ in routes(application[0].litestar) if method == "GET"}
    kinds = [{}, {"organisation": 1}, {"staff": True}, {"operator": True}, {"organiser": 1}]
    shown = {item.href for kind in kinds for item in menu.menu(Actor(person=1, **kind), "/")}
    assert len(shown) > 8 and shown <= there
    assert {menu.home_of(Actor(person=1, **kind)) for kind in kinds} <= there
