"""The cross-site check: an unsafe request must come from our own pages.

By the browser's own word: ``Sec-Fetch-Site``, else ``Origin``. Neither: refused (every browser of the last years
sends one). It happens before the body is read and before anybody is looked up.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

ELSEWHERE = "This form was sent from another site, so we did nothing with it. Open the page here and send it again."
UNSAID = (
    "Your browser did not say which page sent this form, so we did nothing with it. Open the page afresh and send it "
    "again. If that does not help, switch off add-ons that hide where you come from, for this site."
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSite(Exception):
    """An unsafe request came from another site, or did not say where it came from. The message says which."""


def refusal(method: str, headers: Mapping[str, str], base_url: str) -> str | None:
    """Return why an unsafe request is refused, or None when it may go on."""
    if method in SAFE_METHODS:
        return None
    site = headers.get("sec-fetch-site")
    if site is not None:
        return None if site == "same-origin" else ELSEWHERE
    origin = headers.get("origin")
    if origin is None:
        return UNSAID
    expected = urlsplit(base_url)
    return None if origin == f"{expected.scheme}://{expected.netloc}" else ELSEWHERE


class OriginCheck:
    """ASGI middleware that refuses unsafe requests from elsewhere with 403, before anything else is done."""

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        self.app = app
        self.base_url = base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == ScopeType.HTTP and scope["method"] not in SAFE_METHODS:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            reason = refusal(scope["method"], headers, self.base_url)
            if reason:
                raise CrossSite(reason)
        await self.app(scope, receive, send)
