"""The composition root: settings in, application out. The only file that knows every room of the house."""

import gc
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.types import ASGIApp

from pledge import menu
from pledge.accounts import account_routes, factor_routes, links, requests, signing_in
from pledge.accounts import routes as sign_in_routes
from pledge.actions import ending, evidence_routes, making, reminders
from pledge.actions import routes as action_routes
from pledge.actions.calling import Call
from pledge.actions.papers import routes as papers_routes
from pledge.actions.papers.reading import Papers, papers
from pledge.archive import schema
from pledge.archive.restoring import Hook
from pledge.asking import answer_routes, answering, invitations
from pledge.asking import retention as asking_retention
from pledge.asking import routes as asking_routes
from pledge.assessments import language_routes, starting_routes
from pledge.assessments import routes as assessment_routes
from pledge.assessments.again import one_answer_routes
from pledge.assessments.again import reminding as again_reminding
from pledge.assessments.again import routes as again_routes
from pledge.assessments.colleagues import assignment_reminders, assignment_routes
from pledge.assessments.quick import quick_answers
from pledge.assessments.versions import moving_routes, waiting
from pledge.assessments.versions import staff_routes as version_routes
from pledge.audit import chain
from pledge.database.outages import OneLine
from pledge.database.unit import database, read, write
from pledge.declared import FOR_STAFF, HOLDINGS, NOTICES, ONCE_SUBMITTED, PRUNES
from pledge.demo import routes as demo_routes
from pledge.demo import seeding
from pledge.directory import call_routes, complaint_routes
from pledge.directory import routes as directory_routes
from pledge.directory.contacts import Contact, contacts
from pledge.directory.guidance import guidance
from pledge.directory.law import law
from pledge.directory.plan_paper import plan_paper
from pledge.events import booking_routes, door_routes, editing_routes, organiser_routes, suggestion_routes, team_routes
from pledge.events import routes as event_routes
from pledge.events.booking import registering
from pledge.events.door_pass import DoorMiddleware
from pledge.events.running import suggesting, telling
from pledge.events.running.door import DoorShut
from pledge.insights import routes as insight_routes
from pledge.insights.beside import Beside
from pledge.mail import delivery
from pledge.mail.words import Mailroom
from pledge.operate import routes as operate_routes
from pledge.organisations import joining
from pledge.organisations import routes as organisation_routes
from pledge.organisations.partnership import partnership
from pledge.organisations.people import inviting, organiser_team
from pledge.organisations.people import routes as people_routes
from pledge.organisations.places import Gazetteer, gazetteer, postcode_source
from pledge.organisations.queries import load_actor
from pledge.organisations.rights import erasing, inactive
from pledge.organisations.rights import routes as rights_routes
from pledge.paper import certificate_routes
from pledge.paper import routes as paper_routes
from pledge.paper.reports import files
from pledge.personal import notice, words
from pledge.pledges import reminding, showing_routes
from pledge.pledges import routes as pledge_routes
from pledge.pledges.register import Register
from pledge.pledges.text import shipped
from pledge.questionnaires.result import FLAG_WORDS
from pledge.quick_check import routes as quick_check_routes
from pledge.quick_check import sample_routes
from pledge.reports import list_routes, offer_routes
from pledge.reports import routes as report_routes
from pledge.reports import standing as report_standing
from pledge.settings import Settings, load
from pledge.sharing import kept_routes as sharing_kept_routes
from pledge.sharing import open_routes as sharing_open_routes
from pledge.sharing import retention as sharing_retention
from pledge.sharing import routes as sharing_routes
from pledge.sharing import staff_routes as sharing_staff_routes
from pledge.suppliers import routes as supplier_routes
from pledge.suppliers.files import clearing
from pledge.suppliers.importing import comparing, jobs
from pledge.web import errors, health, keeping, kept, origin, templates
from pledge.web.addresses import Forwarded
from pledge.web.assets import serve_asset
from pledge.web.bodies import FORM_BYTES
from pledge.web.compression import Compression
from pledge.web.guard import Guard, provide_within, require_policies
from pledge.web.headers import SecurityHeaders
from pledge.web.sessions import SessionMiddleware
from pledge.worker.loop import Every, Worker

log = logging.getLogger("pledge")

