"""The log is append-only: the database itself refuses to change or take away its entries."""

from pledge.database import migrating

ID = "pledge_2026_11_22_13_append_only_log"

STATEMENTS = (
    # finds the entries that say what was forgotten
    "CREATE INDEX audit_entry_forgotten ON audit_entry (at) WHERE action = 'log.forgotten'",
)

# What is allowed on ``audit_entry``: adding an entry without a place in the chain; giving it one, once; and forgetting
# what is old. Old is what the log itself calls old: an entry ``log.forgotten`` must be there first, which names a place
# in the chain; rows up to it may go if they are 729 days older than that entry (24 months are never less than 730 days;
# a day is left for rounding). So nothing goes without a trace in the log. A trigger cannot ask what time it is, because
# Pledge’s clock is not the database’s, and moves in tests and in the demo. Whoever forges such an entry must date it
# years ahead to get at what is young, and there it stands.
#
# This stands between the log and mistakes, or a statement that got in through a hole. Whoever owns the tables can take
# a trigger away; then the hash chain shows it (``pledge audit verify``).
CHANGED = "an entry of the log is never changed"
PLACED = "an entry is added to the log without a place in the chain"
KEPT = "an entry of the log goes only when it is old and the log says so first"

SQLITE = (
    f"""
    CREATE TRIGGER audit_entry_added BEFORE INSERT ON audit_entry
    WHEN NEW.position IS NOT NULL
    BEGIN
        SELECT RAISE(ABORT, '{PLACED}');
    END
    """,
    f"""
    CREATE TRIGGER audit_entry_changed BEFORE UPDATE ON audit_entry
    WHEN OLD.position IS NOT NULL
        OR (NEW.id, NEW.at, NEW.person, NEW.organisation, NEW.action, NEW.subject, NEW.details)
        IS NOT (OLD.id, OLD.at, OLD.person, OLD.organisation, OLD.action, OLD.subject, OLD.details)
    BEGIN
        SELECT RAISE(ABORT, '{CHANGED}');
    END
    """,
    # the newest such entry is looked at first, and mostly allows it
    f"""
    CREATE TRIGGER audit_entry_taken_away BEFORE DELETE ON audit_entry
    WHEN (
        SELECT 1 FROM audit_entry said
        WHERE said.action = 'log.forgotten' AND julianday(OLD.at) <= julianday(said.at) - 729
            AND json_valid(said.details)
            AND OLD.position <= CAST(json_extract(said.details, '$.position') AS INTEGER)
        ORDER BY said.at DESC LIMIT 1
    ) IS NULL
    BEGIN
        SELECT RAISE(ABORT, '{KEPT}');
    END
    """,
)

POSTGRES = (
    """
    CREATE FUNCTION audit_entry_refused() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"""
    CREATE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM audit_entry said
        WHERE said.action = 'log.forgotten' AND OLD.at <= said.at - INTERVAL '729 days'
            AND OLD.position <= substring(said.details FROM '"position":([0-9]{{1,18}})')::bigint
        ORDER BY said.at DESC LIMIT 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END $$
    """,
    f"""
    CREATE TRIGGER audit_entry_added BEFORE INSERT ON audit_entry FOR EACH ROW
    WHEN (NEW.position IS NOT NULL) EXECUTE FUNCTION audit_entry_refused('{PLACED}')
    """,
    f"""
    CREATE TRIGGER audit_entry_changed BEFORE UPDATE ON audit_entry FOR EACH ROW
    WHEN (
        OLD.position IS NOT NULL
        OR (NEW.id, NEW.at, NEW.person, NEW.organisation, NEW.action, NEW.subject, NEW.details)
        IS DISTINCT FROM (OLD.id, OLD.at, OLD.person, OLD.organisation, OLD.action, OLD.subject, OLD.details)
    ) EXECUTE FUNCTION audit_entry_refused('{CHANGED}')
    """,
    """
    CREATE TRIGGER audit_entry_taken_away BEFORE DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_kept()
    """,
    f"""
    CREATE TRIGGER audit_entry_emptied BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT
    EXECUTE FUNCTION audit_entry_refused('{KEPT}')
    """,
)


async def forwards() -> None:
    """Guard the log."""
    await migrating.run(STATEMENTS)
    await migrating.run_for(sqlite=SQLITE, postgres=POSTGRES)
