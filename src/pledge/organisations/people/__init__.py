"""Who is in an organisation or organises for a body, how they came there, and for whom they act."""
