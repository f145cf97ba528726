"""The quick check for every visitor: ten questions, nothing stored; and a sample of what all of it comes to."""
