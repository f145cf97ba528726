"""What somebody saw on the page that checks the answers: nothing else is submitted."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec

from pledge.assessments.drafts import Draft
from pledge.assessments.history import Touched
from pledge.database.ids import parse_id
from pledge.web.forms import Form


class Seen(NamedTuple):
    """A draft at a revision, with the profile that decides what is asked, and the questions shown."""

    draft: UUID | None
    revision: int
    profile: str
    shown: frozenset[str]

    @classmethod
    def of(cls, draft: Draft) -> "Seen":
        """Return what the page about a draft shows."""
        profile = hashlib.sha256(msgspec.json.encode(draft.profile)).hexdigest()[:16]
        return cls(draft.id, draft.revision, profile, frozenset(draft.shown))

    @classmethod
    def read(cls, form: Form) -> "Seen":
        """Return what the page showed that a form comes from; of a form that does not say so, nothing."""
        revision = form.value("revision")
        return cls(
            parse_id(form.value("draft")),
            int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0,
            form.value("profile"),
            frozenset(form.value("shown").split()),
        )

    def same_as(self, draft: Draft) -> bool:
        """Whether a draft is still what was seen."""
        return self == Seen.of(draft)


class Changes(NamedTuple):
    """What was changed by question, and the names of who did."""

    touched: Mapping[str, Touched]
    names: Mapping[UUID, str]
