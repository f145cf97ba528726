"""How long bookings are kept, and what becomes of them when somebody's account is erased.

Of an old booking the number of places stays; whose they were goes.
"""

from collections import Counter
from uuid import UUID

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.events.booking import needs, places
from pledge.events.programme.told import ended_before
from pledge.personal import ERASED, Subject, months_before

MONTHS = 6  # after the event

# column → what stands there afterwards, as SQL
ATTENDEE = {"name": f"'{ERASED}'", "email": "''"}
REGISTRATION = {
    "booker_name": f"'{ERASED}'",
    "booker_email": "''",
    "email_key": "CAST(id AS VARCHAR(254))",  # stays different for each booking of an event
    "organisation_name": "''",
    "person": "NULL",
}

# Whose a place is: whose address stands there; and the booker's own where their name does.
THEIRS = "(lower(a.email) IN ({email}, {key}) OR (a.name = {name} AND (r.person = {person} OR r.email_key = {key})))"
_GOING = (
    "SELECT a.id, r.id AS registration FROM attendee a JOIN registration r ON r.id = a.registration "
    "JOIN event e ON e.id = r.event WHERE e.ends > {} AND a.status = 'going' AND r.status = 'confirmed' AND "
)
_FORGET_NEEDS = (
    "DELETE FROM attendee_need WHERE attendee IN (SELECT a.id FROM attendee a "
    "JOIN registration r ON r.id = a.registration WHERE r.person = {} OR r.email_key = {})"
)


async def prune() -> dict[str, int]:
    """Forget what people needed at past events, and of those long ago who booked and came, in the current unit.

    Return the number of rows by table.
    """
    ended, values = ended_before(months_before(clock.now(), MONTHS))
    old = f"(SELECT e.id FROM event e WHERE {ended})"  # noqa: S608
    return {
        **await needs.prune(),
        "attendee": await sql.changed(
            f"UPDATE attendee SET {_set(ATTENDEE)} WHERE event IN {old} AND name <> {{}}",  # noqa: S608
            *values,
            ERASED,
        ),
        "registration": await sql.changed(
            f"UPDATE registration SET {_set(REGISTRATION)} WHERE event IN {old} AND booker_name <> {{}}",  # noqa: S608
            *values,
            ERASED,
        ),
    }


def _set(columns: dict[str, str]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in columns.items())


async def give_back(subject: Subject) -> None:
    """Give back a person's own places at events to come, in the current unit; those of their guests stay booked.

    What their guests need is forgotten: nobody could take it back any more.
    """
    await sql.rows(_FORGET_NEEDS, subject.id, subject.key)
    theirs, values = subject.fill(THEIRS)
    mine = await sql.rows(_GOING + theirs, clock.now(), *values)
    for registration, seats in sorted(Counter(row["registration"] for row in mine).items(), key=str):
        await places.hold(registration)
        left = await sql.row(
            "UPDATE registration SET seats = CASE WHEN seats > {} THEN seats - {} ELSE seats END, "
            "status = CASE WHEN seats > {} THEN status ELSE 'cancelled' END, "
            "cancelled = CASE WHEN seats > {} THEN cancelled ELSE {} END "
            "WHERE id = {} AND status = 'confirmed' RETURNING event",
            *([seats] * 4),
            clock.now(),
            registration,
        )
        if left is None:
            continue
        await sql.many(
            "UPDATE attendee SET status = 'cancelled' WHERE id = {}",
            [(row["id"],) for row in mine if row["registration"] == registration],
        )
        await places.release(left["event"], seats)
        await record("registration.given_back", registration, event=str(left["event"]), seats=seats)


async def forget_firm(organisation: UUID) -> None:
    """Take an organisation's name off its bookings, in the current unit; the people keep their places."""
    await sql.rows("UPDATE registration SET organisation_name = '' WHERE organisation = {}", organisation)