ROUTES = [
    serve_asset,
    *health.ROUTES,
    *keeping.ROUTES,
    *sign_in_routes.ROUTES,
    *factor_routes.ROUTES,
    *account_routes.ROUTES,
    *organisation_routes.ROUTES,
    *people_routes.ROUTES,
    *rights_routes.ROUTES,
    *pledge_routes.ROUTES,
    *showing_routes.ROUTES,
    *starting_routes.ROUTES,
    *language_routes.ROUTES,
    *assessment_routes.ROUTES,
    *assignment_routes.ROUTES,
    *version_routes.ROUTES,
    *moving_routes.ROUTES,
    *again_routes.ROUTES,
    *one_answer_routes.ROUTES,
    *supplier_routes.ROUTES,
    *directory_routes.ROUTES,
    *complaint_routes.ROUTES,
    *call_routes.ROUTES,
    *event_routes.ROUTES,
    *booking_routes.ROUTES,
    *editing_routes.ROUTES,
    *organiser_routes.ROUTES,
    *team_routes.ROUTES,
    *suggestion_routes.ROUTES,
    *door_routes.ROUTES,
    *paper_routes.ROUTES,
    *certificate_routes.ROUTES,
    *report_routes.ROUTES,
    *list_routes.ROUTES,
    *action_routes.ROUTES,
    *evidence_routes.ROUTES,
    *papers_routes.ROUTES,
    *offer_routes.ROUTES,
    *asking_routes.ROUTES,
    *quick_check_routes.ROUTES,
    *sample_routes.ROUTES,
    *sharing_routes.ROUTES,
    *sharing_open_routes.ROUTES,
    *sharing_kept_routes.ROUTES,
    *sharing_staff_routes.ROUTES,
    *insight_routes.ROUTES,
    *operate_routes.ROUTES,
]


@dataclass(frozen=True, slots=True)
class Application:
    """The ASGI application, and Litestar inside it."""

    litestar: Litestar
    asgi: ASGIApp

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        await self.asgi(scope, receive, send)


def create(settings: Settings) -> Application:
    """Build the application. Raises UndeclaredPolicy for a route without a policy."""
    common, places, mailroom = parts(settings)
    home = common["partnership"]
    templates.use(
        templates.environment(
            {
                **common,
                "demo": settings.demo,
                "figures": law().figures,
                "guidance": guidance(),
                "flag_words": FLAG_WORDS,
                "gazetteer": places,
                "attribution": postcode_source(home.postcodes).attribution,
            },
            debug=settings.debug,
        )
    )
    pledge = shipped()
    app = Litestar(
        route_handlers=[*ROUTES, *demo_routes.ROUTES] if settings.demo else ROUTES,
        dependencies={"within": Provide(provide_within, sync_to_thread=False)},
        middleware=[
            DefineMiddleware(origin.OriginCheck, base_url=settings.base_url),
            DefineMiddleware(SessionMiddleware, secure=settings.secure, load=load_actor),
            DoorMiddleware,
            Guard,
        ],
        exception_handlers={**errors.handlers(), DoorShut: door_routes.shut, answering.Over: answer_routes.over},
        on_startup=[_start],
        on_shutdown=[_stop],
        state=State(
            {
                "settings": settings,
                "mailroom": mailroom,
                "purposes": purposes(mailroom),
                "gazetteer": places,
                "partnership": home,
                "call": _call(common["helpline"]),
                "papers": _papers(),
                "pledge": pledge,
                "register": Register(pledge.text, places),
                "holdings": HOLDINGS,
                "notices": NOTICES,
                "menu": partial(menu.menu, demo=settings.demo),
                "home_of": menu.home_of,
                "beside_suppliers": invitations.beside,
                "once_submitted": ONCE_SUBMITTED,
                "for_staff": FOR_STAFF,
                "peers": Beside(home.county),
                "report_files": files.FILES,
                "notice": notice(tuple(reversed(HOLDINGS.held))),
            }
        ),
        openapi_config=None,
        logging_config=None,  # Litestar's would put the log of every library into a queue of its own
        request_max_body_size=FORM_BYTES,
        debug=False,
    )
    require_policies(app)
    pages = keeping.KeptPages(
        Compression(app), load=load_actor, secure=settings.secure, trusted_proxies=settings.trusted_proxies
    )
    served = SecurityHeaders(pages, secure=settings.secure)
    return Application(app, served if settings.trusted_proxies else Forwarded(served))


def _call(helpline: Contact) -> Call:
    return Call(helpline.name, helpline.phone or "", helpline.hours or "", helpline.source.checked)


def _papers() -> Papers:
    phones = {key: contact.phone for key, contact in contacts().items() if contact.phone}
    return {**papers(phones), "response-plan": plan_paper(guidance().plan)}


