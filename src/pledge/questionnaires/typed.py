"""What people type as the answer to a question that is not scored → the answer as it is kept, and back. Pure.

An answer is kept in one way of writing: a figure as “1200.5”, a date as “2026-03-01”, a text as it is read. So two
answers are the same when their values are.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pledge.questionnaires.kinds import (
    AnyUnscored,
    Choices,
    Date,
    Measured,
    Money,
    Number,
    Percentage,
    Unscored,
    Written,
)
from pledge.words.dates import MONTHS, uk_date
from pledge.words.numbers import number, pounds
from pledge.words.text import clean

LONGEST = 60  # characters of a figure or a date as it is typed

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?|-?\.[0-9]+")
_THOUSANDS = re.compile(r"(-?[0-9]{1,3})((?:,[0-9]{3})+|(?: [0-9]{3})+)(\.[0-9]+)?")
_ORDINAL = re.compile(r"([0-9])(st|nd|rd|th)\b", re.IGNORECASE)
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # of bidi text


class RefusedError(Exception):
    """What was typed cannot be kept. The message says in plain words what to do, without a full stop."""


def read(question: AnyUnscored, typed: Sequence[str]) -> str | tuple[str, ...] | None:
    """Return what was typed as it is kept, None where nothing was: of choices their values, in the order of the file.

    ``typed`` are the contents of the question's fields: of a date day, month and year, or all of it in the first; of
    choices those that are ticked; of others one. Raises RefusedError.
    """
    if isinstance(question, Choices):
        return _choices(question, typed) or None
    if isinstance(question, Date):
        return _day(question, typed)
    text = "".join(typed)
    return _figure(question, text) if isinstance(question, Measured) else _text(question, text)


def words(question: Unscored, value: str, labels: dict[str, str]) -> str:
    """Return one value of an answer in words. ``labels`` are those of the choices."""
    if isinstance(question, Choices):
        return labels[value]
    if isinstance(question, Money):
        return pounds(int(Decimal(value) * 100))
    if isinstance(question, Date):
        return uk_date(date.fromisoformat(value))
    if isinstance(question, Percentage):
        return f"{_grouped(value)}%"
    if isinstance(question, Number):
        return f"{_grouped(value)} {question.unit}" if question.unit else _grouped(value)
    return value


def in_fields(question: AnyUnscored, value: str) -> str:
    """Return what stands in the field of a question for its value; of a date, see ``date``."""
    if isinstance(question, Money) and "." in value:
        return f"{Decimal(value):.2f}"
    return value


def place(question: AnyUnscored, value: str) -> Decimal:
    """Return where a figure stands among others, or a date among days. Raises ValueError for a day that is none."""
    return Decimal(date.fromisoformat(value).toordinal() if isinstance(question, Date) else value)


def possible(question: AnyUnscored, value: str) -> bool:
    """Return whether a value in a file is one that an answer to a figure or a date can have."""
    if isinstance(question, Measured) and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", value):
        found, (low, high) = Decimal(value), question.range
        return low <= found <= high and round(found, question.places) == found
    if isinstance(question, Date) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return question.earliest <= date.fromisoformat(value) <= question.latest
        except ValueError:
            return False
    return False


def _grouped(value: str) -> str:
    whole, _, rest = value.lstrip("-").partition(".")
    return f"{'−' if value.startswith('-') else ''}{number(int(whole))}{f'.{rest}' if rest else ''}"


def _choices(question: Choices, typed: Sequence[str]) -> tuple[str, ...]:
    ticked = {value for value in typed if value}
    if ticked - {option.value for option in question.options}:
        raise RefusedError("Choose from the answers on the page")
    alone = [option for option in question.options if option.exclusive and option.value in ticked]
    if alone and len(ticked) > 1:
        ours = f"Choose “{alone[0].label}” on its own, or the others without it"
        raise RefusedError(question.messages.contradiction or ours)
    return tuple(option.value for option in question.options if option.value in ticked)


def _plain(text: str, what: str) -> str:
    """Return a figure or a date in ASCII, with single spaces. Raises RefusedError for what nobody can see."""
    _visible(text, multiline=False)
    text = unicodedata.normalize("NFKC", text)
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    text = " ".join(text.translate({0x2212: "-", 0x2013: "-"}).split())
    if len(text) > LONGEST:
        raise RefusedError(f"This is too long for {what}")
    return text


def _figure(question: Measured, text: str) -> str | None:
    kind = {Money: "an amount", Percentage: "a percentage"}.get(type(question), "a number")
    bare = _bare(question, _plain(text, kind))
    if not bare:
        if text.strip():  # a sign or a unit alone
            raise RefusedError(question.messages.unreadable or _unreadable(question))
        return None
    if match := _THOUSANDS.fullmatch(bare):
        bare = match[1] + re.sub("[, ]", "", match[2]) + (match[3] or "")
    if not _PLAIN.fullmatch(bare):
        raise RefusedError(question.messages.unreadable or _unreadable(question))
    found, messages = Decimal(bare), question.messages
    low, high = question.range
    limits = (_limit(question, low), _limit(question, high))
    _within(found < low, found > high, (messages.too_low, messages.too_high), limits)
    if round(found, question.places) != found:
        raise RefusedError(messages.unreadable or _unreadable(question))
    value = f"{found:f}"
    value = value.rstrip("0").rstrip(".") if "." in value else value
    return value if found else "0"


def _bare(question: Measured, text: str) -> str:
    """Return a figure without the sign or the unit that says what it is anyway."""
    if isinstance(question, Money):
        return re.sub(r"^(-?)\s*(£|GBP\b)\s*|\s*(GBP|pounds?)$", r"\1", text, flags=re.IGNORECASE).strip()
    if isinstance(question, Percentage):
        return re.sub(r"\s*(%|per ?cent)$", "", text, flags=re.IGNORECASE).strip()
    unit = question.unit if isinstance(question, Number) else None
    if unit and text.casefold().endswith(unit.casefold()):
        return text[: -len(unit)].strip()
    return text


def _unreadable(question: Measured) -> str:
    example = {Money: "1,200.50", Percentage: "12" if not question.places else "12.5"}.get(type(question))
    if example:
        what = "an amount in pounds" if isinstance(question, Money) else "a percentage"
        most = f", with at most {question.places} digits after the point" if question.places > 1 else ""
        return f"Enter {what}, like {example}{most}"
    if not question.places:
        return "Enter a whole number, like 12"
    digits = "digit" if question.places == 1 else "digits"
    return f"Enter a number, like 3.5, with at most {question.places} {digits} after the point"


def _limit(question: Unscored, limit: Decimal | date) -> str:
    return words(question, str(limit), {})


def _within(
    below: bool, above: bool, own: tuple[str | None, str | None], limits: tuple[str, str], *, day: bool = False
) -> None:  # fmt: skip
    """Raise RefusedError where a value is out of range: in the file's own words, or in ours."""
    if below:
        raise RefusedError(own[0] or (f"Enter a date from {limits[0]} on" if day else f"Enter {limits[0]} or more"))
    if above:
        raise RefusedError(own[1] or (f"Enter a date up to {limits[1]}" if day else f"Enter {limits[1]} or less"))


