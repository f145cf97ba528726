"""The answer to a form that failed is a redirect to a page that is kept for some minutes (kept).

One place for every form: routes answer a form with problems by its page, and know nothing of this.
"""

import logging
from functools import partial
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import UUID

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from pledge.database.ids import new_token, parse_id
from pledge.database.outages import is_outage
from pledge.database.unit import EVERYTHING, reaching, write
from pledge.limits import TooMany
from pledge.policy.actors import VISITOR
from pledge.policy.policies import PUBLIC
from pledge.web import kept
from pledge.web.addresses import client_address
from pledge.web.guard import AnyRequest
from pledge.web.pages import local_path, page
from pledge.web.resending import AGAIN, target
from pledge.web.sessions import ActorLoader, cookie, cookie_name

log = logging.getLogger("pledge")

GONE = "/page-gone"
# Not 404: nobody’s work is in it, and a link pressed twice would be asked for again in the session it has begun.
# Not 413: it is answered before anything is read, and costs no write.
STATUSES = frozenset({400, 403, 409, 422, 429})
_REPEATED = (b"content-type", b"retry-after", b"allow")  # headers of a kept page


class KeptPages:
    """An ASGI application around another: keeps the pages about forms that failed, and shows them again.

    A page that must not be kept says ``unkept`` in the request’s state. Where a page cannot be kept (the database is
    away, too many, too long) it is answered directly, as it came.
    """

    def __init__(self, app: ASGIApp, *, load: ActorLoader, secure: bool, trusted_proxies: int) -> None:
        self.app = app
        self.load = load
        self.secure = secure
        self.trusted_proxies = trusted_proxies
        self.session_cookie = cookie_name(secure)
        self.cookie = f"{self.session_cookie}-page"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == ScopeType.HTTP:
            if scope["method"] == "POST" and _navigates(scope):
                send = _Sending(self, scope, send)
            elif scope["method"] == "GET" and b"again=" in scope["query_string"]:
                found = await self.find(scope)
                if found is not None:
                    await _send(send, found)
                    return
                _lead_to_gone(scope)
        await self.app(scope, receive, send)

    async def find(self, scope: Scope) -> kept.Kept | None:
        """Return the page that the address names, when it is this reader’s."""
        name = parse_id(parse_qs(scope["query_string"].decode("latin-1")).get(AGAIN, [""])[-1])
        secret = cookie(scope, self.cookie)
        if name is None or not secret:
            return None
        try:
            return await kept.find(name, _path(scope), await self.reader(scope, secret))
        except Exception as error:
            if not is_outage(error):
                raise
            return None

    async def keep(self, scope: Scope, found: kept.Kept) -> kept.Kept | None:
        """Keep a page, and return the redirect to it; None when it cannot be kept."""
        secret = cookie(scope, self.cookie) or new_token()
        try:
            reader = await self.reader(scope, secret)
            subject = str(reader.actor.person or client_address(scope, self.trusted_proxies))
            shown = found._replace(headers=[header for header in found.headers if header[0] in _REPEATED])
            name = await kept.keep(shown, _path(scope), reader, subject)
        except Exception as error:
            if not isinstance(error, TooMany) and not is_outage(error):
                log.exception("a page could not be kept")
            return None
        return self.redirect(scope, found, name, secret) if name else None

    def redirect(self, scope: Scope, found: kept.Kept, name: UUID, secret: str) -> kept.Kept:
        """Return the answer that leads to a kept page, with the cookies that the page itself had."""
        address = target(Request(scope))
        location = f"{address}{'&' if '?' in address else '?'}{AGAIN}={name}"
        cookies = [header for header in found.headers if header[0] == b"set-cookie"]
        own = self.own_cookie(secret, int(kept.LIVES.total_seconds()))
        return kept.Kept(303, [(b"location", location.encode("latin-1")), *cookies, own], b"")

    async def reader(self, scope: Scope, secret: str) -> kept.Reader:
        """Return who asks. Not whoever a door link stands for: its address says that by itself."""
        session = cookie(scope, self.session_cookie)
        return kept.Reader(secret, session, await self.load(session) if session else VISITOR)

    def own_cookie(self, secret: str, seconds: int) -> tuple[bytes, bytes]:
        """Return the header that sets the browser's key; 0 seconds take it away."""
        return Cookie(
            key=self.cookie, value=secret, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax"
        ).to_encoded_header()

    async def forget(self, scope: Scope, start: HTTPResponseStartEvent) -> None:
        """Forget what is kept for a browser whose session begins, ends or changes with this answer."""
        secret = cookie(scope, self.cookie)
        if not secret:
            return
        start["headers"] = [*start["headers"], self.own_cookie("", 0)]
        try:
            await write(partial(kept.forget, secret))
        except Exception as error:  # nobody can open them any more: their key is made of the session's secret too
            if not is_outage(error):
                log.exception("kept pages could not be deleted")


class _Sending:
    """The ``send`` of one form: holds back a page that is to be kept until all of it is there."""

    def __init__(self, pages: KeptPages, scope: Scope, send: Send) -> None:
        self.pages = pages
        self.scope = scope
        self.send = send
        self.start: HTTPResponseStartEvent | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Send one message of the answer on, or something in its place."""
        if message["type"] == "http.response.start":
            if any(self._is_session(header) for header in message["headers"]):
                with reaching(EVERYTHING):
                    await self.pages.forget(self.scope, message)
            elif self._to_be_kept(message):
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message["body"]
            if not message["more_body"]:
                found = kept.Kept(self.start["status"], list(self.start["headers"]), self.body)
                with reaching(EVERYTHING):  # the route's own reach ends before the table of kept pages
                    redirect = await self.pages.keep(self.scope, found)
                await _send(self.send, redirect or found)
            return
        await self.send(message)

    def _is_session(self, header: tuple[bytes, bytes]) -> bool:
        return header[0] == b"set-cookie" and header[1].startswith(f"{self.pages.session_cookie}=".encode())

    def _to_be_kept(self, start: HTTPResponseStartEvent) -> bool:
        if start["status"] not in STATUSES or "route_handler" not in self.scope or "unkept" in self.scope["state"]:
            return False
        return any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


async def _send(send: Send, found: kept.Kept) -> None:
    headers = [header for header in found.headers if header[0] != b"content-length"]
    headers.append((b"content-length", b"%d" % len(found.body)))
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body, "more_body": False})


def _navigates(scope: Scope) -> bool:
    """Whether a browser shows the answer as a page. Scripts say that they are none; old browsers say nothing."""
    return all(value == b"navigate" for name, value in scope["headers"] if name == b"sec-fetch-mode")


def _path(scope: Scope) -> str:
    return scope["raw_path"].decode("latin-1")


def _lead_to_gone(scope: Scope) -> None:
    """Have the application say, at the same address, that the page is not kept any more."""
    form = quote(target(Request(scope)), safe="")
    scope["path"], scope["raw_path"], scope["query_string"] = GONE, GONE.encode(), f"form={form}".encode()


@get(GONE, policy=PUBLIC)
async def gone(request: AnyRequest) -> Response[bytes]:
    """Say that a page about a form is not kept any more, and where the form is."""
    form = local_path(request.query_params.get("form", "")) or ""
    try:
        request.app.asgi_router.handle_routing(path=unquote(urlsplit(form).path), method="GET")
    except HTTPException:  # an address to which forms are sent, and nothing else
        form = ""
    return page(request, "errors/gone.html", status=410, form_address=form)


ROUTES = [gone]
