"""Trying mutants: forks in which the tests of a rule run against one change each, until the first test fails.

A mutant is first put into the functions of a process that has imported and collected everything: a fork runs only the
tests that call the changed function, within milliseconds. Whatever that does not find, and changes outside functions,
run again with all tests of the rule in a fork that imports a changed copy of ``src``, and so do its child processes.
"""

import ast
import functools
import gc
import importlib
import os
import pickle
import resource
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings
from tests.mutation.mutants import Mutant

SURVIVED, OURS = 0, 70  # exit codes: no test failed; the fault is the runner's own
BESIDE = 5  # seconds of processor time that a run may take beside twice what the tests took
WAITING = 6  # times as long as that it may take by the clock: others may use the processors too
Changed = Sequence[tuple[Path, Mutant, ast.Module]]  # the file of each mutant and the module in it
Job = tuple[Callable[[int], int], float]  # gets the number of its slot, returns an exit code; what its tests took


class BrokenTests(Exception):
    """The tests fail without any change, so they can tell nothing."""


def forks(jobs: Sequence[Job], at_once: int) -> list[int | None]:
    """Run each job in a fork and return their exit codes: None for those that took too long and were killed.

    Raises RuntimeError when one of them fails by a fault of ours, or that would count as found.
    """
    codes: list[int | None] = [None] * len(jobs)
    running: dict[int, tuple[int, int, float]] = {}  # process → job, slot, when it ends at the latest
    waiting, free = iter(enumerate(jobs)), list(range(at_once))
    while True:
        while free and (following := next(waiting, None)):
            number, (job, took) = following
            slot, most = free.pop(), BESIDE + int(2 * took)
            if not (process := os.fork()):
                _end_with(functools.partial(job, slot), most)
            running[process] = number, slot, time.monotonic() + WAITING * most
        if not running and OURS in codes:
            raise RuntimeError("A run did not end as it should: see above.")
        if not running:
            return codes
        process, status = os.waitpid(-1, os.WNOHANG)
        if process in running:
            number, slot, _ = running.pop(process)
            codes[number] = os.waitstatus_to_exitcode(status)
            free.append(slot)
            continue
        for late in [process for process, (_, _, end) in running.items() if time.monotonic() > end]:
            with suppress(ProcessLookupError):
                os.killpg(late, signal.SIGKILL)
            os.waitpid(late, 0)
            free.append(running.pop(late)[1])
        time.sleep(0.002)


def _end_with(job: Callable[[], int], most: int) -> None:
    code = OURS
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
        code = job()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


class _Same:
    """Let Hypothesis try the same examples for every mutant, and waste no time on making a failure small."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile(
            "same", deadline=None, max_examples=30, derandomize=True, database=None, phases=phases
        )
        settings.load_profile("same")


def _pytest(root: Path, source: Path, tests: Sequence[str], log: Path, *plugins: object) -> int:
    """Run a checkout's tests in this process, which ends soon, with the modules in ``source``."""
    os.chdir(root)
    sys.path[:0] = [str(source), str(root)]
    os.environ["PYTHONPATH"] = str(source)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(1, 2)
    options = ["-qx", "--capture=sys", "--tb=short", "--assert=plain", "-pno:cacheprovider", "-pno:faulthandler"]
    return int(pytest.main([*options, *tests], [_Same(), *plugins]))


class _Quickly:
    """The tests of a rule, collected: instead of running them, forks itself for each mutant."""

    def __init__(self, changed: Changed, at_once: int, told: Path) -> None:
        self.changed, self.at_once, self.told = changed, at_once, told

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        files = {str(path) for path, _, _ in self.changed}
        if forks([(lambda _: self._unchanged(session, files), 900)], 1) != [SURVIVED]:
            return True
        took, called, imported = pickle.loads(self.told.read_bytes())
        _import(imported)
        gc.unfreeze()
        found = gc.get_objects()
        self.functions = [each for each in found if type(each) is FunctionType and each.__code__.co_filename in files]
        self.caches = [each for each in found if isinstance(each, functools._lru_cache_wrapper)]
        del found
        gc.freeze()
        assert threading.active_count() == 1, "a process with threads cannot be forked"
        jobs: list[Job] = []
        for path, mutant, tree in self.changed:
            chosen = [at for at, names in enumerate(called) if (str(path), mutant.function) in names]
            chosen.sort(key=took.__getitem__)
            job = functools.partial(self._changed, [session.items[at] for at in chosen], path, mutant, tree)
            jobs.append((job, sum(took[at] for at in chosen)))
        self.told.write_bytes(pickle.dumps((forks(jobs, self.at_once), sum(took), imported)))
        return True

    def _unchanged(self, session: pytest.Session, files: set[str]) -> int:
        """Note how long each test takes and which functions it calls."""
        called: list[set[tuple[str, str]]] = []
        took: list[float] = []

        def trace(frame: Any, event: str, _: object) -> None:
            if frame.f_code.co_filename in files:
                called[-1].add((frame.f_code.co_filename, frame.f_code.co_qualname))

        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            called.append(set())
            threading.settrace(trace)
            sys.settrace(trace)
            began = time.process_time()
            failed = _failed(item, following)
            sys.settrace(None)
            took.append(time.process_time() - began)
            if failed:
                print(item.nodeid, flush=True)
                return 1
        self.told.write_bytes(pickle.dumps((took, called, list(sys.modules))))
        return SURVIVED

    def _changed(self, items: list[pytest.Item], path: Path, mutant: Mutant, tree: ast.Module, _: int) -> int:
        codes: dict[tuple[str, int], list[CodeType]] = {}
        _codes(compile(mutant.applied(tree), str(path), "exec", dont_inherit=True), codes)
        for function in self.functions:
            now = function.__code__
            if now.co_filename == str(path) and len(new := codes.get((now.co_qualname, now.co_firstlineno), [])) == 1:
                with suppress(ValueError):  # it closes over other variables now: the copy will tell
                    function.__code__ = new[0]
        for cache in self.caches:
            cache.cache_clear()
        for item, following in zip(items, [*items[1:], None], strict=bool(items)):
            if _failed(item, following):
                item.session._setupstate.teardown_exact(None)
                return 1
        return SURVIVED


