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
        created TIMESTAMPTZ NOT NULL,
        updated TIMESTAMPTZ NOT NULL,
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
    CREATE TABLE answer_event (
        organisation UUID NOT NULL,
        assessment UUID NOT NULL,
        question VARCHAR(60) NOT NULL,
        revision INTEGER NOT NULL,
        person UUID,
        at TIMESTAMPTZ NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        PRIMARY KEY (assessment, question, revision),
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


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
