"""The operator's page: is everything running."""

from typing import Any

from litestar import Response, get

import pledge
from pledge.audit import chain
from pledge.database.unit import database, read
from pledge.mail import outbox
from pledge.policy.policies import OPERATOR
from pledge.web.guard import AnyRequest
from pledge.web.pages import page
from pledge.worker import queue


@get("/operate", policy=OPERATOR)
async def overview(request: AnyRequest) -> Response[bytes]:
    """Show what waits and what failed."""

    async def unit() -> dict[str, Any]:
        return {"jobs": await queue.counts(), "mails": await outbox.counts(), "unsealed": await chain.unsealed()}

    return page(
        request,
        "operate/overview.html",
        version=pledge.__version__,
        database=await database().version(),
        **await read(unit),
    )


ROUTES = [overview]
