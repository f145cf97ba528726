"""The process that makes a PDF: ``python -I -m pledge.paper.pdf_child < document.json > file.pdf``.

typst keeps what it has laid out and does not give it back, so a process that lives on would grow with every document.
"""

import sys

import typst

from pledge.priority import give_way
from pledge.resources import resource


def main() -> None:
    """Write the document on standard input as PDF/UA-1: tagged, with its title, its language and bookmarks."""
    give_way()
    made = typst.compile(
        resource("templates") / "paper" / "sheet.typ",
        sys_inputs={"document": sys.stdin.buffer.read().decode()},
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,  # its own are the same on every machine
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
