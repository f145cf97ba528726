"""What complaints hold about people, and for how long."""

from pledge.directory import complaints
from pledge.personal import DUTY, Held, Use

COMPLAINTS = Use(
    "A complaint about personal data: your name, how to reach you, and what happened",
    "To find out what happened, and to answer you",
    DUTY,
    f"{complaints.MONTHS} months after our answer",
    "You and partnership staff",
)

HELD = (
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
