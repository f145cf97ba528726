"""Whose turn it is: files of one firm are imported one after another, in the order in which they were confirmed.

Everything runs in the current unit.
"""

from uuid import UUID

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers import uploads
from pledge.suppliers.uploads import Upload


async def begin(within: OrganisationScope, upload: UUID) -> Upload | None:
    """Begin or go on with the import of a file and return it; None when it is not its turn, or was removed.

    Then whoever's turn it is gets a job, unless a file is being imported (the next one follows when that is over).
    """
    found = await uploads.begin(within, upload)
    if found is None and not await sql.row(
        "SELECT id FROM upload WHERE organisation = {} AND state = 'importing'", within.organisation
    ):
        await uploads.next_in_line(within)
    return found


async def before(within: OrganisationScope, upload: UUID) -> list[str]:
    """Return the names of the firm's files that come before a confirmed one, the first in line first."""
    rows = await sql.rows(
        "SELECT other.name FROM upload this JOIN upload other ON other.organisation = this.organisation "
        "WHERE this.organisation = {} AND this.id = {} AND this.state = 'confirmed' AND (other.state = 'importing' "
        "OR (other.state = 'confirmed' AND (other.confirmed, other.id) < (this.confirmed, this.id))) "
        "ORDER BY other.state DESC, other.confirmed, other.id",  # importing, then confirmed
        within.organisation,
        upload,
    )
    return [row["name"] for row in rows]
