"""The list: suppliers as they are stored, rated, found, changed, summed up and kept as a file."""
