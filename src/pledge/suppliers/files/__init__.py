"""A file that was sent: its record, bytes, proposal, problems and turn."""
