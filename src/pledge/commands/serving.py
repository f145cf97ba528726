"""``pledge serve``: web processes, and the background worker beside them."""

import errno
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from pledge.command_line import refuse
from pledge.commands.preparing import prepare, require_content
from pledge.content import ContentError
from pledge.settings import LOOPBACK, SettingsError, load

if TYPE_CHECKING:
    from pledge.app import Application

STOPPING = 3  # seconds that requests and jobs under way have when the server is told to stop
IDLE = 15  # seconds that a connection may wait for the whole head of its first or next request
CONNECTIONS = 4096  # of each web process. The server takes no further one, idle or not, so this is what may be held
OTHER_FILES = 256  # that a web process may have open beside its connections


@click.command()
@click.option("--demo", is_flag=True, help="Seed the invented demo county once, and print a sign-in for each role.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def serve(demo: bool, host: str, port: int, workers: int) -> None:
    """Migrate the embedded database, serve the site, and run the background worker."""
    here = host if host in LOOPBACK else "127.0.0.1"
    os.environ.setdefault("PLEDGE_BASE_URL", f"http://{f'[{here}]' if ':' in here else here}:{port}")
    if demo:
        os.environ["PLEDGE_DEMO"] = "1"
    try:
        settings = load()
    except SettingsError as error:
        refuse(str(error))
    if settings.demo and host not in LOOPBACK:
        refuse("The demo listens on this machine only. Leave --host at 127.0.0.1.")
    _require_free(host, port)
    _build()
    prepare()
    _require_free(host, port)  # preparing may have taken minutes
    click.echo(f"Pledge is at {settings.base_url}", err=True)
    background = _Background()
    try:
        _granian(host, port, workers, background)
    finally:
        background.stop()
        background.wait()


def _require_free(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            refuse(f"Port {port} on {host} is in use. Stop what uses it, or choose another with --port.")
        refuse(f"Pledge cannot listen on {host}, port {port}: {error.strerror}. Check --host and --port.")


@cache
def _build() -> "Application":
    """Build the application, and refuse to start in one sentence when its files are not as they should be."""
    from pledge.app import from_environment

    try:
        require_content()
        return from_environment()
    except (ContentError, OSError) as error:
        refuse(str(error))


def web() -> "Application":
    """Return the application in a web process (what the server loads), which ends when its parent does."""
    end_with(os.getppid())
    return _build()  # made before this process was forked


def end_with(parent: int) -> None:
    """Send this process SIGTERM when its parent is gone, however it ended, so that nobody is left behind."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


class _Background:
    """The worker as a child process. It is started again when it ends by itself."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep, name="worker keeper", daemon=True)
        self._keeper.start()

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "pledge", "worker", "--parent", str(os.getpid())]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603

    def _keep(self) -> None:
        while True:
            code = self._process.wait()
            if self._stopping.wait(1):
                return
            logging.getLogger("pledge").error("the background worker ended (%s) and is started again", code)
            self._process = self._start()

    def stop(self) -> None:
        """Ask the worker to stop. Returns at once."""
        self._stopping.set()
        self._process.terminate()

    def wait(self) -> None:
        """Return when the worker has ended; end it when it takes too long."""
        try:
            self._process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _connections() -> int:
    """Return how many connections a web process may hold, having raised the number of open files as far as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(128, min(CONNECTIONS, soft - OTHER_FILES))


def _granian(host: str, port: int, workers: int, background: _Background) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    server = Granian(
        "pledge.commands.serving:web",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        loop=Loops.uvloop,
        websockets=False,  # not used, and one part less to attack
        http=HTTPModes.http1,  # it alone ends a connection that never says which version it speaks
        http1_settings=HTTP1Settings(header_read_timeout=IDLE * 1000),
        backpressure=_connections(),
        workers_kill_timeout=STOPPING,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )

    @server.on_startup
    def stop_both_at_once() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            stop_web: Any = signal.getsignal(number)

            def stop(number: int, frame: Any, stop_web: Any = stop_web) -> None:
                background.stop()
                stop_web(number, frame)

            signal.signal(number, stop)

    server.serve()
