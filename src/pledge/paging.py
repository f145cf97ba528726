"""Lists that are shown a page at a time. Pages are counted from 1."""


def page_number(asked: str | None) -> int:
    """Return which page an address asks for. Nothing and nonsense are the first."""
    return max(1, int(asked)) if asked and asked.isascii() and asked.isdigit() and len(asked) < 10 else 1


def pages(items: int, on_page: int) -> int:
    """Return how many pages so many items fill: one at least."""
    return max(1, -(-items // on_page))


def offset(page: int, on_page: int) -> int:
    """Return how many items the pages before this one hold."""
    return (page - 1) * on_page
