"""Whom to call before acting on an answer that can mean harm. Pure."""

from datetime import date

import msgspec


class Call(msgspec.Struct, frozen=True):
    """Somebody to call, with the day on which the number was last checked; ``hours`` is a sentence or ""."""

    name: str
    phone: str
    hours: str
    checked: date

    @property
    def words(self) -> str:
        """What stands before the first sentence of the action."""
        return f"First call {self.phone}, the {self.name}."
