"""Supplier names as keys: what is left when case, punctuation, accents and legal forms are taken away. Pure.

Of a name there are two keys. ``name_key`` leaves its legal form out: a reason to compare two names. ``spelling`` keeps
it, Ltd and Limited being one: the very same name, but for case, punctuation and “The”.
"""

import re

from pledge.suppliers.words.text import fold, words

KEY_CHARACTERS = 200  # of a key; folding can lengthen a name many times

_LEGAL_FORMS = words(
    "ltd|limited|plc|llp|lp|inc|incorporated|corp|corporation|co|company|llc|gmbh|mbh|"
    "ag|kg|sa|sas|sarl|srl|spa|bv|nv|ab|as|asa|oy|oyj|aps|pty|pte|pvt|private|sdn|"
    "bhd|cic|cio|cyf|cyfyngedig|sp|zoo|doo|kft|sro"
)
_NOT_LAST = _LEGAL_FORMS | {"and"}
_SPELT = re.compile(r"\b(\w) (?=\w\b)")
# The usual name, of which nothing but its last word is taken away; a match takes half the time.
_USUAL = re.compile(r"((?!the )[a-z0-9]{2,}(?: [a-z0-9]{2,})*) (ltd|limited|plc|llp)").fullmatch

# Legal forms that are the same, in one spelling.
_ONE_SPELLING = {
    "limited": "ltd", "cyf": "ltd", "cyfyngedig": "ltd", "incorporated": "inc", "corporation": "corp",
    "company": "co", "private": "pvt",
}  # fmt: skip


def name_parts(name: str) -> tuple[str, str]:
    """Return a name's key, by which two spellings of it are equal, and its legal form ("" for none).

    >>> name_parts("The Acme Joinery Co. Ltd")
    ('acme joinery', 'co ltd')
    >>> name_parts("ACME JOINERY")
    ('acme joinery', '')
    """
    usual = _USUAL(name.lower())
    if usual and usual[1].rpartition(" ")[2] not in _NOT_LAST:
        return usual[1][:KEY_CHARACTERS], _ONE_SPELLING.get(usual[2], usual[2])
    words = fold(name).split()
    form = ""
    if len(words) > 1:
        if min(map(len, words)) == 1:
            words = _SPELT.sub(r"\1", " ".join(words)).split()  # C I C, J P Smith
        kept = len(words)
        while kept > 1 and words[kept - 1] in _LEGAL_FORMS:
            kept -= 1
        if kept < len(words):
            form = " ".join([_ONE_SPELLING.get(word, word) for word in words[kept:]])
            if kept > 1 and words[kept - 1] == "and":
                kept -= 1  # Smith & Co
        words = words[1 if words[0] == "the" and kept > 1 else 0 : kept]
    return " ".join(words)[:KEY_CHARACTERS], form


def name_key(name: str) -> str:
    """Return the key by which two spellings of one supplier's name are equal."""
    return name_parts(name)[0]


def spelling(key: str, form: str) -> str:
    """Return the key of the very same name: its ``name_parts`` together."""
    return f"{key} {form}"[:KEY_CHARACTERS] if form else key


def spelling_parts(spelt: str) -> tuple[str, str]:
    """Return the ``name_parts`` of which a spelling is made."""
    words = spelt.split()
    kept = len(words)
    while kept > 1 and words[kept - 1] in _LEGAL_FORMS:
        kept -= 1
    return " ".join(words[:kept]), " ".join(words[kept:])


def has_legal_form(name: str) -> bool:
    """Say whether a name ends in Ltd, PLC, LLP and the like, as the names of businesses do."""
    words = fold(name).split()
    return len(words) > 1 and words[-1] in _LEGAL_FORMS
