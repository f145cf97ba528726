"""Run mutants of every rule and print how many the tests find: ``python tests/mutation/run.py [RULE…]``.

Ends with 1 when the tests of a rule find less than 95 in 100, and with 2 when they fail without any change.
"""

import argparse
import ast
import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.trying import BrokenTests, survivors

LEAST = 95  # of 100 mutants must be found


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants of a rule; ``survivors`` in words."""

    rule: str
    mutants: int
    equivalent: int
    survivors: tuple[str, ...]
    seconds: float

    @property
    def killed(self) -> int:
        return self.mutants - self.equivalent - len(self.survivors)

    @property
    def enough(self) -> bool:
        return 100 * self.killed >= LEAST * (self.mutants - self.equivalent)


def of_rule(root: Path, rule: dict[str, Any]) -> Iterator[tuple[Path, Mutant, ast.Module]]:
    """Yield the mutants of a rule's modules, or of the functions and constants that it names."""
    for entry in rule["modules"]:
        file, _, names = entry.partition(":")
        path = root / "src" / file
        tree = ast.parse(path.read_text())
        wanted = set(names.split(",")) if names else {_named(statement) for statement in tree.body}
        if missing := wanted - {_named(statement) for statement in tree.body}:
            raise ValueError(f"{file} has no {', '.join(sorted(missing))}.")
        lines = {
            line
            for statement in tree.body
            if _named(statement) in wanted
            for line in range(statement.lineno, (statement.end_lineno or 0) + 1)
        }
        yield from ((path, mutant, tree) for mutant in mutants(tree) if mutant.line in lines)


def _named(statement: ast.stmt) -> str:
    target = getattr(statement, "targets", [getattr(statement, "target", statement)])[0]
    return getattr(target, "name", getattr(target, "id", ""))


def together(scores: list[Score]) -> list[Score]:
    """Return one score for each rule: that of its parts."""
    found: dict[str, Score] = {}
    for new in scores:
        old = found.get(new.rule, Score(new.rule, 0, 0, (), 0))
        found[new.rule] = Score(
            new.rule,
            old.mutants + new.mutants,
            old.equivalent + new.equivalent,
            old.survivors + new.survivors,
            old.seconds + new.seconds,
        )
    return list(found.values())


def in_words(root: Path, path: Path, mutant: Mutant) -> str:
    """Return where a mutant is and what it changes."""
    before, after = (" ".join(text.split()) for text in (mutant.before, mutant.after))
    return f"{path.relative_to(root)}:{mutant.line} {mutant.function or 'module'}: {before} → {after}"


Found = list[tuple[Path, Mutant, ast.Module]]


def key(root: Path, path: Path, mutant: Mutant) -> tuple[str, ...]:
    """Return what names a mutant among the equivalent ones: lines move, and the same change may stand there twice."""
    return str(path.relative_to(root / "src")), mutant.function, mutant.before, mutant.after


def score(root: Path, rule: dict[str, Any], found: Found, equivalent: set[tuple[str, ...]]) -> Score:
    """Try the mutants of one rule. Raises BrokenTests."""
    began = time.monotonic()
    changed = [each for each in found if key(root, *each[:2]) not in equivalent]
    with tempfile.TemporaryDirectory(prefix="mutation-") as place:
        left = survivors(root, changed, rule["tests"], Path(place), os.cpu_count() or 1)
    told = tuple(in_words(root, *changed[at][:2]) for at in left)
    return Score(rule["name"], len(found), len(found) - len(changed), told, time.monotonic() - began)


def table(scores: list[Score]) -> str:
    """Return the scores as a table, with that of all together, and every survivor."""
    total = ("in all", *(sum(getattr(each, name) for each in scores) for name in ("mutants", "killed", "equivalent")))
    rows = [
        (each.rule, each.mutants, each.killed, each.equivalent, len(each.survivors), each.seconds) for each in scores
    ]
    rows.append((*total, sum(row[4] for row in rows), sum(row[5] for row in rows)))  # type: ignore[arg-type]
    lines = [
        f"{'rule':12} {'mutants':>8} {'killed':>8} {'equivalent':>10} {'survivors':>9} {'score':>7} {'seconds':>8}"
    ]
    for name, made, killed, equal, left, seconds in rows:
        percent = f"{100 * killed / max(1, made - equal):.1f} %"
        lines.append(f"{name:12} {made:8} {killed:8} {equal:10} {left:9} {percent:>7} {seconds:8.0f}")
    return "\n".join([*lines, *(survivor for each in scores for survivor in each.survivors)])


def main() -> int:
    """Try every rule, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rules", nargs="*", metavar="RULE")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--rules-in", type=Path, default=Path(__file__).parent, help="the folder with both .toml files")
    given = parser.parse_args()
    root = given.root.resolve()
    rules = tomllib.loads((given.rules_in / "rules.toml").read_text())["rule"]
    named = tomllib.loads((given.rules_in / "equivalent.toml").read_text()).get("equivalent", [])
    if unknown := set(given.rules) - {rule["name"] for rule in rules}:
        parser.error(f"There is no rule {', '.join(sorted(unknown))}.")
    found = [list(of_rule(root, rule)) for rule in rules]
    equivalent = {(each["file"], each["function"], each["before"], each["after"]) for each in named if each["reason"]}
    for file, function, before, after in equivalent - {key(root, *each[:2]) for some in found for each in some}:
        parser.error(f"No mutant is {file} {function or 'module'}: {before} → {after}.")
    scores = []
    for rule, some in zip(rules, found, strict=True):
        if given.rules and rule["name"] not in given.rules:
            continue
        try:
            scores.append(score(root, rule, some, equivalent))
        except BrokenTests as broken:
            print(f"{rule['name']}: the tests fail without any change.\n{broken}")
            return 2
        last = scores[-1]
        print(f"{last.rule}: {last.killed} of {last.mutants - last.equivalent}, {last.seconds:.0f} s", flush=True)
        print("".join(f"    {survivor}\n" for survivor in last.survivors), end="", flush=True)
    scores = together(scores)
    print(f"\n{table(scores)}")
    return 0 if all(each.enough for each in scores) else 1


if __name__ == "__main__":
    sys.exit(main())
