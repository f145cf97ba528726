"""The table of complaints."""

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
