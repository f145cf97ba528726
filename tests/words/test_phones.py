"""Telephone numbers as people type them: what can be dialled, and what is none."""

import pytest

from pledge.words.phones import dialled


@pytest.mark.parametrize(
    ("typed", "dials"),
    [
        ("01632 960583", "01632960583"),
        ("(01632) 960-583", "01632960583"),
        ("01632.960.583", "01632960583"),
        ("01632/960583", "01632960583"),
        ("01632 960–583", "01632960583"),
        ("+44 1632 960583", "+441632960583"),
        ("+44 (0)1632 960583", "+441632960583"),
        ("(+44) 1632 960583", "+441632960583"),
        ("0044 1632 960583", "+441632960583"),
        ("+48 22 555 01 23", "+48225550123"),
        ("5550123", "5550123"),
        ("+123456789012345", "+123456789012345"),
        ("01632 960583 ext 12", "01632960583;ext=12"),
        ("01632 960583, extn. 12", "01632960583;ext=12"),
        ("01632 960583 Extension 1234567", "01632960583;ext=1234567"),
        ("01632960583x12", "01632960583;ext=12"),
        ("01632 960583 #12", "01632960583;ext=12"),
    ],
)
def test_a_number_is_dialled_however_it_is_written(typed, dials):
    assert dialled(typed) == dials


@pytest.mark.parametrize(
    "typed",
    [
        "", "call me", "555012", "1234567890123456", "+44", "01632 960583 and 01632 960584", "01632 96O583",
        "01632 960583 ext", "ext 12", "01632 + 960583", "sam@example.org", "tel:01632960583", "()-./ ", "٠١٦٣٢٩٦٠٥٨٣",
        "01632 960583 ext 12345678", "0" * 200, " " * 200,
    ],
)  # fmt: skip
def test_what_is_no_number_is_none(typed):
    assert dialled(typed) is None
