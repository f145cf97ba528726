"""The gap report: explains a frozen result, its actions and the events that help."""
