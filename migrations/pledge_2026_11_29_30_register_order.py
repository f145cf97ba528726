"""The order of the register: each signature has the name that it is listed by, so that one index finds a page."""

from pledge.database import migrating

ID = "pledge_2026_11_29_30_register_order"

STATEMENTS = (
    "ALTER TABLE signature ADD COLUMN listed_as TEXT NOT NULL DEFAULT ''",
    "UPDATE signature SET listed_as = (SELECT lower(o.name) FROM organisation o WHERE o.id = signature.organisation)",
    # with all that a page, and how many there are, are found by
    "CREATE INDEX signature_listed ON signature (listed_as, organisation, expires_on, ended) WHERE ended IS NULL",
)

# The database itself keeps the name the same as the organisation's, whoever signs or changes it.
SQLITE = (
    """
    CREATE TRIGGER signature_named AFTER INSERT ON signature
    BEGIN
        UPDATE signature SET listed_as = (SELECT lower(o.name) FROM organisation o WHERE o.id = NEW.organisation)
        WHERE id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER organisation_renamed AFTER UPDATE OF name ON organisation WHEN NEW.name <> OLD.name
    BEGIN
        UPDATE signature SET listed_as = lower(NEW.name) WHERE organisation = NEW.id;
    END
    """,
)
POSTGRES = (
    """
    CREATE FUNCTION signature_named() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.listed_as := (SELECT lower(o.name) FROM organisation o WHERE o.id = NEW.organisation);
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER signature_named BEFORE INSERT ON signature
    FOR EACH ROW EXECUTE FUNCTION signature_named()
    """,
    """
    CREATE FUNCTION organisation_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE signature SET listed_as = lower(NEW.name) WHERE organisation = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER organisation_renamed AFTER UPDATE OF name ON organisation
    FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION organisation_renamed()
    """,
)


async def forwards() -> None:
    """Add the column, fill it, and keep it filled."""
    await migrating.run(STATEMENTS)
    await migrating.run_for(sqlite=SQLITE, postgres=POSTGRES)
