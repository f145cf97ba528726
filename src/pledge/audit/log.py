"""Writing the log: one entry per state change, in the same transaction as the change."""

from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.tables import AuditEntry
from pledge.database import clock
from pledge.database.ids import new_id


async def record(
    action: str,
    subject: object,
    *,
    person: UUID | None = None,
    organisation: UUID | None = None,
    **details: Any,
) -> None:
    """Add an entry in the current unit.

    action: a verb in the past with its noun, like ``pledge.signed``. subject: the id of what was changed.
    details: small facts without names, addresses or answers (those would outlive an erasure).
    """
    await AuditEntry.insert(
        AuditEntry(
            id=new_id(),
            at=clock.now(),
            person=person,
            organisation=organisation,
            action=action,
            subject=str(subject),
            details=msgspec.json.encode(details, order="sorted").decode(),
        )
    )
