"""Who was asked for which part of an assessment in progress, by whom, and by when."""

from pledge.database import migrating

ID = "pledge_2026_11_29_27_assignments"

STATEMENTS = (
    # ``member`` alone refers to the membership: when that ends the row stays, and is nobody's (SET NULL with the
    # organisation would empty both). That the membership is of the same organisation, ``assigning`` sees to.
    """
    CREATE TABLE assignment (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        assessment UUID NOT NULL,
        section VARCHAR(60) NOT NULL,
        question VARCHAR(60) NOT NULL,
        member UUID REFERENCES membership (id) ON DELETE SET NULL,
        asked_by UUID REFERENCES person (id) ON DELETE SET NULL,
        note VARCHAR(500) NOT NULL,
        due DATE NOT NULL,
        asked TIMESTAMPTZ NOT NULL,
        reminded TIMESTAMPTZ,
        done TIMESTAMPTZ,
        revision INTEGER NOT NULL CHECK (revision > 0),
        UNIQUE (organisation, id),
        FOREIGN KEY (organisation, assessment) REFERENCES assessment (organisation, id) ON DELETE CASCADE
    )
    """,
    # one colleague for each part, whoever asks at the same moment; question '' is the whole section
    "CREATE UNIQUE INDEX assignment_part ON assignment (assessment, section, question)",
    "CREATE INDEX assignment_member ON assignment (member)",
    "CREATE INDEX assignment_asked_by ON assignment (asked_by)",
    "CREATE INDEX assignment_due ON assignment (due) WHERE reminded IS NULL AND done IS NULL",
)


async def forwards() -> None:
    """Create the table."""
    await migrating.run(STATEMENTS)
