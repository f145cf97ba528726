"""What has a glyph is printed as it is, what has none as its code point, and no words at all stop a PDF."""

import io
import json
import random
import sys

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from pledge.paper import fonts, pdf_child

REPORT = {
    "title": "T", "caption": "", "publisher": "P", "urgent": False, "headline": "", "score": "",
    "lines": [],
    "remarks": [], "sum": "", "before": None, "tasks": [{"title": "Do", "intro": [], "items": [], "steps": []}],
    "parts": [], "peers": [], "more_events": "", "events": [], "groups": [],
    "method": {"title": "M", "intro": [], "items": [], "steps": []},
}  # fmt: skip


def printed(*words, bold=""):
    """Return the words of a PDF with these as sentences."""
    told = {**REPORT, "headline": bold, "groups": [{"title": "G", "intro": words, "items": [], "steps": []}]}
    made = pdf_child.compiled("report", json.dumps(told, ensure_ascii=False))
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


@pytest.mark.parametrize(
    "words",
    [
        "Łódź – zażółć £5 ’x’ “y”",
        "Привет, Україна",
        "اردو میں لکھا ہوا نوٹ",
        "ગુજરાતી ક્ષ",
        "😀 👩‍👩‍👧 ☎ ✓ ⚖ 🦩",
        "é e\u0301",
    ],
)
def test_these_are_printed_as_they_are(words):
    assert fonts.printable(words) == words
    assert "U+" not in printed(words, bold=words)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("中文", "U+4E2DU+6587"),
        ("a \U000f0000 b", "a U+F0000 b"),
        ("x\u20dd", "xU+20DD"),  # one font has the letter, and another the ring around it
        ("中\u0301.", "U+4E2DU+0301."),
        ("a\x1fb\bc\\u001f\\b\rd", "aU+001FbU+0008c\\u001f\\bU+000Dd"),
        ("ก็ [\\]^-", "U+0E01U+0E47 [\\]^-"),
    ],
)
def test_what_no_font_has_is_printed_as_its_code_point(words, shown):
    assert shown in printed(words)


def test_what_joins_signs_needs_no_glyph():
    for words in ("می\u200cخواهم", "ક્\u200dષ", "☎\ufe0f"):
        assert fonts.printable(words) == words


def test_words_from_right_to_left_run_in_that_order_and_begin_at_the_right():
    """What stands in a file is in the order of its glyphs, left to right: letters that join nothing show it."""
    assert "ر د ا" in printed("ا د ر")
    assert "one ر د ا two" in printed("one ا د ر two")
    places = {}

    def note(text, matrix, *_):
        places.setdefault(text.strip(), matrix[4])

    told = {**REPORT, "groups": [{"title": "G", "intro": ["ادر", "abc"], "items": [], "steps": []}]}
    made = pdf_child.compiled("report", json.dumps(told, ensure_ascii=False))
    PdfReader(io.BytesIO(made)).pages[0].extract_text(visitor_text=note)
    assert places["abc"] < 60 and places["ادر"] > 500


def test_if_typst_knows_better_everything_but_ascii_is_printed_as_code_points(monkeypatch):
    monkeypatch.setattr(fonts, "printable", lambda text: text)
    monkeypatch.setattr(pdf_child.fonts, "printable", fonts.printable)
    assert "U+4E2D U+00E9" in printed("中 é")


def test_another_mistake_is_not_hidden():
    with pytest.raises(typst.TypstError, match="dictionary"):
        pdf_child.compiled("report", "{}")


def test_any_sign_that_there_is_can_be_printed():
    """A page of signs from each plane: none fails, whatever stands beside it."""
    chance = random.Random(7)
    signs = [chr(n) for n in range(0x20, sys.maxunicode) if not 0xD800 <= n <= 0xDFFF]
    for _ in range(6):
        assert printed("".join(chance.choices(signs, k=400)))
        assert printed("".join(chance.choices(signs[:0x3000], k=400)))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_can_be_printed(text):
    assert printed(text, bold=text)


def test_the_fonts_have_their_licences_and_are_six_megabytes_at_most():
    files = list(fonts.folder().iterdir())
    names = {path.name.partition("_")[0] for path in files if path.suffix == ".ttf"}
    assert names == {"NotoSans", "NotoSansArabic", "NotoSansGujarati", "NotoEmoji", "NotoSansSymbols2"}
    for name in names:
        assert "SIL Open Font License, Version 1.1" in (fonts.folder() / f"{name}.LICENSE.txt").read_text()
    assert sum(path.stat().st_size for path in files) <= 6_000_000
