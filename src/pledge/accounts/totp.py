"""Codes of authenticator apps: RFC 6238 with what every app supports (SHA-1, six digits, 30 seconds), by pyotp. Pure.

A step is the number of half minutes since 1970 (UTC).
"""

from datetime import datetime

import pyotp
import segno

DRIFT = 1  # steps that a phone's clock may be slow or fast: RFC 6238 §5.2


def matching_step(secret: str, typed: str, moment: datetime, *, after: int = 0) -> int | None:
    """Return the step whose code was typed (spaces do not matter), or None.

    It is the step of ``moment``, the one before or the one behind it, and later than ``after``: the step of the code
    that was accepted last, so that no code is accepted twice.
    """
    digits = "".join(typed.split())
    if not digits.isascii():  # pyotp would take wide digits, and fail on half a surrogate pair
        return None
    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=moment, valid_window=DRIFT)
    except pyotp.OTPVerificationError:
        return None
    return step if step > after else None


def address(secret: str, account: str, issuer: str) -> str:
    """Return the ``otpauth:`` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def groups(secret: str) -> str:
    """Return a secret in groups of four, to be typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def qr(text: str) -> tuple[int, str]:
    """Return a QR code: the side of the square in modules (with its quiet edge), and the dark ones as an SVG path."""
    rows = segno.make(text, error="m", micro=False).matrix
    path = "".join(f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows) + 8, path
