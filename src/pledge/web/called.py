"""What a page calls its fields and choices, carried in the form, so that what was typed is given back in words. Pure.

Whoever forges it forges the words of their own form. One from another site is never given back (errors).
"""

from collections.abc import Iterable, Mapping

BYTES = 4096  # of all words of a form; the choices are left out first


def carried(labels: Mapping[str, str], choices: Mapping[tuple[str, str], str]) -> str | None:
    """Return a line for each field and each of its choices; None when that is too long. ``heard`` reads it."""
    fields = [f"{name}\t{label}" for name, label in labels.items()]
    for lines in ([*fields, *(f"{name}\t{value}\t{words}" for (name, value), words in choices.items())], fields):
        text = "\n".join(lines)
        if len(text.encode()) <= BYTES:
            return text
    return None


def heard(texts: Iterable[str]) -> dict[tuple[str, ...], str]:
    """Return the words of what was carried, by (field,) and by (field, value)."""
    lines = (line.split("\t") for text in texts for line in text.splitlines())
    return {tuple(names): words for *names, words in lines if names}


def in_words(sent: Iterable[tuple[str, str]], words: Mapping[tuple[str, ...], str] | None) -> list[tuple[str, str]]:
    """Return (field, value) pairs as their page called them; None for ``words``: the names of the fields have to do.

    What its page calls nothing is a hidden field: nobody typed there.
    """
    if words is None:
        return [(name.replace("_", " ").replace("-", " ").capitalize(), text) for name, text in sent]
    return [(words[name,], words.get((name, text), text)) for name, text in sent if (name,) in words]
