"""What the outbox holds about people, and for how long."""

from pledge.mail import outbox
from pledge.personal import SAFETY, Held, Use, words

MAIL = Use(
    "That we sent you an e-mail: when, and about what",
    "To see that it went out, and to send it again if it did not",
    SAFETY,
    f"{words(outbox.KEPT).capitalize()}. What it said is deleted as soon as it is sent.",
    "You and the people who run the server",
)

HELD = (
    Held(
        table="outbox",
        title="E-mails to you",
        use=MAIL,
        person="recipient subject",
        withheld="body calendar dedupe error",
        nobody="id calendar_method reply_to state run_after lease_until attempts created sent fleeting",
        about="lower(recipient) IN ({email}, {key})",
        erase=True,
    ),
)
