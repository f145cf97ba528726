"""Suppliers that may be one: what files know them by, open questions, and what members decided."""

from pledge.database import migrating

ID = "pledge_2026_11_22_15_matching"

STATEMENTS = (
    # In place of supplier_alias, which knew a name and a country only: its rows move here.
    """
    CREATE TABLE supplier_mark (
        organisation UUID NOT NULL,
        supplier UUID NOT NULL,
        name_key VARCHAR(200) NOT NULL,
        mark TEXT NOT NULL,
        PRIMARY KEY (organisation, supplier, mark),
        FOREIGN KEY (organisation, supplier) REFERENCES supplier (organisation, id) ON DELETE CASCADE
    )
    """,
    """
    INSERT INTO supplier_mark (organisation, supplier, name_key, mark)
    SELECT organisation, supplier, name_key, name_key || '|' || country || '||||' FROM supplier_alias
    """,
    "DROP TABLE supplier_alias",
    # One row for two suppliers: the lower id first. Only open questions are here.
    """
    CREATE TABLE match_question (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        supplier UUID NOT NULL,
        other UUID NOT NULL,
        company_number VARCHAR(8),
        likeness INTEGER NOT NULL,
        asked TIMESTAMPTZ NOT NULL,
        UNIQUE (organisation, id),
        UNIQUE (organisation, supplier, other),
        CHECK (supplier <> other),
        FOREIGN KEY (organisation, supplier) REFERENCES supplier (organisation, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation, other) REFERENCES supplier (organisation, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX match_question_other ON match_question (organisation, other)",
    "CREATE INDEX match_question_likeliest ON match_question (organisation, likeness)",
    # It outlives the suppliers: their marks say which ones were meant.
    """
    CREATE TABLE match_difference (
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        supplier UUID NOT NULL,
        other UUID NOT NULL,
        mark TEXT NOT NULL,
        other_mark TEXT NOT NULL,
        decided TIMESTAMPTZ NOT NULL,
        decided_by UUID,
        PRIMARY KEY (organisation, supplier, other),
        CHECK (supplier <> other)
    )
    """,
    """
    CREATE TABLE supplier_merge (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        supplier UUID NOT NULL,
        gone UUID NOT NULL,
        place INTEGER NOT NULL CHECK (place >= 1),
        through UUID,
        later VARCHAR(10) NOT NULL CHECK (later IN ('kept', 'gone', 'together')),
        kept_was TEXT NOT NULL,
        gone_was TEXT NOT NULL,
        links TEXT NOT NULL,
        questions TEXT NOT NULL,
        merged TIMESTAMPTZ NOT NULL,
        merged_by UUID,
        UNIQUE (organisation, id),
        UNIQUE (organisation, gone),
        CHECK (supplier <> gone),
        FOREIGN KEY (organisation, supplier) REFERENCES supplier (organisation, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation, through) REFERENCES supplier_merge (organisation, id)
    )
    """,
    "CREATE INDEX supplier_merge_kept ON supplier_merge (organisation, supplier, place)",
    "CREATE INDEX supplier_merge_through ON supplier_merge (organisation, through)",
    "ALTER TABLE upload ADD COLUMN next_paired INTEGER CHECK (next_paired >= 0)",
    "ALTER TABLE upload ADD COLUMN pairs_left_out INTEGER NOT NULL DEFAULT 0 CHECK (pairs_left_out >= 0)",
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