def _failed(item: pytest.Item, following: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _codes(code: CodeType, found: dict[tuple[str, int], list[CodeType]]) -> None:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            found.setdefault((each.co_qualname, each.co_firstlineno), []).append(each)
            _codes(each, found)


class _Copy:
    """A copy of a checkout for one run at a time: ``src`` is its own, all else is the checkout's."""

    def __init__(self, root: Path, place: Path) -> None:
        self.root, self.place = root, place
        place.mkdir()
        for each in root.iterdir():
            if each.name == "src":
                shutil.copytree(each, place / "src", ignore=shutil.ignore_patterns("*.egg-info"))
            elif not each.name.startswith("."):
                (place / each.name).symlink_to(each)

    def run(self, tests: Sequence[str], path: Path | None = None, text: str = "") -> int:
        """Run tests in this process with the copy, in which the file of one module has another text."""
        shutil.copytree(self.root / "src", self.place / "src", dirs_exist_ok=True, copy_function=_if_other)
        if path is not None:
            changed = self.place / path.relative_to(self.root)
            changed.write_text(text)
            for kept in changed.parent.glob(f"__pycache__/{changed.stem}.*.pyc"):
                kept.unlink()
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        sys.dont_write_bytecode = True
        for name in [name for name in sys.modules if (self.place / "src" / name.partition(".")[0]).is_dir()]:
            del sys.modules[name]
        importlib.invalidate_caches()
        return _pytest(self.root, self.place / "src", tests, self.place / "log.txt")


def _if_other(source: str, copy: str) -> None:
    """Bring a file of the copy back to what it was."""
    if not Path(copy).exists() or Path(source).stat().st_mtime_ns != Path(copy).stat().st_mtime_ns:
        shutil.copy2(source, copy)


def _import(names: Sequence[str]) -> None:
    """Import what tests import while they run in this process, so that its forks need not."""
    for name in names:
        if name not in sys.modules:
            with suppress(Exception):
                importlib.import_module(name)


def survivors(root: Path, changed: Changed, tests: Sequence[str], place: Path, at_once: int) -> list[int]:
    """Return the places of the mutants that no test finds. Raises BrokenTests.

    ``place`` is an empty folder to work in.
    """
    told, log = place / "told", place / "log.txt"
    os.environ["PLEDGE_TEST_TEMPLATE"] = str(place / "template.sqlite")  # migrated once for all runs
    quickly = _Quickly(changed, at_once, told)
    forks([(lambda _: _pytest(root, root / "src", tests, log, quickly), 3600)], 1)
    if not told.exists():
        raise BrokenTests(log.read_text())
    codes, seconds, imported = pickle.loads(told.read_bytes())
    sys.path.insert(0, str(root / "src"))
    packages = {each.name for each in (root / "src").iterdir() if (each / "__init__.py").exists()}
    ours = {*packages, "tests", "conftest"}  # but for a package itself: it may say which SQLite libraries take hold of
    _import([*packages, *(name for name in imported if name.partition(".")[0] not in ours)])
    copies = [_Copy(root, place / f"copy{slot}") for slot in range(at_once)]
    if forks([(lambda slot: copies[slot].run(tests), 900)], 1) != [SURVIVED]:
        raise BrokenTests((place / "copy0" / "log.txt").read_text())
    open_ = [at for at, code in enumerate(codes) if code == SURVIVED]
    jobs: list[Job] = []
    for at in open_:
        path, mutant, tree = changed[at]
        text = ast.unparse(mutant.applied(tree))
        jobs.append((lambda slot, path=path, text=text: copies[slot].run(tests, path, text), seconds))  # type: ignore[misc]
    again = forks(jobs, at_once)
    return [at for at, code in zip(open_, again, strict=True) if code == SURVIVED]
