"""The same question page as other people would build it, to measure ours against."""
