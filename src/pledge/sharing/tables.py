"""The tables of sharing reports. What each column holds is said once, here."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class ReportShare(Table, tablename="report_share"):
    """A report that an organisation shows to whoever has its link.

    ``recipient``: for whom, in its own words, which nobody else sees. ``content`` is JSON (``shared.Shared``), exactly
    what was agreed to; "" once it is over. ``until`` is the last day (Europe/London); ``withdrawn``: since when it is
    taken back. ``token_hash`` is that of the code in the newest link. ``to_partnership``:
    the partnership's staff may read it too.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    assessment = UUID()
    recipient = Varchar(length=200)
    kind = Varchar(length=10)
    token_hash = Varchar(length=64, unique=True)
    content = Text()
    shared = Timestamptz(default=None)
    shared_by = UUID(null=True, default=None)
    until = Date(default=None)
    to_partnership = Boolean()
    withdrawn = Timestamptz(null=True, default=None)


class ReportShareLook(Table, tablename="report_share_look"):
    """How often a share was opened on a day (Europe/London). Nothing is kept of who it was.

    The key is (share, day).
    """

    share = UUID(primary_key=True)
    organisation = UUID()
    day = Date(default=None)
    looks = Integer()


class KeptShare(Table, tablename="kept_share"):
    """A share that an organisation keeps in its list of what others showed it, with a note of its own.

    ``firm``: the name of whoever shares it, as it was shown then.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    share = UUID()
    firm = Varchar(length=200)
    note = Varchar(length=2000)
    kept = Timestamptz(default=None)
    kept_by = UUID(null=True, default=None)
