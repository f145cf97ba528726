"""What waits for somebody when the demo begins: an invitation, suggestions, a complaint, calls; Olive’s colleague.

Bob is asked for a part of the questions, which Alice has begun to answer once more.
"""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from pledge.accounts import people
from pledge.assessments import definitions, drafts
from pledge.assessments.again import beginning
from pledge.assessments.colleagues import assigning, assignments
from pledge.assessments.colleagues.assignments import Part
from pledge.database import clock
from pledge.database.unit import write
from pledge.demo import county
from pledge.demo.county import Proposed
from pledge.directory import calls, complaints
from pledge.directory.law import law
from pledge.events.running import suggesting
from pledge.events.running.suggesting import Suggested
from pledge.mail.words import Mailroom
from pledge.organisations import profiles
from pledge.organisations.people import inviting, organisers
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.effort import choose

ASKED = timedelta(days=4)  # before today
DUE = timedelta(days=5)  # after today


async def fill(owner: OrganisationScope, chamber: UUID, today: datetime, mailroom: Mailroom) -> None:
    """Add all of it, in one unit each. ``owner`` invites, and ``chamber`` gets a second organiser."""
    words, days = county.words(), law().figures["complaint_reply"].days
    assert days is not None
    await write(partial(inviting.invite, owner, words.invited, "viewer", mailroom))
    await write(partial(_organiser, chamber, words.colleague))
    with clock.at(today - ASKED):
        await write(partial(_ask, owner, words.note, mailroom))
        await write(partial(complaints.take, mailroom, days, "Nadia Demo", "nadia@example.org", "", words.complaint))
        for proposed in words.suggestions:
            await write(partial(suggesting.keep, _suggested(proposed, today)))
    for call in words.calls:
        with clock.at(today - timedelta(days=call.days)):
            asked = (call.name, call.phone, call.best_time, call.firm)
            await write(partial(calls.ask, mailroom, None, *asked, person=None))


async def _ask(owner: OrganisationScope, note: str, mailroom: Mailroom) -> None:
    """Begin the first questionnaire once more, and ask the contributor for its last part."""
    definition = definitions.all_current()[0]
    profile = choose(definition, (await profiles.load(owner)).profile)
    await beginning.begin(owner, definition, profile)
    draft = await drafts.load(owner, definition.id)
    assert draft is not None
    part = Part(drafts.progress(draft)[-1].id)
    bob = next(each.id for each in await assignments.answerers(owner) if each.person != owner.person)
    due = clock.today() + ASKED + DUE
    await assigning.ask(owner, definition.id, part, assigning.Wish(bob, due, note), mailroom)


async def _organiser(chamber: UUID, name: str) -> None:
    person = await people.add(f"{name.split()[0].lower()}@harrowmere.example.org", name, "")
    assert person is not None
    await organisers.add_member(chamber, person)


def _suggested(proposed: Proposed, today: datetime) -> Suggested:
    event = proposed.days is not None
    starts = today.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=proposed.days or 0)
    return Suggested(
        kind="event" if event else "calendar",
        title=proposed.title,
        starts=starts if event else None,
        online=event and not proposed.place,
        place=proposed.place,
        url=proposed.url,
        organiser_name=proposed.organiser_name,
        why=proposed.why,
        email=proposed.email,
    )
