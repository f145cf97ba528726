"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "call-closed": "The call is closed.",
    "call-withdrawn": "You have taken it back. Nobody rings you, and what you typed is deleted.",
    "complaint-answered": "The complaint is marked as answered.",
}
