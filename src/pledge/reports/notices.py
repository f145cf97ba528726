"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

from pledge.web.notices import Hindrance

NOTICES = {
    "not-signed": Hindrance("Your organisation has not signed the pledge, so there is nothing yet that it keeps."),
}
