"""Every route for every kind of person: what the policy refuses is refused, and nothing ends in an error of ours."""

from functools import partial

import pytest
from tests.web.conftest import FORM, OURS, ask, example_of

from pledge.database import sql
from pledge.database.unit import write
from pledge.organisations.queries import load_actor
from pledge.policy.policies import NO_ORGANISATION, NOT_ALLOWED, PROVE, SIGN_IN, Refused
from pledge.web.guard import routes

WHO = ("visitor", "alice", "bob", "charlie", "olive", "stella", "rosa")


@pytest.fixture
async def people(alice, bob, charlie, olive, stella, rosa):
    """Everybody by name; a visitor is nobody."""
    return dict(zip(WHO, (None, alice, bob, charlie, olive, stella, rosa), strict=True))


async def signed_in(site, person) -> str:
    """A fresh session of a person; every request gets one, because some end it."""
    return (await site.signed_in(person.id, person.organisation)).session


def refusal(policy, actor) -> str | None:
    try:
        policy.admit(actor)
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize("who", WHO)
async def test_every_route_and_method(site, application, people, who):
    person = people[who]
    refused_somewhere = 0
    for path, method, handler in routes(application[0].litestar):
        policy, target = handler.opt["policy"], example_of(path)
        secret = await signed_in(site, person) if person else ""
        reason = refusal(policy, await load_actor(secret))
        headers = [OURS, FORM, ("cookie", f"pledge={secret}")]
        answer = await ask(application[0], method, target, headers=headers, body=b"_key=&x=")
        where = f"{method} {path} as {who}: {answer.status}"
        assert answer.status < 500, where
        if reason is None:
            assert answer.status != 403 or method != "GET", where
        elif policy.name == "door":  # found by its own link only
            assert answer.status == 404, where
        elif reason == NOT_ALLOWED or (reason == SIGN_IN and method != "GET"):
            assert answer.status == 403, where
        else:
            assert reason in (SIGN_IN, PROVE, NO_ORGANISATION) and answer.status == 303, where
            if reason == SIGN_IN:
                assert answer.header("location").startswith("/sign-in?next="), where
        refused_somewhere += reason is not None
    assert refused_somewhere > 10


async def test_nobody_outside_a_firm_finds_its_name_on_any_page(site, application, people):
    """A canary in the firm's name: Bob, who works there, sees it; whoever does not finds it nowhere."""
    canary, alice = "Canary Joinery 7f3a", people["alice"]
    await write(partial(sql.rows, "UPDATE organisation SET name = {} WHERE id = {}", canary, alice.organisation))
    seen = {who: set() for who in WHO}
    for path, method, _ in routes(application[0].litestar):
        for who, person in people.items() if method == "GET" else ():
            cookies = [("cookie", f"pledge={await signed_in(site, person)}")] if person else []
            answer = await ask(application[0], "GET", example_of(path), headers=cookies)
            if canary.encode() in answer.body:
                seen[who].add(path)
    assert seen["bob"] and seen["alice"]
    assert not any(seen[who] for who in ("visitor", "charlie", "olive", "stella", "rosa")), seen
