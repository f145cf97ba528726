"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "signed-out": "You are signed out.",
    "password-changed": "Your password is changed.",
    "already-registered": "Your account is set up already. Sign in to go on.",
    "name-saved": "Your name is saved.",
    "email-asked": "We have sent a link to the new address. It becomes yours when you press the button there.",
    "email-changed": "Your e-mail address is changed. You are signed out everywhere else.",
    "session-ended": "That device is signed out.",
    "sessions-ended": "Every other device is signed out.",
    "recovery-code-used": "You are signed in with a recovery code. It will not work again.",
    "factor-removed": "Your second step is removed. You sign in with your password or a link alone.",
}
