"""E-mail over real SMTP: what arrives, what happens when nothing does, and that it goes only to whom it should."""

import asyncio
import datetime as dt
import email
import email.policy
import ssl
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from aiosmtpd.smtp import SMTP, AuthResult

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.mail import delivery, outbox
from pledge.mail.delivery import Server, compose, deliver_due
from pledge.mail.outbox import Message, post

SENDER = "Pledge <pledge@example.org>"


class Sink:
    """A mail server that keeps what it gets, or refuses it."""

    def __init__(self) -> None:
        self.hangs: asyncio.Event | None = None  # set once it keeps somebody waiting
        self.got: list[tuple[list[str], str, email.message.EmailMessage]] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.hangs is not None:
            self.hangs.set()
            await asyncio.Event().wait()
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got.append((envelope.rcpt_tos, envelope.mail_from, message))
        return "250 Taken"

    @property
    def messages(self):
        return [message for _, _, message in self.got]


@asynccontextmanager
async def mail_server(sink: Sink, **options):
    """Run a mail server on this machine; yield its port."""
    loop = asyncio.get_running_loop()
    sessions: list[SMTP] = []

    def session() -> SMTP:
        sessions.append(SMTP(sink, hostname="sink.example", loop=loop, **options))
        return sessions[-1]

    server = await loop.create_server(session, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        handlers = [found._handler_coroutine for found in sessions if found._handler_coroutine is not None]
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)


@pytest.fixture
async def sink():
    found = Sink()
    async with mail_server(found) as port:
        found.server = Server(f"smtp://127.0.0.1:{port}", SENDER, "pledge.example.org")
        yield found


async def send(recipient="alice@example.org", subject="Hello", body="Words\n", **kwargs) -> None:
    await write(partial(post, Message(recipient, subject, body, **kwargs)))


async def rows() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM outbox ORDER BY created, id"))


# — what arrives —


async def test_a_message_arrives_as_it_was_written(db, sink):
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        await send(
            "alice@example.org", "Grüße aus Barrow‑in‑Furness — 10 % mehr", "Zeile eins\n\nhttps://x.example/t/abc\n"
        )
    assert await deliver_due(sink.server) == 1
    ((recipients, sender, mail),) = sink.got
    assert recipients == ["alice@example.org"] and sender == "pledge@example.org"
    assert mail["From"] == SENDER and mail["To"] == "alice@example.org"
    assert mail["Subject"] == "Grüße aus Barrow‑in‑Furness — 10 % mehr"
    assert mail["Date"].datetime == dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
    assert mail["Auto-Submitted"] == "auto-generated" and mail["MIME-Version"] == "1.0"
    (row,) = await rows()
    assert mail["Message-ID"] == f"<{row['id']}@pledge.example.org>"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == ["Zeile", "eins", "https://x.example/t/abc"]


async def test_an_event_is_attached_as_a_calendar_with_its_method(db, sink):
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nSUMMARY:Früh\r\nEND:VCALENDAR\r\n"
    await send(calendar=calendar, calendar_method="REQUEST")
    await deliver_due(sink.server)
    (attachment,) = sink.messages[0].iter_attachments()
    assert attachment.get_content_type() == "text/calendar" and attachment.get_filename() == "event.ics"
    assert attachment.get_param("method") == "REQUEST" and attachment.get_param("charset") == "utf-8"
    assert attachment.get_payload(decode=True).decode() == calendar


async def test_a_domain_with_other_letters_is_written_as_servers_take_it(db, sink):
    await send("alice@bücher.example")
    assert await deliver_due(sink.server) == 1
    assert sink.got[0][0] == ["alice@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "recipient",
    [
        "alice@example.org\r\nBcc: eve@example.org",
        "alice@example.org, eve@example.org",
        "alice@example.org\nX: y",
        "",
        "alice",
    ],
)
async def test_a_recipient_that_is_not_one_address_gets_nothing_and_stops_no_other(db, sink, recipient):
    await send(recipient)
    await send("bob@example.org")
    assert await deliver_due(sink.server) == 1
    assert [recipients for recipients, _, _ in sink.got] == [["bob@example.org"]]
    assert sorted(row["state"] for row in await rows()) == ["sent", "waiting"]


async def test_a_line_break_in_a_subject_makes_no_header(db, sink, application):
    from pledge.mail.words import Mailroom

    mailroom: Mailroom = application[0].litestar.state.mailroom
    message = mailroom.write(
        "alice@example.org", "confirm", name="A\r\nBcc: eve@example.org", organisation_name="x", path="/t/1"
    )
    assert "\n" not in message.subject and "\r" not in message.subject
    await send(subject="Hello\r\nBcc: eve@example.org")  # a caller that does not clean
    assert await deliver_due(sink.server) == 0 and sink.got == []
    assert (await rows())[0]["error"].startswith("ValueError")


