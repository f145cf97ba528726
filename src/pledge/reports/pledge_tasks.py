"""The pledge in the list of tasks: to sign it, to renew it, and what would keep it. Pure."""

from datetime import date

from pledge.pledges.standing import Standing
from pledge.pledges.text import PledgeText
from pledge.reports.task import Task
from pledge.words.dates import uk_date
from pledge.words.numbers import plural


def to_sign(signed: Standing | None, text: PledgeText, today: date, *, complete: bool, by: str) -> Task:
    """Return the task of signing, or of signing again. ``by``: who can do it, "" when whoever looks can.

    ``complete``: whether the profile is filled in. ``text`` is the newest.
    """
    if signed is None:
        status = "not_started" if complete else "cannot_start"
        return Task("Sign the pledge", status, "/pledge/sign", by or "Eight promises that a firm can keep", by)
    until = uk_date(signed.expires_on)
    left = (signed.expires_on - today).days
    if signed.lapsed(today):
        return Task("Renew your pledge", "attention", "/pledge/sign", _who(f"It ran out on {until}", by), by)
    if signed.version != text.version and left > max(text.reminder_days, default=0):
        hint = f"The words have changed. What you signed holds until {until}"
        return Task("Sign the new words of the pledge", "optional", "/pledge/signed", hint, by)
    if signed.renewable(today, text):
        days = f"{plural(left, 'day')} left" if left else "Today is the last day"
        return Task("Renew your pledge", "attention", "/pledge/sign", _who(f"{days}: it runs until {until}", by), by)
    hint = f"Signed on {uk_date(signed.signed_on)}. It runs until {until}"
    return Task("Sign the pledge", "completed", "/pledge/signed", hint, by)


def _who(hint: str, by: str) -> str:
    return f"{hint}. {by}" if by else hint


def to_keep(signed: Standing | None, by: str = "") -> list[Task]:
    """Return the task of keeping what was promised, as last worked out; none before that, or without a pledge.

    ``by``: who can do it, "" when whoever looks can; everybody can book a place at an event.
    """
    if signed is None or signed.progress is None:
        return []
    progress = signed.progress
    shown = f"{progress.shown} of {plural(progress.asked, 'promise')} shown"
    if not progress.title:
        return [Task("Keep your pledge", "completed", "/pledge/kept", shown)]
    text = f"Keep your pledge: {progress.title}"
    if by and not progress.href.startswith("/events/"):
        return [Task(text, "in_progress", "/pledge/kept", _who(shown, by), by)]
    hint = f"{shown}. {progress.link}" if progress.link else shown
    return [Task(text, "in_progress", progress.href or "/pledge/kept", hint)]
