"""What complaints, and calls that people ask for, hold about them, and for how long."""

from pledge.directory import calls, complaints
from pledge.personal import CONSENT, DUTY, SAFETY, Held, Use, words

COMPLAINTS = Use(
    "A complaint about personal data: your name, how to reach you, and what happened",
    "To find out what happened, and to answer you",
    DUTY,
    f"{complaints.MONTHS} months after our answer",
    "You and partnership staff",
)

CALLS = Use(
    "That you ask us to ring you: a name and a number, and, if you give them, a good time and your firm",
    "To ring you",
    CONSENT,
    f"{words(calls.KEPT).capitalize()} after the call is dealt with; {words(calls.UNCLOSED)} after you asked, where "
    "nobody dealt with it; or until you take it back",
    "Partnership staff. They do not see your answers, nor from which page you came. It is in no e-mail.",
)
CLOSING = Use(
    "Which of the partnership’s staff dealt with a call",
    "So that nobody is rung twice, and colleagues know whom to ask",
    SAFETY,
    "As long as the call. When you erase your account, nobody can tell any more that it was you.",
    "Partnership staff",
)

HELD = (
    Held(
        table="call_request",
        title="Calls you asked for",
        use=CALLS,
        person="person name phone best_time firm asked outcome",
        nobody="id",
        about="person = {person}",
        erase=True,
    ),
    Held(
        table="call_request",
        title="Calls you dealt with",
        use=CLOSING,
        person="closed_by closed",
        authors="closed_by",
    ),
    Held(
        table="complaint",
        title="Your complaints",
        use=COMPLAINTS,
        person="name email reach text received answer_by answered",
        withheld="answered_by",
        nobody="id",
        about="lower(email) IN ({email}, {key})",
        authors="answered_by",
    ),
)
