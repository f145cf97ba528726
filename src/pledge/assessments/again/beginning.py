"""A draft that begins with the answers of the newest report: each is to be confirmed or changed before it counts.

What is time-bound is asked afresh. So is what the newest version of the questions counts differently
(``pledge.questionnaires.checks.carrying``): one rule says what can be carried, here and for a draft that is moved.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from pledge.assessments import answer_notes, drafts, submitting
from pledge.assessments.drafts import Given
from pledge.assessments.submitting import Submitted
from pledge.database import clock
from pledge.organisations.profile import Profile
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.checks.carrying import carried
from pledge.questionnaires.definition import Definition

LATELY = timedelta(days=31)  # what was said within a month, here or in the other questionnaire, is asked no second time


def carried_over(last: Submitted, definition: Definition, profile: Profile) -> dict[str, Given]:
    """Return what of a report a new draft of a version begins with, each to be confirmed. Pure.

    Answers to questions that are not shown now come too: they count for nothing, unless they are shown again, as when
    somebody goes on from the short form.
    """
    found = {}
    for outcome in carried(last.definition, definition, last.answers, profile):
        if outcome.answer is None or definition.asked_afresh(outcome.question):
            continue
        given = Given.of(outcome.answer, 0)
        since = last.definition.version if outcome.fate == "reread" else ""
        found[outcome.question] = msgspec.structs.replace(given, since=since, still=True)
    return found


def together(own: Mapping[str, Given], shared: Mapping[str, Given]) -> dict[str, Given]:
    """Return what a draft begins with: an answer that somebody has just given elsewhere counts before one of last time.

    ``shared``: from other questionnaires, as ``drafts.taken_over`` returns it. Pure.
    """
    return {**shared, **own, **{name: given for name, given in shared.items() if not given.still}}


async def begin(
    within: OrganisationScope, definition: Definition, profile: Profile, *, blank: bool = False
) -> UUID | None:
    """Start a draft with the answers and notes of the newest report, in the current unit, and return its id.

    ``profile`` is the firm's, in the form that is begun. Without a report, or ``blank``, it begins as a first one does.
    None: there is a draft, and it stays as it is.
    """
    last = None if blank else await submitting.newest(within, definition.id)
    if last is None:
        return await drafts.start(within, definition, profile.depth)
    return await begin_with(within, last, definition, profile)


async def begin_with(
    within: OrganisationScope, last: Submitted, definition: Definition, profile: Profile
) -> UUID | None:
    """Start a draft with the answers and notes of a report, in the current unit; see ``begin``."""
    shared = await drafts.taken_over(within, definition, since=clock.today() - LATELY)
    given = together(carried_over(last, definition, profile), shared)
    draft = await drafts.start(within, definition, profile.depth, given)
    if draft is not None:
        # notes stay with the report in which all was answered
        await answer_notes.copy(within, last.since.report if last.since else last.id, draft, definition)
    return draft
