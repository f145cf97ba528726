"""Asking people which suppliers are one, and undoing it."""
