"""Two years of one pledge by the clock: reminders, renewal, lapse, removal, and signing again."""

import json
from datetime import date, timedelta
from functools import partial

import time_machine

from pledge.database.unit import write
from pledge.pledges import reminding, signing
from pledge.pledges.text import shipped

from .signers import ALICE, rows, signed

START = date(2026, 11, 21)


async def test_a_pledge_over_two_years(site, alice, visitor):
    """Signed, renewed after the second reminder, forgotten, lapsed, removed, signed once more."""
    mailroom, seen = site.application.litestar.state.mailroom, {}
    reminded: list[tuple[str, str]] = []
    day = START
    while day <= date(2029, 3, 1):
        with time_machine.travel(f"{day}T09:00:00Z", tick=False):
            if day == START:
                await signed(alice)
            if day == date(2027, 10, 30):
                await write(partial(signing.sign, alice.scope, shipped(), ALICE))
            before = len(await site.mails())
            await reminding.remind(mailroom, shipped().text)
            reminded += [(str(day), mail.subject) for mail in (await site.mails())[before:]]
            state = await shown(alice, visitor)
            if state != next(reversed(seen.values()), None):
                seen[str(day)] = state
            if day == date(2029, 2, 28):
                await write(partial(signing.sign, alice.scope, shipped(), ALICE))
        day += timedelta(days=1 if near(day) or near(day + timedelta(7)) else 7)
    assert reminded == [
        ("2027-09-22", "Your pledge runs out on 21 November 2027"),
        ("2027-10-22", "Your pledge runs out on 21 November 2027"),
        ("2028-08-31", "Your pledge runs out on 30 October 2028"),
        ("2028-09-30", "Your pledge runs out on 30 October 2028"),
        ("2028-10-23", "Your pledge runs out on 30 October 2028"),
    ]
    assert seen == {
        "2026-11-21": (200, "Signed", ["Signed"]),
        "2028-10-31": (200, "Lapsed", ["Lapsed"]),
        "2029-01-29": (404, "", []),
        "2029-03-01": (200, "Signed", ["Signed"]),
    }
    assert [(row["ending"], row["signed_on"]) for row in await rows()] == [
        ("renewed", START), ("renewed", date(2027, 10, 30)), ("", date(2029, 2, 28)),
    ]  # fmt: skip


def near(day: date) -> bool:
    """Whether something may happen in these days; between them a look a week is enough."""
    lasts = (date(2027, 11, 21), date(2028, 10, 30))
    return any(-63 <= (day - last).days <= 3 or 87 <= (day - last).days <= 94 for last in lasts) or day.year == 2029


async def shown(alice, visitor) -> tuple[int, str, list[str]]:
    """What a stranger finds: the entry, and the list."""
    entry = await visitor.get(f"/signatories/{alice.organisation}")
    listed = [found["status"] for found in json.loads((await visitor.get("/signatories.json")).html)["signatories"]]
    csv = (await visitor.get("/signatories.csv")).html
    assert ("Lapsed" in csv) == (listed == ["Lapsed"])
    status = ""
    if entry.status == 200:
        (cell,) = entry.document.xpath("//main//dt[normalize-space()='Status']/following-sibling::dd[1]")
        status = cell.text_content().split(" on ")[0].strip()
    return entry.status, status, listed
