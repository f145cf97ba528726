"""What the browser's installation holds before anybody opens it: events, firms, people with passwords."""

import io
import re
import tempfile
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec
from tests.asking import making as asking
from tests.sharing import making as sharing
from tests.support import firms
from tests.support.cast import Person, add_body_with
from tests.support.newer import Newer
from tests.support.site import enrol, session

from pledge.accounts import factors, links, passwords, people, signing_in
from pledge.actions import changing, evidence
from pledge.actions.evidence import File
from pledge.actions.listing import everything
from pledge.asking import answering, shares
from pledge.assessments import definitions, drafts, saving, submitting
from pledge.assessments.again import beginning
from pledge.assessments.colleagues import assigning
from pledge.assessments.colleagues.assignments import Part
from pledge.database import clock, sql
from pledge.database.ids import new_id, new_token
from pledge.database.unit import read, write
from pledge.declared import HOLDINGS
from pledge.directory import calls, complaints
from pledge.events.booking import needs, registering
from pledge.events.booking.letters import letters
from pledge.events.booking.needs import Need
from pledge.events.programme import listing
from pledge.events.programme.event import Booking, Details, Guest
from pledge.events.running import door, organising, suggesting
from pledge.insights import releasing
from pledge.organisations import joining
from pledge.organisations.people import inviting, organiser_team, organisers
from pledge.organisations.places import gazetteer
from pledge.organisations.rights import erasing
from pledge.policy.actors import Actor
from pledge.policy.scopes import AggregateScope, OrganiserScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.loading import load
from pledge.sharing import giving, keeping, opening
from pledge.suppliers.files import proposing, receiving, states, uploads
from pledge.suppliers.importing import jobs
from pledge.suppliers.pairs import deciding, questions
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
    """Add all of them. Return the cookie that signs each in, and the ids and links that addresses name."""
    olive, event, draft = await chamber()
    stella, rosa = await staff()
    made: dict[str, UUID | str] = {**await invitations(olive), **await suggestions(stella)}
    new = await firm("Nell", "New Firm", full=False)
    full = await firm("Fay", "Full Firm", full=True)
    others = [await firm(f"Flo{number}", f"Firm number {number}", full=True) for number in range(6)]  # for figures
    await answering_again(others[0])
    made["questionnaires"] = await versions(full)
    colleague, member, invitation, withdrawn = await colleagues(full, new)
    made["assignment"] = await assignments_of(full, member)
    action = made["action"] = await actions_of(full, member)
    add = partial(evidence.add, full.scope, action, "Licence of our labour provider", clock.today())
    made["evidence"] = await write(partial(add, File("licence.pdf", "pdf", 5, io.BytesIO(b"%PDF-"))))
    await write(partial(add, "https://files.example.org/policy"))
    booking = await book(full, "a-morning-on-procurement")
    await write(partial(needs.put, booking, {1: Need("no nuts, and nothing fried in their oil", "a hearing loop")}))
    made |= await doors(olive, full, event)
    done, outlined, newest, supplier = await supplier_files(full)
    made |= await asked(full, supplier)
    await release()
    cookies = {
        "new owner": await session(new.id, new.organisation),
        "owner": await session(full.id, full.organisation),
        "returning": await session(others[0].id, others[0].organisation),
        "contributor": await session(colleague, full.organisation),
        "organiser": await session(olive),
        "staff": await session(stella),
        "operator": await session(rosa),
        **await protected(),
    }
    later = clock.now() + timedelta(days=1)  # the tests take longer than a sign-in counts as fresh
    await write(partial(sql.rows, "UPDATE session SET confirmed = {} WHERE confirmed IS NOT NULL", later))
    ids: dict[str, UUID | str] = {
        "event": event, "draft": draft, "booking": booking, "done": done, "outlined": outlined, "newest": newest,
        "supplier": supplier,
        "action_reminders": await letter("action_reminders", full.id),
        "renewal_reminders": await letter("renewal_reminders", full.id),
        "enrolment": await letter("enrol", stella), "new_email": await letter("new_email", full.id),
        "member": member, "invitation": invitation, "withdrawn": withdrawn, **await rights(),
    }  # fmt: skip
    return cookies, ids | made


