"""The business pledge: its versioned text, signatures and their term, the public register."""
