"""A small county for the matrix: two firms that know nothing of each other, two organiser bodies, and everybody.

``Pendle`` and ``Ribble`` have one of everything that a firm can have; ``Wyre`` and ``Lune`` organise events.
"""

import io
import random
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from tests.asking import making as asking
from tests.events import making
from tests.insights import population
from tests.security.addresses import PASSWORD
from tests.sharing import making as sharing
from tests.suppliers import sending
from tests.support import cast, firms
from tests.support.cast import Person, add_body_with
from tests.support.log import unguarded_log
from tests.support.publishing import as_version
from tests.support.site import Site

from pledge.accounts import passwords, people
from pledge.actions import changing, evidence, listing, reminders
from pledge.actions.evidence import File
from pledge.asking import answering, shares
from pledge.assessments import definitions, drafts, saving
from pledge.assessments.again import reminding
from pledge.assessments.colleagues import assigning, assignments
from pledge.assessments.quick import quick_answers, quick_check
from pledge.assessments.versions import publishing
from pledge.database import clock, sql
from pledge.database.ids import new_id, new_token
from pledge.database.unit import database, read, write
from pledge.directory import calls, complaints
from pledge.events.booking import needs, registering
from pledge.events.booking.needs import Need
from pledge.events.running import door
from pledge.insights import releasing
from pledge.organisations.partnership import partnership
from pledge.organisations.people import inviting, organiser_team, organisers
from pledge.organisations.places import gazetteer
from pledge.pledges import signing
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.installed import installed
from pledge.questionnaires.loading import load
from pledge.sharing import keeping, opening

CANARY = "ʘ"  # in no word, no markup, no key and no id
NEED = "ʭ"  # no more is this; in all that anybody needs at an event

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Actor:
    """Somebody who tries everything: who they are, and the names of the firms or bodies whose rows are theirs."""

    name: str
    person: Person | None
    secret: str = ""
    holds: tuple[str, ...] = ()
    door: str = ""


@dataclass
class World:
    site: Site
    actors: dict[str, Actor] = field(default_factory=dict)
    objects: dict[str, dict[str, str]] = field(default_factory=dict)  # kind → holder → as it stands in an address
    ids: dict[str, set[UUID]] = field(default_factory=dict)  # holder → what its rows are known by
    organisations: dict[str, UUID] = field(default_factory=dict)
    rows: "Snapshot" = field(default_factory=lambda: Snapshot())
    before: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # holder → its rows by table
    calder: Person | None = None  # owns a firm that asks the others
    suppliers: list[str] = field(default_factory=lambda: [f"Supplier {number}" for number in "123456"])

    def keep(self, kind: str, holder: str, value: object) -> None:
        self.objects.setdefault(kind, {})[holder] = str(value)

    def note(self, rows: "Snapshot") -> None:
        """Remember what there is now, and whose rows are what."""
        self.rows = rows
        self.before = {holder: rows_of(rows, ids) for holder, ids in self.ids.items()}

    def victims(self, actor: Actor) -> list[str]:
        """Whose rows an actor must neither see nor change."""
        return [holder for holder in ("ribble", "lune", "pendle", "wyre") if holder not in actor.holds]


async def tables() -> dict[str, dict[str, str]]:
    """Every table with its columns and their types, as the database declares them; in the current unit."""
    if database().engine_type == "sqlite":
        found = await sql.rows(
            "SELECT m.name AS t, c.name AS c, c.type AS k FROM sqlite_master m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
        )
    else:
        found = await sql.rows(
            "SELECT table_name AS t, column_name AS c, coalesce(data_type || '(' || character_maximum_length || ')', "
            "data_type) AS k FROM information_schema.columns WHERE table_schema = 'public'"
        )
    columns: dict[str, dict[str, str]] = {}
    for row in found:
        if row["t"] != "migration":
            columns.setdefault(row["t"], {})[row["c"]] = row["k"].lower()
    return columns


class Snapshot(Rows):
    """Every row of every table; and of each table a text that is another one when its rows are."""

    marks: dict[str, str]
    asking: str  # the statement that returns the texts


async def everything(names: Iterable[str]) -> Rows:
    """Every row of every table, in the current unit, whatever its scope."""
    await _unscoped()
    return {name: await sql.rows(f"SELECT * FROM {name}") for name in names}


