"""Limits, idempotency, background work, outgoing mail and the audit log: what every domain stands on."""

from pledge.database import migrating

ID = "pledge_2026_11_21_01_foundation"

STATEMENTS = (
    """
    CREATE TABLE installation (
        name VARCHAR(40) NOT NULL PRIMARY KEY,
        value VARCHAR(200) NOT NULL
    )
    """,
    """
    CREATE TABLE throttle (
        name VARCHAR(120) NOT NULL,
        period BIGINT NOT NULL,
        hits INTEGER NOT NULL CHECK (hits > 0),
        expires TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (name, period)
    )
    """,
    "CREATE INDEX throttle_expires ON throttle (expires)",
    """
    CREATE TABLE submission (
        actor VARCHAR(64) NOT NULL,
        form_key VARCHAR(64) NOT NULL,
        location VARCHAR(500) NOT NULL,
        created TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (actor, form_key)
    )
    """,
    "CREATE INDEX submission_created ON submission (created)",
    """
    CREATE TABLE job (
        id UUID NOT NULL PRIMARY KEY,
        kind VARCHAR(60) NOT NULL,
        payload TEXT NOT NULL,
        dedupe VARCHAR(120) UNIQUE,
        state VARCHAR(10) NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
        run_after TIMESTAMPTZ NOT NULL,
        lease_until TIMESTAMPTZ,
        attempts INTEGER NOT NULL CHECK (attempts >= 0),
        error VARCHAR(500) NOT NULL,
        created TIMESTAMPTZ NOT NULL,
        finished TIMESTAMPTZ
    )
    """,
    "CREATE INDEX job_due ON job (run_after) WHERE state IN ('waiting', 'running')",
    """
    CREATE TABLE outbox (
        id UUID NOT NULL PRIMARY KEY,
        recipient VARCHAR(320) NOT NULL,
        subject VARCHAR(200) NOT NULL,
        body TEXT NOT NULL,
        calendar TEXT NOT NULL,
        calendar_method VARCHAR(10) NOT NULL,
        dedupe VARCHAR(120) UNIQUE,
        state VARCHAR(10) NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed')),
        run_after TIMESTAMPTZ NOT NULL,
        lease_until TIMESTAMPTZ,
        attempts INTEGER NOT NULL CHECK (attempts >= 0),
        error VARCHAR(500) NOT NULL,
        created TIMESTAMPTZ NOT NULL,
        sent TIMESTAMPTZ
    )
    """,
    "CREATE INDEX outbox_due ON outbox (run_after) WHERE state IN ('waiting', 'sending')",
    """
    CREATE TABLE audit_entry (
        id UUID NOT NULL PRIMARY KEY,
        at TIMESTAMPTZ NOT NULL,
        person UUID,
        organisation UUID,
        action VARCHAR(60) NOT NULL,
        subject VARCHAR(120) NOT NULL,
        details TEXT NOT NULL,
        position BIGINT UNIQUE CHECK (position > 0),
        hash CHAR(64),
        CHECK ((position IS NULL) = (hash IS NULL))
    )
    """,
    "CREATE INDEX audit_entry_unsealed ON audit_entry (at) WHERE position IS NULL",
    "CREATE INDEX audit_entry_organisation ON audit_entry (organisation, at)",
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
