"""Fixing rows, sending a file back, and what a file changed: where a row came from, who is off the list."""

from pledge.database import migrating

ID = "pledge_2026_11_22_16_fixing"

STATEMENTS = (
    # Of files that were read before this, what they added and changed is not known: NULL.
    "ALTER TABLE upload ADD COLUMN parent UUID",
    "ALTER TABLE upload ADD COLUMN added INTEGER CHECK (added >= 0)",
    "ALTER TABLE upload ADD COLUMN changed INTEGER CHECK (changed >= 0)",
    """
    ALTER TABLE upload_row ADD COLUMN settled VARCHAR(10) NOT NULL DEFAULT ''
        CHECK (settled IN ('', 'fixed', 'left-out', 'replaced'))
    """,
    "ALTER TABLE upload_row ADD COLUMN origin VARCHAR(20)",
    """
    ALTER TABLE upload_supplier ADD COLUMN change VARCHAR(10) NOT NULL DEFAULT 'unchanged'
        CHECK (change IN ('new', 'changed', 'unchanged'))
    """,
    "ALTER TABLE upload_supplier ADD COLUMN differences TEXT NOT NULL DEFAULT ''",
    # Which files name a supplier; without it, deleting one looks through everybody's.
    "CREATE INDEX upload_supplier_of ON upload_supplier (organisation, supplier)",
    "ALTER TABLE supplier ADD COLUMN edited TIMESTAMPTZ",
    "ALTER TABLE supplier ADD COLUMN off_list TIMESTAMPTZ",
    "ALTER TABLE supplier ADD COLUMN off_list_upload UUID",
    "CREATE INDEX supplier_off_list ON supplier (off_list) WHERE off_list IS NOT NULL",
    # the list is of those that are on it
    "DROP INDEX supplier_listed",
    """
    CREATE INDEX supplier_listed ON supplier (
        organisation,
        (CASE level WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END),
        (COALESCE(spend, 0)) DESC,
        name_key,
        id
    ) WHERE off_list IS NULL
    """,
    "DROP INDEX supplier_listed_goods",
    "CREATE INDEX supplier_listed_goods ON supplier (organisation) WHERE listed_goods AND off_list IS NULL",
)


async def forwards() -> None:
    """Add the columns."""
    await migrating.run(STATEMENTS)
