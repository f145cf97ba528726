"""The locks: what they pin, what a set of requirements needs by its metadata, and the lock of what serves.

``python tests/support/locks.py`` writes ``requirements-run.lock``: the part of ``requirements.lock`` that Pledge needs
to be built and to run, without what only tests and benchmarks need.
"""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
ALL, RUN = ROOT / "requirements.lock", ROOT / "requirements-run.lock"
BUILD = ("hatchling", "editables")  # editables: hatchling asks for it when it builds an editable installation


class Unmet(Exception):
    """A requirement that a lock does not meet. The text says which, and whose it is."""


def pins(lock: Path) -> dict[str, list[tuple[Requirement, str]]]:
    """Return, for each name in a lock, its pinned requirements and the text of each with its hashes."""
    found: dict[str, list[tuple[Requirement, str]]] = {}
    for block in re.split(r"(?m)^(?=\S)", lock.read_text(encoding="utf-8")):
        if block.strip():
            pin = Requirement(block.partition("\\")[0].strip())
            found.setdefault(canonicalize_name(pin.name), []).append((pin, block))
    return found


def declared() -> tuple[list[str], dict[str, list[str]]]:
    """Return what pyproject.toml asks for to build and run, and what each extra asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*project["project"]["dependencies"], *project["build-system"]["requires"], *BUILD]
    return needed, project["project"]["optional-dependencies"]


def closure(wanted: Iterable[str], lock: Path) -> set[str]:
    """Return the names of all that ``wanted`` needs, extras of extras included, by the metadata of what is installed.

    Raises Unmet for the first that the lock has not, or in a version that will not do.
    """
    pinned = pins(lock)
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "pyproject.toml") for text in wanted]
    while waiting:
        asked, by = waiting.pop()
        name = canonicalize_name(asked.name)
        here = [pin for pin, _ in pinned.get(name, ()) if pin.marker is None or pin.marker.evaluate()]
        versions = [next(iter(pin.specifier)).version for pin in here]
        if not any(asked.specifier.contains(version, prereleases=True) for version in versions):
            raise Unmet(f"{by} asks for {asked}, and {lock.name} has {versions or 'none'}")
        for extra in {"", *asked.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [(one, name) for one in _asked_by(name, extra)]
    return {name for name, _ in seen}


def _asked_by(name: str, extra: str) -> list[Requirement]:
    found = [Requirement(text) for text in distribution(name).requires or ()]
    return [one for one in found if one.marker is None or one.marker.evaluate({"extra": extra})]


def run_lock() -> str:
    """Return what ``requirements-run.lock`` has to say."""
    names = closure(declared()[0], ALL)
    return "".join(block for name, found in pins(ALL).items() if name in names for _, block in found)


if __name__ == "__main__":
    RUN.write_text(run_lock(), encoding="utf-8")
