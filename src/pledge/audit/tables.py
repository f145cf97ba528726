"""The audit log's tables."""

from piccolo.columns import UUID, BigInt, Text, Timestamptz, Varchar
from piccolo.table import Table


class AuditSubject(Table, tablename="audit_subject"):
    """Which person a pseudonym of the log is. When this row goes, its entries are nobody's, and the chain holds."""

    person = UUID(primary_key=True)
    pseudonym = UUID(unique=True)


class AuditEntry(Table, tablename="audit_entry"):
    """One state change: who (a pseudonym) did what to what, and where it stands in the chain once it is sealed."""

    id = UUID(primary_key=True)
    at = Timestamptz(default=None)
    person = UUID(null=True, default=None)
    organisation = UUID(null=True, default=None)
    action = Varchar(length=60)
    subject = Varchar(length=120)
    details = Text()
    position = BigInt(null=True, default=None)
    hash = Varchar(length=64, null=True, default=None)
