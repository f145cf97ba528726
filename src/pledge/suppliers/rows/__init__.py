"""From rows of cells to checked rows of a supplier list, with every issue of every cell. Pure."""
