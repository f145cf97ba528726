"""Sessions: only a secret of ours counts, only its hash is stored, and each ends when it should."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from tests.accounts.test_sign_in import PASSWORD, account, sign_in

from pledge.accounts import sessions
from pledge.database import clock, sql
from pledge.database.ids import new_id, token_hash
from pledge.database.unit import Overloaded, read, write
from pledge.organisations import queries
from pledge.organisations.queries import load_actor
from pledge.policy.actors import Actor


async def session_rows() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM session ORDER BY created"))


async def works(browser) -> bool:
    return (await browser.get("/organisation/new")).url == "/organisation/new"


# — fixation —


@pytest.mark.parametrize("chosen", ["attacker-chosen", "A" * 43, "", "x" * 100])
async def test_a_secret_that_a_client_chose_is_never_taken_over(site, visitor, chosen):
    """Somebody plants a cookie in a browser and waits until its owner signs in."""
    await account("alice@example.org")
    visitor.http.cookies.set("pledge", chosen, domain="127.0.0.1")
    assert not await works(visitor)
    await sign_in(visitor)
    assert visitor.session not in (chosen, None) and len(visitor.session) == 43
    attacker = site.browser()
    attacker.http.cookies.set("pledge", chosen, domain="127.0.0.1")
    assert not await works(attacker)
    assert token_hash(chosen) not in {row["token_hash"] for row in await session_rows()}


async def test_every_sign_in_has_a_new_secret_and_ends_the_one_it_replaces(site, visitor):
    await account("alice@example.org")
    await sign_in(visitor)
    first = visitor.session
    page = await visitor.get("/sign-in/link")  # a page with a form that a signed-in browser can open
    assert page.status == 200
    await visitor.post("/sign-in", {"email": "alice@example.org", "password": PASSWORD})
    assert visitor.session != first
    thief = site.browser()
    thief.http.cookies.set("pledge", first, domain="127.0.0.1")
    assert not await works(thief) and await works(visitor)
    assert len(await session_rows()) == 1


async def test_a_sign_in_by_link_ends_the_session_that_it_replaces_too(site, visitor):
    await account("alice@example.org")
    await sign_in(visitor)
    first = visitor.session
    await (await visitor.get("/sign-in/link")).submit(email="alice@example.org")
    (mail,) = await site.mails("alice@example.org")
    await (await visitor.get(mail.link)).submit()
    assert visitor.session != first and len(await session_rows()) == 1


async def test_a_visitor_gets_no_cookie_and_no_row(db, site, visitor):
    for path in ("/sign-in", "/register", "/sign-in/link"):
        assert "set-cookie" not in (await visitor.get(path)).response.headers
    assert await session_rows() == []


async def test_the_secret_is_nowhere_in_the_database(site, visitor, db):
    await account("alice@example.org")
    await sign_in(visitor)
    secret = visitor.session
    (row,) = await session_rows()
    assert row["token_hash"] == token_hash(secret) and secret not in str(row)
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if db.engine_type == "sqlite"
        else "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for table in await read(partial(sql.rows, names)):
        for found in await read(partial(sql.rows, f"SELECT * FROM {table['name']}")):
            assert secret not in str(found) and PASSWORD not in str(found)


# — the end —


async def test_signing_out_ends_the_session_on_the_server(site, visitor):
    await account("alice@example.org")
    await sign_in(visitor)
    secret = visitor.session
    visitor.http.follow_redirects = False
    answer = await visitor.post("/sign-out", {})
    assert answer.status == 303 and answer.response.headers["location"] == "/?notice=signed-out"
    assert visitor.session is None and await session_rows() == []
    thief = site.browser()
    thief.http.cookies.set("pledge", secret, domain="127.0.0.1")
    assert not await works(thief)
    assert (await visitor.post("/sign-out", {})).status == 303  # again does no harm


async def test_signing_out_ends_only_this_browsers_session(site, visitor):
    await account("alice@example.org")
    other = site.browser()
    await sign_in(visitor)
    await sign_in(other)
    visitor.http.follow_redirects = False
    await visitor.post("/sign-out", {})
    assert await works(other)


async def test_a_session_ends_a_day_after_its_last_use(site, visitor):
    await account("alice@example.org")
    await sign_in(visitor)
    start = clock.now()
    almost = timedelta(hours=23, minutes=59)
    for days in (1, 2, 3):  # used in between
        with time_machine.travel(start + days * almost):
            assert await works(visitor)
    with time_machine.travel(start + 3 * almost + timedelta(hours=24, seconds=30)):
        assert not await works(visitor)


async def test_a_session_ends_thirty_days_after_signing_in_however_much_it_is_used(site, visitor):
    await account("alice@example.org")
    await sign_in(visitor)
    start = clock.now()
    for hours in range(12, 30 * 24, 12):
        with time_machine.travel(start + timedelta(hours=hours)):
            assert await works(visitor), hours
    with time_machine.travel(start + timedelta(days=29, hours=23, minutes=59)):
        assert await works(visitor)
    keeps = site.browser()  # as a browser does that forgets to forget the cookie
    keeps.http.cookies.set("pledge", visitor.session, domain="127.0.0.1")
    with time_machine.travel(start + timedelta(days=30, seconds=1)):
        assert not await works(keeps)


async def test_its_use_is_noted_at_most_every_ten_minutes(site, db, visitor):
    await account("alice@example.org")
    await sign_in(visitor)
    (before,) = await session_rows()
    start = clock.now()
    with time_machine.travel(start + timedelta(minutes=9)):
        await works(visitor)
    assert (await session_rows())[0]["seen"] == before["seen"]
    with time_machine.travel(start + timedelta(minutes=11)):
        await works(visitor)
    assert (await session_rows())[0]["seen"] > before["seen"]


async def test_sessions_that_are_over_are_forgotten(db):
    person = await account("alice@example.org")
    await write(lambda: sessions.start(person, "old"))
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        await write(lambda: sessions.start(person, "new"))
        await write(sessions.prune)
    assert [row["device"] for row in await session_rows()] == ["new"]


async def test_an_account_that_is_gone_takes_its_sessions_along(site, visitor):
    person = await account("alice@example.org")
    await sign_in(visitor)
    await write(partial(sql.rows, "DELETE FROM person WHERE id = {}", person))
    assert not await works(visitor) and await session_rows() == []


async def test_looking_up_who_asks_costs_one_round_trip(db, site, alice):
    before = db.statements
    await alice.get("/organisation/new")
    assert db.statements - before == 1
    assert (await alice.get("/health/live")).status == 200  # the same for everybody: nobody is looked up
    assert db.statements - before == 1


# — to the moment —

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


async def started(person, device="a browser") -> str:
    with clock.at(NOW):
        return await write(partial(sessions.start, person, device))


async def acts(secret, moment) -> Actor:
    with clock.at(moment):
        return await load_actor(secret)


async def use(moment) -> None:
    await write(partial(sql.rows, "UPDATE session SET seen = {}", moment))


async def test_a_session_ends_at_the_moment_and_its_list_knows_the_same(site, alice):
    await write(partial(sql.rows, "DELETE FROM session"))
    secret = await started(alice.id)
    for ends, seen in (
        (NOW + timedelta(hours=24), NOW),
        (NOW + timedelta(days=30), NOW + timedelta(days=29, hours=23)),
    ):
        for moment, there in ((ends - MOMENT, True), (ends, False)):
            await use(seen)
            assert ((await acts(secret, moment)).person == alice.id) is there, moment
            await use(seen)
            with clock.at(moment):
                assert len(await read(partial(sessions.listed, alice.id, office=False))) == there, moment


async def test_who_has_shown_who_they_are_may_change_their_account_for_ten_minutes(site, alice):
    secret = await started(alice.id)
    assert (await acts(secret, NOW + timedelta(minutes=10) - MOMENT)).confirmed
    assert not (await acts(secret, NOW + timedelta(minutes=10))).confirmed


async def test_a_use_is_noted_only_after_ten_minutes(site, alice):
    await write(partial(sql.rows, "DELETE FROM session"))
    secret = await started(alice.id)
    for minutes, seen in ((10, 0), (11, 11)):
        await acts(secret, NOW + timedelta(minutes=minutes))
        assert (await session_rows())[0]["seen"] == NOW + timedelta(minutes=seen)


@pytest.mark.parametrize("error", [Overloaded("busy"), ValueError("a fault of ours")])
async def test_a_database_that_cannot_write_keeps_nobody_from_reading(site, alice, monkeypatch, caplog, error):
    async def fails(_unit):
        raise error

    await write(partial(sql.rows, "DELETE FROM session"))
    secret = await started(alice.id)
    monkeypatch.setattr(queries, "write", fails)
    if isinstance(error, ValueError):
        with pytest.raises(ValueError, match="of ours"):
            await acts(secret, NOW + timedelta(minutes=11))
    else:
        assert (await acts(secret, NOW + timedelta(minutes=11))).person == alice.id
        assert "the use of a session could not be noted: busy" in caplog.messages


async def test_a_session_began_with_a_mailed_link_only_where_it_says_so(site, alice):
    for mailed in ({}, {"mailed": True}):
        await write(partial(sql.rows, "DELETE FROM session"))
        await write(partial(sessions.start, alice.id, "a browser", **mailed))
        assert [row["mailed"] for row in await session_rows()] == [bool(mailed)]


async def test_signing_in_is_noted_of_the_person_and_takes_back_that_they_were_warned(site, alice, bob):
    await write(partial(sql.rows, "UPDATE person SET signed_in = {}, warned = {}", None, NOW))
    await started(alice.id)
    rows = await read(partial(sql.rows, "SELECT id, signed_in, warned FROM person"))
    told = {row["id"]: (row["signed_in"], row["warned"]) for row in rows}
    assert told[alice.id] == (NOW, None) and told[bob.id] == (None, NOW)


async def test_of_a_browsers_description_two_hundred_characters_are_kept(site, alice):
    await write(partial(sql.rows, "DELETE FROM session"))
    await started(alice.id, "x" * 201)
    assert (await session_rows())[0]["device"] == "x" * 200


async def test_whom_one_acts_for_is_ones_own_membership_and_body(site, alice, bob, charlie, olive):
    mine, his, other = [await acts(await started(person.id), NOW) for person in (alice, bob, charlie)]
    assert [each.member_role for each in (mine, his, other)] == ["owner", "contributor", "owner"]
    assert [each.organisations for each in (mine, his, other)] == [1, 1, 1]
    assert mine.organisation == his.organisation != other.organisation
    await site.member(bob.id, other.organisation, "viewer")
    for firm in (other.organisation, mine.organisation):
        secret = await write(partial(sessions.start, bob.id, "a browser", firm))
        assert (await load_actor(secret)).organisation == firm
    assert (await load_actor(olive.browser.session)).organiser_name == "Wyre Chamber of Commerce"


async def test_ending_all_sessions_forgets_the_browsers_too(site, alice):
    add = "INSERT INTO known_browser (id, person, token_hash, seen) VALUES ({}, {}, {}, {})"
    await write(partial(sql.rows, add, new_id(), alice.id, "a hash", clock.now()))
    await write(partial(sessions.end_all, alice.id))
    assert await read(partial(sql.value, "SELECT count(*) FROM known_browser")) == 0
