"""Finding known words and phrases in what somebody wrote: whole words, singular or plural, the longest first. Pure."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, TypeVar

from pledge.suppliers.words.text import fold

T = TypeVar("T")


@lru_cache(16_384)
def singular(word: str) -> str:
    """Return one form for a word and its plural. It need not be good English, only the same for both."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word == "shoes":  # the one of our words whose singular ends in “oe”
        return "shoe"
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "oes")):
        return word[:-2]
    return word[:-1]


class Phrases(Generic[T]):
    """Phrases and what each of them stands for. None stands for nothing: such a phrase hides the words in it."""

    def __init__(self, entries: Iterable[tuple[str, T | None]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], list[T]]]] = {}
        meanings: dict[tuple[str, ...], list[T]] = {}
        for phrase, meaning in entries:
            found = meanings.setdefault(tuple(map(singular, fold(phrase).split())), [])
            if meaning is not None and meaning not in found:
                found.append(meaning)
        for words, found in sorted(meanings.items(), key=lambda entry: -len(entry[0])):
            self._by_first.setdefault(words[0], []).append((words, found))

    def find(self, text: str) -> tuple[T, ...]:
        """Return what the phrases in a text stand for, in order and once each."""
        words = tuple(map(singular, fold(text).split()))
        found: dict[T, None] = {}
        at = 0
        while at < len(words):
            for phrase, meanings in self._by_first.get(words[at], ()):
                if words[at : at + len(phrase)] == phrase:
                    found.update(dict.fromkeys(meanings))
                    at += len(phrase)
                    break
            else:
                at += 1
        return tuple(found)
