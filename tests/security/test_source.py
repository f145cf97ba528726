"""What may not stand in the source: each rule closes a way in which others were broken into."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

IN_SOURCE = {
    "no address comes from the Host header, which the sender chooses": r"request\.(url|base_url)\b",
    "nothing is evaluated, executed or unpickled": r"\b(eval|exec|pickle\.loads?|marshal\.loads?)\(",
    "no template is made of text": r"\bfrom_string\(|\bTemplate\(",
    "no shell": r"shell\s*=\s*True|os\.system\(",
    "one place asks what time it is": r"datetime\.(utc)?now\(|date\.today\(|\btime\.time\(\)(?!:)",
}
EXCEPT = {"src/pledge/database/clock.py", "src/pledge/demo/seeding.py"}  # the demo's past ends at the real present

IN_TEMPLATES = {
    "text is escaped": r"\|\s*safe\b|autoescape|Markup\(",
    "no script in a page": r"<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|javascript:",
    "no style in a page": r"<style|\sstyle\s*=",
    "nothing is loaded from elsewhere": r"<(?:script|link|img|iframe|source)[^>]+(?:src|href)=\"https?://",
    "every form is sent by post to a path of ours": r"<form(?![^>]*action=\"(?:/|{{))|<form[^>]*action=\"https?:",
}


@pytest.mark.parametrize("rule", IN_SOURCE)
def test_source(rule):
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in SOURCES
        if str(path.relative_to(ROOT)) not in EXCEPT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(IN_SOURCE[rule], line)
    ]
    assert found == []


@pytest.mark.parametrize("rule", IN_TEMPLATES)
def test_templates(rule):
    found = []
    for path in TEMPLATES:
        text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in re.finditer(IN_TEMPLATES[rule], text)]
    assert found == []


def test_the_rules_see_what_they_forbid():
    lines = (
        ["request.url.path", "request.base_url"],
        ["eval(x)", "pickle.load(f)"],
        ["env.from_string(x)"],
        ["shell=True"],
        ["date.today()"],
    )
    for rule, bad in zip(IN_SOURCE, lines, strict=True):
        assert all(re.search(IN_SOURCE[rule], line) for line in bad), rule
    for rule, bad in zip(
        IN_TEMPLATES,
        (["{{ x | safe }}"], ["<script>x</script>", '<a onclick="x">'], ['<p style="x">'], ['<img src="https://x">'],
         ['<form action="https://x">', "<form>"]),
        strict=True,
    ):  # fmt: skip
        assert all(re.search(IN_TEMPLATES[rule], text) for text in bad), rule


KEEPS = re.compile(r"Storage\b|\bindexedDB\b|\bserviceWorker\b|\bcaches\b|\.cookie\b")


def test_no_script_of_ours_keeps_anything_in_the_browser():
    scripts = sorted((ROOT / "src").rglob("*.js"))
    assert scripts and [path.name for path in scripts if KEEPS.search(path.read_text(encoding="utf-8"))] == []
    assert all(KEEPS.search(line) for line in ("localStorage.x = 1", "document.cookie = x", "await caches.open(x)"))


# A route parses, calls a function that is given its scope, and renders. Only such functions reach rows.
_ROWS = re.compile(
    r"pledge\.(\w+\.)*tables$|pledge\.database\.(sql|engine|postgres|sqlite)$|(piccolo|asyncpg|py?sqlite3)\b"
)


def imported(source: str) -> Iterator[str]:
    """The full name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def has_routes(source: str) -> bool:
    return bool(
        {"litestar.get", "litestar.post", "litestar.route", "litestar.put", "litestar.delete"} & {*imported(source)}
    )


def test_no_route_reaches_rows_but_through_its_domain_s_functions():
    modules = [path for path in SOURCES if has_routes(path.read_text("utf-8"))]
    assert len(modules) >= 15
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules
        for name in imported(path.read_text("utf-8"))
        if _ROWS.match(name)
    ]
    assert found == []


def test_that_rule_sees_what_it_forbids():
    for line in (
        "from pledge.database import sql", "from pledge.suppliers.tables import Supplier", "import asyncpg",
        "from pledge.suppliers import tables", "def f():\n    from piccolo.table import Table",
    ):  # fmt: skip
        assert any(_ROWS.match(name) for name in imported(line)), line
    assert not any(_ROWS.match(name) for name in imported("from pledge.database.unit import read\nimport sqlparse"))
