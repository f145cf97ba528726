"""What limits and forms hold about people, and for how long."""

from pledge.personal import SAFETY, Held, Use, words
from pledge.web import kept, once

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

FAILED = Use(
    "A form that you sent and that had a mistake in it, with what you typed but no password, locked with a key that "
    "only your browser has",
    "So that your browser can go back to it",
    SAFETY,
    f"{words(kept.LIVES).capitalize()}. Nobody can open it after you sign out.",
    "You",
)

HELD = (
    # Only a browser can tell whose these are, so erasing a person leaves them to their ten minutes.
    Held(table="kept_page", use=FAILED, withheld="browser content", nobody="id created"),
    Held(table="throttle", use=NETWORK, withheld="name", nobody="hits expires"),
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
