"""“Ask us to ring”: who asked the partnership for a call, and what became of it."""

from pledge.database import migrating

ID = "pledge_2026_11_29_25_calls"

STATEMENTS = (
    # No column for an organisation, an answer or a page: staff read this table, and learn nothing else from it.
    """
    CREATE TABLE call_request (
        id UUID NOT NULL PRIMARY KEY,
        person UUID REFERENCES person (id) ON DELETE CASCADE,
        name VARCHAR(100) NOT NULL CHECK (name <> ''),
        phone VARCHAR(40) NOT NULL CHECK (phone <> ''),
        best_time VARCHAR(100) NOT NULL,
        firm VARCHAR(200) NOT NULL,
        asked TIMESTAMPTZ NOT NULL,
        outcome VARCHAR(10) NOT NULL CHECK (outcome IN ('', 'called', 'closed')),
        closed TIMESTAMPTZ,
        closed_by UUID REFERENCES person (id) ON DELETE SET NULL,
        CHECK ((closed IS NULL) = (outcome = '')),
        CHECK (closed IS NOT NULL OR closed_by IS NULL)
    )
    """,
    # somebody who is signed in waits for one call at a time
    "CREATE UNIQUE INDEX call_request_waiting ON call_request (person) WHERE closed IS NULL",
    "CREATE INDEX call_request_person ON call_request (person)",
    "CREATE INDEX call_request_closed_by ON call_request (closed_by)",
    "CREATE INDEX call_request_asked ON call_request (asked)",
)


async def forwards() -> None:
    """Create the table."""
    await migrating.run(STATEMENTS)
