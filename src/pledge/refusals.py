"""What a domain says when it cannot do what is asked. ``web.errors`` makes pages of it. Pure."""

from typing import Any


class Missing(Exception):
    """What the address names is not there, or is not this person's: the same page for both."""


class ChangedMeanwhile(Exception):
    """Somebody else changed what a page showed while it was open. ``now``: what is kept, where that is shown."""

    def __init__(self, now: Any = None) -> None:
        super().__init__("somebody else changed it meanwhile")
        self.now = now


class Refusal(Exception):
    """The request cannot be done as things stand. ``message`` says why and what to do, in plain words.

    ``onward``: the page to go on with, and what its link says.
    """

    def __init__(self, message: str, *, status: int = 409, onward: tuple[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.onward = onward
