"""Telling partnership staff that a version waits for them: on their first page, and by one e-mail for each version."""

from functools import partial

from pledge.accounts.people import addresses_of
from pledge.assessments.versions.publishing import current, texts_of
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.questionnaires.installed import installed
from pledge.questionnaires.loading import Loaded
from pledge.web.pages import Pointer


async def waiting() -> list[Loaded]:
    """Return the installed files that are a new version of a published questionnaire, in the current unit."""
    rows = await sql.rows("SELECT questionnaire, version FROM questionnaire_version")
    known = {row["questionnaire"] for row in rows}
    versions = {(row["questionnaire"], row["version"]) for row in rows}
    return [file for name, file in installed().items() if name in known and (name, file.version or "") not in versions]


async def pointers() -> list[Pointer]:
    """Return a sentence for the first page of staff for every version that waits, in the current unit."""
    return [
        Pointer(
            f"Version {file.version} of “{_title(file)}” waits for you. Nobody is asked it until you publish it.",
            "Read what it changes",
            f"/partnership/questionnaires/{file.id}",
        )
        for file in await waiting()
    ]


async def tell(mailroom: Mailroom) -> None:
    """Tell everybody of the staff of each version that waits, once. A chore of the worker, so after every start."""
    if await read(waiting):
        await write(partial(_tell, mailroom))


async def _tell(mailroom: Mailroom) -> None:
    staff = await addresses_of("staff")
    for file in await waiting():
        asked = current(await texts_of(file.id or ""))
        assert asked is not None  # something is published, or it would not wait
        for person, email in staff:
            message = mailroom.write(
                email,
                "questionnaire_waits",
                title=_title(file),
                version=file.version,
                asked=asked.version,
                questionnaire=file.id,
            )
            await post(message, dedupe=f"questionnaire-waits {file.id} {file.version} {person}")


def _title(file: Loaded) -> str:
    assert file.definition is not None
    return file.definition.title
