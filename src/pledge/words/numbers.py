"""Counts, money and shares in words. Pure."""


def pounds(pence: int) -> str:
    """Return pence as “£1,234.50”; whole pounds as “£12”."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{whole:,}{f'.{rest:02}' if rest else ''}"


def whole_percent(basis_points: int) -> int:
    """Return basis points as the whole percentage to show, rounded half up: 6250 is 63."""
    return (basis_points + 50) // 100


def percent(basis_points: int) -> str:
    """Return basis points as a whole percentage in words: 6250 is “63%”."""
    return f"{whole_percent(basis_points)}%"


def percent_points(basis_points: int) -> str:
    """Return what an answer would add to a score in basis points: 357 is “3.6 percentage points more”."""
    return f"{basis_points / 100:.1f} percentage points more"


def number(count: int) -> str:
    """Return a number with a comma between thousands."""
    return f"{count:,}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return “1 supplier” or “1,200 suppliers”; ``many`` where the plural is not ``one`` with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
