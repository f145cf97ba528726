"""The tables of the pledge. What each column holds is said once, here."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class PublishedText(Table, tablename="pledge_text"):
    """A published pledge: its file's text as it was, for ever."""

    version = Varchar(length=20, primary_key=True)
    sha256 = Varchar(length=64)
    text = Text()
    published = Timestamptz(default=None)


class Signature(Table, tablename="signature"):
    """One signing of one version. It is live until it is withdrawn, renewed or removed (``ending``); all are kept.

    ``name`` and ``role`` (in words) are the signer's; ``consents`` a JSON array of what was agreed to. It is current
    through the day ``expires_on``. ``status`` is what the register shows, ``status_since`` the day it became so;
    ``reminders`` how many of the text's reminder days have been dealt with. ``listed_as`` is the organisation's name in
    small letters, which the register goes by; triggers keep it so. ``keeping`` is a Progress
    (``pledge.pledges.standing``) as JSON, "" until it has been worked out, last on the day ``keeping_on``.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    version = Varchar(length=20)
    person = UUID(null=True, default=None)
    name = Varchar(length=200)
    role = Varchar(length=60)
    name_public = Boolean(default=False)
    consents = Text()
    signed = Timestamptz(default=None)
    signed_on = Date(default=None)
    expires_on = Date(default=None)
    status = Varchar(length=20)
    status_since = Date(default=None)
    reminders = Integer()
    ended = Timestamptz(null=True, default=None)
    ended_on = Date(null=True, default=None)
    ended_by = UUID(null=True, default=None)
    ending = Varchar(length=20)
    listed_as = Text()
    keeping = Text()
    keeping_on = Date(null=True, default=None)
