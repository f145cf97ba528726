"""Taking in a form of questions, whatever page it comes from: what is valid is saved, and the rest is named."""

from functools import partial
from typing import NamedTuple
from uuid import UUID

from pledge.assessments import answer_notes, definitions, drafts, pages, saving, sent, stale
from pledge.assessments.saving import Saved
from pledge.database.ids import parse_id
from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.definition import Definition
from pledge.refusals import Missing
from pledge.web.forms import Form


class Received(NamedTuple):
    """What became of a form, in the version that its page was made of.

    ``saved`` is None where nothing could be saved, and ``stale`` says why. ``alarm``: an answer says that someone may
    be harmed.
    """

    definition: Definition
    saved: Saved | None
    stale: str = ""
    alarm: bool = False


async def receive(
    within: OrganisationScope, definition: Definition, form: Form, *, confirm: bool = True
) -> Received:  # fmt: skip
    """Save what is valid in a form of questions; problems are noted in the form. ``confirm``: see ``saving.save``.

    ``definition`` is the questionnaire in its newest version. Raises Missing for a version that there is not.
    """
    if form.value("version") != definition.version:  # a draft is finished on the version it was started on
        try:
            definition = await read(partial(definitions.version, definition.id, form.value("version")))
        except KeyError:
            raise Missing from None
    draft, base = parse_id(form.value("draft")), form.value("revision")
    if draft is None or not (base.isascii() and base.isdigit() and len(base) < 10):
        return Received(definition, None, stale.OTHER_DRAFT)
    answers, unclear = sent.answers(form, definition)
    notes = sent.notes(form, definition)
    saved = await saving.save_page(
        within, definition, int(base), answers, notes, draft=draft, unclear=unclear, confirm=confirm
    )
    if saved is None:
        now = await read(partial(drafts.load, within, definition.id))
        return Received(definition, None, stale.why(draft, definition, now))
    return Received(definition, saved, alarm=sent.raises_alarm(definition, answers))


def refuse(form: Form, saved: Saved) -> None:
    """Note in the form which of its questions are not asked any more."""
    for name in saved.refused:
        text = saved.draft.definition.question(name).text
        form.fail(f"q-{name}", f"We no longer ask: “{text}” Your answer to it was not saved.", anchor="")


async def as_stored(within: OrganisationScope, saved: Saved) -> tuple[dict[str, str], dict[UUID, str]]:
    """Return the notes that are stored now, and the names of the people with whom a form is in conflict."""
    people = {conflict.person for conflict in (*saved.conflicts, *saved.note_conflicts)}

    async def unit() -> tuple[dict[UUID, str], dict[str, str]]:
        names = await pages.names(people)
        now, notes = await answer_notes.load_draft(within, saved.draft.definition.id)
        return names, notes if now and now.id == saved.draft.id else {}

    names, notes = await read(unit)
    return notes, names
