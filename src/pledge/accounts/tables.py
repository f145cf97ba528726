"""The tables of people: accounts, roles, sessions and e-mailed links."""

from piccolo.columns import UUID, ForeignKey, Text, Timestamptz, Varchar
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Somebody with an account. ``email`` is as typed; ``email_key`` is what makes an address the same address.

    ``signed_in`` is when they last did; ``warned`` when we wrote that an unused account goes.
    """

    id = UUID(primary_key=True)
    email = Varchar(length=254)
    email_key = Varchar(length=254, unique=True)
    name = Varchar(length=200)
    password_hash = Varchar(length=200)
    created = Timestamptz(default=None)
    signed_in = Timestamptz(null=True, default=None)
    warned = Timestamptz(null=True, default=None)


class PersonRole(Table, tablename="person_role"):
    """A role in the partnership: staff or operator."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False)
    role = Varchar(length=20)
    created = Timestamptz(default=None)


class Session(Table, tablename="session"):
    """A signed-in browser. Only the hash of its secret is stored. ``organisation`` is the active one."""

    id = UUID(primary_key=True)
    token_hash = Varchar(length=64, unique=True)
    person = ForeignKey(Person, null=False)
    organisation = UUID(null=True, default=None)
    device = Varchar(length=200)
    created = Timestamptz(default=None)
    seen = Timestamptz(default=None)
    expires = Timestamptz(default=None)


class Link(Table, tablename="link"):
    """An e-mailed link: what pressing its button does, once, until it expires."""

    id = UUID(primary_key=True)
    token_hash = Varchar(length=64, unique=True)
    purpose = Varchar(length=40)
    person = ForeignKey(Person, null=True)
    payload = Text()
    created = Timestamptz(default=None)
    expires = Timestamptz(default=None)
    used = Timestamptz(null=True, default=None)
