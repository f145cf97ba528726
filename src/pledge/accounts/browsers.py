"""What a request tells of the browser that sent it, and telling that browser who is signed in."""

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from pledge.web.addresses import client_address
from pledge.web.pages import local_path, see_other
from pledge.web.sessions import ended_cookie, session_cookie

AnyRequest = Request[Any, Any, Any]


def address_of(request: AnyRequest) -> str:
    """Return the network address of whoever asks."""
    return client_address(request.scope, request.app.state.settings.trusted_proxies)


def device_of(request: AnyRequest) -> str:
    """Return the browser's own description."""
    return request.headers.get("user-agent", "unknown")


def next_of(request: AnyRequest) -> str:
    """Return where the address says to go on afterwards: a path of this site, or ""."""
    return local_path(request.query_params.get("next", "")) or ""


def signed_in(request: AnyRequest, location: str, secret: str) -> Redirect:
    """Go on to ``location`` with a new session, or with the new secret of the old one."""
    return see_other(location, cookies=[session_cookie(secret, secure=request.app.state.settings.secure)])


def keep_signed_in(request: AnyRequest, response: Response[Any], secret: str) -> Response[Any]:
    """Return a page that also gives the browser the new secret of its session."""
    response.cookies.append(session_cookie(secret, secure=request.app.state.settings.secure))
    return response


def signed_out(request: AnyRequest) -> Redirect:
    """Go to the front page, and have the browser forget what it kept of the session."""
    secure = request.app.state.settings.secure
    headers = {"Clear-Site-Data": '"cache", "cookies", "storage"'} if secure else {}
    return see_other("/?notice=signed-out", cookies=[ended_cookie(secure=secure)], headers=headers)
