"""The answers to the quick check that a firm took along into its account: they wait here for the questionnaires.

Every function works in the current unit.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from pledge.assessments import definitions
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.questionnaires.answers import Answer, Answers, parse_answers
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import QUICK_CHECK
from pledge.words.text import clean

KEPT = timedelta(days=90)

_decode = msgspec.json.Decoder(dict[str, Answer]).decode


def carried(answers: Answers) -> str:
    """Return answers as a form carries them."""
    return msgspec.json.encode({name: _plain(answer) for name, answer in answers.items()}).decode()


def _plain(answer: Answer) -> dict[str, object]:
    found: dict[str, object] = {"value": answer.value, "dont_know": answer.dont_know, "values": list(answer.values)}
    found["not_applicable"] = answer.not_applicable
    return {name: value for name, value in found.items() if value}


def taken(definition: Definition, text: str) -> dict[str, Answer]:
    """Return the answers in what a form carried, which anybody may have written: what is no answer is left out."""
    try:
        raw = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    answers, _ = parse_answers(definition, raw)
    return {
        name: msgspec.structs.replace(answer, not_applicable=clean(answer.not_applicable), note=None)
        if answer.not_applicable
        else msgspec.structs.replace(answer, note=None)
        for name, answer in answers.items()
    }


async def bring(organisation: UUID, person: UUID, text: str) -> None:
    """Keep what a person carried through a registration, for their new organisation."""
    await definitions.catch_up()
    definition = definitions.current(QUICK_CHECK)
    answers = taken(definition, text) if definition else {}
    if definition and answers:
        await keep(organisation, person, definition, answers)


async def keep(organisation: UUID, person: UUID, definition: Definition, answers: Answers) -> None:
    """Keep answers for an organisation, in place of those that it took along before."""
    await sql.rows(
        "INSERT INTO quick_check (organisation, version, answers, kept) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (organisation) DO UPDATE SET version = excluded.version, answers = excluded.answers, "
        "kept = excluded.kept",
        organisation,
        definition.version,
        msgspec.json.encode(answers).decode(),
        clock.now(),
    )
    await record("quick-check.kept", organisation, person=person, organisation=organisation)


async def of(organisation: UUID) -> tuple[Definition, Mapping[str, Answer]] | None:
    """Return the version and the answers that an organisation took along; None when there are none (any more)."""
    row = await sql.row(
        "SELECT version, answers FROM quick_check WHERE organisation = {} AND kept > {}",
        organisation,
        clock.now() - KEPT,
    )
    if row is None:
        return None
    return await definitions.version(QUICK_CHECK, row["version"]), _decode(row["answers"])


async def prune() -> dict[str, int]:
    """Forget what was taken along long enough ago. Return the number of rows by table."""
    return {"quick_check": await sql.changed("DELETE FROM quick_check WHERE kept <= {}", clock.now() - KEPT)}
