"""Whether an option's words mean “not sure”. That answer is Don't know, with its own points and action."""

import re

# the start of a label or of a clause that speaks for the one who answers: “says what we do not know” passes
_CLAUSE = (
    r"(?:^|[,;:.(/–—-]\s*|\bor\s+|\bbut\s+)(?:no,?\s+|yes,?\s+)?(?:(?:we|i)\s+)?"
    r"(?:(?:really|just|still|honestly)\s+)*"
)
_UNSURE = re.compile(
    "|".join(
        (
            r"\b(?:not|never)\s+(?:\w+\s+)?(?:sure|certain)\b",
            r"\b(?:uncertain|unsure|dunno)\b",
            r"\b(?:think|believe|hope|guess|suppose)\s+so\b",
            r"\b(?:no idea|hard to say|difficult to say)\b",
            _CLAUSE + r"(?:can't|cannot|couldn't|could not)\s+(?:say|tell)\b",
            _CLAUSE + r"(?:do not|don't|dont|would not|wouldn't)\s+(?:really\s+|yet\s+)?know\b",
            _CLAUSE + r"(?:not known|unknown|maybe|perhaps|possibly)\b",
        )
    )
)


def means_unsure(label: str) -> bool:
    """Return whether an English option label means that the answer is not known."""
    return _UNSURE.search(label.lower().replace("’", "'").strip()) is not None
