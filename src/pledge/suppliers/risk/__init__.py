"""From what is known of a supplier to its level, every reason and one next action. Pure."""
