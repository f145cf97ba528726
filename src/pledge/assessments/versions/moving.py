"""Moving a draft to the newer version of its questions, when its firm chooses so: all of it, or nothing.

Whoever may submit the draft may move it. Nothing moves by itself: what nobody moves is finished as it was begun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec

from pledge.assessments import answer_notes, definitions, drafts, history
from pledge.assessments.colleagues import assigning, assignments
from pledge.assessments.colleagues.assignments import Assignment
from pledge.assessments.drafts import Draft, Given
from pledge.assessments.history import Change
from pledge.assessments.seeing import Seen
from pledge.assessments.submitting import NotSeen
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.mail.words import Mailroom
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.checks.carrying import Outcome, carried
from pledge.questionnaires.definition import Definition
from pledge.refusals import Refusal


@dataclass(frozen=True)
class Move:
    """A draft, the newer version that it could move to, and what would become of all that is in it.

    ``lost_notes`` are the notes, by question, that the newer version has no place for; ``lost`` the assignments.
    ``shared`` are answers to another questionnaire's questions that fill what would have none.
    """

    draft: Draft
    newer: Definition
    lost_notes: Mapping[str, str]
    lost: list[Assignment]
    shared: Mapping[str, Given]

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What becomes of every answer, those to questions that are not shown too."""
        return carried(self.draft.definition, self.newer, self.draft.given, self.draft.profile)

    @cached_property
    def moved(self) -> Draft:
        """The draft as it would be."""
        own = {each.question: self._given(each) for each in self.outcomes if each.answer is not None}
        given = {**self.shared, **own}
        draft = self.draft
        return Draft(
            draft.id, self.newer, draft.revision + 1, given, draft.organisation_name, draft.profile, draft.profiled
        )

    @property
    def filled(self) -> frozenset[str]:
        """The questions whose answer comes from another questionnaire."""
        return frozenset(self.moved.given) - frozenset(each.question for each in self.outcomes if each.answer)

    def _given(self, outcome: Outcome) -> Given:
        before = self.draft.given[outcome.question]
        assert outcome.answer is not None
        since = before.since or (self.draft.definition.version if outcome.fate == "reread" else "")
        return msgspec.structs.replace(before, values=outcome.answer.values, since=since)


async def load(within: OrganisationScope, questionnaire: str) -> Move | None:
    """Return what moving the draft would do, in the current unit; None without a draft, or a newer version."""
    draft, notes = await answer_notes.load_draft(within, questionnaire)
    newer = definitions.current(questionnaire)
    if draft is None or newer is None or newer.version == draft.definition.version:
        return None
    lost = {name: text for name, text in notes.items() if not answer_notes.takes_one(newer, name)}
    shared = await drafts.taken_over(within, newer)
    return Move(draft, newer, lost, assigning.lost(await assignments.everything(within, draft), newer), shared)


async def move(within: OrganisationScope, questionnaire: str, seen: Seen, to: str, mailroom: Mailroom) -> None:
    """Move the draft to version ``to``, in the current unit. ``seen`` is the draft that the page showed.

    Nothing happens when it is there already. Raises NotSeen when the draft, or the newest version, is another than the
    page showed, and Refusal when the draft was submitted meanwhile, or there is nothing to move.
    """
    held = await assigning.hold_draft(within, questionnaire)
    if held is None or held.id != seen.draft:
        raise Refusal(
            "These questions were submitted, or started again, since your page was opened. So nothing was moved.",
            onward=(f"/assessments/{questionnaire}", "The questions as they are now"),
        )
    if held.definition.version == to:
        if seen.same_as(held):  # and not the same form again, which shows what was there before
            raise Refusal(
                "These questions are of that version already. So there is nothing to move.",
                onward=(f"/assessments/{questionnaire}", "The questions as they are now"),
            )
        return
    found = await load(within, questionnaire)
    if found is None or found.newer.version != to or not seen.same_as(found.draft):
        raise NotSeen
    await assigning.follow(within, found.draft, found.newer, mailroom)
    if found.lost_notes:
        await answer_notes.keep(within, found.draft, dict.fromkeys(found.lost_notes, ""))
    await _store(within, found)
    await record(
        "assessment.moved",
        found.draft.id,
        person=within.person,
        organisation=within.organisation,
        questionnaire=questionnaire,
        version=to,
        before=found.draft.definition.version,
    )


async def _store(within: OrganisationScope, found: Move) -> None:
    """Store the draft in its newer version, which is held; the database itself writes the history of it."""
    draft, moved = found.draft, found.moved
    changes = [Change(name, before, None) for name, before in draft.given.items() if name not in moved.given]
    changes += [Change(name, None, given) for name, given in moved.given.items() if name not in draft.given]
    await sql.rows(
        "UPDATE assessment SET version = {}, answers = {}, change = {}, revision = {}, updated = {}, updated_by = {} "
        "WHERE organisation = {} AND id = {} AND revision = {} AND status = 'draft'",
        found.newer.version,
        msgspec.json.encode(moved.given).decode(),
        history.kept(draft.definition, changes),
        moved.revision,
        clock.now(),
        within.person,
        within.organisation,
        draft.id,
        draft.revision,
    )
