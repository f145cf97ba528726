"""Rendering of pages: one Jinja environment, strict and escaping, with words for dates, money and counts.

The templates are in ``templates/``: ``layout.html`` is the frame of every page, ``components.html`` its
parts.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from pledge.resources import kept_beside_the_checkout, resource
from pledge.web.assets import asset_url
from pledge.words.dates import uk_date, uk_day, uk_moment, uk_period, uk_time
from pledge.words.numbers import number, percent, percent_points, plural, pounds
from pledge.words.text import isolated, join_and, spoken


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
        spoken,
        options,
        labels,
    )
}
