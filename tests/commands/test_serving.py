"""``pledge serve`` and the other commands of whoever runs the server, as real processes."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import time

import httpx
import pytest
from tests.support.command import pledge
from tests.support.databases import owned
from tests.support.server import Server, alive, children, free_port


def until(condition, seconds: float = 10):
    """Return what ``condition()`` returns once that is true; fail when it is not within so many seconds."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)
    return found


def url_of(db) -> str:
    return f"sqlite:///{db.path}" if db.engine_type == "sqlite" else db.config["dsn"]


@pytest.fixture
def server(tmp_path):
    """A server on a fresh SQLite file."""
    with Server(f"sqlite:///{tmp_path}/pledge.sqlite", tmp_path / "log") as found:
        yield found


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server for tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("server")
    with Server(f"sqlite:///{folder}/pledge.sqlite", folder / "log") as found:
        yield found


def test_no_account_comes_with_the_installation(running):
    path = running.environment["PLEDGE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for table in ("person", "person_role", "organiser_member", "session", "link"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


# — life and death —


def test_it_serves_on_a_fresh_file_and_ends_within_five_seconds_whatever_is_going_on(server):
    assert httpx.get(f"{server.url}/sign-in").status_code == 200
    assert server.log.read_text() == f"Pledge is at {server.url}\n"  # nothing else is worth saying
    family = {server.pid, server.web(), server.worker()}
    assert None not in family
    with httpx.Client(base_url=server.url) as keeps_open, socket.create_connection(("127.0.0.1", server.port)) as slow:
        assert keeps_open.get("/health/live").status_code == 200  # and its connection stays open
        head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 1000\r\n"
        slow.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=".encode())  # never finished
        time.sleep(0.2)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
        assert time.monotonic() - began < 5
    until(lambda: not any(alive(pid) for pid in family), 2)


def test_requests_under_way_are_answered_before_it_ends(server):
    """Hashing a password takes a moment; the signal comes in the middle of it."""
    connections = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(8)]
    for number, connection in enumerate(connections):
        form = f"organisation_name=X&name=Alice&email=alice{number}%40example.org&password=three+brown+oak+tables"
        head = f"POST /register HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {len(form)}\r\n"
        connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}".encode())
    time.sleep(0.05)
    server.process.send_signal(signal.SIGTERM)
    answers = [connection.recv(65536)[:12] for connection in connections]
    for connection in connections:
        connection.close()
    assert server.process.wait(6) == 0
    assert answers == [b"HTTP/1.1 303"] * 8


def test_ctrl_c_ends_it_too(server):
    os.killpg(server.pid, signal.SIGINT)  # the terminal sends it to every process
    assert server.process.wait(5) == 0


def test_nobody_is_left_behind_when_it_is_killed(server):
    web, worker = server.web(), server.worker()
    os.kill(server.pid, signal.SIGKILL)
    server.process.wait()
    server.pids |= {web, worker}
    until(lambda: not alive(web) and not alive(worker), 5)
    with socket.socket() as probe:  # and the port is free for the next
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", server.port))


def test_processes_that_die_are_started_again(server):
    web, worker = server.web(), server.worker()
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: server.worker() not in (None, worker)) and server.ready()
    assert "the background worker ended (-9) and is started again" in server.log.read_text()
    os.kill(web, signal.SIGKILL)
    until(lambda: server.web() not in (None, web))
    until(server.ready)


def test_a_second_start_goes_on_with_the_same_data(tmp_path):
    url = f"sqlite:///{tmp_path}/deep/er/pledge.sqlite"  # folders are made
    for _ in range(2):
        with Server(url, tmp_path / "log") as server:
            assert httpx.get(f"{server.url}/version").json()["database"].startswith("SQLite 3.")
    assert not list((tmp_path / "deep/er").glob("*before*"))  # nothing to migrate: no copy


# — over a real connection —


def test_a_form_from_elsewhere_is_refused_while_its_body_is_still_being_sent(running):
    with socket.create_connection(("127.0.0.1", running.port), timeout=5) as connection:
        head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 1000000000\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 1000)
        assert connection.recv(4096).startswith(b"HTTP/1.1 403 ")  # within five seconds: a body may take fifteen


