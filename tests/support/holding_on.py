"""A process that opens connections to a server of ours on this machine and does not let go of them.

Say ``python -m tests.support.holding_on PORT KINDS HOW_MANY FROM [COOKIE]``: so many of each of the kinds, which have
commas between them. It prints a line when all are open, holds them until its input ends, and prints what became of how
many of each kind: the status of the answer, "open" or "closed".
"""

import contextlib
import json
import selectors
import socket
import sys
import time
from collections import Counter

_HEAD = b"POST %s HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
_FORM = _HEAD % b"/sign-in" + b"Content-Type: application/x-www-form-urlencoded\r\n"
_FILES = b"Content-Type: multipart/form-data; boundary=x\r\n"
_LONG = b"Content-Length: 60000\r\n\r\n"
KINDS = {
    "a form": _FORM + _LONG + b"email=",
    "a multipart form": _HEAD % b"/sign-in" + _FILES + _LONG + b"--x\r\n",
    "chunks": _FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\nemail\r\n",
    "a byte a second": _FORM + _LONG + b"email=",
    "after a question": _FORM + b"Expect: 100-continue\r\n" + _LONG,
    "a file": _HEAD % b"/suppliers/uploads" + _FILES + b"Cookie: %s\r\n" + _LONG + b"--x\r\n",
    "a body of a GET": b"GET /sign-in HTTP/1.1\r\nHost: x\r\n" + _LONG + b"x",
    "to nowhere": _HEAD % b"/nowhere" + _LONG + b"x",
    "from elsewhere": b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + _LONG + b"x",
    "half a head": _FORM,
    "half a word": b"PO",
    "nothing": b"",
    "a second request": b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n",
    "many requests": b"GET /register HTTP/1.1\r\nHost: x\r\n\r\n" * 8,  # whose answers nobody reads
}
NOT_READING = {"many requests"}


def connect(port: int, kind: str, source: str, cookie: str) -> socket.socket:
    """Open a connection and send what there is to send."""
    connection = socket.socket()
    if kind in NOT_READING:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.bind((source, 0))
    connection.settimeout(10)
    connection.connect(("127.0.0.1", port))
    connection.sendall(KINDS[kind] % cookie.encode() if kind == "a file" else KINDS[kind])
    connection.setblocking(False)
    return connection


def hear(connection: socket.socket) -> str | None:
    """Return the status that was heard, "closed", or None when there was nothing new."""
    try:
        heard = connection.recv(65536)
    except OSError:
        return "closed"
    return (heard[9:12].decode() if heard.startswith(b"HTTP/1.1 ") else None) if heard else "closed"


def main(port: int, kinds: str, how_many: int, source: str, cookie: str = "") -> None:
    """Hold on."""
    became: dict[socket.socket, tuple[str, str]] = {}
    selector = selectors.DefaultSelector()
    for kind in kinds.split(","):
        for _ in range(how_many):
            connection = connect(port, kind, source, cookie)
            became[connection] = (kind, "open")
            if kind not in NOT_READING:
                selector.register(connection, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("open", flush=True)
    byte_due = time.monotonic() + 1
    while True:
        for key, _ in selector.select(0.1):
            if key.fileobj is sys.stdin:
                print(json.dumps(Counter(f"{kind}: {what}" for kind, what in became.values())))
                return
            assert isinstance(key.fileobj, socket.socket)
            kind, before = became[key.fileobj]
            heard = hear(key.fileobj)
            if heard == "closed":
                selector.unregister(key.fileobj)
            if heard and (heard != "closed" or before in ("open", "100")):
                became[key.fileobj] = (kind, heard)
        if time.monotonic() > byte_due:
            byte_due += 1
            for connection, (kind, what) in became.items():
                if (kind, what) == ("a byte a second", "open"):
                    with contextlib.suppress(OSError):
                        connection.send(b"a")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
