"""How long shared reports are kept. In the current unit."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from pledge.database import clock, sql

OVER = timedelta(days=90)  # after a share is over: that it was, for whom, and when it was opened


class Now(msgspec.Struct, frozen=True):
    """How a share is before a restore: what opens it (a hash), and since when it is taken back."""

    id: UUID
    token_hash: str
    withdrawn: datetime | None


async def as_they_are() -> list[Now]:
    """Return how every share is, to be read before a backup is restored."""
    return [Now(**row) for row in await sql.rows("SELECT id, token_hash, withdrawn FROM report_share")]


async def take_back_again(before: list[Now]) -> None:
    """After a restore, take back what was taken back since the backup, and end links that were changed since."""
    for share in before:
        if share.withdrawn is not None:
            await sql.rows(
                "UPDATE report_share SET withdrawn = {}, content = '', token_hash = {} WHERE id = {}",
                share.withdrawn,
                share.token_hash,
                share.id,
            )
        else:
            await sql.rows("UPDATE report_share SET token_hash = {} WHERE id = {}", share.token_hash, share.id)


async def prune() -> dict[str, int]:
    """Empty what ran out, and forget what has been over for long, with all that hangs on it. Return rows by table."""
    today = clock.today()
    ended = await sql.changed("UPDATE report_share SET content = '' WHERE content <> '' AND until < {}", today)
    gone = await sql.changed(
        "DELETE FROM report_share WHERE until < {} OR withdrawn < {}", today - OVER, clock.now() - OVER
    )
    return {"report_share": ended + gone}
