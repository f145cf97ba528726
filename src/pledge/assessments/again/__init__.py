"""Answering again what was answered before: one question, or all of last time; and what moved since."""
