"""For machines: is the process alive, can it serve, which version is it."""

from typing import Any

from litestar import Response, get

import pledge
from pledge.database import migrating, saving
from pledge.database.unit import database
from pledge.policy.policies import PUBLIC


@get("/health/live", policy=PUBLIC, anonymous=True)
async def live() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "ok"}


@get("/health/ready", policy=PUBLIC, anonymous=True)
async def ready() -> Response[dict[str, Any]]:
    """Answer 200 when the database has this version's schema and takes changes, else 503 saying what is not so."""
    try:
        missing = sorted(set(migrating.known()) - set(await migrating.applied()))
    except Exception:
        return Response({"status": "unavailable", "database": "does not answer"}, status_code=503)
    if missing:
        return Response({"status": "unavailable", "migrations_missing": missing}, status_code=503)
    if not await saving.would_succeed():
        return Response({"status": "unavailable", "database": "takes no changes"}, status_code=503)
    return Response({"status": "ok"})


@get("/version", policy=PUBLIC, anonymous=True)
async def version() -> dict[str, str]:
    """Answer with the versions of Pledge and of the database library."""
    return {"pledge": pledge.__version__, "database": await database().version()}


ROUTES = [live, ready, version]
