"""The seeded, invented county."""
