"""What the headline of a report means, in a sentence that holds for every result that has it. Pure."""

from pledge.questionnaires.result import Band, Headline, Result
from pledge.questionnaires.scoring import band_of

HIGHEST = 10_000  # basis points
_WORDS: dict[Headline, str] = {
    "act_first": "What you answered can mean that someone is being harmed, or that a legal duty is not met.",
    "starting": "You are at the start: less than half of what protects people is in place.",
    "developing": "Some of what protects people is in place, and some is not yet.",
    "established": "Much of what protects people is in place, and it can still grow.",
    "leading": "Most of what protects people is in place. Keep it so.",
    "not_assessed": "More than half of what we ask about does not apply to you, so there is no level.",
    "incomplete": "Some questions have no answer yet, so there is no level.",
}
_ALL = "All that we ask you about is in place. Keep it so."
_KEPT_DOWN: dict[Band, str] = {
    "developing": "You do more than that, but something that all else rests on is missing. That comes first.",
    "established": "You do more than that, but there is something that nobody has checked yet. That comes first.",
}


def meaning(result: Result) -> str:
    """Return what the headline of a result means.

    A level is below what the score alone would give where a base is missing or something was not checked: then that is
    what it means.
    """
    kept_down = result.score is not None and result.band is not None and band_of(result.score, set()) != result.band
    if kept_down and result.headline == result.band and result.band in _KEPT_DOWN:
        return _KEPT_DOWN[result.band]
    return _ALL if result.headline == "leading" and result.score == HIGHEST else _WORDS[result.headline]
