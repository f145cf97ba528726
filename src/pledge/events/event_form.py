"""The organiser's form: what was typed becomes the details of an event, or all that is wrong with it."""

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from pledge.events.programme.event import MODES, Details
from pledge.events.programme.when import NoSuchTime, comes_twice, instant, parse_time
from pledge.organisations.places import OUTSIDE, Gazetteer, PostcodeError
from pledge.questionnaires.topics import TOPICS
from pledge.web.forms import Form
from pledge.words.dates import LONDON, uk_date, uk_moment
from pledge.words.text import clean

LIMITS = {
    "title": 150,
    "summary": 200,
    "description": 5000,
    "speakers": 2000,
    "programme": 3000,
    "venue_name": 150,
    "venue_address": 300,
    "accessibility": 1000,
    "price": 200,
    "audience": 200,
}
MOST_PLACES = 10_000
MOST_PER_FIRM = 20
LONGEST_DAYS = 14


def read_details(form: Form, gazetteer: Gazetteer, *, public: bool) -> Details:
    """Return what the form says; what is wrong is in the form, from top to bottom of the page.

    ``public``: people see the event, so that nothing they need may lack.
    """

    def text(name: str, missing: str | None = None, *, multiline: bool = False) -> str:
        return form.text(name, missing, limit=LIMITS[name], multiline=multiline)

    found: dict[str, Any] = {"title": text("title", "Enter a title"), "summary": text("summary")}
    found["topics"] = _topics(form)
    for name in ("description", "speakers", "programme"):
        found[name] = text(name, multiline=True)
    found["audience"] = text("audience")
    found["starts"], found["ends"] = _starts_and_ends(form)
    found["attendance_mode"] = form.choice("attendance_mode", MODES, "Choose how people take part") or "offline"
    found["venue_name"] = text("venue_name")
    found["venue_address"] = text("venue_address", multiline=True)
    found["venue_postcode"], found["district"], found["area"] = _place(form, gazetteer)
    found["accessibility"] = text("accessibility", multiline=True)
    found["join_link"] = link(form, "join_link")
    found["capacity"] = form.number("capacity", None, least=0, most=MOST_PLACES)
    missing = "Enter how many places one organisation can book"
    found["per_firm_cap"] = form.number("per_firm_cap", missing, least=1, most=MOST_PER_FIRM) or 1
    found["registration_closes"] = _closes(form, found["starts"])
    found["price"] = text("price")
    found["booking_url"] = link(form, "booking_url")
    details = Details(**found)
    if public:
        for field, message in details.missing:
            form.fail(field, message)
    return details


def ask_about_the_past(form: Form, details: Details, before: Details | None, now: datetime) -> None:
    """Ask once about a start in the past that was not so ``before``: it is a slip, or an event noted afterwards."""
    if details.starts is None or details.starts > now or (before is not None and details.starts == before.starts):
        return
    form.tick("past", f"{uk_moment(details.starts)} is in the past. Put the day right, or tick “Yes” below it.")


def _starts_and_ends(form: Form) -> tuple[datetime | None, datetime | None]:
    on, starts = moment(form, "starts")
    _, ends = moment(form, "ends", same_day=on)
    if starts and ends:
        if ends <= starts:
            form.refuse("ends-time", " must be after the start. Check the days and the times.")
        elif (ends - starts).days >= LONGEST_DAYS:
            form.refuse("ends", f" is more than {LONGEST_DAYS} days after the start. Check the days.")
    return starts, ends


def _closes(form: Form, starts: datetime | None) -> datetime | None:
    _, closes = moment(form, "closes")
    if starts and closes and closes > starts:
        form.fail("closes", "Booking must close before the event starts. Leave it empty to close when it starts.")
    return closes