async def rights() -> dict[str, UUID]:
    """Send a complaint, ask for two calls of which one is over, and erase somebody; return the ids of them."""
    take = partial(complaints.take, firms.MAILROOM, 30, "Cora", "cora@example.org", "", "You have my old address.")
    complaint, gone = await write(take), await account("Gwen", "gwen@example.org")
    ask = partial(calls.ask, firms.MAILROOM, None, "Cora", "01632 960583", "After 4pm", "Full Firm", person=None)
    call, over = await write(ask), await write(ask)
    await write(partial(calls.close, AggregateScope(Actor(), gone), over, "called"))
    receipt = await write(partial(erasing.erase_person, HOLDINGS, gone))
    assert receipt is not None
    return {"complaint": complaint, "receipt": receipt.id, "call": call, "call_over": over}


async def chamber() -> tuple[UUID, UUID, UUID]:
    """Add Olive's chamber with events on every topic; return the ids of her, of the first event, and of a draft."""
    olive = await account("Olive", "olive@example.org")
    body = await write(partial(add_body_with, olive, "Wyre Chamber", "chamber", "events@example.org"))
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


async def invitations(olive: UUID) -> dict[str, str]:
    """Give Olive a colleague, and invite two more; return the paths of their links."""
    body = await read(partial(sql.value, "SELECT organiser FROM organiser_member WHERE person = {}", olive))
    await write(partial(organisers.add_member, body, await account("Oona", "oona@example.org")))
    await account("Orla", "orla@example.org")
    scope = OrganiserScope(Actor(person=olive, name="Olive", organiser_name="Wyre Chamber"), olive, body)
    for email in ("orla@example.org", "new@example.org"):
        await write(partial(organiser_team.invite, scope, email, firms.MAILROOM))
    return {"join": await newest_link("orla@example.org"), "join_new": await newest_link("new@example.org")}


async def suggestions(stella: UUID) -> dict[str, UUID | str]:
    """Suggest three things: one waits, one is refused, and one is not confirmed yet. Return the first and the link."""
    scope = AggregateScope(Actor(person=stella, staff=True), stella)
    about = {"url": "https://events.example.org", "organiser_name": "Ribble Traders", "why": "It shows what to do."}
    day = clock.now() + timedelta(days=30)
    made: dict[str, str] = {}
    for title, kind in (("Spot the signs", "event"), ("A refused calendar", "calendar"), ("Not sent yet", "event")):
        email = f"{title[0].lower()}@example.org"
        starts = day if kind == "event" else None
        found = suggesting.Suggested(kind=kind, title=title, starts=starts, email=email, **about)  # type: ignore[arg-type]
        await write(partial(suggesting.ask, found, title, firms.MAILROOM))
        made[title] = await newest_link(email)
    for title in ("Spot the signs", "A refused calendar"):
        secret = made[title].removeprefix("/t/")
        await signing_in.use_link(secret, suggesting.PURPOSES, Form(), "browser")
    first, second = (each.id for each in await read(partial(suggesting.waiting, scope)))
    await write(partial(suggesting.refuse, scope, second, "It is a sales fair.", firms.MAILROOM))
    return {"suggestion": first, "suggest": made["Not sent yet"]}


async def doors(olive: UUID, guest: Person, like: UUID) -> dict[str, UUID | str]:
    """Make the door links of two events where the guest has a place: of one in an hour, and of one in a month."""
    body = await read(partial(sql.value, "SELECT organiser FROM organiser_member WHERE person = {}", olive))
    scope = OrganiserScope(Actor(), olive, body)
    found = await read(partial(organising.load, scope, like))
    details = {name: getattr(found, name) for name in Details.__struct_fields__} | {"topics": ("legal",)}
    made: dict[str, UUID | str] = {}
    for name, title, hours in (("door", "An hour from now", 1), ("door_later", "A month from now", 30 * 24)):
        starts = clock.now() + timedelta(hours=hours)
        details |= {"title": title, "starts": starts, "ends": starts + timedelta(hours=6)}
        event = await write(partial(organising.create, scope, Details(**details)))
        await write(partial(organising.publish, scope, event))
        await book(guest, title.lower().replace(" ", "-"))
        made[name] = new_token()
        await write(partial(door.make, scope, event, str(made[name])))
    await write(partial(door.make, scope, like, new_token()))
    return made | {"door_made": like}


