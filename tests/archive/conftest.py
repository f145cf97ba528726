"""A database in which every part of Pledge has been used."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from tests.archive.contents import execute, fresh, move
from tests.events.making import NOW, published, scope_of
from tests.suppliers.sending import LIST, imported, workbook
from tests.support.firms import fill_profile, sign_pledge, submitted

from pledge.audit import chain
from pledge.database import ids
from pledge.database.unit import database


@pytest.fixture
async def db(databases):
    """As everywhere, but on PostgreSQL as the tables' owner."""
    databases.point(database(), await fresh(databases))
    await database().start()
    yield database()
    await database().stop()
    await databases.drop(database())


@pytest.fixture
async def lived_in(site, alice, bob, charlie, stella, olive):
    """Two firms, one of which has signed, answered and sent a supplier list; and rows with every odd value."""
    await fill_profile(alice)
    await sign_pledge(alice)
    await submitted(alice)
    await imported(site, alice, workbook(*LIST))
    await published(await scope_of(olive.id))
    await site.mails()
    await chain.seal()
    long_ago, far_away = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC)
    for number, moment in enumerate([long_ago, NOW, NOW + timedelta(microseconds=1), far_away]):
        await execute(
            "INSERT INTO audit_entry (id, at, person, organisation, action, subject, details) "
            "VALUES ({}, {}, {}, {}, 'odd.value', {}, {})",
            UUID(int=number), moment, None if number else UUID(int=2**128 - 1), None, "", ODD_TEXT,
        )  # fmt: skip
    await execute(
        "INSERT INTO release (id, day, created, counted) VALUES ({}, {}, {}, {})",
        ids.new_id(), date(2024, 2, 29), NOW, "0" * 64,
    )  # fmt: skip
    await execute("UPDATE supplier SET spend = {} WHERE name LIKE 'Acme%'", -(2**63))
    return alice


ODD_TEXT = "“Łódź” \U0001f9f5 e\u0301 \\ \" ' \r\n\t\u2028 {} {0} $1 ? %s \x7f null"


@pytest.fixture
async def elsewhere(db, databases):
    """Lets a test go on with an empty database of the same kind."""

    async def go() -> None:
        await move(db, databases, await databases.empty_url())

    return go
