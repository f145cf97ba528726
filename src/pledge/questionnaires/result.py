"""The result of scoring: frozen, complete in itself, and the same as JSON.

Points are whole numbers. Scores and coverage are basis points: 0 to 10,000 for 0 to 100 %.
"""

from typing import Literal

import msgspec

from pledge.organisations.profile import Depth
from pledge.questionnaires.context import Context
from pledge.questionnaires.parts import Flag

Band = Literal["starting", "developing", "established", "leading"]
Headline = Literal["act_first", "starting", "developing", "established", "leading", "not_assessed", "incomplete"]
HEADLINES: dict[Headline, str] = {
    "act_first": "Act first",
    "starting": "Starting",
    "developing": "Developing",
    "established": "Established",
    "leading": "Leading",
    "not_assessed": "Not assessed",
    "incomplete": "Not complete",
}  # in words
FLAG_WORDS: dict[Flag, str] = {
    "act_first": "Act first",
    "check_first": "Check first",
    "foundation": "Build the base",
}
State = Literal["answered", "dont_know", "not_applicable", "unanswered", "not_shown"]


class SectionResult(msgspec.Struct, frozen=True):
    """One section by the same formulae as the whole.

    ``score`` is None where nothing is applicable or an answer is missing, ``coverage`` where nothing is
    shown. ``band`` is after the caps of the section's own flags.
    """

    id: str
    weighted_points: int
    weighted_max: int
    score: int | None
    coverage: int | None
    band: Band | None


class RaisedFlag(msgspec.Struct, frozen=True):
    """A flag that the answer to a question raises."""

    question: str
    flag: Flag


class Gap(msgspec.Struct, frozen=True):
    """A question below its target or with a flag. ``action`` and ``due_days`` suit the answer given."""

    question: str
    points: int
    target: int
    priority: int
    flag: Flag | None
    action: str
    due_days: int
    topics: tuple[str, ...]


class QuestionResult(msgspec.Struct, frozen=True):
    """One question of the definition, shown or not.

    ``value`` is the option chosen, ``reason`` why it is not applicable. ``points``, ``weighted_points`` and
    ``target`` are None where the question does not count or has no answer. ``weighted_max`` is weight × 4.
    ``flags_apply`` is false where the profile switches the question's flags off.
    """

    id: str
    section: str
    state: State
    weight: int
    weighted_max: int
    value: str | None = None
    reason: str | None = None
    points: int | None = None
    weighted_points: int | None = None
    target: int | None = None
    flag: Flag | None = None
    flags_apply: bool = True


class Result(msgspec.Struct, frozen=True):
    """What scoring found, in file order but for ``gaps``, which come in the order to act on them.

    An incomplete assessment has no score and no band; its sums, flags and gaps are those of the answers so
    far. ``band`` is after the caps, also where the headline is ``act_first``. ``depth`` is the form that was
    answered: results of two forms are never compared.
    """

    complete: bool
    weighted_points: int
    weighted_max: int
    score: int | None
    band: Band | None
    headline: Headline
    coverage: int | None
    context: Context
    sections: tuple[SectionResult, ...]
    flags: tuple[RaisedFlag, ...]
    gaps: tuple[Gap, ...]
    not_shown: tuple[str, ...]
    unanswered: tuple[str, ...]
    questions: tuple[QuestionResult, ...]
    scoring_version: str
    depth: Depth = "full"


def to_json(result: Result) -> bytes:
    """Return a result as JSON, to freeze it."""
    return msgspec.json.encode(result)


def from_json(data: bytes | str) -> Result:
    """Return the result that ``to_json`` wrote. Raises msgspec.ValidationError when it is not one."""
    return msgspec.json.decode(data, type=Result)
