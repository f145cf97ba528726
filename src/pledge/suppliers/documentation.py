"""The tables in docs/supplier-files.md and docs/supplier-risk.md that follow from the code and the data.

``python -m pledge.suppliers.documentation`` writes them between their marks; a test fails while they differ.
"""

import re
from pathlib import Path

from pledge.suppliers.reading import limits
from pledge.suppliers.reading.refusals import REFUSALS
from pledge.suppliers.risk.rules import RULES, VERSION
from pledge.suppliers.rows.codes import CODES
from pledge.suppliers.rows.fields import FIELDS

_DOCUMENTS = ("supplier-files.md", "supplier-risk.md")
_MARKED = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def tables() -> dict[str, str]:
    """Return each generated table by its mark."""
    return {
        "columns": _table(
            ("name", "heading in the template", "what it holds", "some headings we know"),
            [
                (
                    f"`{one.name}`" + (" (needed)" if one.required else ""),
                    one.title,
                    one.meaning,
                    _some(one.title, one.headings),
                )
                for one in FIELDS
            ],
        ),
        "issues": _table(
            ("code", "severity", "meaning", "how to fix it"),
            [(f"`{code.code}`", code.severity, code.meaning, code.fix) for code in CODES.values()],
        ),
        "refusals": _table(
            ("code", "what we say"), [(f"`{refusal.code}`", refusal.message) for refusal in REFUSALS.values()]
        ),
        "limits": _table(
            ("what", "at most"),
            [
                ("file", f"{limits.FILE_BYTES // 1024**2} MB"),
                ("rows of one file, over all sheets read", f"{limits.ROWS:,}"),
                ("columns", str(limits.COLUMNS)),
                ("sheets", str(limits.SHEETS)),
                ("characters in a cell", f"{limits.CELL_CHARACTERS:,}"),
                ("empty rows before a sheet is over", f"{limits.BLANK_ROWS:,}"),
                ("memory of the reading process", f"{limits.CHILD_MEMORY_BYTES // 1024**3} GiB"),
                ("processor time of the reading process", f"{limits.CHILD_CPU_SECONDS} s"),
                ("time we wait for it", f"{limits.CHILD_WAIT_SECONDS:.0f} s"),
                ("unpacked size of a zipped workbook", f"{limits.ZIP_UNPACKED_BYTES // 1024**2} MB"),
                ("unpacked size of a part of it, against its packed size", f"{limits.ZIP_RATIO} : 1"),
            ],
        ),
        "rules": f"Rules of version {VERSION}.\n\n"
        + _table(
            ("rule", "level", "when it applies", "what it rests on", "next action"),
            [
                (f"`{rule.code}`", rule.level, rule.when, _source(rule.source, rule.url), rule.action)
                for rule in RULES.values()
            ],
        ),
    }


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _some(title: str, headings: tuple[str, ...]) -> str:
    return ", ".join([heading for heading in headings if heading.casefold() != title.casefold()][:5])


def _source(source: str, url: str) -> str:
    return f"[{source}]({url})" if url else source


def filled(text: str) -> str:
    """Return a document with every marked table written anew."""
    known = tables()
    return _MARKED.sub(lambda match: f"{match[1]}{known[match[2]]}{match[3]}", text)


def write(folder: Path) -> None:
    """Write the generated tables into the documents in ``folder``."""
    for name in _DOCUMENTS:
        path = folder / name
        path.write_text(filled(path.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write(Path("docs"))
