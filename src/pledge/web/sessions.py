"""The session cookie, and who the request's actor is.

The cookie holds a random secret that only the server issues; the database holds its hash. No cookie: no read.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from pledge.policy.actors import VISITOR, Actor

MONTH = 30 * 24 * 3600
_LONGEST = 100  # characters of a cookie that can be ours

ActorLoader = Callable[[str], Awaitable[Actor]]


def cookie_name(secure: bool) -> str:
    """Return the cookie's name. ``__Host-`` binds it to this host over https; browsers refuse it on plain http."""
    return "__Host-pledge" if secure else "pledge"


def session_cookie(token: str, *, secure: bool) -> Cookie:
    """Return the cookie that signs somebody in."""
    return Cookie(
        key=cookie_name(secure), value=token, max_age=MONTH, path="/", secure=secure, httponly=True, samesite="lax"
    )


def ended_cookie(*, secure: bool) -> Cookie:
    """Return the cookie that removes the session cookie."""
    return Cookie(key=cookie_name(secure), value="", max_age=0, path="/", secure=secure, httponly=True, samesite="lax")


def known_cookie_name(secure: bool) -> str:
    """Return the name of the cookie that says that somebody has signed in with this browser before."""
    return f"{cookie_name(secure)}-known"


def known_cookie(token: str, seconds: int, *, secure: bool) -> Cookie:
    """Return the cookie by which a browser is known that somebody signed in with. It signs nobody in."""
    return Cookie(
        key=known_cookie_name(secure),
        value=token,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def cookie(scope: Scope, name: str) -> str:
    """Return the value of a cookie that can be ours, or ""."""
    wanted = name.encode()
    for header, value in scope["headers"]:
        if header == b"cookie":
            for part in value.split(b";"):
                key, _, content = part.strip().partition(b"=")
                if key == wanted and len(content) <= _LONGEST:
                    return content.decode("latin-1")
    return ""


class SessionMiddleware:
    """Puts the actor into the request's state, by one read when there is a session cookie.

    A route with ``anonymous=True`` (styles, health) is the same for everybody, so nobody is looked up.
    """

    def __init__(self, app: ASGIApp, *, secure: bool, load: ActorLoader) -> None:
        self.app = app
        self.load = load
        self.name = cookie_name(secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == ScopeType.HTTP:
            state: dict[str, Any] = scope["state"]
            token = "" if scope["route_handler"].opt.get("anonymous") else cookie(scope, self.name)
            state["actor"] = await self.load(token) if token else VISITOR
        await self.app(scope, receive, send)
