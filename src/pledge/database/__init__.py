"""The engine and the unit of work on SQLite and PostgreSQL, public ids and the clock. Knows no domain."""