def test_a_body_that_is_too_big_is_refused_while_it_is_still_being_sent(running):
    with socket.create_connection(("127.0.0.1", running.port), timeout=5) as connection:
        head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\n"
        connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode())
        for _ in range(3):
            connection.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_head_has_the_headers_of_get_and_no_body(running):
    with httpx.Client(base_url=running.url) as client:
        for path in ("/sign-in", "/health/live", "/nothing/here"):
            got, head = client.get(path), client.head(path)
            assert head.status_code == got.status_code and head.content == b"" and got.content
            for name in ("content-type", "content-security-policy", "x-content-type-options"):
                assert head.headers[name] == got.headers[name]


SMUGGLED = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
# what two servers in a row may understand differently: the headers that say how long the body is, and the body
FRAMINGS = {
    "a length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "a length for both and chunks": b"Content-Length: 46\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 41\r\n\r\n",
    "a list of lengths": b"Content-Length: 0, 41\r\n\r\n",
    "a length with a sign": b"Content-Length: +0\r\n\r\n",
    "no chunks by name": b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
    "chunks that are not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n",
    "a tab before the word": b"Transfer-Encoding: \x0bchunked\r\nContent-Length: 0\r\n\r\n",
    "lines that end in a bare LF": b"Transfer-Encoding: chunked\r\n\r\n0\n\n",
    "a bare LF in an extension": b"Transfer-Encoding: chunked\r\n\r\n0;a=\n\r\n\r\n",
    "a size that is no hexadecimal": b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "a whole body that nobody reads": b"Content-Length: 41\r\n\r\n",
}


def answers(port: int, path: bytes, framing: bytes) -> tuple[list[bytes], bool]:
    """Send a form of our own pages, so that nothing else is wrong with it, and more. Return the statuses of all that is
    answered, and whether the second request was.
    """
    head = b"POST %s HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: same-origin\r\n" % path
    form = b"Content-Type: application/x-www-form-urlencoded\r\n"
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(head + form + framing + SMUGGLED)
        with contextlib.suppress(TimeoutError):
            while chunk := connection.recv(65536):
                received += chunk
                connection.settimeout(0.5)
    return re.findall(rb"HTTP/1\.1 (\d+) ", received), b'{"status":"ok"}' in received


@pytest.mark.parametrize("kind", FRAMINGS)
def test_a_request_that_is_smuggled_in_a_body_is_not_answered(running, kind):
    path = b"/nowhere" if kind == "a whole body that nobody reads" else b"/sign-in"
    statuses, answered = answers(running.port, path, FRAMINGS[kind])
    assert statuses in ([b"400"], [b"404"], [b"422"]) and not answered


def test_a_second_request_that_nobody_hides_is_answered(running):
    """Or else the test above would prove nothing."""
    assert answers(running.port, b"/sign-in", b"Content-Length: 6\r\n\r\nemail=") == ([b"422", b"200"], True)


# — refusing to start: one plain sentence, exit code 2 —


def refused(*arguments: str, **settings: str) -> str:
    found = pledge(*arguments, **settings)
    assert found.returncode == 2, found
    assert found.stdout == "" and found.stderr.count("\n") == 1 and "Traceback" not in found.stderr
    return found.stderr.strip()


def test_a_port_in_use(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused("serve", "--port", str(port), PLEDGE_DATABASE_URL=f"sqlite:///{tmp_path}/x.sqlite")
    assert said == f"Port {port} on 127.0.0.1 is in use. Stop what uses it, or choose another with --port."
    assert not list(tmp_path.iterdir())  # nothing was touched


def test_an_address_that_is_not_ours(tmp_path):
    said = refused("serve", "--host", "192.0.2.1", PLEDGE_DATABASE_URL=f"sqlite:///{tmp_path}/x.sqlite")
    assert said.startswith("Pledge cannot listen on 192.0.2.1, port 8000: ") and said.endswith(
        "Check --host and --port."
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PLEDGE_BASE_URL": "http://pledge.example.org"}, "PLEDGE_BASE_URL must start with https://"),
        ({"PLEDGE_DATABASE_URL": "mysql://x"}, "PLEDGE_DATABASE_URL must start with"),
        ({"PLEDGE_DTABASE_URL": "x"}, "PLEDGE_DTABASE_URL is not a setting of Pledge."),
        ({"PLEDGE_PARTNERSHIP": "/no/such/file.yaml"}, "/no/such/file.yaml"),
    ],
)
def test_a_setting_that_is_wrong(settings, said, tmp_path):
    defaults = {"PLEDGE_DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite"}
    assert said in refused("serve", "--port", str(free_port()), **(defaults | settings))


