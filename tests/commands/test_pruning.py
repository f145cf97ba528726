"""What has been kept long enough goes on schedule, and nothing before."""

import asyncio
import json
from datetime import timedelta
from functools import partial

from tests.events import making
from tests.suppliers.sending import LIST, imported, workbook
from tests.support.command import pledge
from tests.support.firms import MAILROOM, answer_all, fill_profile, start

from pledge import app
from pledge.assessments import submitting
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.events.booking import registering
from pledge.events.booking.letters import letters
from pledge.settings import load

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


async def prune(moment) -> dict[str, int]:
    """Prune at another instant, and return the tables of which rows went."""
    with clock.at(moment):
        return {table: rows for table, rows in (await app.prune(load())).items() if rows}


async def count(table: str, where: str = "1 = 1", *args) -> int:
    return int(await read(partial(sql.value, f"SELECT count(*) FROM {table} WHERE {where}", *args)))


async def mails() -> list[str]:
    rows = await read(partial(sql.rows, "SELECT recipient, subject FROM outbox ORDER BY created, id"))
    return [f"{row['recipient']}: {row['subject']}" for row in rows]


# — what firms and visitors leave —


async def test_bookings_lose_their_names_six_months_after_the_event(site, olive):
    event = await making.published(await making.scope_of(olive.id))
    booking = making.a_booking(2)
    write_to = letters(MAILROOM, event, booking, "confirmed", clock.now())
    await write(partial(registering.register, event, booking, write_to))
    same_name = making.a_booking(1)
    await write(
        partial(registering.register, event, same_name, letters(MAILROOM, event, same_name, "confirmed", clock.now()))
    )
    assert "attendee" not in await prune(event.ends + 180 * DAY)
    gone = await prune(event.ends + 186 * DAY)
    assert (gone["attendee"], gone["registration"]) == (3, 2)
    rows = await read(partial(sql.rows, "SELECT booker_name, booker_email, organisation_name, seats FROM registration"))
    assert {row["booker_name"] for row in rows} == {"Name erased"} and sum(row["seats"] for row in rows) == 3
    assert {row["booker_email"] + row["organisation_name"] for row in rows} == {""}
    assert await count("attendee", "name <> 'Name erased' OR email <> ''") == 0
    assert await count("registration", "email_key LIKE '%@%' OR person IS NOT NULL") == 0
    assert not {"attendee", "registration"} & set(await prune(event.ends + 190 * DAY))  # once


async def test_raw_files_go_after_30_days_and_notes_after_90(site, alice):
    await imported(site, alice, workbook(*LIST))
    await fill_profile(alice)
    await start(alice)
    await answer_all(alice)
    note = (
        "INSERT INTO answer_note (organisation, assessment, question, text, updated) "
        "SELECT organisation, id, 'q', 'A note', updated FROM assessment"
    )
    await write(partial(sql.rows, note))
    await write(partial(submitting.submit, alice.scope, "procurement", MAILROOM))
    now = clock.now()
    assert not {"upload_chunk", "answer_note"} & set(await prune(now + 29 * DAY))
    assert (await prune(now + 31 * DAY))["upload_chunk"] == 1
    assert await count("supplier") == 3
    await write(partial(sql.rows, "UPDATE assessment SET submitted = {}", now))
    assert "answer_note" not in await prune(now + 90 * DAY)
    assert (await prune(now + 90 * DAY + SECOND))["answer_note"] == 1


async def test_sessions_links_throttles_sent_forms_jobs_and_mails_go(site, alice, visitor):
    await (await visitor.get("/sign-in/link")).submit(email="alice@example.org")
    await site.work()
    await write(partial(sql.rows, "UPDATE outbox SET state = 'sent', sent = created"))
    tables = ("session", "link", "throttle", "submission", "job", "outbox")
    assert all([await count(table) for table in tables])
    gone = await prune(clock.now() + 100 * DAY)
    assert set(tables) <= set(gone)
    assert [await count(table) for table in tables] == [0] * len(tables)


# — the command —


async def test_the_command_says_how_many_rows_of_what_went(db, alice):
    await write(partial(sql.rows, "UPDATE session SET expires = {}", clock.now() - DAY))
    url = f"sqlite:///{db.path}" if db.engine_type == "sqlite" else db.config["dsn"]
    run = partial(asyncio.to_thread, pledge, "prune")
    answer = await run("--json", PLEDGE_DATABASE_URL=url)
    assert answer.returncode == 0 and answer.stderr == ""
    said = json.loads(answer.stdout)["deleted"]
    assert said["session"] == 1 and said["person"] == 0 and sum(said.values()) == 1
    again = await run(PLEDGE_DATABASE_URL=url)
    assert again.stdout == "Rows deleted or anonymised: 0.\n"


async def test_the_worker_does_it_too(site, alice):
    with clock.at(clock.now() + 60 * DAY):
        await site.work_by_the_clock()
    assert await count("session") == 0
