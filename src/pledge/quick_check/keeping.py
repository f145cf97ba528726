"""Taking the answers to the quick check into a firm: those that it gives nowhere yet are filled in."""

from pledge.assessments import definitions, drafts, saving
from pledge.assessments.quick import quick_answers
from pledge.assessments.saving import SavedMeanwhile
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answers
from pledge.questionnaires.definition import Definition
from pledge.web.forms import Form
from pledge.web.once import write_once


async def use(within: OrganisationScope, form: Form, quick: Definition, answers: Answers) -> str:
    """Keep the answers for the organisation, fill in its open questionnaires, and return where to go; once for a form.

    No answer that was given is changed, however many others save meanwhile.
    """

    async def work() -> str:
        await quick_answers.keep(within.organisation, within.person, quick, answers)
        for definition in definitions.all_current():
            draft = await drafts.load(within, definition.id)
            if draft is not None:
                brought = drafts.from_quick_check(draft.definition, draft.profile, quick, answers)
                await saving.fill(within, draft, brought)
        return "/home?notice=quick-check-kept"

    while True:
        try:
            return await write_once(form, work)
        except SavedMeanwhile:
            continue
