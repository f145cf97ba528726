"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

from pledge.web.notices import Hindrance

NOTICES = {
    "answers-saved": "Your answers are saved. Come back when it suits you.",
    "not-complete": Hindrance("Some questions are still open, so nothing was submitted."),
}
