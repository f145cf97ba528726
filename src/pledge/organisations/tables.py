"""The tables of organisations, their members, and the bodies that organise events."""

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from pledge.accounts.tables import Person


class Organisation(Table, tablename="organisation"):
    """A business, charity or public body, with its profile. Lists are JSON arrays; "" or NULL is not given yet.

    ``listed_goods`` is a fact from the supplier list, not asked: some goods are on the list of goods at risk.
    """

    id = UUID(primary_key=True)
    name = Varchar(length=200)
    created = Timestamptz(default=None)
    kind = Varchar(length=20)
    postcode = Varchar(length=8)
    district = Varchar(length=40)
    area = Varchar(length=40)
    sector = Varchar(length=1)
    risk_sectors = Text(default="[]")
    headcount_band = Varchar(length=10)
    turnover_36m = Boolean(null=True, default=None)
    labour = Text(default="[]")
    outside_work = Text(default="[]")
    goods_abroad = Boolean(null=True, default=None)
    goods_bought = Text(default="[]")
    listed_goods = Boolean(default=False)
    profiled = Timestamptz(null=True, default=None)


class Membership(Table, tablename="membership"):
    """A person in an organisation, as owner, contributor or viewer."""

    id = UUID(primary_key=True)
    organisation = ForeignKey(Organisation, null=False)
    person = ForeignKey(Person, null=False)
    role = Varchar(length=20)
    created = Timestamptz(default=None)


class Invitation(Table, tablename="invitation"):
    """A colleague who was asked to join and has not answered. ``sendings``: only the newest of its e-mails works."""

    id = UUID(primary_key=True)
    organisation = ForeignKey(Organisation, null=False)
    email = Varchar(length=254)
    email_key = Varchar(length=254)
    role = Varchar(length=20)
    invited_by = ForeignKey(Person, null=False)
    sendings = Integer(default=1)
    sent = Timestamptz(default=None)
    expires = Timestamptz(default=None)


class Organiser(Table, tablename="organiser"):
    """A body that organises events: a chamber, the partnership, or another."""

    id = UUID(primary_key=True)
    name = Varchar(length=200)
    kind = Varchar(length=20)
    email = Varchar(length=254)
    url = Varchar(length=500)
    created = Timestamptz(default=None)


class OrganiserMember(Table, tablename="organiser_member"):
    """A person who organises for one body."""

    id = UUID(primary_key=True)
    organiser = ForeignKey(Organiser, null=False)
    person = ForeignKey(Person, null=False, unique=True)
    created = Timestamptz(default=None)


class Erasure(Table, tablename="erasure"):
    """That a person or an organisation was erased: the receipt, and what a restored backup is erased by again.

    ``subject_hash`` is ``erasing.subject_hash`` of its id; ``done`` is JSON, title of what → rows.
    """

    id = UUID(primary_key=True)
    kind = Varchar(length=20)
    subject_hash = Varchar(length=64, unique=True)
    at = Timestamptz(default=None)
    done = Text()


class OrganiserInvitation(Table, tablename="organiser_invitation"):
    """An invitation to organise for a body that can still be accepted. ``link_hash`` is that of its link's secret."""

    id = UUID(primary_key=True)
    organiser = ForeignKey(Organiser, null=False)
    email = Varchar(length=254)
    email_key = Varchar(length=254)
    link_hash = Varchar(length=64, unique=True)
    created = Timestamptz(default=None)
    expires = Timestamptz(default=None)
