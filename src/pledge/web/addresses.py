"""Where a request came from, for limits. Never shown, never stored as it is."""

import asyncio
import logging
from contextlib import suppress
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network

from litestar.types import ASGIApp, Receive, Scope, Send

from pledge.database import clock, installation
from pledge.database.unit import NO_ORGANISATION, reaching, write

log = logging.getLogger("pledge")

IGNORED = "proxies.ignored"  # the fact: when a request last carried X-Forwarded-For and it was not believed
FORGOTTEN = (
    "Requests carry X-Forwarded-For, which is ignored. If a reverse proxy stands in front of Pledge, set "
    "PLEDGE_TRUSTED_PROXIES: until then all people share one address’s limits."
)


class Forwarded:
    """Notices, once in a process, that requests come through a proxy which PLEDGE_TRUSTED_PROXIES does not know of.

    Anybody can send that header, so it is a hint and no more, and nothing of what it says is kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._noting: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the headers, and go on."""
        if self._noting is None and any(name == b"x-forwarded-for" for name, _ in scope.get("headers", ())):
            log.warning(FORGOTTEN)
            self._noting = asyncio.create_task(_note())
        await self._app(scope, receive, send)


async def _note() -> None:
    """Keep it as a fact of the installation, for ``pledge config``, which is another process."""
    with suppress(Exception), reaching(NO_ORGANISATION):  # a hint is not worth an error
        await write(partial(installation.put, IGNORED, clock.today().isoformat()))


def client_address(scope: Scope, trusted_proxies: int) -> str:
    """Return the client's address; of an IPv6 address the /64 network, which is one customer's.

    ``X-Forwarded-For`` counts only as far as our own proxies wrote it: with n trusted proxies, the n-th from the right.
    """
    if trusted_proxies:
        forwarded = [
            part.strip()
            for name, value in scope["headers"]
            if name == b"x-forwarded-for"
            for part in value.decode("latin-1").split(",")
        ]
        if len(forwarded) >= trusted_proxies:
            return _customer(forwarded[-trusted_proxies])
    client = scope.get("client")
    return _customer(client[0]) if client else "unknown"


def _customer(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return text[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))
