"""Supplier names as keys: what is left when case, punctuation, accents and legal forms are taken away. Pure."""

import re

from pledge.suppliers.text import fold, words

KEY_CHARACTERS = 200  # of a key; folding can lengthen a name many times

_LEGAL_FORMS = words(
    "ltd|limited|plc|llp|lp|inc|incorporated|corp|corporation|co|company|llc|gmbh|mbh|"
    "ag|kg|sa|sas|sarl|srl|spa|bv|nv|ab|as|asa|oy|oyj|aps|pty|pte|pvt|private|sdn|"
    "bhd|cic|cio|cyf|cyfyngedig|sp|zoo|doo|kft|sro"
)
_SPELT = re.compile(r"\b(\w) (?=\w\b)")


def name_key(name: str) -> str:
    """Return the key by which two spellings of one supplier's name are equal.

    >>> name_key("The Acme Joinery Co. Ltd") == name_key("ACME JOINERY")
    True
    """
    words = fold(name).split()
    if len(words) > 1:
        if min(map(len, words)) == 1:
            words = _SPELT.sub(r"\1", " ".join(words)).split()  # C I C, J P Smith
        kept = len(words)
        while kept > 1 and words[kept - 1] in _LEGAL_FORMS:
            kept -= 1
        if kept > 1 and kept < len(words) and words[kept - 1] == "and":
            kept -= 1  # Smith & Co
        words = words[1 if words[0] == "the" and kept > 1 else 0 : kept]
    return " ".join(words)[:KEY_CHARACTERS]


def has_legal_form(name: str) -> bool:
    """Say whether a name ends in Ltd, PLC, LLP and the like, as the names of businesses do."""
    words = fold(name).split()
    return len(words) > 1 and words[-1] in _LEGAL_FORMS
