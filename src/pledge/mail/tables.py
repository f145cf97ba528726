"""The outbox table."""

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Outbox(Table, tablename="outbox"):
    """One e-mail to one recipient, and how far its delivery has come. A ``fleeting`` one goes when it is sent."""

    id = UUID(primary_key=True)
    recipient = Varchar(length=320)
    subject = Varchar(length=200)
    reply_to = Varchar(length=254)
    body = Text()
    calendar = Text()
    calendar_method = Varchar(length=10)
    dedupe = Varchar(length=120, null=True, default=None)
    state = Varchar(length=10)
    run_after = Timestamptz(default=None)
    lease_until = Timestamptz(null=True, default=None)
    attempts = Integer()
    error = Varchar(length=500)
    created = Timestamptz(default=None)
    sent = Timestamptz(null=True, default=None)
    fleeting = Boolean(default=False)
