"""Published questionnaire versions; an organisation's assessments, their answers, and the facts of submitted ones."""

from pledge.database import migrating

ID = "pledge_2026_11_21_03_assessments"

STATEMENTS = (
    """
    CREATE TABLE questionnaire_version (
        questionnaire VARCHAR(60) NOT NULL,
        version VARCHAR(20) NOT NULL,
        sha256 CHAR(64) NOT NULL,
        text TEXT NOT NULL,
        published TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (questionnaire, version)
    )
    """,
    """
    CREATE TABLE assessment (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        questionnaire VARCHAR(60) NOT NULL,
        version VARCHAR(20) NOT NULL,
        status VARCHAR(10) NOT NULL CHECK (status IN ('draft', 'submitted')),
        latest BOOLEAN NOT NULL,
        revision INTEGER NOT NULL CHECK (revision >= 0),
        answers TEXT NOT NULL,
        change TEXT NOT NULL,
        created TIMESTAMPTZ NOT NULL,
        updated TIMESTAMPTZ NOT NULL,
        updated_by UUID,
        submitted TIMESTAMPTZ,
        submitted_by UUID,
        submitted_on DATE,
        profile TEXT NOT NULL,
        result TEXT NOT NULL,
        score INTEGER CHECK (score BETWEEN 0 AND 10000),
        headline VARCHAR(20) NOT NULL,
        sector VARCHAR(1) NOT NULL,
        headcount_band VARCHAR(10) NOT NULL,
        district VARCHAR(40) NOT NULL,
        area VARCHAR(40) NOT NULL,
        UNIQUE (organisation, id),
        FOREIGN KEY (questionnaire, version) REFERENCES questionnaire_version (questionnaire, version),
        CHECK ((status = 'submitted') = (submitted IS NOT NULL)),
        CHECK (status = 'submitted' OR NOT latest)
    )
    """,
    # one draft and one latest result for each questionnaire of an organisation, whatever two tabs do
    "CREATE UNIQUE INDEX assessment_draft ON assessment (organisation, questionnaire) WHERE status = 'draft'",
    "CREATE UNIQUE INDEX assessment_latest ON assessment (organisation, questionnaire) WHERE latest",
    """
    CREATE TABLE answer_change (
        organisation UUID NOT NULL,
        assessment UUID NOT NULL,
        revision INTEGER NOT NULL CHECK (revision > 0),
        person UUID,
        at TIMESTAMPTZ NOT NULL,
        change TEXT NOT NULL,
        PRIMARY KEY (assessment, revision),
        FOREIGN KEY (organisation, assessment) REFERENCES assessment (organisation, id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE answer_note (
        organisation UUID NOT NULL,
        assessment UUID NOT NULL,
        question VARCHAR(60) NOT NULL,
        text TEXT NOT NULL,
        person UUID,
        updated TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (assessment, question),
        FOREIGN KEY (organisation, assessment) REFERENCES assessment (organisation, id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE answer_fact (
        organisation UUID NOT NULL,
        assessment UUID NOT NULL,
        question VARCHAR(60) NOT NULL,
        section VARCHAR(60) NOT NULL,
        state VARCHAR(20) NOT NULL CHECK (state IN ('answered', 'dont_know', 'not_applicable')),
        points INTEGER CHECK (points BETWEEN 0 AND 4),
        weight INTEGER NOT NULL CHECK (weight > 0),
        target INTEGER NOT NULL CHECK (target BETWEEN 0 AND 4),
        flag VARCHAR(20) NOT NULL,
        PRIMARY KEY (assessment, question),
        FOREIGN KEY (organisation, assessment) REFERENCES assessment (organisation, id) ON DELETE CASCADE,
        CHECK ((state = 'not_applicable') = (points IS NULL))
    )
    """,
    """
    CREATE TABLE section_fact (
        organisation UUID NOT NULL,
        assessment UUID NOT NULL,
        section VARCHAR(60) NOT NULL,
        weighted_points INTEGER NOT NULL CHECK (weighted_points >= 0),
        weighted_max INTEGER NOT NULL CHECK (weighted_max >= weighted_points),
        score INTEGER CHECK (score BETWEEN 0 AND 10000),
        PRIMARY KEY (assessment, section),
        FOREIGN KEY (organisation, assessment) REFERENCES assessment (organisation, id) ON DELETE CASCADE
    )
    """,
)


# Saving answers is one statement; the database itself writes its history and its audit entry (docs/decisions/0002).
AUDIT_SQLITE = (
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
            NEW.updated, NEW.updated_by, NEW.organisation, 'answers.saved', NEW.id, '{}'
        );
    END
    """,
)
AUDIT_POSTGRES = (
    """
    CREATE FUNCTION assessment_saved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO answer_change (organisation, assessment, revision, person, at, change)
        VALUES (NEW.organisation, NEW.id, NEW.revision, NEW.updated_by, NEW.updated, NEW.change);
        INSERT INTO audit_entry (id, at, person, organisation, action, subject, details)
        VALUES (gen_random_uuid(), NEW.updated, NEW.updated_by, NEW.organisation, 'answers.saved', NEW.id::text, '{}');
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER assessment_saved AFTER UPDATE OF answers ON assessment
    FOR EACH ROW WHEN (NEW.revision <> OLD.revision) EXECUTE FUNCTION assessment_saved()
    """,
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
    await migrating.run_for(sqlite=AUDIT_SQLITE, postgres=AUDIT_POSTGRES)
