"""Pages about a form that failed, kept for some minutes so that a browser can come back to them."""

from pledge.database import migrating, walls

ID = "pledge_2026_11_28_21_kept_pages"

STATEMENTS = (
    # Whose a page is, the browser alone can prove: here is a hash of its key, and what only that key opens.
    """
    CREATE TABLE kept_page (
        id UUID NOT NULL PRIMARY KEY,
        browser VARCHAR(64) NOT NULL,
        content BYTEA NOT NULL,
        created TIMESTAMPTZ NOT NULL
    )
    """,
    "CREATE INDEX kept_page_browser ON kept_page (browser, created)",
    "CREATE INDEX kept_page_created ON kept_page (created)",
)


async def forwards() -> None:
    """Create the table."""
    await migrating.run(STATEMENTS)
    await walls.close("kept_page")
