"""In which language somebody reads the questions, and which others they can choose.

Buttons, messages and reports stay in English. A person's choice is remembered; a visitor's stands in the address.
"""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from pledge.accounts import people
from pledge.assessments.drafts import Draft
from pledge.organisations.profile import Profile
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import installed
from pledge.questionnaires.translations.offered import offered
from pledge.questionnaires.translations.translating import translate
from pledge.refusals import Missing
from pledge.web.guard import AnyRequest, actor_of

ENGLISH = "English"
GO = "language-"  # before the language, in the name of a button that saves a page and shows it in that


class Choice(NamedTuple):
    """A language that can be chosen, by what it calls itself; ``current`` is the one that is shown."""

    language: str
    name: str
    current: bool


class Reading(NamedTuple):
    """A questionnaire in the words that are shown, and the languages to choose from: none where there is only one."""

    definition: Definition
    choices: tuple[Choice, ...]


def reading(request: AnyRequest, definition: Definition, profile: Profile | None = None) -> Reading:
    """Return a questionnaire as whoever asks reads it.

    ``profile`` is that of the organisation that is asked; None for whoever reads all questions.
    """
    file = installed().get(definition.id)
    drafts = request.app.state.settings.demo  # what no human has checked is shown nowhere else
    found = offered(definition, file.translations if file else (), profile, drafts=drafts)
    if not found:
        return Reading(definition, ())
    wanted = request.query_params.get("language") or actor_of(request).language
    chosen = next((each for each in found if each.language == wanted), None)
    own = definition.language
    choices = [Choice(own, ENGLISH if own.partition("-")[0] == "en" else own, chosen is None)]
    choices += [Choice(each.language, each.around.name, each is chosen) for each in found]
    return Reading(translate(definition, chosen) if chosen else definition, tuple(choices))


def read_draft(request: AnyRequest, draft: Draft) -> tuple[Draft, tuple[Choice, ...]]:
    """Return a draft as whoever asks reads it, and the languages to choose from."""
    found = reading(request, draft.definition, draft.profile)
    if found.definition is not draft.definition:  # else what was worked out of it is kept with it
        draft = replace(draft, definition=found.definition)
    return draft, found.choices


async def remember(
    request: AnyRequest, person: UUID, definition: Definition, language: str, profile: Profile | None = None
) -> None:
    """Remember in which language a person reads the questions, in the current unit.

    Raises Missing for one that this questionnaire is not offered in.
    """
    offered_in = [choice.language for choice in reading(request, definition, profile).choices]
    if language not in (definition.language, *offered_in):
        raise Missing
    await people.read_in(person, "" if language == definition.language else language)
