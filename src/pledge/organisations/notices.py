"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "profile-saved": "Your answers are saved.",
    "profile-saved-grown": "Your answers are saved. With ten people or more you answer all questions. If you have "
    "begun a short form, it says how to go on.",
    "invited": "The invitation is on its way. The link in it works for 24 hours.",
    "invited-again": "They were invited before. We have sent a new link, and the one before no longer works.",
    "joined": "You have joined. This is what your organisation does here.",
    "role-changed": "The role is changed, and we have told them.",
    "member-removed": "They are removed, and we have told them.",
    "handed-over": "You have handed over. You are a contributor now.",
    "left": "You have left.",
    "organisation-switched": "You act for this organisation now.",
    "colleague-invited": "The invitation is on its way. Its link works for 24 hours.",
    "invitation-withdrawn": "The invitation is withdrawn. Its link no longer works.",
    "removed": "They are removed, and we have told them by e-mail.",
    "team-left": "You no longer organise events there.",
    "team-joined": "Welcome. You can organise events now.",
    "team-joined-sign-in": "You can organise events now. Sign in to go on.",
}
