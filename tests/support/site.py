"""The site as a person uses it, without a browser: pages are read, forms filled in and sent with all their fields."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import httpx
import pyotp
from lxml import html as lxml_html

from pledge.app import Application, create, worker
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.settings import load
from pledge.worker.loop import Worker

BASE = "http://127.0.0.1:8000"


class Page:
    """A response and the document in it."""

    def __init__(self, browser: "Browser", response: httpx.Response) -> None:
        self.browser = browser
        self.response = response
        self.status = response.status_code
        assert self.status != 500 or browser.expects_failure, response.text
        self.url = str(response.url).removeprefix(BASE)
        self.html = response.text

    @cached_property
    def document(self):
        return lxml_html.fromstring(self.html, base_url=BASE + self.url)

    @property
    def title(self) -> str:
        return self.document.findtext(".//title") or ""

    @property
    def text(self) -> str:
        """The words in the main part of the page, white space folded."""
        (main,) = self.document.xpath("//main")
        return " ".join(main.text_content().split())

    @property
    def errors(self) -> list[str]:
        return [" ".join(node.text_content().split()) for node in self.document.xpath(
            "//*[contains(@class,'govuk-error-summary__list')]//li")]  # fmt: skip

    def links(self) -> list[str]:
        return [node.get("href") for node in self.document.xpath("//main//a[@href]")]

    async def follow(self, words: str) -> "Page":
        """Follow the one link in the main part of the page that says this."""
        links = [
            link for link in self.document.xpath("//main//a[@href]") if words in " ".join(link.text_content().split())
        ]
        assert len(links) == 1, [link.text_content() for link in links]
        return await self.browser.get(links[0].get("href"))

    def form(self, action: str | None = None):
        """The form of the main part whose address starts with ``action`` (the only one, if it is not given)."""
        forms = [form for form in self.document.xpath("//main//form") if form.get("method", "").lower() == "post"]
        if action is not None:
            exact = [form for form in forms if form.get("action") == action]
            forms = exact or [form for form in forms if (form.get("action") or "").startswith(action)]
        assert len(forms) == 1, [form.get("action") for form in forms]
        return forms[0]

    def fields(self, action: str | None = None) -> dict[str, list[str]]:
        """Every field of a form with what the page put into it, as a browser would send it."""
        found: dict[str, list[str]] = {}
        for field in self.form(action).xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
            kind, value = field.get("type", "text"), field.get("value", "")
            if field.tag == "textarea":
                value = (field.text or "").removeprefix("\n")
            elif field.tag == "select":
                value = field.value or ""
            elif (kind in ("radio", "checkbox") and field.get("checked") is None) or kind in ("submit", "file"):
                continue
            found.setdefault(field.get("name"), []).append(value)
        return found

    async def submit(self, action: str | None = None, *, files=None, button: str | None = None, **changes) -> "Page":
        """Fill in a form and send it. A change is a text, a list of texts, or None to leave the field out."""
        form = self.form(action)
        data = self.fields(action)
        if button:
            name, _, value = button.partition("=")
            data[name] = [value]
        for name, value in changes.items():
            name = name.replace("__", "-")
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value if isinstance(value, list) else [value]
        address = urljoin(BASE + self.url, form.get("action") or "")
        return await self.browser.post(address.removeprefix(BASE), data, files=files)


class Cookies(httpx.Cookies):
    """Looks for cookies only in answers that set some: looking takes longer than the rest of a request."""

    def extract_cookies(self, response: httpx.Response) -> None:
        if "set-cookie" in response.headers:
            super().extract_cookies(response)


class Browser:
    """One person's browser, with its cookies."""

    def __init__(self, site: "Site", address: str = "127.0.0.1") -> None:
        self.site = site
        self.expects_failure = False
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=site.application, client=(address, 123)), base_url=BASE,
            follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin", "User-Agent": "A test browser"},
        )  # fmt: skip
        self.http._cookies = Cookies()

    async def get(self, path: str, **kwargs) -> Page:
        return Page(self, await self.http.get(path, **kwargs))

    async def post(self, path: str, data: dict[str, str | list[str]], **kwargs) -> Page:
        return Page(self, await self.http.post(path, data=data, **kwargs))

    @property
    def session(self) -> str | None:
        return self.http.cookies.get("pledge")


