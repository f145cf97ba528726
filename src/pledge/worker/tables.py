"""The job table."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Job(Table, tablename="job"):
    """A piece of background work, who holds it and until when."""

    id = UUID(primary_key=True)
    kind = Varchar(length=60)
    payload = Text()
    dedupe = Varchar(length=120, null=True, default=None)
    state = Varchar(length=10)
    run_after = Timestamptz(default=None)
    lease_until = Timestamptz(null=True, default=None)
    attempts = Integer()
    error = Varchar(length=500)
    created = Timestamptz(default=None)
    finished = Timestamptz(null=True, default=None)
