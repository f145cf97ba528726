"""Telephone numbers, amounts and penalties live in data with a source and a date, never in templates or code."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FACTS = re.compile(
    r"""
      (?<![\d.]) 0 (?!123456789) [12378] \d{1,3} [ -]? \d{3} [ -]? \d{3,4} (?!\d)   # a UK telephone number
    | \b (?:call|dial|phone|ring|text) (?:\s+on)? \s+ (?:999|101|112) \b            # a short one
    | (?:£|&pound;) \s? \d                                                          # an amount
    | \b \d+ \s years? (?:’|'|&rsquo;)? \s (?:in\sprison|imprisonment)              # a penalty
    | \b prison \s for \s up \s to \b
    """,
    re.VERBOSE | re.IGNORECASE,
)


@pytest.mark.parametrize(
    "text",
    [
        "08000 121 700", "0800 555 111", "01772 533587", "01524381331", "tel:08000121700", "0300-303-8151", "Ring 999",
        "call 101", "dial on 999", "£36 million", "£45,000", "&pound;60,000", "up to 5 years’ imprisonment",
        "5 years in prison", "prison for up to five years",
    ],
)  # fmt: skip
def test_the_search_finds_facts(text: str) -> None:
    assert FACTS.search(f"<p>{text}</p>")


@pytest.mark.parametrize(
    "text", ["0123456789abcdef", "£{price}", "10_000", "range(999)", "2026-11-21", "1.0123456789012", "{{ helpline }}"]
)
def test_the_search_passes_over_ordinary_code(text: str) -> None:
    assert not FACTS.search(text)


def literals(source: str) -> list[tuple[int, str]]:
    """Return the texts of a module with their lines, without those that are only documentation."""
    nodes = list(ast.walk(ast.parse(source)))
    documentation = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]


def test_the_search_reads_texts_in_code_but_not_documentation() -> None:
    module = '"""Ring 999."""\n# £1\nx = "£2"\ny = f"£3 {x}"\ndef f():\n    """£4"""\n    return ["£5"]\n'
    assert [text for _, text in literals(module) if FACTS.search(text)] == ["£2", "£3 ", "£5"]


def test_no_template_and_no_module_states_one() -> None:
    texts = [
        (path, line, text) for path in ROOT.glob("src/**/*.py") for line, text in literals(path.read_text("utf-8"))
    ]
    assert len({path for path, _, _ in texts}) > 10
    for path in ROOT.glob("templates/**/*"):
        if path.is_file():
            texts += [(path, line, text) for line, text in enumerate(path.read_text("utf-8").splitlines(), 1)]
    found = [f"{path.relative_to(ROOT)}:{line}: {text}" for path, line, text in texts if FACTS.search(text)]
    assert not found, "Move these into data with a source and a date:\n" + "\n".join(sorted(found))
