"""Trying every route as everybody, on what is theirs, another’s and not there: the requests, and what must not come."""

import io
import re
import zipfile
from collections import Counter
from functools import cache
from urllib.parse import quote

import httpx
from pypdf import PdfReader
from tests.security import world as county
from tests.security.addresses import Filled, address, addresses, filled, parameters, values
from tests.security.world import CANARY, NEED, Actor, World
from tests.support.log import look
from tests.support.site import BASE, Browser, Page, Site
from tests.web.conftest import OURS, Answer, ask

from pledge.events import door_pass
from pledge.organisations.queries import load_actor
from pledge.policy.actors import Actor as Admitted
from pledge.policy.policies import DOOR, NOT_ALLOWED, SIGN_IN, NotAdmitted, Policy
from pledge.policy.scopes import OrganisationScope
from pledge.web.guard import routes

# without that file, that setting, a page that was kept
NOT_HERE = {"/static/{fingerprint:str}/{name:str}", "/.well-known/security.txt", "/page-gone"}
CHANGING = re.compile(rb"[\w-]{43}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")


def refusal(policy: Policy, actor: Admitted) -> str | None:
    try:
        policy.admit(actor)
    except NotAdmitted as refused:
        return refused.reason
    return None


def sighted(answer: Answer, canary: str = CANARY) -> bool:
    """Whether a canary is anywhere in an answer, in its headers or in a file that it is."""
    sights = (canary.encode(), quote(canary).encode(), rb"\u%04x" % ord(canary), b"&#%d;" % ord(canary))
    parts = [value.encode() for _, value in answer.headers]
    if answer.body.startswith(b"PK\x03\x04"):  # packed bytes say anything by chance
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    elif answer.body.startswith(b"%PDF-"):
        parts += _words_of(answer.body)
    else:
        parts.append(answer.body)
    return any(sight in part for part in parts for sight in sights)


@cache  # the same file goes to many
def _words_of(file: bytes) -> list[bytes]:
    reader = PdfReader(io.BytesIO(file))
    return [str(reader.metadata).encode(), *(page.extract_text().encode() for page in reader.pages)]


# What a reader does with a report that it was shown: it is counted and logged that it was opened, and its own list and
# notes name what was shown.
OF_A_BUYER = {
    "buyer": {"report_share_look", "audit_entry", "kept_share"},
    "staff": {"report_share_look", "audit_entry"},  # of a firm that invited the partnership to read its report
}


