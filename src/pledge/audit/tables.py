"""The audit log's table."""

from piccolo.columns import UUID, BigInt, Text, Timestamptz, Varchar
from piccolo.table import Table


class AuditEntry(Table, tablename="audit_entry"):
    """One state change: who did what to what, and where it stands in the chain once it is sealed."""

    id = UUID(primary_key=True)
    at = Timestamptz(default=None)
    person = UUID(null=True, default=None)
    organisation = UUID(null=True, default=None)
    action = Varchar(length=60)
    subject = Varchar(length=120)
    details = Text()
    position = BigInt(null=True, default=None)
    hash = Varchar(length=64, null=True, default=None)