def _day(question: Date, typed: Sequence[str]) -> str | None:
    text = _plain(" ".join(typed), "a date")
    if not text:
        return None
    messages = question.messages
    found = _parts(text)
    if found is None:
        raise RefusedError(messages.unreadable or "Enter a day, a month and a year, like 1 3 2026 or 1 March 2026")
    day, month, year = found
    if len(year) != 4:
        raise RefusedError(messages.unreadable or "Write the year with four digits, like 2026")
    try:
        value = date(int(year), month, day)
    except ValueError:
        raise RefusedError(messages.unreadable or f"“{text}” is not a day of the calendar") from None
    first, last = question.range
    limits = (_limit(question, first), _limit(question, last))
    _within(value < first, value > last, (messages.too_low, messages.too_high), limits, day=True)
    return value.isoformat()


def _parts(text: str) -> tuple[int, int, str] | None:
    """Return day, month and year as typed, in that order, or with the year first where it has four digits."""
    pieces = [piece for piece in re.split(r"[\s/.,-]+", _ORDINAL.sub(r"\1", text)) if piece]
    if len(pieces) != 3:
        return None
    if re.fullmatch(r"[0-9]{4}", pieces[0]):
        pieces.reverse()
    day, month, year = pieces
    names = [name.casefold() for name in MONTHS]
    named = month.casefold()
    if named in names or named in [name[:3] for name in names]:
        month = str([name[:3] for name in names].index(named[:3]) + 1)
    if not (re.fullmatch(r"[0-9]{1,2}", day) and re.fullmatch(r"[0-9]{1,2}", month) and re.fullmatch(r"[0-9]+", year)):
        return None
    return int(day), int(month), year


def _text(question: Written, text: str) -> str | None:
    multiline = question.multiline
    _visible(text, multiline=multiline)
    found = clean(text, multiline=multiline)
    if len(found) > question.longest:
        ours = f"This is {len(found):,} characters long. Use {question.longest:,} or fewer"
        raise RefusedError(question.messages.too_long or ours)
    return found or None


def _visible(text: str, *, multiline: bool) -> None:
    """Raise RefusedError for characters that nobody sees: control characters, and those that turn text around."""
    allowed = "\r\n\t" if multiline else "\t"
    for position, char in enumerate(text, 1):
        if char in _TURNING or (unicodedata.category(char) in ("Cc", "Cs") and char not in allowed):
            raise RefusedError(
                f"Character {position:,} cannot be seen and may change what others read. Delete it, or type the text "
                "again"
            )
