"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "action-saved": "Saved.",
    "action-done": "Done. If your answer is a better one now, answer the question again: your score follows.",
    "action-given": "Saved, and we have told your colleague.",
}
