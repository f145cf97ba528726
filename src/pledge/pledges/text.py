"""The words of the pledge: read strictly from a file, with every problem and its line. Pure.

``questionnaires/pledge.yaml`` is the current text; its comments say what each part means. A text has a version, and
a published version never changes (``pledge.pledges.publishing``).
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import yaml

from pledge.content import content_folder
from pledge.organisations.reference import LOADER, ReferenceDataError, Slug, Text, parse, text_of

STATUSES = ("signed", "assessed", "improving")  # each one claims more than the one before it
SHOWN = ("name", "district", "sector", "signed_on", "status")  # what the register shows of every signatory
SHOW_SIGNER = "signatory-name"  # the consent by which a signer's own name is shown

Version = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-z][0-9a-z.-]{0,19}$", description="a short version, like 2026.1")
]
Days = Annotated[int, msgspec.Meta(ge=1, le=3660, description="a number of days, from 1 to 3660")]
Months = Annotated[int, msgspec.Meta(ge=1, le=60, description="a number of months, from 1 to 60")]
Points = Annotated[int, msgspec.Meta(ge=1, le=4, description="points, from 1 to 4")]
BasisPoints = Annotated[int, msgspec.Meta(ge=1, le=10_000, description="basis points, from 1 to 10000")]

# what a rule may consist of → what kind of rule that is, and where it may stand
_EVIDENCE = {
    frozenset({"questionnaire", "question", "min_points"}): "points",
    frozenset({"questionnaire", "question", "no_flag"}): "unflagged",
    frozenset({"submitted", "within_days"}): "in_time",
    frozenset({"upload"}): "upload",
    frozenset({"attendance", "within_days"}): "attendance",
    frozenset({"consent"}): "consent",
}
_STANDING = {
    frozenset({"submitted"}): "submitted",
    frozenset({"no_flag"}): "without_flag",
    frozenset({"rise"}): "rise",
    frozenset({"min_score"}): "score",
}
_TREE = {frozenset({"all"}): "all", frozenset({"any"}): "any"}
_KINDS = _EVIDENCE | _STANDING | _TREE


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that is asked for: all or any of several rules, or one thing. ``kind`` says which.

    ``no_flag`` is "true" beside a question, and the name of a flag on its own. ``min_score`` is in basis points.
    """

    all: tuple["Rule", ...] = ()
    any: tuple["Rule", ...] = ()
    questionnaire: Slug | None = None
    question: Slug | None = None
    min_points: Points | None = None
    no_flag: Text | None = None
    submitted: Slug | None = None
    within_days: Days | None = None
    upload: Slug | None = None
    attendance: tuple[Slug, ...] = ()
    consent: Slug | None = None
    rise: bool | None = None
    min_score: BasisPoints | None = None

    def __post_init__(self) -> None:
        if self._parts not in _KINDS:
            known = "; ".join(sorted(" with ".join(sorted(parts)) for parts in _KINDS))
            raise ValueError(f"This asks for nothing that is known. It may be: {known}.")
        if self.rise is False or (self.question and self.no_flag not in (None, "true")):
            raise ValueError("Write “true” here, or leave it out.")

    @property
    def _parts(self) -> frozenset[str]:
        return frozenset(name for name in self.__struct_fields__ if getattr(self, name) not in (None, ()))

    @property
    def kind(self) -> str:
        """The kind of rule: all, any, points, unflagged, in_time, upload, attendance, consent, submitted, …"""
        return _KINDS[self._parts]

    def leaves(self) -> Iterator["Rule"]:
        """Yield every single thing that is asked for, in the order of the file."""
        if not (self.all or self.any):
            yield self
        for part in self.all + self.any:
            yield from part.leaves()


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shows that a commitment is kept: in words, and as rules of which all or any must hold."""

    text: Text
    all: tuple[Rule, ...] = ()
    any: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.all) == bool(self.any):
            raise ValueError("Evidence needs either “all” or “any”, with at least one thing in it.")

    @property
    def rule(self) -> Rule:
        """The rules as one."""
        return Rule(all=self.all, any=self.any)


class Commitment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One promise."""

    id: Slug
    title: Text
    text: Text
    evidence: Evidence


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role in which somebody may sign."""

    id: Slug
    label: Text


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to agree to when signing; without a ``required`` one nobody can sign."""

    id: Slug
    required: bool
    label: Text


