"""What pages say of the bands is true of every score."""

import re
from pathlib import Path

from pledge.questionnaires.scoring import band_of, bands_in_words
from pledge.words.numbers import whole_percent

ROOT = Path(__file__).parents[2]
RULE = (
    "Below 40% is starting, below 65% developing, below 85% established, and from 85% leading. The level goes by the "
    "score before it is rounded: just below 85% is shown as 85%, and is still established."
)


def said(score: int) -> str:
    """The band by the sentence alone, read as somebody with a calculator would."""
    below = re.findall(r"[Bb]elow (\d+)% (?:is )?(\w+)", RULE)
    for line, band in below:
        if score / 100 < int(line):
            return band
    return re.search(r"from 85% (\w+)", RULE)[1]


def test_the_sentence_is_true_of_all_10_001_scores():
    assert bands_in_words() == RULE
    assert [score for score in range(10_001) if said(score) != band_of(score, set())] == []


def test_it_explains_every_score_whose_whole_percentage_reads_like_the_next_band():
    odd = [score for score in range(10_001) if band_of(score, set()) != band_of(100 * whole_percent(score), set())]
    assert odd == [*range(3950, 4000), *range(6450, 6500), *range(8450, 8500)]


def test_no_page_and_no_document_has_a_rule_of_its_own():
    texts = {path: path.read_text("utf-8") for folder in ("templates", "docs") for path in ROOT.glob(f"{folder}/**/*.*")
             if path.suffix in (".html", ".txt", ".md")}  # fmt: skip
    texts |= {path: path.read_text("utf-8") for path in ROOT.glob("src/pledge/**/*.yaml")}
    assert len(texts) > 50
    wrong = r"(?i)(?:up to|until|over|above|under|from) (?:39|40|64|65|84|85) ?%"
    found = {path.name for path, text in texts.items() if re.search(wrong, text)}
    assert found == {"scoring.md"}
    assert RULE in " ".join(texts[ROOT / "docs/scoring.md"].split())
