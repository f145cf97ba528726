"""One of several processes that book at the same time: started by test_places.py with the events and how to claim."""

import asyncio
import json
import sys
from functools import partial
from uuid import UUID

import time_machine
from tests.events import making

from pledge.database import sql
from pledge.database.unit import database, read, write
from pledge.events.booking import registering
from pledge.events.programme import queries
from pledge.mail.outbox import Message


async def book(event, booking) -> bool:
    def words(_path: str) -> list[Message]:
        return [Message(booking.email, "Booked", "Booked")]

    try:
        await write(partial(registering.register, event, booking, words))
    except registering.NotOpen:
        return False
    return True


async def book_naively(event, booking) -> bool:
    """Count first, then insert: what a program does that takes the database for a list."""
    counted = "SELECT count(*) FROM registration WHERE event = {} AND status = 'confirmed'"
    if await read(partial(sql.value, counted, event.id)) >= event.capacity:
        return False
    await write(
        partial(
            sql.rows,
            "INSERT INTO registration (id, event, booker_name, booker_email, email_key, organisation_name, seats, "
            "status, source, told, created) VALUES ({}, {}, '', {}, {}, '', 1, 'confirmed', 'list', 0, {})",
            booking.id, event.id, booking.email, booking.email_key, making.NOW,
        )
    )  # fmt: skip
    return True


async def main(events: dict[str, str], tries: int) -> dict[str, int]:
    await database().start()
    ways = {"ours": book, "naive": book_naively}
    work = []
    for event_id, way in events.items():
        event = await read(partial(queries.with_link, UUID(event_id)))
        work.append((event_id, partial(ways[way], event)))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    results = {}
    for event_id, attempt in work:
        results[event_id] = sum(await asyncio.gather(*[attempt(making.a_booking()) for _ in range(tries)]))
    await database().stop()
    return results


if __name__ == "__main__":
    with time_machine.travel(making.NOW, tick=True):
        print(json.dumps(asyncio.run(main(json.loads(sys.argv[1]), int(sys.argv[2])))))
