"""Mutants are made, found, missed and counted: tried on a rule of one line with tests that can be taken away."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.mutation.mutants import mutants
from tests.mutation.run import key, of_rule

RUN = Path(__file__).parent / "run.py"
RULE = '''"""A rule."""

LEAST = 4


def enough(points: int, *, small: bool = False) -> bool:
    """Whether that is enough."""
    return small or points >= LEAST

'''
LOOP = '''

def first(points: int) -> int:
    """The first of these, which everybody sees at once."""
    while points > 0:
        points -= 1
    return points
'''
BELOW = "def test_below():\n    assert not enough(3)\n"
AT = "def test_at():\n    assert enough(4) is True\n"
SMALL = "def test_small():\n    assert enough(0, small=True)\n"
FIRST = "def test_first():\n    assert first(3) == 0 and first(0) == 0\n"


@pytest.fixture
def run(tmp_path):
    """Return a function that runs the mutants of RULE with some tests: (exit code, what it printed)."""

    def done(*tests: str, equivalent: str = "") -> tuple[int, str]:
        for name, text in {
            "src/sample/__init__.py": "",
            "src/sample/rule.py": RULE + (LOOP if FIRST in tests else ""),
            "tests/test_rule.py": "\n\n".join(["from sample.rule import *\n", *tests]),
            "rules.toml": '[[rule]]\nname = "sample"\nmodules = ["sample/rule.py"]\ntests = ["tests/test_rule.py"]\n',
            "equivalent.toml": equivalent,
        }.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        command = [sys.executable, str(RUN), "--root", str(tmp_path), "--rules-in", str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout + ended.stderr

    return done


def test_tests_that_pin_a_rule_find_every_mutant_also_those_that_never_end(run):
    code, said = run(BELOW, AT, SMALL, FIRST)
    assert code == 0, said
    # 4; False, or, return, >=; while, >, 0, -= and none of it, 1, return
    assert said.splitlines()[-1].split()[:7] == ["in", "all", "12", "12", "0", "0", "100.0"]


def test_without_the_test_at_the_line_the_mutant_there_survives_and_the_run_fails(run):
    code, said = run(BELOW, SMALL)
    assert code == 1, said
    assert "src/sample/rule.py:8 enough: points >= LEAST → points > LEAST" in said
    assert "src/sample/rule.py:3 module: 4 → 5" in said


def test_a_survivor_that_changes_nothing_is_named_with_a_reason_and_does_not_count(run):
    named = '[[equivalent]]\nfile = "sample/rule.py"\nfunction = ""\nbefore = "False"\nafter = "True"\n'
    code, said = run(BELOW, AT, SMALL, equivalent=f'{named}reason = "A sample."\n')
    assert code == 0 and said.splitlines()[-1].split()[:7] == ["in", "all", "5", "4", "1", "0", "100.0"], said


def test_a_name_of_no_mutant_is_refused(run):
    named = (
        '[[equivalent]]\nfile = "sample/rule.py"\nfunction = "enough"\nbefore = "7"\nafter = "8"\nreason = "None."\n'
    )
    code, said = run(BELOW, equivalent=named)
    assert code == 2 and "No mutant is sample/rule.py enough: 7 → 8." in said


def test_tests_that_fail_by_themselves_tell_nothing(run):
    code, said = run(BELOW, "def test_wrong():\n    assert enough(3)\n")
    assert code == 2 and "the tests fail without any change" in said and "test_wrong" in said


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if a and b: pass", ["a or b", "not (a and b)"]),
        ("x = a if not b else c", ["b"]),
        ("x = min(a) + 1", ["min(a) - 1", "max(a)", "2"]),
        ("x = [a for a in b if a == -c]", ["a != -c", "c"]),
        ("def f():\n    'A docstring.'\n    assert x > 1\n    raise E(f'{a + 1}')", ["pass"]),
        ("def f(a: 'name' = 1):\n    g('state', 'A sentence.')", ["2", "pass", "'state?'"]),
        ("x = 'b <= {} OR c = {}'", ["'b < {} OR c = {}'", "'b <= {} AND c = {}'", "'b <= {} OR c <> {}'"]),
        ("x = 'UPDATE t SET a = a + 1 WHERE b = 1'", [
            "'UPDATE t SET a = a - 1 WHERE b = 1'", "'UPDATE t SET a = a + 1 WHERE b <> 1'",
        ]),
    ],
)  # fmt: skip
def test_what_is_changed(source, expected):
    assert [mutant.after for mutant in mutants(ast.parse(source))] == expected


def test_a_mutant_leaves_the_module_that_it_came_from_as_it_was():
    tree = ast.parse(RULE)
    before = ast.unparse(tree)
    changed = {ast.unparse(mutant.applied(tree)) for mutant in mutants(tree)}
    assert before not in changed and ast.unparse(tree) == before
    assert len(changed) == len(mutants(tree))


def test_what_the_rules_name_is_there_and_every_equivalent_mutant_is_one():
    root = RUN.parents[2]
    rules, named = (tomllib.loads((RUN.parent / f"{name}.toml").read_text()) for name in ("rules", "equivalent"))
    found = set()
    for rule in rules["rule"]:
        made = list(of_rule(root, rule))  # raises ValueError for a name that a module has not
        assert made and all((root / path).exists() for path in rule["tests"]), rule
        found |= {key(root, path, mutant) for path, mutant, _ in made}
    for each in named["equivalent"]:
        assert each["reason"] and (each["file"], each["function"], each["before"], each["after"]) in found, each


@pytest.mark.soak
def test_the_tests_of_every_rule_find_what_they_must():
    ended = subprocess.run([sys.executable, str(RUN)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
