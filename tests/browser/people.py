"""What the browser's installation holds before anybody opens it: events, firms, people with passwords."""

import tempfile
from datetime import timedelta
from functools import partial
from uuid import UUID

from tests.support import firms
from tests.support.cast import Person
from tests.support.site import enrol, session

from pledge.accounts import factors, links, passwords, people
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read, write
from pledge.events import listing, organising, registering
from pledge.events.event import Booking, Details, Guest
from pledge.events.letters import letters
from pledge.insights import releasing
from pledge.organisations import joining, organisers
from pledge.organisations.places import gazetteer
from pledge.policy.actors import Actor
from pledge.policy.scopes import OrganiserScope
from pledge.questionnaires.answers import Answer
from pledge.suppliers import importing, proposing, receiving, uploads
from pledge.web.forms import Form
from pledge.worker.loop import Worker

PASSWORD = "four quiet oak tables"


async def account(name: str, email: str) -> UUID:
    """Add somebody who can sign in with PASSWORD."""
    hashed = await passwords.hash_password(PASSWORD)
    person = await write(partial(people.add, email, name, hashed))
    assert person is not None
    return person


async def everybody() -> tuple[dict[str, str], dict[str, UUID | str]]:
    """Add all of them. Return the cookie that signs each in, and the ids that addresses name."""
    olive, event, draft = await chamber()
    stella, rosa = await staff()
    new = await firm("Nell", "New Firm", full=False)
    full = await firm("Fay", "Full Firm", full=True)
    for number in range(6):  # figures need company
        await firm(f"Flo{number}", f"Firm number {number}", full=True)
    booking = await book(full, "a-morning-on-procurement")
    done, outlined, supplier = await supplier_files(full)
    await release()
    cookies = {
        "new owner": await session(new.id, new.organisation),
        "owner": await session(full.id, full.organisation),
        "organiser": await session(olive),
        "staff": await session(stella),
        "operator": await session(rosa),
        **await protected(),
    }
    later = clock.now() + timedelta(days=1)  # the tests take longer than a sign-in counts as fresh
    await write(partial(sql.rows, "UPDATE session SET confirmed = {} WHERE confirmed IS NOT NULL", later))
    ids: dict[str, UUID | str] = {
        "event": event, "draft": draft, "booking": booking, "done": done, "outlined": outlined, "supplier": supplier,
        "enrolment": await letter("enrol", stella), "new_email": await letter("new_email", full.id),
    }  # fmt: skip
    return cookies, ids


async def chamber() -> tuple[UUID, UUID, UUID]:
    """Add Olive's chamber with events on every topic; return the ids of her, of the first event, and of a draft."""
    olive = await account("Olive", "olive@example.org")
    body = await write(partial(organisers.add_body_with, olive, "Wyre Chamber", "chamber", "events@example.org"))
    await enrol(olive)
    topics = (("procurement", "legal"), ("recruitment",), ("training", "spotting-signs"), ("reporting",))
    scope = OrganiserScope(Actor(), new_id(), body)
    made = []
    for number, about in enumerate(topics):
        starts = (clock.now() + timedelta(days=14 + number)).replace(hour=10, minute=0, second=0, microsecond=0)
        details = Details(
            title=f"A morning on {about[0].replace('-', ' ')}",
            summary="Two hours for small firms.",
            starts=starts,
            ends=starts + timedelta(hours=2),
            venue_name="Harrowmere Hall",
            venue_postcode="PR1 2HE",
            district="E07000123",
            area="central-fylde-coast",
            capacity=20,
            topics=about,
        )
        made.append(await write(partial(organising.create, scope, details)))
        await write(partial(organising.publish, scope, made[-1]))
    draft = await write(partial(organising.copy, scope, made[0]))
    return olive, made[0], draft


async def staff() -> tuple[UUID, UUID]:
    """Add Stella of the partnership and Rosa who runs the server, and return their ids."""
    stella, rosa = await account("Stella", "stella@example.org"), await account("Rosa", "rosa@example.org")
    await write(partial(people.give_role, stella, "staff"))
    await write(partial(people.give_role, rosa, "operator"))
    await enrol(stella)
    await enrol(rosa)
    return stella, rosa


