"""What a newer text of the pledge changes, for those who signed an older one. Pure."""

from collections.abc import Iterator

import msgspec

from pledge.pledges.text import PledgeText
from pledge.words.numbers import plural


class Change(msgspec.Struct, frozen=True):
    """One part of the text: its words before and now, "" where there were or are none."""

    title: str
    before: str
    now: str


def changes(before: PledgeText, now: PledgeText) -> tuple[Change, ...]:
    """Return what differs between two texts in what somebody signs, in the order of the newer one."""
    old, new = dict(_parts(before)), dict(_parts(now))
    parts = dict.fromkeys([*new, *old])
    return tuple(
        Change((new.get(part) or old[part])[0], old.get(part, ("", ""))[1], new.get(part, ("", ""))[1])
        for part in parts
        if old.get(part, ("", ""))[1] != new.get(part, ("", ""))[1]
    )


def _parts(text: PledgeText) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what tells each part from the others, with its title and its words."""
    yield "preamble", ("What we say first", text.preamble)
    for commitment in text.commitments:
        yield f"commitment {commitment.id}", ("A promise", f"{commitment.title}. {commitment.text}")
        yield f"evidence {commitment.id}", (f"What shows that you keep “{commitment.title}”", commitment.evidence.text)
    yield "not", ("What it is not", " ".join(text.what_it_is_not))
    for consent in text.signing.consents:
        yield f"consent {consent.id}", ("What you agree to", consent.label)
    yield "authority", ("Who may sign", text.signing.authority)
    yield "term", ("How long it lasts", plural(text.term_months, "month"))
    for status in text.statuses:
        yield f"status {status.id}", (f"The status “{status.title}”", status.text)
    yield "register", ("The public list", text.register.text)
    yield "badge", ("The badge", " ".join(text.logo_terms))
    yield "lapse", ("If it runs out", text.lapse.text)
    yield "withdrawal", ("If you change your mind", text.withdrawal.text)
