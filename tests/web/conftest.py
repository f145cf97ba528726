"""The application as ASGI sees it, for requests that no browser sends."""

import asyncio
from dataclasses import dataclass

import pytest
from tests.support.site import BASE

from pledge import app as composition
from pledge.settings import load

SECURE = "https://pledge.example.org"


def example_of(path: str) -> str:
    """An address that a route's path matches, naming something that does not exist."""
    absent = "00000000-0000-4000-8000-000000000000"
    return "/".join(
        "0" if part.endswith(":int}") else absent if "{" in part else part for part in path.split("/")
    )  # fmt: skip


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    read: int  # how often the application asked for the body

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found == name]

    def header(self, name: str) -> str | None:
        found = self.all(name)
        assert len(found) <= 1, (name, found)
        return found[0] if found else None

    @property
    def text(self) -> str:
        return self.body.decode()


async def ask(application, method: str, path: str, *, headers=(), body=b"", base: str = BASE, endless=False,
              client: str = "192.0.2.7", pause: float | None = None, chunks=()) -> Answer:  # fmt: skip
    """Send one request. ``path`` is the raw target as bytes or text.

    A ``body`` of None is a browser that goes away while sending, an ``endless`` one never arrives. With a ``pause`` it
    comes byte by byte, with so many seconds before each; ``chunks`` are what comes first otherwise.
    """
    from urllib.parse import unquote_to_bytes

    raw = path if isinstance(path, bytes) else path.encode()
    target, _, query = raw.partition(b"?")
    scheme, _, host = base.partition("://")
    given = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method,
        "scheme": scheme, "path": unquote_to_bytes(target).decode("utf-8", "surrogateescape"), "raw_path": target,
        "query_string": query, "root_path": "", "client": (client, 5000), "server": (host, 80), "state": {},
        "headers": given if any(name == b"host" for name, _ in given) else [(b"host", host.encode()), *given],
    }  # fmt: skip
    reads, sent, answered = 0, [], asyncio.Event()

    async def receive():
        nonlocal reads
        reads += 1
        if endless:
            await asyncio.Event().wait()
        if reads <= len(chunks):
            return {"type": "http.request", "body": chunks[reads - 1], "more_body": True}
        if pause is not None and reads <= len(body):
            await asyncio.sleep(pause)
            return {"type": "http.request", "body": body[reads - 1 : reads], "more_body": reads < len(body)}
        if reads > 1:  # a whole body came: whoever asks again waits for the browser to go
            await answered.wait()
        if body is None or reads > 1:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    await asyncio.wait_for(application(scope, receive, send), 10)
    start, *rest = sent
    found = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
    return Answer(start["status"], found, b"".join(message.get("body", b"") for message in rest), reads)


FORM = ("content-type", "application/x-www-form-urlencoded")
OURS = ("sec-fetch-site", "same-origin")


def post(application, path, body=b"", *headers, **kwargs):
    """A form post as a script of our own pages sends it: what failed is the answer itself, not a page that is kept."""
    headers = [OURS, ("sec-fetch-mode", "same-origin"), FORM, *headers]
    return ask(application, "POST", path, headers=headers, body=body, **kwargs)


@pytest.fixture(scope="session")
def secure_application():
    """The application as people reach it over https."""
    return composition.create(load({"PLEDGE_BASE_URL": SECURE}))


@pytest.fixture(scope="session")
def broken_application():
    """The application with a page that fails in every way there is: /test/<kind>."""
    from litestar import get
    from litestar.exceptions import HTTPException
    from litestar.params import FromPath

    from pledge.database.unit import NotOpen, Overloaded
    from pledge.limits import Limit, TooMany
    from pledge.policy.policies import PUBLIC
    from pledge.refusals import Missing, Refusal

    failures = {
        "Refusal": Refusal("Ask an owner."),
        "Refusal410": Refusal("It is over.", status=410),
        "Missing": Missing("secret in the message"),
        "TooMany": TooMany(Limit("any", 1, 300), 125),
        "Overloaded": Overloaded("secret in the message"),
        "NotOpen": NotOpen(),
        "ConnectionRefusedError": ConnectionRefusedError("secret in the message"),
        "TimeoutError": TimeoutError("secret in the message"),
    }

    @get("/test/{kind:str}", policy=PUBLIC)
    async def fail(kind: FromPath[str]) -> str:
        if kind.startswith("HTTP"):
            raise HTTPException("secret in the message", status_code=int(kind.removeprefix("HTTP")))
        raise failures.get(kind, ValueError("secret in the message"))

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(composition, "ROUTES", [*composition.ROUTES, fail])
        return composition.create(load({"PLEDGE_BASE_URL": BASE}))
