"""What the tests of the directory share."""

import re
from collections.abc import Callable

import msgspec
import pytest

from pledge.organisations.partnership import partnership


def syllables(word: str) -> int:
    """Count groups of vowels, less a silent e at the end."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouyscxzhg]es$", word) is not None
    return max(1, groups - silent)


def grade(texts: list[str]) -> float:
    """Return the Flesch–Kincaid grade of some texts; each ends a sentence."""
    words = sentences = sounds = 0
    for text in texts:
        for sentence in re.split(r"[.:;?!]+(?:\s|$)", text):
            found = re.findall(r"[A-Za-z]+(?:[’'-][A-Za-z]+)*", sentence)
            sentences += bool(found)
            words += len(found)
            sounds += sum(syllables(part) for word in found for part in word.split("-"))
    return 0.39 * words / sentences + 11.8 * sounds / words - 15.59


@pytest.fixture(scope="session")
def reading_grade() -> Callable[[list[str]], float]:
    """Return the function that grades texts; it is checked against known grades when it is handed out."""
    assert 4 < grade(["Do you check that labour agencies hold a licence before you use them?"]) < 7
    assert grade(["Organisations must demonstrate comprehensive procurement due diligence methodologies."]) > 15
    return grade


@pytest.fixture
def with_partnership(site):
    """Give the site another partnership for a while."""
    from pledge.web import templates

    state, shown = site.application.litestar.state, templates._environment.globals
    before = state.partnership

    def change(**changes):
        state.partnership = shown["partnership"] = msgspec.structs.replace(partnership(), **changes)

    yield change
    state.partnership = shown["partnership"] = before
