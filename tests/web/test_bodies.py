"""Bodies that arrive slowly or never: how long they may take, and whom they keep waiting (nobody else)."""

import asyncio
import re
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.cast import Person
from tests.web.conftest import FORM, OURS, ask, post

from pledge import app as composition
from pledge.settings import load
from pledge.web import bodies
from pledge.web.bodies import Places

WHOLE = b"email=alice%40example.org&password="  # no password: 422, and nobody is looked up
MULTIPART = ("content-type", "multipart/form-data; boundary=x")
UPLOAD = "/suppliers/uploads"


def cookie(person: Person) -> tuple[str, str]:
    return ("cookie", f"pledge={person.browser.session}")


def multipart(application, path: str, *headers, **kwargs):
    return ask(application, "POST", path, headers=[OURS, MULTIPART, *headers], endless=True, **kwargs)


def taken() -> int:
    return bodies.VISITORS._taken.total() + bodies.PEOPLE._taken.total()


@asynccontextmanager
async def held(sending):
    """A request under way whose body does not come: it has taken its place."""
    before = taken()
    task = asyncio.create_task(sending)
    async with asyncio.timeout(5):
        while taken() == before:
            assert not task.done()
            await asyncio.sleep(0.001)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def places(monkeypatch):
    """Two places for each sender, three in all, and little time when they are taken."""
    monkeypatch.setattr(bodies, "VISITORS", Places(each=2, in_all=3))
    monkeypatch.setattr(bodies, "PEOPLE", Places(each=2, in_all=3))
    monkeypatch.setattr(bodies, "AT_ONCE_SECONDS", 0.05)


def test_the_numbers_are_those_that_are_written_down():
    assert (bodies.FORM_SECONDS, bodies.UPLOAD_SECONDS, bodies.AT_ONCE_SECONDS) == (15, 300, 0.25)
    assert (bodies.VISITORS.each, bodies.VISITORS.in_all) == (32, 256)
    assert (bodies.PEOPLE.each, bodies.PEOPLE.in_all) == (8, 256)


async def test_one_half_sent_body_too_many_is_refused_at_once_and_whole_ones_are_read(application, places):
    ours, first, other = application[0], "192.0.2.1", "192.0.2.2"
    async with held(post(ours, "/sign-in", endless=True, client=first)):
        async with held(post(ours, "/sign-in", endless=True, client=first)):
            began = time.monotonic()
            answer = await post(ours, "/sign-in", endless=True, client=first)
            assert (answer.status, answer.header("retry-after")) == (503, "15")
            assert time.monotonic() - began < 10  # at once, and not when the fifteen seconds of a body are over
            assert "Wait a minute, go back and try again." in answer.text
            assert "We have not read your form" in answer.text
            assert (await post(ours, "/sign-in", WHOLE, client=first)).status == 422  # the office behind that address
            async with held(post(ours, "/sign-in", endless=True, client=other)):
                assert (await post(ours, "/sign-in", endless=True, client="192.0.2.3")).status == 503  # three in all
                assert (await post(ours, "/sign-in", WHOLE, client="192.0.2.3")).status == 422
        async with held(post(ours, "/sign-in", endless=True, client=first)):  # who goes makes room
            pass


async def test_an_address_is_a_customers_network_as_our_proxy_saw_it(application, places):
    async def refused(application, client: str, *headers) -> bool:
        return (await post(application, "/sign-in", *[b""], *headers, endless=True, client=client)).status == 503

    ours = application[0]
    one, two = (held(post(ours, "/sign-in", endless=True, client=f"2001:db8::{host}")) for host in ("1", "ffff:2"))
    async with one, two:
        assert await refused(ours, "2001:db8::3")
        async with held(post(ours, "/sign-in", endless=True, client="2001:db8:0:1::3")):
            pass
    behind = composition.create(load({"PLEDGE_TRUSTED_PROXIES": "1"}))
    seen = ("203.0.113.9, 192.0.2.1", "192.0.2.1")
    one, two = (held(post(behind, "/sign-in", b"", ("x-forwarded-for", found), endless=True)) for found in seen)
    async with one, two:
        assert await refused(behind, "192.0.2.7", ("x-forwarded-for", "203.0.113.1, 192.0.2.1"))
        async with held(post(behind, "/sign-in", b"", ("x-forwarded-for", "192.0.2.2"), endless=True)):
            pass


