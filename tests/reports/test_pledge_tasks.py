"""The pledge in the list of tasks, by the clock, and what would keep it."""

from datetime import date
from functools import partial
from uuid import uuid4

import msgspec
import pytest
import time_machine
from tests.pledges.signers import rows, signed
from tests.suppliers.sending import imported, workbook
from tests.support.firms import submitted

from pledge.database.unit import read, write
from pledge.pledges import standing
from pledge.pledges.standing import Progress, Standing
from pledge.pledges.text import shipped
from pledge.reports import standing as report_standing
from pledge.reports.pledge_tasks import to_keep, to_sign

TEXT = shipped().text
SIGNED = Standing(
    id=uuid4(), organisation=uuid4(), version="2026.1", name="Alice", role="Owner", name_public=False, consents=(),
    signed_on=date(2026, 11, 21), expires_on=date(2027, 11, 21), status="signed", status_since=date(2026, 11, 21),
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "version", "by", "task"),
    [
        ("2026-11-21", "2026.1", "", ("Sign the pledge", "completed", "/pledge/signed",
                                      "Signed on 21 November 2026. It runs until 21 November 2027")),
        ("2027-09-21", "2026.1", "", ("Sign the pledge", "completed", "/pledge/signed",
                                      "Signed on 21 November 2026. It runs until 21 November 2027")),
        ("2027-10-06", "2026.1", "", ("Renew your pledge", "attention", "/pledge/sign",
                                      "46 days left: it runs until 21 November 2027")),
        ("2027-11-21", "2026.1", "", ("Renew your pledge", "attention", "/pledge/sign",
                                      "Today is the last day: it runs until 21 November 2027")),
        ("2027-11-22", "2026.1", "An owner can do this.", ("Renew your pledge", "attention", "/pledge/sign",
                                                          "It ran out on 21 November 2027. An owner can do this.")),
        ("2027-01-01", "2025.1", "", ("Sign the new words of the pledge", "optional", "/pledge/signed",
                                      "The words have changed. What you signed holds until 21 November 2027")),
        ("2027-11-20", "2025.1", "", ("Renew your pledge", "attention", "/pledge/sign",
                                      "1 day left: it runs until 21 November 2027")),
    ],
)  # fmt: skip
def test_the_task_of_signing_follows_the_term(day, version, by, task):
    found = to_sign(
        msgspec.structs.replace(SIGNED, version=version), TEXT, date.fromisoformat(day), complete=True, by=by
    )
    assert (found.text, found.status, found.href, found.hint) == task and found.by == by


@pytest.mark.parametrize(("complete", "status"), [(True, "not_started"), (False, "cannot_start")])
def test_without_a_signature_it_waits_for_the_profile(complete, status):
    assert to_sign(None, TEXT, date(2027, 1, 1), complete=complete, by="").status == status


def test_the_task_of_keeping_has_one_link_to_what_would_keep_the_next_promise():
    assert to_keep(None) == [] and to_keep(SIGNED) == []
    for progress, expected in (
        (Progress(8, 8), ("Keep your pledge", "completed", "/pledge/kept", "8 of 8 promises shown")),
        (Progress(1, 1), ("Keep your pledge", "completed", "/pledge/kept", "1 of 1 promise shown")),
        (Progress(3, 8, "Lead", "/actions/1", "See what to do about it"),
         ("Keep your pledge: Lead", "in_progress", "/actions/1", "3 of 8 promises shown. See what to do about it")),
        (Progress(7, 8, "Train"), ("Keep your pledge: Train", "in_progress", "/pledge/kept", "7 of 8 promises shown")),
    ):  # fmt: skip
        (found,) = to_keep(msgspec.structs.replace(SIGNED, progress=progress))
        assert (found.text, found.status, found.href, found.hint) == expected


def test_nobody_is_sent_to_what_only_others_can_do_but_everybody_to_events():
    by = "An owner or contributor can do this."
    answer = msgspec.structs.replace(SIGNED, progress=Progress(3, 8, "Lead", "/actions/1", "See what to do about it"))
    (found,) = to_keep(answer, by)
    assert (found.href, found.hint, found.by) == ("/pledge/kept", f"3 of 8 promises shown. {by}", by)
    event = msgspec.structs.replace(SIGNED, progress=Progress(7, 8, "Train", "/events/signs", "Book a place"))
    (found,) = to_keep(event, by)
    assert (found.href, found.hint, found.by) == ("/events/signs", "7 of 8 promises shown. Book a place", "")


async def test_the_page_of_tasks_says_it_as_soon_as_it_is_worked_out(site, alice, charlie):
    await signed(alice)
    assert "Keep your pledge" not in (await alice.get("/home")).text
    await site.work()
    page = await alice.get("/home")
    assert "Keep your pledge: Lead" in page.text and "0 of 8 promises shown. Go to these questions" in page.text
    for name in ("procurement", "recruitment"):
        await submitted(alice, name, 4)
    await site.work()
    assert "Keep your pledge: Know our suppliers" in (await alice.get("/home")).text
    assert "/suppliers/uploads" in (await alice.get("/home")).links()
    await imported(site, alice, workbook(["Marrowby Timber Ltd", "Timber", "Brazil", 12000, "robots"]))
    await site.work()
    page = await alice.get("/home")
    assert "8 of 8 promises shown" in page.text and "/pledge/kept" in page.links()
    assert "Keep your pledge" not in (await charlie.get("/home")).text


async def test_the_worker_looks_at_each_signature_once_a_day(site, alice, charlie):
    with time_machine.travel("2026-11-21T09:00:00Z", tick=False):
        await signed(alice)
        await site.work()
        assert await read(standing.stale) == []
    with time_machine.travel("2027-03-01T09:00:00Z", tick=False):
        assert await read(standing.stale) == [alice.organisation]
        await report_standing.refresh_daily()
        assert await read(standing.stale) == []
        mine = await read(partial(standing.current, alice.organisation))
        assert mine is not None and mine.progress is not None and mine.progress.shown == 0
    (row,) = await rows()
    assert row["keeping_on"] == date(2027, 3, 1)
    with time_machine.travel("2028-11-20T09:00:00Z", tick=False):
        assert await read(standing.stale) == [alice.organisation]
    with time_machine.travel("2028-11-22T09:00:00Z", tick=False):
        assert await read(standing.stale) == []  # nobody comes back to it any more
    await write(partial(standing.note_progress, charlie.organisation, Progress(1, 8)))  # who has not signed
    assert len(await rows()) == 1