def parts(settings: Settings) -> tuple[dict[str, Any], Gazetteer, Mailroom]:
    """Return what every page and e-mail may name, where places are, and who writes e-mails."""
    home = partnership(settings.partnership, email=settings.partnership_email)
    common = {"partnership": home, "helpline": contacts()["helpline"], "emergency": contacts()["emergency"]}
    return common, gazetteer(home.districts, home.postcodes), Mailroom(settings.base_url, common)


def purposes(mailroom: Mailroom) -> links.Purposes:
    """Return what every kind of e-mailed link does."""
    return {
        "confirm": joining.confirm(quick_answers.bring, words(quick_answers.KEPT)),
        "invitation": inviting.purpose(mailroom),
        **organiser_team.PURPOSES,
        **signing_in.purposes(mailroom),
        **registering.purposes(mailroom),
        **suggesting.PURPOSES,
        **reminders.PURPOSES,
        **again_reminding.PURPOSES,
        **answering.PURPOSES,
    }


def worker(settings: Settings) -> Worker:
    """Build the background worker: every job's handler, and what is done by the clock."""
    _, _, mailroom = parts(settings)
    chores = [
        Every(5, chain.seal),
        Every(300, partial(write, kept.prune)),
        Every(3600, partial(_prune, mailroom)),
        Every(3600, partial(reminding.remind, mailroom, shipped().text)),
        Every(3600, partial(assignment_reminders.remind, mailroom)),
        Every(3600, partial(again_reminding.remind, mailroom, shipped().text)),
        Every(3600, ending.note),
        Every(3600, partial(waiting.tell, mailroom)),
        Every(3600, report_standing.refresh_daily),
        Every(3600, partial(reminders.remind, mailroom)),
    ]
    if settings.smtp_url and not settings.demo:
        domain = urlsplit(settings.base_url).hostname or "localhost"
        server = delivery.Server(settings.smtp_url, settings.mail_from, domain)
        chores.append(Every(1, partial(delivery.deliver_due, server)))
    handlers = {
        **requests.handlers(mailroom),
        **jobs.handlers(mailroom),
        **telling.handlers(mailroom),
        **report_standing.handlers(),
        **making.handlers(),
    }
    return Worker(handlers, chores, jobs.given_up(mailroom))


async def after_restore() -> list[Hook]:
    """Return what runs in the transaction that restores a backup, on the newest schema, before anybody sees the data.

    Called before the restore: whoever was erased here since the backup was made is erased again, and a report whose
    link was taken back or changed since is not shown again.
    """

    async def ledger() -> tuple[list[erasing.Receipt], list[sharing_retention.Now]]:
        there = {table.name for table in await schema.tables()}
        return (
            await erasing.ledger() if "erasure" in there else [],
            await sharing_retention.as_they_are() if "report_share" in there else [],
        )

    receipts, shares = await read(ledger)

    async def erase_again() -> None:
        await erasing.replay(HOLDINGS, receipts)

    return [
        *([erase_again] if receipts else []),
        partial(sharing_retention.take_back_again, shares),
        asking_retention.bring_links_back,
    ]


async def prune(settings: Settings) -> dict[str, int]:
    """Delete or anonymise whatever has been kept long enough, and return the number of rows by table."""
    return await _prune(parts(settings)[2])


async def _prune(mailroom: Mailroom) -> dict[str, int]:
    gone: Counter[str] = Counter()
    for forget in PRUNES:
        gone.update(await write(forget))
    gone.update(await clearing.prune())
    gone.update(await comparing.prune())
    gone.update(await inactive.prune(HOLDINGS, mailroom))
    return dict(sorted(gone.items()))


async def seed(settings: Settings, progress: Callable[[str], None]) -> None:
    """Make the demo county, once. Raises NotADemo for a database that holds anything else."""
    if not await seeding.seeded():
        common, places, mailroom = parts(settings)
        await seeding.seed(places, mailroom, common["partnership"].name, progress)


async def _start() -> None:
    await database().start()


async def _stop() -> None:
    await database().stop()


def from_environment() -> Application:
    """Build the application from the process's environment. Raises SettingsError and what ``create`` raises."""
    settings = load()
    log_to_stderr(settings)
    found = create(settings)
    gc.collect()
    gc.freeze()  # what is loaded now stays; looking through it again and again costs each page some 5 %
    return found


def log_to_stderr(settings: Settings) -> None:
    """Write the log to standard error: warnings of every library, and what Pledge itself does."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    log.setLevel(logging.DEBUG if settings.debug else logging.INFO)
    pool = logging.getLogger("asyncpg.pool")
    if not pool.filters:
        pool.addFilter(OneLine())