async def newest_link(recipient: str) -> str:
    """Return the path of the link in the newest mail to somebody."""
    statement = "SELECT body FROM outbox WHERE recipient = {} ORDER BY created DESC LIMIT 1"
    found = re.search(r"/t/\S+", await read(partial(sql.value, statement, recipient)))
    assert found
    return found[0]


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


async def answering_again(owner: Person) -> None:
    """Begin recruitment with the answers of the newest report, in a firm that has agency workers now."""
    profile = msgspec.structs.replace(firms.JOINERY, labour=("agency",))
    await firms.fill_profile(owner, profile, "Firm number 0")
    definition = definitions.current("recruitment")
    assert definition is not None
    await write(partial(beginning.begin, owner.scope, definition, profile))


async def assignments_of(owner: Person, member: UUID) -> UUID:
    """Ask a colleague for a section and for one question of the open draft; return the id of the first."""
    wish = assigning.Wish(member, clock.today() + timedelta(days=7), "You know the yard.\nAsk in the office, too.")
    for part in (Part("leadership"), Part("buying", "p-d1")):
        await write(partial(assigning.ask, owner.scope, "procurement", part, wish, firms.MAILROOM))
    return await read(partial(sql.value, "SELECT id FROM assignment WHERE question = ''"))


async def actions_of(owner: Person, member: UUID) -> UUID:
    """Give a colleague the most urgent action, be late with another, put one off, and do one; return the first."""
    every = await read(partial(everything, owner.scope))
    today = clock.today()
    wishes = [
        ("doing", "", member, every[0].due, "Asked in the yard.\nAli rings the agency."),
        ("todo", "", every[1].member, today - timedelta(days=3), ""),
        ("not_now", "We move house first", None, every[2].due, ""),
        ("done", "", every[3].member, every[3].due, ""),
    ]
    for action, wish in zip(every, wishes, strict=False):
        wanted = changing.Wanted(*wish)
        await write(partial(changing.change, owner.scope, action.id, wanted, action.revision, firms.MAILROOM))
    return every[0].id


async def versions(owner: Person) -> str:
    """Let the owner's draft be of an older version, and a newer one wait; return the folder that it waits in."""
    newer = Newer(Path(tempfile.mkdtemp(prefix="pledge-questionnaires-")) / "own")
    older = load(newer.install("2000.1"))
    row = (older.id, older.version, older.hash, older.text, clock.now() - timedelta(days=300))
    columns = "questionnaire_version (questionnaire, version, sha256, text, published)"
    await write(partial(sql.rows, f"INSERT INTO {columns} VALUES ({{}}, {{}}, {{}}, {{}}, {{}})", *row))
    whose = "organisation = {} AND status = 'draft'"
    await write(partial(sql.rows, f"DELETE FROM assessment WHERE {whose}", owner.organisation))
    assert older.definition is not None
    await write(partial(drafts.start, owner.scope, older.definition))
    await firms.answer_all(owner, "procurement", 1)
    draft = await read(partial(drafts.load, owner.scope, "procurement"))
    assert draft is not None
    two = {newer.recounted: firms.answers_at(older.definition, 2)[newer.recounted]}
    note = {newer.NEW: "Ask in the yard, they have the old terms."}
    await saving.save_page(owner.scope, draft.definition, draft.revision, two, note)
    newer.install("2099.1", title="Buying, and who stands behind it")
    return str(newer.folder)


