"""What accounts hold about people, and for how long."""

from pledge.accounts import known, people
from pledge.accounts.requests import CONFIRM_LIVES, SIGN_IN_LIVES
from pledge.accounts.sessions import IDLE, LONGEST, OFFICE_IDLE, OFFICE_LONGEST
from pledge.personal import ASKED, SAFETY, Held, Use, words

ACCOUNT = Use(
    "Your name and e-mail address, your password in a form that nobody can read, and in which language you read the "
    "questions",
    "So that you can sign in, and we can write to you about your pledge, assessments and bookings",
    ASKED,
    f"{people.ERASED_AFTER} months after you last signed in. We write to you a month before. It stays for longer only "
    "while you are the one owner of a firm that others still use.",
    "You, your colleagues on this site, and the people who run the server",
)
VISITS = Use(
    "Your visits while signed in: which browser, since when, and when last used",
    "To keep you signed in, and nobody else as you",
    SAFETY,
    f"You are signed out after {words(IDLE)} without a visit, and after {words(LONGEST)} at the latest (organisers, "
    f"staff and operators after {words(OFFICE_IDLE)} and {words(OFFICE_LONGEST)}). Then it is deleted.",
    "You and the people who run the server",
)
BROWSERS = Use(
    "That you have signed in with a browser before. The browser keeps a random code for us, in a cookie",
    "So that whoever guesses your password elsewhere cannot keep you out",
    SAFETY,
    f"{words(known.KEPT).capitalize()} after you last signed in with it, or until you change your password or sign out "
    "everywhere",
    "Nobody",
)
LINKS = Use(
    "Links that we e-mail. What you take along into a new account is sealed in its link: once the e-mail is sent, "
    "it can be read with that link alone",
    "To make sure that an address is yours, or to sign you in",
    ASKED,
    f"A link to confirm an address works for {words(CONFIRM_LIVES)}, a link to sign in for {words(SIGN_IN_LIVES)}. "
    "Each is deleted a day later.",
    "You",
)

FACTOR = Use(
    "The key of your authenticator app, the last code it made for us, and codes to use when it is lost",
    "To make sure that it is you who signs in, where an account can see or change much",
    SAFETY,
    "Until you take the second step away, or your account is erased",
    "The people who run the server",
)

# What refers to a person goes before the person.
HELD = (
    Held(
        table="recovery_code",
        title="Your recovery codes",
        use=FACTOR,
        person="person used",
        withheld="code_hash",
        nobody="id",
        about="person = {person}",
        erase=True,
    ),
    Held(
        table="factor",
        title="Your second step when you sign in",
        use=FACTOR,
        person="person created",
        withheld="secret last_step",
        about="person = {person}",
        erase=True,
    ),
    Held(
        table="session",
        title="Your sessions",
        use=VISITS,
        person="person organisation device created seen expires confirmed proven mailed",
        withheld="token_hash offered",
        nobody="id",
        about="person = {person}",
        erase=True,
    ),
    Held(
        table="known_browser",
        title="Browsers you signed in with",
        use=BROWSERS,
        person="person seen",
        withheld="token_hash",
        nobody="id",
        about="person = {person}",
        erase=True,
    ),
    Held(
        table="link",
        title="Links we e-mailed you",
        use=LINKS,
        person="person purpose created expires used",
        withheld="token_hash payload",
        nobody="id",
        about="person = {person} OR lower(payload) LIKE {like} ESCAPE '!'",
        erase=True,
    ),
    Held(
        table="person_role",
        title="Your roles in the partnership",
        use=ACCOUNT,
        person="person role created",
        nobody="id",
        about="person = {person}",
        erase=True,
    ),
    Held(
        table="person",
        title="Your account",
        use=ACCOUNT,
        person="id email name created signed_in warned language",
        withheld="email_key password_hash",
        about="id = {person}",
        erase=True,
    ),
)
