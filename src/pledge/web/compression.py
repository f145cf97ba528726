"""Pages packed with gzip for browsers that can unpack them.

Only pages that reflect nothing of the request: a GET without a query. Otherwise the length of the packed page could
tell a listener whether what it guessed stands in it beside what it could make us print (the attack called BREACH).
"""

import gzip

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

LEVEL = 4
LEAST = 1400  # bytes: below that a packet is a packet


class Compression:
    """An ASGI application around another that packs its pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if not _may_pack(scope):
            await self.app(scope, receive, send)
            return
        held: HTTPResponseStartEvent | None = None

        async def send_packed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                held = message
            elif held is not None and message["type"] == "http.response.body":
                start, held = held, None
                if not message["more_body"] and len(message["body"]) >= LEAST and _is_page(start):
                    message["body"] = gzip.compress(message["body"], LEVEL, mtime=0)
                    kept = [pair for pair in start["headers"] if pair[0] != b"content-length"]
                    packed = [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(message["body"]))]
                    start["headers"] = [*kept, *packed, (b"vary", b"accept-encoding")]
                await send(start)
                await send(message)
            else:
                await send(message)

        await self.app(scope, receive, send_packed)


def _may_pack(scope: Scope) -> bool:
    if scope["type"] != ScopeType.HTTP or scope["method"] != "GET" or scope["query_string"]:
        return False
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def _is_page(start: HTTPResponseStartEvent) -> bool:
    headers = dict(start["headers"])
    return headers.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in headers