@dataclass
class Mail:
    recipient: str
    subject: str
    body: str
    calendar: str

    @property
    def link(self) -> str:
        """The path of the first link in the mail."""
        found = re.search(rf"{re.escape(BASE)}(/\S+)", self.body)
        assert found, self.body
        return found[1]


class Site:
    """The application on the test's database, its worker, and the people who use it."""

    def __init__(self, application: Application, background: Worker) -> None:
        self.application = application
        self.worker = background
        self.browsers: list[Browser] = []

    def browser(self, address: str = "127.0.0.1") -> Browser:
        """A fresh browser, somewhere on the network."""
        browser = Browser(self, address)
        self.browsers.append(browser)
        return browser

    async def work(self) -> None:
        """Let the background worker do every job that is due, and what waits a minute in case a slip is put right."""
        now = "UPDATE job SET run_after = created WHERE kind = 'events.tell' AND state = 'waiting'"
        await write(lambda: sql.rows(now))
        while await self.worker.run_one():
            pass

    async def work_by_the_clock(self) -> None:
        """The same, and then all that is done every few seconds, minutes or hours, once."""
        await self.work()
        await self.worker.run_all()

    async def mails(self, recipient: str | None = None) -> list[Mail]:
        """Every mail so far (to one address), oldest first."""
        await self.work()
        rows = await read(
            lambda: sql.rows("SELECT recipient, subject, body, calendar FROM outbox ORDER BY created, id")
        )
        return [Mail(**row) for row in rows if recipient in (None, row["recipient"])]

    async def person(self, name: str, email: str) -> UUID:
        """Add a person with an account."""
        from pledge.accounts import people

        found = await write(lambda: people.add(email, name, ""))
        assert found is not None
        return found

    async def signed_in(self, person: UUID, organisation: UUID | None = None) -> Browser:
        """Give a person a browser that is signed in, and has passed the second factor where they have one."""
        browser = self.browser()
        secret = await session(person, organisation)
        browser.http.cookies.set("pledge", secret, domain="127.0.0.1")
        return browser

    async def member(self, person: UUID, organisation: UUID, role: str) -> None:
        from pledge.database import clock
        from pledge.database.ids import new_id

        await write(
            lambda: sql.rows(
                "INSERT INTO membership (id, organisation, person, role, created) VALUES ({}, {}, {}, {}, {})",
                new_id(), organisation, person, role, clock.now(),
            )
        )  # fmt: skip

    async def organisation(self, name: str, owner: UUID) -> UUID:
        from pledge.organisations import joining

        return await write(lambda: joining.found(name, owner))

    async def close(self) -> None:
        for browser in self.browsers:
            await browser.http.aclose()


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the app of everybody who has one


async def session(person: UUID, organisation: UUID | None = None) -> str:
    """Sign a person in, past the second factor where they have one, and return the cookie's value."""
    from pledge.accounts import sessions
    from pledge.database import clock
    from pledge.database.ids import token_hash

    async def unit() -> str:
        secret = await sessions.start(person, "A test browser", organisation)
        await sql.rows(
            "UPDATE session SET proven = {} WHERE token_hash = {} AND person IN (SELECT person FROM factor)",
            clock.now(), token_hash(secret),
        )  # fmt: skip
        return secret

    return await write(unit)


async def enrol(person: UUID) -> None:
    """Give a person a second factor whose app knows SECRET, as if its last code had been used long ago."""
    from pledge.accounts import factors

    await write(lambda: factors.put(person, SECRET, 1))


def code_now(steps: int = 0) -> str:
    """What the app with SECRET shows, now or some half minutes later."""
    from pledge.database import clock

    return pyotp.TOTP(SECRET).at(clock.now(), counter_offset=steps)


def path_of(url: str) -> str:
    return urlsplit(url).path


def make_application() -> tuple[Application, Worker]:
    settings = load({"PLEDGE_BASE_URL": BASE})
    return create(settings), worker(settings)
