"""How long things are kept, as the privacy notice says it: taken from where it is decided. Pure."""

from datetime import timedelta

from pledge.accounts.requests import CONFIRM_LIVES, SIGN_IN_LIVES
from pledge.accounts.sessions import IDLE, LONGEST
from pledge.assessments import answer_notes
from pledge.mail import outbox
from pledge.organisations import inviting


def periods() -> dict[str, str]:
    """Return every period of the notice in words, by name."""
    return {
        "session": words(LONGEST),
        "idle": words(IDLE),
        "confirm_link": words(CONFIRM_LIVES),
        "sign_in_link": words(SIGN_IN_LIVES),
        "invitation": words(inviting.LIVES),
        "unanswered_invitation": words(inviting.KEPT),
        "mail": words(outbox.KEPT),
        "notes": words(answer_notes.KEPT),
    }


def words(period: timedelta) -> str:
    """Return a period as “10 minutes”, “24 hours” or “30 days”: in days from two days on."""
    minutes = int(period.total_seconds() // 60)
    for unit, length, least in (("day", 1440, 2), ("hour", 60, 1)):
        if minutes % length == 0 and minutes >= least * length:
            return _counted(minutes // length, unit)
    return _counted(minutes, "minute")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
