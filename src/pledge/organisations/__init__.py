"""An organisation's profile, its members and where it is."""
