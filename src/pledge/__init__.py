"""Pledge: the platform a county anti-slavery partnership gives to its businesses."""

import os
import sys

import pysqlite3

__version__ = "0.1.0"

# SQLite 3.7.0–3.51.2 can corrupt a WAL database that several connections write, and interpreters come with such
# versions. This must be the first thing that happens: Piccolo takes hold of ``sqlite3`` when it is imported.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
os.environ.setdefault("PICCOLO_CONF", "pledge.piccolo_conf")