def defaults(details: Details) -> dict[str, str | list[str]]:
    """Return the details as the form shows them."""
    found: dict[str, str | list[str]] = {
        name: value for name in Details.__struct_fields__ if isinstance(value := getattr(details, name), str)
    }
    found["capacity"] = "" if details.capacity is None else str(details.capacity)
    found["per_firm_cap"] = str(details.per_firm_cap)
    found["topic"] = details.topics[0] if details.topics else ""
    found["also"] = list(details.topics[1:])
    for name, moment in (("starts", details.starts), ("ends", details.ends), ("closes", details.registration_closes)):
        if moment is not None:
            local = moment.astimezone(LONDON)
            found[f"{name}-time"] = f"{local:%H:%M}"
            if name == "ends" and details.starts and local.date() == details.starts.astimezone(LONDON).date():
                continue  # so that the end moves with the day of the start
            found |= {f"{name}-day": str(local.day), f"{name}-month": str(local.month), f"{name}-year": str(local.year)}
    return found


def fields(details: Details) -> dict[str, list[str]]:
    """Return the details as the form sends them."""
    shown = defaults(details).items()
    return {name: [found] if isinstance(found, str) else found for name, found in shown if found}


def asks_district(form: Form, gazetteer: Gazetteer) -> bool:
    """Tell whether the page must ask for the district, because the table of postcodes does not know this one."""
    try:
        return bool(form.value("venue_postcode")) and gazetteer.place(form.value("venue_postcode")).doubtful
    except PostcodeError:
        return False


def happens_twice(details: Details) -> bool:
    """Tell whether a time of an event comes twice as the clocks go back; we took the first, and should say so."""
    return any(moment is not None and comes_twice(moment) for moment in (details.starts, details.ends))


def moment(form: Form, name: str, *, same_day: date | None = None) -> tuple[date | None, datetime | None]:
    """Return the day typed into three boxes (or ``same_day``, when they are empty), and with its time the instant."""
    typed = any(clean(form.value(f"{name}-{part}")) for part in ("day", "month", "year"))
    clock = form.text(f"{name}-time", None, limit=20)
    if not typed and not clock:
        return None, None
    on = form.day(name, None) if typed else same_day
    if not typed and same_day is None and not form.error("starts"):
        form.refuse(name, " is missing. Enter day, month and year, like 28 3 2027.")
    at = parse_time(clock)
    if not clock:
        form.refuse(f"{name}-time", " is missing. Enter the time too, like 9:30am or 14:00.")
    elif at is None:
        form.refuse(f"{name}-time", f": We cannot read “{clock}” as a time. Write it like 9:30am or 14:00.")
    return on, _instant(form, name, on, at) if on and at is not None else None


def _instant(form: Form, name: str, on: date, at: time) -> datetime | None:
    try:
        return instant(on, at)
    except NoSuchTime:
        message = f"The clocks go forward at 1am on {uk_date(on)}, so there is no {at:%H:%M}. Choose another time."
        form.fail(f"{name}-time", message)
        return None


def _place(form: Form, gazetteer: Gazetteer) -> tuple[str, str, str]:
    """Return postcode, district and area of the venue; the page asks for the district of a postcode we do not know."""
    typed = form.text("venue_postcode", None, limit=20)
    if not typed:
        return "", "", ""
    try:
        place = gazetteer.place(typed)
    except PostcodeError as error:
        form.fail("venue_postcode", str(error))
        return "", "", ""
    if not place.doubtful:
        return place.postcode, place.district, place.area
    district = form.choice("district", [*(known.code for known in gazetteer.districts), OUTSIDE], None)
    if not district:
        form.fail("district", f"We do not know {place.postcode}. Check it, or choose its district.")
    return place.postcode, district, gazetteer.area_of(district) if district else ""


def link(form: Form, name: str, missing: str | None = None) -> str:
    """Return a web address (https or http), or "" when there is none or it is a problem."""
    typed = form.text(name, missing, limit=500)
    if not typed:
        return ""
    try:
        parts = urlsplit(typed)
        good = parts.scheme in {"https", "http"} and bool(parts.hostname) and " " not in typed
    except ValueError:
        good = False
    if not good:
        form.refuse(name, " takes a whole web address. Start it with https://")
        return ""
    return typed


def _topics(form: Form) -> tuple[str, ...]:
    main = form.choice("topic", TOPICS, None)
    also = [topic for topic in form.choices("also", TOPICS) if topic != main]
    if also and not main:
        form.fail("topic", "Choose the main topic")
        return ()
    return (main, *also) if main else ()
