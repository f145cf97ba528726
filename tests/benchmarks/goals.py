"""What every benchmark shares: how large it is, and the goals that stand beside its figures.

``--tiny`` only shows that a script works: its numbers are too small to say anything about speed, so no goal is judged.
"""

import sys

SCRIPTS = (
    *("score.py", "serving.py sqlite", "serving.py postgres", "suppliers.py", "matching.py", "imports.py sqlite"),
    *("imports.py postgres", "annotated.py", "export.py", "release.py", "register.py sqlite", "register.py postgres"),
    *("backup.py", "report.py", "report_files.py"),
)
TINY = "--tiny" in sys.argv
MISSED = 3  # how a script ends that missed a goal; an error ends it with 1

_missed: list[str] = []


def size(full: int, tiny: int) -> int:
    """Return the number on the command line; without one ``full``, or ``tiny`` with ``--tiny``."""
    given = (int(argument) for argument in sys.argv[1:] if argument.isdecimal())
    return next(given, tiny if TINY else full)


def database_kind() -> str:
    """Return which database the command line asks for."""
    return "postgres" if "postgres" in sys.argv[1:] else "sqlite"


def at_most(figure: float, goal: float) -> str:
    """Return the words for a goal that ``figure`` must not exceed, and keep in mind whether it was missed."""
    return _said(f"≤ {goal:g}", figure <= goal)


def at_least(figure: float, goal: float) -> str:
    """Return the words for a goal that ``figure`` must reach, and keep in mind whether it was missed."""
    return _said(f"≥ {goal:g}", figure >= goal)


def _said(goal: str, met: bool) -> str:
    if TINY:
        return f"goal {goal}, not judged"
    if not met:
        _missed.append(goal)
    return f"goal {goal} {'met' if met else 'MISSED'}"


def verdict() -> int:
    """Return what the script ends with."""
    return MISSED if _missed else 0
