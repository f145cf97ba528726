"""Writing the log: one entry per state change, in the same transaction as the change.

An entry names a person by a pseudonym. Only ``audit_subject`` says whose it is, so that erasing a person is deleting
their row there: what was sealed stays as it was, and nobody can tell any more whose it is.
"""

from typing import Any
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.database.ids import new_id, parse_id


async def record(
    action: str,
    subject: object,
    *,
    person: UUID | None = None,
    organisation: UUID | None = None,
    **details: Any,
) -> None:
    """Add an entry in the current unit.

    action: a verb in the past with its noun, like ``pledge.signed``. subject: the id of what was changed; a person's
    is stored as their pseudonym. person: who did it, stored likewise; somebody who was erased meanwhile is nobody.
    details: small facts without names, addresses, people's ids or answers (those would outlive an erasure).
    """
    named = str(subject)
    await sql.rows(
        "INSERT INTO audit_entry (id, at, person, organisation, action, subject, details) VALUES ({}, {}, "
        "(SELECT pseudonym FROM audit_subject WHERE person = {}), {}, {}, "
        "COALESCE((SELECT CAST(pseudonym AS VARCHAR(120)) FROM audit_subject WHERE person = {}), {}), {})",
        new_id(),
        clock.now(),
        person,
        organisation,
        action,
        parse_id(named),
        named,
        msgspec.json.encode(details, order="sorted").decode(),
    )


async def give_pseudonym(person: UUID) -> None:
    """Let the log know a new person, in the current unit; having a pseudonym already is fine."""
    await sql.rows(
        "INSERT INTO audit_subject (person, pseudonym) VALUES ({}, {}) ON CONFLICT (person) DO NOTHING",
        person,
        new_id(),
    )
