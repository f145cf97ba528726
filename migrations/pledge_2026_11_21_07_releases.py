"""Releases: dated, fixed tables of grouped figures, and which firms each of them counted."""

from pledge.database import migrating

ID = "pledge_2026_11_21_07_releases"

STATEMENTS = (
    """
    CREATE TABLE release (
        id UUID NOT NULL PRIMARY KEY,
        day DATE NOT NULL UNIQUE,
        created TIMESTAMPTZ NOT NULL,
        counted CHAR(64) NOT NULL
    )
    """,
    """
    CREATE TABLE release_table (
        release UUID NOT NULL REFERENCES release (id),
        id VARCHAR(80) NOT NULL,
        series VARCHAR(60) NOT NULL,
        dimension VARCHAR(10) NOT NULL CHECK (dimension IN ('total', 'sector', 'size', 'area')),
        title VARCHAR(200) NOT NULL,
        versions VARCHAR(200) NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (release, id)
    )
    """,
    # what is not shown is not here either: not to be read, and not to be shown by mistake
    """
    CREATE TABLE release_cell (
        release UUID NOT NULL,
        table_id VARCHAR(80) NOT NULL,
        row_key VARCHAR(40) NOT NULL,
        row_label VARCHAR(200) NOT NULL,
        measure VARCHAR(80) NOT NULL,
        measure_label VARCHAR(200) NOT NULL,
        position INTEGER NOT NULL,
        unit VARCHAR(12) NOT NULL CHECK (unit IN ('firms', 'basis_points')),
        shown BOOLEAN NOT NULL,
        reason VARCHAR(10) NOT NULL CHECK (reason IN ('', 'few', 'protects')),
        firms INTEGER CHECK (firms >= 5),
        value INTEGER CHECK (value >= 0 AND (unit <> 'basis_points' OR value <= 10000)),
        as_of DATE,
        PRIMARY KEY (release, table_id, row_key, measure),
        FOREIGN KEY (release, table_id) REFERENCES release_table (release, id),
        CHECK (shown = (reason = '')),
        CHECK (shown = (firms IS NOT NULL) AND shown = (value IS NOT NULL) AND shown = (as_of IS NOT NULL))
    )
    """,
    # The firm stays after the organisation is gone, as an id that nothing else has: figures that counted it stand,
    # and what may be published beside them is worked out from who was counted.
    """
    CREATE TABLE release_contributor (
        release UUID NOT NULL REFERENCES release (id),
        series VARCHAR(60) NOT NULL,
        firm UUID NOT NULL,
        counted UUID NOT NULL,
        sector VARCHAR(1) NOT NULL,
        headcount_band VARCHAR(10) NOT NULL,
        area VARCHAR(40) NOT NULL,
        PRIMARY KEY (release, series, firm)
    )
    """,
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
