"""Putting a draft away that was begun by mistake: it goes with all that is in it, and every report stays.

An owner may, and a contributor where nobody else has saved anything in it: nobody throws away what a colleague wrote
but the firm's owner.
"""

from typing import NamedTuple
from uuid import UUID

from pledge.assessments import drafts, history
from pledge.assessments.colleagues import assigning, assignments
from pledge.assessments.drafts import Draft
from pledge.audit.log import record
from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Refusal


class Away(NamedTuple):
    """A draft: how many answers were given or changed, and how many parts colleagues were asked for.

    ``may``: whether the acting person may.
    """

    draft: Draft
    changed: int
    colleagues: int
    may: bool


async def load(within: OrganisationScope, questionnaire: str) -> Away | None:
    """Return what putting the draft away would do, in the current unit; None without a draft."""
    draft = await drafts.load(within, questionnaire)
    if draft is None:
        return None
    asked = await assignments.everything(within, draft)
    return Away(draft, await history.changed(draft.id), len(asked), await may(within, draft))


async def may(within: OrganisationScope, draft: Draft) -> bool:
    """Return whether the acting person may put a draft away, in the current unit."""
    if within.role == "owner":
        return True
    if within.role != "contributor":
        return False
    people = await sql.rows(
        "SELECT updated_by AS person FROM assessment WHERE organisation = {} AND id = {} "
        "UNION SELECT person FROM answer_change WHERE organisation = {} AND assessment = {}",
        within.organisation,
        draft.id,
        within.organisation,
        draft.id,
    )
    return {row["person"] for row in people} == {within.person}


async def put_away(within: OrganisationScope, questionnaire: str, draft: UUID | None, revision: int) -> None:
    """Delete a draft, in the current unit. ``draft`` and ``revision`` are what the page showed.

    Raises ChangedMeanwhile when it was saved since, and Refusal when it is gone or submitted, or may not be put away.
    """
    held = await assigning.hold_draft(within, questionnaire)
    if held is None or held.id != draft:
        raise Refusal(
            "These answers were submitted or put away already. So there was nothing to do.",
            onward=(f"/assessments/{questionnaire}", "The questions as they are now"),
        )
    if held.revision != revision:
        raise ChangedMeanwhile
    if not await may(within, held):
        raise Refusal(
            "A colleague has worked on these answers, so only an owner can put them away.",
            onward=(f"/assessments/{questionnaire}", held.definition.title),
        )
    await sql.rows("DELETE FROM assessment WHERE organisation = {} AND id = {}", within.organisation, held.id)
    await record(
        "assessment.put_away",
        held.id,
        person=within.person,
        organisation=within.organisation,
        questionnaire=questionnaire,
    )
