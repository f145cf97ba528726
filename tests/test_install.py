"""An installation does not depend on the day, on pip's version, or on what happens to be there already."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import locks

ROOT = locks.ROOT
OLDEST = (3, 11)
NEWER_PIP = (
    "pip==26.3 --hash=sha256:6c36ae7da8695be67e3cd9f7d87919667ced53f57ce2ede75d89b5912ed2bc4c"
    " --hash=sha256:f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
)
LOCKED = ("install", "-q", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes")
DOWNLOADED = tuple(word for word in LOCKED[1:] if word != "--no-compile")
ALONE = {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
OURS = ("install", "-q", "--disable-pip-version-check", "--no-compile", "--no-deps", "--no-build-isolation")


def oldest_python() -> str:
    """Return the oldest Python found here that Pledge supports and that brings its own pip."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in range(OLDEST[1], sys.version_info.minor):
        found = [*sorted(versions.glob(f"3.{minor}.*/bin/python3.{minor}")), shutil.which(f"python3.{minor}")]
        for python in filter(None, found):
            if subprocess.run([python, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0:
                return str(python)
    return sys._base_executable  # type: ignore[attr-defined]


def run(*command: str | Path, folder: Path = ROOT, **variables: str) -> str:
    """Run a command without our settings, and return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLEDGE_", "PYTHON"))}
    done = subprocess.run(command, cwd=folder, env=kept | variables, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment_in(folder: Path) -> Path:
    """Make an empty environment with the oldest Python and its own pip, and return where its programs are."""
    run(oldest_python(), "-m", "venv", folder)
    return folder / "bin"


@pytest.mark.parametrize("extra", [None, "test", "bench"])
def test_the_lock_has_all_that_is_asked_for(extra):
    needed, extras = locks.declared()
    assert locks.closure(needed if extra is None else extras[extra], locks.ALL)


def test_the_lock_has_nothing_else():
    needed, extras = locks.declared()
    everything = locks.closure([*needed, *extras["test"], *extras["bench"]], locks.ALL)
    assert everything == set(locks.pins(locks.ALL))


def test_what_serves_has_a_lock_of_its_own():
    assert locks.RUN.read_text(encoding="utf-8") == locks.run_lock()
    assert {"pytest", "playwright", "django"}.isdisjoint(locks.pins(locks.RUN))


@pytest.mark.parametrize("asked", ["click>=99", "not-locked", "pydantic[email]>=2", "httpx[http2]"])
def test_what_the_lock_lacks_is_seen(asked):
    if asked == "pydantic[email]>=2":  # its extra is a requirement of ours
        assert "email-validator" in locks.closure([asked], locks.ALL)
        return
    with pytest.raises(locks.Unmet):
        locks.closure([asked], locks.ALL)


@pytest.mark.parametrize("lock", [locks.ALL, locks.RUN, ROOT / "requirements-node.lock"])
def test_every_pin_has_hashes(lock):
    assert [
        str(pin) for found in locks.pins(lock).values() for pin, text in found if "--hash=sha256:" not in text
    ] == []


@pytest.fixture(scope="module")
def oldest(tmp_path_factory) -> Path:
    """The programs of an empty environment with the oldest Python and its own pip."""
    return environment_in(tmp_path_factory.mktemp("oldest") / "venv with a space")


@pytest.fixture(scope="module")
def newer(oldest, tmp_path_factory) -> dict[str, str]:
    """The variables with which Python finds a newer pip."""
    folder = tmp_path_factory.mktemp("newer")
    lock = folder / "pip.lock"
    lock.write_text(NEWER_PIP)
    run(oldest / "python", "-m", "pip", *LOCKED, "-r", lock, "--target", folder / "pip")
    return {"PYTHONPATH": str(folder / "pip")}


@pytest.fixture(scope="module")
def offline(oldest, newer, tmp_path_factory) -> tuple[str | Path, ...]:
    """What pip is told in order to install what the lock names without asking anybody: all of it is fetched once."""
    folder = tmp_path_factory.mktemp("wheels")
    run(oldest / "python", "-m", "pip", "download", *DOWNLOADED, "-r", locks.RUN, "-d", folder, **newer)
    return ("--no-index", "--find-links", folder, "-r", locks.RUN)


def test_the_readmes_commands_install_what_runs_anywhere(oldest, offline, tmp_path):
    """With the oldest Python and its own pip: the lock, then Pledge, from which a wheel is made."""
    run(oldest / "python", "-m", "pip", *LOCKED, *offline, **ALONE)
    run(oldest / "python", "-m", "pip", *OURS, ROOT, **ALONE)
    run(oldest / "python", "-m", "pip", "check")
    pledge = (oldest / "python", "-m", "pledge")
    assert run(*pledge, "--version", folder=tmp_path).startswith("pledge, version ")
    assert "serve" in run(*pledge, "--help", folder=tmp_path)
    run(*pledge, "questionnaires", "check", folder=tmp_path)


def test_a_newer_pip_installs_the_lock_as_well(newer, offline, tmp_path):
    run(oldest_python(), "-m", "venv", "--without-pip", tmp_path)
    python = tmp_path / "bin/python"
    assert "pip 26.3 " in run(python, "-m", "pip", "--version", **newer)
    run(python, "-m", "pip", *LOCKED, *offline, **ALONE, **newer)
    assert run(python, "-c", "import litestar, piccolo, jinja2, openpyxl", folder=tmp_path) == ""


@pytest.mark.soak
@pytest.mark.parametrize("newer", [False, True])
def test_the_whole_lock_installs_with_an_old_and_a_newer_pip(tmp_path, newer):
    programs = environment_in(tmp_path)
    if newer:
        (tmp_path / "pip.lock").write_text(NEWER_PIP)
        run(programs / "python", "-m", "pip", *LOCKED, "-r", tmp_path / "pip.lock")
        assert "pip 26.3 " in run(programs / "python", "-m", "pip", "--version")
    run(programs / "python", "-m", "pip", *LOCKED, "-r", locks.ALL)
    run(programs / "python", "-m", "pip", *OURS, "-e", ROOT)
    run(programs / "python", "-m", "pip", "check")


@pytest.mark.soak
def test_todays_newest_pip_and_releases_work_too(tmp_path):
    programs = environment_in(tmp_path)
    run(programs / "python", "-m", "pip", "install", "-q", "--upgrade", "pip")
    run(programs / "python", "-m", "pip", "install", "-q", ROOT)
    run(programs / "pledge", "questionnaires", "check", folder=tmp_path)


@pytest.mark.soak
def test_the_oldest_of_what_we_ask_for_goes_together(tmp_path):
    needed, extras = locks.declared()
    oldest = [one.replace(">=", "==").partition(",<")[0] for one in (*needed, *extras["test"], *extras["bench"])]
    programs = environment_in(tmp_path)
    run(programs / "python", "-m", "pip", "install", "-q", "--dry-run", *oldest)