async def colleagues(owner: Person, other: Person) -> tuple[UUID, UUID, str, str]:
    """Add a contributor to the owner's firm, who views the other's too, and invite two more; withdraw one.

    Return the contributor, their membership, and the secrets of both links.
    """
    cora = await account("Cora", "cora@example.org")
    assert owner.organisation and other.organisation
    await write(partial(joining.add_member, owner.organisation, cora, "contributor"))
    await write(partial(joining.add_member, other.organisation, cora, "viewer"))
    member = await read(
        partial(
            sql.value, "SELECT id FROM membership WHERE organisation = {} AND person = {}", owner.organisation, cora
        )
    )
    within = replace(owner.scope, actor=replace(owner.scope.actor, organisation_name="Full Firm"))
    secrets = []
    for number in range(2):
        email = f"a.rather.long.address.of.somebody.invited{number}@example.org"
        await write(partial(inviting.invite, within, email, "contributor", firms.MAILROOM))
        body = await read(partial(sql.value, "SELECT body FROM outbox WHERE recipient = {}", email))
        secrets.append(body.partition("/t/")[2].split()[0])
    withdrawn = await read(partial(sql.value, "SELECT id FROM invitation WHERE email = {}", email))
    await write(partial(inviting.withdraw, within, withdrawn))
    return cora, member, *secrets


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


HEADINGS = "Supplier,What they supply,Country,Spend,Town,Email"
ALIKE = (
    "A Marrowby Timber Ltd,Timber,Brazil,50,,office@a-rather-long-name-of-a-timber-merchant.example",
    "Ottermere Ltd,Fish,UK,4000,Fleetwood", "Ottermere Ltd,Fish,UK,300,Lancaster", "Otermere Ltd,Fish,UK,20,Fleetwood",
)  # fmt: skip
ROWS = (
    "Marrowby Timber,Timber,Brazil,12000", "Skelwyke Workwear,Cotton,Bangladesh,900", ",Nobody knows,UK,lots",
    "Ribblesby Couriers,Couriers,UK,£50 to £60", *ALIKE,
)  # fmt: skip


LATER = ("Marrowby Timber,Timber,Brazil,13000", "Wainbarrow Cleaning,Cleaning,UK,100", *ALIKE)


async def supplier_files(owner: Person) -> tuple[UUID, UUID, UUID, UUID]:
    """Send three lists, and confirm the columns of the first and the last, which makes one supplier leave the list.

    Return the ids of the first, the second and the last, and of a supplier.
    """
    done = await sent(owner, "list-0.csv", ROWS)
    await imported(owner, done)
    outlined = await sent(owner, "list-1.csv", (*ROWS, "Wainbarrow Cleaning,Cleaning,UK,100"))
    later = await sent(owner, "list-2.csv", LATER)
    await imported(owner, later)
    statement = "UPDATE supplier SET off_list = {}, off_list_upload = {} WHERE name LIKE 'Ribblesby%'"
    await write(partial(sql.rows, statement, clock.now(), later))
    likeliest, *_ = await read(partial(questions.some, owner.scope, 1))
    await write(partial(deciding.answer, owner.scope, {likeliest.id: "same"}))
    supplier = await read(
        partial(sql.value, "SELECT supplier FROM supplier_merge WHERE organisation = {}", owner.organisation)
    )
    return done, outlined, later, supplier


