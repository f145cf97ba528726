"""How long shared reports are kept. In the current unit."""

from datetime import timedelta

from pledge.database import clock, sql

OVER = timedelta(days=90)  # after a share is over: that it was, for whom, and when it was opened


async def prune() -> dict[str, int]:
    """Empty what ran out, and forget what has been over for long, with all that hangs on it. Return rows by table."""
    today = clock.today()
    ended = await sql.changed("UPDATE report_share SET content = '' WHERE content <> '' AND until < {}", today)
    gone = await sql.changed(
        "DELETE FROM report_share WHERE until < {} OR withdrawn < {}", today - OVER, clock.now() - OVER
    )
    return {"report_share": ended + gone}
