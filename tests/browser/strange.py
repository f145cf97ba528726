"""Texts as people can type them at their worst, put into every column that holds what somebody typed."""

import json
import sqlite3
from pathlib import Path

WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"  # 58 letters, and a place
RIGHT = "שלום עולם مرحبا"
STRANGE = f"{WORD} {RIGHT} 😀😀😀 {'W' * 120}"[:200]
ADDRESS = f"https://{'w' * 60}.example.org/{'W' * 120}"
MAIL = f"{'w' * 60}@{'w' * 60}.{'w' * 60}.example.org"

COLUMNS = {
    "action": ["reason", "note"],
    "answer_note": ["text"],
    "assignment": ["note"],
    "attendee": ["name"],
    "attendee_need": ["food", "access"],
    "call_request": ["name", "best_time", "firm"],
    "complaint": ["name", "reach", "text"],
    "evidence": ["title", "name"],
    "event": [
        *("title", "summary", "description", "speakers", "programme", "venue_name", "venue_address", "accessibility"),
        *("price", "audience", "reason"),
    ],
    "organisation": ["name"],
    "organiser": ["name"],
    "person": ["name"],
    "registration": ["booker_name", "organisation_name"],
    "session": ["device"],
    "signature": ["name"],
    "suggestion": ["title", "place", "organiser_name", "why", "reason"],
    "supplier": ["name", "town", "licence_number", "reference", "owner", "website"],
    "supplier_invitation": ["supplier_name", "contact"],
    "supplier_share": ["asker"],
    "upload": ["name"],
    "upload_issue": ["value", "message"],
}
ADDRESSES = {"suggestion": "url", "organiser": "url", "event": "join_link"}
MAILS = {
    "attendee": "email", "complaint": "email", "invitation": "email", "organiser": "email", "person": "email",
    "organiser_invitation": "email", "registration": "booker_email", "suggestion": "email", "supplier": "email",
    "supplier_invitation": "email",
}  # fmt: skip


def fill(file: Path) -> None:
    """Put the texts into a database that nobody serves. A column with a limit gets as much as it holds."""
    with sqlite3.connect(file) as database:
        for table, columns in COLUMNS.items():
            for column in columns:
                _put(database, table, column, STRANGE)
        for table, column in ADDRESSES.items():
            _put(database, table, column, ADDRESS)
        for table, column in MAILS.items():
            _put(database, table, column, MAIL)
        _put(database, "supplier", "supplies", json.dumps([[STRANGE, ["GB"], []]]))
    database.close()


def _put(database: sqlite3.Connection, table: str, column: str, text: str) -> None:
    kinds = {row[1]: row[2] for row in database.execute(f"PRAGMA table_info({table})")}
    limit = int(kinds[column].partition("(")[2].rstrip(")") or 10_000)
    short = text[:limit]
    done = database.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} > ''", [short])
    assert done.rowcount >= 0, (table, column)
