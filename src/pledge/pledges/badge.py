"""The badge that a firm shows on its own website while its pledge is current (docs/decisions/0027)."""

import hashlib
from datetime import datetime, time, timedelta

import msgspec

from pledge.database import clock
from pledge.pledges.register import Entry
from pledge.web import templates

WIDTH, HEIGHT = 320, 120  # pixels, of every badge
LONGEST = 3600  # seconds that a browser keeps one: so long may it outlive a withdrawal
ALT = "Pledge against modern slavery: see our entry in the public list"  # claims nothing that may have ended


class Badge(msgspec.Struct, frozen=True):
    """An SVG image, its entity tag, and for how many seconds it may be kept."""

    svg: bytes
    etag: str
    max_age: int


def badge_of(entry: Entry | None, publisher: str, label: str, now: datetime) -> Badge:
    """Return the badge of an entry of the register: an empty image of the same size where no pledge is current.

    It is kept no longer than the pledge lasts. ``publisher`` is the partnership’s name; ``label`` stands on it.
    """
    current = entry is not None and not entry.lapsed
    svg = templates.render(
        "pledges/badge.svg",
        entry=entry if current else None,
        publisher=publisher,
        label=label,
        width=WIDTH,
        height=HEIGHT,
    ).encode()
    left = LONGEST
    if entry is not None and current:
        midnight = datetime.combine(entry.expires_on + timedelta(days=1), time(), clock.LONDON)
        left = max(0, min(left, int((midnight - now).total_seconds())))
    return Badge(svg, f'"{hashlib.sha256(svg).hexdigest()[:32]}"', left)


def snippet(base_url: str, organisation: object) -> str:
    """Return the HTML with which a website shows an organisation’s badge: a picture that leads to its entry."""
    return (
        f'<a href="{base_url}/signatories/{organisation}">'
        f'<img src="{base_url}/badge/{organisation}.svg" width="{WIDTH}" height="{HEIGHT}" alt="{ALT}"></a>'
    )
