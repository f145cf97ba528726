"""What limits and forms hold about people, and for how long."""

from pledge.personal import SAFETY, Held, Use, words
from pledge.web import once

NETWORK = Use(
    "Your network or e-mail address, only as a code from which it cannot be read",
    "To stop people from guessing passwords or sending masses of forms",
    SAFETY,
    "Two days at most",
    "Nobody",
)
SENT = Use(
    "That you sent a form, and the page that came after it",
    "So that a form that is sent twice counts once",
    SAFETY,
    words(once.KEPT).capitalize(),
    "Nobody",
)

HELD = (
    Held(table="throttle", use=NETWORK, withheld="name", nobody="period hits expires"),
    Held(
        table="submission",
        title="Forms you sent",
        use=SENT,
        person="actor",
        nobody="form_key location created",
        about="actor = {id}",
        erase=True,
    ),
)
