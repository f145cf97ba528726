"""The cross-site check: an unsafe request must come from our own pages.

By the browser's own word: ``Sec-Fetch-Site``, else ``Origin``. Neither: refused (every browser of the last years
sends one). It happens before the body is read and before anybody is looked up.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def refusal(method: str, headers: Mapping[str, str], base_url: str) -> str | None:
    """Return why an unsafe request is refused, or None when it may go on."""
    if method in SAFE_METHODS:
        return None
    site = headers.get("sec-fetch-site")
    if site is not None:
        return None if site == "same-origin" else "This form was sent from another site."
    origin = headers.get("origin")
    if origin is None:
        return "Your browser did not say which page sent this form."
    expected = urlsplit(base_url)
    return None if origin == f"{expected.scheme}://{expected.netloc}" else "This form was sent from another site."
