"""What asking suppliers holds about people, and for how long."""

from pledge.asking.invitations import LIVES, SHARED_FOR
from pledge.asking.retention import OVER, UNANSWERED
from pledge.personal import ASKED, CONSENT, INTEREST, SAFETY, Held, Use, words

INVITED = Use(
    "Who is asked at a supplier: a name and an e-mail address that a customer gave us",
    "To write to them once that the customer has a few questions, and by whom they come",
    INTEREST,
    f"{words(UNANSWERED).capitalize()} after the invitation ran out or was taken back; or until they say no, or "
    "what they shared is over",
    "The firm that asks, and whoever has the link",
)
ASKING = Use(
    "Who asked a supplier, and when",
    "So that the supplier knows who asks, and colleagues see that it was asked",
    INTEREST,
    "As long as the invitation. When you erase your account, nobody can tell any more that it was you.",
    "The firm that asks, and whoever has the link",
)
ANSWERS = Use(
    "Answers of a supplier that was asked",
    "To show the supplier what to do first, and, only when it says so, some of them to the firm that asked",
    ASKED,
    f"{words(LIVES).capitalize()} from when it was asked; what is shared, see below",
    "Whoever has the link; the firm that asked sees nothing before it is shared, and never what is written, numbers, "
    "amounts or dates",
)
SHARED = Use(
    "What a supplier shares with a firm that asked: answers, or the summary of its report; who agreed to that",
    "So that the firm can see how its supplier guards against exploitation",
    CONSENT,
    f"{words(SHARED_FOR).capitalize()}, or until it is taken back. That it was shared is kept for {words(OVER)} more.",
    "The supplier, and the firm that asked",
)
REFUSALS = Use(
    "That an e-mail address does not want questions from customers through us: a code made from the address",
    "So that nobody here can write to it again",
    SAFETY,
    "As long as this site runs",
    "Nobody",
)

HELD = (
    Held(
        table="supplier_share",
        use=SHARED,
        organisation="organisation asker giver",
        supplier="content",
    ),
    Held(
        table="supplier_share",
        title="Reports you shared with customers",
        use=SHARED,
        person="shared_by shared",
        nobody="id invitation kind expires ended looks",
        authors="shared_by",
        with_organisation=True,
    ),
    Held(table="supplier_answer", use=ANSWERS, supplier="answers", nobody="invitation version revision updated"),
    Held(
        table="supplier_invitation",
        title="Where you were asked as a supplier",
        use=INVITED,
        person="contact email",
        withheld="token_hash",
        about="lower(email) IN ({email}, {key})",
        blank={"email": "''", "contact": "''"},
    ),
    Held(
        table="supplier_invitation",
        title="Suppliers you asked",
        use=ASKING,
        organisation="organisation",
        supplier="supplier_name",
        person="asked_by asked",
        nobody="id supplier state expires closed mailed",
        authors="asked_by",
        with_organisation=True,
    ),
    Held(table="ask_refusal", use=REFUSALS, withheld="email_hash", nobody="refused"),
)
