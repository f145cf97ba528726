"""How long all of this is kept, and what happens to it when a firm is erased. Every function is in the current unit."""

from datetime import timedelta
from uuid import UUID

import msgspec

from pledge.asking.invitations import PURPOSE
from pledge.database import clock, sql
from pledge.database.ids import new_id

UNANSWERED = timedelta(days=90)  # after an invitation ran out or was taken back: who was asked
OVER = timedelta(days=365)  # after what was shared is over, or the supplier declined: that it was so

_NO_SHARE = "NOT EXISTS (SELECT 1 FROM supplier_share s WHERE s.invitation = supplier_invitation.id)"


async def prune() -> dict[str, int]:
    """End what has been shared for a year, and forget answers and invitations in time. Return the rows by table."""
    now = clock.now()
    ended = await sql.changed(
        "UPDATE supplier_share SET ended = expires, content = '' WHERE ended IS NULL AND expires <= {}", now
    )
    answers = await sql.changed(
        "DELETE FROM supplier_answer WHERE invitation IN (SELECT i.id FROM supplier_invitation i "
        "LEFT JOIN supplier_share s ON s.invitation = i.id "
        "WHERE i.expires <= {} OR i.state <> 'open' OR s.ended IS NOT NULL)",
        now,
    )
    forgotten = await sql.changed(
        "UPDATE supplier_invitation SET email = '', contact = '' WHERE (email <> '' OR contact <> '') "
        "AND id IN (SELECT invitation FROM supplier_share WHERE ended IS NOT NULL)"
    )
    # Nobody can see it any more: the supplier is not in the list, nor part of another.
    lost = await sql.changed(
        "DELETE FROM supplier_invitation WHERE NOT EXISTS (SELECT 1 FROM supplier l "
        "WHERE l.organisation = supplier_invitation.organisation AND l.id = supplier_invitation.supplier) "
        "AND NOT EXISTS (SELECT 1 FROM supplier_merge m "
        "WHERE m.organisation = supplier_invitation.organisation AND m.gone = supplier_invitation.supplier)"
    )
    old = await sql.changed(
        f"DELETE FROM supplier_invitation WHERE (state = 'open' AND expires < {{}} AND {_NO_SHARE}) "  # noqa: S608
        "OR (state = 'withdrawn' AND closed < {}) OR (state = 'declined' AND closed < {}) "
        "OR id IN (SELECT invitation FROM supplier_share WHERE ended < {})",
        now - UNANSWERED,
        now - UNANSWERED,
        now - OVER,
        now - OVER,
    )
    return {"supplier_share": ended, "supplier_answer": answers, "supplier_invitation": forgotten + lost + old}


async def forget_firm(organisation: UUID) -> None:
    """Take back what a firm shared, and forget the links that it sent; its other rows go with it."""
    await sql.rows(
        "UPDATE supplier_share SET ended = {}, content = '' WHERE giver = {} AND ended IS NULL",
        clock.now(),
        organisation,
    )
    await sql.rows("DELETE FROM link WHERE purpose = {} AND payload LIKE {}", PURPOSE, f"%{organisation}%")


async def bring_links_back() -> None:
    """Make the links of invitations anew after a backup, which has none, was restored.

    Without them a supplier could not take back what it shares.
    """
    rows = await sql.rows(
        "SELECT i.id, i.organisation, i.token_hash, i.asked, i.expires, s.expires AS shared_until "
        "FROM supplier_invitation i LEFT JOIN supplier_share s ON s.invitation = i.id "
        "WHERE i.state = 'open' AND COALESCE(s.expires, i.expires) > {}",
        clock.now(),
    )
    await sql.many(
        "INSERT INTO link (id, token_hash, purpose, payload, created, expires) VALUES ({}, {}, {}, {}, {}, {})",
        [
            (
                new_id(),
                row["token_hash"],
                PURPOSE,
                msgspec.json.encode({"invitation": str(row["id"]), "organisation": str(row["organisation"])}).decode(),
                row["asked"],
                row["shared_until"] or row["expires"],
            )
            for row in rows
        ],
    )