async def _unscoped() -> None:
    if database().engine_type == "postgres":
        await sql.rows("SET LOCAL pledge.trusted = 'on'")


def _asking_for_marks(columns: dict[str, dict[str, str]]) -> str:
    """One statement for all tables: reading them as rows takes three times as long."""
    if database().engine_type == "postgres":
        marks = {name: f"md5(string_agg({name}::text, '|'))" for name in columns}
    else:
        quoted = {name: " || ',' || ".join(f"quote({column})" for column in found) for name, found in columns.items()}
        marks = {name: f"group_concat({row}, '|')" for name, row in quoted.items()}
    return " UNION ALL ".join(f"SELECT '{name}' AS name, {mark} AS mark FROM {name}" for name, mark in marks.items())


async def _marks(asking: str) -> dict[str, str]:
    return {row["name"]: row["mark"] for row in await sql.rows(asking)}


async def changed(before: Snapshot) -> Rows:
    """The tables that are not as they were, in the current unit."""
    await _unscoped()
    marks = await _marks(before.asking)
    rows = await everything(name for name in before if marks[name] != before.marks[name])
    return {name: found for name, found in rows.items() if found != before[name]}


async def snapshot() -> Snapshot:
    """Every row of every table."""
    columns = await read(tables)

    async def unit() -> Snapshot:
        found = Snapshot(await everything(columns))
        found.asking = _asking_for_marks(columns)
        found.marks = await _marks(found.asking)
        return found

    return await write(unit)


def belongs(row: dict[str, Any], ids: set[UUID]) -> bool:
    if "token_hash" in row and "person" in row:  # a session or a link is its person's, whatever firm they act for
        return row["person"] in ids
    return not ids.isdisjoint(value for value in row.values() if isinstance(value, UUID))


def rows_of(rows: Rows, ids: set[UUID]) -> dict[str, list[str]]:
    """The rows that name one of the ids, as texts that can be compared."""
    return {
        table: sorted(repr(list(row.values())) for row in found if belongs(row, ids)) for table, found in rows.items()
    }


def closure(rows: Rows, ids: set[UUID]) -> set[UUID]:
    """The ids, with those of every row that names one of them, and so on."""
    known = set(ids)
    while True:
        more = {
            row["id"]
            for found in rows.values()
            for row in found
            if isinstance(row.get("id"), UUID) and row["id"] not in known and belongs(row, known)
        }
        if not more:
            return known
        known |= more


@contextmanager
def nothing_is_kept(look):
    """Let every write unit run to its end, ``look()`` in it, then undo it: the next request finds all as it was."""
    engine: Any = database()
    real = engine.write

    class Undone(Exception):
        def __init__(self, result: Any) -> None:
            super().__init__()
            self.result = result

    async def write_and_undo(fn):
        async def unit():
            result = await fn()
            await look()
            raise Undone(result)

        try:
            await real(unit)
        except Undone as undone:
            return undone.result

    engine.write = write_and_undo
    try:
        yield
    finally:
        del engine.write


