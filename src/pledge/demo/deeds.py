"""What the demo's firms have made of their actions: some done, some begun, some put off, and some late."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from pledge.actions import changing, evidence, listing, making, reminders
from pledge.actions.changing import Wanted
from pledge.actions.listing import Action
from pledge.assessments.again import one_answer, reminding
from pledge.assessments.again.worth import worth
from pledge.assessments.colleagues import assignments
from pledge.database import clock
from pledge.database.unit import write
from pledge.demo.county import SEED
from pledge.mail.words import Mailroom
from pledge.pledges.text import shipped
from pledge.policy.scopes import OrganisationScope

FEW = 6  # actions that somebody looked at, in all firms but the first
EVERY = 6  # so many firms, of which one has answered a question again after doing something about it
NOTES = (
    "Rang the agency. They send their licence by Friday.",
    "Asked at the morning meeting. Nobody has paid, and everybody knows whom to tell.",
    "Draft is in the shared folder. Please read it before we send it.",
)
LINK = "https://files.harrowmere.example.org/evidence"
# what shows that something was done, and within how many days it ends, if it does
SHOWN = (
    ("Our policy, signed", None),
    ("Licence of our labour provider", (20, 300)),
    ("Who was trained, without names", (5, 360)),
)
REASONS = ("We move to the new yard first", "We wait for the agency’s answer", "After the season, when all are here")


async def do(members: Sequence[OrganisationScope], today: datetime, mailroom: Mailroom) -> None:
    """Let every firm that has answered do something about it; in the first, where somebody signs in, all was read."""
    chance = random.Random(SEED + 1)  # noqa: S311  a stream of its own: the county stays as it is
    for number, scope in enumerate(members):
        await write(partial(_firm, chance, scope, None if number == 0 else FEW, today, mailroom))
        if number % EVERY == 0:
            with clock.at(today - timedelta(minutes=number + 1)):
                await write(partial(_answer_again, scope))
    # all that would have gone out by now, so that the worker does not begin with it
    await reminders.remind(mailroom)
    await reminding.remind(mailroom, shipped().text)


async def _firm(
    chance: random.Random, scope: OrganisationScope, most: int | None, today: datetime, mailroom: Mailroom
) -> None:
    colleagues = [member.id for member in await assignments.answerers(scope)]
    for action in (await listing.everything(scope))[:most]:
        wanted = _wanted(chance, action, today.date())
        if len(colleagues) > 1 and chance.random() < 0.3:
            wanted = wanted._replace(member=colleagues[-1])
        with clock.at(today - timedelta(days=chance.randint(0, 9), minutes=chance.randint(1, 600))):
            await changing.change(scope, action.id, wanted, action.revision, mailroom)
            if wanted.status == "done" and chance.random() < 0.4:
                title, days = chance.choice(SHOWN)
                ends = today.date() + timedelta(days=chance.randint(*days)) if days else None
                await evidence.add(scope, action.id, title, ends, LINK)


async def _answer_again(scope: OrganisationScope) -> None:
    """Answer one question again, whose action is done, as well as we aim for."""
    for action in await listing.everything(scope):
        newest = await one_answer.newest(scope, action.assessment)
        found = worth(newest, action.question) if action.status == "done" else None
        if found is not None and found.aim is not None:
            answers = {action.question: found.aim.outcome.answer}
            await one_answer.answer(scope, newest.id, answers, then=[making.take_up])
            return


def _wanted(chance: random.Random, action: Action, today: date) -> Wanted:
    """Return what is made of an action. Of those that are overdue most are done, or get another day."""
    kept = Wanted("todo", "", action.member, action.due, "")
    roll = chance.random()
    if roll < 0.3:
        return kept._replace(status="done")
    if roll < 0.4:
        return kept._replace(status="not_now", reason=chance.choice(REASONS))
    if action.due < today and roll < 0.9:
        kept = kept._replace(due=today + timedelta(days=chance.randint(3, 90)))
    if roll < 0.6:
        return kept._replace(status="doing", note=chance.choice(NOTES))
    return kept
