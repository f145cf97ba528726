"""Who is asking at an address that is itself a pass: nobody signs in, the secret in it says what may be done."""

from functools import partial

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from pledge.database.unit import read
from pledge.events.running import door
from pledge.policy.actors import Actor
from pledge.policy.policies import DOOR


class DoorMiddleware:
    """Puts the holder of a door link into the request’s state, in place of whoever may be signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection. Raises DoorShut."""
        if scope["type"] == ScopeType.HTTP and scope["route_handler"].opt.get("policy") is DOOR:
            scope["state"]["actor"] = await holder(scope["path_params"]["token"])
        await self.app(scope, receive, send)


async def holder(secret: str) -> Actor:
    """Return the actor who holds a door link. Raises DoorShut."""
    return await read(partial(door.enter, secret))
