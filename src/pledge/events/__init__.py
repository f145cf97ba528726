"""Events: places, registration, listing, ranking for gaps, calendar files."""