class Matrix:
    """The requests of every actor, and what came of them."""

    def __init__(self, site: Site, world: World) -> None:
        self.app = site.application
        self.site = site
        self.world = world
        self.routes = routes(self.app.litestar)
        self.counts: Counter[str] = Counter()
        self.accepted: set[str] = set()
        self.logged: dict[str, set[str]] = {}  # by route: the actions that its accepted form wrote into the log
        self._actions: set[str] = set()  # those of the request at hand
        self.looking_at: Actor | None = None
        self.where = ""
        self.found: list[str] = []
        self.canaries = False
        self.needs_seen: set[tuple[str, str]] = set()  # route and actor
        self._browsers: dict[str, Browser] = {}
        self._forms: dict[tuple[str, str], dict[str, list[str]]] = {}  # by where they are sent, and who sees them

    async def look(self) -> None:
        """Inside a write unit, after its work: the rows of everybody else are as they were, no canary got out, and what
        changed is in the log.
        """
        changed = await county.changed(self.world.rows)
        self.counts["writes"] += 1
        assert self.looking_at is not None
        beyond = OF_A_BUYER.get(self.looking_at.name, set())
        for victim in self.world.victims(self.looking_at):
            now = county.rows_of(changed, self.world.ids[victim])
            before = self.world.before[victim]
            theirs = [table for table in now if now[table] != before[table] and table not in beyond]
            if theirs:
                self.found.append(f"{self.where} changed {victim}’s {', '.join(theirs)}")
        actions, problems = look(self.world.rows, changed)
        self._actions |= actions
        self.found += [f"{self.where} {problem}" for problem in problems]
        if self.canaries:
            ribble = self.world.ids["ribble"]
            for table, found in changed.items():
                for row in found:
                    text = "".join(value for value in row.values() if isinstance(value, str))
                    if CANARY in text and not county.belongs(row, ribble):
                        self.found.append(f"{self.where} copied a canary into {table}")
                    if NEED in text and table != "attendee_need":
                        self.found.append(f"{self.where} copied a need into {table}")

    async def run(self, actor: Actor) -> None:
        """Let somebody try everything."""
        self.looking_at = actor
        for path, method, handler in self.routes:
            policy: Policy = handler.opt["policy"]
            admitted = await self._admitted_as(actor, policy)
            reason = refusal(policy, admitted)
            of_a_firm = reason is None and isinstance(policy.admit(admitted), OrganisationScope)
            found = addresses(path, self.world, actor.holds)
            for organisation in self._organisations(method, reason):
                absent: Answer | None = None
                form = await self._form(path, actor, organisation) if method == "POST" else None
                for target, at in found.items():
                    self.where = f"{method} {at} as {actor.name}"
                    self._actions = set()
                    answer = await self._ask(method, at, actor, form)
                    self.counts["requests"] += 1
                    self.counts[target.partition(" ")[0]] += 1
                    if sighted(answer) and self.canaries:
                        self.found.append(f"{self.where} shows what is Ribble’s")
                    if sighted(answer, NEED):
                        self.needs_seen.add((f"{method} {path}", actor.name))
                    problem = (
                        self._refused(answer, method, reason, policy)
                        if reason
                        else self._admitted(answer, target, absent)
                    )
                    if reason is None and target == "absent":
                        absent = answer
                    if reason is None and target == "own" and organisation is None:
                        self._own(path, method, answer)
                    if of_a_firm and organisation and target == "own" and answer.status != 409:
                        problem = problem or "409 expected: the form names another organisation"
                    self.found += [f"{self.where}: {answer.status}, {problem}"] if problem else []

    @staticmethod
    async def _admitted_as(actor: Actor, policy: Policy) -> Admitted:
        """Who somebody is to a route: at the door they are known by their link, elsewhere by their session."""
        if policy is DOOR and actor.door:
            return await door_pass.holder(actor.door)
        return await load_actor(actor.secret)

    def _organisations(self, method: str, reason: str | None) -> list[str | None]:
        """The organisations that forms are sent for: one's own (None), and a victim's."""
        if method != "POST" or reason:
            return [None]
        assert self.looking_at is not None
        return [None, next(each for each in ("ribble", "pendle") if each not in self.looking_at.holds)]

    async def _ask(self, method: str, at: str, actor: Actor, form: httpx.Request | None) -> Answer:
        headers = [OURS, ("sec-fetch-mode", "same-origin")]  # a page about a form is then the answer itself
        headers += [("cookie", f"pledge={actor.secret}")] if actor.secret else []
        if form is not None:
            headers.append(("content-type", form.headers["content-type"]))
        return await ask(self.app, method, at, headers=headers, body=form.read() if form else b"")

    @staticmethod
    def _refused(answer: Answer, method: str, reason: str, policy: Policy) -> str:
        if policy is DOOR:  # a page that only its own link finds
            return "" if answer.status == 404 else "404 expected"
        if reason == NOT_ALLOWED or (reason == SIGN_IN and method != "GET"):
            return "" if answer.status == 403 else "403 expected"
        if reason == SIGN_IN and not (answer.header("location") or "").startswith("/sign-in?next="):
            return "no way to sign in"
        return "" if answer.status == 303 else "303 expected"

    @staticmethod
    def _admitted(answer: Answer, target: str, absent: Answer | None) -> str:
        if answer.status >= 500:
            return "our error"
        if target.startswith("other"):
            assert absent is not None
            if answer.status not in (404, 409) or answer.status != absent.status:
                return f"{absent.status} expected, as for what isn't there"
            if CHANGING.sub(b"", answer.body) != CHANGING.sub(b"", absent.body):
                return "not the page of what isn't there"
        if target == "absent" and answer.status not in (404, 409):
            return "404 expected"
        return ""

    def _own(self, path: str, method: str, answer: Answer) -> None:
        if method == "GET" and answer.status >= 400 and path not in NOT_HERE:
            self.found.append(f"{self.where}: {answer.status}, though it is theirs")
        if method == "POST" and answer.status in (200, 303):  # a form with problems is 422
            self.accepted.add(path)
            self.logged.setdefault(path, set()).update(self._actions)

    async def _form(self, path: str, actor: Actor, organisation: str | None) -> httpx.Request:
        """The route's form, filled in, with an organisation put in its place."""
        fields = {**await self.fields(path, actor), "_key": [f"{self.counts['requests']}"]}
        fields.pop("_for", None)  # it keeps honest people from sending each other's forms; these are not honest
        if organisation is not None:
            theirs = str(self.world.organisations[organisation])
            mine = str(actor.person.organisation) if actor.person else ""
            fields = {name: [theirs if one == mine else one for one in found] for name, found in fields.items()}
            fields["organisation"] = [theirs]
        return httpx.Request("POST", BASE, data=fields, files=filled(path).files)

    async def fields(self, path: str, actor: Actor) -> dict[str, list[str]]:
        """The fields of a route's form as the actor sees it, or as its holder does, with what they type."""
        form = filled(path)
        fields: dict[str, list[str]] = {}
        for person in (actor, *(self.world.actors[name] for name in ("visitor", "owner", "organiser"))):
            if form.page is None:
                break
            own, _, _ = values(path, self.world, person.holds)
            if len(own) == len(parameters(path)):
                action = address(path, own)
                if (action, person.name) not in self._forms:  # what requests do is undone, so forms stay as they are
                    at = form.page or path
                    page = await self._page(address(at, values(at, self.world, person.holds)[0] | own), person)
                    self._forms[action, person.name] = self._fields(page, form, action) if page else {}
                fields = self._forms[action, person.name]
            if fields:
                break
        typed = {name: value if isinstance(value, list) else [value] for name, value in form.typed.items()}
        chosen = {name: [self.world.objects[kind]["everybody"]] for name, kind in form.chosen.items()}
        return {**fields, **typed, **chosen}

    async def _page(self, at: str, actor: Actor) -> Page | None:
        browser = self._browsers.setdefault(actor.name, self.site.browser())
        if actor.secret:
            browser.http.cookies.set("pledge", actor.secret, domain="127.0.0.1")
        page = await browser.get(at)
        return page if page.status == 200 else None

    @staticmethod
    def _fields(page: Page, form: Filled, action: str) -> dict[str, list[str]]:
        forms = [found for found in page.document.xpath("//main//form") if found.get("action") == action]
        if not forms:
            return {}
        fields = page.fields(action)
        if form.ticked:
            for box in forms[0].xpath(".//input[@type='checkbox']"):
                fields.setdefault(box.get("name"), []).append(box.get("value"))
        for radio in forms[0].xpath(".//input[@type='radio'][@name=$name][1]", name=form.first)[:1]:
            fields[form.first] = [radio.get("value")]
        for radio in forms[0].xpath(".//input[@type='radio'][@value=$value]", value=form.everywhere):
            fields[radio.get("name")] = [form.everywhere]
        return fields