def test_the_demo_listens_on_this_machine_only(tmp_path):
    said = refused("serve", "--demo", "--host", "0.0.0.0", PLEDGE_DATABASE_URL=f"sqlite:///{tmp_path}/x.sqlite")
    assert "this machine only" in said


@pytest.mark.parametrize("command", ["serve", "migrate", "worker"])
def test_a_database_server_that_is_not_there(command):
    options = ["--port", str(free_port())] if command == "serve" else []
    said = refused(command, *options, PLEDGE_DATABASE_URL="postgresql://pledge:hunter2@127.0.0.1:9/pledge")
    assert said.startswith("The database cannot be opened: ") and said.endswith("Check PLEDGE_DATABASE_URL.")
    assert "hunter2" not in said


@pytest.mark.parametrize("kind", ["a folder", "another file", "read only"])
def test_a_file_that_is_no_database(tmp_path, kind):
    path = tmp_path / "x.sqlite"
    if kind == "a folder":
        path.mkdir()
    elif kind == "another file":
        path.write_text("This is a letter to my aunt.\n" * 100)
    else:
        path = path.with_name("no-such-folder") / "x.sqlite"
        (tmp_path / "no-such-folder").write_text("a file where a folder should be")
    said = refused("migrate", PLEDGE_DATABASE_URL=f"sqlite:///{path}")
    assert said.startswith("The database cannot be opened: ")
    if kind == "another file":
        assert path.read_text().startswith("This is a letter")  # and it is untouched


async def test_a_database_without_this_versions_tables_is_refused_on_postgresql_and_migrated_on_sqlite(db, databases):
    import asyncio

    url = await databases.empty_url()
    if db.engine_type == "postgres":
        serving = owned(url, "pledge_app")
        said = await asyncio.to_thread(refused, "serve", "--port", str(free_port()), PLEDGE_DATABASE_URL=serving)
        assert said.endswith("Run “pledge migrate” first.")
    first = await asyncio.to_thread(pledge, "migrate", PLEDGE_DATABASE_URL=url)
    again = await asyncio.to_thread(pledge, "migrate", PLEDGE_DATABASE_URL=url)
    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout.startswith("Applied ") and again.stdout == "Nothing to do.\n"


async def test_it_serves_on_postgresql_too(db, tmp_path):
    import asyncio

    if db.engine_type == "sqlite":
        pytest.skip("the tests above are about SQLite")

    def serve() -> str:
        with Server(url_of(db), tmp_path / "log") as server:
            version = httpx.get(f"{server.url}/version").json()["database"]
            family = [server.pid, *children(server.pid)]
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(5) == 0
            until(lambda: not any(alive(pid) for pid in family), 2)
            return version

    version = await asyncio.to_thread(serve)
    assert version.startswith("PostgreSQL")


# — pledge config —


def test_config_shows_every_setting_and_no_password():
    from pledge.settings import SETTINGS

    found = pledge(
        "config",
        PLEDGE_DATABASE_URL="postgresql://pledge:hunter2@db.example.org/pledge?password=hunter3&sslmode=require",
        PLEDGE_SMTP_URL="smtps://us%40er:hunt%40er4@mail.example.org:465",
        PLEDGE_MAIL_FROM="Pledge <pledge@example.org>",
    )
    assert found.returncode == 0
    assert all(f"{name} = " in found.stdout for name in SETTINGS)
    assert "hunt" not in found.stdout and "db.example.org/pledge" in found.stdout
    assert "mail.example.org:465" in found.stdout and "Pledge <pledge@example.org>" in found.stdout


def test_config_checks_the_partnerships_file_too(tmp_path):
    (tmp_path / "ours.yaml").write_text("a: &a [*a]\n")
    found = pledge("config", PLEDGE_PARTNERSHIP=str(tmp_path / "ours.yaml"))
    assert found.returncode == 2 and found.stdout == "" and "Traceback" not in found.stderr
    assert "ours.yaml: Line 1: “districts” is missing. Add it.\n" in found.stderr


def test_config_refuses_a_setting_that_is_wrong():
    assert refused("config", PLEDGE_TRUSTED_PROXIES="many").startswith("PLEDGE_TRUSTED_PROXIES is “many”.")
