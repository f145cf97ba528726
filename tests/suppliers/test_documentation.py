from pathlib import Path

import pytest

from pledge.suppliers.documentation import filled, tables

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["supplier-files.md", "supplier-risk.md"])
def test_the_tables_say_what_the_code_does(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    assert filled(text) == text, "run: python -m pledge.suppliers.documentation"


def test_every_table_stands_in_a_document() -> None:
    text = "".join((DOCS / name).read_text("utf-8") for name in ("supplier-files.md", "supplier-risk.md"))
    assert all(f"<!-- {mark} -->\n{table}<!-- end -->" in text for mark, table in tables().items())


def test_no_cell_of_a_table_breaks_it() -> None:
    for table in tables().values():
        lines = [line for line in table.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) == 1
