"""People: registration, sign-in, reset, sessions."""
