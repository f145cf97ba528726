"""Make sure that the programs the tests need are there: Chromium and a PostgreSQL server.

As root on a machine with apt they are installed; otherwise it says exactly what to install.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# How Chromium runs here: no sandbox (tests may run as root), no graphics card, and no talking to anybody.
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps"),
)

SMALL = "chromium-headless-shell"  # the same engine without windows: less of it runs
_APT = shutil.which("apt-get")


def chromium() -> str | None:
    """Return the path of Chromium as the system's packages install it, or None."""
    names = (SMALL, "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def missing() -> list[str]:
    """Return the Debian packages that are missing."""
    found = []
    if chromium() is None:
        known = subprocess.run(["apt-cache", "show", SMALL], capture_output=True, check=False) if _APT else None
        found.append(SMALL if known and known.returncode == 0 else "chromium")
    if not shutil.which("initdb") and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        found.append("postgresql")
    return found


def _apt(*arguments: str) -> None:
    print("apt-get", *arguments, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", *arguments], env=environment, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """Install what is missing, or say what to do."""
    wanted = missing()
    if not wanted:
        return 0
    if os.geteuid() == 0 and _APT:
        _apt("update", "-qq")
        _apt("install", "-y", "-qq", "--no-install-recommends", *missing())
        wanted = missing()
    if wanted:
        print(f"The tests need the Debian packages {' and '.join(wanted)}. Install them, then run make test again.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
