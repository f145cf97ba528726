"""Rendering of pages: one Jinja environment, strict and escaping, with words for dates, money and counts.

The templates are in ``templates/``: ``layout.html`` is the frame of every page, ``components.html`` its
parts.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from pledge.resources import kept_beside_the_checkout, resource
from pledge.web.assets import asset_url

LONDON = ZoneInfo("Europe/London")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# Letters written from right to left: Hebrew, Arabic and their neighbours, and the forms that fonts have of them.
_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_RUN = re.compile(f"[{_RIGHT}](?:[^\\w\n]*[{_RIGHT}\\d]*[{_RIGHT}])*")
_LEFT = re.compile(f"(?![{_RIGHT}])[^\\W\\d_]")


def isolated(value: object) -> object:
    """Return a value for a page or a mail so that words written from right to left turn nothing around them.

    They stand between the invisible characters for that (FSI and PDI of Unicode’s bidirectional algorithm). Nothing
    else is changed, and no Markup: what is in it was isolated as it went in.
    """
    if not isinstance(value, str) or value.isascii() or hasattr(value, "__html__") or not _RUN.search(value):
        return value
    if "\n" in value or _LEFT.search(value):
        return _RUN.sub("\u2068\\g<0>\u2069", value)
    return f"\u2068{value}\u2069"


def environment(globals: Mapping[str, object] | None = None, *, debug: bool = False) -> Environment:
    """Return the environment of all pages, with every template loaded, so that a broken one stops the start.

    ``globals`` are what every template may use; ``layout.html`` says which it needs. With ``debug`` a changed
    template is read again. The caller renders with ``render``, to which it gives this environment once by ``use``.

    Raises jinja2.TemplateSyntaxError naming file and line.
    """
    templates = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=isolated,
        auto_reload=debug,
        bytecode_cache=_compiled(),
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(FILTERS)
    templates.globals.update(
        {"product": "Pledge", "asset_url": asset_url, "new_key": new_key, "reader_mark": reader_mark.get}
        | dict(globals or {})
    )
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
    return templates


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates in files, as Python keeps its modules: a process starts in half the time."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template; where that cannot be, the next process compiles it again."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled() -> _Compiled | None:
    """Return what a checkout keeps, under a name that changes with this file, which says how templates are compiled."""
    ours = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    folder = kept_beside_the_checkout(f"templates-{ours}")
    return _Compiled(str(folder)) if folder else None


_environment: Environment | None = None

# Whom the page at hand is rendered for, as its forms say it (forms.mark_of). Components see no request.
reader_mark: ContextVar[str] = ContextVar("pledge_reader_mark", default="")


def use(templates: Environment) -> None:
    """Make ``templates`` the environment that ``render`` uses."""
    global _environment
    _environment = templates


def render(name: str, /, **context: object) -> str:
    """Return the page ``name`` (a path below ``templates/``) with ``context``.

    Raises jinja2.UndefinedError when the template uses something that it was not given, and
    jinja2.TemplateNotFound.
    """
    assert _environment is not None, "use() comes first"
    return _environment.get_template(name).render(context)


def new_key() -> str:
    """Return a random key of 256 bits for a form, so that it counts once however often it is sent."""
    return secrets.token_urlsafe(32)


def uk_date(moment: date | datetime) -> str:
    """Return “28 March 2027”. Instants are shown in London's time; without a zone: ValueError."""
    day = _in_london(moment)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def uk_day(moment: date | datetime) -> str:
    """Return “Sunday 28 March 2027”. Instants are shown in London's time; without a zone: ValueError."""
    return f"{_DAYS[_in_london(moment).weekday()]} {uk_date(moment)}"


def uk_time(moment: datetime) -> str:
    """Return “10am”, “1:30pm”, “midday” or “midnight” in London. Without a zone: ValueError."""
    local = _in_london(moment)
    assert isinstance(local, datetime)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"


def uk_moment(moment: datetime) -> str:
    """Return “28 March 2027 at 1:30pm” in London. Without a zone: ValueError."""
    return f"{uk_date(moment)} at {uk_time(moment)}"


def uk_period(start: datetime, end: datetime) -> str:
    """Return “Sunday 28 March 2027, 10am to 1pm”, with both days where they differ, in London.

    Raises ValueError for a time without a zone.
    """
    if _in_london(start).timetuple()[:3] == _in_london(end).timetuple()[:3]:
        return f"{uk_day(start)}, {uk_time(start)} to {uk_time(end)}"
    return f"{uk_day(start)}, {uk_time(start)} to {uk_day(end)}, {uk_time(end)}"


def _in_london(moment: date | datetime) -> date | datetime:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment} says no time zone")
    return moment.astimezone(LONDON)


def pounds(pence: int) -> str:
    """Return pence as “£1,234.50”; whole pounds as “£12”."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{whole:,}{f'.{rest:02}' if rest else ''}"


def percent(basis_points: int) -> str:
    """Return basis points as a whole percentage, half up: 6250 is “63%”."""
    return f"{(basis_points + 50) // 100}%"


def percent_points(basis_points: int) -> str:
    """Return what an answer would add to a score in basis points: 357 is “3.6% more”."""
    return f"{basis_points / 100:.1f}% more"


def number(count: int) -> str:
    """Return a number with a comma between thousands."""
    return f"{count:,}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return “1 supplier” or “1,200 suppliers”; ``many`` where the plural is not ``one`` with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def join_and(items: Iterable[object], last: str = "and") -> str:
    """Return “a, b and c”; ``last`` may be “or”. If any item is Markup, the others are escaped and so is the result."""
    found = list(items)
    markup = any(hasattr(item, "__html__") for item in found)
    words: list[str] = [escape(item) if markup else str(item) for item in found]
    comma, gap = (Markup(", "), Markup(" {} ").format(last)) if markup else (", ", f" {last} ")
    if len(words) < 2:
        return words[0] if words else ""
    return gap.join([comma.join(words[:-1]), words[-1]])


def options(labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Return value → words as the options of a choice."""
    return [{"value": value, "text": text} for value, text in labels.items()]


def labels(values: Iterable[str], known: Mapping[str, str], none: str = "None of these") -> str:
    """Return the words of chosen values, joined by commas; ``none`` when nothing was chosen."""
    return ", ".join(known[value] for value in values) or none


FILTERS = {
    filter_.__name__: filter_
    for filter_ in (
        uk_date,
        uk_day,
        uk_time,
        uk_moment,
        uk_period,
        pounds,
        percent,
        percent_points,
        number,
        plural,
        join_and,
        options,
        labels,
    )
}
