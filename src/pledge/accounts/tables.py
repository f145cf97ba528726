"""The tables of people: accounts, roles, sessions and e-mailed links."""

from piccolo.columns import UUID, BigInt, Boolean, ForeignKey, Text, Timestamptz, Varchar
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Somebody with an account. ``email`` is as typed; ``email_key`` is what makes an address the same address.

    ``signed_in`` is when they last did; ``warned`` when we wrote that an unused account goes. ``language`` is that in
    which they read the questions where they can, "" for the one that the questions were written in.
    """

    id = UUID(primary_key=True)
    email = Varchar(length=254)
    email_key = Varchar(length=254, unique=True)
    name = Varchar(length=200)
    password_hash = Varchar(length=200)
    created = Timestamptz(default=None)
    signed_in = Timestamptz(null=True, default=None)
    warned = Timestamptz(null=True, default=None)
    language = Varchar(length=35)


class PersonRole(Table, tablename="person_role"):
    """A role in the partnership: staff or operator."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False)
    role = Varchar(length=20)
    created = Timestamptz(default=None)


class Session(Table, tablename="session"):
    """A signed-in browser. Only the hash of its secret is stored. ``organisation`` is the active one.

    confirmed: when the person last showed who they are. proven: when it passed the second factor. offered: the secret
    of a second factor that is being set up, "" when none is. mailed: whether it began with an e-mailed link.
    """

    id = UUID(primary_key=True)
    token_hash = Varchar(length=64, unique=True)
    person = ForeignKey(Person, null=False)
    organisation = UUID(null=True, default=None)
    device = Varchar(length=200)
    created = Timestamptz(default=None)
    seen = Timestamptz(default=None)
    expires = Timestamptz(default=None)
    confirmed = Timestamptz(null=True, default=None)
    proven = Timestamptz(null=True, default=None)
    offered = Varchar(length=64)
    mailed = Boolean(default=False)


class KnownBrowser(Table, tablename="known_browser"):
    """A browser that a person signed in with, last when it was ``seen``. Only the hash of its secret is stored."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False)
    token_hash = Varchar(length=64)
    seen = Timestamptz(default=None)


class Factor(Table, tablename="factor"):
    """A person's second factor: an authenticator app that shares ``secret`` (base32; see totp).

    The server must be able to compute the codes, so the secret is stored as it is: whoever reads the database has this
    factor, though not the password, of which only a slow hash is there. ``last_step`` is the step of the last code that
    was accepted.
    """

    person = ForeignKey(Person, null=False, primary_key=True)
    secret = Varchar(length=64)
    last_step = BigInt()
    created = Timestamptz(default=None)


class RecoveryCode(Table, tablename="recovery_code"):
    """A code that stands in for the app once. Only its hash is stored."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False)
    code_hash = Varchar(length=64)
    used = Timestamptz(null=True, default=None)


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
