"""The tables of complaints, and of calls that people ask for."""

from piccolo.columns import UUID, Date, Text, Timestamptz, Varchar
from piccolo.table import Table


class Complaint(Table, tablename="complaint"):
    """A complaint about personal data. ``email`` or ``reach`` (a number, an address) may be "", but not both.

    ``answer_by`` is the last day of the time that the law gives; ``answered`` when staff marked it as answered.
    """

    id = UUID(primary_key=True)
    name = Varchar(length=200)
    email = Varchar(length=254)
    reach = Varchar(length=300)
    text = Text()
    received = Timestamptz(default=None)
    answer_by = Date(default=None)
    answered = Timestamptz(null=True, default=None)
    answered_by = UUID(null=True, default=None)


class CallRequest(Table, tablename="call_request"):
    """A call that somebody asked for. ``person`` is None for a visitor; ``best_time`` and ``firm`` may be "".

    ``outcome`` is "" while it waits, then a key of ``calls.OUTCOMES``, since ``closed`` and by ``closed_by`` (staff).
    """

    id = UUID(primary_key=True)
    person = UUID(null=True, default=None)
    name = Varchar(length=100)
    phone = Varchar(length=40)
    best_time = Varchar(length=100)
    firm = Varchar(length=200)
    asked = Timestamptz(default=None)
    outcome = Varchar(length=10)
    closed = Timestamptz(null=True, default=None)
    closed_by = UUID(null=True, default=None)
