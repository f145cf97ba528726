"""What the text of a cell means: money, countries, contacts, codes. Pure."""
