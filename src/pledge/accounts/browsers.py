"""What a request tells of the browser that sent it, and telling that browser who is signed in."""

from functools import partial
from typing import Any

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from pledge.accounts import known
from pledge.database.unit import write
from pledge.web.addresses import client_address
from pledge.web.guard import AnyRequest
from pledge.web.pages import local_path, see_other
from pledge.web.sessions import ended_cookie, known_cookie, known_cookie_name, session_cookie


def address_of(request: AnyRequest) -> str:
    """Return the network address of whoever asks."""
    return client_address(request.scope, request.app.state.settings.trusted_proxies)


def device_of(request: AnyRequest) -> str:
    """Return the browser's own description."""
    return request.headers.get("user-agent", "unknown")


def next_of(request: AnyRequest) -> str:
    """Return where the address says to go on afterwards: a path of this site, or ""."""
    return local_path(request.query_params.get("next", "")) or ""


def browser_of(request: AnyRequest) -> str:
    """Return the secret of a browser that somebody has signed in with before, or ""."""
    return request.cookies.get(known_cookie_name(request.app.state.settings.secure), "")


async def signed_in(request: AnyRequest, location: str, secret: str) -> Redirect:
    """Go on to ``location`` with a new session, or with the new secret of the old one."""
    return see_other(location, cookies=await _cookies(request, secret))


async def keep_signed_in(request: AnyRequest, response: Response[Any], secret: str) -> Response[Any]:
    """Return a page that also gives the browser the new secret of its session."""
    response.cookies += await _cookies(request, secret)
    return response


async def _cookies(request: AnyRequest, secret: str) -> list[Cookie]:
    secure = request.app.state.settings.secure
    browser = await write(partial(known.remember, secret, browser_of(request)))
    lives = int(known.KEPT.total_seconds())
    return [
        session_cookie(secret, secure=secure),
        *([known_cookie(browser, lives, secure=secure)] if browser else []),
    ]


def signed_out(request: AnyRequest) -> Redirect:
    """Go to the front page, and have the browser forget what it kept of the session."""
    secure = request.app.state.settings.secure
    # Not “cookies”: that this browser is known stays, so that its person gets in whoever guesses elsewhere.
    headers = {"Clear-Site-Data": '"cache", "storage"'} if secure else {}
    return see_other("/?notice=signed-out", cookies=[ended_cookie(secure=secure)], headers=headers)
