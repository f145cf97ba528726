"""A disk that is full: people can read on and are told that nothing was saved; with room again it goes on by itself."""

import resource
from contextlib import closing
from pathlib import Path

import httpx
import pysqlite3 as sqlite3
from tests.support.server import Server

OURS = {"Sec-Fetch-Site": "same-origin"}


def register(server: Server, number: int) -> httpx.Response:
    form = {"organisation_name": f"{number} {'x' * 190}", "name": "y" * 200, "email": f"p{number}@example.org",
            "password": "three brown oak tables", "_key": str(number)}  # fmt: skip
    headers = OURS | {"X-Forwarded-For": f"192.0.2.{number}"}
    return httpx.post(f"{server.url}/register", data=form, headers=headers, timeout=20)


def limit_files(server: Server, size: int) -> None:
    """Let no process of the server make a file longer than so many bytes, as a full disk would."""
    for pid in (server.pid, server.web(), server.worker()):
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, most))


def registrations(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        jobs = connection.execute("SELECT json_extract(payload, '$.email') FROM job WHERE state <> 'done'").fetchall()
        links = connection.execute("SELECT json_extract(payload, '$.email') FROM link").fetchall()
        return {email for (email,) in jobs + links}


def test_nothing_is_lost_pages_are_served_and_it_is_over_when_there_is_room(tmp_path):
    path = tmp_path / "pledge.sqlite"
    with Server(f"sqlite:///{path}", tmp_path / "log", PLEDGE_TRUSTED_PROXIES="1") as server:
        acknowledged = set()
        assert register(server, 0).status_code == 303
        acknowledged.add("p0@example.org")
        written = max(Path(f"{path}{end}").stat().st_size for end in ("", "-wal"))
        limit_files(server, written + 20_000)
        for number in range(1, 200):
            answer = register(server, number)
            if answer.status_code != 303:
                break
            acknowledged.add(f"p{number}@example.org")
        assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
        assert "Everything you saved is safe" in answer.text and "was not saved" in answer.text
        assert httpx.get(f"{server.url}/sign-in").status_code == 200
        assert httpx.get(f"{server.url}/health/live").status_code == 200

        limit_files(server, resource.RLIM_INFINITY)
        again = register(server, 250)
        assert again.status_code == 303
        acknowledged.add("p250@example.org")
    assert registrations(path) >= acknowledged
    assert "Traceback" not in server.log.read_text()  # one line for each failure is enough