async def _firm(world: World, holder: str, owner: Person, event) -> None:
    """Give a firm one of everything."""
    site, keep = world.site, partial(world.keep, holder=holder)
    await firms.fill_profile(owner, name=f"{holder.title()} Ltd")
    keep("report", value=await firms.submitted(owner, "procurement", points=1, depth="short"))
    action = await _action(owner)
    keep("action", value=action)
    licence = File("licence.png", "png", 8, io.BytesIO(b"\x89PNG\r\n\x1a\n"))
    keep("evidence", value=await write(partial(evidence.add, owner.scope, action, "Licence", clock.today(), licence)))
    await _quick_check(owner)
    await firms.start(owner, "recruitment")
    await firms.answer_all(owner, "recruitment")
    await _note(owner)
    keep("assignment", value=await _assignment(owner))
    await firms.sign_pledge(owner)
    done = await sending.imported(site, owner, sending.csv(*sending.LIST, ["Narnia Ltd", "", "Narnia", "much", ""]))
    keep("upload", value=sending.id_of(done))
    await _asking(world, holder, owner)
    await _shared_by_link(world, holder, owner)
    supplier, merge = await sending.matched(site, owner)
    keep("supplier", value=supplier)
    keep("merge", value=merge)
    again = await sending.imported(site, owner, sending.csv(["ACME LIMITED", "Cotton T-shirts", "China", 9, ""]))
    keep("newest upload", value=sending.id_of(again))
    await write(
        partial(
            sql.rows, "UPDATE supplier SET off_list = {}, off_list_upload = {} WHERE organisation = {} AND name = {}",
            clock.now(), sending.id_of(again), owner.organisation, "Cee Cleaning Ltd",
        )
    )  # fmt: skip
    waiting = await sending.outlined(site, owner, sending.csv(sending.BEE, head=["Who", "What", "Where", "How", "By"]))
    keep("outlined upload", value=sending.id_of(waiting))
    broken = await sending.confirmed(site, owner, sending.csv(sending.CEE))
    keep("failed upload", value=sending.id_of(broken))
    await write(
        partial(
            sql.rows, "UPDATE upload SET state = 'failed' WHERE id = {}", UUID(world.objects["failed upload"][holder])
        )
    )
    booking = making.a_booking(
        2, email=owner.email, person=owner.id, organisation=owner.organisation, organisation_name=holder, name=holder
    )
    await write(partial(registering.register, event, booking, lambda _link: []))
    await write(
        partial(needs.put, booking.id, {1: Need(f"{NEED} no nuts", f"{NEED} a lift"), 2: Need(access=f"{NEED} a loop")})
    )
    keep("registration", value=booking.id)
    await _attendees(world, holder, booking.id)
    await write(partial(inviting.invite, owner.scope, f"{holder}@example.net", "viewer", firms.MAILROOM))
    (invited,) = await sending.rows("SELECT id FROM invitation WHERE organisation = {}", owner.organisation)
    keep("invitation", value=invited["id"])
    members = await sending.rows("SELECT id FROM membership WHERE organisation = {} ORDER BY role", owner.organisation)
    keep("member", value=members[-1]["id"])  # a viewer, or the owner where there is nobody else
    world.organisations[holder] = owner.organisation


async def _asking(world: World, holder: str, owner: Person) -> None:
    """One supplier was asked, another shares its answers; and the firm shares its report with one that asked it."""
    listed = await sending.suppliers(owner)
    waiting, told = listed["Acme Ltd"]["id"], listed["Bee Legal LLP"]["id"]
    await asking.answered(await asking.asked(owner.scope, waiting, email=f"acme@{holder}.example.net"))
    world.keep("asked supplier", holder, waiting)
    await asking.shared(await asking.asked(owner.scope, told, email=f"bee@{holder}.example.net"))
    summary = await read(partial(shares.offered, owner.scope, "procurement"))
    assert summary is not None
    share = partial(answering.share, await _asked_by_calder(world), summary, summary.digest, firms.MAILROOM)
    await write(partial(share, giver=owner.organisation, person=owner.id))
    (given,) = await sending.rows("SELECT id FROM supplier_share WHERE giver = {}", owner.organisation)
    world.keep("share", holder, given["id"])
    world.keep("asked", holder, await _asked_by_calder(world))
    await asking.answered(world.objects["asked"][holder])


async def _buyer(world: World, giver: Person) -> Person:
    """A firm that keeps what Pendle showed it, and has begun to answer itself."""
    buyer = await cast.member_of_new_organisation(world.site, "Bay", "Bay Hospitals")
    await firms.fill_profile(buyer, name="Bay Hospitals")
    await firms.start(buyer, "recruitment")
    shown = await sharing.shared(giver, UUID(world.objects["report"]["pendle"]), "full")
    (last,) = await sending.rows("SELECT id FROM report_share ORDER BY shared DESC LIMIT 1")
    await write(partial(sql.rows, "UPDATE report_share SET to_partnership = {} WHERE id = {}", True, last["id"]))
    world.keep("invited report", "staff", last["id"])
    world.keep("kept share", "bay", await write(partial(keeping.keep, buyer.scope, shown)))
    return buyer


async def _shared_by_link(world: World, holder: str, owner: Person) -> None:
    """The firm shows its report by a link, which somebody has opened, and keeps what another firm showed it."""
    code = await sharing.shared(owner, UUID(world.objects["report"][holder]), "full")
    await write(partial(opening.look, code))
    (given,) = await sending.rows("SELECT id FROM report_share WHERE organisation = {}", owner.organisation)
    world.keep("shared link", holder, given["id"])
    kept = await write(partial(keeping.keep, owner.scope, world.objects["code"]["everybody"]))
    world.keep("kept share", holder, kept)


