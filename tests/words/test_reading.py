"""The reading measure: syllables, words, sentences, and the grade that follows from them."""

import pytest

from pledge.words.reading import grade, sentences, syllables, words

KNOWN = {
    1: "a who passed named rules charged pay’s we’ve through whole wage cash trained",
    2: "people someone wages buyers workers’ isn’t supplies safely wanted places able hired being HR UK 54",
    3: "supplier everyone agency employer slavery anyone idea easier policy umbrella exploited recruitment",
    4: "material information security’s exploitation 2026",
    5: "organisation possibility accommodation",
}


@pytest.mark.parametrize("count", KNOWN)
def test_counts_the_syllables_of_known_words(count):
    assert {word: syllables(word) for word in KNOWN[count].split()} == dict.fromkeys(KNOWN[count].split(), count)


def test_a_sentence_ends_at_a_full_stop_but_not_at_a_colon_or_inside_a_figure():
    assert sentences("One: two; three. Is it 4.5? Yes!") == 3
    assert sentences("He said “no.” Then more") == 2
    assert sentences("No stop at all") == 1


def test_hyphens_part_words_and_apostrophes_do_not():
    assert words("A one-page plan, the worker’s own.") == [
        "A",
        "one",
        "page",
        "plan",
        "the",
        "worker’s",
        "own",
    ]


def test_the_grade_follows_the_formula():
    text = "The cat sat on the mat. It was happy."  # 9 words, 2 sentences, 10 syllables
    assert grade(text) == pytest.approx(0.39 * 9 / 2 + 11.8 * 10 / 9 - 15.59)


def test_plain_words_read_easier_than_jargon():
    plain = "Do you check that labour agencies hold a licence before you use them?"
    jargon = "Does procurement governance incorporate proportionate supplier due diligence methodology?"
    assert grade(plain) < 6 < 15 < grade(jargon)


def test_a_text_without_words_has_no_grade():
    with pytest.raises(ValueError, match="no word"):
        grade("…")
