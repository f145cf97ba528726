"""Words for people, and what people type, cleaned. Pure: every room may use it."""
