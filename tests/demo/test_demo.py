"""The demo as somebody who tries Pledge meets it: started on an empty database, signed in to with what it printed."""

import re
import signal
import time
from contextlib import contextmanager

import httpx
import pytest
from tests.support.command import pledge
from tests.support.server import Server

from pledge.demo.people import CAST, WITH_FACTOR, door_secret, password_of, sign_ins

HOMES = {
    "owner": "/home",
    "contributor": "/home",
    "viewer": "/home",
    "organiser": "/organise",
    "staff": "/partnership",
    "operator": "/operate",
}


@pytest.fixture(scope="module")
async def demo(databases, tmp_path_factory):
    """A demo that made its county itself and serves it."""
    server = Server(await databases.new_url(), tmp_path_factory.mktemp("demo") / "log", PLEDGE_DEMO="1")
    server.start(seconds=240)
    yield server
    server.__exit__()


@contextmanager
def signed_in(server: Server, member):
    with httpx.Client(base_url=server.url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=10) as client:
        key = re.search(r'name="_key" value="([^"]+)"', client.get("/sign-in").text)
        assert key is not None
        form = {"email": member.email, "password": password_of(member), "_key": key[1]}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 303
        if member.role in WITH_FACTOR:
            assert answer.headers["location"].startswith("/sign-in/code?")
            answer = pass_code(client, member)
        arrived = client.get(answer.headers["location"], follow_redirects=True)
        assert arrived.status_code == 200 and arrived.url.path == HOMES[member.role], member
        yield client


def pass_code(client: httpx.Client, member) -> httpx.Response:
    """Type the code that the demo's mailbox shows; each works once, so another is waited for where it was used."""
    for _ in range(40):
        shown = re.search(rf"{member.email}</th>\s*<td[^>]*>(\d{{6}})</td>", client.get("/demo/mailbox").text)
        assert shown is not None
        answer = client.post("/sign-in/code", data={"code": shown[1], "next": "/home"})
        if answer.status_code == 303:
            return answer
        assert answer.status_code == 422
        time.sleep(5)
    raise AssertionError("no code was accepted")


def test_it_prints_a_sign_in_for_each_role_and_each_one_works_at_once(demo):
    assert sign_ins() in demo.log.read_text()
    for member in CAST:
        with signed_in(demo, member):
            pass


def test_what_each_role_comes_for_is_there(demo):
    people = {member.role: member for member in CAST}
    with signed_in(demo, people["owner"]) as owner:
        assert re.search(r'href="/reports/[^"]+"', owner.get("/home").text)
        suppliers = owner.get("/suppliers").text
        assert "High" in suppliers and 'href="/suppliers/uploads/' in suppliers
        assert "not taken" in owner.get(re.search(r"/suppliers/uploads/[0-9a-f-]{36}", suppliers)[0]).text
        assert "<td" in owner.get("/bookings").text or "<li" in owner.get("/bookings").text
        assert "carol@harrowmere.example.org" in owner.get("/organisation/people").text
    with signed_in(demo, people["organiser"]) as organiser:
        event = re.search(r"/organise/events/[0-9a-f-]{36}", organiser.get("/organise").text)
        assert event is not None and organiser.get(event[0]).status_code == 200
        assert "Oona Demo" in organiser.get("/organise/people").text
        events = set(re.findall(r"/organise/events/[0-9a-f-]{36}", organiser.get("/organise").text))
        assert any("How many" in organiser.get(f"{each}/needs").text for each in events)
    with signed_in(demo, people["staff"]) as staff:
        county = staff.get("/partnership").text
        assert re.search(r'href="/partnership/releases/[^"]+"', county)
        assert "Ask a labour inspector" in staff.get("/partnership/suggestions").text
        assert "Nadia Demo" in staff.get("/partnership/complaints").text
    found = httpx.get(f"{demo.url}/door/{door_secret()}?name=demo")
    assert found.status_code == 200 and "Open day" in found.text
    public = httpx.get(f"{demo.url}/signatories").text
    assert "/signatories/" in public
    assert httpx.get(f"{demo.url}/demo/mailbox").status_code == 200


def test_it_is_made_once_and_found_again(demo):
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(10) == 0
    demo.log.write_text("")
    demo.start()
    assert "Seeding" not in demo.log.read_text() and sign_ins() in demo.log.read_text()


async def test_a_demo_that_was_stopped_while_it_was_made_says_what_to_do(databases, tmp_path):
    from pledge.database.unit import database, write
    from pledge.demo import seeding

    url = await databases.new_url()
    databases.point(database(), url)
    await database().start()
    await write(lambda: seeding.installation.put(seeding.MARK, seeding.BEGUN))
    await database().stop()
    answer = pledge("serve", "--demo", PLEDGE_DATABASE_URL=url)
    assert answer.returncode == 2 and "Delete its database" in answer.stderr and "Traceback" not in answer.stderr


async def test_data_of_real_people_is_never_made_a_demo(databases):
    from functools import partial

    from pledge.accounts import people
    from pledge.database.unit import database, write

    url = await databases.new_url()
    databases.point(database(), url)
    await database().start()
    await write(partial(people.add, "alice@example.org", "Alice", ""))
    await database().stop()
    answer = pledge("serve", "--demo", PLEDGE_DATABASE_URL=url)
    assert answer.returncode == 2 and "a database of its own" in answer.stderr
