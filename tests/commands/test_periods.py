"""How long each thing is kept, to the second: in time to come whoever changes a period changes it here too."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from pledge import limits
from pledge.accounts import known, links, sessions
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.directory import complaints
from pledge.events.running import suggesting
from pledge.mail import outbox
from pledge.organisations.people import inviting, organiser_team
from pledge.web import kept, once
from pledge.worker import queue

SINCE = datetime(2027, 3, 1, 12, tzinfo=UTC)
BEFORE = SINCE - timedelta(days=1)
LATER = SINCE + timedelta(days=1000)
SECOND = timedelta(seconds=1)


def link(**more):
    return {"id": uuid4(), "token_hash": "a" * 64, "purpose": "sign_in", "payload": "{}", "created": BEFORE, **more}


def job(**more):
    return {
        "id": uuid4(), "kind": "mail", "payload": '{"about": "Alice"}', "run_after": BEFORE, "attempts": 1,
        "error": "It failed for Alice", "created": BEFORE, **more,
    }  # fmt: skip


def message(**more):
    return {
        "id": uuid4(), "recipient": "alice@example.org", "subject": "A subject", "body": "A body", "calendar": "A",
        "calendar_method": "", "attempts": 1, "error": "", "created": BEFORE, **more,
    }  # fmt: skip


def suggestion(**more):
    return {
        "id": uuid4(), "kind": "calendar", "title": "A talk", "online": False, "place": "Nelson", "url": "", "why": "",
        "organiser_name": "", "email": "dora@example.org", "reason": "", "created": BEFORE, **more,
    }  # fmt: skip


def session(person, **more):
    return {
        "id": uuid4(), "token_hash": uuid4().hex, "person": person, "device": "A browser", "created": SINCE,
        "seen": SINCE, "expires": LATER, **more,
    }  # fmt: skip


async def insert(table, row) -> None:
    statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['{}'] * len(row))})"
    await write(partial(sql.rows, statement, *row.values()))


async def pruned(prune, moment) -> dict[str, int]:
    with clock.at(moment):
        return await write(prune)


async def stays_until(prune, table, row, last) -> None:
    """Hold that a row is there at its last moment, and a second later it is not."""
    await insert(table, row)
    assert await pruned(prune, last) == {table: 0}
    assert await pruned(prune, last + SECOND) == {table: 1}


@pytest.mark.parametrize(
    ("prune", "table", "row", "last"),
    [
        (limits.prune, "throttle", {"name": "a:b", "hits": 1, "expires": SINCE}, SINCE),
        (
            once.prune, "submission", {"actor": "a", "form_key": "b", "location": "/", "created": SINCE},
            SINCE + timedelta(hours=24),
        ),
        (
            kept.prune, "kept_page", {"id": uuid4(), "browser": "a", "content": b"b", "created": SINCE},
            SINCE + timedelta(minutes=10) - SECOND,
        ),
        (links.prune, "link", link(expires=SINCE), SINCE + timedelta(days=1)),
        (queue.prune, "job", job(state="done", finished=SINCE), SINCE + timedelta(days=7)),
        (outbox.prune, "outbox", message(state="sent", run_after=SINCE, sent=SINCE), SINCE + timedelta(days=90)),
        (outbox.prune, "outbox", message(state="failed", run_after=SINCE), SINCE + timedelta(days=90)),
        (outbox.prune, "outbox", message(state="failed", run_after=SINCE, fleeting=True), SINCE + timedelta(days=7)),
        (
            complaints.prune, "complaint",
            {
                "id": uuid4(), "name": "Dora", "email": "d@example.org", "reach": "", "text": "A text",
                "received": BEFORE, "answer_by": SINCE.date(), "answered": SINCE,
            },
            datetime(2029, 3, 1, 12, tzinfo=UTC),
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
async def test_it_is_kept_until_then_and_no_longer(db, prune, table, row, last):
    await stays_until(prune, table, row, last)


async def test_what_is_not_over_stays(db):
    await insert("job", job(state="waiting"))
    await insert("job", job(state="failed", finished=SINCE))
    await insert("outbox", message(state="waiting", run_after=SINCE, fleeting=True))
    await insert("suggestion", suggestion(state="waiting"))
    for prune, table in ((queue.prune, "job"), (outbox.prune, "outbox"), (suggesting.prune, "suggestion")):
        assert await pruned(prune, LATER) == {table: 0}
    (letter,) = await read(partial(sql.rows, "SELECT body, calendar FROM outbox"))
    assert letter == {"body": "A body", "calendar": "A"}


async def test_what_a_failed_job_and_a_failed_message_said_goes_after_a_week(db):
    await insert("job", job(state="failed", finished=SINCE))
    await insert("outbox", message(state="failed", run_after=SINCE))
    week = SINCE + timedelta(days=7)
    for moment, said in ((week, ('{"about": "Alice"}', "It failed for Alice", "A body", "A")), (week + SECOND, None)):
        await pruned(queue.prune, moment)
        await pruned(outbox.prune, moment)
        (one,) = await read(partial(sql.rows, "SELECT payload, error FROM job"))
        (other,) = await read(partial(sql.rows, "SELECT body, calendar FROM outbox"))
        assert (*one.values(), *other.values()) == (said or ("{}", "", "", ""))


async def test_a_suggestion_goes_ninety_days_after_it_was_refused_and_its_sender_after_it_was_accepted(db):
    last = SINCE + timedelta(days=90)
    await stays_until(suggesting.prune, "suggestion", suggestion(state="refused", decided=SINCE, email=""), last)
    await stays_until(suggesting.prune, "suggestion", suggestion(state="accepted", decided=SINCE), last)
    (kept_on,) = await read(partial(sql.rows, "SELECT state, email FROM suggestion"))
    assert kept_on == {"state": "accepted", "email": ""}


async def test_sessions_and_browsers_go_when_they_are_over(alice, bob):
    await write(partial(sql.rows, "DELETE FROM session"))
    browser = {"id": uuid4(), "person": alice.id, "token_hash": "a" * 64, "seen": SINCE}
    await stays_until(known.prune, "known_browser", browser, SINCE + timedelta(days=180))
    await stays_until(sessions.prune, "session", session(alice.id), SINCE + timedelta(hours=24))
    await stays_until(sessions.prune, "session", session(alice.id, seen=SINCE, expires=SINCE), SINCE)
    role = {"id": uuid4(), "person": bob.id, "role": "staff", "created": BEFORE}
    await insert("person_role", role)
    await stays_until(sessions.prune, "session", session(bob.id), SINCE + timedelta(hours=1))
    used = session(bob.id, seen=SINCE + timedelta(hours=11, minutes=30))
    await stays_until(sessions.prune, "session", used, SINCE + timedelta(hours=12))


async def test_invitations_go_when_they_are_over(alice, olive):
    asked = {
        "id": uuid4(), "organisation": alice.organisation, "email": "d@example.org", "email_key": "d@example.org",
        "role": "viewer", "invited_by": alice.id, "sendings": 1, "sent": BEFORE, "expires": SINCE,
    }  # fmt: skip
    await stays_until(inviting.prune, "invitation", asked, SINCE + timedelta(days=7))
    body = await read(partial(sql.value, "SELECT organiser FROM organiser_member WHERE person = {}", olive.id))
    asked = {
        "id": uuid4(), "organiser": body, "email": "d@example.org", "email_key": "d@example.org",
        "link_hash": "a" * 64, "created": BEFORE, "expires": SINCE,
    }  # fmt: skip
    await stays_until(organiser_team.prune, "organiser_invitation", asked, SINCE - SECOND)


def test_an_office_session_is_over_an_hour_after_its_last_use_and_twelve_after_it_began():
    for created, seen, last in (
        (SINCE, SINCE, timedelta(hours=1)),
        (SINCE, SINCE + timedelta(hours=11, minutes=30), timedelta(hours=12)),
    ):
        assert not sessions.over(created, seen, SINCE + last)
        assert sessions.over(created, seen, SINCE + last + SECOND)
