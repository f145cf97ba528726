"""The append-only log of state changes and its hash chain."""
