"""A route without a policy stops the application, and no address escapes the guard."""

import re

import pytest
from litestar import asgi, delete, get, post
from litestar.types import Receive, Scope, Send
from tests.web.conftest import BASE, ask

from pledge import app as composition
from pledge.policy.policies import POLICIES, PUBLIC
from pledge.settings import load
from pledge.web.guard import Guard, UndeclaredPolicy, routes


@get("/test/bare")
async def bare() -> None: ...


@delete("/test/bare", status_code=204)
async def bare_delete() -> None: ...


@post("/test/misspelt", polcy=PUBLIC)
async def misspelt() -> None: ...


@post("/test/named", policy="public")
async def named() -> None: ...


@asgi("/test/mounted", policy=PUBLIC, copy_scope=True)
async def mounted(scope: Scope, receive: Receive, send: Send) -> None: ...


def build(monkeypatch, *handlers):
    monkeypatch.setattr(composition, "ROUTES", [*composition.ROUTES, *handlers])
    return composition.create(load({"PLEDGE_BASE_URL": BASE}))


@pytest.mark.parametrize(
    ("handler", "named_in_message"),
    [
        (bare, "GET /test/bare"), (bare_delete, "DELETE /test/bare"), (misspelt, "POST /test/misspelt"),
        (named, "POST /test/named"), (mounted, "/test/mounted"),
    ],
)  # fmt: skip
def test_a_route_without_a_policy_stops_the_application_by_name(monkeypatch, handler, named_in_message):
    with pytest.raises(UndeclaredPolicy, match=named_in_message):
        build(monkeypatch, handler)


def test_every_route_has_a_policy_of_ours(application):
    found = routes(application[0].litestar)
    assert len(found) > 15
    assert {handler.opt["policy"] for _, _, handler in found} <= set(POLICIES)


async def test_a_route_that_came_in_by_another_way_is_refused_all_the_same(monkeypatch):
    application = build(monkeypatch)
    application.litestar.register(bare)
    answer = await ask(application, "GET", "/test/bare")
    assert answer.status == 500


async def test_the_guard_itself_refuses_a_handler_without_a_policy():
    async def never(*_):
        raise AssertionError("it was let through")

    scope = {"type": "http", "method": "GET", "state": {}, "route_handler": bare}
    with pytest.raises(UndeclaredPolicy):
        await Guard(never)(scope, None, None)


async def test_there_are_no_pages_that_litestar_adds_by_itself(application):
    for path in ("/schema", "/schema/openapi.json", "/schema/swagger", "/docs", "/openapi.json", "/metrics"):
        assert (await ask(application[0], "GET", path)).status == 404


async def test_options_names_the_methods_and_nothing_else(application):
    answer = await ask(application[0], "OPTIONS", "/organisation/edit")
    assert answer.status == 204 and "GET" in answer.header("allow")
    assert answer.body == b""


async def test_an_address_with_a_character_of_no_text_names_nothing(site, alice, stella, olive, visitor):
    paths = {path for path, method, _ in routes(site.application.litestar) if method == "GET" and ":str}" in path}
    assert len(paths) > 10
    for path in paths:
        at = re.sub(r"\{\w+:uuid\}", str(alice.organisation), path).replace("{number:int}", "1")
        for person in (alice, stella, olive):
            page = await person.get(re.sub(r"\{\w+:str\}", "%00", at))
            led_away = "%00" not in page.url.partition("?")[0]  # whoever acts for no firm
            assert led_away or page.status in (403, 404), (person.name, path)
        page = await visitor.get(re.sub(r"\{\w+:str\}", "a%00", at))
        assert page.status == 404 or page.url.startswith("/sign-in?next="), path
