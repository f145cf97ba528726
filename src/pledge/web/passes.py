"""Who is asking at an address that is itself a pass: nobody signs in, the secret in it says what may be done."""

from collections.abc import Awaitable, Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from pledge.policy.actors import Actor
from pledge.policy.policies import DOOR


class DoorMiddleware:
    """Puts the holder of a door link into the request’s state, in place of whoever may be signed in.

    ``enter`` returns them for the ``token`` in the path, or raises what the application answers instead.
    """

    def __init__(self, app: ASGIApp, *, enter: Callable[[str], Awaitable[Actor]]) -> None:
        self.app = app
        self.enter = enter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == ScopeType.HTTP and scope["route_handler"].opt.get("policy") is DOOR:
            scope["state"]["actor"] = await self.enter(scope["path_params"]["token"])
        await self.app(scope, receive, send)
