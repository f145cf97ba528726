import subprocess
import sys


def test_whatever_of_pledge_is_imported_first_piccolo_uses_the_safe_sqlite():
    code = "import pledge.accounts.tables, piccolo.engine.sqlite as engine; print(engine.sqlite3.sqlite_version)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert tuple(int(part) for part in printed.split(".")) >= (3, 51, 3)
