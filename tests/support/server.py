"""``pledge serve`` as an operator runs it: real processes on a real port."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from tests.support.command import environment, start
from tests.support.forking import FORKER


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> dict[int, str]:
    """The processes whose parent is ``pid``, with their command lines."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_text().replace("\0", " ").strip()
            except (OSError, ValueError):  # it ended while we looked
                continue
            if parent == pid:
                found[int(folder.name)] = command
    return found


def alive(pid: int) -> bool:
    """Whether a process runs (a dead one that nobody has buried does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Server:
    """One ``pledge serve`` in a process group of its own. Use it as a context manager; it leaves nothing behind."""

    def __init__(self, database_url: str, log: Path, port: int | None = None, **settings: str) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.environment = environment(PLEDGE_DATABASE_URL=database_url, **settings)
        self.process: subprocess.Popen | None = None
        self.pids: set[int] = set()

    def start(self, seconds: float = 60) -> "Server":
        """Start it and return when it answers."""
        with self.log.open("ab") as output:
            self.process = start(
                "serve", "--port", str(self.port), env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + seconds
        while not self.ready():
            assert self.process.poll() is None and time.monotonic() < until, self.log.read_text()
            time.sleep(0.02)
        return self

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def worker(self) -> int | None:
        """The process that does background work."""
        return next((pid for pid, command in children(self.pid).items() if " worker " in command), None)

    def web(self) -> int | None:
        """The process that answers requests."""
        others = (" worker ", FORKER)
        found = children(self.pid).items()
        return next((pid for pid, command in found if not any(other in command for other in others)), None)

    def kill_all(self) -> None:
        """End the server and all its processes at once, as a power cut would (but for the disk)."""
        family = {self.pid, *children(self.pid)}
        os.killpg(self.pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()
        until = time.monotonic() + 10
        while any(alive(pid) for pid in family):
            assert time.monotonic() < until
            time.sleep(0.01)

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            for pid in [*children(self.pid), self.pid] if self.process.poll() is None else []:
                self.pids.add(pid)
            if self.process.poll() is None:
                self.kill_all()
            for pid in self.pids:
                if alive(pid):
                    os.kill(pid, signal.SIGKILL)