class Signing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may sign, and to what they agree. ``authority`` is the sentence beside its box."""

    text: Text
    roles: tuple[Role, ...]
    authority: Text
    consents: tuple[Consent, ...]


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A status in the register, and what it asks for beyond the one before it."""

    id: Slug
    title: Text
    text: Text
    requires: Rule | None = None


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the public register shows; ``label`` stands on every row."""

    text: Text
    shows: tuple[Slug, ...]
    label: Text


class Lapse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens when the term runs out: the entry is marked, and gone after so many days."""

    text: Text
    removed_after_days: Days


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a pledge ends early; ``by_staff`` is the only reason for which the partnership may end it."""

    text: Text
    by_staff: Slug


class PledgeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the pledge."""

    kind: Annotated[str, msgspec.Meta(pattern="^pledge$", description="pledge")]
    schema: Annotated[str, msgspec.Meta(pattern="^1$", description="1")]
    id: Slug
    version: Version
    title: Text
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$", description="a language, like en")]
    term_months: Months
    reminder_days: tuple[Days, ...]
    preamble: Text
    commitments: tuple[Commitment, ...]
    what_it_is_not: tuple[Text, ...]
    signing: Signing
    statuses: tuple[Status, ...]
    register: Register
    logo_terms: tuple[Text, ...]
    lapse: Lapse
    withdrawal: Withdrawal

    def status(self, id: str) -> Status:
        """Return the status with this id. Raises StopIteration when it is not one of STATUSES."""
        return next(status for status in self.statuses if status.id == id)


class Edition(msgspec.Struct, frozen=True):
    """A version of the pledge with the file's own text (``source``, plain line ends) and its SHA-256 in hex."""

    text: PledgeText
    source: str
    sha256: str
    path: Path

    @property
    def version(self) -> str:
        """The version."""
        return self.text.version


def edition(source: str, path: Path) -> Edition:
    """Return the pledge written in ``source``. ``path`` is where it came from, for the messages.

    Raises ReferenceDataError with every problem in it and its line.
    """
    text = parse(source, PledgeText, path)
    if problems := _problems(text, source):
        raise ReferenceDataError(path, problems)
    return Edition(text, source, hashlib.sha256(source.encode()).hexdigest(), path)


def shipped(path: Path | None = None) -> Edition:
    """Return the current pledge: the file in the folder of content, or the one at ``path``.

    A copy whose line ends another system rewrote is the same edition. Raises ReferenceDataError, or ContentError
    without such a folder.
    """
    path = path or content_folder() / "pledge.yaml"
    return edition(text_of(path), path)


def _problems(text: PledgeText, source: str) -> list[str]:
    """Return what is wrong with the meaning of a well-formed text, in the order of its lines."""
    root = yaml.compose(source, Loader=LOADER)
    found = sorted((_line(root, where), message) for where, message in _meaning(text))
    return [f"Line {line}: {message}" for line, message in found]


def _meaning(text: PledgeText) -> Iterator[tuple[Sequence[str | int], str]]:
    """Yield (place in the file, problem)."""
    signing = text.signing
    for name, place, ids in (
        ("commitments", ["commitments"], [commitment.id for commitment in text.commitments]),
        ("roles", ["signing", "roles"], [role.id for role in signing.roles]),
        ("consents", ["signing", "consents"], [consent.id for consent in signing.consents]),
    ):
        if not ids:
            yield place, f"There are no {name}. Write at least one."
        for number, id in enumerate(ids):
            if id in ids[:number]:
                yield [*place, number], f"Two {name} have the id “{id}”. Give each its own."
    if tuple(status.id for status in text.statuses) != STATUSES:
        yield ["statuses"], f"The statuses are {', '.join(STATUSES)}, in this order."
    for number, status in enumerate(text.statuses):
        if (status.requires is None) != (number == 0):
            yield ["statuses", number], "The first status requires nothing; every other one has “requires”."
        for leaf in status.requires.leaves() if status.requires else ():
            if leaf.kind not in _STANDING.values():
                yield ["statuses", number], f"A status cannot ask for {_words(leaf)}."
    consents = {consent.id for consent in signing.consents}
    for number, commitment in enumerate(text.commitments):
        for leaf in commitment.evidence.rule.leaves():
            if leaf.kind not in _EVIDENCE.values():
                yield ["commitments", number, "evidence"], f"Evidence cannot ask for {_words(leaf)}."
            if leaf.consent and leaf.consent not in consents:
                yield ["commitments", number, "evidence"], f"Nobody is asked for the consent “{leaf.consent}”."
    for number, consent in enumerate(signing.consents):
        if consent.id == SHOW_SIGNER and consent.required:
            yield ["signing", "consents", number], "A signer’s own name is shown only by choice: “required: false”."
    if sorted(text.register.shows) != sorted(SHOWN):
        yield ["register", "shows"], f"The register shows {', '.join(SHOWN)}: write these."
    if list(text.reminder_days) != sorted(set(text.reminder_days), reverse=True):
        yield ["reminder_days"], "Write each number of days once, the largest first."


def _words(rule: Rule) -> str:
    return " with ".join(f"“{name}”" for name in rule.__struct_fields__ if getattr(rule, name) not in (None, ()))


def _line(node: yaml.Node | None, where: Sequence[str | int]) -> int:
    """Return the line of a part of the document."""
    line = 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            line, node = next(
                (key.start_mark.line + 1, value) for key, value in node.value if getattr(key, "value", None) == step
            )
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line
