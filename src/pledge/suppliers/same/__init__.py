"""Are two of them one? Names, facts, candidates, and what a newer file changes. Pure."""
