"""The answer to a page of questions that cannot be saved any more: why, and everything that was typed on it."""

from uuid import UUID

from litestar import Response

from pledge.assessments.drafts import Draft
from pledge.assessments.wording import typed_in_words
from pledge.questionnaires.definition import Definition
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest
from pledge.web.pages import page

OTHER_DRAFT = (
    "These questions were submitted, or started again, since your page was opened. Nothing of this page was saved, and "
    "nothing was overwritten."
)
MOVED = (
    "Your answers were moved to a newer version of these questions since your page was opened. Nothing of this page "
    "was saved, and nothing was overwritten. What you typed stands below: answer it again where it is still asked."
)
NOT_ASKED = (
    "An answer or your firm’s details changed since your page was opened, and these questions are not asked any more."
)


def why(draft: UUID, definition: Definition, now: Draft | None) -> str:
    """Say why nothing of a page is saved that was made of a version of a draft. ``now`` is the draft as it is."""
    moved = now is not None and now.id == draft and now.definition.version != definition.version
    return MOVED if moved else OTHER_DRAFT


def answer(request: AnyRequest, definition: Definition, form: Form, message: str) -> Response[bytes]:
    """Answer with everything that was typed on the page."""
    typed = typed_in_words(definition, form)
    return page(request, "assessments/stale.html", status=409, definition=definition, message=message, typed=typed)
