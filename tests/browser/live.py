"""A whole installation for the browser: `pledge serve` with its worker on a file of its own, and a real mail server."""

import asyncio
import email
import re
import signal
import socket
import urllib.request
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from tests.support.command import environment, start


class Letterbox:
    """Takes every mail that arrives over SMTP."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    async def wait_for(self, recipient: str, subject: str) -> EmailMessage:
        """Return the newest mail to somebody whose subject has these words, as soon as it is there."""
        for _ in range(300):
            for mail in reversed(self.mails):
                if recipient in mail["To"] and subject in mail["Subject"]:
                    return mail
            await asyncio.sleep(0.1)
        raise AssertionError(
            f"no mail to {recipient} about “{subject}”: {[str(mail['Subject']) for mail in self.mails]}"
        )


def link_in(mail: EmailMessage) -> str:
    """Return the first address in a mail that leads to a page with a button."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"http\S+/t/\S+", body.get_content())
    assert found, body.get_content()
    return found[0]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Live:
    """The running installation. ``url`` is its address, ``box`` its post, ``cookies`` sign people in."""

    def __init__(self, database: Path, cookies: dict[str, str], ids: dict[str, UUID | str], **more: str) -> None:
        self.cookies = cookies
        self.ids = ids
        self.box = Letterbox()
        self._smtp = Controller(self.box, hostname="127.0.0.1", port=free_port())
        self._smtp.start()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        settings = {
            "PLEDGE_DATABASE_URL": f"sqlite:///{database}",
            "PLEDGE_SMTP_URL": f"smtp://127.0.0.1:{self._smtp.port}",
            "PLEDGE_QUESTIONNAIRES": str(ids["questionnaires"]),
            **more,
        }
        self._log = (database.parent / "server.log").open("wb")
        self._process = start(
            "serve", "--port", str(port), env=environment(**settings), stdout=self._log, stderr=self._log
        )

    async def ready(self) -> None:
        """Return when it serves."""
        for _ in range(2400):  # two minutes: a machine that is busy starts it slowly
            if self._process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log}")
            try:
                await asyncio.to_thread(urllib.request.urlopen, f"{self.url}/health/ready", timeout=1)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return
        raise AssertionError(f"the server did not start: {self.log}")

    @property
    def log(self) -> str:
        """What the server has printed."""
        return Path(self._log.name).read_text()

    def stop(self) -> None:
        """End it as an operator would."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)
        self._log.close()
        self._smtp.stop()