async def _asked_by_calder(world: World) -> str:
    """Let a firm of nobody's that tries anything ask one more of its suppliers; return the secret of the link."""
    name = world.suppliers.pop()
    assert world.calder is not None
    (supplier,) = await sending.rows("SELECT id FROM supplier WHERE name = {}", name)
    return await asking.asked(world.calder.scope, supplier["id"], f"{name.replace(' ', '')}@example.net", name)


async def _attendees(world: World, holder: str, registration: UUID) -> None:
    """Of the two people that a booking is for, the second has come."""
    expected, here = await sending.rows("SELECT id FROM attendee WHERE registration = {} ORDER BY place", registration)
    world.keep("attendee", holder, expected["id"])
    world.keep("checked-in attendee", holder, here["id"])
    await write(partial(sql.rows, "UPDATE attendee SET checked_in = {} WHERE id = {}", clock.now(), here["id"]))


async def _door(world: World, organiser: UUID) -> str:
    """Open the door of an event of nobody else's, where guests have places, and return its secret."""
    scope, now, secret = await making.scope_of(organiser), clock.now(), new_token()
    times = {"starts": now + timedelta(hours=1), "ends": now + timedelta(hours=12)}
    event = await making.published(scope, title="Tonight", **times)
    booking = making.a_booking(2)
    await write(partial(registering.register, event, booking, lambda _link: []))
    await write(partial(needs.put, booking.id, {1: Need(f"{NEED} halal")}))
    await write(partial(door.make, scope, event.id, secret))
    world.keep("door", "door volunteer", secret)
    await _attendees(world, "door volunteer", booking.id)
    return secret


async def _action(owner: Person) -> UUID:
    """Somebody at the firm has begun with what its report asks for, and wants no reminders of any kind."""
    await write(partial(reminders.silence, owner.scope, off=True))
    await write(partial(reminding.silence, owner.scope, off=True))
    found = (await read(partial(listing.everything, owner.scope)))[0]
    wanted = changing.Wanted("doing", "", found.member, found.due, "Ask the yard")
    await write(partial(changing.change, owner.scope, found.id, wanted, found.revision, firms.MAILROOM))
    return found.id


async def _assignment(owner: Person) -> UUID:
    """Somebody at the firm is asked for a section of what it has begun."""
    (who,) = await sending.rows("SELECT id FROM membership WHERE person = {}", owner.id)
    wish = assigning.Wish(who["id"], clock.today() + timedelta(days=7), "Ask the yard")
    part = assignments.Part("responsibility")
    return await write(partial(assigning.ask, owner.scope, "recruitment", part, wish, firms.MAILROOM))


async def _quick_check(owner: Person) -> None:
    quick = quick_check.asked_now()
    given = {"passing-on": Answer(value="consent")}
    await write(partial(quick_answers.keep, owner.organisation, owner.id, quick, given))


async def _note(owner: Person) -> None:
    definition = definitions.current("recruitment")
    assert definition is not None
    draft = await read(partial(drafts.load, owner.scope, "recruitment"))
    assert draft is not None
    question, answer = next(iter(draft.shown.items()))
    assert answer is not None
    saved = await saving.save_page(owner.scope, definition, draft.revision, {question: answer}, {question: "a note"})
    assert saved is not None and not saved.refused


async def _body(world: World, holder: str, organiser: Person) -> None:
    scope = await making.scope_of(organiser.id)
    world.keep("draft event", holder, (await making.draft(scope, title=f"{holder} later")).id)
    published = await making.published(scope, title=f"{holder} soon")
    world.keep("published event", holder, published.id)
    await write(partial(door.make, scope, published.id, f"door of {holder}"))
    booking = making.a_booking()
    await write(partial(registering.register, published, booking, lambda _link: []))
    await write(partial(needs.put, booking.id, {1: Need(f"{NEED} vegan", f"{NEED} a ramp")}))
    colleague = await world.site.person(f"{holder} colleague", f"{holder}.colleague@example.org")
    await write(partial(organisers.add_member, scope.organiser, colleague))
    found = await sending.rows("SELECT id FROM organiser_member WHERE person = {}", colleague)
    world.keep("organiser colleague", holder, found[0]["id"])
    await write(partial(organiser_team.invite, scope, f"{holder}.new@example.org", firms.MAILROOM))
    found = await sending.rows("SELECT id FROM organiser_invitation WHERE organiser = {}", scope.organiser)
    world.keep("organiser invitation", holder, found[0]["id"])
    draft = await making.draft(scope, title=f"{holder} secret")
    world.keep("slug", holder, draft.slug)
    world.ids[holder] = {scope.organiser}


