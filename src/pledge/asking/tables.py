"""The tables of asking suppliers. What each column holds is said once, here."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class SupplierInvitation(Table, tablename="supplier_invitation"):
    """That an organisation asked one of its suppliers. One row for a supplier: asking afresh takes the place of it.

    ``supplier`` is its id in the list, ``supplier_name`` its name when it was asked. ``email`` is "" when the link was
    given to the member, and once the supplier declined. ``state``: open, withdrawn (by whoever asked) or declined (by
    the supplier), since ``closed``; whether it shares something is said by SupplierShare. ``token_hash`` is that of the
    newest link; ``expires`` is until when it can answer, ``mailed`` when the last e-mail went.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    supplier = UUID()
    supplier_name = Varchar(length=200)
    contact = Varchar(length=200)
    email = Varchar(length=254)
    asked_by = UUID(null=True, default=None)
    token_hash = Varchar(length=64, unique=True)
    state = Varchar(length=10)
    asked = Timestamptz(default=None)
    expires = Timestamptz(default=None)
    closed = Timestamptz(null=True, default=None)
    mailed = Timestamptz(null=True, default=None)


class SupplierAnswer(Table, tablename="supplier_answer"):
    """What a supplier answered so far, for itself. ``answers`` is JSON, question → answer; ``version`` is the quick
    check's. No unit of the firm that asks reaches this table.
    """

    invitation = UUID(primary_key=True)
    version = Varchar(length=20)
    answers = Text()
    revision = Integer()
    updated = Timestamptz(default=None)


class SupplierShare(Table, tablename="supplier_share"):
    """What a supplier shared, with consent: ``content`` is JSON (``summaries.Summary``), exactly what it agreed to.

    ``organisation`` is the firm that asked, ``asker`` its name then; ``giver`` the supplier's own organisation, for a
    report. When it is withdrawn or over, ``ended`` says since when and ``content`` is "". ``looks`` are the days
    (Europe/London) on which members of the firm that asked looked at it, as ISO dates parted by spaces.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    invitation = UUID()
    kind = Varchar(length=10)
    asker = Varchar(length=200)
    giver = UUID(null=True, default=None)
    shared_by = UUID(null=True, default=None)
    content = Text()
    shared = Timestamptz(default=None)
    expires = Timestamptz(default=None)
    ended = Timestamptz(null=True, default=None)
    looks = Text()


class AskRefusal(Table, tablename="ask_refusal"):
    """An address whose owner does not want to be asked by anybody here: a hash of it."""

    email_hash = Varchar(length=64, primary_key=True)
    refused = Timestamptz(default=None)
