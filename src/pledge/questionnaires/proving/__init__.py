"""What holds for every profile and every answer: proved by search, never by trying some. Pure."""
