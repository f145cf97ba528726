"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "pledge-withdrawn": "Your pledge is withdrawn. You are no longer in the public list.",
}
