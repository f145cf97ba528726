"""Run every benchmark, one after the other: ``make bench``.

Prints every figure with its goal, and at the end which scripts missed one. Ends with an error only when a script did.
"""

import subprocess
import sys
from pathlib import Path

from goals import MISSED, SCRIPTS


def main() -> int:
    """Run them all, with the arguments given."""
    ended: dict[int, list[str]] = {}
    for script in SCRIPTS:
        name, *arguments = script.split()
        command = [sys.executable, str(Path(__file__).with_name(name)), *arguments, *sys.argv[1:]]
        ended.setdefault(subprocess.run(command, check=False).returncode, []).append(script)
    print(f"\nGoals missed by: {', '.join(ended.pop(MISSED, ['none']))}.")
    ended.pop(0, None)
    for code, scripts in ended.items():
        print(f"Ended with the error {code}: {', '.join(scripts)}.")
    return int(bool(ended))


if __name__ == "__main__":
    sys.exit(main())