async def _a_version_waits() -> None:
    """The installed procurement questionnaire is newer than the one that is asked."""
    older = load(as_version(installed()["procurement"].text, "2000.1").encode())
    statement = "UPDATE questionnaire_version SET version = {}, sha256 = {}, text = {} WHERE questionnaire = {}"
    await write(partial(sql.rows, statement, older.version, older.hash, older.text, older.id))
    definitions.forget()
    await read(definitions.catch_up)


async def _drafts_are_older() -> None:
    """The drafts of recruitment have a newer version to move to."""
    newer = load(as_version(installed()["recruitment"].text, "2099.1").encode())
    assert await write(partial(publishing.publish, newer, "command"))
    await read(definitions.catch_up)


async def _office(world: World, callers: dict[str, Person]) -> None:
    """Give the partnership's staff something to decide. Who of them asks for a call is in no firm."""
    for holder, person in (("everybody", None), *((holder, caller.id) for holder, caller in callers.items())):
        call = partial(calls.ask, firms.MAILROOM, None, "Cora", "01632 960583", "", "", person=person)
        world.keep("own call" if person else "call", holder, await write(call))
    take = partial(complaints.take, firms.MAILROOM, 30, "Cora", "cora@example.org", "", "You have my old address")
    world.keep("complaint", "everybody", await write(take))
    suggestion = new_id()
    await write(
        partial(
            sql.rows, "INSERT INTO suggestion (id, kind, title, online, place, url, organiser_name, why, email, state, "
            "reason, created) VALUES ({}, 'calendar', 'Talks', {}, '', 'https://talks.example.org', 'A club', 'Good', "
            "'sue@example.org', 'waiting', '', {})", suggestion, False, clock.now(),
        )
    )  # fmt: skip
    world.keep("suggestion", "everybody", suggestion)


