"""What people may do with what is theirs: take a copy, leave, erase; and accounts that nobody uses."""
