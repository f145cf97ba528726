"""The form that suggests an event or a calendar: what was typed becomes a suggestion, or all that is wrong with it."""

from datetime import datetime, timedelta
from typing import cast, get_args

from pledge.events import event_form
from pledge.events.running.suggesting import Kind, Suggested
from pledge.web.forms import Form

KINDS: tuple[Kind, ...] = get_args(Kind)
LIMITS = {"title": 150, "place": 150, "organiser_name": 200, "why": 1000}
QUICKEST = timedelta(seconds=4)  # from opening the page to sending it: nobody types that fast
WHERE = {"offline": "At a place", "online": "Online"}


def blank(kind: str, now: datetime) -> Form:
    """Return an empty form; it says when it was opened."""
    return Form(defaults={"kind": kind if kind in KINDS else KINDS[0], "opened": str(int(now.timestamp()))})


def read_suggestion(form: Form, now: datetime) -> Suggested:
    """Return what the form says; what is wrong is in the form, from top to bottom of the page."""
    kind = cast(Kind, form.choice("kind", KINDS, "Open the page afresh, and fill it in again.") or KINDS[0])
    title = form.text("title", _TITLES[kind], limit=LIMITS["title"])
    starts, online, place = None, False, ""
    if kind == "event":
        starts = _starts(form, now)
        where = form.choice("where", WHERE, "Choose where it is")
        online = where == "online"
        missing = "Enter the place: its name and its town" if where == "offline" else None
        place = form.text("place", missing, limit=LIMITS["place"])
    url = event_form.link(form, "url", _ADDRESSES[kind])
    found = Suggested(
        kind=kind,
        title=title,
        starts=starts,
        online=online,
        place="" if online else place,
        url=url,
        organiser_name=form.text("organiser_name", "Enter who organises it", limit=LIMITS["organiser_name"]),
        why=form.text("why", "Say how it helps businesses", limit=LIMITS["why"], multiline=True),
        email=form.email("email", "Enter your e-mail address"),
    )
    _check_human(form, now)
    return found


_TITLES = {"event": "Enter what it is called", "calendar": "Enter what the calendar is called"}
_ADDRESSES = {"event": "Enter the address of its web page", "calendar": "Enter the address of the calendar"}


def _starts(form: Form, now: datetime) -> datetime | None:
    _, starts = event_form.moment(form, "starts")
    if starts is None and not form.error("starts-time"):
        form.fail("starts", "Enter the day and the time it starts")
    elif starts is not None and starts <= now:
        form.refuse("starts", " is in the past. Enter when it will start.")
        return None
    return starts


def _check_human(form: Form, now: datetime) -> None:
    """Refuse what a machine sent: it fills in the box that people do not see, or sends at once.

    Neither is proof against a machine made for this page; the limits and the e-mailed link are for that.
    """
    if form.value("website"):
        message = "A box that stays empty was filled in. Open the page afresh, and fill it in by hand."
        form.fail("website", message, anchor="")
    opened = form.value("opened")
    known = opened.isascii() and opened.isdigit() and len(opened) < 12
    if not known or now.timestamp() - int(opened) < QUICKEST.total_seconds():
        form.fail("opened", "That was very quick. Wait a few seconds, and send it again.", anchor="")
