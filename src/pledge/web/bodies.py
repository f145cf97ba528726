"""Bodies that are still arriving: how long each may take, and how many there may be at once in this process.

Whoever sends half a form and then nothing holds a place here, not the site. A body that is there already, as every
ordinary form's is, is read however many places are taken, so an office behind one address is not shut out with
whoever attacks from there.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar.exceptions import HTTPException

from pledge.web.addresses import client_address
from pledge.web.guard import AnyRequest, actor_of

FORM_BYTES = 64 * 1024  # the largest body of a route that does not say otherwise
FORM_SECONDS = 15.0  # that a body may take to arrive, in all
UPLOAD_SECONDS = 300.0  # that a signed-in person's file may take
AT_ONCE_SECONDS = 0.25  # that a body may take when all places are taken


class Crowded(Exception):
    """Too many bodies are half here already, and this one was not there at once."""


class Places:
    """Places for bodies that are still arriving: so many in all, and so many for each sender."""

    def __init__(self, *, each: int, in_all: int) -> None:
        self.each = each
        self.in_all = in_all
        self._taken: Counter[str] = Counter()

    def take(self, sender: str) -> bool:
        """Take a place, if there is one. Whoever took one gives it back."""
        if self._taken[sender] >= self.each or self._taken.total() >= self.in_all:
            return False
        self._taken[sender] += 1
        return True

    def give_back(self, sender: str) -> None:
        """Give a place back."""
        self._taken[sender] -= 1
        if not self._taken[sender]:
            del self._taken[sender]


# Apart, so that whoever has no account cannot take the places of those who have one. Together they are far fewer than
# the connections that the server holds (see ``commands/serving.py``).
VISITORS = Places(each=32, in_all=256)  # by network address
PEOPLE = Places(each=8, in_all=256)  # by person


@asynccontextmanager
async def arriving(request: AnyRequest, *, file: bool = False) -> AsyncIterator[None]:
    """Read a body inside this. ``file``: it may hold a file.

    Raises HTTPException (408) when it is not there in time, and Crowded when there is no place for it.
    """
    actor = actor_of(request)
    places = PEOPLE if actor.person else VISITORS
    sender = str(actor.person or client_address(request.scope, request.app.state.settings.trusted_proxies))
    if not places.take(sender):
        try:
            async with asyncio.timeout(AT_ONCE_SECONDS):
                yield
        except TimeoutError as error:
            raise Crowded from error
        return
    try:
        async with asyncio.timeout(UPLOAD_SECONDS if file and actor.person and _takes_files(request) else FORM_SECONDS):
            yield
    except TimeoutError as error:
        raise HTTPException(status_code=408) from error
    finally:
        places.give_back(sender)


def _takes_files(request: AnyRequest) -> bool:
    """Return whether the route takes more than a form."""
    most = request.route_handler.resolve_request_max_body_size()
    return most is None or most > FORM_BYTES
