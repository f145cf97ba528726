"""What only a human would notice in words about the code: part of ``make lint``.

Prints each conflict marker, each link to a file or heading that is not there, each document that none leads to, each
space at the end of a line, each block of code without an end, and each setting, ``pledge`` command, make target, page,
file or test that is named in README, SECURITY, CHANGELOG or docs and does not exist.
"""

import functools
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
MARKER = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:src|tests|docs|templates|migrations|questionnaires)/[\w./-]+)(?:::(\w+))?`")
SETTING = re.compile(r"\bPLEDGE_[A-Z_]+[A-Z]\b")
TARGET = re.compile(r"`make ([a-z]+)[ `]")
ADDRESS = re.compile(r"`(?:GET |POST )?(/[^`\s?]*)(?:\?[^`\s]*)?`")
FENCE = re.compile(r"^ *```", re.MULTILINE)
COMMAND = re.compile(r"`(?:python -m )?pledge ([a-z][^`]*)`")


def tracked() -> list[Path]:
    """Return every file that belongs to the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def documents() -> list[Path]:
    """Return what people read."""
    return [*(ROOT / name for name in ("README.md", "SECURITY.md", "CHANGELOG.md")), *sorted(ROOT.glob("docs/**/*.md"))]


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as they are made where the repository is shown."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def markers(text: str) -> Iterator[str]:
    """Yield the conflict markers that were left in a file."""
    found = list(MARKER.finditer(text))
    if any(match[1][0] in "<>" for match in found):  # a row of = alone may underline a heading
        yield from (f"conflict marker {match[1]}" for match in found)


def links(path: Path, text: str) -> Iterator[str]:
    """Yield the links of a document that lead nowhere in the repository."""
    for target in LINK.findall(text):
        file, _, anchor = target.partition("#")
        if ":" in file:
            continue
        there = (path.parent / file) if file else path
        if not there.exists():
            yield f"link to {target}, which is not there"
        elif anchor and anchor not in anchors(there.read_text(encoding="utf-8")):
            yield f"link to {target}, which has no such heading"


def unlinked(texts: dict[Path, str]) -> Iterator[Path]:
    """Yield the documents below docs that no other one leads to, itself or by its folder."""
    linked = set()
    for path, text in texts.items():
        there = {(path.parent / target.partition("#")[0]).resolve() for target in LINK.findall(text)}
        linked |= there - {path, path.parent}
    yield from (path for path in texts if "docs" in path.parts and not {path, path.parent} & linked)


def untidy(text: str) -> Iterator[str]:
    """Yield the spaces at the ends of a document's lines, and a block of code that is not closed."""
    lines = enumerate(text.splitlines(), 1)
    yield from (f"line {number} ends with a space" for number, line in lines if line != line.rstrip())
    if len(FENCE.findall(text)) % 2:
        yield "a block of code that is not closed"


@functools.cache
def addresses() -> frozenset[str]:
    """Return the address of every page, as ``shape`` writes it."""
    from pledge.app import ROUTES
    from pledge.demo.routes import ROUTES as DEMO

    return frozenset(shape(path) for route in (*ROUTES, *DEMO) for path in route.paths)


def shape(address: str) -> str:
    """Return an address without the names of what stands in it for an id."""
    return re.sub(r"{[^}]*}", "{}", address)


def names(text: str) -> Iterator[str]:
    """Yield the settings, commands, make targets, pages, files and tests that are named and do not exist."""
    from pledge.settings import SETTINGS

    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    yield from (f"setting {name}" for name in SETTING.findall(text) if name not in SETTINGS)
    yield from (f"make {name}" for name in TARGET.findall(text) if name not in targets)
    yield from (f"pledge {words}" for words in COMMAND.findall(text) if not is_command(words))
    yield from (f"page {address}" for address in ADDRESS.findall(text) if shape(address) not in addresses())
    for name, test in NAMED.findall(text):
        places = (ROOT / name, ROOT / "tests" / name, ROOT / "src" / "pledge" / name)
        there = next((at for at in places if at.exists()), ROOT / name)
        if not there.exists():
            yield f"{name}, which is not there"
        elif test and f"def {test}(" not in there.read_text(encoding="utf-8"):
            yield f"{name}::{test}, which is not there"


def is_command(words: str) -> bool:
    """Return whether ``pledge`` has the command, each alternative of it (“check | score”) and each option."""
    from pledge.cli import main

    before, *others = words.split(" | ")
    path, options = _split(before)
    found = _find(path)
    group = _find(path[:-1])
    named = [found, *(_find([other.split()[0]], group) for other in others)]
    if not path or group is None or None in named:
        return False
    known = {option for command in (main, *named) if command for one in command.params for option in one.opts}
    return {option.partition("=")[0] for option in options} <= known | {"--help"}


def _split(words: str) -> tuple[list[str], list[str]]:
    """Return the words of a command (its arguments are in capitals, or have a dot or slash) and its options."""
    parts = words.split()
    options = [part for part in parts if part.startswith("--")]
    return [part for part in itertools.takewhile(re.compile(r"[a-z-]+$").match, parts) if part not in options], options


def _find(path: list[str], start: click.Command | None = None) -> click.Command | None:
    from pledge.cli import main

    command: click.Command | None = start or main
    for word in path:
        if not isinstance(command, click.Group):
            return command if command is not main else None
        command = command.get_command(click.Context(command), word)
    return command


def problems() -> Iterator[str]:
    """Yield all that is wrong, with the file it is in."""
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, or a file that is wrong on purpose
        yield from (f"{path.relative_to(ROOT)}: {found}" for found in markers(text))
    texts = {path: path.read_text(encoding="utf-8") for path in documents()}
    yield from (f"{path.relative_to(ROOT)}: no other document leads there" for path in unlinked(texts))
    for path, text in texts.items():
        found = (*links(path, text), *names(text), *untidy(text))
        yield from (f"{path.relative_to(ROOT)}: {problem}" for problem in found)


def main() -> int:
    """Print what is wrong; return 1 if anything is."""
    found = list(problems())
    print("\n".join(found) or "No dead link and no name of what does not exist in README and docs.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
