"""Background work: leased jobs in our own database and the loop that claims them."""
