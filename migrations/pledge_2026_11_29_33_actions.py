"""Actions: what each gap of a report asks a firm to do, how far it has come, and who changed what."""

import json

from pledge.database import clock, migrating, sql
from pledge.database.ids import new_id

ID = "pledge_2026_11_29_33_actions"

STATEMENTS = (
    # ``member`` alone refers to the membership: when that ends the row stays, and is nobody's (as of assignments)
    """
    CREATE TABLE action (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        assessment UUID NOT NULL,
        questionnaire VARCHAR(60) NOT NULL,
        question VARCHAR(60) NOT NULL,
        what TEXT NOT NULL CHECK (what <> ''),
        why TEXT NOT NULL,
        flag VARCHAR(20) NOT NULL CHECK (flag IN ('', 'act_first', 'check_first', 'foundation')),
        priority INTEGER NOT NULL CHECK (priority >= 0),
        place INTEGER NOT NULL CHECK (place >= 0),
        due DATE NOT NULL,
        member UUID REFERENCES membership (id) ON DELETE SET NULL,
        status VARCHAR(10) NOT NULL CHECK (status IN ('todo', 'doing', 'done', 'not_now')),
        reason VARCHAR(500) NOT NULL,
        note TEXT NOT NULL,
        made TIMESTAMPTZ NOT NULL,
        closed TIMESTAMPTZ,
        closed_by VARCHAR(10) NOT NULL CHECK (closed_by IN ('', 'people', 'answer', 'not_asked')),
        told INTEGER NOT NULL CHECK (told BETWEEN 0 AND 3),
        revision INTEGER NOT NULL CHECK (revision > 0),
        UNIQUE (organisation, id),
        CHECK (status <> 'not_now' OR reason <> ''),
        CHECK ((status = 'done') = (closed IS NOT NULL)),
        CHECK ((status = 'done') = (closed_by <> '')),
        FOREIGN KEY (organisation, assessment) REFERENCES assessment (organisation, id) ON DELETE CASCADE
    )
    """,
    # one action for each question, for ever: a gap that comes back opens it again, with its history
    "CREATE UNIQUE INDEX action_question ON action (organisation, questionnaire, question)",
    "CREATE INDEX action_assessment ON action (organisation, assessment)",
    "CREATE INDEX action_member ON action (member)",
    "CREATE INDEX action_due ON action (due) WHERE status IN ('todo', 'doing') AND told < 3",
    """
    CREATE TABLE action_change (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        action UUID NOT NULL,
        at TIMESTAMPTZ NOT NULL,
        person UUID REFERENCES person (id) ON DELETE SET NULL,
        kind VARCHAR(20) NOT NULL CHECK (kind <> ''),
        status VARCHAR(10) NOT NULL CHECK (status IN ('', 'todo', 'doing', 'done', 'not_now')),
        due DATE,
        given BOOLEAN NOT NULL,
        member UUID REFERENCES membership (id) ON DELETE SET NULL,
        noted BOOLEAN NOT NULL,
        FOREIGN KEY (organisation, action) REFERENCES action (organisation, id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE action_silence (
        member UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL,
        since TIMESTAMPTZ NOT NULL,
        FOREIGN KEY (organisation, member) REFERENCES membership (organisation, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX action_silence_organisation ON action_silence (organisation, member)",
    "CREATE INDEX action_change_of ON action_change (organisation, action, at)",
    "CREATE INDEX action_change_person ON action_change (person)",
    "CREATE INDEX action_change_member ON action_change (member)",
)


async def forwards() -> None:
    """Create the tables, and let the worker make the actions of the reports that there are."""
    await migrating.run(STATEMENTS)
    now = clock.now()
    reports = await sql.rows("SELECT organisation, id FROM assessment WHERE latest")
    await sql.many(
        "INSERT INTO job (id, kind, payload, dedupe, state, run_after, attempts, error, created) "
        "VALUES ({}, 'actions.make', {}, {}, 'waiting', {}, 0, '', {})",
        [
            (
                new_id(),
                json.dumps({"organisation": str(row["organisation"]), "assessment": str(row["id"])}),
                f"actions:{row['id']}",
                now,
                now,
            )
            for row in reports
        ],
    )
