"""Asking suppliers: a firm invites one by a link; it answers the quick check or shares its own report, with consent."""
