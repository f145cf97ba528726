"""The demo's mailbox: the e-mails that a real installation would send, and the codes that people's apps would show.

Registered only in the demo.
"""

from functools import partial

from litestar import Response, get

from pledge.database import clock
from pledge.database.unit import read
from pledge.demo import people
from pledge.mail import outbox
from pledge.policy.policies import PUBLIC
from pledge.web.guard import AnyRequest
from pledge.web.pages import page

NEWEST = 50


@get("/demo/mailbox", policy=PUBLIC)
async def mailbox(request: AnyRequest) -> Response[bytes]:
    """Show the newest e-mails of everybody, and the codes of those who need one to sign in."""
    mails = await read(partial(outbox.newest, NEWEST))
    return page(request, "demo/mailbox.html", mails=mails, codes=people.codes(clock.now()), door=people.door_secret())


ROUTES = [mailbox]
