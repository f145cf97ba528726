"""What to do if you suspect, how this site works, what to know before the first question, and a plan to print."""

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from pledge.directory.contacts import Contact, contacts
from pledge.organisations.profile import Profile
from pledge.organisations.reference import ReferenceDataError, Slug, Source, Text, fill, read

DATA = Path(__file__).parent / "data"


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page of this site."""

    text: Text
    to: Annotated[str, msgspec.Meta(pattern=r"^/", description="a path on this site, like /help")]


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One heading with what belongs under it: ``points`` are steps in order when ``ordered``.

    ``contacts`` are keys of ``pledge.directory.contacts.contacts``. A topic with a ``questionnaire`` is for that one;
    one of ``staff`` is not for an owner for whom nobody works.
    """

    id: Slug
    title: Text
    source: Source
    questionnaire: Slug = ""
    staff: bool = False
    intro: Text | None = None
    ordered: bool = False
    points: tuple[Text, ...] = ()
    contacts: tuple[Slug, ...] = ()
    link: Link | None = None

    def __post_init__(self) -> None:
        if not (self.intro or self.points):
            raise ValueError("A topic needs an “intro” or “points”.")


class PlanPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the plan: what everyone does, and the ``blanks`` that a firm fills in."""

    title: Text
    lines: tuple[Text, ...] = ()
    blanks: tuple[Text, ...] = ()


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one-page response plan."""

    title: Text
    intro: Text
    source: Source
    parts: tuple[PlanPart, ...]

    def as_text(self) -> str:
        """Return the plan as Markdown that also reads well as plain text, for a file to download."""
        lines = [f"# {self.title}", "", self.intro]
        for part in self.parts:
            lines += ["", f"## {part.title}", ""]
            lines += [f"- {line}" for line in part.lines]
            lines += [f"- {blank}: {'_' * 30}" for blank in part.blanks]
        return "\n".join(lines) + "\n"


class Guidance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``help`` is the page /help from top to bottom; ``before`` stands before the first question."""

    sources: tuple[Source, ...]
    help: tuple[Topic, ...]
    before: tuple[Topic, ...]
    plan: Plan

    def before_asking(self, questionnaire: str, profile: Profile | None = None) -> tuple[Topic, ...]:
        """Return what stands before the first question of a questionnaire (its id), for all or for one profile."""
        alone = profile is not None and profile.headcount_band == "0" and not profile.labour
        return tuple(
            topic for topic in self.before if topic.questionnaire in ("", questionnaire) and not (topic.staff and alone)
        )


@cache
def guidance(path: Path = DATA / "guidance.yaml", contacts_path: Path = DATA / "contacts.yaml") -> Guidance:
    """Return the guidance with every telephone number filled in.

    Raises ReferenceDataError naming every problem in the file, and for a contact that is not in the contacts.
    """
    known: dict[str, Contact] = dict(contacts(contacts_path))
    found = read(path, Guidance)
    if unknown := [key for topic in found.help + found.before for key in topic.contacts if key not in known]:
        raise ReferenceDataError(path, [f"There is no contact “{key}”." for key in unknown])
    return fill(found, {key: contact.phone for key, contact in known.items() if contact.phone}, path)
