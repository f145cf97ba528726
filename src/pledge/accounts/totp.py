"""Codes of authenticator apps: RFC 6238 with what every app supports (SHA-1, six digits, 30 seconds). Pure.

A step is the number of half minutes since 1970 (UTC).
"""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

import segno

SECONDS = 30
DIGITS = 6
DRIFT = 1  # steps that a phone's clock may be slow or fast: RFC 6238 §5.2


def new_secret() -> str:
    """Return a secret of 160 bits (RFC 4226 §4) in base32: 32 letters and digits."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(moment: datetime) -> int:
    """Return the step that a moment is in."""
    return int(moment.timestamp()) // SECONDS


def code(secret: str, step: int) -> str:
    """Return the six digits that an app shows during a step."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: str, typed: str, moment: datetime, *, after: int = 0) -> int | None:
    """Return the step whose code was typed (spaces do not matter), or None.

    It is the step of ``moment``, the one before or the one behind it, and later than ``after``: the step of the code
    that was accepted last, so that no code is accepted twice.
    """
    digits = "".join(typed.split()).encode("utf-8", "surrogatepass")
    now = step_of(moment)
    found = [
        step for step in range(now - DRIFT, now + DRIFT + 1) if hmac.compare_digest(code(secret, step).encode(), digits)
    ]
    return next((step for step in found if step > after), None)


def address(secret: str, account: str, issuer: str) -> str:
    """Return the ``otpauth:`` address that an app reads from a QR code."""
    details = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(details, quote_via=quote)}"


def groups(secret: str) -> str:
    """Return a secret in groups of four, to be typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def qr(text: str) -> tuple[int, str]:
    """Return a QR code: the side of the square in modules (with its quiet edge), and the dark ones as an SVG path."""
    rows = segno.make(text, error="m", micro=False).matrix
    path = "".join(f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows) + 8, path
