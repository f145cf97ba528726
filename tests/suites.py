"""Run every test in suites of their own, several at a time, and say how long each took: the last step of ``make test``.

All suites run, whatever fails. What each printed comes when it ends, and the closing lines of all come last. It fails
when a suite does, or when all of them together took longer than LONGEST.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

LONGEST = 15 * 60  # seconds
AT_ONCE = 3  # on two cores: whoever asks PostgreSQL or Chromium waits now and then
# Folders whose tests start many processes, and those of supplier lists, are suites of their own, so that two cores are
# busy to the end.
PROCESSES = ("tests/archive", "tests/benchmarks", "tests/crash", "tests/demo", "tests/commands")
SUPPLIERS = ("tests/suppliers", "tests/asking", "tests/security")
OTHERS = ("tests", *(f"--ignore={folder}" for folder in ("tests/browser", *PROCESSES, *SUPPLIERS)))
POSTGRES = ("--database", "postgres")
SUITES = {  # in an order in which the last ones end together, and no two that read the same tests begin together
    "in a browser": ("tests/browser",),
    "on SQLite": OTHERS,
    "suppliers on SQLite": SUPPLIERS,
    "on PostgreSQL": (*OTHERS, *POSTGRES),
    "suppliers on PostgreSQL": (*SUPPLIERS, *POSTGRES),
    "processes on SQLite": PROCESSES,
    "processes on PostgreSQL": (*PROCESSES, *POSTGRES),
}


@dataclass(frozen=True, slots=True)
class Result:
    """How a suite ended: the closing line of pytest, its exit code and seconds."""

    name: str
    closing: str
    code: int
    seconds: float


def run(name: str) -> Result:
    """Run a suite to its end and print what it printed, in one piece."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "--durations=10", "--durations-min=1", *SUITES[name]]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment(), check=False)
    seconds = time.monotonic() - began
    text = done.stdout.decode("utf-8", "replace").rstrip()
    print(f"\n=== {name}: {seconds:.0f} s ===\n{text}", flush=True)
    return Result(name, text.rpartition("\n")[2], done.returncode, seconds)


def verdict(results: list[Result], seconds: float) -> tuple[str, int]:
    """Return what to say at the very end, and the code to end with."""
    width = max(len(result.name) for result in results)
    lines = [f"{result.name:{width}}  {result.seconds:4.0f} s  {result.closing}" for result in results]
    failed = [result.name for result in results if result.code]
    lines.append(f"All suites together: {seconds:.0f} s of at most {LONGEST}.")
    if failed:
        lines.append(f"Failed: {', '.join(failed)}.")
    elif seconds > LONGEST:
        lines.append("Every test passed, but the tests take too long: see the slowest of each suite above.")
    return "\n".join(lines), int(bool(failed) or seconds > LONGEST)


def _environment() -> dict[str, str]:
    """Let pytest keep what it compiles: the suites compile the same files."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> int:
    """Run them all."""
    os.chdir(Path(__file__).parent.parent)
    print(f"Testing {', '.join(SUITES)}, {AT_ONCE} at a time: some fifteen minutes.", flush=True)
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(run, SUITES))
    said, code = verdict(results, time.monotonic() - began)
    print(f"\n{said}", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
