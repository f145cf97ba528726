"""The policy on every route: without one the application does not start; every request is admitted by it."""

from typing import Any

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency as Within
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Send
from litestar.types import Scope as ASGIScope

from pledge.database.unit import EVERYTHING, NO_ORGANISATION, Reach, reaching
from pledge.policy.actors import VISITOR, Actor
from pledge.policy.policies import Policy
from pledge.policy.scopes import AggregateScope, OrganisationScope, Scope

__all__ = [
    "AnyRequest",
    "Guard",
    "UndeclaredPolicy",
    "Within",
    "actor_of",
    "provide_within",
    "require_policies",
    "routes",
]


AnyRequest = Request[Any, Any, Any]


class UndeclaredPolicy(Exception):
    """A route declares no policy. The message names it."""


def actor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor:
    """Return who is asking; a visitor when nobody is signed in."""
    found = connection.scope["state"].get("actor", VISITOR)
    assert isinstance(found, Actor)
    return found


class Guard:
    """ASGI middleware that puts the scope which the route’s policy gives into the request. Raises NotAdmitted.

    Not one of Litestar's guards: those copy the route's handler at every request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == ScopeType.HTTP:
            handler = scope["route_handler"]
            policy = handler.opt.get("policy")
            if isinstance(policy, Policy):
                within = policy.admit(scope["state"].get("actor", VISITOR))
                if "\0" in scope["path"]:  # names nothing, and PostgreSQL keeps no such text to compare it with
                    raise NotFoundException
                scope["state"]["within"] = within
                with reaching(_reach(within)):
                    await self.app(scope, receive, send)
                return
            if scope["method"] != "OPTIONS":  # Litestar's own answer to that names the methods, no more
                raise UndeclaredPolicy(f"{handler} declares no policy.")
        await self.app(scope, receive, send)


def _reach(within: Scope) -> Reach:
    """Return what the database lets a scope reach: a member their organisation, staff no organisation at all.

    Everybody else may need rows of several: the public register, one's own bookings, an event's attendees.
    """
    if isinstance(within, OrganisationScope):
        return Reach(within.organisation)
    return NO_ORGANISATION if isinstance(within, AggregateScope) else EVERYTHING


def provide_within(request: AnyRequest) -> Scope:
    """Litestar dependency ``within``: the scope that the policy gave."""
    found: Scope = request.scope["state"]["within"]
    return found


def routes(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    """Return (path, method, handler) of every route of the application, in order, without automatic OPTIONS."""
    found: list[tuple[str, str, HTTPRouteHandler]] = []
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                found += [
                    (route.path, str(method), handler) for method in sorted(handler.http_methods) if method != "OPTIONS"
                ]
    return found


def require_policies(app: Litestar) -> None:
    """Raise UndeclaredPolicy, naming the first route that declares no policy."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):  # the guard sees neither mounted applications nor sockets
            raise UndeclaredPolicy(f"{route.path} is not an ordinary page, so no policy can guard it.")
    for path, method, handler in routes(app):
        if not isinstance(handler.opt.get("policy"), Policy):
            raise UndeclaredPolicy(f"{method} {path} declares no policy. Add policy=… from pledge.policy.policies.")
