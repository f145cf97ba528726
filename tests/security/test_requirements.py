"""docs/security.md: every requirement is proved by a test that exists, or says why not."""

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
TABLE = TESTS.parent / "docs" / "security.md"
NAMED = re.compile(r"`((?:\w+/)*\w+\.py)::(\w+|\*)`")


def rows() -> list[list[str]]:
    tables, _, _ = TABLE.read_text(encoding="utf-8").partition(
        "\n## The secret of"
    )  # what follows explains some of them
    lines = [line for line in tables.splitlines() if re.match(r"\| (?!where )", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_requirement_names_its_proof_or_an_exception():
    assert len(rows()) > 50
    without = [row[0] for row in rows() if not (NAMED.search(row[3]) or row[3].startswith(("Exception: ", "Lint (")))]
    assert without == []


def test_every_test_that_is_named_exists():
    missing = []
    for row in rows():
        for file, test in NAMED.findall(row[3]):
            path = TESTS / file
            source = path.read_text(encoding="utf-8") if path.exists() else ""
            if not re.search(r"def test_" if test == "*" else rf"def {test}\(", source):
                missing.append(f"{row[0]}: {file}::{test}")
    assert missing == []


def test_what_stands_in_backticks_is_a_test():
    odd = [(row[0], word) for row in rows() for word in re.findall(r"`[^`]+`", row[3]) if not NAMED.fullmatch(word)]
    assert odd == []
