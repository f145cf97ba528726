"""The demo as somebody who tries Pledge meets it: started on an empty database, signed in to with what it printed."""

import asyncio
import re
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from tests.support.command import environment, pledge
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


@pytest.fixture(scope="module")
def cast(demo):
    """Everybody whose sign-in the demo printed, signed in; by role."""
    with ExitStack() as stack:
        yield {member.role: stack.enter_context(signed_in(demo, member)) for member in CAST}


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
            answer = client.post("/sign-in/code", data={"code": code_of(client, member), "next": "/home"})
            assert answer.status_code == 303
        arrived = client.get(answer.headers["location"], follow_redirects=True)
        assert arrived.status_code == 200 and arrived.url.path == HOMES[member.role], member
        yield client


def code_of(client: httpx.Client, member) -> str:
    """The code that the demo's mailbox shows for somebody's second step."""
    shown = re.search(rf"{member.email}</th>\s*<td[^>]*>(\d{{6}})</td>", client.get("/demo/mailbox").text)
    assert shown is not None
    return shown[1]


def test_it_prints_a_sign_in_for_each_role_and_each_one_works_at_once(demo, cast):
    assert sign_ins() in demo.log.read_text()
    assert set(cast) == set(HOMES)


def test_what_each_role_comes_for_is_there(demo, cast):
    owner = cast["owner"]
    assert re.search(r'href="/reports/[^"]+"', owner.get("/home").text)
    suppliers = owner.get("/suppliers").text
    assert "High" in suppliers and 'href="/suppliers/uploads/' in suppliers
    assert "not taken" in owner.get(re.search(r"/suppliers/uploads/[0-9a-f-]{36}", suppliers)[0]).text
    assert re.search(r'href="/bookings/[0-9a-f-]{36}"', owner.get("/bookings").text)
    assert "carol@harrowmere.example.org" in owner.get("/organisation/people").text
    contributor = cast["contributor"]
    asked = re.search(r"/assignments/[0-9a-f-]{36}", contributor.get("/home").text)
    assert asked is not None and "Alice Demo asks you to answer this by" in contributor.get(asked[0]).text
    assert asked[0] in contributor.get("/demo/mailbox").text
    organiser, staff = cast["organiser"], cast["staff"]
    events = set(re.findall(r"/organise/events/[0-9a-f-]{36}", organiser.get("/organise").text))
    assert events and {organiser.get(event).status_code for event in events} == {200}
    assert any("How many" in organiser.get(f"{event}/needs").text for event in events)
    assert "Oona Demo" in organiser.get("/organise/people").text
    assert re.search(r'href="/partnership/releases/[^"]+"', staff.get("/partnership").text)
    assert "Ask a labour inspector" in staff.get("/partnership/suggestions").text
    assert "Nadia Demo" in staff.get("/partnership/complaints").text
    calls = staff.get("/partnership/calls").text
    assert calls.index("George") < calls.index("Hana") and "Quillbank Foods" in calls
    found = httpx.get(f"{demo.url}/door/{door_secret()}?name=demo")
    assert found.status_code == 200 and "Open day" in found.text
    assert "/signatories/" in httpx.get(f"{demo.url}/signatories").text


def test_polish_stands_in_it_marked_as_a_draft(demo, cast):
    page = httpx.get(f"{demo.url}/questions?language=pl").text
    assert page.count("Draft translation: needs a human translator’s check") == 2  # both questionnaires
    assert '<span lang="pl">Zakupy i łańcuch dostaw</span>' in page
    assert '<span lang="pl">Rekrutacja, szkolenia i wprowadzenie do pracy</span>' in page
    file = httpx.get(f"{demo.url}/questions/recruitment/paper.pdf?language=pl", timeout=60)
    assert "-pl.pdf" in file.headers["Content-Disposition"]


def test_the_screenshots_of_the_readme_can_be_taken(demo, database_kind, tmp_path):
    if database_kind != "sqlite":
        pytest.skip("the browser's tests run once")
    script = [sys.executable, "docs/screenshots.py", "--url", demo.url, "--folder", str(tmp_path)]
    done = subprocess.run(script, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    taken = {path.name for path in tmp_path.glob("*.png")}
    assert taken == {"report.png", "questions.png", "suppliers.png", "county.png"}


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
    assert answer.returncode == 2 and "delete the database" in answer.stderr and "Traceback" not in answer.stderr


async def test_of_two_that_make_it_at_once_one_goes_on(db):
    from pledge.database.unit import write
    from pledge.demo import seeding

    found = await asyncio.gather(*[write(seeding._claim) for _ in range(2)], return_exceptions=True)
    (refused,) = [each for each in found if each is not None]
    assert isinstance(refused, seeding.NotADemo) and "by another process" in str(refused)


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