async def test_asked_every_second_it_reads_the_certificates_only_when_there_is_something_to_send(db, sink, monkeypatch):
    """Reading them takes 25 ms, which was 5 % of a processor all day."""
    read_them, real = [], delivery.ssl.create_default_context
    monkeypatch.setattr(delivery.ssl, "create_default_context", lambda: read_them.append(1) or real())
    assert await deliver_due(sink.server) == 0 and read_them == []
    await send()
    await send()
    assert await deliver_due(sink.server) == 2 and read_them == [1]


# — what happens when nothing does —


async def test_while_the_server_is_down_a_message_waits_longer_each_time_and_then_has_failed(db):
    nowhere = Server("smtp://127.0.0.1:9", SENDER, "pledge.example.org")
    await send()
    now, waits = clock.now(), []
    for attempt in range(1, 9):
        with time_machine.travel(now, tick=False):
            assert await deliver_due(nowhere) == 0
            (row,) = await rows()
            assert row["attempts"] == attempt and "SMTPConnectError" in row["error"]
            waits.append((row["run_after"] - clock.now()).total_seconds())
            now += timedelta(seconds=waits[-1] + 1)
    assert waits[:6] == [30, 120, 480, 1920, 7680, 30720]
    assert row["state"] == "failed" and row["body"] == "Words\n"
    with time_machine.travel(now + timedelta(days=2)):
        assert await write(delivery._claim) is None


async def test_when_the_server_is_back_the_message_arrives(db, sink):
    await send()
    assert await deliver_due(Server("smtp://127.0.0.1:9", SENDER, "pledge.example.org")) == 0
    assert await deliver_due(sink.server) == 0  # not at once
    with time_machine.travel(clock.now() + timedelta(seconds=31)):
        assert await deliver_due(sink.server) == 1
    assert len(sink.got) == 1


async def test_while_the_server_is_down_one_message_is_tried_at_a_time(db):
    for _ in range(3):
        await send()
    await deliver_due(Server("smtp://127.0.0.1:9", SENDER, "pledge.example.org"))
    assert sorted(row["attempts"] for row in await rows()) == [0, 0, 1]


async def test_a_recipient_that_the_server_refuses_stops_no_other(db, sink):
    sink.refuse["gone@example.org"] = "550 no such mailbox"
    await send("gone@example.org")
    await send("alice@example.org")
    assert await deliver_due(sink.server) == 1
    states = {row["recipient"]: (row["state"], row["error"]) for row in await rows()}
    assert states["alice@example.org"][0] == "sent"
    assert states["gone@example.org"][0] == "waiting" and "no such mailbox" in states["gone@example.org"][1]


async def test_a_message_whose_sender_died_is_sent_again_with_the_same_id(db, sink):
    await send()
    await write(delivery._claim)  # and the process dies, perhaps after sending
    with time_machine.travel(clock.now() + timedelta(minutes=4, seconds=50)):
        assert await deliver_due(sink.server) == 0
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1)):
        assert await deliver_due(sink.server) == 1
    (row,) = await rows()
    assert sink.messages[0]["Message-ID"] == f"<{row['id']}@pledge.example.org>" and row["attempts"] == 2
    assert compose(sink.server, row | {"body": "x"})["Message-ID"] == sink.messages[0]["Message-ID"]


async def test_a_sender_that_was_overtaken_notes_nothing(db, sink):
    await send()
    late = await write(delivery._claim)
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1)):
        await write(delivery._claim)
        await write(partial(delivery._failed, late, ValueError("late")))
        await write(partial(delivery._done, late))
    assert [(row["state"], row["attempts"]) for row in await rows()] == [("sending", 2)]


async def test_two_workers_at_once_send_each_message_once(db, sink):
    for number in range(25):
        await send(f"person{number}@example.org")
    sent = await asyncio.gather(*[deliver_due(sink.server) for _ in range(4)])
    assert sum(sent) == 25
    assert sorted(recipients[0] for recipients, _, _ in sink.got) == sorted(f"person{n}@example.org" for n in range(25))
    assert {row["attempts"] for row in await rows()} == {1}


async def test_many_messages_go_over_one_connection(db):
    connections = 0

    class Counting(Sink):
        async def handle_EHLO(self, server, session, envelope, hostname, responses):
            nonlocal connections
            connections += 1
            session.host_name = hostname
            assert hostname == "pledge.example.org"
            return responses

    found = Counting()
    async with mail_server(found) as port:
        for number in range(5):
            await send(f"person{number}@example.org")
        assert await deliver_due(Server(f"smtp://127.0.0.1:{port}", SENDER, "pledge.example.org")) == 5
    assert connections == 1


# — what is kept —


async def test_a_sent_message_keeps_none_of_its_words(db, sink):
    await send(body="https://pledge.example.org/t/secret\n", calendar="BEGIN", calendar_method="REQUEST")
    await deliver_due(sink.server)
    (row,) = await rows()
    assert row["state"] == "sent" and (row["body"], row["calendar"]) == ("", "") and row["sent"] is not None


async def test_a_message_with_the_same_reason_is_queued_once(db):
    message = Message("alice@example.org", "s", "b")
    await asyncio.gather(*[write(partial(post, message, dedupe="reminder-1")) for _ in range(5)])
    await write(partial(post, message, dedupe="reminder-2"))
    assert len(await rows()) == 2


