"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "complaint-answered": "The complaint is marked as answered.",
}
