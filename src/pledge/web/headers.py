"""Security headers on every response, HEAD answered as GET without a body, and a last word when even errors fail."""

import logging

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("pledge")

# No inline script or style, nothing from anywhere else.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)

_ALWAYS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),  # pages are private unless they say otherwise
]
_PASSES = ("/door/", "/asked/", "/s/")  # pages whose address is a pass: it goes nowhere, not even to our own pages
_NO_REFERRER = (b"referrer-policy", b"no-referrer")
_OVER_HTTPS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")

_LAST_RESORT = (
    b"<!DOCTYPE html><html lang=en><title>Sorry, something went wrong</title>"
    b"<h1>Sorry, something went wrong on our side</h1>"
    b"<p>What you sent just now was not saved; everything before it is safe. Try again in a few minutes.</p>"
)


class SecurityHeaders:
    """An ASGI application around another: adds the headers; answers HEAD by running GET and dropping the body.

    A header that the response has already is left as it is.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.headers = [*_ALWAYS, _OVER_HTTPS] if secure else _ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        if head:
            scope["method"] = "GET"
            scope.setdefault("state", {})["head"] = True  # for pages that count who looked
        headers = self.headers
        if scope["path"].startswith(_PASSES):
            headers = [_NO_REFERRER, *(pair for pair in headers if pair[0] != _NO_REFERRER[0])]
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(pair for pair in headers if pair[0] not in given)]
            elif head and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            if started:
                raise
            log.exception("no error page could be made")
            plain = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(_LAST_RESORT))]
            await send_with_headers({"type": "http.response.start", "status": 500, "headers": plain})
            await send_with_headers({"type": "http.response.body", "body": _LAST_RESORT, "more_body": False})