async def build(site: Site) -> World:
    """Make the county."""
    world = World(site)
    await _a_version_waits()
    alice = await cast.member_of_new_organisation(site, "Alice", "Pendle Ltd")
    charlie = await cast.member_of_new_organisation(site, "Charlie", "Ribble Ltd")
    bob = await cast.colleague(site, "Bob", alice, "contributor")
    vera = await cast.colleague(site, "Vera", alice, "viewer")
    rick = await cast.colleague(site, "Rick", alice, "contributor")
    olive = await cast.organiser(site, "Olive", "Wyre Chamber")
    oscar = await cast.organiser(site, "Oscar", "Lune Chamber")
    stella = await cast.with_role(site, "Stella", "staff")
    rosa = await cast.with_role(site, "Rosa", "operator")
    nobody = await site.person("Nina", "nina@example.org")  # whose body organises, and who has a password
    hashed = await passwords.hash_password(PASSWORD)
    for person in (nobody, alice.id):
        await write(partial(people.set_password, person, hashed))
    body = await write(partial(add_body_with, nobody, "The county", "partnership", "county@example.org"))
    event = await making.published(await making.scope_of(nobody))
    assert body
    world.keep("slug", "everybody", event.slug)
    world.keep("body", "everybody", body)
    secret_of_door = await _door(world, nobody)
    world.calder = await cast.member_of_new_organisation(site, "Cal", "Calder Ltd")
    await sending.imported(site, world.calder, sending.csv(*([name, "Tea", "UK", 1, ""] for name in world.suppliers)))
    for kind in ("asked", "sharing"):
        world.keep(kind, "visitor", await _asked_by_calder(world))
        await asking.answered(world.objects[kind]["visitor"])
    await asking.shared(world.objects["sharing"]["visitor"])
    await firms.fill_profile(world.calder, name="Calder Ltd")
    calders = await firms.submitted(world.calder, "recruitment")
    world.keep("code", "everybody", await sharing.shared(world.calder, calders))
    await _firm(world, "pendle", alice, event)
    await _firm(world, "ribble", charlie, event)
    buyer = await _buyer(world, alice)
    await _body(world, "wyre", olive)
    await _body(world, "lune", oscar)
    await _office(world, {"staff": stella, "operator": rosa})
    world.keep("register entry", "everybody", alice.organisation)
    world.keep("register entry", "ribble", charlie.organisation)
    others = population.firms(random.Random(7), 12)
    await population.add(others)
    await population.sign(others)
    home = partnership(None)
    released = await releasing.release(gazetteer(home.districts, home.postcodes))
    world.keep("release", "everybody", released.day.isoformat())
    await _drafts_are_older()
    # a signature that has ended is not in the public register
    await write(partial(signing.withdraw, charlie.scope))
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", rick.id))
    for name, person, *holds in (
        ("visitor", None), ("owner", alice, "pendle"), ("contributor", bob, "pendle"), ("viewer", vera, "pendle"),
        ("removed member", rick), ("other firm's owner", charlie, "ribble"), ("organiser", olive, "wyre"),
        ("other organiser", oscar, "lune"), ("staff", stella), ("operator", rosa), ("buyer", buyer, "bay"),
    ):  # fmt: skip
        secret = (person.browser.session or "") if person else ""
        world.actors[name] = Actor(name, person, secret, (name, *holds))
        if person in (alice, charlie):
            await site.signed_in(person.id)
            sessions = await sending.rows("SELECT id FROM session WHERE person = {} ORDER BY created", person.id)
            world.keep("session", name, sessions[-1]["id"])
    world.actors["door volunteer"] = Actor("door volunteer", None, holds=("door volunteer",), door=secret_of_door)
    columns = await read(tables)
    rows = await snapshot()
    persons = {"pendle": (alice.id, bob.id, vera.id), "ribble": (charlie.id,), "wyre": (olive.id,), "lune": (oscar.id,)}
    for holder, members in persons.items():
        start = {*members, *world.ids.get(holder, ()), *filter(None, [world.organisations.get(holder)])}
        world.ids[holder] = closure(rows, start)
    world.note(rows)
    bare = [table for table, found in world.before["ribble"].items() if "organisation" in columns[table] and not found]
    assert not bare, f"Ribble has nothing in {bare}: let _firm in tests/security/world.py give every firm one."
    return world


async def fill_with_canaries(world: World, holder: str) -> tuple[int, list[str]]:
    """Put the canary at the front of every text in a holder's rows; return of how many columns, and which refuse it.

    A column refuses it because of a CHECK, or because it is a key that other rows name.
    """
    columns = await read(tables)
    rows = await write(partial(everything, columns))
    filled, refused = 0, []
    async with unguarded_log():
        for table, kinds in columns.items():
            mine = [row for row in rows[table] if belongs(row, world.ids[holder])]
            for name, kind in kinds.items() if mine else ():
                if any(word in kind for word in ("char", "text", "bytea", "blob")) and any(row[name] for row in mine):
                    done = await _put(table, name, kind, mine, world.ids[holder])
                    filled += done
                    refused += [] if done else [f"{table}.{name}"]
    return filled, refused


async def _put(table: str, name: str, kind: str, mine: list[dict[str, Any]], ids: set[UUID]) -> bool:
    found = {column: {row[column] for row in mine} & ids for column in mine[0] if isinstance(mine[0][column], UUID)}
    column = next(column for column in ("id", "organisation", *found) if found.get(column))
    longest = int(kind.partition("(")[2].rstrip(")")) if "(" in kind else 1_000_000
    new = f"substr('{CANARY}' || {name}, 1, {longest})"
    if "bytea" in kind or "blob" in kind:
        literal = f"{CANARY.encode().hex()}'"
        new = f"x'{literal}" if database().engine_type == "sqlite" else f"'\\x{literal}::bytea"
    statement = f"UPDATE {table} SET {name} = {new} WHERE {column} IN ({sql.marks(len(found[column]))}) RETURNING 1"
    try:
        return bool(await write(partial(sql.rows, statement, *found[column])))
    except Exception:
        return False
