"""Asking a supplier, answering and sharing, as the pages do it."""

from functools import partial
from uuid import UUID

from tests.support.firms import MAILROOM, answers_at

from pledge.asking import answering, invitations
from pledge.asking.answering import Asked
from pledge.assessments import definitions
from pledge.database import sql
from pledge.database.ids import new_id
from pledge.database.unit import EVERYTHING, reaching, read, write
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import QUICK_CHECK

ADDRESS = "info@acme.example.net"


def quick_check() -> Definition:
    found = definitions.current(QUICK_CHECK)
    assert found is not None
    return found


async def asked(
    within: OrganisationScope,
    supplier: UUID | None = None,
    email: str = ADDRESS,
    name: str = "Acme Ltd",
    contact: str = "Ann",
) -> str:
    """Ask a supplier by e-mail (or by a link, for ""), and return the secret of the link."""
    ask = partial(invitations.ask, within, supplier or new_id(), name, contact, email, MAILROOM, by_mail=bool(email))
    return (await write(partial(ask, sure=True))).removeprefix("/t/")


async def answered(secret: str, points: int = 3, **others: Answer) -> Asked:
    """Answer every question; ``others`` are particular answers, with _ for -."""
    given = answers_at(quick_check(), points) | {name.replace("_", "-"): answer for name, answer in others.items()}
    return await write(partial(answering.save, secret, given))


async def shared(secret: str, points: int = 3, **others: Answer) -> None:
    """Answer every question and share what can be shared."""
    found = await answered(secret, points, **others)
    with reaching(EVERYTHING):
        await write(partial(answering.share_answers, secret, found.would_share.digest, MAILROOM))


async def find(secret: str) -> Asked:
    return await read(partial(answering.find, secret))


async def rows(table: str) -> list[dict]:
    return await read(partial(sql.rows, f"SELECT * FROM {table}"))
