"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "quick-check-kept": "Your answers are kept for your firm. They are filled in where it had not answered yet.",
}