async def asked(owner: Person, free: UUID) -> dict[str, UUID | str]:
    """Ask suppliers of the owner's but one, and let another firm ask it: every state that such a page can be in."""
    within = replace(owner.scope, actor=replace(owner.scope.actor, organisation_name="Full Firm"))
    statement = "SELECT id, name FROM supplier WHERE organisation = {} AND off_list IS NULL ORDER BY name"
    rows = await read(partial(sql.rows, statement, owner.organisation))
    names = {row["name"]: row["id"] for row in rows}
    waiting, told = names["Skelwyke Workwear"], names["Wainbarrow Cleaning"]
    over = next(found for found in names.values() if found not in (waiting, told, free))
    made: dict[str, UUID | str] = {"told": told, "waiting": waiting, "over": over}
    made["ask"] = await asking.asked(within, waiting, "office@skelwyke.example.net", "Skelwyke Workwear")
    harm = {"fees": Answer(value="someone-paid"), "plan": Answer(dont_know=True)}
    made["ask_shared"] = await asking.asked(within, told, "info@wainbarrow.example.net", "Wainbarrow Cleaning")
    await asking.shared(str(made["ask_shared"]), 2, **harm)
    made["ask_over"] = await asking.asked(within, over, "office@marrowby.example.net", "Marrowby Timber")
    await asking.shared(str(made["ask_over"]))
    await write(partial(answering.withdraw, str(made["ask_over"])))
    other = await firm("Cal", "Calder Catering", full=False)
    customer = replace(other.scope, actor=replace(other.scope.actor, organisation_name="Calder Catering"))
    await imported(
        other, await sent(other, "firms.csv", tuple(f"Full Firm {number},Joinery,UK,9" for number in range(4)))
    )
    for number, row in enumerate(await read(partial(sql.rows, statement, other.organisation))):
        made[f"asked{number}"] = await asking.asked(customer, row["id"], f"owner{number}@example.net", row["name"])
    await asking.answered(str(made["asked1"]), 2, **harm)
    summary = await read(partial(shares.offered, owner.scope, "recruitment"))
    for number in (2, 3):
        share = partial(answering.share, str(made[f"asked{number}"]), summary, summary.digest, firms.MAILROOM)
        await write(partial(share, giver=owner.organisation, person=owner.id))
    gone = next(share.id for share in await read(partial(shares.given, owner.scope)))
    await write(partial(shares.withdraw, owner.scope, gone))
    return made | await linked(owner)


async def linked(owner: Person) -> dict[str, UUID | str]:
    """The owner shows reports by links, one of them taken back, and keeps what another firm showed it."""
    report = await read(partial(submitting.latest_id, owner.scope, "recruitment"))
    assert report is not None
    made: dict[str, UUID | str] = {"shown": report}
    made["code"] = await sharing.shared(owner, report, "full", recipient="Calder and Hyndburn Hospitals NHS Trust")
    await write(partial(opening.look, str(made["code"])))
    made["code_over"] = await sharing.shared(owner, report, recipient="A tender of the county council")
    await write(partial(sql.rows, "UPDATE report_share SET to_partnership = {}", True))
    over, made["link"] = [share.id for share in await read(partial(giving.given, owner.scope))]
    await write(partial(giving.take_back, owner.scope, over))
    other = await firm("Lena", "Leven Linen Hire", full=True)
    theirs = await read(partial(submitting.latest_id, other.scope, "recruitment"))
    assert theirs is not None
    made["kept"] = await write(partial(keeping.keep, owner.scope, await sharing.shared(other, theirs)))
    await write(partial(keeping.write_note, owner.scope, made["kept"], "Ask about the night shift in May", ""))
    made["kept_over"] = await write(partial(keeping.keep, owner.scope, await sharing.shared(other, theirs, "full")))
    for share in await read(partial(giving.given, other.scope)):
        if share.kind == "full":
            await write(partial(giving.take_back, other.scope, share.id))
    return made


async def sent(owner: Person, name: str, rows: tuple[str, ...]) -> UUID:
    """Send a list and let the worker look at it; return its id."""
    with tempfile.TemporaryFile() as file:
        file.write("\n".join((HEADINGS, *rows)).encode())
        file.flush()
        examined = receiving.examine(file)
        upload, _ = await write(partial(receiving.keep, owner.scope, name, examined, file))
    await Worker(jobs.handlers(firms.MAILROOM)).run_all()
    return upload


async def imported(owner: Person, upload: UUID) -> None:
    """Confirm the columns of a list as they are proposed, and let the worker import it."""
    found = await read(partial(uploads.load, owner.scope, upload))
    shown = proposing.proposal(found.outline)
    chosen = proposing.defaults(shown)
    form = Form({name: [value] if isinstance(value, str) else value for name, value in chosen.items()})
    plans = proposing.read_plans(form, shown, text_file=True)
    await write(partial(states.confirm, owner.scope, upload, proposing.encoded(plans)))
    await Worker(jobs.handlers(firms.MAILROOM)).run_all()


async def release() -> None:
    """Publish a release."""
    await releasing.release(gazetteer())
