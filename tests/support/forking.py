"""Starting Python quickly: a process that has imported what shall run already, and forks itself for each start.

What is started is as separate as if it had been started from nothing: a process, an environment, a folder and open
files of its own, and a child of whoever asked. Only importing, most of a second, is done once for all of them.
"""

import atexit
import ctypes
import fcntl
import functools
import gc
import json
import os
import runpy
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
import warnings
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from tests.support import days

_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
FORKER = "forker"  # what one is called that a server has
_FILES = 16  # at most, that a process gets
_FIRST = threading.Lock()  # or two threads make a forker each
_HEAD = struct.Struct("!Q")  # how many bytes follow


class Forked(subprocess.Popen):
    """``subprocess.Popen``, in a fork that has imported much.

    For ``[python, options…, "-m", module, arguments…]`` and ``[python, script, arguments…]``.
    """

    def __init__(self, args, *, imported: tuple[str, ...] = (), forker: "_Forker | None" = None, **options) -> None:
        with _FIRST:
            self._forker = forker or _forker(imported)
        super().__init__(args, **options)

    def _execute_child(
        self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, startupinfo, creationflags, shell,
        p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, *others,
    ) -> None:  # fmt: skip
        start_new_session, process_group = others[-2:]
        module = "-m" in args
        job = {
            "command": list(map(str, args[args.index("-m") + 1 if module else 1 :])),
            "module": module,
            "folder": os.fspath(cwd or Path.cwd()),
            "environment": dict(os.environ if env is None else env),
            "new_session": start_new_session,
            "own_group": process_group == 0,
            "files": [0, 1, 2, *pass_fds],  # the numbers that they have there
        }
        files = [own if given == -1 else given for own, given in enumerate((p2cread, c2pwrite, errwrite))]
        self.pid = self._forker.start(job, [*files, *pass_fds])
        self._child_created = True
        self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)


class _Forker:
    """The process that forks, seen from here. It ends with us."""

    def __init__(self, ours: socket.socket) -> None:
        self._ours = ours
        self._one_at_a_time = threading.Lock()

    @classmethod
    def with_imports(cls, imported: tuple[str, ...]) -> "_Forker":
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.support.forking", str(theirs.fileno()), *imported]
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        made = cls(ours)
        made._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True, env=kept)
        theirs.close()
        return made

    def start(self, job: dict[str, object], files: list[int]) -> int:
        """Start a process with these files, the first three of them its input, output and errors.

        Returns its id. It is our child.
        """
        text = json.dumps(job).encode()
        with self._one_at_a_time:
            # The fork is a grandchild of the forker whose parent has ended, so it comes to us.
            _adopt(True)
            try:
                socket.send_fds(self._ours, [_HEAD.pack(len(text))], files)
                self._ours.sendall(text)
                return int(_HEAD.unpack(_receive(self._ours, _HEAD.size))[0])
            finally:
                _adopt(False)


_forker = functools.cache(_Forker.with_imports)


def _adopt(on: bool) -> None:
    if ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, int(on), 0, 0, 0):
        raise OSError("prctl(PR_SET_CHILD_SUBREAPER)")


def _receive(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        block = connection.recv(size - len(data))
        if not block:
            raise EOFError
        data += block
    return bytes(data)


def _serve(connection: socket.socket) -> NoReturn:
    """Fork for each job that comes. A fork never comes back from ``_become``."""
    while True:
        head, files, *_ = socket.recv_fds(connection, _HEAD.size, _FILES)
        if not head:
            os._exit(0)
        job = json.loads(_receive(connection, _HEAD.unpack(head)[0]))
        read, write = os.pipe()  # closed when the fork is somebody else's child
        told, tell = os.pipe()
        between = os.fork()
        if not between:
            pid = os.fork()
            if pid:
                os.write(tell, _HEAD.pack(pid))
                os._exit(0)
            os.close(write)
            os.read(read, 1)
            connection.close()
            for number in (read, told, tell):
                os.close(number)
            _become(job, files)
        os.waitpid(between, 0)
        connection.sendall(os.read(told, _HEAD.size))
        for number in (read, write, told, tell, *files):
            os.close(number)


def _become(job, files: list[int]) -> NoReturn:
    moved = [fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 1 + max(job["files"])) for file in files]
    for file, number in zip(moved, job["files"], strict=True):
        os.dup2(file, number)
    for file in {*files, *moved} - set(job["files"]):
        os.close(file)
    if job["new_session"]:
        os.setsid()
    elif job["own_group"]:
        os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(job["environment"])
    time.tzset()
    days.take_part()
    os.chdir(job["folder"])
    sys.argv = name, *_ = job["command"]
    _be_called([sys.executable, *(["-m"] if job["module"] else []), *sys.argv])
    if sys.argv[:2] == ["pledge", "serve"] or not job["module"]:
        _leave_a_forker()
    sys.modules.pop(name, None)  # it runs anew, as the main one
    code: object = 1
    try:
        if job["module"]:
            runpy.run_module(name, run_name="__main__", alter_sys=True)
        else:
            sys.path.insert(0, str(Path(name).parent))
            runpy.run_path(name, run_name="__main__")
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    if not isinstance(code, int | None):
        print(code, file=sys.stderr)
        code = 1
    # Taking apart all that was imported would take longer than most commands do.
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code or 0)


def _leave_a_forker() -> None:
    """Let a server start its worker, and a script its commands, as quickly as they were started themselves."""
    ours, theirs = socket.socketpair()
    if not os.fork():
        ours.close()
        for number in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
        _be_called([FORKER])
        _serve(theirs)
    theirs.close()
    forker, real = _Forker(ours), subprocess.Popen

    def start(args, **options):
        if list(args[:3]) == [sys.executable, "-m", "pledge"]:
            return Forked(args, forker=forker, **options)
        return real(args, **options)

    subprocess.Popen = start  # type: ignore[assignment, misc]


def _be_called(command: list[str]) -> None:
    """Have this process listed by its own command, not by that of the forker."""
    start, end = map(int, Path("/proc/self/stat").read_text().rpartition(")")[2].split()[45:47])
    text = os.fsencode("\0".join(command))[: end - start - 1]
    ctypes.memmove(start, text.ljust(end - start, b"\0"), end - start)


def main() -> None:
    """Import, then fork whenever we are asked: ``python -m tests.support.forking DESCRIPTOR MODULE…``."""
    number, *imported = sys.argv[1:]
    for name in ("tests.support.forking", *imported):  # itself too, while Popen is what it is
        import_module(name)
    assert threading.active_count() == 1, "a process with threads cannot be forked"
    warnings.simplefilter("error")  # in what runs, though not in what is imported for it
    gc.freeze()  # forks share what there is, untouched
    _serve(socket.socket(fileno=int(number)))


if __name__ == "__main__":
    main()
