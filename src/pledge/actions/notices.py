"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "action-saved": "Saved.",
    "action-done": "Done. Now choose the answer that is right today, and your score follows.",
    "action-done-alone": "Done.",
    "action-given": "Saved, and we have told your colleague.",
    "evidence-added": "Added. You can keep the file again from here at any time.",
    "evidence-removed": "Removed.",
    "reminders-off": "We no longer remind you of actions by e-mail. You can have the reminders again on that page.",
    "reminders-on": "We remind you of your actions by e-mail again.",
}
