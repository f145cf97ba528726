"""The process that makes a PDF: ``python -I -m pledge.paper.pdf_child TEMPLATE < document.json > file.pdf``.

typst keeps what it has laid out and does not give it back, so a process that lives on would grow with every document.
"""

import re
import sys
from collections.abc import Callable

import typst

from pledge.paper import fonts
from pledge.priority import give_way
from pledge.resources import resource

# A control character as JSON writes it. A line break and a tab are laid out, and no others are.
_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u(00[01][0-9a-f])|([bfr]))")
_SHORT = {"b": "0008", "f": "000C", "r": "000D"}


def compiled(template: str, data: str) -> bytes:
    """Return a document as PDF/UA-1: tagged, with its title, its language and bookmarks.

    Raises typst.TypstError; what has no glyph is printed as its code point, and raises nothing.
    """
    data = _CONTROL.sub(lambda found: f"{found[1]}U+{(found[2] or _SHORT[found[3]]).upper()}", data)
    ways: tuple[Callable[[str], str], ...] = (fonts.printable, fonts.plainest)  # the second if typst knows better
    for way in ways:
        try:
            return typst.compile(
                resource("templates") / "paper" / f"{template}.typ",
                font_paths=[fonts.folder()],
                sys_inputs={"document": way(data)},
                format="pdf",
                pdf_standards=["ua-1"],
                ignore_system_fonts=True,  # ours are the same on every machine
            )
        except typst.TypstError as error:
            if way is ways[-1] or "could not be displayed" not in str(error):
                raise
    raise AssertionError("one of the ways returns or raises")


def main() -> None:
    """Write the document on standard input, for the template that is named."""
    give_way()
    sys.stdout.buffer.write(compiled(sys.argv[1], sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
