"""What a firm has decided to do: every gap of a report is an action, with a date, somebody to do it, and a history."""
