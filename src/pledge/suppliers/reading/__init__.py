"""From the bytes of any spreadsheet to rows of cells, in a process of its own that may die. Pure."""
