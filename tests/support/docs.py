"""What only a human would notice in words about the code: part of ``make lint``.

Prints each conflict marker, each link to a file or heading that is not there, and each setting, ``pledge`` command, make
target, file or test that is named in README, SECURITY, CHANGELOG or docs and does not exist.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKER = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:src|tests|docs|templates|migrations|questionnaires)/[\w./-]+)(?:::(\w+))?`")
SETTING = re.compile(r"\bPLEDGE_[A-Z_]+[A-Z]\b")
TARGET = re.compile(r"`make ([a-z]+)[ `]")
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


def names(text: str) -> Iterator[str]:
    """Yield the settings, commands, make targets, files and tests that are named and do not exist."""
    from pledge.settings import SETTINGS

    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    yield from (f"setting {name}" for name in SETTING.findall(text) if name not in SETTINGS)
    yield from (f"make {name}" for name in TARGET.findall(text) if name not in targets)
    yield from (f"pledge {words}" for words in COMMAND.findall(text) if not is_command(words))
    for name, test in NAMED.findall(text):
        there = ROOT / name
        if not there.exists():
            yield f"{name}, which is not there"
        elif test and f"def {test}(" not in there.read_text(encoding="utf-8"):
            yield f"{name}::{test}, which is not there"


def is_command(words: str) -> bool:
    """Return whether ``pledge`` has the command, each alternative of it (“a | b”) and each option."""
    import click

    from pledge.cli import main

    first, *others = (part.split() for part in words.split(" | "))
    options: set[str] = {"--help"}
    command: click.Command = main
    for word in first:
        if isinstance(command, click.Group):
            group, found = command, command.get_command(click.Context(command), word)
            if found is None or any(command.get_command(click.Context(command), one[0]) is None for one in others):
                is_last = first[-1] != word
                if found is None or not (is_last and isinstance(found, click.Group)):
                    return False
            command = found
            options |= {option for parameter in command.params for option in parameter.opts}
            options |= {option for one in others for option in _options(group, one[0])}
        elif word.startswith("--") and word.partition("=")[0] not in options:
            return False
    return True


def _options(group: object, name: str) -> set[str]:
    import click

    assert isinstance(group, click.Group)
    found = group.get_command(click.Context(group), name)
    return {option for parameter in found.params for option in parameter.opts} if found else set()


def problems() -> Iterator[str]:
    """Yield all that is wrong, with the file it is in."""
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, or a file that is wrong on purpose
        yield from (f"{path.relative_to(ROOT)}: {found}" for found in markers(text))
    for path in documents():
        text = path.read_text(encoding="utf-8")
        yield from (f"{path.relative_to(ROOT)}: {found}" for found in (*links(path, text), *names(text)))


def main() -> int:
    """Print what is wrong; return 1 if anything is."""
    found = list(problems())
    print("\n".join(found) or "No dead link and no name of what does not exist in README and docs.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