async def protected() -> dict[str, str]:
    """Add people on the way through the second factor, and return the cookies that sign them in."""
    cookies = {}
    for number, who in enumerate(("unproven", "enrolling", "new staff", "long signed in", "long signed in by link")):
        email = f"protected{number}@example.org"
        person = await (write(partial(people.add, email, who, "")) if who.endswith("link") else account(who, email))
        assert person is not None
        if who == "new staff":
            await write(partial(people.give_role, person, "staff"))
        cookies[who] = await session(person)
        if who == "unproven":
            await enrol(person)
        elif who.startswith("long"):
            await write(partial(sql.rows, "UPDATE session SET confirmed = NULL WHERE person = {}", person))
        elif who == "enrolling":
            row = await read(partial(sql.row, "SELECT id FROM session WHERE person = {}", person))
            assert row is not None
            await write(partial(factors.offer, row["id"], person))
    return cookies


async def letter(purpose: str, person: UUID) -> str:
    """Make an e-mailed link of a person and return the last part of its address."""
    payload = {"email": "somebody.new@example.org"}
    return (await write(partial(links.make, purpose, timedelta(hours=24), payload, person=person))).removeprefix("/t/")


async def firm(name: str, organisation_name: str, *, full: bool) -> Person:
    """Add a firm with its owner: as it is on the first day, or with everything done and one answer that means harm."""
    email = f"{name.lower()}@example.org"
    person = await account(name, email)
    organisation = await write(partial(joining.found, organisation_name, person))
    owner = Person(name, email, person, None, organisation, "owner")  # type: ignore[arg-type]
    if full:
        await firms.fill_profile(owner, name=organisation_name)
        await firms.sign_pledge(owner)
        await firms.submitted(owner, "procurement", 2)
        harm = {"r_b2": Answer(value="someone-paid"), "r_b4": Answer(dont_know=True)}
        await firms.submitted(owner, "recruitment", 3, **harm)
        await firms.start(owner, "procurement")
        await firms.answer_all(owner, "procurement", 1)
    return owner


async def book(owner: Person, slug: str) -> UUID:
    """Book a firm's owner a place at an event, and return the booking's id."""
    seen = await read(partial(listing.see, slug))
    assert seen is not None
    booking = Booking(
        id=new_id(), name=owner.name, email=owner.email, email_key=owner.email, organisation_name="Full Firm",
        guests=(Guest(owner.name, owner.email),), person=owner.id, organisation=owner.organisation,
    )  # fmt: skip
    mails = letters(firms.MAILROOM, seen.event, booking, "confirmed", clock.now())
    await write(partial(registering.register, seen.event, booking, mails))
    return booking.id


HEADINGS = "Supplier,What they supply,Country,Spend"
ROWS = ("Marrowby Timber,Timber,Brazil,12000", "Skelwyke Workwear,Cotton,Bangladesh,900", ",Nobody knows,UK,lots")


async def supplier_files(owner: Person) -> tuple[UUID, UUID, UUID]:
    """Send two lists, and confirm the columns of the first; return the ids of both, and of a supplier."""
    worker = Worker(importing.handlers(firms.MAILROOM))
    sent = []
    for number, more in enumerate(((), ("Wainbarrow Cleaning,Cleaning,UK,100",))):
        with tempfile.TemporaryFile() as file:
            file.write("\n".join((HEADINGS, *ROWS, *more)).encode())
            file.flush()
            examined = receiving.examine(file)
            upload, _ = await write(partial(receiving.keep, owner.scope, f"list-{number}.csv", examined, file))
        await worker.run_all()
        sent.append(upload)
    found = await read(partial(uploads.load, owner.scope, sent[0]))
    shown = proposing.proposal(found.outline)
    chosen = proposing.defaults(shown)
    form = Form({name: [value] if isinstance(value, str) else value for name, value in chosen.items()})
    plans = proposing.read_plans(form, shown, text_file=True)
    await write(partial(uploads.confirm, owner.scope, sent[0], proposing.encoded(plans)))
    await worker.run_all()
    supplier = await read(
        partial(sql.value, "SELECT id FROM supplier WHERE organisation = {} ORDER BY name LIMIT 1", owner.organisation)
    )
    return sent[0], sent[1], supplier


async def release() -> None:
    """Publish a release."""
    await releasing.release(gazetteer())
