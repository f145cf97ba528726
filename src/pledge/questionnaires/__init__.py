"""PURE: definitions, loading and checks, visibility, scoring, gaps. No database, no HTTP, no clock."""