async def test_whoever_is_signed_in_does_not_share_the_places_of_visitors(application, alice, charlie, places):
    ours = application[0]
    visitors = (held(post(ours, "/sign-in", endless=True)) for _ in range(2))
    one, two = (held(multipart(ours, UPLOAD, cookie(alice))) for _ in range(2))
    async with next(visitors), next(visitors), one, two:
        assert (await multipart(ours, UPLOAD, cookie(alice))).status == 503
        async with held(multipart(ours, UPLOAD, cookie(charlie))):  # at the same address
            pass


async def test_only_a_signed_in_persons_file_has_longer_than_a_form(application, site, alice, monkeypatch):
    monkeypatch.setattr(bodies, "FORM_SECONDS", 0.05)
    ours = application[0]
    late = await multipart(ours, "/sign-in")
    assert late.status == 408 and "We have not read your form" in late.text
    assert (await multipart(ours, "/account", cookie(alice))).status == 408  # takes no file
    assert (await post(ours, UPLOAD, b"", cookie(alice), endless=True)).status == 408  # is no file
    async with held(multipart(ours, UPLOAD, cookie(alice))) as file:
        await asyncio.sleep(0.2)
        assert not file.done()
    monkeypatch.setattr(bodies, "UPLOAD_SECONDS", 0.1)
    assert (await multipart(ours, UPLOAD, cookie(alice))).status == 408
    answer = await multipart(ours, UPLOAD)
    assert (answer.status, answer.read) == (403, 0)  # a visitor's is not read at all


async def test_the_time_is_for_the_whole_body_not_for_each_byte(application, monkeypatch):
    monkeypatch.setattr(bodies, "FORM_SECONDS", 0.2)
    assert (await post(application[0], "/sign-in", WHOLE * 10, pause=0.02)).status == 408
    assert (await post(application[0], "/sign-in", b"email=", pause=0.001)).status == 422


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/sign-in", 200), ("POST", "/nowhere", 404), ("POST", "/health/live", 405)]
)
async def test_a_body_that_nobody_asked_for_is_not_read(application, method, path, status):
    answer = await ask(application[0], method, path, headers=[OURS, FORM], endless=True)
    assert (answer.status, answer.read) == (status, 0)


def test_bodies_are_read_in_one_place():
    reading = re.compile(r"request\.(body|form|json|stream|msgpack)\(|\breceive\(\)")
    found = {path.name for path in Path("src").rglob("*.py") if reading.search(path.read_text(encoding="utf-8"))}
    assert found == {"receiving.py"}


MEGABYTE = b"x" * 2**20


async def test_a_file_that_says_it_is_too_big_is_refused_before_a_byte_is_read(application, alice):
    most = 26 * 2**20  # 25 for the file, and the rest of the form
    answer = await multipart(application[0], UPLOAD, cookie(alice), ("content-length", str(most + 1)))
    assert (answer.status, answer.read) == (413, 0)
    async with held(multipart(application[0], UPLOAD, cookie(alice), ("content-length", str(most)))):
        pass  # this one is waited for


@pytest.mark.filterwarnings("ignore:Exception ignored in")  # its nameless file is closed when it is forgotten
async def test_a_file_that_does_not_say_how_big_it_is_is_read_no_farther_than_it_may_be(application, alice):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    sent = [head, *[MEGABYTE] * 40]
    headers = [OURS, MULTIPART, cookie(alice)]
    answer = await ask(application[0], "POST", UPLOAD, headers=headers, chunks=sent)
    assert answer.status == 413 and answer.read <= 28
