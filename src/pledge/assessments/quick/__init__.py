"""The quick check: how it is asked, and the answers that a firm took along from it."""
