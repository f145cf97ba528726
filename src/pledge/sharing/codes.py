"""The code that opens a share: in a link, or typed from paper. Pure but for the operating system's randomness."""

import secrets

# Crockford's base 32: digits and letters without I, L, O and U, which are misread.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
LENGTH = 28  # characters of 5 bits: 140
_GROUP = 4


def new_code() -> str:
    """Return a new code: 140 random bits as 28 characters in groups of four, parted by hyphens."""
    return _grouped("".join(secrets.choice(_LETTERS) for _ in range(LENGTH)))


def read_code(typed: str) -> str | None:
    """Return the code in what somebody typed or pasted, as ``new_code`` writes it; None when there is none.

    Case, spaces and hyphens do not matter, letters that are misread count as what they were taken for, and a whole
    link is taken as its code.
    """
    last = typed.strip().rstrip("/").rpartition("/")[2]
    bare = "".join(last.replace("-", "").split()).upper().translate(_READ_AS)
    if len(bare) != LENGTH or any(char not in _LETTERS for char in bare):
        return None
    return _grouped(bare)


def _grouped(bare: str) -> str:
    return "-".join(bare[at : at + _GROUP] for at in range(0, len(bare), _GROUP))
