"""Every route × method × kind of person × target: nobody sees or changes what isn't theirs, and nothing is our error.

The routes come from the application; ``addresses`` says whose object an address names and how its form is filled in.
Another’s object and one that isn't there get the same answer. Each write is undone after it was looked at, so that one
county serves every request.
"""

import logging
import re
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from litestar import Response, get, post
from litestar.params import FromPath
from tests.audit.actions import ACTIONS, NOTHING
from tests.security import world as county
from tests.security.addresses import FORMS, NEVER_ACCEPTED, Filled, UnknownRoute, filled, named, parameters
from tests.security.trying import Matrix
from tests.security.world import CANARY
from tests.support.languages import CHECKED, installing
from tests.support.site import Site, make_application

from pledge import app as composition
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.policy.policies import DOOR, OPERATOR, ORGANISER, PUBLIC, STAFF, VIEWER
from pledge.web.guard import AnyRequest, routes
from pledge.web.pages import see_other

LEAKING = (PUBLIC, VIEWER, ORGANISER, STAFF, OPERATOR)  # and DOOR, whose address has the pass in it

# where anybody sees what somebody needs at an event: whoever said it, on two pages and in their copy; the organiser
NEEDS_SEEN = {
    (f"GET {path}", actor)
    for paths, actors in (
        (
            ("/bookings/{registration:uuid}/needs", "/account/data.json", "/account/data.xlsx"),
            ("owner", "other firm's owner"),
        ),
        (("/organise/events/{event:uuid}/needs",), ("organiser", "other organiser")),
    )
    for path in paths
    for actor in actors
}


def test_the_matrix_knows_every_route(application):
    """What to add for a new route stands in the message."""
    unknown = []
    for path, method, _ in routes(application[0].litestar):
        try:
            [named(path, parameter) for parameter in parameters(path)]
            method == "POST" and filled(path)
        except UnknownRoute as error:
            unknown.append(str(error))
    assert not unknown, "\n".join(unknown)
    with pytest.raises(UnknownRoute, match="OBJECTS"):
        named("/things/{thing:uuid}", "thing")
    with pytest.raises(UnknownRoute, match="FORMS"):
        filled("/things/new")


@pytest.fixture
def second_language(monkeypatch, tmp_path):
    """There is a language to choose."""
    for install in installing(monkeypatch, tmp_path):
        install(**CHECKED)
        yield


async def test_nobody_sees_or_changes_what_is_not_theirs(site, caplog, capsys, second_language):
    world = await county.build(site)
    matrix = Matrix(site, world)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")  # which logs what these tests send
    actors = list(world.actors.values())
    first = world.actors["other firm's owner"]  # the canaries below break what is Ribble's own
    with county.nothing_is_kept(matrix.look):
        await matrix.run(first)
    filled_in, _ = await county.fill_with_canaries(world, "ribble")
    world.note(await county.snapshot())
    matrix.canaries = True
    caplog.clear()
    with county.nothing_is_kept(matrix.look):
        for actor in actors:
            if actor is not first:
                await matrix.run(actor)
    assert matrix.found == [], "\n".join(matrix.found[:40])
    assert matrix.needs_seen == NEEDS_SEEN
    posts = {path for path, method, _ in matrix.routes if method == "POST"}
    never = posts - matrix.accepted - NEVER_ACCEPTED
    assert not never, f"nobody's form was ever accepted, so that its refusals prove nothing: {sorted(never)}"
    logging_ = posts - NEVER_ACCEPTED - NOTHING
    quiet = {path: ACTIONS[path] for path in logging_ if ACTIONS[path] not in matrix.logged[path]}
    assert not quiet, f"these were accepted, and the log does not say so: {quiet}"
    assert "refused GET" in caplog.text and CANARY not in caplog.text
    letters = await site.mails()
    assert not [mail for mail in letters if CANARY in mail.subject + mail.body and CANARY not in mail.recipient]
    assert matrix.counts["writes"] > 100 and filled_in > 50
    with capsys.disabled():
        print(
            f"\n{len(matrix.routes)} routes × {len(actors)} actors × own, other's and absent: "
            f"{matrix.counts['requests']} requests ({matrix.counts['own']} own, {matrix.counts['other']} other's, "
            f"{matrix.counts['absent']} absent), {matrix.counts['writes']} writes looked at, "
            f"{filled_in} columns with canaries, 0 sightings, 0 changes"
        )


async def test_the_matrix_finds_a_leak(db, monkeypatch):
    """Routes that forget whose supplier it is: the matrix finds them, whoever may use them.

    On PostgreSQL the second wall stops them for members and for staff; everybody else may need rows of several firms.
    """

    async def shown(request: AnyRequest, supplier: FromPath[UUID]) -> Response[bytes]:
        return Response(str(await read(partial(sql.rows, "SELECT * FROM supplier WHERE id = {}", supplier))).encode())

    leaks = [get(f"/suppliers/{{supplier:uuid}}/leak/{policy.name}", policy=policy)(shown) for policy in LEAKING]
    leaks.append(get("/door/{token:str}/suppliers/{supplier:uuid}/leak", policy=DOOR)(shown))

    @post("/suppliers/{supplier:uuid}/spoil", policy=VIEWER)
    async def spoil(request: AnyRequest, supplier: FromPath[UUID]) -> Response[Any]:
        await write(partial(sql.rows, "UPDATE supplier SET supplies = 'x' WHERE id = {}", supplier))
        return see_other("/suppliers")

    monkeypatch.setattr(composition, "ROUTES", [*composition.ROUTES, *leaks, spoil])
    monkeypatch.setitem(FORMS, "/suppliers/{supplier:uuid}/spoil", Filled(None))
    site = Site(*make_application())
    world = await county.build(site)
    matrix = Matrix(site, world)
    matrix.routes = [route for route in matrix.routes if "/leak" in route[0] or route[0].endswith("/spoil")]
    await county.fill_with_canaries(world, "ribble")
    world.note(await county.snapshot())
    matrix.canaries = True
    with county.nothing_is_kept(matrix.look):
        for name in ("visitor", "viewer", "organiser", "staff", "operator", "door volunteer"):
            await matrix.run(world.actors[name])
    await site.close()
    found = "\n".join(matrix.found)
    behind = db.engine_type == "postgres"
    leaked = set(re.findall(r"GET \S+?/leak/?(\S*) as (.+) shows what is Ribble’s", found))
    everybody = {("public", name) for name in ("visitor", "viewer", "organiser", "staff", "operator", "door volunteer")}
    roles = {("organiser", "organiser"), ("operator", "operator"), ("", "door volunteer")}
    walled = {("viewer", "viewer"), ("staff", "staff")}
    assert leaked == everybody | roles | (set() if behind else walled)
    assert ("changed ribble’s supplier" in found) is not behind
    assert "404 expected" in found  # neither route says that there is nothing
    assert "changed supplier and wrote nothing into the log" in found  # one's own
