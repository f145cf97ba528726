"""Forms: what somebody typed, read field by field, with every problem collected and every value kept.

A handler reads a form like this, and shows the page again (status 422) when ``form.errors`` is not empty::

    form = await read_form(request)
    name = form.text("name", "Enter your firm’s name")

The components in ``templates/components.html`` use ``value``, ``values``, ``error`` and ``errors``.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import msgspec
from email_validator import EmailNotValidError, validate_email
from litestar.datastructures import UploadFile
from markupsafe import Markup

from pledge.web.called import carried, heard, in_words
from pledge.words import names, phones
from pledge.words.dates import typed_day
from pledge.words.text import clean, spoken

# Hidden fields: the form's random key, who opened it, whether it came back to be sent again, and what its page calls
# the others.
KEY, FOR, AGAIN, CALLED = "_key", "_for", "_again", "_called"
# In the names of fields. The short ones are words of their own there: “pin” is no secret in “shipping”.
_SECRETS = re.compile(r"pass(word|phrase|code)|secret|token|(?<![a-z])(code|pin|pwd|otp)s?(?![a-z])")
_SPOKEN = re.compile(r'<span lang="([A-Za-z0-9-]+)">')  # as ``words.text.spoken`` marks a label
_DAY_PART = 10  # characters of a day, month or year: more is no number
NOT_AN_EMAIL = " is not in the usual form. Enter an e-mail address like name@example.org."
NOT_A_PHONE = (
    " is not a number that we could dial. Enter 7 to 15 digits with the area code, or + and the code of the country. "
    "An extension goes after “ext”."
)


def is_secret(name: str) -> bool:
    """Return whether a field holds a password or a code, which no page ever gives back."""
    return bool(_SECRETS.search(name.lower()))


def _plain_words(label: str) -> str:
    return " ".join(Markup(label).striptags().split())  # noqa: S704  taken out, never shown


class Form:
    """Submitted values by field name, or defaults before anything was submitted, and the problems found so far."""

    def __init__(
        self,
        submitted: Mapping[str, Sequence[str]] | None = None,
        *,
        defaults: Mapping[str, str | Sequence[str]] | None = None,
        files: Mapping[str, UploadFile] | None = None,
    ) -> None:
        self._submitted = {name: list(found) for name, found in (submitted or {}).items()}
        self.sender = ""  # the person’s id, “door:…” for the holder of a door link, "" for a visitor
        self.came_back = bool(self._submitted.pop(AGAIN, None))  # the key stays that of the first sending
        self._defaults = defaults or {}
        self.files = dict(files or {})
        self._messages: dict[str, str | Callable[[str], str]] = {}
        self._anchors: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._languages: dict[str, str] = {}  # of labels that are not in English
        self._choices: dict[tuple[str, str], str] = {}

    # — what the page shows —

    def value(self, name: str) -> str:
        """Return what to show in a field: the submitted value, else the default, else nothing."""
        found = self.values(name)
        return found[0] if found else ""

    def values(self, name: str) -> list[str]:
        """Return every submitted value of ``name`` (of tick boxes), else the defaults."""
        if self._submitted:
            return self._submitted.get(name, [])
        default = self._defaults.get(name, [])
        return [default] if isinstance(default, str) else list(default)

    def names(self, prefix: str) -> list[str]:
        """Return the names of the submitted fields that start with ``prefix``, in the order they were sent."""
        return [name for name in self._submitted if name.startswith(prefix)]

    def call(self, name: str, label: str, options: Iterable[Mapping[str, str]] = ()) -> str:
        """Say what the page calls a field and its choices, for the messages that quote it. Return nothing to show.

        The components do, with the label. A page that has a label more than once says first what tells them apart.
        """
        self._labels.setdefault(name, _plain_words(label))
        if language := _SPOKEN.search(label):
            self._languages.setdefault(name, language[1])
        for option in options:
            if "value" in option:
                self._choices[name, option["value"]] = _plain_words(option["text"])
        return ""

    @property
    def called(self) -> str | None:
        """What the page has called the fields so far, for a hidden field; None when that is too long."""
        return carried(self._labels, self._choices)

    def error(self, name: str) -> str | None:
        """Return the problem with a field, or None."""
        message = self._messages.get(name)
        return (
            message(spoken(self._labels.get(name, name), self._languages.get(name, "")))
            if callable(message)
            else message
        )

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (id of the field on the page, message) of every problem, in the order they were found."""
        return [(anchor, self.error(name) or "") for name, anchor in self._anchors.items()]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Return all that was typed, as (what the page calls the field, value): for a page that must give it back."""
        sent = [
            (name, text)
            for name, found in self._submitted.items()
            for text in found
            if text and not name.startswith("_") and not is_secret(name) and name != "organisation"
        ]
        return in_words(sent, heard(self._submitted[CALLED]) if CALLED in self._submitted else None)

    def put(self, name: str, value: str | Sequence[str]) -> None:
        """Show another value in a field than was sent, or of tick boxes other values."""
        self._submitted[name] = [value] if isinstance(value, str) else list(value)

    @property
    def resendable(self) -> list[tuple[str, str]]:
        """Return every (field, value) that was sent, in order, for a page that can send them again; no secrets."""
        return [(name, text) for name, found in self._submitted.items() if not is_secret(name) for text in found]

    @property
    def says_for_whom(self) -> bool:
        """Whether the form carries who opened it; ``read_form`` has then checked it."""
        return bool(self.value(FOR))

    @property
    def has_secrets(self) -> bool:
        """Whether a password or code was sent with it."""
        return any(is_secret(name) for name in self._submitted)

    def kept(self, *names: str) -> dict[str, list[str]]:
        """Return some of the submitted fields, for a form that is made anew of this one."""
        return {name: self._submitted[name] for name in names if name in self._submitted}

    # — reading —

    def fail(self, name: str, message: str, *, anchor: str | None = None) -> None:
        """Record a problem with a field (the first one counts). The message names the field, and is read alone."""
        self._messages.setdefault(name, message)
        self._anchors.setdefault(name, name if anchor is None else anchor)

    def refuse(self, name: str, what: str) -> None:
        """Record a problem that any field can have (the first one counts).

        The message is the field's label as the page has it, in quotation marks, then ``what``: “ is in the past. …”.
        """
        self._messages.setdefault(name, lambda label: "“" + label + "”" + what)  # Markup stays Markup
        self._anchors.setdefault(name, name)

    def text(self, name: str, missing: str | None, *, limit: int = 200, multiline: bool = False) -> str:
        """Return a text field, cleaned. ``missing`` is the message when it is empty; None makes it optional."""
        found = clean(self.value(name), multiline=multiline)
        if not found and missing:
            self.fail(name, missing)
        if len(found) > limit:
            self.refuse(name, f" is {len(found):,} characters long. Use {limit:,} or fewer.")
        return found

    def plain_name(self, name: str, missing: str | None, *, limit: int = 200, firm: bool = False) -> str:
        """Return the name of a person or ``firm``, in which ``names.problem`` finds nothing. See ``text``."""
        found = self.text(name, missing, limit=limit)
        if wrong := names.problem(found, firm=firm):
            self.refuse(name, wrong)
        return found

    def secret(self, name: str) -> str:
        """Return a password exactly as typed (NFC only, as NIST SP 800-63B §3.1.1.2 advises)."""
        return unicodedata.normalize("NFC", self.value(name))

    def choice(self, name: str, options: Iterable[str], missing: str | None) -> str:
        """Return the chosen option, or "". An option that does not exist is a problem, not an exception."""
        found = self.value(name)
        if found and found not in set(options):
            self.refuse(name, " has an answer that is not on the page. Choose one of those that are.")
            return ""
        if not found and missing:
            self.fail(name, missing)
        return found

    def choices(self, name: str, options: Iterable[str]) -> list[str]:
        """Return the ticked options in the order of ``options``; an unknown one is a problem."""
        known = list(options)
        ticked = set(self.values(name)) - {""}
        if ticked - set(known):
            self.refuse(name, " has an answer that is not on the page. Choose from those that are.")
        return [option for option in known if option in ticked]

    def yes_no(self, name: str, missing: str | None) -> bool | None:
        """Return True for “yes”, False for “no”, None when neither was chosen."""
        found = self.choice(name, ("yes", "no"), missing)
        return {"yes": True, "no": False}.get(found)

    def tick(self, name: str, missing: str | None) -> bool:
        """Return whether a single box is ticked."""
        ticked = self.value(name) == "yes"
        if not ticked and missing:
            self.fail(name, missing)
        return ticked

    def email(self, name: str, missing: str | None) -> str:
        """Return an e-mail address as typed, checked for shape; delivery is proved by sending to it."""
        found = self.text(name, missing, limit=254)
        if not found:
            return ""
        try:
            # letters outside ASCII before the @ are refused: few servers deliver to them, and look-alikes would differ
            return validate_email(found, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError:
            self.refuse(name, NOT_AN_EMAIL)
            return ""

    def phone(self, name: str, missing: str | None, *, limit: int = 40) -> str:
        """Return a telephone number as typed, checked as far as ``phones.dialled`` can; only ringing it proves it."""
        found = self.text(name, missing, limit=limit)
        if found and len(found) <= limit and phones.dialled(found) is None:
            self.refuse(name, NOT_A_PHONE)
        return found

    def number(self, name: str, missing: str | None, *, least: int, most: int) -> int | None:
        """Return a whole number within the bounds, or None."""
        found = self.text(name, missing, limit=20)
        if not found:
            return None
        digits = found.lstrip("0") or "0"
        if not (found.isascii() and found.isdigit() and len(digits) <= len(str(most)) and least <= int(digits) <= most):
            self.refuse(name, f" takes a whole number from {least:,} to {most:,}.")
            return None
        return int(digits)

    def day(self, name: str, missing: str | None) -> date | None:
        """Return the day typed into three boxes (the component ``date_input``), or None."""
        typed = [clean(self.value(f"{name}-{part}")) for part in ("day", "month", "year")]
        if not any(typed):
            if missing:
                self.fail(name, missing)
            return None
        found = typed_day(*reversed(typed)) if all(len(part) <= _DAY_PART for part in typed) else None
        if found is None:
            shown = " ".join(part[:_DAY_PART] or "–" for part in typed)
            self.refuse(name, f": “{shown}” is not a day in the calendar. Enter day, month and year, like 28 3 2027.")
        return found

    @property
    def key(self) -> str:
        """Return what makes sending this form twice do its work once: 64 hex digits, or "" for a form without a key.

        It stands for the form's random key and all that the form says. Changed and sent again, which the browser's
        Back button makes possible with the same random key, it is another form.
        """
        if not self.value(KEY):
            return ""
        files = [[name, file.filename, _size(file)] for name, file in self.files.items()]
        return hashlib.sha256(msgspec.json.encode([self._submitted, files])).hexdigest()


def _size(file: UploadFile) -> int:
    size = file.file.seek(0, 2)
    file.file.seek(0)
    return size
