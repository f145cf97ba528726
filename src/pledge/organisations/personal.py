"""What organisations and organiser bodies hold about people, and for how long."""

from pledge.organisations.people import organiser_team
from pledge.organisations.people.inviting import KEPT
from pledge.personal import ASKED, DUTY, INTEREST, Held, Use, words

FIRM = Use(
    "Your firm: name, postcode, district, kind of work, size and who works for it",
    "To ask only the questions that fit, to show events near you, and to count your district in county figures",
    INTEREST,
    "As long as your firm uses this site",
    "You and your colleagues; the public sees the name, district and kind of work once you have signed the pledge",
)
COLLEAGUES = Use(
    "Who acts for a firm or an event organiser, and in what role",
    "So that the right people see and change what is theirs",
    ASKED,
    "Until you leave, or your account or the firm is erased",
    "Your colleagues there",
)
ORGANISERS = Use(
    "Event organisers: name, e-mail address and website",
    "So that people know who runs an event, and can reach them",
    INTEREST,
    "As long as it has events here",
    "Everybody",
)

LEDGER = Use(
    "That an account or a firm was erased: when, and a code from which nobody can tell whose",
    "So that it is erased again if we ever have to go back to an older backup",
    DUTY,
    "As long as this site runs",
    "Whoever has the receipt, and the people who run the server",
)

INVITATIONS = Use(
    "Invitations to act for a firm: the e-mail address, the role, who invited and when",
    "So that an owner can bring in colleagues, and see who has not answered",
    ASKED,
    f"Until it is answered or withdrawn, and for {words(KEPT)} after it ran out",
    "The people in that firm",
)

TEAM_INVITATIONS = Use(
    "Invitations to organise events for a body: the e-mail address, and when",
    "So that organisers can bring in colleagues",
    ASKED,
    f"Until it is accepted or withdrawn, {words(organiser_team.LIVES)} at most",
    "The organisers of that body",
)

HELD = (
    Held(
        table="organiser_invitation",
        title="Invitations to organise with others",
        use=TEAM_INVITATIONS,
        person="email organiser created expires",
        withheld="email_key link_hash",
        nobody="id",
        about="lower(email) IN ({email}, {key})",
        erase=True,
    ),
    Held(
        table="invitation",
        title="Invitations to you and by you",
        use=INVITATIONS,
        person="email organisation role invited_by sent expires",
        withheld="email_key",
        nobody="id sendings",
        about="invited_by = {person} OR lower(email) LIKE {like} ESCAPE '!'",
        erase=True,
        with_organisation=True,
    ),
    Held(
        table="membership",
        title="The firms you act for",
        use=COLLEAGUES,
        person="organisation person role created",
        nobody="id",
        about="person = {person}",
        erase=True,
        with_organisation=True,
    ),
    Held(
        table="organiser_member",
        title="The organisers you act for",
        use=COLLEAGUES,
        person="organiser person created",
        nobody="id",
        about="person = {person}",
        erase=True,
    ),
    Held(
        table="organisation",
        use=FIRM,
        organisation="id name created kind postcode district area sector risk_sectors headcount_band turnover_36m "
        "labour outside_work goods_abroad goods_bought listed_goods profiled",
    ),
    Held(table="organiser", use=ORGANISERS, organisation="id name kind email url created"),
    Held(table="erasure", use=LEDGER, withheld="subject_hash", nobody="id kind at done"),
)
