"""The question page in Flask: sqlite3, the same statements, the same templates."""

import os
import sqlite3

from flask import Flask, g, request
from tests.benchmarks.peers import common

app = Flask(__name__)
found = common.templates()
PATH = os.environ["PLEDGE_DATABASE_URL"].removeprefix("sqlite:///")


def connection() -> sqlite3.Connection:
    """Return this thread's connection."""
    if "connection" not in g:
        g.connection = sqlite3.connect(PATH)
        g.connection.row_factory = sqlite3.Row
    return g.connection


@app.teardown_appcontext
def close(_error) -> None:
    """Close the connection at the end of the request."""
    if "connection" in g:
        g.connection.close()


@app.get(f"/assessments/procurement/{common.SECTION}")
def page() -> str:
    """Show the page."""
    db = connection()
    session = db.execute(common.SESSION, (common.hashed(request.cookies["pledge"]), common.now())).fetchone()
    draft = db.execute(common.DRAFT, (session["organisation"],)).fetchone()
    notes = {row["question"]: row["text"] for row in db.execute(common.NOTES, (draft["id"],))}
    return common.page(found, dict(session), dict(draft), notes)
