"""The engine and the unit of work on SQLite and PostgreSQL, public ids and the clock. Knows no domain.

Importing this package settles two things that must come before Piccolo is imported: which SQLite library is used
(pysqlite3, because SQLite 3.7.0–3.51.2 can corrupt a WAL database that several connections write) and where
Piccolo finds its configuration.
"""

import os
import sys

import pysqlite3

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
os.environ.setdefault("PICCOLO_CONF", "pledge.piccolo_conf")
