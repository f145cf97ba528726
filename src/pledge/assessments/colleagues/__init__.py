"""Asking a colleague for a part of the questions: a section or one question, by a day, and what becomes of it."""