async def test_old_messages_are_forgotten(db):
    await send()
    await send()
    await write(partial(sql.rows, "UPDATE outbox SET state = 'failed' WHERE id = {}", (await rows())[0]["id"]))
    for days, bodies in ((6, ["Words\n"] * 2), (8, ["", "Words\n"]), (91, ["Words\n"])):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            await write(outbox.prune)
        assert sorted(row["body"] for row in await rows()) == bodies  # what waits is kept


# — passwords and encryption —


def certificate(tmp_path) -> tuple[str, str]:
    """A fresh self-signed certificate for localhost, which nobody has reason to trust."""
    import subprocess

    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", chain, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return str(key), str(chain)


def tls(tmp_path) -> tuple[ssl.SSLContext, str]:
    key, chain = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)
    return context, chain


def accepts(name: bytes, password: bytes):
    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (name, password), handled=False)

    return check


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the mail server's own advice
async def test_a_password_is_used_and_unquoted(db):
    found = Sink()
    options = {"auth_required": True, "auth_require_tls": False, "authenticator": accepts(b"us er", b"p@ss:w")}
    async with mail_server(found, **options) as port:
        await send()
        assert await deliver_due(Server(f"smtp://us%20er:p%40ss%3Aw@127.0.0.1:{port}", SENDER, "x.example")) == 1
        await send()
        assert await deliver_due(Server(f"smtp://us%20er:wrong@127.0.0.1:{port}", SENDER, "x.example")) == 0
    assert len(found.got) == 1
    errors = {row["state"]: row["error"] for row in await rows()}
    assert "SMTPAuthenticationError" in errors["waiting"]


async def test_a_certificate_that_nobody_trusts_is_refused(db, tmp_path):
    context, _ = tls(tmp_path)
    found = Sink()
    async with mail_server(found, tls_context=context) as port:
        await send()
        assert await deliver_due(Server(f"smtp://127.0.0.1:{port}", SENDER, "x.example")) == 0
    assert found.got == []
    assert "certificate" in (await rows())[0]["error"].lower()


async def test_starttls_is_used_when_it_is_offered_and_the_certificate_is_trusted(db, tmp_path, monkeypatch):
    context, chain = tls(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", chain)
    encrypted = []

    class Looking(Sink):
        async def handle_DATA(self, server, session, envelope):
            encrypted.append(session.ssl is not None)
            return await super().handle_DATA(server, session, envelope)

    found = Looking()
    async with mail_server(found, tls_context=context, require_starttls=True) as port:
        await send()
        assert await deliver_due(Server(f"smtp://127.0.0.1:{port}", SENDER, "x.example")) == 1
    assert encrypted == [True]


def test_a_password_for_another_machine_goes_only_under_tls():
    client = delivery._client(Server("smtp://user:secret@mail.example.org:587", SENDER, "x.example"))
    assert client._start_tls_on_connect is True
    assert delivery._client(Server("smtp://mail.example.org", SENDER, "x"))._start_tls_on_connect is None
    secure = delivery._client(Server("smtps://user:secret@mail.example.org", SENDER, "x.example"))
    assert secure.use_tls and secure.port == 465
    for found in (client, secure):
        assert found.tls_context.verify_mode == ssl.CERT_REQUIRED and found.tls_context.check_hostname


async def test_registering_over_a_real_mail_server(site, visitor, sink):
    """From the form to the link in the mail that arrived."""
    import re

    from tests.accounts.test_register import register

    await register(visitor)
    await site.work()
    await deliver_due(sink.server)
    (mail,) = sink.messages
    link = re.search(r"http://127\.0\.0\.1:8000(/t/\S+)", mail.get_content())[1]
    page = await (await visitor.get(link)).submit()
    assert page.url == "/organisation/edit"


async def test_any_text_goes_out_in_short_lines_and_arrives_as_it_was():
    strange = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch שלום 😀 " + "W" * 2_000
    row = {"id": "1", "recipient": "a@example.org", "reply_to": "", "subject": strange[:200], "body": f"{strange}\n"}
    row |= {"calendar": "", "calendar_method": "", "created": clock.now()}
    sent = compose(Server("smtp://127.0.0.1", SENDER, "example.org"), row).as_bytes(policy=email.policy.SMTP)
    assert max(map(len, sent.split(b"\r\n"))) <= 78
    read_back = email.message_from_bytes(sent, policy=email.policy.default)
    assert read_back.get_content().strip() == strange and read_back["Subject"] == strange[:200]


async def test_told_to_stop_while_the_server_says_nothing_it_gives_the_message_back_at_once(db, sink):
    await send()
    sink.hangs = asyncio.Event()
    delivering = asyncio.create_task(deliver_due(sink.server))
    async with asyncio.timeout(5):
        await sink.hangs.wait()
        delivering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivering
    (row,) = await rows()
    assert (row["state"], row["attempts"], row["lease_until"]) == ("waiting", 0, None)
    sink.hangs = None
    assert await deliver_due(sink.server) == 1 and len(sink.got) == 1
