"""Reading a supplier file of any kind, in a process of its own that may die (see ``child``).

``read`` is a generator of frames: memory here stays small, because the pipe makes the reader wait for us, and time
counts only while we wait for the reader. A file can be read again from any row of any sheet.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import closing
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import BinaryIO

import msgspec

from pledge.suppliers.reading import limits
from pledge.suppliers.reading.frames import (
    FRAME_BYTES,
    LENGTH,
    Done,
    Failed,
    Frame,
    Job,
    Opened,
    Rows,
    SheetEnd,
    SheetStart,
)
from pledge.suppliers.reading.refusals import FileRefused

SECOND_READER = ("xlsx", "xlsm")  # what openpyxl can read when calamine cannot
KEPT_VARIABLES = ("LD_LIBRARY_PATH",)

_decode = msgspec.msgpack.Decoder(Frame).decode


def read(
    file: BinaryIO,
    format: str,
    *,
    sheets: Collection[int] | None = None,
    hidden: bool = False,
    rows_from: Mapping[int, int] | None = None,
    rows_at_most: int | None = None,
    last_row_only: bool = False,
    wait_seconds: float = limits.CHILD_WAIT_SECONDS,
) -> Generator[Opened | SheetStart | Rows | SheetEnd, None, None]:
    """Yield ``Opened``, then for each sheet ``SheetStart``, its ``Rows`` in order, and ``SheetEnd``.

    ``file`` must have a file descriptor; ``format`` is what ``sniffing.sniff`` said of it. ``sheets`` are the
    indexes wanted (default: all but the hidden ones, unless ``hidden``); ``rows_from`` maps a sheet's index to the
    first row wanted (default 1); ``rows_at_most`` ends each sheet early; ``last_row_only`` gives only the last
    filled row.
    Raises FileRefused, at any point, when the file cannot or must not be read; closing the generator ends the process.
    """
    wait = _Wait(wait_seconds)
    remaining = None if sheets is None else sorted(sheets)  # what a second reader would have to do
    starts = dict(rows_from or {})
    job = Job(format, "calamine", remaining, hidden, starts, rows_at_most, last_row_only)
    opened: Opened | None = None
    started: set[int] = set()
    first_failure: Failed | None = None
    while True:
        failure = None
        with closing(_run(file, job, wait)) as frames:
            for frame in frames:
                match frame:
                    case Failed():
                        failure = frame
                    case Opened():
                        if opened is None:
                            opened = frame
                            if remaining is None:
                                remaining = [sheet.index for sheet in frame.sheets if hidden or not sheet.hidden]
                            yield frame
                    case SheetStart():
                        if frame.sheet not in started:
                            started.add(frame.sheet)
                            yield frame
                    case Rows():
                        yield frame
                        starts[frame.sheet] = frame.first + len(frame.rows)
                    case SheetEnd():
                        yield frame
                        remaining = [index for index in remaining or () if index != frame.sheet]
                    case Done():
                        return
        failure = failure or Failed("unreadable", False, "")
        if failure.final or job.reader != "calamine" or format not in SECOND_READER:
            told = first_failure if first_failure and failure.code == "unreadable" else failure
            raise FileRefused(told.code, told.where)
        first_failure = failure
        job = msgspec.structs.replace(job, reader="openpyxl", sheets=remaining, rows_from=starts)


class _Wait:
    """How long we may still wait for readers of one file, over both tries."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def for_bytes(self, descriptor: int) -> bool:
        """Wait until there is something to read; False when the time is used up."""
        started = time.monotonic()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        ready = poll.poll(max(0.0, self._left) * 1000)
        self._left -= time.monotonic() - started
        return bool(ready)


def _run(file: BinaryIO, job: Job, wait: _Wait) -> Generator[Frame, None, None]:
    """Start one reader and yield its frames; however it ends, the last one is ``Done`` or ``Failed``."""
    descriptor = _reopen(file)
    try:
        process = Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-B", "-m", "pledge.suppliers.reading.child", msgspec.json.encode(job).decode()],
            stdin=descriptor,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
            process_group=0,
        )
    finally:
        os.close(descriptor)
    assert process.stdout is not None
    try:
        yield from _frames(process, wait)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()


def _frames(process: Popen[bytes], wait: _Wait) -> Iterator[Frame]:
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    data = bytearray()
    needed = LENGTH.size
    while True:
        while len(data) < needed:
            if not wait.for_bytes(descriptor):
                yield Failed("takes-too-long", False, "")
                return
            block = os.read(descriptor, 1 << 16)
            if not block:
                yield _death(process)
                return
            data += block
        if needed == LENGTH.size:
            (length,) = LENGTH.unpack_from(data)
            if length > FRAME_BYTES:
                yield Failed("unreadable", True, "")
                return
            needed = LENGTH.size + length
            continue
        frame = _decode(bytes(memoryview(data)[LENGTH.size : needed]))
        del data[:needed]
        needed = LENGTH.size
        yield frame
        if isinstance(frame, Done | Failed):
            return


def _death(process: Popen[bytes]) -> Failed:
    """Say what a reader died of that closed the pipe without a last word."""
    try:
        code = process.wait(timeout=5)
    except TimeoutExpired:
        return Failed("unreadable", False, "")
    if code == -signal.SIGXCPU:
        return Failed("takes-too-long", False, "")
    # An allocation that fails ends a reader by SIGABRT or SIGSEGV; SIGKILL comes from the kernel short of memory.
    return Failed("needs-too-much-memory" if code < 0 else "unreadable", False, "")


def _reopen(file: BinaryIO) -> int:
    """Return a new read-only descriptor with its own position, also for a file without a name."""
    try:
        return os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return os.dup(file.fileno())
