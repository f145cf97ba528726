"""Help, the law in plain words, and contacts, as dated data."""
