"""Personal data: last sign-in and warning of accounts, pseudonyms in the log, the erasure ledger, complaints."""

from pledge.database import migrating

ID = "pledge_2026_11_22_10_personal_data"

STATEMENTS = (
    "ALTER TABLE person ADD COLUMN signed_in TIMESTAMPTZ",
    "ALTER TABLE person ADD COLUMN warned TIMESTAMPTZ",
    "UPDATE person SET signed_in = (SELECT max(s.created) FROM session s WHERE s.person = person.id)",
    # a message to somebody who is being forgotten: its row goes as soon as it is sent
    "ALTER TABLE outbox ADD COLUMN fleeting BOOLEAN NOT NULL DEFAULT FALSE",
    # Who a person of the log is. Without this row nobody is: erasing it hides them, and the chain still holds.
    """
    CREATE TABLE audit_subject (
        person UUID NOT NULL PRIMARY KEY,
        pseudonym UUID NOT NULL UNIQUE
    )
    """,
    # what was logged so far named the id itself, so that is its pseudonym
    "INSERT INTO audit_subject (person, pseudonym) SELECT id, id FROM person",
    """
    CREATE TABLE erasure (
        id UUID NOT NULL PRIMARY KEY,
        kind VARCHAR(20) NOT NULL CHECK (kind IN ('person', 'organisation')),
        subject_hash CHAR(64) NOT NULL UNIQUE,
        at TIMESTAMPTZ NOT NULL,
        done TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE complaint (
        id UUID NOT NULL PRIMARY KEY,
        name VARCHAR(200) NOT NULL CHECK (name <> ''),
        email VARCHAR(254) NOT NULL,
        reach VARCHAR(300) NOT NULL,
        text TEXT NOT NULL CHECK (text <> ''),
        received TIMESTAMPTZ NOT NULL,
        answer_by DATE NOT NULL,
        answered TIMESTAMPTZ,
        answered_by UUID,
        CHECK (email <> '' OR reach <> '')
    )
    """,
    "CREATE INDEX complaint_open ON complaint (answer_by) WHERE answered IS NULL",
)

# The database logs saved answers itself (docs/decisions/0002); the person it names there is a pseudonym too.
AUDIT_SQLITE = (
    "DROP TRIGGER assessment_saved",
    """
    CREATE TRIGGER assessment_saved AFTER UPDATE OF answers ON assessment
    WHEN NEW.revision <> OLD.revision
    BEGIN
        INSERT INTO answer_change (organisation, assessment, revision, person, at, change)
        VALUES (NEW.organisation, NEW.id, NEW.revision, NEW.updated_by, NEW.updated, NEW.change);
        INSERT INTO audit_entry (id, at, person, organisation, action, subject, details)
        VALUES (
            lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8'
                || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
            NEW.updated, (SELECT pseudonym FROM audit_subject WHERE person = NEW.updated_by), NEW.organisation,
            'answers.saved', NEW.id, '{}'
        );
    END
    """,
)
AUDIT_POSTGRES = (
    """
    CREATE OR REPLACE FUNCTION assessment_saved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO answer_change (organisation, assessment, revision, person, at, change)
        VALUES (NEW.organisation, NEW.id, NEW.revision, NEW.updated_by, NEW.updated, NEW.change);
        INSERT INTO audit_entry (id, at, person, organisation, action, subject, details)
        VALUES (
            gen_random_uuid(), NEW.updated, (SELECT pseudonym FROM audit_subject WHERE person = NEW.updated_by),
            NEW.organisation, 'answers.saved', NEW.id::text, '{}'
        );
        RETURN NULL;
    END $$
    """,
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
    await migrating.run_for(sqlite=AUDIT_SQLITE, postgres=AUDIT_POSTGRES)
