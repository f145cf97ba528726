"""What came of asking suppliers: one has answered, one has not, one shares its report; and a customer was given one."""

from datetime import datetime, timedelta
from functools import partial

from pledge.asking import answering, invitations, shares
from pledge.assessments import definitions
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.demo import county
from pledge.mail.words import Mailroom
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.installed import QUICK_CHECK

ASKED = timedelta(days=19)  # before today
ANSWERED = timedelta(days=10)
_KNOWN = 3  # points of the answers that are given
_UNKNOWN = "plan"  # a question that nobody could answer


async def ask(firms: list[OrganisationScope], today: datetime, mailroom: Mailroom) -> None:
    """Let the first firm ask three suppliers, the last of them the second firm; and the third firm ask the first."""
    first, second, customer = firms[:3]
    answered, waiting = county.words().asked
    secret = await _ask(first, answered.name, answered.contact, answered.email, today, mailroom)
    await _ask(first, waiting.name, waiting.contact, waiting.email, today, mailroom)
    with clock.at(today - ANSWERED):
        found = await write(partial(answering.save, secret, _answers()))
        await write(partial(answering.share_answers, secret, found.would_share.digest, mailroom))
        await write(partial(invitations.note_look, first, found.id))
    await _share(second, first, today, mailroom)
    await _share(first, customer, today, mailroom)


async def _ask(
    within: OrganisationScope, name: str, contact: str, email: str, today: datetime, mailroom: Mailroom
) -> str:
    statement = "SELECT id FROM supplier WHERE organisation = {} AND name = {}"
    supplier = await read(partial(sql.value, statement, within.organisation, name))
    ask = partial(invitations.ask, within, supplier, name, contact, email, mailroom, by_mail=True)
    with clock.at(today - ASKED):
        return (await write(ask)).removeprefix("/t/")


async def _share(giver: OrganisationScope, asker: OrganisationScope, today: datetime, mailroom: Mailroom) -> None:
    actor = giver.actor
    summary = await read(partial(shares.offered, giver, "recruitment"))
    if summary is None:  # not every firm has answered
        return
    secret = await _ask(asker, actor.organisation_name, actor.name.split()[0], actor.email, today, mailroom)
    give = partial(answering.share, secret, summary, summary.digest, mailroom)
    reported = summary.on is not None and summary.on > (today - ANSWERED).date()
    with clock.at(today if reported else today - ANSWERED):  # nobody shares a report before it is there
        await write(partial(give, giver=giver.organisation, person=giver.person))


def _answers() -> dict[str, Answer]:
    definition = definitions.current(QUICK_CHECK)
    assert definition is not None
    return {
        question.id: Answer(dont_know=True)
        if question.id == _UNKNOWN
        else Answer(value=next(option.value for option in question.options if option.points == _KNOWN))
        for question in definition.scored
    }
