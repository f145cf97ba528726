"""Supplier lists: the files that firms send, their rows and what is wrong with them; and the suppliers they name."""

from pledge.database import migrating

ID = "pledge_2026_11_21_06_suppliers"

STATEMENTS = (
    """
    CREATE TABLE upload (
        id UUID NOT NULL PRIMARY KEY,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        sha256 CHAR(64) NOT NULL,
        size INTEGER NOT NULL CHECK (size > 0),
        name VARCHAR(200) NOT NULL CHECK (name <> ''),
        format VARCHAR(10) NOT NULL CHECK (format IN ('xlsx', 'xlsm', 'xlsb', 'xls', 'ods', 'csv')),
        state VARCHAR(10) NOT NULL
            CHECK (state IN ('received', 'outlined', 'confirmed', 'importing', 'done', 'refused', 'failed')),
        refusal VARCHAR(40) NOT NULL,
        message TEXT NOT NULL,
        uploaded TIMESTAMPTZ NOT NULL,
        uploaded_by UUID,
        confirmed TIMESTAMPTZ,
        confirmed_by UUID,
        finished TIMESTAMPTZ,
        forgotten TIMESTAMPTZ,
        outline TEXT NOT NULL,
        plan TEXT NOT NULL,
        next_sheet INTEGER NOT NULL CHECK (next_sheet >= 0),
        next_row INTEGER NOT NULL CHECK (next_row >= 1),
        next_supplier INTEGER CHECK (next_supplier >= 0),
        rows_read INTEGER NOT NULL CHECK (rows_read >= 0),
        accepted INTEGER NOT NULL CHECK (accepted >= 0),
        rejected INTEGER NOT NULL CHECK (rejected >= 0),
        suppliers INTEGER NOT NULL CHECK (suppliers >= 0 AND suppliers <= accepted),
        problems TEXT NOT NULL,
        UNIQUE (organisation, id),
        UNIQUE (organisation, sha256),
        CHECK ((state = 'refused') = (refusal <> '')),
        CHECK ((state = 'done') = (finished IS NOT NULL)),
        CHECK (state NOT IN ('confirmed', 'importing', 'done') OR plan <> ''),
        CHECK (next_supplier IS NULL OR next_supplier <= suppliers),
        CHECK (state <> 'done' OR next_supplier = suppliers)
    )
    """,
    # an organisation's files are imported one after another, whatever several workers do
    "CREATE UNIQUE INDEX upload_importing ON upload (organisation) WHERE state = 'importing'",
    "CREATE INDEX upload_newest ON upload (organisation, uploaded)",
    "CREATE INDEX upload_kept ON upload (uploaded) WHERE forgotten IS NULL",
    """
    CREATE TABLE upload_chunk (
        organisation UUID NOT NULL,
        upload UUID NOT NULL,
        place INTEGER NOT NULL CHECK (place >= 0),
        data BYTEA NOT NULL,
        PRIMARY KEY (upload, place),
        FOREIGN KEY (organisation, upload) REFERENCES upload (organisation, id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE upload_row (
        organisation UUID NOT NULL,
        upload UUID NOT NULL,
        sheet INTEGER NOT NULL CHECK (sheet >= 0),
        number INTEGER NOT NULL CHECK (number >= 1),
        status VARCHAR(10) NOT NULL CHECK (status IN ('accepted', 'rejected')),
        supplier_number INTEGER CHECK (supplier_number >= 0),
        content TEXT NOT NULL,
        hash CHAR(32) NOT NULL,
        PRIMARY KEY (upload, sheet, number),
        FOREIGN KEY (organisation, upload) REFERENCES upload (organisation, id) ON DELETE CASCADE,
        CHECK ((status = 'accepted') = (supplier_number IS NOT NULL))
    )
    """,
    "CREATE INDEX upload_row_supplier ON upload_row (upload, supplier_number, sheet, number)",
    """
    CREATE TABLE upload_issue (
        organisation UUID NOT NULL,
        upload UUID NOT NULL,
        severity VARCHAR(10) NOT NULL CHECK (severity IN ('reject', 'warn', 'mended')),
        sheet INTEGER NOT NULL CHECK (sheet >= 0),
        number INTEGER NOT NULL CHECK (number >= 1),
        place INTEGER NOT NULL CHECK (place >= 0),
        code VARCHAR(40) NOT NULL,
        value TEXT NOT NULL,
        message TEXT NOT NULL,
        fix TEXT NOT NULL,
        PRIMARY KEY (upload, severity, sheet, number, place, code),
        FOREIGN KEY (organisation, upload) REFERENCES upload (organisation, id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE supplier (
        id UUID NOT NULL,
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        revision INTEGER NOT NULL CHECK (revision >= 0),
        name VARCHAR(200) NOT NULL CHECK (name <> ''),
        name_key VARCHAR(200) NOT NULL,
        company_number VARCHAR(8),
        supplies TEXT NOT NULL,
        country_of_supply VARCHAR(2),
        spend BIGINT,
        labour VARCHAR(20) CHECK (labour IN ('employees', 'agency', 'subcontract', 'mixed')),
        on_site BOOLEAN,
        subcontracts BOOLEAN,
        licence_number TEXT,
        town TEXT,
        postcode VARCHAR(20),
        email TEXT,
        website TEXT,
        reference TEXT,
        last_checked DATE,
        owner TEXT,
        words TEXT NOT NULL,
        rows_named INTEGER NOT NULL CHECK (rows_named >= 0),
        first_upload UUID,
        last_upload UUID,
        updated TIMESTAMPTZ NOT NULL,
        updated_by UUID,
        level VARCHAR(10) NOT NULL CHECK (level IN ('high', 'medium', 'unknown', 'low')),
        reasons TEXT NOT NULL,
        listed_goods BOOLEAN NOT NULL,
        risk_version VARCHAR(20) NOT NULL,
        rated TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (organisation, id),
        UNIQUE (organisation, company_number),
        FOREIGN KEY (organisation, first_upload) REFERENCES upload (organisation, id),
        FOREIGN KEY (organisation, last_upload) REFERENCES upload (organisation, id)
    )
    """,
    # the order of the list: what weighs most first, then what costs most
    """
    CREATE INDEX supplier_listed ON supplier (
        organisation,
        (CASE level WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END),
        (COALESCE(spend, 0)) DESC,
        name_key,
        id
    )
    """,
    "CREATE INDEX supplier_listed_goods ON supplier (organisation) WHERE listed_goods",
    """
    CREATE TABLE supplier_alias (
        organisation UUID NOT NULL,
        supplier UUID NOT NULL,
        name_key VARCHAR(200) NOT NULL,
        country VARCHAR(2) NOT NULL,
        PRIMARY KEY (organisation, supplier, name_key, country),
        FOREIGN KEY (organisation, supplier) REFERENCES supplier (organisation, id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE upload_supplier (
        organisation UUID NOT NULL,
        upload UUID NOT NULL,
        number INTEGER NOT NULL CHECK (number >= 0),
        supplier UUID NOT NULL,
        PRIMARY KEY (upload, number),
        FOREIGN KEY (organisation, upload) REFERENCES upload (organisation, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation, supplier) REFERENCES supplier (organisation, id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE saved_columns (
        organisation UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        fingerprint CHAR(64) NOT NULL,
        fields TEXT NOT NULL,
        saved TIMESTAMPTZ NOT NULL,
        saved_by UUID,
        PRIMARY KEY (organisation, fingerprint)
    )
    """,
)


async def forwards() -> None:
    """Create the tables."""
    await migrating.run(STATEMENTS)
